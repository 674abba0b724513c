//! QEMU.

use core::fmt;
use core::str::FromStr;

use crate::cursor::Cursor;
use crate::error::{Error, Result};
use crate::padded::padded;
use crate::{Address, FunctionNumber, Hop, address_fields};

/// The property `host=` of QEMU's vfio-pci device: the host function (`qemu-system-x86_64 -device
/// vfio-pci,help`). The domain is optional. QEMU 7.2 rejects domains above ffff: a function in an
/// Intel VMD domain needs the property `sysfsdev=`.
///
/// ```
/// use pci_core::notation::HostOption;
/// let gpu: HostOption = "host=1:0.0".parse()?;
/// assert_eq!(gpu.to_string(), "host=0000:01:00.0");
/// # Ok::<(), pci_core::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct HostOption(pub Address);

impl fmt::Display for HostOption {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        padded(f, |f| write!(f, "host={}", self.0))
    }
}

impl FromStr for HostOption {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        let mut cursor = Cursor::new(text);
        cursor.take("host=", "'host=' before the address")?;
        let address = Address::read_of_any_width(&mut cursor)?;
        cursor.end("the end of the option after the function")?;
        Ok(Self(address))
    }
}

/// The property `addr=` of QEMU's PCI devices: device and function on the guest's bus, `1f.7` or
/// `0x1f.0x7`; the default function is 0.
///
/// ```
/// use pci_core::notation::AddrOption;
/// let place: AddrOption = "addr=0x2".parse()?;
/// assert_eq!((place.0.device(), place.0.function()), (2, 0));
/// assert_eq!(place.to_string(), "addr=02.0");
/// # Ok::<(), pci_core::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AddrOption(pub Hop);

impl fmt::Display for AddrOption {
    /// Without the bus, which QEMU reads from `bus=`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        padded(f, |f| {
            write!(f, "addr={:02x}.{}", self.0.device(), self.0.function())
        })
    }
}

impl FromStr for AddrOption {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        let mut cursor = Cursor::new(text);
        cursor.take("addr=", "'addr=' before the device")?;
        let device = address_fields::device_of_any_width(&mut cursor)?;
        let function = if cursor.eat(".") {
            address_fields::function_of_any_width(&mut cursor)?
        } else {
            FunctionNumber::default()
        };
        cursor.end("the end of the option after device and function")?;
        Ok(Self(Hop::from_numbers(None, device, function)))
    }
}
