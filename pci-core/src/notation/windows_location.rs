//! Windows: location paths.

use alloc::vec::Vec;
use core::fmt;
use core::str::FromStr;

use super::root_path::RootPath;
use crate::cursor::Cursor;
use crate::error::{Error, Result};
use crate::padded::padded;
use crate::{BusNumber, DeviceNumber, FunctionNumber, Hop, address_fields};

/// The location path of a PCI function in Windows, for Hyper-V's `Dismount-VMHostAssignableDevice
/// -LocationPath`: the root bridge, then four hex digits per hop, two for the device and two for
/// the function (`DEVPKEY_Device_LocationPaths`).
///
/// ```
/// use pci_core::notation::LocationPath;
/// let gpu: LocationPath = "PCIROOT(0)#PCI(1C04)#PCI(0000)".parse()?;
/// assert_eq!((gpu.0.hops[0].device(), gpu.0.hops[0].function()), (0x1c, 4));
/// assert_eq!(gpu.to_string(), "PCIROOT(0)#PCI(1C04)#PCI(0000)");
/// # Ok::<(), pci_core::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LocationPath(pub RootPath);

impl fmt::Display for LocationPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        padded(f, |f| {
            write!(f, "PCIROOT({:X})", self.0.root)?;
            self.0
                .hops
                .iter()
                .try_for_each(|hop| write!(f, "#PCI({:02X}{:02X})", hop.device(), hop.function()))
        })
    }
}

impl FromStr for LocationPath {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        let mut cursor = Cursor::new(text);
        cursor.take("PCIROOT(", "'PCIROOT(' at the start of a location path")?;
        let root = cursor.hex(1, 8, "the number of the root bridge, in hex digits")?;
        cursor.take(")", "')' after the root bridge")?;
        let mut hops = Vec::new();
        while !cursor.at_end() {
            cursor.take("#PCI(", "'#PCI(' or the end of the location path")?;
            let device = address_fields::device(&mut cursor)?;
            let expected = "a function of two hex digits, 00 to 07";
            let at = cursor.offset();
            let function = cursor.hex(2, 2, expected)?;
            let function = address_fields::function_number(function, at, expected)?;
            cursor.take(")", "')' after the function")?;
            hops.push(Hop::from_numbers(None, device, function));
        }
        Ok(Self(RootPath { root, hops }))
    }
}

/// The location of a PCI function in the Windows Device Manager, in English: `PCI bus 1, device 0,
/// function 0`, in decimal numbers and without a domain.
///
/// ```
/// use pci_core::notation::LocationInformation;
/// let gpu: LocationInformation = "PCI bus 13, device 0, function 0".parse()?;
/// assert_eq!(gpu.0.bus(), Some(0x0d));
/// assert_eq!(gpu.to_string(), "PCI bus 13, device 0, function 0");
/// # Ok::<(), pci_core::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LocationInformation(pub Hop);

impl LocationInformation {
    /// The location of this function.
    #[must_use]
    pub const fn new(bus: BusNumber, device: DeviceNumber, function: FunctionNumber) -> Self {
        Self(Hop::from_numbers(Some(bus), device, function))
    }
}

impl fmt::Display for LocationInformation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        padded(f, |f| {
            let (device, function) = (self.0.device(), self.0.function());
            f.write_str("PCI ")?;
            if let Some(bus) = self.0.bus() {
                write!(f, "bus {bus}, ")?;
            }
            write!(f, "device {device}, function {function}")
        })
    }
}

impl FromStr for LocationInformation {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        let mut cursor = Cursor::new(text);
        cursor.take("PCI bus ", "'PCI bus ' at the start of the location")?;
        let bus = address_fields::decimal_bus(&mut cursor)?;
        cursor.take(", device ", "', device ' after the bus")?;
        let device = address_fields::decimal_device(&mut cursor)?;
        cursor.take(", function ", "', function ' after the device")?;
        let function = address_fields::decimal_function(&mut cursor)?;
        cursor.end("the end of the location after the function")?;
        Ok(Self::new(bus, device, function))
    }
}
