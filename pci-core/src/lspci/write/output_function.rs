//! A function to print.

use alloc::string::String;
use alloc::vec::Vec;

use crate::config::ConfigSpace;
use crate::{Address, ClassCode, PciId, SubsystemId};

/// The facts about a function. Unknown facts stay as in [`OutputFunction::new`]: they are omitted
/// or marked as inaccessible, as by `lspci`.
///
/// ```
/// use pci_core::config::ConfigSpace;
/// use pci_core::lspci::write::OutputFunction;
/// let mut header = [0; 64];
/// header[..4].copy_from_slice(&[0xde, 0x10, 0x04, 0x2d]);
/// let gpu = OutputFunction::new("01:00.0".parse()?, ConfigSpace::new(&header));
/// assert_eq!(gpu.id().to_string(), "10de:2d04");
/// # Ok::<(), pci_core::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OutputFunction<'a> {
    /// Address.
    pub address: Address,
    /// Known configuration space; empty for a function that was not woken.
    pub config: ConfigSpace<'a>,
    /// Kernel data; `None` for a function of a dump.
    pub kernel: Option<Kernel>,
}

/// An address range assigned by the kernel.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Range {
    /// First address.
    pub start: u64,
    /// Size in bytes.
    pub size: u64,
    /// The kernel's `IORESOURCE_*` bits (`include/linux/ioport.h`).
    pub flags: u64,
}

/// Facts that only the kernel knows, or has cached.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Kernel {
    /// Vendor and device ID.
    pub id: Option<PciId>,
    /// Class code.
    pub class: Option<ClassCode>,
    /// Revision ID.
    pub revision: Option<u8>,
    /// Subsystem IDs.
    pub subsystem: Option<SubsystemId>,
    /// Address ranges of the BARs, by number.
    pub regions: [Option<Range>; 6],
    /// Address range of the expansion ROM.
    pub rom: Option<Range>,
    /// Bridge windows: I/O, memory, prefetchable memory.
    pub windows: [Option<Range>; 3],
    /// Interrupt number; 0 for none.
    pub irq: Option<u32>,
    /// The NUMA node.
    pub numa_node: Option<u32>,
    /// IOMMU group number.
    pub iommu_group: Option<u32>,
    /// Physical slot name, as in `/sys/bus/pci/slots`.
    pub physical_slot: Option<String>,
    /// Firmware label.
    pub label: Option<String>,
    /// Device tree node path.
    pub device_tree_node: Option<String>,
    /// Bound driver.
    pub driver: Option<String>,
    /// Modules with a matching alias, in output order.
    pub modules: Vec<String>,
}
