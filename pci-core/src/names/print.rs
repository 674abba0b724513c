//! Names as `lspci` prints them (pciutils 3.9, compared in the tests).

use core::fmt;

use super::lookup::Names;
use crate::padded::padded;
use crate::{ClassCode, PciId, SubsystemId};

impl<'a> Names<'a> {
    /// The class as in `lspci`; `{:#}` prints it as in `lspci -nn`.
    ///
    /// ```
    /// # use pci_core::{ClassCode, names::Names};
    /// let class = Names::embedded().class_text(ClassCode::new(0x03, 0x00, None));
    /// assert_eq!(format!("{class}"), "VGA compatible controller");
    /// assert_eq!(format!("{class:#}"), "VGA compatible controller [0300]");
    /// ```
    #[must_use]
    pub fn class_text(&self, class: ClassCode) -> ClassText<'a> {
        ClassText {
            sub: self.class(class.base, class.sub),
            base: self.base_class(class.base),
            code: ClassCode {
                prog_if: None,
                ..class
            },
        }
    }

    /// Vendor and device as in `lspci`; `{:#}` prints them as in `lspci -nn`.
    ///
    /// ```
    /// # use pci_core::{PciId, names::Names};
    /// let names = Names::embedded();
    /// let text = |vendor, device| names.device_text(PciId::new(vendor, device));
    /// assert_eq!(
    ///     format!("{:#}", text(0x10de, 0x22eb)),
    ///     "NVIDIA Corporation GB206 High Definition Audio Controller [10de:22eb]"
    /// );
    /// assert_eq!(format!("{}", text(0x10de, 0xfffe)), "NVIDIA Corporation Device fffe");
    /// assert_eq!(format!("{:#}", text(0x0002, 0x2d04)), "Device [0002:2d04]");
    /// ```
    #[must_use]
    pub fn device_text(&self, id: PciId) -> PairText<'a> {
        PairText {
            vendor: self.vendor(id.vendor),
            device: self.device(id),
            id,
        }
    }

    /// The text of `lspci -v` after `Subsystem: ` for `subsystem` of the device `id`; `{:#}` prints
    /// it as in `lspci -nnv`.
    ///
    /// `lspci` 3.9 ignores entries for a subsystem on a device or vendor with number 0, and so does
    /// this; [`subsystem`](Self::subsystem) does not.
    #[must_use]
    pub fn subsystem_text(&self, id: PciId, subsystem: SubsystemId) -> PairText<'a> {
        let device = if id.vendor.0 == 0 || id.device.0 == 0 {
            self.subsystem_of_any_device(id, subsystem)
        } else {
            self.subsystem(id, subsystem)
        };
        PairText {
            vendor: self.vendor(subsystem.vendor),
            device,
            id: PciId::new(subsystem.vendor.0, subsystem.device.0),
        }
    }
}

/// A class in words: [`Names::class_text`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ClassText<'a> {
    sub: Option<&'a str>,
    base: Option<&'a str>,
    code: ClassCode,
}

impl fmt::Display for ClassText<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (code, numbers) = (self.code, f.alternate());
        padded(f, |f| match (self.sub, self.base, numbers) {
            (Some(name), _, false) => f.write_str(name),
            (Some(name), _, true) => write!(f, "{name} [{code}]"),
            // The base class alone is not specific, so the number is printed even without `-nn`.
            (None, Some(name), _) => write!(f, "{name} [{code}]"),
            (None, None, false) => write!(f, "Class {code}"),
            (None, None, true) => write!(f, "Class [{code}]"),
        })
    }
}

/// A vendor with its device or subsystem as text: [`Names::device_text`],
/// [`Names::subsystem_text`]. `{}` is the name as in `lspci`, `{:#}` appends the IDs, as with
/// `-nn`.
///
/// ```
/// # #[cfg(feature = "names")] {
/// use pci_core::{Names, PciId};
/// let names = Names::embedded();
/// let gpu = names.device_text(PciId::new(0x10de, 0x1b06));
/// assert_eq!(gpu.to_string(), "NVIDIA Corporation GP102 [GeForce GTX 1080 Ti]");
/// let unnamed = names.device_text(PciId::new(0x10de, 0x0001));
/// assert_eq!(format!("{unnamed:#}"), "NVIDIA Corporation Device [10de:0001]");
/// # }
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PairText<'a> {
    vendor: Option<&'a str>,
    device: Option<&'a str>,
    id: PciId,
}

impl<'a> PairText<'a> {
    /// The name of the device or subsystem alone.
    #[must_use]
    pub const fn device(&self) -> Option<&'a str> {
        self.device
    }
}

impl fmt::Display for PairText<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (id, numbers) = (self.id, f.alternate());
        padded(f, |f| match (self.vendor, self.device, numbers) {
            (Some(vendor), Some(device), false) => write!(f, "{vendor} {device}"),
            (Some(vendor), Some(device), true) => write!(f, "{vendor} {device} [{id}]"),
            (Some(vendor), None, false) => write!(f, "{vendor} Device {}", id.device),
            (Some(vendor), None, true) => write!(f, "{vendor} Device [{id}]"),
            (None, _, false) => write!(f, "Device {id}"),
            (None, _, true) => write!(f, "Device [{id}]"),
        })
    }
}

#[cfg(test)]
mod tests {
    use alloc::string::ToString;

    use super::*;
    use crate::names::Database;

    /// Numbers in place of missing names.
    #[test]
    fn an_unknown_name_is_a_number() {
        let text = "# Version: 2026.10.24\n10b0  Gainward\n10de  NVIDIA\n\t2d04  GB206\n\
                    \t\t10b0 205e  Card\nC 03  Display controller\n\t00  VGA\n";
        let blob = Database::parse(text.as_bytes()).unwrap().to_blob().unwrap();
        let names = Names::from_blob(&blob).unwrap();
        let class = |base, sub| names.class_text(ClassCode::new(base, sub, Some(0)));
        assert_eq!(class(3, 0).to_string(), "VGA");
        assert_eq!(class(3, 1).to_string(), "Display controller [0301]");
        assert_eq!(class(4, 1).to_string(), "Class 0401");
        assert_eq!(alloc::format!("{:#}", class(4, 1)), "Class [0401]");
        let gpu = PciId::new(0x10de, 0x2d04);
        let card = |vendor, device| {
            let card = names.subsystem_text(gpu, SubsystemId::new(vendor, device));
            alloc::format!("{card} {card:#}")
        };
        assert_eq!(
            card(0x10b0, 0x205e),
            "Gainward Card Gainward Card [10b0:205e]"
        );
        assert_eq!(
            card(0x10b0, 0x205f),
            "Gainward Device 205f Gainward Device [10b0:205f]"
        );
        assert_eq!(
            card(0x10de, 0x2d04),
            "NVIDIA GB206 NVIDIA GB206 [10de:2d04]"
        );
        assert_eq!(card(0x1af4, 0x1100), "Device 1af4:1100 Device [1af4:1100]");
    }
}
