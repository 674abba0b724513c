//! Configuration space from the sysfs file `config`.

use alloc::vec::Vec;

use host_tree::{Directory, Lookup};

use super::wanted::Depth;
use crate::config::{Capabilities, CapabilityId, ConfigSpace};

/// Size of the header (PCI Local Bus Specification 3.0, section 6.1).
const HEADER: usize = 64;
/// Size of a configuration space without the extended part.
const CONVENTIONAL: usize = 256;
/// Size of a configuration space with the extended part (PCI Express Base Specification 6.0,
/// section 7.2.2).
const EXTENDED: usize = 4096;

/// The bytes of a function's configuration space, and their extent.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub struct SysfsConfig {
    /// The bytes from offset 0.
    pub bytes: Vec<u8>,
    /// Extent of the bytes.
    pub extent: ConfigExtent,
}

/// Extent of a read configuration space.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "snake_case"))]
#[non_exhaustive]
pub enum ConfigExtent {
    /// Complete, 256 or 4096 bytes; as capabilities, all that they can be in.
    Whole,
    /// Header only, as requested.
    Header,
    /// Less than requested. Users without `CAP_SYS_ADMIN` get 64 bytes, or 128 for a CardBus bridge
    /// (`drivers/pci/pci-sysfs.c`, `pci_read_config`), without any capability.
    Cut,
}

/// Reads `config` to the given `depth`.
pub(super) fn read(directory: &dyn Directory, depth: Depth) -> Lookup<SysfsConfig> {
    let start = |most| directory.read_start("config", most);
    let bytes = match depth {
        Depth::NoWake => return Lookup::NotShown,
        Depth::Header => start(HEADER),
        Depth::Capabilities => match start(CONVENTIONAL) {
            Lookup::Found(bytes) if has_extended(&bytes) => start(EXTENDED),
            other => other,
        },
        Depth::Full => start(EXTENDED),
    };
    bytes.map(|bytes| {
        let extent = match (bytes.len(), depth) {
            (CONVENTIONAL.., _) => ConfigExtent::Whole,
            (HEADER, Depth::Header) => ConfigExtent::Header,
            _ => ConfigExtent::Cut,
        };
        SysfsConfig { bytes, extent }
    })
}

/// Whether a function can have extended capabilities: those of PCI Express, and of PCI-X 2.0.
fn has_extended(bytes: &[u8]) -> bool {
    let capabilities = Capabilities::read(ConfigSpace::new(bytes));
    [CapabilityId::PCI_EXPRESS, CapabilityId::PCI_X]
        .iter()
        .any(|id| capabilities.find(*id).is_some())
}
