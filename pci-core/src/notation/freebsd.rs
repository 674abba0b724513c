//! FreeBSD and bhyve.

use core::fmt;
use core::str::FromStr;

use crate::cursor::Cursor;
use crate::error::{Error, Result};
use crate::padded::padded;
use crate::{Address, DeviceNumber, DomainNumber, FunctionNumber, address_fields};

/// The selector of a PCI function in FreeBSD: `pci0:1:0:0`, in decimal numbers, domain, bus,
/// device, function (`man 8 pciconf`).
///
/// ```
/// use pci_core::notation::PciSelector;
/// let nic: PciSelector = "ppt0@pci0:13:0:0:".parse()?;
/// assert_eq!(nic.0.to_string(), "0000:0d:00.0");
/// assert_eq!(nic.to_string(), "pci0:13:0:0");
/// # Ok::<(), pci_core::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PciSelector(pub Address);

impl fmt::Display for PciSelector {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        padded(f, |f| {
            let Self(address) = self;
            write!(
                f,
                "pci{}:{}:{}:{}",
                address.domain(),
                address.bus(),
                address.device(),
                address.function()
            )
        })
    }
}

impl FromStr for PciSelector {
    type Err = Error;

    /// Parses `pci0:1:0:0` and, as pciconf does, `pci1:0:0` in domain 0 and `pci1:0` for function
    /// 0; optionally with the device's name and `@` before it and a colon after it, as in the first
    /// column of `pciconf -l`.
    fn from_str(text: &str) -> Result<Self> {
        let mut cursor = Cursor::new(text);
        if let Some(name) = text.find('@') {
            cursor.skip(name + 1);
        }
        cursor.take("pci", "'pci' at the start of a selector")?;
        let numbers = cursor.rest();
        let numbers = numbers.strip_suffix(':').unwrap_or(numbers);
        let colons = numbers.matches(':').count();
        let mut domain = DomainNumber::default();
        if colons > 2 {
            domain = address_fields::decimal_domain(&mut cursor)?;
            cursor.take(":", "':' after the domain")?;
        }
        let bus = address_fields::decimal_bus(&mut cursor)?;
        cursor.take(":", "':' after the bus")?;
        let device = address_fields::decimal_device(&mut cursor)?;
        let mut function = FunctionNumber::default();
        if colons > 1 {
            cursor.take(":", "':' after the device")?;
            function = address_fields::decimal_function(&mut cursor)?;
        }
        cursor.eat(":");
        cursor.end("the end of the selector")?;
        Ok(Self(Address::from_numbers(domain, bus, device, function)))
    }
}

/// A function that bhyve passes through: `1/0/0`, in decimal numbers, bus, slot,
/// function, in domain 0 (`man 4 vmm`, `pptdevs` in `man 5 loader.conf`, `passthru` in
/// `man 8 bhyve`).
///
/// ```
/// use pci_core::notation::PassthruDevice;
/// let nic: PassthruDevice = "13/0/1".parse()?;
/// assert_eq!(nic.address().to_string(), "0000:0d:00.1");
/// assert_eq!(PassthruDevice::new("0001:01:00.0".parse()?), None);
/// # Ok::<(), pci_core::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PassthruDevice(Address);

impl PassthruDevice {
    /// The function at `address`; `None` outside domain 0.
    #[must_use]
    pub const fn new(address: Address) -> Option<Self> {
        if address.domain() != 0 {
            return None;
        }
        Some(Self(address))
    }

    /// The address.
    #[must_use]
    pub const fn address(self) -> Address {
        self.0
    }
}

impl fmt::Display for PassthruDevice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        padded(f, |f| {
            let Self(address) = self;
            let (bus, device, function) = (address.bus(), address.device(), address.function());
            write!(f, "{bus}/{device}/{function}")
        })
    }
}

impl FromStr for PassthruDevice {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        let mut cursor = Cursor::new(text);
        let bus = address_fields::decimal_bus(&mut cursor)?;
        cursor.take("/", "'/' after the bus")?;
        let device: DeviceNumber = address_fields::decimal_device(&mut cursor)?;
        cursor.take("/", "'/' after the slot")?;
        let function = address_fields::decimal_function(&mut cursor)?;
        cursor.end("the end of bus/slot/function")?;
        let domain = DomainNumber::default();
        Ok(Self(Address::from_numbers(domain, bus, device, function)))
    }
}
