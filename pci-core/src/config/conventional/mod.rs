//! The capability structures in the first 256 bytes of configuration space.
//!
//! | id | structure | what it is for |
//! | --- | --- | --- |
//! | `01` | [`PowerManagement`] | power states |
//! | `02` | [`Agp`] | the graphics port before PCI Express |
//! | `03` | [`VitalProductData`] | name, part and serial number |
//! | `04` | [`SlotIdentification`] | slots of a chassis |
//! | `05` | [`Msi`] | interrupts as writes to memory |
//! | `07` | [`PciX`] | the faster parallel bus |
//! | `08` | [`HyperTransport`] | AMD's link between chips |
//! | `09` | [`VendorSpecific`], [`VirtioStructure`] | whatever the vendor chose |
//! | `0a` | [`DebugPort`] | a serial line over USB |
//! | `0c` | [`HotPlugController`] | hot-plug of conventional PCI |
//! | `0d` | [`BridgeSubsystem`] | the subsystem ids of a bridge |
//! | `10` | [`Express`] | PCI Express: kind, link, slot, reset |
//! | `11` | [`MsiX`] | many interrupts, in a table |
//! | `12` | [`Sata`] | registers of SATA controllers |
//! | `13` | [`AdvancedFeatures`] | reset of a conventional function |
//! | `14` | [`EnhancedAllocation`] | addresses that do not move |
//!
//! ```
//! use pci_core::config::conventional::{Express, Msi};
//! use pci_core::config::{Capabilities, CapabilityId, ConfigSpace};
//! use pci_core::tree::Lookup;
//! let mut bytes = [0; 256];
//! bytes[0x06] = 0x10; // Status: there is a list
//! bytes[0x34] = 0x68; // where it begins
//! bytes[0x68..0x6c].copy_from_slice(&[0x05, 0x00, 0x80, 0x00]);
//! let space = ConfigSpace::new(&bytes);
//! // The list, and one of it.
//! assert_eq!(Capabilities::read(space).capabilities[0].id, CapabilityId::MSI);
//! assert!(matches!(space.capability::<Msi>(), Lookup::Found(_)));
//! assert_eq!(space.capability::<Express>(), Lookup::Absent);
//! ```

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
