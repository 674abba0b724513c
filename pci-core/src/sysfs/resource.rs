//! The attribute `resource`: the address ranges of a function.

use alloc::vec::Vec;

/// `IORESOURCE_IO` (`include/linux/ioport.h`).
const IO: u64 = 0x100;
/// `IORESOURCE_MEM`.
const MEMORY: u64 = 0x200;
/// `IORESOURCE_PREFETCH`.
const PREFETCH: u64 = 0x2000;
/// `IORESOURCE_MEM_64`.
const MEMORY_64: u64 = 0x10_0000;

/// An address range of a function, as the kernel assigned it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Resource {
    /// Its line in the file, from 0: 0 to 5 are BARs, 6 is the expansion ROM;
    /// what follows depends on the kernel (`include/linux/pci.h`).
    pub index: u8,
    /// The first address.
    pub start: u64,
    /// The last address.
    pub end: u64,
    /// The kernel's `IORESOURCE_*` bits.
    pub flags: u64,
}

/// What an address range is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ResourceKind {
    /// The base address register of this number, 0 to 5.
    Bar(u8),
    /// The expansion ROM.
    ExpansionRom,
    /// The BARs of virtual functions, or the windows of a bridge.
    Other,
}

impl Resource {
    /// How many bytes it covers; `None` when it covers all 64 bits or ends before
    /// it begins.
    #[must_use]
    pub fn size(&self) -> Option<u64> {
        self.end.checked_sub(self.start)?.checked_add(1)
    }

    /// What it is for.
    #[must_use]
    pub const fn kind(&self) -> ResourceKind {
        match self.index {
            0..=5 => ResourceKind::Bar(self.index),
            6 => ResourceKind::ExpansionRom,
            _ => ResourceKind::Other,
        }
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

    /// Whether it is memory that may be read ahead.
    #[must_use]
    pub const fn is_prefetchable(&self) -> bool {
        self.flags & PREFETCH != 0
    }

    /// Whether it is memory that may lie above 4 GiB.
    #[must_use]
    pub const fn is_64_bit(&self) -> bool {
        self.flags & MEMORY_64 != 0
    }
}

/// The ranges in use: `start end flags` on each line, in hex (`resource_show` in
/// `drivers/pci/pci-sysfs.c`). The error is the number of a bad line, from 1.
pub(super) fn parse(text: &str) -> Result<Vec<Resource>, usize> {
    let mut resources = Vec::new();
    for (at, line) in text.lines().enumerate() {
        let resource = range(at, line).ok_or(at + 1)?;
        if resource.flags != 0 {
            resources.push(resource);
        }
    }
    Ok(resources)
}

fn range(at: usize, line: &str) -> Option<Resource> {
    let mut numbers = line.split_ascii_whitespace().map(|word| {
        let digits = word.strip_prefix("0x")?;
        let hex = digits.bytes().all(|byte| byte.is_ascii_hexdigit());
        hex.then(|| u64::from_str_radix(digits, 16).ok())?
    });
    let resource = Resource {
        index: u8::try_from(at).ok()?,
        start: numbers.next()??,
        end: numbers.next()??,
        flags: numbers.next()??,
    };
    numbers.next().is_none().then_some(resource)
}
