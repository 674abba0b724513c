//! Integrity and Data Encryption: encryption of the link.

use alloc::vec::Vec;

use crate::config::capability_id::ExtendedCapabilityId;
use crate::config::field::{code, flags, register};
use crate::config::registers::Registers;
use crate::config::space::ConfigSpace;
use crate::config::structure::ExtendedStructure;

flags! {
    /// The single bits of the IDE Capability register.
    IdeCapabilityFlags: u32 {
        /// It can encrypt between two neighbours (`Lnk` in lspci).
        LINK_IDE_STREAM = 0;
        /// It can encrypt between two ports far apart (`Sel`).
        SELECTIVE_IDE_STREAMS = 1;
        /// The port lets such encrypted packets through (`FlowThru`).
        FLOW_THROUGH = 2;
        /// It can encrypt part of the header (`PartHdr`).
        PARTIAL_HEADER_ENCRYPTION = 3;
        /// It can put packets together (`Aggr`).
        AGGREGATION = 4;
        /// It can add a checksum inside (`PCPC`).
        PCRC = 5;
        /// It can agree on keys (`IDE_KM`).
        IDE_KM = 6;
        /// It can encrypt configuration requests (`CfgSel`).
        SELECTIVE_IDE_FOR_CONFIGURATION_REQUESTS = 7;
        /// Streams can be left to the trusted part (`TeeLim`).
        TEE_LIMITED_STREAM = 24;
        /// Streams can be in XT mode (`XT`); of PCI Express 7.0.
        XT_MODE = 25;
    }
}

register! {
    /// The IDE Capability register, at 0x04 (PCI Express Base Specification 6.3, section
    /// 7.9.26.2).
    #[doc(alias = "IDECap")]
    IdeCapabilities: u32 {
        /// Which algorithms it knows, as a code: 0 is AES-GCM with keys of 256 bits.
        supported_algorithms: u8 = 12:8,
        /// One less than how many traffic classes can be encrypted between neighbours
        /// (`TCs` in lspci).
        link_ide_traffic_classes: u8 = 15:13,
        /// One less than how many streams between ports far apart there can be
        /// (`SelStreams` or `Sels`).
        selective_ide_streams: u8 = 23:16,
        ; /// The single bits.
        flags: IdeCapabilityFlags
    }
}

flags! {
    /// The IDE Control register, at 0x08 (PCI Express Base Specification 6.3, section
    /// 7.9.26.3).
    #[doc(alias = "IDECtl")]
    IdeControl: u32 {
        /// The port lets encrypted packets through (`FTEn` in lspci).
        FLOW_THROUGH_ENABLE = 2;
    }
}

flags! {
    /// The single bits of a stream's control register.
    IdeStreamControlFlags: u32 {
        /// The stream is in use (`En` in lspci).
        ENABLE = 0;
        /// The stream is in XT mode (`XT`); of PCI Express 7.0.
        XT_ENABLE = 1;
        /// There is a checksum inside (`PCRC`).
        PCRC_ENABLE = 8;
        /// Configuration requests are encrypted too; not between neighbours.
        SELECTIVE_IDE_FOR_CONFIGURATION_REQUESTS = 9;
        /// What no other stream takes goes through this one; not between neighbours
        /// (`Default`).
        DEFAULT_STREAM = 22;
        /// The stream is left to the trusted part; not between neighbours.
        TEE_LIMITED_STREAM = 23;
    }
}

register! {
    /// A stream's control register (PCI Express Base Specification 6.3, sections
    /// 7.9.26.4.1 and 7.9.26.5.2).
    IdeStreamControl: u32 {
        /// How many non-posted packets are put together, as a power of 2.
        tx_aggregation_npr: u8 = 3:2,
        /// How many posted packets are put together, as a power of 2.
        tx_aggregation_pr: u8 = 5:4,
        /// How many answers are put together, as a power of 2.
        tx_aggregation_cpl: u8 = 7:6,
        /// How much of the header is encrypted, as a code; 0 is none.
        partial_header_encryption: u8 = 13:10,
        /// Which algorithm.
        selected_algorithm: u8 = 18:14,
        /// Which traffic class.
        traffic_class: u8 = 21:19,
        /// The stream's number.
        stream_id: u8 = 31:24,
        ; /// The single bits.
        flags: IdeStreamControlFlags
    }
}

code! {
    /// The state of a stream.
    IdeStreamState: u8 {
        /// It does not encrypt.
        INSECURE = 0, "insecure";
        /// It encrypts.
        SECURE = 2, "secure";
    }
}

flags! {
    /// The single bits of a stream's status register.
    IdeStreamStatusFlags: u32 {
        /// The other end said that something was tampered with (`RecvChkFail` in
        /// lspci).
        RECEIVED_INTEGRITY_CHECK_FAIL_MESSAGE = 31;
    }
}

register! {
    /// A stream's status register (PCI Express Base Specification 6.3, section
    /// 7.9.26.4.2).
    IdeStreamStatus: u32 {
        /// The stream's state.
        state: IdeStreamState = 3:0,
        ; /// The single bits.
        flags: IdeStreamStatusFlags
    }
}

/// A stream between two neighbours.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct LinkIdeStream {
    /// What it is told.
    pub control: IdeStreamControl,
    /// What it does.
    pub status: IdeStreamStatus,
}

/// A range of addresses that goes through a stream: three registers (PCI Express Base
/// Specification 6.3, section 7.9.26.5.5).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct IdeAddressAssociation {
    /// The first register: bit 0 that it counts, bits 19:8 and 31:20 the bits 31:20 of
    /// base and limit.
    pub register_1: u32,
    /// The upper half of the limit.
    pub limit_upper: u32,
    /// The upper half of the base.
    pub base_upper: u32,
}

impl IdeAddressAssociation {
    /// Whether it counts.
    #[must_use]
    pub const fn is_valid(self) -> bool {
        self.register_1 & 1 != 0
    }

    /// The first address.
    #[must_use]
    pub const fn base(self) -> u64 {
        (self.base_upper as u64) << 32 | ((self.register_1 & 0x000f_ff00) << 12) as u64
    }

    /// The last address.
    #[must_use]
    pub const fn limit(self) -> u64 {
        (self.limit_upper as u64) << 32 | (self.register_1 | 0x000f_ffff) as u64
    }
}

/// A stream between two ports far apart.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct SelectiveIdeStream {
    /// How many ranges of addresses it can have.
    pub address_associations: u8,
    /// What it is told.
    pub control: IdeStreamControl,
    /// What it does.
    pub status: IdeStreamStatus,
    /// The last requester ID that goes through it.
    pub requester_id_limit: u16,
    /// The first requester ID that goes through it.
    pub requester_id_base: u16,
    /// The segment of these.
    pub segment_base: u8,
    /// Whether these count.
    pub requester_id_valid: bool,
    /// The ranges of addresses that go through it, 15 at most.
    pub addresses: Vec<IdeAddressAssociation>,
}

/// Integrity and Data Encryption (PCI Express Base Specification 6.3, sections 6.33 and
/// 7.9.26): what goes over the link is encrypted, and no one on the way can change it.
/// Confidential guests need it for a device that they trust more than their host (TDISP).
/// The platform's trusted part sets it up.
///
/// ```
/// use pci_core::config::extended::{IdeStreamState, IntegrityAndDataEncryption};
/// use pci_core::config::{ConfigSpace, ExtendedStructure};
/// let mut bytes = [0; 0x14];
/// bytes[..8].copy_from_slice(&[0x30, 0x00, 0x01, 0x00, 0x01, 0x00, 0x00, 0x00]);
/// bytes[0x0c..0x10].copy_from_slice(&0x0100_0001_u32.to_le_bytes());
/// bytes[0x10] = 2;
/// let ide = IntegrityAndDataEncryption::read(ConfigSpace::new(&bytes), 0).unwrap();
/// // One stream, to the neighbour, which encrypts.
/// let stream = ide.link_streams[0];
/// assert_eq!(stream.control.stream_id, 1);
/// assert_eq!(stream.status.state, IdeStreamState::SECURE);
/// ```
#[doc(alias = "IDE")]
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct IntegrityAndDataEncryption {
    /// What it can, at 0x04.
    pub capabilities: IdeCapabilities,
    /// What it is told, at 0x08.
    pub control: IdeControl,
    /// The streams between neighbours, from 0x0c on, 8 at most, as far as they were
    /// shown.
    pub link_streams: Vec<LinkIdeStream>,
    /// The streams between ports far apart, behind them, as far as they were shown.
    pub selective_streams: Vec<SelectiveIdeStream>,
}

impl ExtendedStructure for IntegrityAndDataEncryption {
    const ID: ExtendedCapabilityId = ExtendedCapabilityId::INTEGRITY_AND_DATA_ENCRYPTION;

    fn read(space: ConfigSpace<'_>, offset: u16) -> Option<Self> {
        let registers = Registers::new(space, offset);
        let capabilities = IdeCapabilities::from_bits(registers.dword(4)?);
        let mut read = Self {
            capabilities,
            control: IdeControl::from_bits_retain(registers.dword(8)?),
            ..Self::default()
        };
        let mut at = 0xc;
        if (capabilities.flags).contains(IdeCapabilityFlags::LINK_IDE_STREAM) {
            for _ in 0..=capabilities.link_ide_traffic_classes {
                let Some(stream) = registers.part(at).and_then(link) else {
                    return Some(read);
                };
                read.link_streams.push(stream);
                at += 8;
            }
        }
        if (capabilities.flags).contains(IdeCapabilityFlags::SELECTIVE_IDE_STREAMS) {
            for _ in 0..=capabilities.selective_ide_streams {
                let Some(stream) = registers.part(at).and_then(selective) else {
                    break;
                };
                at += 0x14 + 0xc * u16::from(stream.address_associations);
                read.selective_streams.push(stream);
            }
        }
        Some(read)
    }
}

fn link(registers: Registers<'_>) -> Option<LinkIdeStream> {
    Some(LinkIdeStream {
        control: IdeStreamControl::from_bits(registers.dword(0)?),
        status: IdeStreamStatus::from_bits(registers.dword(4)?),
    })
}

fn selective(registers: Registers<'_>) -> Option<SelectiveIdeStream> {
    let [count, ..] = registers.dword(0)?.to_le_bytes();
    let [_, limit_low, limit_high, _] = registers.dword(0xc)?.to_le_bytes();
    let [valid, base_low, base_high, segment_base] = registers.dword(0x10)?.to_le_bytes();
    let address_associations = count & 0xf;
    let address = |at: u16| {
        Some(IdeAddressAssociation {
            register_1: registers.dword(at)?,
            limit_upper: registers.dword(at + 4)?,
            base_upper: registers.dword(at + 8)?,
        })
    };
    Some(SelectiveIdeStream {
        address_associations,
        control: IdeStreamControl::from_bits(registers.dword(4)?),
        status: IdeStreamStatus::from_bits(registers.dword(8)?),
        requester_id_limit: u16::from_le_bytes([limit_low, limit_high]),
        requester_id_base: u16::from_le_bytes([base_low, base_high]),
        segment_base,
        requester_id_valid: valid & 1 != 0,
        addresses: (0..u16::from(address_associations))
            .map_while(|index| address(0x14 + 0xc * index))
            .collect(),
    })
}
