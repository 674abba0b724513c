//! libvirt.

use core::fmt;
use core::str::FromStr;

use crate::cursor::Cursor;
use crate::error::{Error, Result};
use crate::padded::padded;
use crate::{Address, address_fields};

/// The name of a libvirt node device: `virsh nodedev-list --cap pci`, `virsh nodedev-detach`.
///
/// ```
/// use pci_core::notation::NodeDeviceName;
/// let gpu = NodeDeviceName("01:00.0".parse()?);
/// assert_eq!(gpu.to_string(), "pci_0000_01_00_0");
/// assert_eq!("pci_0000_01_00_0".parse(), Ok(gpu));
/// # Ok::<(), pci_core::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NodeDeviceName(pub Address);

impl fmt::Display for NodeDeviceName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        padded(f, |f| {
            let Self(address) = self;
            write!(
                f,
                "pci_{:04x}_{:02x}_{:02x}_{}",
                address.domain(),
                address.bus(),
                address.device(),
                address.function()
            )
        })
    }
}

impl FromStr for NodeDeviceName {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        let mut cursor = Cursor::new(text);
        cursor.take("pci_", "'pci_' at the start of a node device")?;
        let domain = address_fields::written_domain(&mut cursor)?;
        cursor.take("_", "'_' after the domain")?;
        let bus = address_fields::bus(&mut cursor)?;
        cursor.take("_", "'_' after the bus")?;
        let device = address_fields::device(&mut cursor)?;
        cursor.take("_", "'_' before the function")?;
        let function = address_fields::function(&mut cursor)?;
        cursor.end("the end of the node device's name after the function")?;
        Ok(Self(Address::from_numbers(domain, bus, device, function)))
    }
}
