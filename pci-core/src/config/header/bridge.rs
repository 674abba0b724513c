//! The header of a PCI-to-PCI bridge.

use core::ops::RangeInclusive;

use super::base_address::{BaseAddress, ExpansionRom};
use super::interrupt::InterruptPin;
use super::status::SecondaryStatus;
use super::window::Window;
use crate::config::field::flags;
use crate::config::space::ConfigSpace;

flags! {
    /// Bridge Control register, at 0x3e (PCI-to-PCI Bridge Architecture Specification 1.2, section
    /// 3.2.5.18; PCI Express Base Specification 6.0, section 7.5.1.3.13).
    #[doc(alias = "PCI_BRIDGE_CONTROL")]
    BridgeControl: u16 {
        /// Parity Error Response Enable on the secondary bus (`Parity` in lspci).
        PARITY_ERROR_RESPONSE = 0;
        /// SERR# Enable: errors of the secondary bus are forwarded (`SERR`).
        SERR_ENABLE = 1;
        /// ISA Enable: ISA aliases of I/O ports are not forwarded (`NoISA`).
        ISA_ENABLE = 2;
        /// VGA Enable: VGA addresses are forwarded, to the display that the firmware selected
        /// (`VGA`).
        VGA_ENABLE = 3;
        /// VGA 16-Bit Decode, instead of 10 bits (`VGA16`).
        VGA_16_BIT_DECODE = 4;
        /// Master Abort Mode: master aborts are reported (`MAbort`); 0 in PCI Express.
        MASTER_ABORT_MODE = 5;
        /// Secondary Bus Reset (`>Reset`). Setting and clearing it is Linux's reset method "bus".
        SECONDARY_BUS_RESET = 6;
        /// Fast Back-to-Back Transactions Enable on the secondary bus (`FastB2B`); 0 in PCI
        /// Express.
        FAST_BACK_TO_BACK_ENABLE = 7;
        /// Primary Discard Timer: 2^10 clocks instead of 2^15 (`PriDiscTmr`).
        PRIMARY_DISCARD_TIMER = 8;
        /// Secondary Discard Timer: 2^10 clocks instead of 2^15 (`SecDiscTmr`).
        SECONDARY_DISCARD_TIMER = 9;
        /// Discard Timer Status: a discard timer expired (`DiscTmrStat`).
        DISCARD_TIMER_STATUS = 10;
        /// Discard Timer SERR# Enable (`DiscTmrSERREn`).
        DISCARD_TIMER_SERR_ENABLE = 11;
    }
}

/// The type 1 header, of a PCI-to-PCI bridge, without the common part (PCI-to-PCI Bridge
/// Architecture Specification 1.2, section 3.2; PCI Express Base Specification 6.0, section
/// 7.5.1.3). A PCI Express port is such a bridge.
///
/// Firmware or kernel sets the buses below the bridge and the address windows that it forwards. A
/// card whose BARs exceed the window gets no addresses.
///
/// ```
/// use pci_core::config::{ConfigSpace, header::BridgeHeader};
/// let mut bytes = [0; 64];
/// bytes[0x18..0x1b].copy_from_slice(&[0x00, 0x01, 0x02]);
/// bytes[0x20..0x24].copy_from_slice(&[0x00, 0xf6, 0xf0, 0xf7]); // f600, f7f0
/// let bridge = BridgeHeader::read(ConfigSpace::new(&bytes)).unwrap();
/// // Bus 1 is the secondary bus, bus 2 is below another bridge there.
/// assert_eq!(bridge.buses(), 1..=2);
/// let window = bridge.memory_window();
/// assert_eq!((window.base, window.size()), (0xf600_0000, Some(32 << 20)));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub struct BridgeHeader {
    /// The base address registers, at 0x10 and 0x14.
    pub base_addresses: [u32; 2],
    /// Primary Bus Number, at 0x18, as written by software.
    pub primary_bus: u8,
    /// Secondary Bus Number, at 0x19.
    pub secondary_bus: u8,
    /// Subordinate Bus Number, at 0x1a.
    pub subordinate_bus: u8,
    /// Secondary Latency Timer, in clocks, at 0x1b; 0 in PCI Express.
    pub secondary_latency_timer: u8,
    /// I/O Base, at 0x1c.
    pub io_base: u8,
    /// I/O Limit, at 0x1d.
    pub io_limit: u8,
    /// Secondary Status, at 0x1e.
    pub secondary_status: SecondaryStatus,
    /// Memory Base, at 0x20.
    pub memory_base: u16,
    /// Memory Limit, at 0x22.
    pub memory_limit: u16,
    /// Prefetchable Memory Base, at 0x24.
    pub prefetchable_memory_base: u16,
    /// Prefetchable Memory Limit, at 0x26.
    pub prefetchable_memory_limit: u16,
    /// Prefetchable Base Upper 32 Bits, at 0x28.
    pub prefetchable_base_upper: u32,
    /// Prefetchable Limit Upper 32 Bits, at 0x2c.
    pub prefetchable_limit_upper: u32,
    /// I/O Base Upper 16 Bits, at 0x30.
    pub io_base_upper: u16,
    /// I/O Limit Upper 16 Bits, at 0x32.
    pub io_limit_upper: u16,
    /// Capabilities Pointer, at 0x34; the two low bits are reserved.
    pub capabilities_pointer: u8,
    /// The expansion ROM, at 0x38.
    pub expansion_rom: ExpansionRom,
    /// Interrupt Line, at 0x3c: routing information written by software.
    pub interrupt_line: u8,
    /// Interrupt Pin, at 0x3d.
    pub interrupt_pin: InterruptPin,
    /// Bridge Control, at 0x3e.
    pub bridge_control: BridgeControl,
}

impl BridgeHeader {
    /// Parses the header; `None` if some of its bytes are not in the input.
    #[must_use]
    pub fn read(space: ConfigSpace<'_>) -> Option<Self> {
        Some(Self {
            base_addresses: [space.dword(0x10)?, space.dword(0x14)?],
            primary_bus: space.byte(0x18)?,
            secondary_bus: space.byte(0x19)?,
            subordinate_bus: space.byte(0x1a)?,
            secondary_latency_timer: space.byte(0x1b)?,
            io_base: space.byte(0x1c)?,
            io_limit: space.byte(0x1d)?,
            secondary_status: SecondaryStatus::from_bits(space.word(0x1e)?),
            memory_base: space.word(0x20)?,
            memory_limit: space.word(0x22)?,
            prefetchable_memory_base: space.word(0x24)?,
            prefetchable_memory_limit: space.word(0x26)?,
            prefetchable_base_upper: space.dword(0x28)?,
            prefetchable_limit_upper: space.dword(0x2c)?,
            io_base_upper: space.word(0x30)?,
            io_limit_upper: space.word(0x32)?,
            capabilities_pointer: space.byte(0x34)?,
            expansion_rom: ExpansionRom(space.dword(0x38)?),
            interrupt_line: space.byte(0x3c)?,
            interrupt_pin: InterruptPin(space.byte(0x3d)?),
            bridge_control: BridgeControl::from_bits_retain(space.word(0x3e)?),
        })
    }

    /// The base address registers, with the two of a 64-bit BAR as one.
    pub fn bars(&self) -> impl Iterator<Item = BaseAddress> + use<'_> {
        BaseAddress::of(&self.base_addresses)
    }

    /// The buses below the bridge, from the secondary to the subordinate bus; empty if unassigned
    /// or in the wrong order.
    #[must_use]
    pub fn buses(&self) -> RangeInclusive<u8> {
        if self.secondary_bus == 0 {
            return RangeInclusive::new(1, 0);
        }
        self.secondary_bus..=self.subordinate_bus
    }

    /// The forwarded I/O ports, in units of 4 KiB.
    #[must_use]
    pub fn io_window(&self) -> Window {
        let part = |register: u8| (u32::from(register & 0xf0) << 8, register & 0xf);
        Window::new(
            part(self.io_base),
            part(self.io_limit),
            (
                u64::from(self.io_base_upper) << 16,
                u64::from(self.io_limit_upper) << 16,
            ),
            0xfff,
        )
    }

    /// The forwarded memory, in units of 1 MiB, always below 4 GiB.
    #[must_use]
    pub fn memory_window(&self) -> Window {
        Window::new(
            memory(self.memory_base),
            memory(self.memory_limit),
            (0, 0),
            0xf_ffff,
        )
    }

    /// The forwarded prefetchable memory, in units of 1 MiB.
    #[must_use]
    pub(crate) fn prefetchable_window(&self) -> Window {
        Window::new(
            memory(self.prefetchable_memory_base),
            memory(self.prefetchable_memory_limit),
            (
                u64::from(self.prefetchable_base_upper) << 32,
                u64::from(self.prefetchable_limit_upper) << 32,
            ),
            0xf_ffff,
        )
    }
}

/// The address and the type in a base or limit register of memory.
fn memory(register: u16) -> (u32, u8) {
    let [low, _] = register.to_le_bytes();
    (u32::from(register & 0xfff0) << 16, low & 0xf)
}

#[cfg(test)]
mod tests {
    use super::super::window::WindowWidth;
    use super::*;

    fn bridge(change: impl FnOnce(&mut [u8; 64])) -> BridgeHeader {
        let mut bytes = [0; 64];
        change(&mut bytes);
        BridgeHeader::read(ConfigSpace::new(&bytes)).unwrap()
    }

    #[test]
    fn windows() {
        let open = bridge(|bytes| {
            bytes[0x1c..0x1e].copy_from_slice(&[0xe1, 0xf1]);
            bytes[0x20..0x24].copy_from_slice(&[0x00, 0xf6, 0x00, 0xf7]);
            bytes[0x24..0x28].copy_from_slice(&[0x01, 0xe0, 0xf1, 0xe1]);
            bytes[0x28] = 0x40;
            bytes[0x2c] = 0x41;
            bytes[0x32] = 1;
        });
        let io = open.io_window();
        assert_eq!((io.base, io.limit), (0xe000, 0x1_ffff));
        assert_eq!(io.width, Some(WindowWidth::WIDE));
        let memory = open.memory_window();
        assert_eq!((memory.base, memory.limit), (0xf600_0000, 0xf70f_ffff));
        assert_eq!(memory.size(), Some(0x110_0000));
        let prefetchable = open.prefetchable_window();
        assert_eq!(prefetchable.base, 0x40_e000_0000);
        assert_eq!(prefetchable.limit, 0x41_e1ff_ffff);
    }

    #[test]
    fn closed_and_broken_windows() {
        let closed = bridge(|bytes| {
            bytes[0x1c..0x1e].copy_from_slice(&[0xf0, 0x00]);
            bytes[0x20..0x24].copy_from_slice(&[0xf0, 0xff, 0x00, 0x00]);
            bytes[0x24..0x28].copy_from_slice(&[0x01, 0x00, 0xf0, 0xff]);
            bytes[0x2c] = 1;
        });
        assert!(!closed.io_window().is_open());
        assert!(!closed.memory_window().is_open());
        assert_eq!(closed.memory_window().size(), Some(0));
        let broken = closed.prefetchable_window();
        assert_eq!(broken.width, None);
        assert_eq!(broken.limit, 0xffff_ffff);
    }

    #[test]
    fn buses_below_a_bridge() {
        let buses = |secondary, subordinate| {
            bridge(|bytes| bytes[0x19..0x1b].copy_from_slice(&[secondary, subordinate])).buses()
        };
        assert_eq!(buses(1, 3), 1..=3);
        assert!(buses(0, 0).is_empty());
        assert!(buses(4, 3).is_empty());
    }
}
