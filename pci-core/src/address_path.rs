//! The path to a PCI function through its upstream bridges.

use alloc::vec::Vec;
use core::fmt;
use core::str::FromStr;

use crate::cursor::{Cursor, Expected};
use crate::error::{Error, Result};
use crate::padded::padded;
use crate::{Address, BusNumber, DeviceNumber, FunctionNumber, address_fields};

/// The path to a function from a root bus: the address of a function on the root bus, then a
/// [`Hop`] for each bridge, the function last. `lspci -P` and `-PP` print this form (`man lspci`),
/// and the device scopes of the ACPI tables DMAR and IVRS use it (Intel VT-d Specification 4.1,
/// section 8.3.1).
///
/// Bus numbers below bridges are assigned at each boot and change when a card is added or removed;
/// a path without them (`-P`) is stable. A path whose last hop has no bus has no
/// [`address`](Self::address): only the host knows the bus.
///
/// ```
/// use pci_core::AddressPath;
/// let path: AddressPath = "00:01.0/00.0".parse()?;
/// assert_eq!(path.to_string(), "0000:00:01.0/00.0");
/// assert_eq!(path.address(), None);
/// assert_eq!(path.parent().and_then(|port| port.address()), Some(path.root()));
/// let path: AddressPath = "0000:00:01.0/01:00.0".parse()?;
/// assert_eq!(path.address(), "01:00.0".parse().ok());
/// # Ok::<(), pci_core::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AddressPath {
    root: Address,
    hops: Vec<Hop>,
}

impl AddressPath {
    /// The path of `root`, a function on a root bus.
    #[must_use]
    pub const fn new(root: Address) -> Self {
        Self {
            root,
            hops: Vec::new(),
        }
    }

    /// The function on the root bus at the start of the path.
    #[must_use]
    pub const fn root(&self) -> Address {
        self.root
    }

    /// The hops after [`root`](Self::root), bridge by bridge, the function last. Empty for a
    /// function on the root bus.
    #[must_use]
    pub fn hops(&self) -> &[Hop] {
        &self.hops
    }

    /// The path extended by `hop`, on the secondary bus of this function.
    #[must_use]
    pub fn then(mut self, hop: Hop) -> Self {
        self.hops.push(hop);
        self
    }

    /// The path of the upstream bridge; `None` on the root bus.
    #[must_use]
    pub fn parent(&self) -> Option<Self> {
        let (_, hops) = self.hops.split_last()?;
        Some(Self {
            root: self.root,
            hops: hops.to_vec(),
        })
    }

    /// The address of the function, if the path contains its bus.
    #[must_use]
    pub fn address(&self) -> Option<Address> {
        match self.hops.last() {
            None => Some(self.root),
            Some(hop) => Address::new(self.root.domain(), hop.bus?, hop.device(), hop.function()),
        }
    }
}

impl From<Address> for AddressPath {
    fn from(root: Address) -> Self {
        Self::new(root)
    }
}

/// A step of an [`AddressPath`]: a function on the secondary bus of a bridge, printed `00.0`, or
/// `01:00.0` with a known bus.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Hop {
    bus: Option<u8>,
    // Device in bits 7:3, function in bits 2:0, as in a requester ID.
    devfn: u8,
}

impl Hop {
    /// Function `function` (0 to 7) of device `device` (0 to 31), on bus `bus` if known; `None` if
    /// a number is out of range.
    #[must_use]
    pub const fn new(bus: Option<u8>, device: u8, function: u8) -> Option<Self> {
        if device > 31 || function > 7 {
            return None;
        }
        Some(Self {
            bus,
            devfn: device << 3 | function,
        })
    }

    /// The hop to the function at `address`, in the path's domain.
    #[must_use]
    pub const fn to(address: Address) -> Self {
        Self {
            bus: Some(address.bus()),
            devfn: address.device() << 3 | address.function(),
        }
    }

    /// The hop of validated numbers; see [`new`](Self::new).
    #[must_use]
    pub const fn from_numbers(
        bus: Option<BusNumber>,
        device: DeviceNumber,
        function: FunctionNumber,
    ) -> Self {
        Self {
            bus: match bus {
                Some(bus) => Some(bus.get()),
                None => None,
            },
            devfn: device.get() << 3 | function.get(),
        }
    }

    /// The bus number, if the path contains it (`lspci -PP`).
    #[must_use]
    pub const fn bus(self) -> Option<u8> {
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
}

impl fmt::Display for Hop {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        padded(f, |f| {
            if let Some(bus) = self.bus {
                write!(f, "{bus:02x}:")?;
            }
            write!(f, "{:02x}.{}", self.device(), self.function())
        })
    }
}

impl FromStr for Hop {
    type Err = Error;

    /// Parses `00.0` and `01:00.0`, in either case.
    fn from_str(text: &str) -> Result<Self> {
        let mut cursor = Cursor::new(text);
        let hop = hop(&mut cursor)?;
        cursor.end("the end of the hop after the function")?;
        Ok(hop)
    }
}

/// Reads `00.0`, or `01:00.0`.
fn hop(cursor: &mut Cursor<'_>) -> Result<Hop, Expected> {
    let mut ahead = *cursor;
    let bus = match address_fields::bus(&mut ahead) {
        Ok(bus) if ahead.eat(":") => {
            *cursor = ahead;
            Some(bus)
        }
        _ => None,
    };
    let (device, function) = address_fields::device_function(cursor)?;
    Ok(Hop::from_numbers(bus, device, function))
}

impl fmt::Display for AddressPath {
    /// `0000:00:01.0/00.0`; `{:#}` omits domain 0.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let short = f.alternate();
        padded(f, |f| {
            if short {
                write!(f, "{:#}", self.root)?;
            } else {
                write!(f, "{}", self.root)?;
            }
            self.hops.iter().try_for_each(|hop| write!(f, "/{hop}"))
        })
    }
}

impl FromStr for AddressPath {
    type Err = Error;

    /// Parses the output of `lspci -P` and `lspci -PP`, in either case. An address without hops is
    /// the path of a function on a root bus.
    fn from_str(text: &str) -> Result<Self> {
        let mut cursor = Cursor::new(text);
        let root = Address::read(&mut cursor)?;
        let mut hops = Vec::new();
        while !cursor.at_end() {
            cursor.take("/", "'/' or the end of the path after the function")?;
            hops.push(hop(&mut cursor)?);
        }
        Ok(Self { root, hops })
    }
}

#[cfg(test)]
mod tests {
    use alloc::string::ToString;

    use super::*;

    fn path(text: &str) -> AddressPath {
        text.parse().unwrap()
    }

    #[test]
    fn the_output_of_lspci_is_read_back() {
        for text in [
            "0000:00:01.0",
            "0000:00:01.0/00.0/1f.3/00.1",
            "0001:00:01.0/01:00.0/02:1f.3",
            "10000:e0:06.0/e1:00.0",
        ] {
            assert_eq!(path(text).to_string(), text);
        }
        let short = path("00:1C.4/03:00.0");
        assert_eq!(alloc::format!("{short:#}"), "00:1c.4/03:00.0");
        assert_eq!(
            short,
            path("0000:00:1c.4").then(Hop::new(Some(3), 0, 0).unwrap())
        );
    }

    #[test]
    fn no_bus_is_made_up() {
        assert_eq!(path("00:01.0/00.1").address(), None);
        assert_eq!(path("00:01.0/01:00.0/00.1").address(), None);
        let deep = path("10000:00:01.0/00.0/05:00.1");
        assert_eq!(deep.address(), Address::new(0x10000, 5, 0, 1));
        assert_eq!(deep.parent(), Some(path("10000:00:01.0/00.0")));
        assert_eq!(path("00:01.0").parent(), None);
    }

    #[test]
    fn an_error_has_its_place() {
        let offset = |text: &str| text.parse::<AddressPath>().unwrap_err().offset().unwrap();
        assert_eq!(offset(""), 0);
        assert_eq!(offset("00.0"), 2);
        assert_eq!(offset("00:01.0/"), 8);
        assert_eq!(offset("00:01.0/20.0"), 8);
        assert_eq!(offset("00:01.0/01:20.0"), 11);
        assert_eq!(offset("00:01.0/0000:01:00.0"), 10);
        assert_eq!(offset("00:01.0/00.8"), 11);
        assert_eq!(offset("00:01.0 00.0"), 7);
        let offset = |text: &str| text.parse::<Hop>().unwrap_err().offset().unwrap();
        assert_eq!(
            (offset("20.0"), offset("01:00.8"), offset("00.0/00.0")),
            (0, 6, 4)
        );
        assert_eq!("01:1F.3".parse(), Ok(Hop::new(Some(1), 0x1f, 3).unwrap()));
    }
}
