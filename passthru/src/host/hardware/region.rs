//! Memory of functions, and memory reserved by the firmware.

use iommu::mmio::MemoryBar;
use pci_core::lspci::{self};

/// A memory BAR, and whether the host has room for it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Region {
    /// The number of the BAR, where it is shown.
    pub bar: Option<u8>,
    /// Its size and allowed address range.
    pub memory: MemoryBar,
    /// Whether the BAR has an address: otherwise the kernel does not enable the function
    /// (`pci_enable_resources`, drivers/pci/setup-res.c).
    pub is_assigned: bool,
}

/// Memory that the firmware reserves for a function or for its group.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Reserved {
    /// Its first address.
    pub first: u64,
    /// Its last address.
    pub last: u64,
    /// Whether the kernel ignores the reservation while the function is assigned.
    pub is_relaxable: bool,
}

/// A region of a function, or its expansion ROM, as `lspci -v` shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ListedRegion {
    /// The region.
    pub region: lspci::Region,
    /// The sizes in bytes that its BAR can have, where the listing shows them.
    pub resizable: Vec<u64>,
}
