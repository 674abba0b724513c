//! Windows: hardware and instance IDs.

use alloc::string::{String, ToString};
use core::fmt;
use core::str::FromStr;

use crate::cursor::{Cursor, Expected, wrong};
use crate::error::{Error, Result};
use crate::padded::padded;
use crate::{ClassCode, DeviceId, PciId, SubsystemId, VendorId};

/// A hardware ID or compatible ID of a PCI function in Windows, by which drivers' INF files match
/// ("Identifiers for PCI devices" of Microsoft's driver documentation). All parts are optional; a
/// missing one matches anything.
///
/// `SUBSYS_` has the subsystem first and its vendor last, the reverse of `lspci`.
///
/// ```
/// use pci_core::notation::HardwareId;
/// let text = r"PCI\VEN_10DE&DEV_0FC6&SUBSYS_8A961462&REV_A1";
/// let gpu: HardwareId = text.parse()?;
/// assert_eq!(gpu.id().unwrap().to_string(), "10de:0fc6");
/// assert_eq!(gpu.subsystem.unwrap().to_string(), "1462:8a96");
/// assert_eq!(gpu.revision, Some(0xa1));
/// assert_eq!(gpu.to_string(), text);
/// # Ok::<(), pci_core::Error>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct HardwareId {
    /// `VEN_10DE`.
    pub vendor: Option<VendorId>,
    /// `DEV_0FC6`.
    pub device: Option<DeviceId>,
    /// `SUBSYS_8A961462`.
    pub subsystem: Option<SubsystemId>,
    /// `REV_A1`.
    pub revision: Option<u8>,
    /// `CC_030000`, or `CC_0300` without the programming interface.
    pub class: Option<ClassCode>,
    /// `DT_1`: Device/Port Type, as in the PCI Express Capabilities register.
    pub device_type: Option<u8>,
}

impl HardwareId {
    /// Vendor and device ID, if both are present.
    #[must_use]
    pub fn id(&self) -> Option<PciId> {
        let (vendor, device) = (self.vendor?, self.device?);
        Some(PciId { vendor, device })
    }

    fn read(cursor: &mut Cursor<'_>) -> Result<Self, Expected> {
        cursor.take("PCI\\", "'PCI\\' at the start of a hardware id")?;
        // In program text and JSON backslashes are doubled.
        cursor.eat("\\");
        let mut id = Self::default();
        loop {
            let at = cursor.offset();
            let twice = |again: bool| {
                if again {
                    wrong(at, "each part of the hardware ID once")
                } else {
                    Ok(())
                }
            };
            if cursor.eat("VEN_") {
                twice(id.vendor.is_some())?;
                id.vendor = Some(VendorId(word(cursor)?));
            } else if cursor.eat("DEV_") {
                twice(id.device.is_some())?;
                id.device = Some(DeviceId(word(cursor)?));
            } else if cursor.eat("SUBSYS_") {
                twice(id.subsystem.is_some())?;
                let device = word(cursor)?;
                id.subsystem = Some(SubsystemId::new(word(cursor)?, device));
            } else if cursor.eat("REV_") {
                twice(id.revision.is_some())?;
                id.revision = Some(byte(cursor)?);
            } else if cursor.eat("CC_") {
                twice(id.class.is_some())?;
                let (base, sub) = (byte(cursor)?, byte(cursor)?);
                let prog_if = match cursor.hex_digits() {
                    0 => None,
                    _ => Some(byte(cursor)?),
                };
                id.class = Some(ClassCode::new(base, sub, prog_if));
            } else if cursor.eat("DT_") {
                twice(id.device_type.is_some())?;
                let at = cursor.offset();
                let expected = "a device type of one or two hex digits";
                let value = cursor.hex(1, 2, expected)?;
                id.device_type =
                    u8::try_from(value).map_or_else(|_| wrong(at, expected), |v| Ok(Some(v)))?;
            } else {
                return cursor.wrong("VEN_, DEV_, SUBSYS_, REV_, CC_ or DT_");
            }
            if !cursor.eat("&") {
                return Ok(id);
            }
        }
    }
}

impl fmt::Display for HardwareId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        padded(f, |f| {
            let mut before = "PCI\\";
            let mut part = |f: &mut dyn fmt::Write, text: fmt::Arguments<'_>| {
                let result = write!(f, "{before}{text}");
                before = "&";
                result
            };
            if let Some(vendor) = self.vendor {
                part(f, format_args!("VEN_{:04X}", vendor.0))?;
            }
            if let Some(device) = self.device {
                part(f, format_args!("DEV_{:04X}", device.0))?;
            }
            if let Some(subsystem) = self.subsystem {
                let (device, vendor) = (subsystem.device.0, subsystem.vendor.0);
                part(f, format_args!("SUBSYS_{device:04X}{vendor:04X}"))?;
            }
            if let Some(revision) = self.revision {
                part(f, format_args!("REV_{revision:02X}"))?;
            }
            if let Some(class) = self.class {
                part(f, format_args!("CC_{:02X}{:02X}", class.base, class.sub))?;
                if let Some(prog_if) = class.prog_if {
                    write!(f, "{prog_if:02X}")?;
                }
            }
            if let Some(device_type) = self.device_type {
                part(f, format_args!("DT_{device_type:X}"))?;
            }
            Ok(())
        })
    }
}

impl FromStr for HardwareId {
    type Err = Error;

    /// Parses the parts in any order.
    fn from_str(text: &str) -> Result<Self> {
        let mut cursor = Cursor::new(text);
        let id = Self::read(&mut cursor)?;
        cursor.end("'&' or the end of the hardware ID")?;
        Ok(id)
    }
}

/// The device instance ID of a PCI function in Windows: its hardware ID, and a part that
/// distinguishes it from others of its kind on this machine, which is not an address and has no
/// meaning elsewhere.
///
/// ```
/// use pci_core::notation::InstanceId;
/// let text = r"PCI\VEN_10DE&DEV_2D04&SUBSYS_205E10B0&REV_A1\4&35B2C1F0&0&0008";
/// let gpu: InstanceId = text.parse()?;
/// assert_eq!(gpu.hardware.id().unwrap().to_string(), "10de:2d04");
/// assert_eq!(gpu.instance, "4&35B2C1F0&0&0008");
/// assert_eq!(gpu.to_string(), text);
/// # Ok::<(), pci_core::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct InstanceId {
    /// Hardware ID.
    pub hardware: HardwareId,
    /// Instance part; never empty in parsed text.
    pub instance: String,
}

impl fmt::Display for InstanceId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        padded(f, |f| write!(f, "{}\\{}", self.hardware, self.instance))
    }
}

impl FromStr for InstanceId {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        let mut cursor = Cursor::new(text);
        let hardware = HardwareId::read(&mut cursor)?;
        cursor.take("\\", "'\\' after the hardware ID")?;
        cursor.eat("\\");
        let instance = cursor.rest();
        let printable = |c: char| c.is_ascii_graphic() && c != '\\' && c != ',';
        match instance.find(|c| !printable(c)) {
            None if !instance.is_empty() => Ok(Self {
                hardware,
                instance: instance.to_string(),
            }),
            bad => Ok(wrong(
                cursor.offset() + bad.unwrap_or(0),
                "printable characters but '\\' and ',' in the instance",
            )?),
        }
    }
}

fn word(cursor: &mut Cursor<'_>) -> Result<u16, Expected> {
    let at = cursor.offset();
    let expected = "four hex digits";
    let value = cursor.hex(4, 4, expected)?;
    u16::try_from(value).map_or_else(|_| wrong(at, expected), Ok)
}

fn byte(cursor: &mut Cursor<'_>) -> Result<u8, Expected> {
    let at = cursor.offset();
    let expected = "two hex digits";
    let value = cursor.hex(2, 2, expected)?;
    u8::try_from(value).map_or_else(|_| wrong(at, expected), Ok)
}
