//! The properties of a function that determine its IOMMU group.

use pci_core::config::conventional::express::DeviceType;
use pci_core::{Address, ClassCode, PciId, SubsystemId};

/// A function, as grouping sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Function {
    /// Its address.
    pub address: Address,
    /// Vendor and device ID. Those of a virtual function are not in its configuration space but in
    /// sysfs and in the SR-IOV capability of its physical function.
    pub id: PciId,
    /// Subsystem IDs, if any.
    pub subsystem: Option<SubsystemId>,
    /// Class code.
    pub class: ClassCode,
    /// Bit 7 of the header type. Linux also sets it for every function other than function 0
    /// (`pci_scan_slot`, drivers/pci/probe.c), as does [`Function::is_multifunction`].
    pub multifunction_bit: bool,
    /// The buses below, for a bridge.
    pub bridge: Option<BusRange>,
    /// Whether a memory BAR or the expansion ROM has an address; relevant for bridges.
    pub has_memory: bool,
    /// Device/port type of the PCI Express capability; `None` without one: the function is
    /// conventional PCI, on any bus.
    pub device_type: Option<DeviceType>,
    /// ACS capability, if present.
    pub acs: Option<AcsRegisters>,
    /// The physical function of a virtual function.
    pub physical_function: Option<Address>,
}

/// The buses below a bridge.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BusRange {
    /// Secondary bus number; 0 if unassigned.
    pub secondary: u8,
    /// Subordinate bus number.
    pub subordinate: u8,
}

/// The registers of an ACS capability (PCI Express Base Specification 6.0, section
/// 7.7.11).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AcsRegisters {
    /// ACS Capability register.
    pub capability: u16,
    /// ACS Control register.
    pub control: u16,
    /// The 16 bits after the control register, which is there on some Intel root ports.
    pub after: u16,
}

/// ACS Source Validation.
pub(super) const SOURCE_VALIDATION: u16 = 1;
/// ACS P2P Request Redirect.
pub(super) const REQUEST_REDIRECT: u16 = 1 << 2;
/// ACS P2P Completion Redirect.
pub(super) const COMPLETION_REDIRECT: u16 = 1 << 3;
/// ACS Upstream Forwarding.
pub(super) const UPSTREAM_FORWARDING: u16 = 1 << 4;
/// ACS P2P Egress Control.
pub(super) const EGRESS_CONTROL: u16 = 1 << 5;

/// The controls that isolate a function from its neighbors (`REQ_ACS_FLAGS`,
/// drivers/iommu/iommu.c).
pub(super) const REQUIRED: u16 =
    SOURCE_VALIDATION | REQUEST_REDIRECT | COMPLETION_REDIRECT | UPSTREAM_FORWARDING;

impl Function {
    /// Whether Linux treats it as part of a multi-function device.
    #[must_use]
    pub const fn is_multifunction(&self) -> bool {
        if self.physical_function.is_some() {
            // `pci_iov_add_virtfn` (drivers/pci/iov.c) makes it a separate device.
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

    /// Whether requests from below carry its own requester ID, or that of its secondary bus: it is
    /// a bridge to or from conventional PCI.
    pub(super) const fn replaces_requester_id(&self) -> bool {
        self.bridge.is_some()
            && matches!(
                self.device_type,
                None | Some(DeviceType::PCI_BRIDGE | DeviceType::PCIE_BRIDGE)
            )
    }
}
