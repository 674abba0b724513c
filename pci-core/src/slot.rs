//! A slot: all functions of one device.

use core::fmt;
use core::str::FromStr;

use crate::cursor::Cursor;
use crate::error::{Error, Result};
use crate::padded::padded;
use crate::{Address, BusNumber, DeviceNumber, DomainNumber, address_fields};

/// A slot: the device that all functions of a card share.
///
/// ```
/// use pci_core::Slot;
/// let slot: Slot = "01:00".parse()?;
/// assert_eq!(slot.to_string(), "0000:01:00");
/// assert_eq!(slot.functions().nth(1), "01:00.1".parse().ok());
/// # Ok::<(), pci_core::Error>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Slot {
    domain: u32,
    bus: u8,
    device: u8,
}

impl Slot {
    /// The slot of `device` (0 to 31) on `bus` in `domain`; `None` above 31.
    #[must_use]
    pub const fn new(domain: u32, bus: u8, device: u8) -> Option<Self> {
        if device > 31 {
            return None;
        }
        Some(Self {
            domain,
            bus,
            device,
        })
    }

    /// The slot of validated numbers; see [`new`](Self::new).
    #[must_use]
    pub const fn from_numbers(domain: DomainNumber, bus: BusNumber, device: DeviceNumber) -> Self {
        Self {
            domain: domain.get(),
            bus: bus.get(),
            device: device.get(),
        }
    }

    /// The slot of `address`.
    pub(crate) const fn of(address: Address) -> Self {
        Self {
            domain: address.domain(),
            bus: address.bus(),
            device: address.device(),
        }
    }

    /// The PCI domain.
    #[must_use]
    pub const fn domain(self) -> u32 {
        self.domain
    }

    /// The bus number.
    #[must_use]
    pub const fn bus(self) -> u8 {
        self.bus
    }

    /// The device number, 0 to 31.
    #[must_use]
    pub const fn device(self) -> u8 {
        self.device
    }

    /// The address of `function` (0 to 7) in this slot; `None` above 7.
    #[must_use]
    pub const fn function(self, function: u8) -> Option<Address> {
        Address::new(self.domain, self.bus, self.device, function)
    }

    /// The eight possible addresses in this slot.
    pub fn functions(self) -> impl Iterator<Item = Address> {
        (0..8).filter_map(move |function| self.function(function))
    }
}

impl fmt::Display for Slot {
    /// `0000:01:00`; `{:#}` omits domain 0.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let short = f.alternate() && self.domain == 0;
        padded(f, |f| {
            if !short {
                write!(f, "{:04x}:", self.domain)?;
            }
            write!(f, "{:02x}:{:02x}", self.bus, self.device)
        })
    }
}

impl fmt::Debug for Slot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Slot({self})")
    }
}

impl FromStr for Slot {
    type Err = Error;

    /// Parses `01:00` and `0000:01:00`, in either case.
    fn from_str(text: &str) -> Result<Self> {
        let mut cursor = Cursor::new(text);
        let domain = address_fields::domain(&mut cursor)?;
        let bus = address_fields::bus(&mut cursor)?;
        cursor.take(":", "':' after the bus")?;
        let device = address_fields::device(&mut cursor)?;
        cursor.end("the end of the slot after the device")?;
        Ok(Self::from_numbers(domain, bus, device))
    }
}

/// One function, or a slot for all of its functions, as in many settings.
///
/// Proxmox VE's `hostpci0: 01:00` is a slot, `hostpci0: 01:00.0` a function.
///
/// ```
/// use pci_core::{Address, AddressOrSlot};
/// let card: AddressOrSlot = "0000:01:00".parse()?;
/// assert!(card.covers("01:00.1".parse()?));
/// let audio: AddressOrSlot = "01:00.1".parse()?;
/// assert!(!audio.covers("01:00.0".parse()?));
/// # Ok::<(), pci_core::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum AddressOrSlot {
    /// One function.
    Address(Address),
    /// All functions of a slot.
    Slot(Slot),
}

impl AddressOrSlot {
    /// The slot, or the slot of the function.
    #[must_use]
    pub const fn slot(self) -> Slot {
        match self {
            Self::Address(address) => Slot::of(address),
            Self::Slot(slot) => slot,
        }
    }

    /// Whether the value includes the function at `address`.
    #[must_use]
    pub fn covers(self, address: Address) -> bool {
        match self {
            Self::Address(one) => one == address,
            Self::Slot(slot) => Slot::of(address) == slot,
        }
    }
}

impl From<Address> for AddressOrSlot {
    fn from(address: Address) -> Self {
        Self::Address(address)
    }
}

impl From<Slot> for AddressOrSlot {
    fn from(slot: Slot) -> Self {
        Self::Slot(slot)
    }
}

impl fmt::Display for AddressOrSlot {
    /// `0000:01:00.0` or `0000:01:00`; `{:#}` omits domain 0.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Address(address) => address.fmt(f),
            Self::Slot(slot) => slot.fmt(f),
        }
    }
}

impl FromStr for AddressOrSlot {
    type Err = Error;

    /// Parses the forms of [`Slot`] and [`Address`].
    fn from_str(text: &str) -> Result<Self> {
        match text.parse() {
            Ok(slot) => Ok(Self::Slot(slot)),
            // An address is the longer form, so its error is the more precise one.
            Err(_) => text.parse().map(Self::Address),
        }
    }
}

impl Address {
    /// The slot of this function.
    #[must_use]
    pub const fn slot(self) -> Slot {
        Slot::of(self)
    }
}

impl From<Address> for Slot {
    fn from(address: Address) -> Self {
        address.slot()
    }
}

#[cfg(test)]
mod tests {
    use alloc::string::ToString;

    use super::*;

    #[test]
    fn a_slot_has_eight_functions() {
        let slot = Slot::new(0x10000, 2, 31).unwrap();
        assert_eq!(slot.to_string().parse(), Ok(slot));
        let functions: alloc::vec::Vec<_> = slot.functions().collect();
        assert_eq!(functions.len(), 8);
        for address in functions {
            assert_eq!(address.slot(), slot);
            assert!(AddressOrSlot::Slot(slot).covers(address));
            let text = AddressOrSlot::Address(address).to_string();
            assert_eq!(text.parse(), Ok(AddressOrSlot::Address(address)));
        }
    }

    #[test]
    fn an_error_has_its_place() {
        let offset = |text: &str| text.parse::<AddressOrSlot>().unwrap_err().offset().unwrap();
        assert_eq!(offset("01:00.8"), 6);
        assert_eq!(offset("01:00,"), 5);
        assert_eq!("01:00.0".parse::<Slot>().unwrap_err().offset().unwrap(), 5);
    }
}
