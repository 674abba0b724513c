//! The two ends of a link: what a device has, and what a host has.

use super::link::{
    HyperTransportErrors, HyperTransportFeatures, HyperTransportRevision, LinkConfiguration,
    LinkControl, LinkFrequencies, LinkFrequencyError,
};
use crate::config::field::{flags, register};
use crate::config::registers::Registers;

flags! {
    /// The single bits of the Command register of a slave.
    SlaveCommandFlags: u16 {
        /// Its host is on link 1, not 0 (`MastHost` in lspci).
        MASTER_HOST = 10;
        /// Its requests go away from the host (`DefDir`).
        DEFAULT_DIRECTION = 11;
        /// Packets to a link that is not initialized are dropped (`DUL`).
        DROP_ON_UNINITIALIZED_LINK = 12;
    }
}

register! {
    /// The Command register of a slave, at 0x02.
    SlaveCommand: u16 {
        /// The first unit's number.
        base_unit_id: u8 = 4:0,
        /// How many units it has.
        unit_count: u8 = 9:5,
        ; /// The single bits and the structure's type.
        flags: SlaveCommandFlags
    }
}

/// One of the two links of a slave.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct SlaveLink {
    /// Link Control: at 0x04 and 0x08.
    pub control: LinkControl,
    /// Link Configuration: at 0x06 and 0x0a.
    pub configuration: LinkConfiguration,
    /// Link Frequency/Error: at 0x0d and 0x11.
    pub frequency_error: LinkFrequencyError,
    /// Link Frequency Capability: at 0x0e and 0x12.
    pub frequencies: LinkFrequencies,
}

/// The Slave or Primary Interface: a device's end of its two links.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct SlaveInterface {
    /// The Command register, at 0x02.
    pub command: SlaveCommand,
    /// The two links.
    pub links: [SlaveLink; 2],
    /// The Revision ID register, at 0x0c. Before revision 1.02 (0x22) there is nothing
    /// behind it.
    pub revision: HyperTransportRevision,
    /// The Feature register, at 0x10.
    pub features: HyperTransportFeatures,
    /// The Enumeration Scratchpad register, at 0x14.
    pub enumeration_scratchpad: u16,
    /// The Error Handling register, at 0x16.
    pub errors: HyperTransportErrors,
    /// The Memory Base Upper register, at 0x18.
    pub memory_base_upper: u8,
    /// The Memory Limit Upper register, at 0x19.
    pub memory_limit_upper: u8,
    /// The Bus Number register, at 0x1a.
    pub bus_number: u8,
}

impl SlaveInterface {
    pub(super) fn read(registers: Registers<'_>) -> Option<Self> {
        let link = |control: u16, frequency: u16| {
            Some(SlaveLink {
                control: LinkControl::from_bits(registers.word(control)?),
                configuration: LinkConfiguration::from_bits(registers.word(control + 2)?),
                frequency_error: LinkFrequencyError::from_bits(registers.byte(frequency)?),
                frequencies: LinkFrequencies::from_bits_retain(registers.word(frequency + 1)?),
            })
        };
        Some(Self {
            command: SlaveCommand::from_bits(registers.word(0x02)?),
            links: [link(0x04, 0x0d)?, link(0x08, 0x11)?],
            revision: HyperTransportRevision::from_bits(registers.byte(0x0c)?),
            features: HyperTransportFeatures::from_bits_retain(registers.byte(0x10)?.into()),
            enumeration_scratchpad: registers.word(0x14)?,
            errors: HyperTransportErrors::from_bits_retain(registers.word(0x16)?),
            memory_base_upper: registers.byte(0x18)?,
            memory_limit_upper: registers.byte(0x19)?,
            bus_number: registers.byte(0x1a)?,
        })
    }
}

flags! {
    /// The single bits of the Command register of a host.
    HostCommandFlags: u16 {
        /// A reset of the chain is a warm one (`WarmRst` in lspci).
        WARM_RESET = 0;
        /// There is a host at the other end too (`DblEnd`).
        DOUBLE_ENDED = 1;
        /// Which side of the chain it is on (`ChainSide`).
        CHAIN_SIDE = 7;
        /// It hides from the other host (`HostHide`).
        HOST_HIDE = 8;
        /// It acts as a slave (`Slave`).
        ACT_AS_SLAVE = 10;
        /// A request came to the end of the chain (`<EOCErr`).
        HOST_INBOUND_END_OF_CHAIN_ERROR = 11;
        /// Packets to a link that is not initialized are dropped (`DUL`).
        DROP_ON_UNINITIALIZED_LINK = 12;
    }
}

register! {
    /// The Command register of a host, at 0x02.
    HostCommand: u16 {
        /// The device number that the other host sees it at.
        device_number: u8 = 6:2,
        ; /// The single bits and the structure's type.
        flags: HostCommandFlags
    }
}

/// The Host or Secondary Interface: a host's end of its link.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct HostInterface {
    /// The Command register, at 0x02.
    pub command: HostCommand,
    /// The Link Control register, at 0x04.
    pub control: LinkControl,
    /// The Link Configuration register, at 0x06.
    pub configuration: LinkConfiguration,
    /// The Revision ID register, at 0x08. Before revision 1.02 (0x22) there is nothing
    /// behind it.
    pub revision: HyperTransportRevision,
    /// The Link Frequency/Error register, at 0x09.
    pub frequency_error: LinkFrequencyError,
    /// The Link Frequency Capability register, at 0x0a.
    pub frequencies: LinkFrequencies,
    /// The Feature register, at 0x0c.
    pub features: HyperTransportFeatures,
    /// The Enumeration Scratchpad register, at 0x10.
    pub enumeration_scratchpad: u16,
    /// The Error Handling register, at 0x12.
    pub errors: HyperTransportErrors,
    /// The Memory Base Upper register, at 0x14.
    pub memory_base_upper: u8,
    /// The Memory Limit Upper register, at 0x15.
    pub memory_limit_upper: u8,
}

impl HostInterface {
    pub(super) fn read(registers: Registers<'_>) -> Option<Self> {
        Some(Self {
            command: HostCommand::from_bits(registers.word(0x02)?),
            control: LinkControl::from_bits(registers.word(0x04)?),
            configuration: LinkConfiguration::from_bits(registers.word(0x06)?),
            revision: HyperTransportRevision::from_bits(registers.byte(0x08)?),
            frequency_error: LinkFrequencyError::from_bits(registers.byte(0x09)?),
            frequencies: LinkFrequencies::from_bits_retain(registers.word(0x0a)?),
            features: HyperTransportFeatures::from_bits_retain(registers.word(0x0c)?),
            enumeration_scratchpad: registers.word(0x10)?,
            errors: HyperTransportErrors::from_bits_retain(registers.word(0x12)?),
            memory_base_upper: registers.byte(0x14)?,
            memory_limit_upper: registers.byte(0x15)?,
        })
    }
}
