//! The capability structures in the first 256 bytes of configuration space.

mod advanced_features;
mod bridge_subsystem;
pub mod express;
mod msi;
mod msi_x;
mod power_management;

pub use advanced_features::{
    AdvancedFeatures, AdvancedFeaturesCapabilities, AdvancedFeaturesControl, AdvancedFeaturesStatus,
};
pub use bridge_subsystem::BridgeSubsystem;
pub use express::Express;
pub use msi::{Msi, MsiControl, MsiFlags, MsiMasking};
pub use msi_x::{BarOffset, MsiX, MsiXControl, MsiXFlags};
pub use power_management::{
    PowerManagement, PowerManagementBridge, PowerManagementCapabilities, PowerManagementControl,
    PowerManagementControlFlags, PowerManagementFlags, PowerState,
};
