//! One function that a guest gets.

use core::fmt;

use pci_core::{Address, ClassCode, PciId, SubsystemId};

use super::bars::Bars;

/// Role of a function in Single Root I/O Virtualization (PCI Express Base Specification 6.0,
/// chapter 9).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum SriovRole {
    /// A physical function, which can make virtual ones.
    PhysicalFunction,
    /// A virtual function: without an expansion ROM (section 9.3.4.1.13) and
    /// without BARs of its own (section 9.3.4.1.11), and there only after the
    /// physical function's driver made it.
    VirtualFunction,
}

/// One PCI function to assign. `None` means unknown.
///
/// ```
/// use hvconf::assigned::AssignedFunction;
/// let gpu = AssignedFunction {
///     id: Some("10de:2d04".parse()?),
///     ..AssignedFunction::at("01:00.0".parse()?)
/// };
/// assert_eq!(gpu.to_string(), "0000:01:00.0 (10de:2d04)");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AssignedFunction {
    /// Its address on the host.
    pub address: Address,
    /// Its vendor and device id.
    pub id: Option<PciId>,
    /// Its subsystem vendor and subsystem ID, which identify the card.
    pub subsystem: Option<SubsystemId>,
    /// Its revision id (configuration space offset 0x08).
    pub revision: Option<u8>,
    /// Its class.
    pub class: Option<ClassCode>,
    /// The number of its IOMMU group.
    pub iommu_group: Option<u32>,
    /// Its role in SR-IOV; `None` also without one.
    pub sriov: Option<SriovRole>,
    /// Its BARs.
    pub bars: Option<Bars>,
}

impl AssignedFunction {
    /// The function at `address`, without further facts.
    #[must_use]
    pub const fn at(address: Address) -> Self {
        Self {
            address,
            id: None,
            subsystem: None,
            revision: None,
            class: None,
            iommu_group: None,
            sriov: None,
            bars: None,
        }
    }

    /// Whether its class is a display controller.
    #[must_use]
    pub fn is_display(&self) -> bool {
        self.class.is_some_and(ClassCode::is_display)
    }
}

impl fmt::Display for AssignedFunction {
    /// `0000:01:00.0 (10de:2d04)`, or the address only.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.id {
            Some(id) => write!(f, "{} ({id})", self.address),
            None => write!(f, "{}", self.address),
        }
    }
}
