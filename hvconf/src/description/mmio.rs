//! The guest's window for memory BARs above 4 GiB.

use crate::assigned::AssignedDevices;

/// Size of the window, in GiB: a power of two from 1 to 2^14, OVMF's maximum (edk2,
/// `OvmfPkg/Library/PlatformInitLib/MemDetect.c`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct MmioWindow(u32);

const LARGEST: u32 = 1 << 14;

impl MmioWindow {
    /// A window of so many GiB; `None` when that is not a power of two from 1 to 2^14.
    #[must_use]
    pub const fn from_gibibytes(gibibytes: u32) -> Option<Self> {
        if gibibytes.is_power_of_two() && gibibytes <= LARGEST {
            Some(Self(gibibytes))
        } else {
            None
        }
    }

    /// The window for BARs of `bytes` in total: the power of two at or above them in GiB, doubled.
    /// A bridge's window is a multiple of its largest BAR, and alignment can waste as much as the
    /// BARs need (PCI-to-PCI Bridge Architecture Specification 1.2, section 3.2.5.9); VMware
    /// documents the same rule for `pciPassthru.64bitMMIOSizeGB` (VMware KB 2142307).
    ///
    /// `None` if no BAR is above 4 GiB, or they exceed the largest window.
    ///
    /// ```
    /// use hvconf::description::MmioWindow;
    /// let gibibytes = |bytes: u64| MmioWindow::for_bytes(bytes).map(MmioWindow::gibibytes);
    /// assert_eq!(gibibytes(16 << 30), Some(32));
    /// assert_eq!(gibibytes(2 * (24 << 30)), Some(128));
    /// assert_eq!(gibibytes(256 << 20), Some(2));
    /// ```
    #[must_use]
    pub fn for_bytes(bytes: u64) -> Option<Self> {
        if bytes == 0 {
            return None;
        }
        let gibibytes = u32::try_from(bytes.div_ceil(1 << 30)).ok()?;
        let doubled = gibibytes.checked_next_power_of_two()?.checked_mul(2)?;
        Self::from_gibibytes(doubled)
    }

    /// The window for the BARs of all assigned functions; `None` when some are not known, or none
    /// is above 4 GiB.
    #[must_use]
    pub fn for_assigned(assigned: &AssignedDevices) -> Option<Self> {
        Self::for_bytes(assigned.bytes_above_4g()?)
    }

    /// In GiB.
    #[must_use]
    pub const fn gibibytes(self) -> u32 {
        self.0
    }

    /// In MiB.
    #[must_use]
    pub fn mebibytes(self) -> u64 {
        u64::from(self.0) << 10
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn windows_are_powers_of_two() {
        for gibibytes in [0, 3, 1 << 15] {
            assert_eq!(MmioWindow::from_gibibytes(gibibytes), None);
        }
        assert_eq!(MmioWindow::for_bytes(0), None);
        assert_eq!(MmioWindow::for_bytes(u64::MAX), None);
        assert_eq!(MmioWindow::for_bytes(1).unwrap().mebibytes(), 2048);
    }
}
