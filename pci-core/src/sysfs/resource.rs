//! The attribute `resource`: the address ranges of a function.

use alloc::format;
use alloc::vec::Vec;

use host_tree::Lookup;

use super::attributes::parsed;
use super::reader::Reader;
use crate::error::Result;

/// `IORESOURCE_IO` (`include/linux/ioport.h`).
const IO: u64 = 0x100;
/// `IORESOURCE_MEM`.
const MEMORY: u64 = 0x200;
/// `IORESOURCE_PREFETCH`.
const PREFETCH: u64 = 0x2000;
/// `IORESOURCE_MEM_64`.
const MEMORY_64: u64 = 0x10_0000;
/// `IORESOURCE_UNSET`.
const UNSET: u64 = 0x2000_0000;

/// An address range of a function, as assigned by the kernel. Unlike the base address registers, it
/// includes the size.
///
/// ```
/// use pci_core::sysfs::{self, ResourceKind, Wanted};
/// use host_tree::MemoryTree;
/// let mut host = MemoryTree::partial();
/// host.insert_file(
///     "/sys/bus/pci/devices/0000:01:00.0/resource",
///     "0x00000000f6000000 0x00000000f6ffffff 0x0000000000040200\n\
///      0x0000006000000000 0x00000063ffffffff 0x000000000014220c\n",
/// );
/// let gpu = sysfs::read_device(&host, "01:00.0".parse()?, Wanted::default()).unwrap();
/// let resources = gpu.resources.found().unwrap();
/// assert_eq!(resources[0].size(), Some(16 << 20));
/// let large = resources[1];
/// assert_eq!((large.kind, large.size()), (ResourceKind::Bar(1), Some(16 << 30)));
/// assert!(large.is_64_bit() && large.is_prefetchable());
/// # Ok::<(), pci_core::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub struct Resource {
    /// Line in the file, from 0.
    pub index: u8,
    /// Purpose.
    pub kind: ResourceKind,
    /// First address.
    pub start: u64,
    /// Last address.
    pub end: u64,
    /// The kernel's `IORESOURCE_*` bits (`include/linux/ioport.h`).
    pub flags: u64,
}

/// Purpose of an address range, by its line (`include/linux/pci.h`, `enum` of `PCI_STD_RESOURCES`).
/// A kernel with `CONFIG_PCI_IOV` has six lines for the BARs of virtual functions before those of
/// bridge windows: files have 13 lines, or 17 for a bridge; without it 7, or 11.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "snake_case"))]
#[non_exhaustive]
pub enum ResourceKind {
    /// The base address register with this number, 0 to 5.
    Bar(u8),
    /// The expansion ROM.
    ExpansionRom,
    /// The BAR with this number, 0 to 5, of all virtual functions.
    VirtualFunctionBar(u8),
    /// A bridge window: of a PCI-to-PCI bridge 0 is I/O, 1 memory and 2 prefetchable memory; of a
    /// CardBus bridge 0 and 1 are I/O, 2 and 3 memory.
    BridgeWindow(u8),
    /// An unknown line.
    Other,
}

impl ResourceKind {
    /// The kind of line `index`, from 0, in a file of `lines`.
    #[must_use]
    pub const fn of(index: u8, lines: usize) -> Self {
        match (index, lines) {
            (0..=5, _) => Self::Bar(index),
            (6, _) => Self::ExpansionRom,
            (7..=12, 13 | 17) => Self::VirtualFunctionBar(index - 7),
            (13..=16, 17) => Self::BridgeWindow(index - 13),
            (7..=10, 11) => Self::BridgeWindow(index - 7),
            _ => Self::Other,
        }
    }
}

impl Resource {
    /// Size in bytes; `None` if it covers all 64 bits or is invalid.
    #[must_use]
    pub fn size(&self) -> Option<u64> {
        self.end.checked_sub(self.start)?.checked_add(1)
    }

    /// Whether it is a range of I/O ports.
    #[must_use]
    pub const fn is_io(&self) -> bool {
        self.flags & IO != 0
    }

    /// Whether it is a range of memory.
    #[must_use]
    pub const fn is_memory(&self) -> bool {
        self.flags & MEMORY != 0
    }

    /// Whether it is prefetchable memory.
    #[must_use]
    pub const fn is_prefetchable(&self) -> bool {
        self.flags & PREFETCH != 0
    }

    /// Whether it is memory that may be above 4 GiB.
    #[must_use]
    pub const fn is_64_bit(&self) -> bool {
        self.flags & MEMORY_64 != 0
    }

    /// Whether the kernel assigned no address (`IORESOURCE_UNSET`): the size is valid, the
    /// addresses are not.
    #[must_use]
    pub const fn is_unset(&self) -> bool {
        self.flags & UNSET != 0
    }
}

/// Parses the ranges in use: `start end flags` per line, in hex (`resource_show` in
/// `drivers/pci/pci-sysfs.c`). The error is the number of the invalid line, from 1.
pub(super) fn parse(text: &str) -> Result<Vec<Resource>, usize> {
    let lines = text.lines().count();
    let mut resources = Vec::new();
    for (at, line) in text.lines().enumerate() {
        let resource = range(at, lines, line).ok_or(at + 1)?;
        if resource.flags != 0 {
            resources.push(resource);
        }
    }
    Ok(resources)
}

fn range(at: usize, lines: usize, line: &str) -> Option<Resource> {
    let index = u8::try_from(at).ok()?;
    let mut numbers = line.split_ascii_whitespace().map(|word| {
        let digits = word.strip_prefix("0x")?;
        let hex = digits.bytes().all(|byte| byte.is_ascii_hexdigit());
        hex.then(|| u64::from_str_radix(digits, 16).ok())?
    });
    let resource = Resource {
        index,
        kind: ResourceKind::of(index, lines),
        start: numbers.next()??,
        end: numbers.next()??,
        flags: numbers.next()??,
    };
    numbers.next().is_none().then_some(resource)
}

/// Sizes of a resizable BAR (PCI Express Base Specification 6.0, section 7.8.6): bit n is 2ⁿ MiB,
/// as in sysfs `resource0_resize`.
///
/// ```
/// use pci_core::sysfs::BarSizes;
/// let sizes = BarSizes::parse("0000000000003f00").unwrap();
/// assert_eq!(sizes.bytes().next(), Some(256 << 20));
/// assert_eq!(sizes.largest(), Some(8 << 30));
/// assert!(sizes.contains(1 << 30));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct BarSizes(
    /// Bit 0 is 1 MiB, bit 43 is 8 EiB.
    pub u64,
);

impl BarSizes {
    /// Parses the text of `resource0_resize`: hex digits, as printed by the kernel
    /// (`drivers/pci/pci-sysfs.c`, `__resource_resize_show`).
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let digits = text.trim_end();
        let hex = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_hexdigit());
        hex.then(|| u64::from_str_radix(digits, 16).ok())?.map(Self)
    }

    /// The sizes in the registers of the Resizable BAR or VF Resizable BAR capability: bits 31:4 of
    /// the capability register for 1 MiB to 128 TiB, bits 31:16 of the control register for 256 TiB
    /// to 8 EiB.
    #[must_use]
    pub(crate) const fn from_registers(capability: u32, control: u32) -> Self {
        Self((capability >> 4) as u64 | ((control >> 16) as u64) << 28)
    }

    /// The sizes in bytes, in ascending order.
    pub fn bytes(self) -> impl Iterator<Item = u64> {
        (0..44)
            .filter(move |bit| self.0 >> bit & 1 == 1)
            .map(|bit| 1 << (20 + bit))
    }

    /// The largest size in bytes; `None` if there is none.
    #[must_use]
    pub fn largest(self) -> Option<u64> {
        self.bytes().last()
    }

    /// Whether a BAR supports this size in bytes.
    #[must_use]
    pub fn contains(self, bytes: u64) -> bool {
        self.bytes().any(|size| size == bytes)
    }
}

/// A resizable BAR with its supported sizes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub struct SysfsResizableBar {
    /// BAR number, 0 to 5.
    pub bar: u8,
    /// Supported sizes; the current size is in its [`Resource`].
    pub sizes: BarSizes,
}

/// Reads `resource0_resize` to `resource5_resize`.
pub(super) fn resizable(reader: &Reader<'_>) -> Lookup<Vec<SysfsResizableBar>> {
    let mut bars = Vec::new();
    let mut shown = false;
    for bar in 0..6 {
        let text = reader.register(&format!("resource{bar}_resize"));
        match parsed(text, "sizes such as 0000000000003f00", BarSizes::parse) {
            Lookup::Found(sizes) => bars.push(SysfsResizableBar { bar, sizes }),
            Lookup::Absent => shown = true,
            Lookup::NotShown => {}
            Lookup::Unreadable(reason) => return Lookup::Unreadable(reason),
        }
    }
    match (bars.is_empty(), shown) {
        (false, _) => Lookup::Found(bars),
        (true, true) => Lookup::Absent,
        (true, false) => Lookup::NotShown,
    }
}
