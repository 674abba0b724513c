//! The capability structures from 0x100 on.

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
