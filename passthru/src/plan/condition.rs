//! What a check asks of a host, for programs.

use pci_core::Address;
use serde::{Deserialize, Serialize};

/// Something that can be seen to hold, or not, in a host's files.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum Condition {
    /// This driver holds the function.
    Driver {
        /// The function.
        address: Address,
        /// The driver's name, as in sysfs.
        driver: String,
    },
    /// The function's IOMMU group has no others than these, bridges aside.
    GroupOf {
        /// The function.
        address: Address,
        /// All who may be in the group, the function among them.
        members: Vec<Address>,
    },
    /// An IOMMU is at work.
    IommuOn,
    /// The running kernel was given this option.
    KernelOption {
        /// The option as it is written: `intel_iommu=on`.
        option: String,
    },
    /// No boot framebuffer (`BOOTFB`, `efifb`, `simplefb`) is in the memory of this
    /// function.
    NoBootFramebuffer {
        /// The function.
        address: Address,
    },
}
