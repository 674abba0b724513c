//! The capability structures in the first 256 bytes of configuration space.

mod advanced_features;
mod agp;
mod bridge_subsystem;
mod debug_port;
mod enhanced_allocation;
pub mod express;
mod hot_plug;
pub mod hyper_transport;
mod msi;
mod msi_x;
mod pci_x;
mod power_management;
mod sata;
mod slot_identification;
mod vendor_specific;
mod vital_product_data;

pub use advanced_features::{
    AdvancedFeatures, AdvancedFeaturesCapabilities, AdvancedFeaturesControl, AdvancedFeaturesStatus,
};
pub use agp::{Agp, AgpCommand, AgpCommandFlags, AgpStatus, AgpStatusFlags, AgpVersion};
pub use bridge_subsystem::BridgeSubsystem;
pub use debug_port::DebugPort;
pub use enhanced_allocation::{
    AllocationEntry, AllocationEntryFlags, AllocationEntryHeader, AllocationProperties,
    BarEquivalentIndicator, EnhancedAllocation,
};
pub use express::Express;
pub use hot_plug::{HotPlugController, HotPlugPending};
pub use hyper_transport::HyperTransport;
pub use msi::{Msi, MsiControl, MsiFlags, MsiMasking};
pub use msi_x::{BarOffset, MsiX, MsiXControl, MsiXFlags};
pub use pci_x::{
    PciX, PciXBridge, PciXBridgeStatus, PciXBridgeStatusFlags, PciXCommand, PciXCommandFlags,
    PciXDevice, PciXSecondaryStatus, PciXSecondaryStatusFlags, PciXStatus, PciXStatusFlags,
    SecondaryClockFrequency, SplitTransactionControl,
};
pub use power_management::{
    PowerManagement, PowerManagementBridge, PowerManagementCapabilities, PowerManagementControl,
    PowerManagementControlFlags, PowerManagementFlags, PowerState,
};
pub use sata::{Sata, SataLocation, SataRegisters, SataRevision};
pub use slot_identification::{ExpansionSlot, ExpansionSlotFlags, SlotIdentification};
pub use vendor_specific::{VendorSpecific, VirtioStructure, VirtioType};
pub use vital_product_data::{VitalProductData, VitalProductDataAddress, VitalProductDataFlags};
