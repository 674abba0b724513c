//! Linux: devices in kernel options.

use core::fmt;
use core::str::FromStr;

use crate::cursor::{Cursor, Expected, wrong};
use crate::error::{Error, Result};
use crate::{Address, AddressPath, Hop, PciId, SubsystemId, address_fields};

/// A device in `pci=disable_acs_redir=`, `pci=resource_alignment=` and others: an address, a path,
/// or IDs that several functions may have (Documentation/admin-guide/kernel-parameters.txt,
/// parameter `pci=`).
///
/// ```
/// use pci_core::notation::PciDevice;
/// let port: PciDevice = "0:1c.4/0.0".parse()?;
/// assert_eq!(port.to_string(), "0000:00:1c.4/00.0");
/// let gpu: PciDevice = "pci:10de:2d04".parse()?;
/// assert_eq!(gpu.to_string(), "pci:10de:2d04");
/// # Ok::<(), pci_core::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PciDevice {
    /// `[domain:]bus:device.function[/device.function]*`: one function.
    Path(AddressPath),
    /// `pci:vendor:device[:subvendor:subdevice]`: all functions with these IDs. 0 matches any
    /// (`pci_dev_str_match`, drivers/pci/pci.c).
    Ids {
        /// Vendor and device ID.
        id: PciId,
        /// Subsystem IDs, if required.
        subsystem: Option<SubsystemId>,
    },
}

impl PciDevice {}

impl fmt::Display for PciDevice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Path(path) => path.fmt(f),
            Self::Ids {
                id,
                subsystem: None,
            } => write!(f, "pci:{id}"),
            Self::Ids {
                id,
                subsystem: Some(card),
            } => write!(f, "pci:{id}:{card}"),
        }
    }
}

impl FromStr for PciDevice {
    type Err = Error;

    /// Parses numbers of any number of digits, as the kernel does.
    fn from_str(text: &str) -> Result<Self> {
        let mut cursor = Cursor::new(text);
        if cursor.eat("pci:") {
            let vendor = id(&mut cursor)?;
            cursor.take(":", "':' between vendor and device")?;
            let id = PciId::new(vendor, self::id(&mut cursor)?);
            let subsystem = if cursor.eat(":") {
                let vendor = self::id(&mut cursor)?;
                cursor.take(":", "':' between subsystem vendor and subsystem")?;
                Some(SubsystemId::new(vendor, self::id(&mut cursor)?))
            } else {
                None
            };
            cursor.end("':' or the end of the IDs")?;
            return Ok(Self::Ids { id, subsystem });
        }
        let mut path = AddressPath::new(Address::read_of_any_width(&mut cursor)?);
        while !cursor.at_end() {
            cursor.take("/", "'/' or the end of the path after the function")?;
            let (device, function) = address_fields::device_function_of_any_width(&mut cursor)?;
            path = path.then(Hop::from_numbers(None, device, function));
        }
        Ok(Self::Path(path))
    }
}

fn id(cursor: &mut Cursor<'_>) -> Result<u16, Expected> {
    cursor.eat("0x");
    let at = cursor.offset();
    let expected = "an ID of up to four hex digits";
    let value = cursor.hex(1, 8, expected)?;
    u16::try_from(value).map_or_else(|_| wrong(at, expected), Ok)
}
