//! The header of a device.

use super::base_address::{BaseAddress, ExpansionRom};
use super::interrupt::InterruptPin;
use crate::SubsystemId;
use crate::config::space::ConfigSpace;

/// The type 0 header, of a device, without the common part (PCI Local Bus Specification 3.0,
/// section 6.1; PCI Express Base Specification 6.0, section 7.5.1.2).
///
/// The card's manufacturer sets the subsystem IDs; firmware or kernel assigns the addresses of the
/// base address registers (BARs). Their sizes cannot be read from the registers; sysfs has them in
/// `resource`.
///
/// ```
/// use pci_core::config::{ConfigSpace, header::DeviceHeader};
/// let mut bytes = [0; 64];
/// bytes[0x10..0x14].copy_from_slice(&0xf600_0000_u32.to_le_bytes());
/// bytes[0x14..0x1c].copy_from_slice(&0x0000_0060_0000_000c_u64.to_le_bytes());
/// bytes[0x2c..0x30].copy_from_slice(&[0xb0, 0x10, 0x5e, 0x20]);
/// bytes[0x3d] = 1;
/// let header = DeviceHeader::read(ConfigSpace::new(&bytes)).unwrap();
/// assert_eq!(header.subsystem.to_string(), "10b0:205e");
/// let bars: Vec<_> = header.bars().map(|bar| (bar.index, bar.address())).collect();
/// // BAR 1 is 64-bit: its upper half is in BAR 2.
/// assert_eq!(bars[..2], [(0, 0xf600_0000), (1, 0x60_0000_0000)]);
/// assert_eq!(header.interrupt_pin.to_string(), "A");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub struct DeviceHeader {
    /// The base address registers, at 0x10 to 0x24.
    pub base_addresses: [u32; 6],
    /// CardBus CIS Pointer, at 0x28; 0 on other cards.
    pub cardbus_cis: u32,
    /// Subsystem IDs, at 0x2c; `0000:0000` and `ffff:ffff` are placeholders.
    pub subsystem: SubsystemId,
    /// The expansion ROM, at 0x30.
    pub expansion_rom: ExpansionRom,
    /// Capabilities Pointer, at 0x34; the two low bits are reserved.
    pub capabilities_pointer: u8,
    /// Interrupt Line, at 0x3c: on x86 the IRQ, and 255 for none.
    pub interrupt_line: u8,
    /// Interrupt Pin, at 0x3d.
    pub interrupt_pin: InterruptPin,
    /// Min_Gnt: desired burst length, in units of 250 ns, at 0x3e; 0 in PCI Express.
    pub minimum_grant: u8,
    /// Max_Lat: desired interval between bus accesses, in units of 250 ns, at 0x3f; 0 in PCI
    /// Express.
    pub maximum_latency: u8,
}

impl DeviceHeader {
    /// Parses the header; `None` if some of its bytes are not in the input.
    #[must_use]
    pub fn read(space: ConfigSpace<'_>) -> Option<Self> {
        Some(Self {
            base_addresses: [
                space.dword(0x10)?,
                space.dword(0x14)?,
                space.dword(0x18)?,
                space.dword(0x1c)?,
                space.dword(0x20)?,
                space.dword(0x24)?,
            ],
            cardbus_cis: space.dword(0x28)?,
            subsystem: SubsystemId::new(space.word(0x2c)?, space.word(0x2e)?),
            expansion_rom: ExpansionRom(space.dword(0x30)?),
            capabilities_pointer: space.byte(0x34)?,
            interrupt_line: space.byte(0x3c)?,
            interrupt_pin: InterruptPin(space.byte(0x3d)?),
            minimum_grant: space.byte(0x3e)?,
            maximum_latency: space.byte(0x3f)?,
        })
    }

    /// The base address registers, with the two of a 64-bit BAR as one.
    pub fn bars(&self) -> impl Iterator<Item = BaseAddress> + use<'_> {
        BaseAddress::of(&self.base_addresses)
    }
}
