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
    /// Determines the eligibility of the function at `address`. `buses` returns the secondary and the
    /// subordinate bus of a bridge. A region of a bridge is also one of everything below it
    /// (`intel_iommu_get_resv_regions`, drivers/iommu/intel/iommu.c, since 5.3).
    #[must_use]
    pub fn eligibility(
        &self,
        address: Address,
        class: ClassCode,
        buses: impl Fn(Address) -> Option<(u8, u8)> + Copy,
    ) -> Eligibility<'_> {
        let of_it = |region: &&ReservedMemory| {
            let secondary = |bridge| Some(buses(bridge)?.0);
            let scopes = region.scopes.iter();
            let mut named = scopes.filter_map(|scope| scope.function(region.segment, secondary));
            named.any(|named| named == address || is_below(address, named, buses(named)))
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

/// Whether a function is on one of the buses below a bridge.
fn is_below(address: Address, bridge: Address, buses: Option<(u8, u8)>) -> bool {
    buses.is_some_and(|(secondary, subordinate)| {
        address.domain() == bridge.domain()
            && secondary > bridge.bus()
            && (secondary..=subordinate).contains(&address.bus())
    })
}

#[cfg(test)]
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

    /// 00:1d.0 is a port: its region is that of all functions below it.
    #[test]
    fn below_a_bridge() {
        let dmar = dmar();
        let buses = |bridge: Address| (bridge.device() == 0x1d).then_some((2, 4));
        let is_free = |address: &str| {
            let class = ClassCode::from_u24(0x02_0000);
            dmar.eligibility(address.parse().unwrap(), class, buses) == Eligibility::Free
        };
        assert_eq!(
            ["00:1d.0", "02:00.0", "04:00.1"].map(is_free),
            [false, false, false]
        );
        assert_eq!(
            ["00:1c.0", "01:00.0", "05:00.0", "0001:02:00.0"].map(is_free),
            [true; 4]
        );
    }
}
