//! Capability structures in the first 256 bytes of configuration space that are relevant to
//! passthrough.
//!
//! | ID | structure | contents |
//! | --- | --- | --- |
//! | `01` | [`PowerManagement`] | power states |
//! | `10` | [`Express`] | PCI Express: device/port type, Function Level Reset |
//! | `13` | [`AdvancedFeatures`] | Function Level Reset of a conventional function |
//!
//! All others are available by the names of their bits: [`decode`](crate::lspci::decode).
//!
//! ```
//! use pci_core::config::{conventional::Express, conventional::PowerManagement};
//! use pci_core::config::{Capabilities, CapabilityId, ConfigSpace};
//! use host_tree::Lookup;
//! let mut bytes = [0; 256];
//! bytes[0x06] = 0x10; // Status: there is a list
//! bytes[0x34] = 0x68; // where it begins
//! bytes[0x68..0x6c].copy_from_slice(&[0x01, 0x00, 0x03, 0x00]);
//! let space = ConfigSpace::new(&bytes);
//! // The list, and one structure.
//! assert_eq!(Capabilities::read(space).capabilities[0].id, CapabilityId::POWER_MANAGEMENT);
//! assert!(matches!(space.capability::<PowerManagement>(), Lookup::Found(_)));
//! assert_eq!(space.capability::<Express>(), Lookup::Absent);
//! ```

mod advanced_features;
pub mod express;
mod power_management;

pub use advanced_features::{
    AdvancedFeatures, AdvancedFeaturesCapabilities, AdvancedFeaturesControl, AdvancedFeaturesStatus,
};
pub use express::Express;
pub use power_management::{
    PowerManagement, PowerManagementBridge, PowerManagementCapabilities, PowerManagementControl,
    PowerManagementControlFlags, PowerManagementFlags, PowerState,
};
