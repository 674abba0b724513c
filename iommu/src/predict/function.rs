//! The properties of a function that determine its IOMMU group.

use pci_core::config::conventional::express::DeviceType;
use pci_core::{Address, ClassCode, PciId, SubsystemId, VendorId};

/// A function, as grouping sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Function {
    /// Its address.
    pub address: Address,
    /// Vendor and device ID. Those of a virtual function are not in its configuration space but in
    /// sysfs and in the SR-IOV capability of its physical function.
    pub id: FunctionId,
    /// Subsystem IDs; `None` if there are none, or they are not in the input.
    pub subsystem: Option<SubsystemId>,
    /// Class code; `None` if it is not in the input.
    pub class: Option<ClassCode>,
    /// Whether its registers are known. If its configuration space is not in the input, or reads as
    /// all ones, its isolation stays open.
    pub is_readable: bool,
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
    pub acs: Option<Acs>,
    /// The physical function of a virtual function.
    pub physical_function: Option<Address>,
}

/// Sorts the functions by their addresses.
pub(super) fn by_address(functions: &mut [Function]) {
    functions.sort_by_key(|function| function.address);
}

/// Vendor and device ID, as far as the input shows them. Linux's quirks go by ID; a listing without
/// numbers (`lspci` without `-n` or `-nn`) has names only.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FunctionId {
    /// Known.
    Known(PciId),
    /// One of these, which have the function's name.
    OneOf(Vec<PciId>),
    /// A device of one of these vendors.
    OfVendor(Vec<VendorId>),
    /// Not in the input.
    NotShown,
}

impl FunctionId {
    /// The ID of the only candidate, the possible vendors, or nothing.
    #[must_use]
    pub fn of_candidates(devices: Vec<PciId>, vendors: Vec<VendorId>) -> Self {
        match (devices.as_slice(), vendors.is_empty()) {
            ([id], _) => Self::Known(*id),
            ([], true) => Self::NotShown,
            ([], false) => Self::OfVendor(vendors),
            _ => Self::OneOf(devices),
        }
    }

    /// The ID, if it is known.
    #[must_use]
    pub const fn known(&self) -> Option<PciId> {
        match self {
            Self::Known(id) => Some(*id),
            Self::OneOf(_) | Self::OfVendor(_) | Self::NotShown => None,
        }
    }

    /// The vendor, if it is known.
    #[must_use]
    pub fn vendor(&self) -> Option<VendorId> {
        let vendors: Vec<VendorId> = match self {
            Self::Known(id) => return Some(id.vendor),
            Self::OneOf(ids) => ids.iter().map(|id| id.vendor).collect(),
            Self::OfVendor(vendors) => vendors.clone(),
            Self::NotShown => return None,
        };
        let first = vendors.first().copied()?;
        vendors
            .iter()
            .all(|vendor| *vendor == first)
            .then_some(first)
    }

    /// Whether a known or possible device ID satisfies `is`.
    pub(super) fn may_be(&self, is: impl Fn(PciId) -> bool) -> bool {
        match self {
            Self::Known(id) => is(*id),
            Self::OneOf(ids) => ids.iter().any(|id| is(*id)),
            Self::OfVendor(_) | Self::NotShown => false,
        }
    }
}

impl From<PciId> for FunctionId {
    fn from(id: PciId) -> Self {
        Self::Known(id)
    }
}

/// The buses below a bridge.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BusRange {
    /// Secondary bus number; 0 if unassigned.
    pub secondary: u8,
    /// Subordinate bus number.
    pub subordinate: u8,
}

/// An ACS capability, as far as the input shows it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Acs {
    /// Its registers.
    Registers(AcsRegisters),
    /// The capability without its registers, as `lspci -v` lists it.
    Listed,
}

impl Acs {
    /// The registers, if the input shows them.
    #[must_use]
    pub const fn registers(self) -> Option<AcsRegisters> {
        match self {
            Self::Registers(registers) => Some(registers),
            Self::Listed => None,
        }
    }
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

    /// Whether it is an IOMMU: class 0806h (PCI Code and ID Assignment Specification 1.16, section
    /// 1.9). AMD's is a PCI function.
    #[must_use]
    pub(super) fn is_iommu(&self) -> bool {
        self.class
            .is_some_and(|class| (class.base, class.sub) == (0x08, 0x06))
    }

    /// Whether it is a host bridge: class 0600h.
    pub(super) fn is_host_bridge(&self) -> bool {
        self.class
            .is_some_and(|class| (class.base, class.sub) == (0x06, 0x00))
    }

    /// Whether it may be a bridge to another bus whose registers are unknown.
    pub(super) fn may_hide_a_bus(&self) -> bool {
        let is_bridge =
            |class: ClassCode| class.base == 0x06 && matches!(class.sub, 0x04 | 0x07 | 0x09);
        !self.is_readable && self.bridge.is_none() && self.class.is_none_or(is_bridge)
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
