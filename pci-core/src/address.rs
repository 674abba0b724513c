//! The address of a PCI function: domain, bus, device and function.

use alloc::string::String;
use core::fmt;
use core::str::FromStr;

use crate::cursor::{Cursor, Expected};
use crate::error::{Error, Result};
use crate::hex_text::HexText;
use crate::{BusNumber, DeviceNumber, DomainNumber, FunctionNumber, address_fields};

/// The address of a PCI function, as Linux writes it.
///
/// The domain has 32 bits because Linux numbers VMD domains from 0x10000 up
/// (`drivers/pci/controller/vmd.c`); bus, device and function have the widths of the PCI Local Bus
/// Specification 3.0, section 3.2.2.3.2. Addresses order by domain, bus, device and function, as in
/// `lspci`.
///
/// ```
/// use pci_core::Address;
/// let gpu: Address = "01:00.0".parse()?;
/// assert_eq!(gpu.to_string(), "0000:01:00.0");
/// assert_eq!(format!("{gpu:#}"), "01:00.0");
/// assert_eq!(gpu.with_function(1).map(|audio| audio.function()), Some(1));
/// # Ok::<(), pci_core::Error>(())
/// ```
#[doc(alias = "BDF")]
#[doc(alias = "DBDF")]
#[doc(alias = "SBDF")]
#[derive(Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Address {
    pub(crate) domain: u32,
    pub(crate) bus: u8,
    // Device in bits 7:3, function in bits 2:0, as in a requester ID.
    pub(crate) devfn: u8,
}

impl Address {
    /// The address of `function` (0 to 7) of `device` (0 to 31) on `bus` in `domain`; `None` if a
    /// number is out of range.
    #[must_use]
    pub const fn new(domain: u32, bus: u8, device: u8, function: u8) -> Option<Self> {
        if device > 31 || function > 7 {
            return None;
        }
        Some(Self {
            domain,
            bus,
            devfn: device << 3 | function,
        })
    }

    /// The PCI domain ("PCI segment group" in the PCI Firmware Specification).
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
        self.devfn >> 3
    }

    /// The function number, 0 to 7.
    #[must_use]
    pub const fn function(self) -> u8 {
        self.devfn & 7
    }

    /// Function `function` of the same slot; `None` above 7.
    #[must_use]
    pub const fn with_function(self, function: u8) -> Option<Self> {
        Self::new(self.domain, self.bus, self.device(), function)
    }

    /// The address of validated numbers; see [`new`](Self::new).
    #[must_use]
    pub const fn from_numbers(
        domain: DomainNumber,
        bus: BusNumber,
        device: DeviceNumber,
        function: FunctionNumber,
    ) -> Self {
        Self {
            domain: domain.get(),
            bus: bus.get(),
            devfn: device.get() << 3 | function.get(),
        }
    }

    /// Reads `0000:01:00.0`; the domain is optional.
    pub(crate) fn read(cursor: &mut Cursor<'_>) -> Result<Self, Expected> {
        let (domain, bus, device, function) = address_fields::address(cursor)?;
        Ok(Self::from_numbers(domain, bus, device, function))
    }

    /// Reads `0:1:0.0` with any number of hex digits per field, with or without `0x`.
    pub(crate) fn read_of_any_width(cursor: &mut Cursor<'_>) -> Result<Self, Expected> {
        let (domain, bus, device, function) = address_fields::address_of_any_width(cursor)?;
        Ok(Self::from_numbers(domain, bus, device, function))
    }

    /// Its numbers as types of their own, for [`from_numbers`](Self::from_numbers).
    ///
    /// ```
    /// use pci_core::Address;
    /// let gpu: Address = "10000:e1:1f.7".parse()?;
    /// let (domain, bus, device, function) = gpu.numbers();
    /// assert_eq!((domain.get(), device.to_string().as_str()), (0x10000, "1f"));
    /// assert_eq!(Address::from_numbers(domain, bus, device, function), gpu);
    /// # Ok::<(), pci_core::Error>(())
    /// ```
    #[must_use]
    pub const fn numbers(self) -> (DomainNumber, BusNumber, DeviceNumber, FunctionNumber) {
        (
            DomainNumber::of(self.domain),
            BusNumber::of(self.bus),
            DeviceNumber::of(self.device()),
            FunctionNumber::of(self.function()),
        )
    }
}

impl Address {
    /// Appends `0000:01:00.0` to a text, without the cost of a formatter.
    pub(crate) fn push_to(self, text: &mut String) {
        text.push_str(self.spelled(true).as_str());
    }

    fn spelled(self, with_domain: bool) -> HexText {
        let mut text = HexText::new();
        if with_domain || self.domain != 0 {
            let digits = (u32::BITS - self.domain.leading_zeros()).div_ceil(4);
            text.digits(self.domain, digits.max(4)).sign(b':');
        }
        text.digits(self.bus.into(), 2).sign(b':');
        text.digits(self.device().into(), 2).sign(b'.');
        text.digits(self.function().into(), 1);
        text
    }
}

impl fmt::Display for Address {
    /// `0000:01:00.0`; `{:#}` omits domain 0.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.spelled(!f.alternate()).print(f)
    }
}

impl fmt::Debug for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Address({self})")
    }
}

impl FromStr for Address {
    type Err = Error;

    /// Parses `01:00.0`, `0000:01:00.0`, `10000:e1:00.0` and `00000000:02:00.0`, in either case,
    /// and libvirt's `pci_0000_01_00_0`.
    fn from_str(text: &str) -> Result<Self> {
        let mut cursor = Cursor::new(text);
        let address = if cursor.eat("pci_") {
            let domain = address_fields::written_domain(&mut cursor)?;
            cursor.take("_", "'_' after the domain")?;
            let bus = address_fields::bus(&mut cursor)?;
            cursor.take("_", "'_' after the bus")?;
            let device = address_fields::device(&mut cursor)?;
            cursor.take("_", "'_' before the function")?;
            let function = address_fields::function(&mut cursor)?;
            Self::from_numbers(domain, bus, device, function)
        } else {
            Self::read(&mut cursor)?
        };
        cursor.end("the end of the address after the function")?;
        Ok(address)
    }
}

#[cfg(test)]
mod tests {
    use alloc::string::ToString;

    use super::*;

    #[test]
    fn every_spelling_names_the_same_function() {
        let wanted = Address::new(0, 1, 0, 0).unwrap();
        for text in [
            "01:00.0",
            "0000:01:00.0",
            "00000000:01:00.0",
            "pci_0000_01_00_0",
        ] {
            assert_eq!(text.parse(), Ok(wanted), "{text}");
        }
        assert_eq!(
            "10000:E1:1f.7".parse::<Address>().unwrap().to_string(),
            "10000:e1:1f.7"
        );
    }

    #[test]
    fn an_address_is_a_column_of_a_table() {
        let gpu = Address::new(0, 1, 0, 0).unwrap();
        let line = alloc::format!("{gpu:<14}|{gpu:#>14}|{gpu:^#9}|{:14}|", gpu.slot());
        assert_eq!(
            line,
            "0000:01:00.0  |##0000:01:00.0| 01:00.0 |0000:01:00    |"
        );
        let path = crate::AddressPath::from(gpu);
        assert_eq!(
            alloc::format!("{path:14}|{path:#9}|"),
            "0000:01:00.0  |01:00.0  |"
        );
    }

    #[test]
    fn an_error_has_its_place() {
        let offset = |text: &str| text.parse::<Address>().unwrap_err().offset().unwrap();
        assert_eq!(offset(""), 0);
        assert_eq!(offset("0000:82.0.0"), 7);
        assert_eq!(offset("01:20.0"), 3);
        assert_eq!(offset("01:00.8"), 6);
        assert_eq!(offset("01:00.0 "), 7);
        assert_eq!(offset("0b::00.1"), 3);
    }

    #[test]
    fn display_and_parse_are_inverse() {
        for domain in [0, 1, 0xffff, 0x10000, u32::MAX] {
            for devfn in 0..=255u8 {
                let address = Address::new(domain, 0xa0, devfn >> 3, devfn & 7).unwrap();
                assert_eq!(address.to_string().parse(), Ok(address));
                assert_eq!(alloc::format!("{address:#}").parse(), Ok(address));
            }
        }
    }
}
