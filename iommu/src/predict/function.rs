//! What of a function decides its IOMMU group.

use pci_core::config::conventional::express::DeviceType;
use pci_core::{Address, ClassCode, PciId, SubsystemId};

/// A function as the grouping sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Function {
    /// Where it is.
    pub address: Address,
    /// Vendor and device id. Those of a virtual function are not in its
    /// configuration space: sysfs has them, and the SR-IOV capability of its
    /// physical function.
    pub id: PciId,
    /// Subsystem ids, where it has any.
    pub subsystem: Option<SubsystemId>,
    /// The class.
    pub class: ClassCode,
    /// Bit 7 of the header type. Linux also sets it for every function that is not
    /// function 0 (`pci_scan_slot`, drivers/pci/probe.c): so does
    /// [`Function::is_multifunction`].
    pub multifunction_bit: bool,
    /// The buses below, where it is a bridge.
    pub bridge: Option<BusRange>,
    /// Whether it claims memory for itself, which matters of bridges: a memory BAR or an
    /// expansion ROM has an address.
    pub has_memory: bool,
    /// What it is in the PCI Express hierarchy; `None` where it has no Express
    /// capability: it is conventional PCI, whatever bus it sits on.
    pub device_type: Option<DeviceType>,
    /// Its ACS capability, where it has one.
    pub acs: Option<AcsRegisters>,
    /// The physical function, where it is a virtual one.
    pub physical_function: Option<Address>,
}

/// The buses behind a bridge.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BusRange {
    /// The bus right behind it; 0 where none was given.
    pub secondary: u8,
    /// The last bus below.
    pub subordinate: u8,
}

/// The registers of an ACS capability (PCI Express Base Specification 6.0, section
/// 7.7.11).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AcsRegisters {
    /// The capability register: what it can do.
    pub capability: u16,
    /// The control register: what of that is on.
    pub control: u16,
    /// The 16 bits behind the control register, where the control register of some
    /// Intel root ports is.
    pub behind: u16,
}

/// Source validation.
pub(super) const SOURCE_VALIDATION: u16 = 1;
/// P2P request redirect.
pub(super) const REQUEST_REDIRECT: u16 = 1 << 2;
/// P2P completion redirect.
pub(super) const COMPLETION_REDIRECT: u16 = 1 << 3;
/// Upstream forwarding.
pub(super) const UPSTREAM_FORWARDING: u16 = 1 << 4;
/// P2P egress control.
pub(super) const EGRESS_CONTROL: u16 = 1 << 5;

/// What a function must have on for its neighbours to be out of its reach
/// (`REQ_ACS_FLAGS`, drivers/iommu/iommu.c).
pub(super) const REQUIRED: u16 =
    SOURCE_VALIDATION | REQUEST_REDIRECT | COMPLETION_REDIRECT | UPSTREAM_FORWARDING;

impl Function {
    /// Whether Linux takes it as one function of several.
    #[must_use]
    pub const fn is_multifunction(&self) -> bool {
        if self.physical_function.is_some() {
            // `pci_iov_add_virtfn` (drivers/pci/iov.c) makes it a device of its own.
            return false;
        }
        self.multifunction_bit || self.address.function() != 0
    }

    /// Whether it is a root port or a downstream port of a switch.
    #[must_use]
    pub const fn is_downstream_port(&self) -> bool {
        matches!(
            self.device_type,
            Some(DeviceType::ROOT_PORT | DeviceType::DOWNSTREAM_PORT)
        )
    }

    /// Whether requests from below it carry its own requester ID, or that of the
    /// bus below: it is a bridge to or from conventional PCI.
    pub(super) const fn takes_over_requests(&self) -> bool {
        self.bridge.is_some()
            && matches!(
                self.device_type,
                None | Some(DeviceType::PCI_BRIDGE | DeviceType::PCIE_BRIDGE)
            )
    }
}
