//! The capability structures from 0x100 on. Only functions of PCI Express, and of PCI-X
//! Mode 2, have them; in `lspci -vvv` only root sees them.
//!
//! | id | structure | what it is for |
//! | --- | --- | --- |
//! | `0001` | [`AdvancedErrorReporting`] | errors |
//! | `0002`, `0009` | [`VirtualChannel`] | streams of traffic |
//! | `0003` | [`DeviceSerialNumber`] | the serial number |
//! | `0004` | [`PowerBudgeting`] | how much power it takes |
//! | `0005` | [`RootComplexLinkDeclaration`] | links inside the root complex |
//! | `0007` | [`RootComplexEventCollector`] | errors of what is inside the root complex |
//! | `0008` | [`MultiFunctionVirtualChannel`] | streams of traffic of all functions |
//! | `000b` | [`VendorSpecificExtended`] | whatever the vendor chose |
//! | `000d` | [`AccessControlServices`] | isolation, which makes IOMMU groups |
//! | `000e` | [`AlternativeRoutingId`] | more functions than 8 |
//! | `000f` | [`AddressTranslationServices`] | translations that the device keeps |
//! | `0010` | [`SrIov`] | virtual functions |
//! | `0012` | [`Multicast`] | writes to several functions |
//! | `0013` | [`PageRequestInterface`] | memory that is not pinned |
//! | `0015`, `0024` | [`ResizableBars`], [`VfResizableBars`] | BARs of several sizes |
//! | `0016` | [`DynamicPowerAllocation`] | steps of power |
//! | `0017` | [`TphRequester`] | hints on caches |
//! | `0018` | [`LatencyToleranceReporting`] | how long it can wait |
//! | `0019` | [`SecondaryPciExpress`] | the link at 8 GT/s |
//! | `001b` | [`Pasid`] | several processes |
//! | `001d` | [`DownstreamPortContainment`] | cutting off after an error |
//! | `001e` | [`L1PmSubstates`] | sleep of the link |
//! | `001f` | [`PrecisionTimeMeasurement`] | a common clock |
//! | `0023` | [`DesignatedVendorSpecific`] | whatever any vendor chose, such as CXL |
//! | `0025` | [`DataLinkFeature`] | what both ends of a link can |
//! | `0026`, `002a`, `0031` | [`PhysicalLayer16Gt`], [`PhysicalLayer32Gt`], [`PhysicalLayer64Gt`] | the link at these speeds |
//! | `0027` | [`LaneMargining`] | tests of lanes |
//! | `002e` | [`DataObjectExchange`] | a mailbox |
//! | `002f` | [`Device3`] | more registers of the device |
//! | `0030` | [`IntegrityAndDataEncryption`] | encryption |
//! | `0032`, `0034` | [`FlitLogging`], [`FlitErrorInjection`] | flits |
//! | `0036` | [`MmioRegisterBlockLocator`] | registers in memory |
//!
//! ```
//! use pci_core::config::ConfigSpace;
//! use pci_core::config::extended::{DeviceSerialNumber, SrIov};
//! use pci_core::tree::Lookup;
//! let mut bytes = [0; 4096];
//! bytes[0x06] = 0x10; // Status: there is a list
//! bytes[0x34] = 0x40;
//! bytes[0x40] = 0x10; // PCI Express
//! bytes[0x100..0x10c].copy_from_slice(&[
//!     0x03, 0x00, 0x01, 0x00, 0xc4, 0x32, 0xa1, 0xff, 0xff, 0x21, 0x1b, 0x00,
//! ]);
//! let space = ConfigSpace::new(&bytes);
//! let serial = space.extended_capability::<DeviceSerialNumber>().found().unwrap();
//! assert_eq!(serial.to_string(), "00-1b-21-ff-ff-a1-32-c4");
//! assert_eq!(space.extended_capability::<SrIov>(), Lookup::Absent);
//! ```

mod access_control_services;
mod address_translation_services;
mod advanced_error_reporting;
mod alternative_routing_id;
mod data_link_feature;
mod data_object_exchange;
pub mod designated_vendor_specific;
mod device_3;
mod device_serial_number;
mod downstream_port_containment;
mod dynamic_power_allocation;
mod flit_error_injection;
mod flit_logging;
mod integrity_and_data_encryption;
mod l1_pm_substates;
mod lane_margining;
mod latency_tolerance_reporting;
mod mmio_register_block_locator;
mod multicast;
mod page_request_interface;
mod pasid;
mod physical_layer;
mod power_budgeting;
mod precision_time_measurement;
mod resizable_bar;
mod root_complex;
mod secondary_pci_express;
mod sr_iov;
mod tph_requester;
mod vendor_specific;
mod virtual_channel;

pub use access_control_services::{
    AccessControlServices, AcsCapabilities, AcsCapabilityFlags, AcsControl, AcsControlFlags,
};
pub use address_translation_services::{
    AddressTranslationServices, AtsCapabilities, AtsCapabilityFlags, AtsControl, AtsControlFlags,
};
pub use advanced_error_reporting::{
    AdvancedErrorReporting, AerControl, AerControlFlags, CorrectableErrors, RootErrorCommand,
    RootErrorStatus, RootErrorStatusFlags, RootErrors, UncorrectableErrors,
};
pub use alternative_routing_id::{AlternativeRoutingId, AriCapabilities, AriControl, AriFlags};
pub use data_link_feature::{
    DataLinkFeature, DataLinkFeatureCapabilities, DataLinkFeatureCapabilityFlags,
    DataLinkFeatureStatus, DataLinkFeatureStatusFlags,
};
pub use data_object_exchange::{
    DataObjectExchange, DoeCapabilities, DoeCapabilityFlags, DoeControl, DoeStatus,
};
pub use designated_vendor_specific::DesignatedVendorSpecific;
pub use device_3::{
    Device3, DeviceCapabilities3, DeviceCapability3Flags, DeviceControl3, DeviceControl3Flags,
    DeviceStatus3, DeviceStatus3Flags, L0pLinkWidth,
};
pub use device_serial_number::DeviceSerialNumber;
pub use downstream_port_containment::{
    DownstreamPortContainment, DpcCapabilities, DpcCapabilityFlags, DpcControl, DpcControlFlags,
    DpcStatus, DpcStatusFlags, DpcTriggerEnable, DpcTriggerReason, RpPio,
};
pub use dynamic_power_allocation::{
    DpaCapabilities, DpaStatus, DpaStatusFlags, DynamicPowerAllocation,
};
pub use flit_error_injection::{
    FlitErrorInjection, FlitErrorInjectionControl1, FlitErrorInjectionControl1Flags,
    FlitErrorInjectionControl2, FlitErrorInjectionStatus, InjectedErrorType, InjectedFlitType,
    InjectionStatus, OrderedSetErrorInjectionControl1, OrderedSetErrorInjectionControl1Flags,
    OrderedSetErrorInjectionControl2, OrderedSetErrorInjectionStatus,
};
pub use flit_logging::{
    FberGranularity, FberMeasurementControl, FberMeasurementControlFlags, FlitErrorCounterControl,
    FlitErrorCounterControlFlags, FlitErrorCounterStatus, FlitErrorLog1, FlitErrorLog1Flags,
    FlitErrorLog2, FlitLogging,
};
pub use integrity_and_data_encryption::{
    IdeAddressAssociation, IdeCapabilities, IdeCapabilityFlags, IdeControl, IdeStreamControl,
    IdeStreamControlFlags, IdeStreamState, IdeStreamStatus, IdeStreamStatusFlags,
    IntegrityAndDataEncryption, LinkIdeStream, SelectiveIdeStream,
};
pub use l1_pm_substates::{
    L1PmSubstates, L1PmSubstatesCapabilities, L1PmSubstatesCapabilityFlags, L1PmSubstatesControl1,
    L1PmSubstatesControl1Flags, L1PmSubstatesControl2,
};
pub use lane_margining::{LaneMargining, MarginingCapabilities, MarginingLane, MarginingStatus};
pub use latency_tolerance_reporting::{LatencyToleranceReporting, MaxLatency};
pub use mmio_register_block_locator::{
    MmioRegisterBlock, MmioRegisterBlockLocator, RegisterBlockId,
};
pub use multicast::{
    AddressAndNumber, Multicast, MulticastCapabilities, MulticastCapabilityFlags, MulticastControl,
    MulticastControlFlags,
};
pub use page_request_interface::{PageRequestInterface, PriControl, PriStatus};
pub use pasid::{Pasid, PasidCapabilities, PasidCapabilityFlags, PasidControl};
pub use physical_layer::{
    Capabilities32Gt, Control32Gt, Control32GtFlags, LaneEqualization, ModifiedTsUsageMode,
    PhysicalLayer16Gt, PhysicalLayer32Gt, PhysicalLayer64Gt, Status16Gt, Status32Gt,
    Status32GtFlags, Status64Gt,
};
pub use power_budgeting::{PowerBudgeting, PowerBudgetingCapabilities, PowerBudgetingData};
pub use precision_time_measurement::{
    PrecisionTimeMeasurement, PtmCapabilities, PtmCapabilityFlags, PtmControl, PtmControlFlags,
};
pub use resizable_bar::{ResizableBar, ResizableBars, VfResizableBars};
pub use root_complex::{
    ElementSelfDescription, ElementType, LinkDescription, LinkDescriptionFlags, RcecBusNumbers,
    RootComplexEventCollector, RootComplexLink, RootComplexLinkDeclaration,
};
pub use secondary_pci_express::{
    LaneEqualization8Gt, LinkControl3, LinkControl3Flags, SecondaryPciExpress,
};
pub use sr_iov::{SrIov, SrIovCapabilities, SrIovCapabilityFlags, SrIovControl, SrIovStatus};
pub use tph_requester::{
    StTableLocation, TphCapabilities, TphCapabilityFlags, TphControl, TphRequester,
};
pub use vendor_specific::{VendorSpecificExtended, VendorSpecificHeader};
pub use virtual_channel::{
    ArbitrationCapabilities, ArbitrationSelect, MultiFunctionVirtualChannel, PortVcCapabilities1,
    PortVcCapabilities2, PortVcControl, PortVcStatus, VcResource, VcResourceCapabilities,
    VcResourceCapabilityFlags, VcResourceControl, VcResourceControlFlags, VcResourceStatus,
    VirtualChannel,
};
