//! Virtual channels: traffic that does not wait for other traffic.

use alloc::vec::Vec;

use crate::config::capability_id::ExtendedCapabilityId;
use crate::config::field::{code, flags, register};
use crate::config::registers::Registers;
use crate::config::space::ConfigSpace;
use crate::config::structure::ExtendedStructure;

code! {
    /// How a port, or a channel, chooses between those who want to send, where there
    /// is a table or a scheme to choose from (PCI Express Base Specification 6.3,
    /// sections 7.9.1.5 and 7.9.1.7). For channels 1 to 5 stand for tables of 32, 64,
    /// 128, 128 with times, and 256 turns; for the port 1 to 3 stand for tables of 32,
    /// 64 and 128 turns.
    ArbitrationSelect: u8 {
        /// In a way of its own.
        HARDWARE_FIXED = 0, "Fixed";
    }
}

register! {
    /// The Port VC Capability 1 register, at 0x04.
    PortVcCapabilities1: u32 {
        /// How many channels there are beside the first one.
        extended_vc_count: u8 = 2:0,
        /// How many of them have low priority.
        low_priority_extended_vc_count: u8 = 6:4,
        /// The clock of times: 0 for 100 ns.
        reference_clock: u8 = 9:8,
        /// The size of an entry in the tables of ports: 1 bit, doubled as many times
        /// as this says.
        port_arbitration_table_entry_size: u8 = 11:10,
        ; /// The bits that are in no field.
        reserved: u32
    }
}

flags! {
    /// Which ways to choose there are: of the port between channels, or of a channel
    /// between ports.
    ArbitrationCapabilities: u8 {
        /// A way of its own (`Fixed` in lspci).
        HARDWARE_FIXED = 0;
        /// Turns from a table of 32 (`WRR32`).
        WRR_32 = 1;
        /// Turns from a table of 64 (`WRR64`).
        WRR_64 = 2;
        /// Turns from a table of 128 (`WRR128`).
        WRR_128 = 3;
        /// Turns with times from a table of 128 (`TWRR128`).
        TIME_BASED_WRR_128 = 4;
        /// Turns from a table of 256 (`WRR256`).
        WRR_256 = 5;
    }
}

register! {
    /// The Port VC Capability 2 register, at 0x08.
    PortVcCapabilities2: u32 {
        /// Which ways there are to choose between channels, as the bits of
        /// [`ArbitrationCapabilities`].
        vc_arbitration: u8 = 7:0,
        /// Where the table for that is, in units of 16 bytes from the beginning of the
        /// structure; 0 for none.
        vc_arbitration_table_offset: u8 = 31:24,
        ; /// The bits that are in no field.
        reserved: u32
    }
}

register! {
    /// The Port VC Control register, at 0x0c.
    PortVcControl: u16 {
        /// How it chooses between channels.
        vc_arbitration_select: ArbitrationSelect = 3:1,
        ; /// The bits that are in no field: bit 0 loads the table and reads as 0.
        reserved: u16
    }
}

flags! {
    /// The Port VC Status register, at 0x0e.
    PortVcStatus: u16 {
        /// The table was changed and is not in use yet.
        VC_ARBITRATION_TABLE_STATUS = 0;
    }
}

flags! {
    /// The single bits of a VC Resource Capability register.
    VcResourceCapabilityFlags: u32 {
        /// For advanced packet switching only (withdrawn).
        ADVANCED_PACKET_SWITCHING = 14;
        /// Requests that caches must be asked for are refused (`RejSnoopTrans` in
        /// lspci).
        REJECT_SNOOP_TRANSACTIONS = 15;
    }
}

register! {
    /// A VC Resource Capability register.
    VcResourceCapabilities: u32 {
        /// Which ways there are to choose between ports, as the bits of
        /// [`ArbitrationCapabilities`].
        port_arbitration: u8 = 7:0,
        /// One less than how many times there are.
        max_time_slots: u8 = 22:16,
        /// Where the table for that is, in units of 16 bytes from the beginning of the
        /// structure; 0 for none.
        port_arbitration_table_offset: u8 = 31:24,
        ; /// The single bits.
        flags: VcResourceCapabilityFlags
    }
}

flags! {
    /// The single bits of a VC Resource Control register.
    VcResourceControlFlags: u32 {
        /// Writing 1 loads the table.
        LOAD_PORT_ARBITRATION_TABLE = 16;
        /// The channel is in use (`Enable` in lspci).
        VC_ENABLE = 31;
    }
}

register! {
    /// A VC Resource Control register.
    VcResourceControl: u32 {
        /// Which traffic classes go through it: a bit each (`TC/VC` in lspci).
        tc_vc_map: u8 = 7:0,
        /// How it chooses between ports.
        port_arbitration_select: ArbitrationSelect = 19:17,
        /// The channel's number.
        vc_id: u8 = 26:24,
        ; /// The single bits.
        flags: VcResourceControlFlags
    }
}

flags! {
    /// A VC Resource Status register.
    VcResourceStatus: u16 {
        /// The table was changed and is not in use yet.
        PORT_ARBITRATION_TABLE_STATUS = 0;
        /// The channel is being set up (`NegoPending` in lspci).
        VC_NEGOTIATION_PENDING = 1;
    }
}

/// A virtual channel.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct VcResource {
    /// What it can, at 0x10 for the first one.
    pub capabilities: VcResourceCapabilities,
    /// What it is told, at 0x14.
    pub control: VcResourceControl,
    /// What it does, at 0x1a.
    pub status: VcResourceStatus,
}

/// The virtual channels of a port or function (PCI Express Base Specification 6.3,
/// sections 6.3 and 7.9.1): streams of traffic over one link, each with buffers of its own,
/// so that traffic of one does not wait for that of another. A request has a traffic
/// class, 0 to 7; firmware says which class goes through which channel. Channel 0 is
/// always there, and mostly the only one in use.
///
/// ```
/// use pci_core::config::extended::{VcResourceControlFlags, VirtualChannel};
/// use pci_core::config::{ConfigSpace, ExtendedStructure};
/// let mut bytes = [0; 0x1c];
/// bytes[..4].copy_from_slice(&[0x02, 0x00, 0x01, 0x00]);
/// bytes[0x14..0x18].copy_from_slice(&0x8000_00ff_u32.to_le_bytes());
/// let vc = VirtualChannel::read(ConfigSpace::new(&bytes), 0).unwrap();
/// assert_eq!(vc.resources.len(), 1);
/// // All eight classes go through channel 0.
/// assert_eq!(vc.resources[0].control.tc_vc_map, 0xff);
/// assert!(vc.resources[0].control.flags.contains(VcResourceControlFlags::VC_ENABLE));
/// ```
#[doc(alias = "VC")]
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct VirtualChannel {
    /// How many channels there are, at 0x04.
    pub capabilities_1: PortVcCapabilities1,
    /// How it can choose between them, at 0x08.
    pub capabilities_2: PortVcCapabilities2,
    /// How it chooses, at 0x0c.
    pub control: PortVcControl,
    /// What it does, at 0x0e.
    pub status: PortVcStatus,
    /// The channels, 8 at most, as far as they were shown.
    pub resources: Vec<VcResource>,
}

impl VirtualChannel {
    fn of(registers: Registers<'_>) -> Option<Self> {
        let capabilities_1 = PortVcCapabilities1::from_bits(registers.dword(4)?);
        let resource = |at: u16| {
            Some(VcResource {
                capabilities: VcResourceCapabilities::from_bits(registers.dword(at)?),
                control: VcResourceControl::from_bits(registers.dword(at + 4)?),
                status: VcResourceStatus::from_bits_retain(registers.word(at + 0xa)?),
            })
        };
        Some(Self {
            capabilities_1,
            capabilities_2: PortVcCapabilities2::from_bits(registers.dword(8)?),
            control: PortVcControl::from_bits(registers.word(0xc)?),
            status: PortVcStatus::from_bits_retain(registers.word(0xe)?),
            resources: (0..=u16::from(capabilities_1.extended_vc_count))
                .map_while(|index| resource(0x10 + 0xc * index))
                .collect(),
        })
    }
}

impl ExtendedStructure for VirtualChannel {
    /// The id without [`MultiFunctionVirtualChannel`]; with it the structure has
    /// [`VIRTUAL_CHANNEL_MFVC`](ExtendedCapabilityId::VIRTUAL_CHANNEL_MFVC).
    const ID: ExtendedCapabilityId = ExtendedCapabilityId::VIRTUAL_CHANNEL;

    fn read(space: ConfigSpace<'_>, offset: u16) -> Option<Self> {
        Self::of(Registers::new(space, offset))
    }
}

/// The virtual channels of all functions of a device together (PCI Express Base
/// Specification 6.3, section 7.9.2): they have the same registers, and choose between
/// functions where a port chooses between ports. Only function 0 has the structure.
///
/// ```
/// use pci_core::config::{ConfigSpace, ExtendedStructure, extended::MultiFunctionVirtualChannel};
/// let mut bytes = [0; 0x28];
/// bytes[..8].copy_from_slice(&[0x08, 0x00, 0x01, 0x00, 0x01, 0x00, 0x00, 0x00]);
/// let mfvc = MultiFunctionVirtualChannel::read(ConfigSpace::new(&bytes), 0).unwrap();
/// assert_eq!(mfvc.channels.resources.len(), 2);
/// ```
#[doc(alias = "MFVC")]
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct MultiFunctionVirtualChannel {
    /// The channels.
    pub channels: VirtualChannel,
}

impl ExtendedStructure for MultiFunctionVirtualChannel {
    const ID: ExtendedCapabilityId = ExtendedCapabilityId::MULTI_FUNCTION_VIRTUAL_CHANNEL;

    fn read(space: ConfigSpace<'_>, offset: u16) -> Option<Self> {
        let channels = VirtualChannel::of(Registers::new(space, offset))?;
        Some(Self { channels })
    }
}
