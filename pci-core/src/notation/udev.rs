//! udev.

use alloc::string::{String, ToString};
use core::fmt;
use core::str::FromStr;

use crate::cursor::Cursor;
use crate::error::{Error, Result};
use crate::padded::padded;
use crate::{Address, address_fields};

/// udev's property `ID_PATH`: the address of a PCI function and the path of the device below it,
/// which also names the links in `/dev/disk/by-path` and `/dev/input/by-path` (`man 7 udev`,
/// builtin `path_id`).
///
/// ```
/// use pci_core::notation::IdPath;
/// let path: IdPath = "pci-0000:01:00.0-nvme-1".parse()?;
/// assert_eq!(path.address().to_string(), "0000:01:00.0");
/// assert_eq!(path.suffix(), Some("nvme-1"));
/// assert_eq!(path.to_string(), "pci-0000:01:00.0-nvme-1");
/// # Ok::<(), pci_core::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct IdPath {
    address: Address,
    after: Option<String>,
}

impl IdPath {
    /// The path of the function itself.
    #[must_use]
    pub const fn new(address: Address) -> Self {
        Self {
            address,
            after: None,
        }
    }

    /// The PCI function.
    #[must_use]
    pub const fn address(&self) -> Address {
        self.address
    }

    /// The path below the function, such as `nvme-1` or `usb-0:1:1.0`.
    #[must_use]
    pub fn suffix(&self) -> Option<&str> {
        self.after.as_deref()
    }
}

impl fmt::Display for IdPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        padded(f, |f| {
            write!(f, "pci-{}", self.address)?;
            match &self.after {
                Some(after) => write!(f, "-{after}"),
                None => Ok(()),
            }
        })
    }
}

impl FromStr for IdPath {
    type Err = Error;

    /// Parses `ID_PATH`, and `ID_PATH_TAG`, which has `_` for `:` and `.`.
    fn from_str(text: &str) -> Result<Self> {
        let mut cursor = Cursor::new(text);
        cursor.take("pci-", "'pci-' at the start of a path")?;
        let domain = address_fields::written_domain(&mut cursor)?;
        let between = if cursor.is_at(b'_') { "_" } else { ":" };
        cursor.take(between, "':' or '_' after the domain")?;
        let bus = address_fields::bus(&mut cursor)?;
        cursor.take(between, "':' or '_' after the bus")?;
        let device = address_fields::device(&mut cursor)?;
        let dot = if between == "_" { "_" } else { "." };
        cursor.take(dot, "'.' or '_' before the function")?;
        let function = address_fields::function(&mut cursor)?;
        let address = Address::from_numbers(domain, bus, device, function);
        let after = if cursor.eat("-") {
            if cursor.at_end() {
                cursor.wrong("the text after '-'")?;
            }
            Some(cursor.rest().to_string())
        } else {
            cursor.end("'-' or the end of the path after the function")?;
            None
        };
        Ok(Self { address, after })
    }
}
