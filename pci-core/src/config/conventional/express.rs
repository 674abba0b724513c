//! PCI Express capability: device/port type, Function Level Reset and the link.

use host_tree::Lookup;

use crate::config::capability_id::CapabilityId;
use crate::config::field::{code, flags, register};
use crate::config::registers::Registers;
use crate::config::space::ConfigSpace;
use crate::config::structure::ConventionalStructure;
use crate::sysfs::{Link, LinkSpeed};

code! {
    /// Device/Port Type: bits 7:4 of the PCI Express Capabilities register (PCI Express Base
    /// Specification 6.3, section 7.5.3.2).
    #[doc(alias = "PCI_EXP_FLAGS_TYPE")]
    DeviceType: u8 {
        /// PCI Express Endpoint.
        ENDPOINT = 0, "Endpoint";
        /// Legacy PCI Express Endpoint, which may use I/O ports and locked transactions.
        LEGACY_ENDPOINT = 1, "Legacy Endpoint";
        /// Root Port of the root complex.
        ROOT_PORT = 4, "Root Port";
        /// Upstream Port of a switch.
        UPSTREAM_PORT = 5, "Upstream Port";
        /// Downstream Port of a switch.
        DOWNSTREAM_PORT = 6, "Downstream Port";
        /// PCI Express to PCI/PCI-X Bridge.
        PCI_BRIDGE = 7, "PCI Express to PCI/PCI-X Bridge";
        /// PCI/PCI-X to PCI Express Bridge.
        PCIE_BRIDGE = 8, "PCI/PCI-X to PCI Express Bridge";
        /// Root Complex Integrated Endpoint, without a link.
        ROOT_COMPLEX_INTEGRATED_ENDPOINT = 9, "Root Complex Integrated Endpoint";
        /// Root Complex Event Collector.
        ROOT_COMPLEX_EVENT_COLLECTOR = 10, "Root Complex Event Collector";
    }
}

impl DeviceType {
    /// Whether it has a link: all types except those inside the root complex.
    #[must_use]
    pub(crate) fn has_link(self) -> bool {
        !matches!(
            self,
            Self::ROOT_COMPLEX_INTEGRATED_ENDPOINT | Self::ROOT_COMPLEX_EVENT_COLLECTOR
        )
    }

    /// Whether it may have a slot.
    #[must_use]
    pub(crate) fn may_have_slot(self) -> bool {
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

    /// Whether it is a downstream port: a root port, a downstream port of a switch, or a bridge to
    /// PCI Express.
    #[must_use]
    pub fn is_downstream_port(self) -> bool {
        self.may_have_slot()
    }
}

flags! {
    /// Flags of the PCI Express Capabilities register.
    ExpressFlags: u16 {
        /// Slot Implemented (`Slot` in lspci).
        SLOT_IMPLEMENTED = 8;
        /// Flit Mode Supported (`FLIT Mode Supported`).
        FLIT_MODE_SUPPORTED = 15;
    }
}

register! {
    /// PCI Express Capabilities register, at 0x02.
    #[doc(alias = "PCI_EXP_FLAGS")]
    ExpressCapabilities: u16 {
        /// Capability Version: 1, or 2, which has more registers.
        version: u8 = 3:0,
        /// Device/Port Type.
        device_type: DeviceType = 7:4,
        /// Interrupt Message Number: MSI or MSI-X vector of the port's events (`IntMsgNum` or `MSI`
        /// in lspci).
        interrupt_message: u8 = 13:9,
        ; /// The single bits.
        flags: ExpressFlags
    }
}

flags! {
    /// Flags of the Device Capabilities register, at 0x04 (PCI Express Base Specification 6.3,
    /// section 7.5.3.3), as far as relevant to passthrough.
    #[doc(alias = "PCI_EXP_DEVCAP")]
    DeviceCapabilities: u32 {
        /// Function Level Reset Capability (`FLReset` in lspci).
        #[doc(alias = "PCI_EXP_DEVCAP_FLR")]
        FUNCTION_LEVEL_RESET = 28;
    }
}

register! {
    /// Link Capabilities register, at 0x0c (PCI Express Base Specification 6.3, section 7.5.3.6).
    #[doc(alias = "PCI_EXP_LNKCAP")]
    LinkCapabilities: u32 {
        /// Max Link Speed, as a code: [`LinkSpeed::from_code`].
        max_speed: u8 = 3:0,
        /// Maximum Link Width, in lanes.
        max_width: u8 = 9:4,
        ; /// The other bits.
        rest: u32
    }
}

register! {
    /// Link Status register, at 0x12 (PCI Express Base Specification 6.3, section 7.5.3.8).
    #[doc(alias = "PCI_EXP_LNKSTA")]
    LinkStatus: u16 {
        /// Current Link Speed, as a code: [`LinkSpeed::from_code`].
        current_speed: u8 = 3:0,
        /// Negotiated Link Width, in lanes.
        current_width: u8 = 9:4,
        ; /// The other bits.
        rest: u16
    }
}

/// PCI Express capability (PCI Express Base Specification 6.3, section 7.5.3): device/port type,
/// Function Level Reset and the link. Every PCI Express function has it.
///
/// - [`device_type`](ExpressCapabilities::device_type): an endpoint, which can be assigned to a
///   guest, or a port, which cannot.
/// - [`has_function_level_reset`](Self::has_function_level_reset): whether the function can be
///   reset alone. Linux's method `flr`, `FLReset+` in `lspci`.
///
/// The slot and root registers are available by the names of their bits:
/// [`lspci::decode`](crate::lspci::decode).
///
/// ```
/// use pci_core::config::{ConfigSpace, ConventionalStructure, conventional::Express};
/// use pci_core::config::conventional::express::DeviceType;
/// let mut bytes = [0; 8];
/// bytes[..2].copy_from_slice(&[0x10, 0x00]);
/// bytes[2..4].copy_from_slice(&0x0012_u16.to_le_bytes()); // version 2, legacy endpoint
/// bytes[4..8].copy_from_slice(&0x1000_8de1_u32.to_le_bytes()); // FLReset+
/// let express = Express::read(ConfigSpace::new(&bytes), 0).unwrap();
/// assert_eq!(express.capabilities.device_type, DeviceType::LEGACY_ENDPOINT);
/// assert!(express.has_function_level_reset());
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub struct Express {
    /// PCI Express Capabilities, at 0x02.
    pub capabilities: ExpressCapabilities,
    /// Device Capabilities, at 0x04.
    pub device_capabilities: DeviceCapabilities,
    /// Link Capabilities, at 0x0c; zeros without a link, and for a shorter dump.
    pub link_capabilities: LinkCapabilities,
    /// Link Status, at 0x12; zeros likewise.
    pub link_status: LinkStatus,
}

impl Express {
    /// Whether the function supports Function Level Reset.
    #[must_use]
    pub const fn has_function_level_reset(&self) -> bool {
        let reset = DeviceCapabilities::FUNCTION_LEVEL_RESET;
        self.device_capabilities.contains(reset)
    }

    /// The link; unknown values are `NotShown`.
    #[must_use]
    pub fn link(&self) -> Link {
        let (possible, now) = (self.link_capabilities, self.link_status);
        let speed = |code| LinkSpeed::from_code(code).map_or(Lookup::NotShown, Lookup::Found);
        let width = |lanes| match lanes {
            0 => Lookup::NotShown,
            lanes => Lookup::Found(lanes),
        };
        Link {
            current_speed: speed(now.current_speed),
            current_width: width(now.current_width),
            max_speed: speed(possible.max_speed),
            max_width: width(possible.max_width),
        }
    }
}

impl ConventionalStructure for Express {
    const ID: CapabilityId = CapabilityId::PCI_EXPRESS;

    fn read(space: ConfigSpace<'_>, offset: u16) -> Option<Self> {
        let registers = Registers::new(space, offset);
        Some(Self {
            capabilities: ExpressCapabilities::from_bits(registers.word(2)?),
            device_capabilities: DeviceCapabilities::from_bits_retain(registers.dword(4)?),
            link_capabilities: LinkCapabilities::from_bits(registers.dword(0x0c).unwrap_or(0)),
            link_status: LinkStatus::from_bits(registers.word(0x12).unwrap_or(0)),
        })
    }
}
