//! The requester ID of a function.

use core::fmt;
use core::str::FromStr;

use crate::cursor::Cursor;
use crate::error::{Error, Result};
use crate::padded::padded;
use crate::{Address, address_fields};

/// The requester ID of a function: bus in bits 15:8, device in 7:3, function in 2:0 (PCI Express
/// Base Specification 6.0, section 2.2.6.2). Each request of the function carries it, and an IOMMU
/// distinguishes functions only by it: functions with the same requester ID share an IOMMU group.
///
/// It has no domain. Kernel logs print it as `01:00.0`, error records as four hex digits.
///
/// ```
/// use pci_core::{Address, RequesterId};
/// let gpu: Address = "10000:01:00.1".parse()?;
/// let id = gpu.requester_id();
/// assert_eq!(id, RequesterId(0x0101));
/// assert_eq!((id.to_string().as_str(), format!("{id:x}")), ("01:00.1", "0101".to_owned()));
/// assert_eq!(id.in_domain(0x10000), gpu);
/// # Ok::<(), pci_core::Error>(())
/// ```
#[doc(alias = "RID")]
#[doc(alias = "source-id")]
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RequesterId(pub u16);

impl RequesterId {
    /// The requester ID of `function` (0 to 7) of `device` (0 to 31) on `bus`; `None` if a number
    /// is out of range.
    #[must_use]
    pub const fn new(bus: u8, device: u8, function: u8) -> Option<Self> {
        match Address::new(0, bus, device, function) {
            Some(address) => Some(address.requester_id()),
            None => None,
        }
    }

    /// The bus number.
    #[must_use]
    pub const fn bus(self) -> u8 {
        self.0.to_be_bytes()[0]
    }

    /// The device number, 0 to 31.
    #[must_use]
    pub const fn device(self) -> u8 {
        self.0.to_be_bytes()[1] >> 3
    }

    /// The function number, 0 to 7.
    #[must_use]
    pub const fn function(self) -> u8 {
        self.0.to_be_bytes()[1] & 7
    }

    /// The function number, 0 to 255, of an ARI device (Alternative Routing-ID Interpretation, PCI
    /// Express Base Specification 6.0, section 6.13), whose device number is 0.
    #[doc(alias = "ARI")]
    #[must_use]
    pub const fn ari_function(self) -> u8 {
        self.0.to_be_bytes()[1]
    }

    /// The address of the function in `domain`.
    #[must_use]
    pub const fn in_domain(self, domain: u32) -> Address {
        Address::from_requester_id(domain, self)
    }
}

impl fmt::Display for RequesterId {
    /// `01:00.0`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        padded(f, |f| {
            let (bus, device, function) = (self.bus(), self.device(), self.function());
            write!(f, "{bus:02x}:{device:02x}.{function}")
        })
    }
}

impl From<u16> for RequesterId {
    fn from(number: u16) -> Self {
        Self(number)
    }
}

impl From<RequesterId> for u16 {
    fn from(id: RequesterId) -> Self {
        id.0
    }
}

impl fmt::LowerHex for RequesterId {
    /// `0100`; `{:#x}` prints `0x0100`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let prefix = if f.alternate() { "0x" } else { "" };
        write!(f, "{prefix}{:04x}", self.0)
    }
}

impl fmt::Debug for RequesterId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "RequesterId({self})")
    }
}

impl FromStr for RequesterId {
    type Err = Error;

    /// Parses `01:00.0`, and `0100` with or without `0x`.
    fn from_str(text: &str) -> Result<Self> {
        let mut cursor = Cursor::new(text);
        let id = if cursor.eat("0x") || cursor.hex_digits() == 4 {
            let expected = "a requester ID of four hex digits";
            let id = cursor.hex(4, 4, expected)?.to_be_bytes();
            u16::from_be_bytes([id[2], id[3]])
        } else {
            let bus = address_fields::bus(&mut cursor)?;
            cursor.take(":", "':' after the bus")?;
            let (device, function) = address_fields::device_function(&mut cursor)?;
            u16::from_be_bytes([bus.get(), device.get() << 3 | function.get()])
        };
        cursor.end("the end of the requester ID")?;
        Ok(Self(id))
    }
}

impl Address {
    /// The requester ID: the address without its domain.
    #[doc(alias = "RID")]
    #[must_use]
    pub const fn requester_id(self) -> RequesterId {
        RequesterId(u16::from_be_bytes([self.bus, self.devfn]))
    }

    /// The address of the function with requester ID `id` in `domain`.
    #[must_use]
    pub(crate) const fn from_requester_id(domain: u32, id: RequesterId) -> Self {
        let [bus, devfn] = id.0.to_be_bytes();
        Self { domain, bus, devfn }
    }
}

impl From<Address> for RequesterId {
    /// Without the domain.
    fn from(address: Address) -> Self {
        address.requester_id()
    }
}

#[cfg(test)]
mod tests {
    use alloc::string::ToString;

    use super::*;

    #[test]
    fn every_requester_id_is_an_address_and_back() {
        for id in (0..=u16::MAX).map(RequesterId) {
            assert_eq!(id.in_domain(7).requester_id(), id);
            assert_eq!(id.to_string().parse(), Ok(id));
            assert_eq!(
                RequesterId::new(id.bus(), id.device(), id.function()),
                Some(id)
            );
            assert_eq!(alloc::format!("{id:#x}").parse(), Ok(id));
        }
        assert_eq!(RequesterId(0x0109).ari_function(), 9);
        assert_eq!(RequesterId::new(1, 0, 9), None);
        assert_eq!(RequesterId::new(1, 32, 0), None);
        assert_eq!(RequesterId(0x0109).to_string(), "01:01.1");
    }

    #[test]
    fn an_error_has_its_place() {
        let offset = |text: &str| text.parse::<RequesterId>().unwrap_err().offset().unwrap();
        assert_eq!(offset(""), 0);
        assert_eq!(offset("0000:01:00.0"), 4);
        assert_eq!(offset("0x1"), 3);
        assert_eq!(offset("01:00.9"), 6);
    }
}
