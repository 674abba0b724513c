//! PCI Express: what a function is in the hierarchy, and whether it can be reset alone.

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
    pub(crate) fn has_link(self) -> bool {
        !matches!(
            self,
            Self::ROOT_COMPLEX_INTEGRATED_ENDPOINT | Self::ROOT_COMPLEX_EVENT_COLLECTOR
        )
    }

    /// Whether a slot may be behind it.
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

flags! {
    /// The bits of the Device Capabilities register, at 0x04 (PCI Express Base
    /// Specification 6.3, section 7.5.3.3), that decide on passthrough.
    #[doc(alias = "PCI_EXP_DEVCAP")]
    DeviceCapabilities: u32 {
        /// The function can be reset alone (`FLReset` in lspci).
        #[doc(alias = "PCI_EXP_DEVCAP_FLR")]
        FUNCTION_LEVEL_RESET = 28;
    }
}

/// PCI Express (PCI Express Base Specification 6.3, section 7.5.3): what the function is
/// in the hierarchy, and whether it can be reset. Every function of PCI Express has it.
///
/// - [`device_type`](ExpressCapabilities::device_type): whether it is an endpoint, which
///   can be assigned to a guest, or a port, which cannot.
/// - [`has_function_level_reset`](Self::has_function_level_reset): whether the function can
///   be reset alone. Linux calls that method `flr`, `lspci` writes `FLReset+`.
///
/// The registers of link, slot and root are read by the names of their bits:
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
    /// What the function is, at 0x02.
    pub capabilities: ExpressCapabilities,
    /// What it can, at 0x04.
    pub device_capabilities: DeviceCapabilities,
}

impl Express {
    /// Whether the function has Function Level Reset.
    #[must_use]
    pub const fn has_function_level_reset(&self) -> bool {
        let reset = DeviceCapabilities::FUNCTION_LEVEL_RESET;
        self.device_capabilities.contains(reset)
    }
}

impl ConventionalStructure for Express {
    const ID: CapabilityId = CapabilityId::PCI_EXPRESS;

    fn read(space: ConfigSpace<'_>, offset: u16) -> Option<Self> {
        let registers = Registers::new(space, offset);
        Some(Self {
            capabilities: ExpressCapabilities::from_bits(registers.word(2)?),
            device_capabilities: DeviceCapabilities::from_bits_retain(registers.dword(4)?),
        })
    }
}
