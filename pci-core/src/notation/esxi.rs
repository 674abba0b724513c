//! VMware ESXi.

use core::fmt;
use core::str::FromStr;

use crate::cursor::Cursor;
use crate::error::{Error, Result};
use crate::padded::padded;
use crate::{Address, DomainNumber, address_fields};

/// An address in decimal numbers, as in the key `pciPassthru0.id` of a `.vmx` file:
/// `00000:013:00.0` is 0000:0d:00.0. `esxcli hardware pci list` and the VMkernel log use
/// hexadecimal numbers: an [`Address`].
///
/// The digits of the bus distinguish them: three are decimal, two are hexadecimal. Here all are
/// read as decimal.
///
/// ```
/// use pci_core::notation::DecimalAddress;
/// let gpu: DecimalAddress = "00000:013:00.0".parse()?;
/// assert_eq!(gpu.0.to_string(), "0000:0d:00.0");
/// assert_eq!(gpu.to_string(), "00000:013:00.0");
/// # Ok::<(), pci_core::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DecimalAddress(pub Address);

impl fmt::Display for DecimalAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        padded(f, |f| {
            let Self(address) = self;
            write!(
                f,
                "{:05}:{:03}:{:02}.{}",
                address.domain(),
                address.bus(),
                address.device(),
                address.function()
            )
        })
    }
}

impl FromStr for DecimalAddress {
    type Err = Error;

    /// Parses any number of digits per field; the default domain is 0.
    fn from_str(text: &str) -> Result<Self> {
        let mut cursor = Cursor::new(text);
        let domain = if text.matches(':').count() > 1 {
            let domain = address_fields::decimal_domain(&mut cursor)?;
            cursor.take(":", "':' after the domain")?;
            domain
        } else {
            DomainNumber::default()
        };
        let bus = address_fields::decimal_bus(&mut cursor)?;
        cursor.take(":", "':' after the bus")?;
        let device = address_fields::decimal_device(&mut cursor)?;
        cursor.take(".", "'.' before the function")?;
        let function = address_fields::decimal_function(&mut cursor)?;
        cursor.end("the end of the address after the function")?;
        Ok(Self(Address::from_numbers(domain, bus, device, function)))
    }
}
