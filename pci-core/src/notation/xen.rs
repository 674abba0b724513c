//! Xen.

use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::fmt;
use core::str::FromStr;

use crate::cursor::{Cursor, Expected};
use crate::error::{Error, Result};
use crate::padded::padded;
use crate::{Address, AddressOrSlot, Bus, Slot, address_fields};

/// An element of a [`HideList`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum HiddenDevice {
    /// `(01:00.0)`: one function.
    Address(Address),
    /// `(01:00.*)`: all functions of a slot.
    Slot(Slot),
    /// `(01:*.*)`: all functions on a bus.
    Bus(Bus),
}

impl HiddenDevice {
    /// Whether it includes the function at `address`.
    #[must_use]
    pub fn covers(self, address: Address) -> bool {
        match self {
            Self::Address(one) => one == address,
            Self::Slot(slot) => slot == address.slot(),
            Self::Bus(bus) => bus == address.on_bus(),
        }
    }
}

impl fmt::Display for HiddenDevice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        padded(f, |f| match self {
            Self::Address(address) => write!(f, "({address})"),
            Self::Slot(slot) => write!(f, "({slot}.*)"),
            Self::Bus(bus) => write!(f, "({bus}:*.*)"),
        })
    }
}

/// The value of the kernel option `xen-pciback.hide=`, which prevents other drivers of Xen's
/// control domain from binding: addresses in parentheses, without separators
/// (drivers/xen/xen-pciback/pci_stub.c, module parameter `hide`).
///
/// ```
/// use pci_core::notation::HideList;
/// let list: HideList = "(01:00.0)(0000:02:00.*)".parse()?;
/// assert!(list.covers("02:00.3".parse()?));
/// assert_eq!(list.to_string(), "(0000:01:00.0)(0000:02:00.*)");
/// # Ok::<(), pci_core::Error>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct HideList(pub Vec<HiddenDevice>);

impl HideList {
    /// Whether the function at `address` is hidden.
    #[must_use]
    pub fn covers(&self, address: Address) -> bool {
        self.0.iter().any(|device| device.covers(address))
    }

    /// Hides the function at `address`, unless it is hidden.
    ///
    /// ```
    /// use pci_core::notation::HideList;
    /// let mut list: HideList = "(01:00.*)".parse()?;
    /// list.add("01:00.1".parse()?);
    /// list.add("02:00.0".parse()?);
    /// assert_eq!(list.to_string(), "(0000:01:00.*)(0000:02:00.0)");
    /// # Ok::<(), pci_core::Error>(())
    /// ```
    pub fn add(&mut self, address: Address) {
        if !self.covers(address) {
            self.0.push(HiddenDevice::Address(address));
        }
    }

    /// Removes the function at `address` if it has an element of its own; returns whether it is no
    /// longer hidden.
    ///
    /// ```
    /// use pci_core::notation::HideList;
    /// let mut list: HideList = "(01:00.0)(02:00.*)".parse()?;
    /// assert!(list.remove("01:00.0".parse()?));
    /// assert!(!list.remove("02:00.0".parse()?));
    /// # Ok::<(), pci_core::Error>(())
    /// ```
    pub fn remove(&mut self, address: Address) -> bool {
        self.0.retain(|one| *one != HiddenDevice::Address(address));
        !self.covers(address)
    }
}

impl fmt::Display for HideList {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        padded(f, |f| {
            self.0.iter().try_for_each(|device| write!(f, "{device}"))
        })
    }
}

impl FromStr for HideList {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        let mut cursor = Cursor::new(text);
        let mut devices = Vec::new();
        while !cursor.at_end() {
            cursor.take("(", "'(' before an address")?;
            devices.push(hidden(&mut cursor)?);
            cursor.take(")", "')' after the address")?;
        }
        Ok(Self(devices))
    }
}

fn hidden(cursor: &mut Cursor<'_>) -> Result<HiddenDevice, Expected> {
    let mut ahead = *cursor;
    if let Ok(address) = Address::read_of_any_width(&mut ahead) {
        *cursor = ahead;
        return Ok(HiddenDevice::Address(address));
    }
    let domain = address_fields::domain(cursor)?;
    let bus = address_fields::bus(cursor)?;
    cursor.take(":", "':' after the bus")?;
    if cursor.eat("*.*") {
        return Ok(HiddenDevice::Bus(Bus::new(domain.get(), bus.get())));
    }
    let device = address_fields::device(cursor)?;
    cursor.take(".", "'.' before the function")?;
    if cursor.eat("*") {
        let slot = Slot::from_numbers(domain, bus, device);
        return Ok(HiddenDevice::Slot(slot));
    }
    let function = address_fields::function(cursor)?;
    let address = Address::from_numbers(domain, bus, device, function);
    Ok(HiddenDevice::Address(address))
}

/// An element of the list `pci` of an `xl` domain configuration, and the argument of `xl
/// pci-attach`: an address, optionally `@` and the guest's slot, and settings (`man
/// xl-pci-configuration`). `*` as function is the whole slot.
///
/// ```
/// use pci_core::notation::PciSpec;
/// let nic: PciSpec = "36:00.0@20,seize=1".parse()?;
/// assert_eq!(nic.device, "36:00.0".parse::<pci_core::Address>()?.into());
/// assert_eq!((nic.vslot, nic.settings.as_str()), (Some(0x20), "seize=1"));
/// assert_eq!(nic.to_string(), "0000:36:00.0@20,seize=1");
/// # Ok::<(), pci_core::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PciSpec {
    /// The assigned function or slot.
    pub device: AddressOrSlot,
    /// The slot in the guest after `@`, in hex digits.
    pub vslot: Option<u8>,
    /// The text after the first comma, unchanged; empty if none.
    pub settings: String,
}

impl fmt::Display for PciSpec {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        padded(f, |f| {
            write!(f, "{}", self.device)?;
            if let AddressOrSlot::Slot(_) = self.device {
                f.write_str(".*")?;
            }
            if let Some(vslot) = self.vslot {
                write!(f, "@{vslot:02x}")?;
            }
            if !self.settings.is_empty() {
                write!(f, ",{}", self.settings)?;
            }
            Ok(())
        })
    }
}

impl FromStr for PciSpec {
    type Err = Error;

    /// Parses it with or without `bdf=` before the address.
    fn from_str(text: &str) -> Result<Self> {
        let mut cursor = Cursor::new(text);
        cursor.eat("bdf=");
        let domain = address_fields::domain(&mut cursor)?;
        let bus = address_fields::bus(&mut cursor)?;
        cursor.take(":", "':' after the bus")?;
        let device = address_fields::device(&mut cursor)?;
        cursor.take(".", "'.' before the function")?;
        let device = if cursor.eat("*") {
            AddressOrSlot::Slot(Slot::from_numbers(domain, bus, device))
        } else {
            let function = address_fields::function(&mut cursor)?;
            AddressOrSlot::Address(Address::from_numbers(domain, bus, device, function))
        };
        let mut vslot = None;
        if cursor.eat("@") {
            let expected = "a slot of one or two hex digits";
            let value = cursor.hex(1, 2, expected)?;
            vslot = u8::try_from(value).ok();
        }
        let mut settings = "";
        if cursor.eat(",") {
            settings = cursor.rest();
        } else {
            cursor.end("'@', ',' or the end after the address")?;
        }
        Ok(Self {
            device,
            vslot,
            settings: settings.to_string(),
        })
    }
}
