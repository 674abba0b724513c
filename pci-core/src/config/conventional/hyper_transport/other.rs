//! The structures that are not the end of a link.

use alloc::vec::Vec;

use crate::config::field::{code, flags, register};
use crate::config::registers::Registers;

flags! {
    /// The Command register of a switch, at 0x02.
    SwitchCommand: u16 {
        /// A virtual channel inside was blocked (`VIBERR` in lspci).
        VIB_ERROR = 7;
        /// That floods the link (`VIBFl`).
        VIB_FLOOD = 8;
        /// That is fatal (`VIBFt`).
        VIB_FATAL = 9;
        /// That is told (`VIBNFt`).
        VIB_NONFATAL = 10;
    }
}

flags! {
    /// The single bits of the Switch Info register.
    SwitchInformationFlags: u32 {
        /// It decodes addresses (`EnIn` in lspci).
        ENABLE_DECODE = 5;
        /// A reset is a cold one (`CR`).
        COLD_RESET = 6;
        /// The port can be plugged while the system runs (`HP`).
        HOT_PLUG = 18;
        /// The port is hidden (`Hide`).
        HIDE_PORT = 19;
    }
}

register! {
    /// The Switch Info register, at 0x08.
    SwitchInformation: u32 {
        /// Where requests go that no port claims (`DP` in lspci).
        default_port: u8 = 4:0,
        /// Which counter is shown (`PCIdx`).
        performance_counter_index: u8 = 11:8,
        /// Which base or limit is shown (`BLRIdx`).
        base_limit_range_index: u8 = 17:12,
        ; /// The single bits.
        flags: SwitchInformationFlags
    }
}

/// The Switch structure: a HyperTransport switch, its ports and the address ranges that
/// lead to them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Switch {
    /// The Switch Command register, at 0x02.
    pub command: SwitchCommand,
    /// The Partition Mask register, at 0x04.
    pub partition_mask: u32,
    /// The Switch Info register, at 0x08.
    pub information: SwitchInformation,
    /// The Performance Counter Data register, at 0x0c.
    pub performance_counter_data: u32,
    /// The Base/Limit Range Data register, at 0x10.
    pub base_limit_range_data: u32,
    /// The Secondary Base Data register, at 0x14.
    pub secondary_base_data: u32,
}

impl Switch {
    pub(super) fn read(registers: Registers<'_>) -> Option<Self> {
        Some(Self {
            command: SwitchCommand::from_bits_retain(registers.word(0x02)?),
            partition_mask: registers.dword(0x04)?,
            information: SwitchInformation::from_bits(registers.dword(0x08)?),
            performance_counter_data: registers.dword(0x0c)?,
            base_limit_range_data: registers.dword(0x10)?,
            secondary_base_data: registers.dword(0x14)?,
        })
    }
}

/// Interrupt Discovery and Configuration: a window to interrupt definitions.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct InterruptDiscovery {
    /// Which register is shown, at 0x02.
    pub index: u8,
    /// What it holds, at 0x04.
    pub data: u32,
}

impl InterruptDiscovery {
    pub(super) fn read(registers: Registers<'_>) -> Option<Self> {
        Some(Self {
            index: registers.byte(2)?,
            data: registers.dword(4)?,
        })
    }
}

/// `UnitID` Clumping: units that are treated as one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct UnitIdClumping {
    /// Which can be, at 0x04: a bit for each.
    pub support: u32,
    /// Which are, at 0x08.
    pub enable: u32,
}

impl UnitIdClumping {
    pub(super) fn read(registers: Registers<'_>) -> Option<Self> {
        Some(Self {
            support: registers.dword(4)?,
            enable: registers.dword(8)?,
        })
    }
}

/// Extended Configuration Space Access: a window to the configuration space of
/// others.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct ExtendedConfigurationAccess {
    /// Which register is shown, at 0x04.
    pub address: u32,
    /// What it holds, at 0x08.
    pub data: u32,
}

impl ExtendedConfigurationAccess {
    pub(super) fn read(registers: Registers<'_>) -> Option<Self> {
        Some(Self {
            address: registers.dword(4)?,
            data: registers.dword(8)?,
        })
    }
}

code! {
    /// How wide mapped addresses are.
    AddressMappingType: u8 {
        /// 40 bits.
        BITS_40 = 0, "40-bit";
        /// 64 bits.
        BITS_64 = 1, "64-bit";
    }
}

register! {
    /// The Command register of Address Mapping, at 0x02.
    MappingCommand: u16 {
        /// How many DMA windows there are (`NumDMA` in lspci).
        dma_mappings: u8 = 3:0,
        /// How large the I/O space is, as a code.
        io_size: u8 = 8:4,
        /// How wide mapped addresses are.
        map_type: AddressMappingType = 10:9,
        ; /// The structure's type.
        reserved: u16
    }
}

flags! {
    /// How a window is mapped.
    MappingWindowFlags: u8 {
        /// Its requests go to the compatibility chain (`Comp` in lspci).
        COMPAT = 0;
        /// Its requests are not coherent.
        NON_COHERENT = 1;
        /// Its requests are isochronous (`Isoc`).
        ISOCHRONOUS = 2;
        /// It is in use (`En`).
        ENABLE = 3;
    }
}

register! {
    /// A window to the secondary bus, of 40-bit mapping.
    MappingWindow: u32 {
        /// Bits 39:20 of its first address.
        base: u32 = 19:0,
        ; /// Bits 31:28 are the flags of the window.
        rest: u32
    }
}

impl MappingWindow {
    /// How it is mapped.
    #[must_use]
    pub const fn flags(self) -> MappingWindowFlags {
        let [.., high] = self.rest.to_le_bytes();
        MappingWindowFlags::from_bits_retain(high >> 4)
    }
}

/// A window for DMA, of 40-bit mapping.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct DmaMapping {
    /// Bits 39:20 of where it is on the primary bus, and its flags in bits 31:28.
    pub primary_base: MappingWindow,
    /// Bits 39:24 of where it ends on the secondary bus.
    pub secondary_limit: u16,
    /// Bits 39:24 of where it begins there.
    pub secondary_base: u16,
}

/// Address Mapping: a bridge that moves the addresses of one side to others on the other
/// side, window by window.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct AddressMapping {
    /// The Command register, at 0x02.
    pub command: MappingCommand,
    /// With 40 bits: the window to the secondary bus that may not be read ahead, at
    /// 0x04. With 64 bits: the Index register.
    pub non_prefetchable: MappingWindow,
    /// With 40 bits: the window that may be read ahead, at 0x08. With 64 bits: the
    /// Data Lower register.
    pub prefetchable: MappingWindow,
    /// With 64 bits: the Data Upper register, at 0x0c.
    pub data_upper: Option<u32>,
    /// With 40 bits: the windows for DMA, from 0x0c on, as far as they were shown.
    pub dma: Vec<DmaMapping>,
}

impl AddressMapping {
    pub(super) fn read(registers: Registers<'_>) -> Option<Self> {
        let command = MappingCommand::from_bits(registers.word(2)?);
        let wide = command.map_type == AddressMappingType::BITS_64;
        let narrow = command.map_type == AddressMappingType::BITS_40;
        let count = if narrow { command.dma_mappings } else { 0 };
        let window = |at| {
            Some(DmaMapping {
                primary_base: MappingWindow::from_bits(registers.dword(at)?),
                secondary_limit: registers.word(at + 4)?,
                secondary_base: registers.word(at + 6)?,
            })
        };
        Some(Self {
            command,
            non_prefetchable: MappingWindow::from_bits(registers.dword(4)?),
            prefetchable: MappingWindow::from_bits(registers.dword(8)?),
            data_upper: if wide {
                Some(registers.dword(0xc)?)
            } else {
                None
            },
            dma: (0..u16::from(count))
                .map_while(|at| window(0xc + 8 * at))
                .collect(),
        })
    }
}

flags! {
    /// The Command register of MSI Mapping, at 0x02.
    #[doc(alias = "HT_MSI_FLAGS")]
    MsiMappingFlags: u16 {
        /// MSI becomes HyperTransport interrupts (`Enable` in lspci). Linux sets it
        /// where firmware forgot, and lets no device below use MSI where it cannot.
        ENABLE = 0;
        /// The address is fee00000 and there are no registers for it (`Fixed`).
        FIXED = 1;
    }
}

/// MSI Mapping: writes to this address are interrupts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct MsiMapping {
    /// What it does, at 0x02.
    pub flags: MsiMappingFlags,
    /// The address, at 0x04: 0xfee0_0000 where it is fixed.
    pub address: u64,
}

impl MsiMapping {
    pub(super) fn read(registers: Registers<'_>) -> Option<Self> {
        let flags = MsiMappingFlags::from_bits_retain(registers.word(2)?);
        let address = if flags.contains(MsiMappingFlags::FIXED) {
            0xfee0_0000
        } else {
            registers.qword(4)?
        };
        Some(Self { flags, address })
    }
}

register! {
    /// The Command register of `DirectRoute`, at 0x02.
    DirectRouteCommand: u16 {
        /// How many spaces there are.
        spaces: u8 = 3:0,
        /// Which register is shown.
        index: u8 = 8:4,
        ; /// The structure's type.
        reserved: u16
    }
}

/// `DirectRoute`: requests that go straight to a neighbour.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct DirectRoute {
    /// The Command register, at 0x02.
    pub command: DirectRouteCommand,
    /// Which spaces are in use, at 0x04: a bit for each.
    pub enable_vector: u32,
    /// What the register holds that is shown, at 0x08.
    pub data: u32,
}

impl DirectRoute {
    pub(super) fn read(registers: Registers<'_>) -> Option<Self> {
        Some(Self {
            command: DirectRouteCommand::from_bits(registers.word(2)?),
            enable_vector: registers.dword(4)?,
            data: registers.dword(8)?,
        })
    }
}

/// `VCSet`: more virtual channels.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct VcSet {
    /// Which sets it knows, at 0x04: a bit for each.
    pub supported: u8,
    /// Which sets link 1 uses, at 0x05.
    pub link_1_enabled: u8,
    /// Which sets link 0 uses, at 0x06.
    pub link_0_enabled: u8,
    /// The Stream Bucket Depth register, at 0x08.
    pub stream_bucket_depth: u8,
    /// The Stream Interval register, at 0x09.
    pub stream_interval: u8,
    /// How many streaming channels there are, at 0x0a: 0 for one, 1 for 4, 2 for 16.
    pub streaming_channels: u8,
    /// The Non-FC Bucket Depth register, at 0x0c.
    pub non_fc_bucket_depth: u8,
    /// The Non-FC Bucket Interval register, at 0x0d.
    pub non_fc_interval: u8,
}

impl VcSet {
    pub(super) fn read(registers: Registers<'_>) -> Option<Self> {
        Some(Self {
            supported: registers.byte(0x04)?,
            link_1_enabled: registers.byte(0x05)?,
            link_0_enabled: registers.byte(0x06)?,
            stream_bucket_depth: registers.byte(0x08)?,
            stream_interval: registers.byte(0x09)?,
            streaming_channels: registers.byte(0x0a)?,
            non_fc_bucket_depth: registers.byte(0x0c)?,
            non_fc_interval: registers.byte(0x0d)?,
        })
    }
}

flags! {
    /// The single bits of a Retry Control register.
    RetryControlFlags: u8 {
        /// Packets with errors are sent again (`LkRetEn` in lspci).
        LINK_RETRY_ENABLE = 0;
        /// An error is sent on purpose (`FSE`).
        FORCE_SINGLE_ERROR = 1;
        /// A counter that runs over is told (`RollNFE`).
        ROLLOVER_NONFATAL_ENABLE = 2;
        /// A packet is withdrawn on purpose (`FSS`).
        FORCE_SINGLE_STOMP = 3;
        /// Sending again is told (`RetNFE`).
        RETRY_NONFATAL_ENABLE = 4;
        /// Sending again in vain is fatal (`RetFE`).
        RETRY_FATAL_ENABLE = 5;
    }
}

register! {
    /// A Retry Control register.
    RetryControl: u8 {
        /// How often a packet may be sent again.
        allowed_attempts: u8 = 7:6,
        ; /// The single bits.
        flags: RetryControlFlags
    }
}

flags! {
    /// A Retry Status register.
    RetryStatus: u8 {
        /// A packet was sent again (`RetSnt` in lspci).
        RETRY_SENT = 0;
        /// The counter ran over (`CntRoll`).
        COUNT_ROLLOVER = 1;
        /// A packet was withdrawn (`StpRcv`).
        STOMP_RECEIVED = 2;
    }
}

/// One of the two links of Retry Mode.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct RetryLink {
    /// What it does: at 0x04 and 0x06.
    pub control: RetryControl,
    /// What happened: at 0x05 and 0x07.
    pub status: RetryStatus,
    /// How many packets were sent again: at 0x08 and 0x0a.
    pub count: u16,
}

/// Retry Mode: packets with errors are sent again.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct RetryMode {
    /// The two links.
    pub links: [RetryLink; 2],
}

impl RetryMode {
    pub(super) fn read(registers: Registers<'_>) -> Option<Self> {
        let link = |control: u16, count| {
            Some(RetryLink {
                control: RetryControl::from_bits(registers.byte(control)?),
                status: RetryStatus::from_bits_retain(registers.byte(control + 1)?),
                count: registers.word(count)?,
            })
        };
        Some(Self {
            links: [link(4, 8)?, link(6, 0xa)?],
        })
    }
}
