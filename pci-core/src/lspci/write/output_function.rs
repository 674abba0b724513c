//! A function whose text is written.

use alloc::string::String;
use alloc::vec::Vec;

use crate::config::ConfigSpace;
use crate::{Address, ClassCode, PciId, SubsystemId};

/// One function, with all that is known of it. Whatever is not known is left as
/// it is by [`OutputFunction::new`], and what `lspci` would then not print, or mark as
/// not accessible, is not printed or so marked.
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
    /// Where it is.
    pub address: Address,
    /// The configuration space, as far as it was read: nothing of a function that
    /// was not woken.
    pub config: ConfigSpace<'a>,
    /// What the kernel says of it; `None` for one from a dump.
    pub kernel: Option<Kernel>,
}

/// A range of addresses that the kernel assigned.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Range {
    /// The first address.
    pub start: u64,
    /// How many bytes.
    pub size: u64,
    /// The kernel's `IORESOURCE_*` bits (`include/linux/ioport.h`).
    pub flags: u64,
}

/// What only the kernel knows of a function, or knows without asking it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Kernel {
    /// Vendor and device id.
    pub id: Option<PciId>,
    /// The class.
    pub class: Option<ClassCode>,
    /// The revision.
    pub revision: Option<u8>,
    /// Subsystem ids.
    pub subsystem: Option<SubsystemId>,
    /// The address ranges of the base address registers, by their number.
    pub regions: [Option<Range>; 6],
    /// The range of the expansion ROM.
    pub rom: Option<Range>,
    /// The windows of a bridge: I/O, memory, prefetchable memory.
    pub windows: [Option<Range>; 3],
    /// The number of the interrupt line; 0 stands for none.
    pub irq: Option<u32>,
    /// The NUMA node.
    pub numa_node: Option<u32>,
    /// The number of the IOMMU group.
    pub iommu_group: Option<u32>,
    /// The physical slot, as `/sys/bus/pci/slots` names it.
    pub physical_slot: Option<String>,
    /// The firmware's label.
    pub label: Option<String>,
    /// The path of the device tree node.
    pub device_tree_node: Option<String>,
    /// The driver that holds the function.
    pub driver: Option<String>,
    /// The modules that say they can drive it, in the order of their printing.
    pub modules: Vec<String>,
}
