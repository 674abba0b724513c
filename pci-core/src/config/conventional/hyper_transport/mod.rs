//! HyperTransport: the links between AMD's older processors and their chipsets.

mod capability;
mod interface;
mod link;
mod other;

pub use capability::{HyperTransport, HyperTransportType};
pub use interface::{
    HostCommand, HostCommandFlags, HostInterface, SlaveCommand, SlaveCommandFlags, SlaveInterface,
    SlaveLink,
};
pub use link::{
    HyperTransportErrors, HyperTransportFeatures, HyperTransportRevision, LinkConfiguration,
    LinkConfigurationFlags, LinkControl, LinkControlFlags, LinkFrequencies, LinkFrequency,
    LinkFrequencyError, LinkFrequencyErrorFlags, LinkWidth,
};
pub use other::{
    AddressMapping, AddressMappingType, DirectRoute, DirectRouteCommand, DmaMapping,
    ExtendedConfigurationAccess, InterruptDiscovery, MappingCommand, MappingWindow,
    MappingWindowFlags, MsiMapping, MsiMappingFlags, RetryControl, RetryControlFlags, RetryLink,
    RetryMode, RetryStatus, Switch, SwitchCommand, SwitchInformation, SwitchInformationFlags,
    UnitIdClumping, VcSet,
};
