//! What `config` gives of a function's configuration space.

use alloc::vec::Vec;

use host_tree::{Directory, Lookup};

use super::wanted::Depth;

/// The header (PCI Local Bus Specification 3.0, section 6.1).
const HEADER: usize = 64;
/// A configuration space without the extended part.
const CONVENTIONAL: usize = 256;
/// A configuration space with the extended part (PCI Express Base Specification
/// 6.0, section 7.2.2).
const EXTENDED: usize = 4096;

/// The bytes of a function's configuration space, and whether these are all.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct SysfsConfig {
    /// From offset 0 on.
    pub bytes: Vec<u8>,
    /// How much of it these are.
    pub extent: ConfigExtent,
}

/// How much of a configuration space was read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "snake_case"))]
pub enum ConfigExtent {
    /// All of it, 256 or 4096 bytes.
    Whole,
    /// The header: more was not asked for.
    Header,
    /// Less than was asked for. To users without `CAP_SYS_ADMIN` the kernel gives
    /// 64 bytes, or 128 of a CardBus bridge (`drivers/pci/pci-sysfs.c`,
    /// `pci_read_config`): no capability can be seen in them.
    Cut,
}

/// Reads `config` as deep as `depth` says.
pub(super) fn read(directory: &dyn Directory, depth: Depth) -> Lookup<SysfsConfig> {
    let most = match depth {
        Depth::NoWake => return Lookup::NotShown,
        Depth::Header => HEADER,
        Depth::Full => EXTENDED,
    };
    directory.read_start("config", most).map(|bytes| {
        let extent = match (bytes.len(), depth) {
            (CONVENTIONAL.., _) => ConfigExtent::Whole,
            (HEADER, Depth::Header) => ConfigExtent::Header,
            _ => ConfigExtent::Cut,
        };
        SysfsConfig { bytes, extent }
    })
}
