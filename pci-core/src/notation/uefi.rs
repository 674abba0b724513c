//! UEFI.

use alloc::vec::Vec;
use core::fmt;
use core::str::FromStr;

use super::root_path::RootPath;
use crate::cursor::{Cursor, Expected};
use crate::error::{Error, Result};
use crate::padded::padded;
use crate::{Hop, address_fields};

/// The text of a UEFI device path to a PCI function: the root bridge, then device and function of
/// each hop (UEFI Specification 2.10, section 10.6.1.6). `efibootmgr -v` and the UEFI Shell's
/// `devtree` print it.
///
/// ```
/// use pci_core::notation::UefiDevicePath;
/// let gpu: UefiDevicePath = "PciRoot(0x0)/Pci(0x1,0x0)/Pci(0x0,0x0)".parse()?;
/// assert_eq!(gpu.0.hops.len(), 2);
/// assert_eq!(gpu.to_string(), "PciRoot(0x0)/Pci(0x1,0x0)/Pci(0x0,0x0)");
/// # Ok::<(), pci_core::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct UefiDevicePath(pub RootPath);

impl fmt::Display for UefiDevicePath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        padded(f, |f| {
            write!(f, "PciRoot({:#x})", self.0.root)?;
            self.0
                .hops
                .iter()
                .try_for_each(|hop| write!(f, "/Pci({:#x},{:#x})", hop.device(), hop.function()))
        })
    }
}

impl FromStr for UefiDevicePath {
    type Err = Error;

    /// Parses `PciRoot(…)` and the `Pci(…)` after it, to the end of the text; numbers are
    /// hexadecimal with `0x`, otherwise decimal.
    fn from_str(text: &str) -> Result<Self> {
        let mut cursor = Cursor::new(text);
        cursor.take("PciRoot(", "'PciRoot(' at the start of the device path")?;
        let root = number(&mut cursor, "the number of the root bridge")?;
        cursor.take(")", "')' after the root bridge")?;
        let mut hops = Vec::new();
        while !cursor.at_end() {
            cursor.take("/Pci(", "'/Pci(' or the end of the device path")?;
            let expected = "a device, 0 to 31";
            let at = cursor.offset();
            let device = number(&mut cursor, expected)?;
            let device = address_fields::device_number(device, at, expected)?;
            cursor.take(",", "',' after the device")?;
            let expected = "a function, 0 to 7";
            let at = cursor.offset();
            let function = number(&mut cursor, expected)?;
            let function = address_fields::function_number(function, at, expected)?;
            cursor.take(")", "')' after the function")?;
            hops.push(Hop::from_numbers(None, device, function));
        }
        Ok(Self(RootPath { root, hops }))
    }
}

fn number(cursor: &mut Cursor<'_>, expected: &'static str) -> Result<u32, Expected> {
    if cursor.eat("0x") {
        cursor.hex(1, 8, expected)
    } else {
        cursor.decimal(u32::MAX, expected)
    }
}
