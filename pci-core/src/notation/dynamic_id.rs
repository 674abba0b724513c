//! Linux: IDs added to a driver's ID table.

use core::fmt;
use core::str::FromStr;

use crate::cursor::{Cursor, Expected, wrong};
use crate::error::{Error, Result};
use crate::padded::padded;
use crate::{ClassCode, DeviceId, PciId, SubsystemId, VendorId};

/// An element of vfio-pci's parameter `ids=`, and of a driver's file `new_id`: vendor and device
/// ID, optionally with subsystem IDs and class.
///
/// As text, `vendor:device[:subvendor[:subdevice[:class[:class_mask]]]]` (`MODULE_PARM_DESC(ids)`
/// in drivers/vfio/pci/vfio_pci.c of Linux 6.12); [`new_id`](Self::new_id) has blanks in place of
/// colons (Documentation/ABI/testing/sysfs-bus-pci).
///
/// The kernel parses hex numbers of any length and ignores the rest without a message, so that two
/// joined IDs, `10de:0fc610de:0e1b`, become one that matches nothing. Here that is an error.
///
/// ```
/// use pci_core::notation::DynamicId;
/// let id: DynamicId = "10DE:2d04".parse()?;
/// assert!(id.matches("10de:2d04".parse()?, None, None));
/// assert_eq!(id.to_string(), "10de:2d04");
/// assert_eq!(id.new_id().to_string(), "10de 2d04");
/// assert_eq!("10de:0fc610de:0e1b".parse::<DynamicId>().unwrap_err().offset().unwrap(), 9);
/// # Ok::<(), pci_core::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DynamicId {
    /// Vendor and device ID.
    pub id: PciId,
    /// Subsystem vendor ID; `None` for any.
    pub subvendor: Option<VendorId>,
    /// Subsystem ID; `None` for any.
    pub subdevice: Option<DeviceId>,
    /// Class code and class mask, 24 bits each; `None` for any class.
    pub class: Option<(u32, u32)>,
}

impl From<PciId> for DynamicId {
    fn from(id: PciId) -> Self {
        Self {
            id,
            subvendor: None,
            subdevice: None,
            class: None,
        }
    }
}

impl DynamicId {
    /// Whether a function with these IDs and this class matches. An unknown value does not match a
    /// required one.
    #[must_use]
    pub fn matches(
        &self,
        id: PciId,
        subsystem: Option<SubsystemId>,
        class: Option<ClassCode>,
    ) -> bool {
        let vendor = subsystem.map(|subsystem| subsystem.vendor);
        let device = subsystem.map(|subsystem| subsystem.device);
        let class = class.and_then(ClassCode::to_u24);
        self.id == id
            && (self.subvendor.is_none() || self.subvendor == vendor)
            && (self.subdevice.is_none() || self.subdevice == device)
            && self.class.is_none_or(|(wanted, mask)| {
                class.is_some_and(|class| (class ^ wanted) & mask == 0)
            })
    }

    /// In the syntax of `new_id`: separated by blanks.
    #[must_use]
    pub const fn new_id(&self) -> NewId {
        NewId(*self)
    }

    fn print(&self, f: &mut dyn fmt::Write, between: char) -> fmt::Result {
        write!(f, "{}{between}{}", self.id.vendor, self.id.device)?;
        if self.subvendor.is_none() && self.subdevice.is_none() && self.class.is_none() {
            return Ok(());
        }
        // PCI_ANY_ID, include/linux/mod_devicetable.h.
        match self.subvendor {
            Some(vendor) => write!(f, "{between}{vendor}")?,
            None => write!(f, "{between}ffffffff")?,
        }
        match (self.subdevice, self.class) {
            (Some(device), _) => write!(f, "{between}{device}")?,
            (None, Some(_)) => write!(f, "{between}ffffffff")?,
            (None, None) => {}
        }
        match self.class {
            Some((class, mask)) => write!(f, "{between}{class:06x}{between}{mask:06x}"),
            None => Ok(()),
        }
    }
}

impl fmt::Display for DynamicId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        padded(f, |f| self.print(f, ':'))
    }
}

/// A [`DynamicId`] in the syntax of `new_id`: [`DynamicId::new_id`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NewId(DynamicId);

impl fmt::Display for NewId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        padded(f, |f| self.0.print(f, ' '))
    }
}

impl FromStr for DynamicId {
    type Err = Error;

    /// Parses numbers separated by colons or, as in `new_id`, blanks, each with or without `0x`.
    /// Vendor and device must have four digits.
    fn from_str(text: &str) -> Result<Self> {
        let mut cursor = Cursor::new(text);
        let vendor = id(&mut cursor, "a vendor ID of four hex digits")?;
        let between = if cursor.is_at(b' ') { " " } else { ":" };
        cursor.take(between, "':' between vendor and device")?;
        let device = id(&mut cursor, "a device ID of four hex digits")?;
        let mut dynamic = Self::from(PciId::new(vendor, device));
        let expected = "':' or the end of the ID";
        if next(&mut cursor, between, expected)? {
            dynamic.subvendor = id_or_any(&mut cursor)?.map(VendorId);
        }
        if next(&mut cursor, between, expected)? {
            dynamic.subdevice = id_or_any(&mut cursor)?.map(DeviceId);
        }
        if next(&mut cursor, between, expected)? {
            let class = class(&mut cursor)?;
            // The kernel's default mask is 0: any class.
            if next(&mut cursor, between, expected)? {
                let mask = self::class(&mut cursor)?;
                dynamic.class = (mask != 0).then_some((class, mask));
            }
        }
        cursor.end("the end of the ID")?;
        Ok(dynamic)
    }
}

/// Whether another number follows.
fn next(cursor: &mut Cursor<'_>, between: &str, expected: &'static str) -> Result<bool, Expected> {
    if cursor.at_end() {
        return Ok(false);
    }
    cursor.take(between, expected)?;
    Ok(true)
}

fn id(cursor: &mut Cursor<'_>, expected: &'static str) -> Result<u16, Expected> {
    cursor.eat("0x");
    let at = cursor.offset();
    let value = cursor.hex(4, 4, expected)?;
    u16::try_from(value).map_or_else(|_| wrong(at, expected), Ok)
}

/// Four digits, or eight `f` for any.
fn id_or_any(cursor: &mut Cursor<'_>) -> Result<Option<u16>, Expected> {
    let expected = "a subsystem ID of four hex digits, or ffffffff";
    let mut ahead = *cursor;
    ahead.eat("0x");
    if ahead.eat("ffffffff") {
        *cursor = ahead;
        return Ok(None);
    }
    id(cursor, expected).map(Some)
}

fn class(cursor: &mut Cursor<'_>) -> Result<u32, Expected> {
    cursor.eat("0x");
    cursor.hex(1, 6, "a class or a class mask of up to six hex digits")
}
