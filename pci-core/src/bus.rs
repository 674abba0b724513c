//! A PCI bus.

use core::fmt;
use core::str::FromStr;

use crate::cursor::Cursor;
use crate::error::{Error, Result};
use crate::padded::padded;
use crate::{Address, address_fields};

/// A PCI bus: a root bus, or the secondary bus of a bridge.
///
/// ```
/// use pci_core::{Address, Bus};
/// let bus: Bus = "0000:01".parse()?;
/// assert_eq!("01:00.0".parse::<Address>()?.on_bus(), bus);
/// assert_eq!("pci0000:00".parse::<Bus>()?.to_string(), "0000:00");
/// # Ok::<(), pci_core::Error>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Bus {
    /// The PCI domain.
    pub domain: u32,
    /// The bus number.
    pub number: u8,
}

impl Bus {
    /// The bus with this number in `domain`.
    #[must_use]
    pub const fn new(domain: u32, number: u8) -> Self {
        Self { domain, number }
    }

    /// The address of `function` (0 to 7) of `device` (0 to 31) on this bus; `None` if a number is
    /// out of range.
    #[must_use]
    pub const fn address(self, device: u8, function: u8) -> Option<Address> {
        Address::new(self.domain, self.number, device, function)
    }
}

impl fmt::Display for Bus {
    /// `0000:01`, as in `/sys/class/pci_bus`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        padded(f, |f| write!(f, "{:04x}:{:02x}", self.domain, self.number))
    }
}

impl fmt::Debug for Bus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Bus({self})")
    }
}

impl FromStr for Bus {
    type Err = Error;

    /// Parses `0000:01`, and `pci0000:00`, the sysfs name of a root bus. The domain is required:
    /// `01:00` is a slot.
    fn from_str(text: &str) -> Result<Self> {
        let mut cursor = Cursor::new(text);
        cursor.eat("pci");
        let domain = address_fields::written_domain(&mut cursor)?;
        cursor.take(":", "':' after the domain")?;
        let number = address_fields::bus(&mut cursor)?;
        cursor.end("the end of the bus")?;
        Ok(Self::new(domain.get(), number.get()))
    }
}

impl Address {
    /// The bus of this function.
    #[must_use]
    pub const fn on_bus(self) -> Bus {
        Bus::new(self.domain, self.bus)
    }
}

impl From<Address> for Bus {
    fn from(address: Address) -> Self {
        address.on_bus()
    }
}

#[cfg(test)]
mod tests {
    use alloc::string::ToString;

    use super::*;

    #[test]
    fn a_bus_has_a_domain() {
        for bus in [
            Bus::new(0, 0),
            Bus::new(0x10000, 0xe1),
            Bus::new(u32::MAX, 0xff),
        ] {
            assert_eq!(bus.to_string().parse(), Ok(bus));
            assert_eq!(alloc::format!("pci{bus}").parse(), Ok(bus));
        }
        let offset = |text: &str| text.parse::<Bus>().unwrap_err().offset().unwrap();
        assert_eq!(offset("01:00"), 2);
        assert_eq!(offset("0000:01:00"), 7);
    }
}
