//! Eligibility of a function for assignment with respect to reserved memory.

use pci_core::{Address, ClassCode};

use super::dmar::{Dmar, ReservedMemory};

/// Eligibility of a function for assignment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Eligibility<'a> {
    /// No region is reserved for it.
    Free,
    /// It has reserved regions that Linux relaxes on assignment: it is a USB controller or a
    /// graphics device (`device_rmrr_is_relaxable`, drivers/iommu/intel/iommu.c, since 5.3).
    Relaxable(Vec<&'a ReservedMemory>),
    /// It has reserved regions, and VFIO refuses it: `Device is ineligible for IOMMU domain attach
    /// due to platform RMRR requirement`.
    Refused(Vec<&'a ReservedMemory>),
}

impl Dmar {
    /// Determines the eligibility of the function at `address`. `secondary` returns the secondary
    /// bus of a bridge, as in [`DeviceScope::function`](super::DeviceScope::function).
    #[must_use]
    pub fn eligibility(
        &self,
        address: Address,
        class: ClassCode,
        secondary: impl Fn(Address) -> Option<u8> + Copy,
    ) -> Eligibility<'_> {
        let of_it = |region: &&ReservedMemory| {
            let mut scopes = region.scopes.iter();
            scopes.any(|scope| scope.function(region.segment, secondary) == Some(address))
        };
        let regions: Vec<&ReservedMemory> = self.reserved_memory().filter(of_it).collect();
        if regions.is_empty() {
            Eligibility::Free
        } else if class.is_display() || (class.base, class.sub) == (0x0c, 0x03) {
            Eligibility::Relaxable(regions)
        } else {
            Eligibility::Refused(regions)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::Dmar;
    use super::*;

    /// A DMAR with one region for 00:1d.0.
    fn dmar() -> Dmar {
        let mut bytes = b"DMAR".to_vec();
        bytes.extend(80_u32.to_le_bytes());
        bytes.resize(48, 0);
        bytes.extend([1, 0, 32, 0, 0, 0, 0, 0]);
        bytes.extend(0x7000_0000_u64.to_le_bytes());
        bytes.extend(0x7000_ffff_u64.to_le_bytes());
        bytes.extend([1, 8, 0, 0, 0, 0, 0x1d, 0]);
        Dmar::parse(&bytes).unwrap()
    }

    #[test]
    fn by_class() {
        let dmar = dmar();
        let at = |address: &str| address.parse::<Address>().unwrap();
        let answer =
            |address, class| dmar.eligibility(at(address), ClassCode::from_u24(class), |_| None);
        assert_eq!(answer("00:1c.0", 0x02_0000), Eligibility::Free);
        assert!(
            matches!(answer("00:1d.0", 0x02_0000), Eligibility::Refused(regions)
            if regions[0].limit == 0x7000_ffff)
        );
        assert!(matches!(
            answer("00:1d.0", 0x0c_0330),
            Eligibility::Relaxable(_)
        ));
        assert!(matches!(
            answer("00:1d.0", 0x03_0000),
            Eligibility::Relaxable(_)
        ));
    }
}
