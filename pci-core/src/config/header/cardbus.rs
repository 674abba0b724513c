//! The header of a PCI-to-CardBus bridge.

use super::interrupt::InterruptPin;
use super::status::SecondaryStatus;
use crate::SubsystemId;
use crate::config::field::flags;
use crate::config::space::ConfigSpace;

flags! {
    /// The Bridge Control register of a CardBus bridge, at 0x3e (PC Card Standard
    /// 8.0, on PCI-to-CardBus bridges).
    #[doc(alias = "PCI_CB_BRIDGE_CONTROL")]
    CardBusControl: u16 {
        /// It takes notice of parity errors on the CardBus (`Parity` in lspci).
        PARITY_ERROR_RESPONSE = 0;
        /// It forwards SERR# (`SERR`).
        SERR_ENABLE = 1;
        /// It forwards no ISA aliases of I/O ports (`ISA`).
        ISA_ENABLE = 2;
        /// It forwards the addresses of VGA (`VGA`).
        VGA_ENABLE = 3;
        /// It reports master aborts (`MAbort`).
        MASTER_ABORT_MODE = 5;
        /// It holds the card in reset (`>Reset`).
        CARDBUS_RESET = 6;
        /// 16-bit cards interrupt through ISA interrupts (`16bInt`).
        INTERRUPT_16_BIT = 7;
        /// Memory window 0 is prefetchable.
        PREFETCH_MEMORY_0 = 8;
        /// Memory window 1 is prefetchable.
        PREFETCH_MEMORY_1 = 9;
        /// Writes to the card are posted (`PostWrite`).
        POST_WRITES = 10;
    }
}

/// What a header of type 2, of a PCI-to-CardBus bridge, holds beyond the common
/// part (PC Card Standard 8.0, on PCI-to-CardBus bridges).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub struct CardBusHeader {
    /// The base address register of the socket's registers, at 0x10.
    pub base_address: u32,
    /// Where the list of capabilities begins, at 0x14; the two low bits are no part
    /// of it.
    pub capabilities_pointer: u8,
    /// What happened on the CardBus, at 0x16.
    pub secondary_status: SecondaryStatus,
    /// The bus it is on, at 0x18.
    pub primary_bus: u8,
    /// The bus of the card, at 0x19.
    pub cardbus_bus: u8,
    /// The last bus that is reached through it, at 0x1a.
    pub subordinate_bus: u8,
    /// How many clocks it may hold the CardBus, at 0x1b.
    pub cardbus_latency_timer: u8,
    /// Base and limit of the memory windows, at 0x1c and 0x24.
    pub memory: [(u32, u32); 2],
    /// Base and limit of the I/O windows, at 0x2c and 0x34.
    pub io: [(u32, u32); 2],
    /// What software noted of the interrupt's routing, at 0x3c.
    pub interrupt_line: u8,
    /// Which INTx it asserts, at 0x3d.
    pub interrupt_pin: InterruptPin,
    /// What the bridge does, at 0x3e.
    pub bridge_control: CardBusControl,
    /// Who made the board and which it is, at 0x40; `None` where only 64 bytes
    /// were shown.
    pub subsystem: Option<SubsystemId>,
    /// Where 16-bit cards have their registers (ExCA), at 0x44; `None` where only
    /// 64 bytes were shown.
    pub legacy_mode_base: Option<u32>,
}

impl CardBusHeader {
    /// Reads it; `None` where not all of its first 64 bytes were shown.
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
