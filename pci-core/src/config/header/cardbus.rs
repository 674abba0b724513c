//! The header of a PCI-to-CardBus bridge.

use super::interrupt::InterruptPin;
use super::status::SecondaryStatus;
use crate::SubsystemId;
use crate::config::field::flags;
use crate::config::space::ConfigSpace;

flags! {
    /// Bridge Control register of a CardBus bridge, at 0x3e (PC Card Standard 8.0, on
    /// PCI-to-CardBus bridges).
    #[doc(alias = "PCI_CB_BRIDGE_CONTROL")]
    CardBusControl: u16 {
        /// Parity Error Response Enable on the CardBus (`Parity` in lspci).
        PARITY_ERROR_RESPONSE = 0;
        /// SERR# Enable (`SERR`).
        SERR_ENABLE = 1;
        /// ISA Enable: ISA aliases of I/O ports are not forwarded (`ISA`).
        ISA_ENABLE = 2;
        /// VGA Enable (`VGA`).
        VGA_ENABLE = 3;
        /// Master Abort Mode (`MAbort`).
        MASTER_ABORT_MODE = 5;
        /// CardBus Reset (`>Reset`).
        CARDBUS_RESET = 6;
        /// IREQ-INT Enable: 16-bit cards use ISA interrupts (`16bInt`).
        INTERRUPT_16_BIT = 7;
        /// Memory 0 Prefetch Enable.
        PREFETCH_MEMORY_0 = 8;
        /// Memory 1 Prefetch Enable.
        PREFETCH_MEMORY_1 = 9;
        /// Write Posting Enable (`PostWrite`).
        POST_WRITES = 10;
    }
}

/// The type 2 header, of a PCI-to-CardBus bridge, without the common part (PC Card Standard 8.0, on
/// PCI-to-CardBus bridges).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub struct CardBusHeader {
    /// Base address register of the socket registers, at 0x10.
    pub base_address: u32,
    /// Capabilities Pointer, at 0x14; the two low bits are reserved.
    pub capabilities_pointer: u8,
    /// Secondary Status, at 0x16.
    pub secondary_status: SecondaryStatus,
    /// Primary bus number, at 0x18.
    pub primary_bus: u8,
    /// CardBus bus number, at 0x19.
    pub cardbus_bus: u8,
    /// Subordinate bus number, at 0x1a.
    pub subordinate_bus: u8,
    /// CardBus latency timer, in clocks, at 0x1b.
    pub cardbus_latency_timer: u8,
    /// Base and limit of the memory windows, at 0x1c and 0x24.
    pub memory: [(u32, u32); 2],
    /// Base and limit of the I/O windows, at 0x2c and 0x34.
    pub io: [(u32, u32); 2],
    /// Interrupt Line, at 0x3c: routing information written by software.
    pub interrupt_line: u8,
    /// Interrupt Pin, at 0x3d.
    pub interrupt_pin: InterruptPin,
    /// Bridge Control, at 0x3e.
    pub bridge_control: CardBusControl,
    /// Subsystem IDs, at 0x40; `None` if only 64 bytes are known.
    pub subsystem: Option<SubsystemId>,
    /// PC Card 16-bit legacy mode base address (ExCA), at 0x44; `None` if only 64 bytes are known.
    pub legacy_mode_base: Option<u32>,
}

impl CardBusHeader {
    /// Parses the header; `None` if some of its first 64 bytes are not in the input.
    #[must_use]
    pub fn read(space: ConfigSpace<'_>) -> Option<Self> {
        let pair = |offset: u16| Some((space.dword(offset)?, space.dword(offset + 4)?));
        Some(Self {
            base_address: space.dword(0x10)?,
            capabilities_pointer: space.byte(0x14)?,
            secondary_status: SecondaryStatus::from_bits(space.word(0x16)?),
            primary_bus: space.byte(0x18)?,
            cardbus_bus: space.byte(0x19)?,
            subordinate_bus: space.byte(0x1a)?,
            cardbus_latency_timer: space.byte(0x1b)?,
            memory: [pair(0x1c)?, pair(0x24)?],
            io: [pair(0x2c)?, pair(0x34)?],
            interrupt_line: space.byte(0x3c)?,
            interrupt_pin: InterruptPin(space.byte(0x3d)?),
            bridge_control: CardBusControl::from_bits_retain(space.word(0x3e)?),
            subsystem: space
                .word(0x40)
                .zip(space.word(0x42))
                .map(|(vendor, device)| SubsystemId::new(vendor, device)),
            legacy_mode_base: space.dword(0x44),
        })
    }
}
