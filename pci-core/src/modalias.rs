//! Modalias of a function.

use core::fmt;
use core::str::FromStr;

use crate::cursor::{Cursor, Expected, wrong};
use crate::error::{Error, Result};
use crate::padded::padded;
use crate::{ClassCode, DeviceId, PciId, SubsystemId, VendorId};

/// The modalias of a PCI function: all IDs that select a driver, in one text. The kernel passes it
/// to `modprobe`, which searches a matching pattern in `modules.alias`; sysfs has it in the file
/// `modalias` (`pci_uevent` and `modalias_show`, drivers/pci/pci-driver.c and pci-sysfs.c).
///
/// ```
/// use pci_core::{ClassCode, Modalias};
/// let text = "pci:v000010DEd00002D04sv000010B0sd0000205Ebc03sc00i00";
/// let gpu: Modalias = text.parse()?;
/// assert_eq!(gpu.id().to_string(), "10de:2d04");
/// assert!(gpu.class().is_a(ClassCode::VGA_CONTROLLER));
/// assert_eq!(gpu.to_string(), text);
/// # Ok::<(), pci_core::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Modalias {
    id: PciId,
    subsystem: SubsystemId,
    base: u8,
    sub: u8,
    prog_if: u8,
}

impl Modalias {
    /// The modalias of a function with these IDs and this class; `None` if the class's programming
    /// interface is unknown. A function without a subsystem has 0000:0000.
    #[must_use]
    pub const fn new(id: PciId, subsystem: SubsystemId, class: ClassCode) -> Option<Self> {
        let Some(prog_if) = class.prog_if else {
            return None;
        };
        Some(Self {
            id,
            subsystem,
            base: class.base,
            sub: class.sub,
            prog_if,
        })
    }

    /// Vendor and device ID.
    #[must_use]
    pub const fn id(&self) -> PciId {
        self.id
    }

    /// Subsystem vendor and subsystem ID.
    #[must_use]
    pub const fn subsystem(&self) -> SubsystemId {
        self.subsystem
    }

    /// The class, with its programming interface.
    #[must_use]
    pub const fn class(&self) -> ClassCode {
        ClassCode::new(self.base, self.sub, Some(self.prog_if))
    }
}

impl fmt::Display for Modalias {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        padded(f, |f| {
            write!(
                f,
                "pci:v{:08X}d{:08X}sv{:08X}sd{:08X}bc{:02X}sc{:02X}i{:02X}",
                self.id.vendor.0,
                self.id.device.0,
                self.subsystem.vendor.0,
                self.subsystem.device.0,
                self.base,
                self.sub,
                self.prog_if
            )
        })
    }
}

impl FromStr for Modalias {
    type Err = Error;

    /// Parses the kernel's form, in either case. A pattern of `modules.alias`, which contains `*`,
    /// is not a modalias.
    fn from_str(text: &str) -> Result<Self> {
        let mut cursor = Cursor::new(text);
        cursor.take("pci:", "'pci:' at the start of a modalias")?;
        cursor.take("v", "'v' before the vendor")?;
        let vendor = id(&mut cursor)?;
        cursor.take("d", "'d' before the device")?;
        let device = id(&mut cursor)?;
        cursor.take("sv", "'sv' before the subsystem vendor")?;
        let subsystem_vendor = id(&mut cursor)?;
        cursor.take("sd", "'sd' before the subsystem")?;
        let subsystem = id(&mut cursor)?;
        cursor.take("bc", "'bc' before the base class")?;
        let base = byte(&mut cursor)?;
        cursor.take("sc", "'sc' before the sub-class")?;
        let sub = byte(&mut cursor)?;
        cursor.take("i", "'i' before the programming interface")?;
        let prog_if = byte(&mut cursor)?;
        cursor.end("the end of the modalias")?;
        Ok(Self {
            id: PciId {
                vendor: VendorId(vendor),
                device: DeviceId(device),
            },
            subsystem: SubsystemId::new(subsystem_vendor, subsystem),
            base,
            sub,
            prog_if,
        })
    }
}

/// Reads a 16-bit ID in eight digits: the kernel's field has 32 bits.
fn id(cursor: &mut Cursor<'_>) -> Result<u16, Expected> {
    let at = cursor.offset();
    let expected = "eight hex digits, 0000ffff at most";
    let value = cursor.hex(8, 8, expected)?;
    u16::try_from(value).map_or_else(|_| wrong(at, expected), Ok)
}

fn byte(cursor: &mut Cursor<'_>) -> Result<u8, Expected> {
    let at = cursor.offset();
    let expected = "two hex digits";
    let value = cursor.hex(2, 2, expected)?;
    u8::try_from(value).map_or_else(|_| wrong(at, expected), Ok)
}

#[cfg(test)]
mod tests {
    use alloc::string::ToString;

    use super::*;

    #[test]
    fn every_number_survives() {
        for number in (0..=u16::MAX).step_by(0x101) {
            let [high, low] = number.to_be_bytes();
            let modalias = Modalias::new(
                PciId::new(number, !number),
                SubsystemId::new(number.rotate_left(4), number.rotate_left(8)),
                ClassCode::new(high, !low, Some(low)),
            )
            .unwrap();
            assert_eq!(modalias.to_string().parse(), Ok(modalias));
            assert_eq!(modalias.to_string().to_lowercase().parse(), Ok(modalias));
        }
    }

    #[test]
    fn an_error_has_its_place() {
        let good = "pci:v000010DEd00002D04sv000010B0sd0000205Ebc03sc00i00";
        let offset = |text: &str| text.parse::<Modalias>().unwrap_err().offset().unwrap();
        for end in 0..good.len() {
            assert!(good.get(..end).is_some_and(|cut| offset(cut) <= end));
        }
        assert_eq!(offset("usb:v1D6Bp0002"), 0);
        assert_eq!(offset("pci:v000110DE"), 5);
        assert_eq!(offset("pci:v000010DEd*sv*sd*bc03sc*i*"), 14);
        assert_eq!(offset(&alloc::format!("{good}*")), good.len());
    }
}
