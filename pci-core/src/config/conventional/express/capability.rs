//! The PCI Express capability as a whole.

use super::device::{DeviceCapabilities, DeviceCapabilityFlags, DeviceControl, DeviceStatus};
use super::device_2::Device2;
use super::link::Link;
use super::link_2::Link2;
use super::root::Root;
use super::slot::Slot;
use crate::config::capability_id::CapabilityId;
use crate::config::field::{code, flags, register};
use crate::config::registers::Registers;
use crate::config::space::ConfigSpace;
use crate::config::structure::ConventionalStructure;

code! {
    /// What a function is in the hierarchy: bits 7:4 of the PCI Express Capabilities
    /// register (PCI Express Base Specification 6.3, section 7.5.3.2).
    #[doc(alias = "PCI_EXP_FLAGS_TYPE")]
    DeviceType: u8 {
        /// An endpoint.
        ENDPOINT = 0, "Endpoint";
        /// An endpoint that needs I/O ports or locked transactions.
        LEGACY_ENDPOINT = 1, "Legacy Endpoint";
        /// A port of the root complex.
        ROOT_PORT = 4, "Root Port";
        /// The port of a switch towards the root complex.
        UPSTREAM_PORT = 5, "Upstream Port";
        /// A port of a switch away from the root complex.
        DOWNSTREAM_PORT = 6, "Downstream Port";
        /// A bridge with conventional PCI behind it.
        PCI_BRIDGE = 7, "PCI Express to PCI/PCI-X Bridge";
        /// A bridge with PCI Express behind it.
        PCIE_BRIDGE = 8, "PCI/PCI-X to PCI Express Bridge";
        /// An endpoint inside the root complex, which has no link.
        ROOT_COMPLEX_INTEGRATED_ENDPOINT = 9, "Root Complex Integrated Endpoint";
        /// A collector of events of such endpoints.
        ROOT_COMPLEX_EVENT_COLLECTOR = 10, "Root Complex Event Collector";
    }
}

impl DeviceType {
    /// Whether it has a link: all but what is inside the root complex.
    #[must_use]
    pub fn has_link(self) -> bool {
        !matches!(
            self,
            Self::ROOT_COMPLEX_INTEGRATED_ENDPOINT | Self::ROOT_COMPLEX_EVENT_COLLECTOR
        )
    }

    /// Whether a slot may be behind it.
    #[must_use]
    pub fn may_have_slot(self) -> bool {
        matches!(
            self,
            Self::ROOT_PORT | Self::DOWNSTREAM_PORT | Self::PCIE_BRIDGE
        )
    }

    /// Whether it has the Root registers.
    #[must_use]
    pub fn has_root(self) -> bool {
        matches!(self, Self::ROOT_PORT | Self::ROOT_COMPLEX_EVENT_COLLECTOR)
    }

    /// Whether it is a port that devices are below: of the root complex, of a switch
    /// away from it, or a bridge to PCI Express.
    #[must_use]
    pub fn is_downstream_port(self) -> bool {
        self.may_have_slot()
    }
}

flags! {
    /// The single bits of the PCI Express Capabilities register.
    ExpressFlags: u16 {
        /// The port's link goes to a slot (`Slot` in lspci).
        SLOT_IMPLEMENTED = 8;
        /// The port supports flit mode (`FLIT Mode Supported`).
        FLIT_MODE_SUPPORTED = 15;
    }
}

register! {
    /// The PCI Express Capabilities register, at 0x02.
    #[doc(alias = "PCI_EXP_FLAGS")]
    ExpressCapabilities: u16 {
        /// The version of the structure: 1, or 2, which has more registers.
        version: u8 = 3:0,
        /// What the function is in the hierarchy.
        device_type: DeviceType = 7:4,
        /// Which MSI or MSI-X vector tells of the port's events (`IntMsgNum` or
        /// `MSI` in lspci).
        interrupt_message: u8 = 13:9,
        ; /// The single bits.
        flags: ExpressFlags
    }
}

/// PCI Express (PCI Express Base Specification 6.3, section 7.5.3): what the function is
/// in the hierarchy, how fast its link is and could be, what slot is behind it, and how
/// it can be reset. Every function of PCI Express has it.
///
/// Which parts there are depends on the [`DeviceType`] and the version, by the rules
/// that Linux has too (`pcie_capability_reg_implemented` in `drivers/pci/access.c`). The
/// hardware sets what is called capabilities and status, firmware and kernel what is
/// called control.
///
/// What passthrough asks it:
///
/// - [`device_type`](ExpressCapabilities::device_type): whether it is an endpoint, which
///   can be given to a guest, or a port, which cannot.
/// - [`has_function_level_reset`](Self::has_function_level_reset): whether the function can
///   be reset alone. Linux calls that method `flr`, `lspci` writes `FLReset+`.
/// - [`link`](Self::link): whether a card runs slower than it could.
/// - [`device_2`](Self::device_2): whether a port forwards to more than 8 functions
///   ([ARI](super::DeviceControl2Flags::ARI_FORWARDING)), which virtual functions need.
///
/// ```
/// use pci_core::config::{ConfigSpace, ConventionalStructure, conventional::Express};
/// use pci_core::config::conventional::express::{DeviceType, LinkSpeed, LinkWidth};
/// let mut bytes = [0; 0x3c];
/// bytes[..2].copy_from_slice(&[0x10, 0x00]);
/// bytes[2..4].copy_from_slice(&0x0012_u16.to_le_bytes()); // version 2, legacy endpoint
/// bytes[4..8].copy_from_slice(&0x1000_8de1_u32.to_le_bytes()); // FLReset+
/// bytes[0x0c..0x10].copy_from_slice(&0x0040_d104_u32.to_le_bytes()); // 16 GT/s, x16
/// bytes[0x12..0x14].copy_from_slice(&0x1101_u16.to_le_bytes()); // now 2.5 GT/s, x16
/// let express = Express::read(ConfigSpace::new(&bytes), 0).unwrap();
/// assert_eq!(express.capabilities.device_type, DeviceType::LEGACY_ENDPOINT);
/// assert!(express.has_function_level_reset());
/// let link = express.link.unwrap();
/// assert_eq!(link.capabilities.max_speed, LinkSpeed::GT_16);
/// assert_eq!((link.status.speed, link.status.width), (LinkSpeed::GT_2_5, LinkWidth(16)));
/// // Slower than it could be: a graphics card that has nothing to do saves power so.
/// assert!(link.speed_is_downgraded() && !link.width_is_downgraded());
/// assert!(express.slot.is_none() && express.device_2.is_some());
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Express {
    /// What the function is, at 0x02.
    pub capabilities: ExpressCapabilities,
    /// What it can, at 0x04.
    pub device_capabilities: DeviceCapabilities,
    /// What it is told, at 0x08.
    pub device_control: DeviceControl,
    /// What happened, at 0x0a.
    pub device_status: DeviceStatus,
    /// Its link, at 0x0c.
    pub link: Option<Link>,
    /// The slot behind it, at 0x14.
    pub slot: Option<Slot>,
    /// What it does for its hierarchy, at 0x1c.
    pub root: Option<Root>,
    /// More of the device, at 0x24: from version 2 on.
    pub device_2: Option<Device2>,
    /// More of the link, at 0x2c: from version 2 on.
    pub link_2: Option<Link2>,
}

impl Express {
    /// Whether the function has Function Level Reset.
    #[must_use]
    pub const fn has_function_level_reset(&self) -> bool {
        self.device_capabilities
            .flags
            .contains(DeviceCapabilityFlags::FUNCTION_LEVEL_RESET)
    }
}

impl ConventionalStructure for Express {
    const ID: CapabilityId = CapabilityId::PCI_EXPRESS;

    fn read(space: ConfigSpace<'_>, offset: u16) -> Option<Self> {
        let registers = Registers::new(space, offset);
        let capabilities = ExpressCapabilities::from_bits(registers.word(2)?);
        let kind = capabilities.device_type;
        let slot = capabilities.flags.contains(ExpressFlags::SLOT_IMPLEMENTED);
        let second = capabilities.version >= 2;
        Some(Self {
            capabilities,
            device_capabilities: DeviceCapabilities::from_bits(registers.dword(0x04)?),
            device_control: DeviceControl::from_bits(registers.word(0x08)?),
            device_status: DeviceStatus::from_bits_retain(registers.word(0x0a)?),
            link: part(kind.has_link(), || Link::read(registers))?,
            slot: part(slot && kind.may_have_slot(), || Slot::read(registers))?,
            root: part(kind.has_root(), || Root::read(registers))?,
            device_2: part(second, || Device2::read(registers))?,
            link_2: part(second && kind.has_link(), || Link2::read(registers))?,
        })
    }
}

/// A part of the structure, if it is `there`; `None` where it is and was not shown.
fn part<T>(there: bool, read: impl FnOnce() -> Option<T>) -> Option<Option<T>> {
    if there { read().map(Some) } else { Some(None) }
}
