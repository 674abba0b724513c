//! Multicast: writes to several functions at once.

use crate::config::capability_id::ExtendedCapabilityId;
use crate::config::conventional::express::DeviceType;
use crate::config::express_link::device_type;
use crate::config::field::{flags, register};
use crate::config::registers::Registers;
use crate::config::space::ConfigSpace;
use crate::config::structure::ExtendedStructure;

flags! {
    /// The single bits of the Multicast Capability register.
    MulticastCapabilityFlags: u16 {
        /// It can make a new end-to-end checksum (`ECRCRegen` in lspci).
        ECRC_REGENERATION = 15;
    }
}

register! {
    /// The Multicast Capability register, at 0x04 (PCI Express Base Specification 6.3,
    /// section 7.9.11.2).
    MulticastCapabilities: u16 {
        /// One less than how many groups there can be.
        max_group: u8 = 5:0,
        /// In an endpoint: how large a window it wants, as a power of 2 in bytes.
        window_size_requested: u8 = 13:8,
        ; /// The single bits.
        flags: MulticastCapabilityFlags
    }
}

flags! {
    /// The single bits of the Multicast Control register.
    MulticastControlFlags: u16 {
        /// Multicast is in use (`Enable` in lspci).
        ENABLE = 15;
    }
}

register! {
    /// The Multicast Control register, at 0x06.
    MulticastControl: u16 {
        /// One less than how many groups there are.
        num_group: u8 = 5:0,
        ; /// The single bits.
        flags: MulticastControlFlags
    }
}

/// An address with a number in its low six bits.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct AddressAndNumber(pub u64);

impl AddressAndNumber {
    /// The address: bits 63:12 of the Multicast Base Address, 63:6 of the Overlay BAR.
    #[must_use]
    pub const fn address(self) -> u64 {
        self.0 & !0x3f
    }

    /// The number: the position of the group in an address, or the size of the overlay
    /// as a power of 2.
    #[must_use]
    pub const fn number(self) -> u8 {
        let [low, ..] = self.0.to_le_bytes();
        low & 0x3f
    }
}

/// Multicast (PCI Express Base Specification 6.3, sections 6.14 and 7.9.11): a write into
/// one window of addresses goes to several functions at once. Software puts functions into
/// groups, 64 at most, and says who may send to which.
///
/// ```
/// use pci_core::config::extended::{Multicast, MulticastControlFlags};
/// use pci_core::config::{ConfigSpace, ExtendedStructure};
/// let mut bytes = [0; 0x30];
/// bytes[..4].copy_from_slice(&[0x12, 0x00, 0x01, 0x00]);
/// bytes[0x04] = 0x3f;
/// let multicast = Multicast::read(ConfigSpace::new(&bytes), 0).unwrap();
/// assert_eq!(multicast.capabilities.max_group + 1, 64);
/// assert!(!multicast.control.flags.contains(MulticastControlFlags::ENABLE));
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Multicast {
    /// What it can, at 0x04.
    pub capabilities: MulticastCapabilities,
    /// What is in use, at 0x06.
    pub control: MulticastControl,
    /// Where the window is, and where in it the group's number, at 0x08.
    pub base_address: AddressAndNumber,
    /// Which groups it is part of, at 0x10: a bit each.
    pub receive: u64,
    /// To which groups it may not send, at 0x18: a bit each.
    pub block_all: u64,
    /// To which groups it may not send untranslated addresses, at 0x20: a bit each.
    pub block_untranslated: u64,
    /// Where the addresses of groups are put, at 0x28: only in root ports and ports of
    /// switches.
    pub overlay_bar: Option<AddressAndNumber>,
}

impl ExtendedStructure for Multicast {
    const ID: ExtendedCapabilityId = ExtendedCapabilityId::MULTICAST;

    fn read(space: ConfigSpace<'_>, offset: u16) -> Option<Self> {
        let registers = Registers::new(space, offset);
        let port = matches!(
            device_type(space),
            Some(DeviceType::ROOT_PORT | DeviceType::UPSTREAM_PORT | DeviceType::DOWNSTREAM_PORT)
        );
        Some(Self {
            capabilities: MulticastCapabilities::from_bits(registers.word(4)?),
            control: MulticastControl::from_bits(registers.word(6)?),
            base_address: AddressAndNumber(registers.qword(8)?),
            receive: registers.qword(0x10)?,
            block_all: registers.qword(0x18)?,
            block_untranslated: registers.qword(0x20)?,
            overlay_bar: if port {
                Some(AddressAndNumber(registers.qword(0x28)?))
            } else {
                None
            },
        })
    }
}
