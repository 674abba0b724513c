//! Xorg.

use core::fmt;
use core::str::FromStr;

use crate::cursor::Cursor;
use crate::error::{Error, Result};
use crate::padded::padded;
use crate::{Address, DomainNumber, FunctionNumber, address_fields};

/// The option `BusID` of an Xorg device: `PCI:1:0:0`, in decimal numbers, bus, device, function; a
/// domain other than 0 follows the bus, `PCI:1@16:0:0` (`man 5 xorg.conf`, section DEVICE).
///
/// ```
/// use pci_core::notation::BusId;
/// let gpu: BusId = "PCI:13:0:0".parse()?;
/// assert_eq!(gpu.0.to_string(), "0000:0d:00.0");
/// assert_eq!(BusId("10000:01:00.0".parse()?).to_string(), "PCI:1@65536:0:0");
/// # Ok::<(), pci_core::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct BusId(pub Address);

impl fmt::Display for BusId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        padded(f, |f| {
            let Self(address) = self;
            write!(f, "PCI:{}", address.bus())?;
            if address.domain() != 0 {
                write!(f, "@{}", address.domain())?;
            }
            write!(f, ":{}:{}", address.device(), address.function())
        })
    }
}

impl FromStr for BusId {
    type Err = Error;

    /// Parses it also without a function, which defaults to 0.
    fn from_str(text: &str) -> Result<Self> {
        let mut cursor = Cursor::new(text);
        cursor.take("PCI:", "'PCI:' at the start of a BusID")?;
        let bus = address_fields::decimal_bus(&mut cursor)?;
        let domain = if cursor.eat("@") {
            address_fields::decimal_domain(&mut cursor)?
        } else {
            DomainNumber::default()
        };
        cursor.take(":", "':' after the bus")?;
        let device = address_fields::decimal_device(&mut cursor)?;
        let function = if cursor.eat(":") {
            address_fields::decimal_function(&mut cursor)?
        } else {
            FunctionNumber::default()
        };
        cursor.end("the end of the BusID")?;
        Ok(Self(Address::from_numbers(domain, bus, device, function)))
    }
}
