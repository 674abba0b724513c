//! A guest's memory.

use core::fmt;
use core::num::NonZeroU32;

/// Amount of memory, in MiB: from 1 MiB to just below 4 PiB, the limit of 52 physical address bits
/// (Intel SDM, volume 3A, section 4.1.4).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct MemorySize(NonZeroU32);

impl MemorySize {
    /// So many MiB; `None` for 0.
    #[must_use]
    pub const fn from_mebibytes(mebibytes: u32) -> Option<Self> {
        match NonZeroU32::new(mebibytes) {
            Some(mebibytes) => Some(Self(mebibytes)),
            None => None,
        }
    }

    /// The amount of `bytes`, if it is a multiple of 1 MiB and not zero.
    #[must_use]
    pub fn from_bytes(bytes: u64) -> Option<Self> {
        let whole = bytes % (1 << 20) == 0;
        let mebibytes = u32::try_from(bytes >> 20).ok().filter(|_| whole)?;
        Self::from_mebibytes(mebibytes)
    }

    /// In MiB.
    #[must_use]
    pub const fn mebibytes(self) -> u32 {
        self.0.get()
    }

    /// In bytes.
    #[must_use]
    pub fn bytes(self) -> u64 {
        u64::from(self.mebibytes()) << 20
    }
}

impl fmt::Display for MemorySize {
    /// `8192 MiB`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} MiB", self.0)
    }
}

/// Sizes of huge pages on x86-64
/// (`Documentation/admin-guide/mm/hugetlbpage.rst`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum HugePageSize {
    /// The host's default size.
    HostDefault,
    /// 2 MiB.
    Mebibytes2,
    /// 1 GiB.
    Gibibyte1,
}

impl HugePageSize {
    /// In MiB; `None` for the host's default.
    #[must_use]
    pub const fn mebibytes(self) -> Option<u32> {
        match self {
            Self::HostDefault => None,
            Self::Mebibytes2 => Some(2),
            Self::Gibibyte1 => Some(1024),
        }
    }
}

/// Pages that back the guest's memory.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Pages {
    /// Ordinary ones.
    #[default]
    Ordinary,
    /// Huge ones, which the host has to set aside.
    Huge(HugePageSize),
}

/// Whether the guest's memory is locked by configuration. An assigned function pins all of the
/// guest's memory anyway if it accesses memory by DMA (the kernel's
/// `Documentation/driver-api/vfio.rst`); ESXi requires a reservation.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum MemoryLock {
    /// Not set.
    #[default]
    NotAsked,
    /// Locked or reserved, by configuration.
    Locked,
}

/// A guest's memory; a `size` that is `None` is not known.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Memory {
    /// The amount.
    pub size: Option<MemorySize>,
    /// The pages that back it.
    pub pages: Pages,
    /// Whether it is locked by configuration.
    pub lock: MemoryLock,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_whole_mebibytes() {
        assert_eq!(MemorySize::from_mebibytes(0), None);
        assert_eq!(MemorySize::from_bytes(1 << 19), None);
        assert_eq!(MemorySize::from_bytes(0), None);
        assert_eq!(MemorySize::from_bytes(1 << 52), None);
        let size = MemorySize::from_bytes(8 << 30).unwrap();
        assert_eq!((size.mebibytes(), size.bytes()), (8192, 8 << 30));
    }
}
