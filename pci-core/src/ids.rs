//! Vendor, device and subsystem IDs.

use core::fmt;
use core::str::FromStr;

use crate::error::{Error, Result};
use crate::hex_text::HexText;

macro_rules! id16 {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(pub u16);

        impl fmt::Display for $name {
            /// Four lower-case hex digits.
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                HexText::new().digits(self.0.into(), 4).print(f)
            }
        }

        impl fmt::LowerHex for $name {
            /// As the number: `{:#06x}` prints `0x10de`.
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::LowerHex::fmt(&self.0, f)
            }
        }

        impl fmt::UpperHex for $name {
            /// As the number: `{:04X}` prints `10DE`.
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::UpperHex::fmt(&self.0, f)
            }
        }

        impl From<u16> for $name {
            fn from(number: u16) -> Self {
                Self(number)
            }
        }

        impl From<$name> for u16 {
            fn from(id: $name) -> Self {
                id.0
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!(stringify!($name), "({})"), self)
            }
        }

        impl FromStr for $name {
            type Err = Error;

            /// Parses `10de`, `10DE` and `0x10de`.
            fn from_str(text: &str) -> Result<Self> {
                hex16(text, 0).map(Self)
            }
        }
    };
}

id16! {
    /// Vendor ID, assigned by PCI-SIG: configuration space offset 0x00 (PCI Local Bus Specification
    /// 3.0, section 6.2.1).
    ///
    /// ```
    /// use pci_core::VendorId;
    /// let vendor: VendorId = "0x10DE".parse()?;
    /// assert_eq!(vendor, VendorId::NVIDIA);
    /// assert_eq!(vendor.to_string(), "10de");
    /// // Unnamed IDs are valid.
    /// assert_eq!(VendorId(0x4711).to_string(), "4711");
    /// # Ok::<(), pci_core::Error>(())
    /// ```
    #[doc(alias = "PCI_VENDOR_ID")]
    VendorId
}

id16! {
    /// Device ID, assigned by the vendor: configuration space offset 0x02.
    #[doc(alias = "PCI_DEVICE_ID")]
    DeviceId
}

impl VendorId {
    /// Advanced Micro Devices, processors and chipsets.
    pub const AMD: Self = Self(0x1022);
    /// Advanced Micro Devices, formerly ATI: graphics.
    pub const ATI: Self = Self(0x1002);
    /// NVIDIA.
    pub const NVIDIA: Self = Self(0x10de);
    /// Intel.
    pub const INTEL: Self = Self(0x8086);
    /// Red Hat: virtio devices, and those of QEMU.
    pub const RED_HAT: Self = Self(0x1af4);
    /// Red Hat's second vendor ID: QEMU's bridges, and QXL with 0x1b36:0100.
    pub const RED_HAT_QEMU: Self = Self(0x1b36);
    /// VMware.
    pub const VMWARE: Self = Self(0x15ad);
    /// Result of a read without a completer: no function exists, or it does not respond (PCI Local
    /// Bus Specification 3.0, section 6.1).
    pub const NONE: Self = Self(0xffff);
}

/// Vendor and device ID, printed `10de:2d04`.
///
/// ```
/// use pci_core::{PciId, VendorId};
/// let id: PciId = "10de:2d04".parse()?;
/// assert_eq!(id.vendor, VendorId::NVIDIA);
/// assert_eq!(id.to_string(), "10de:2d04");
/// # Ok::<(), pci_core::Error>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PciId {
    /// Vendor ID.
    pub vendor: VendorId,
    /// Device ID.
    pub device: DeviceId,
}

/// Subsystem vendor ID and subsystem ID, which identify the card (configuration space offsets 0x2c
/// and 0x2e), printed `10b0:205e`.
///
/// ```
/// use pci_core::SubsystemId;
/// let card: SubsystemId = "10b0:205e".parse()?;
/// assert_eq!(card, SubsystemId::new(0x10b0, 0x205e));
/// # Ok::<(), pci_core::Error>(())
/// ```
#[doc(alias = "PCI_SUBSYSTEM_ID")]
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SubsystemId {
    /// Subsystem vendor ID.
    pub vendor: VendorId,
    /// Subsystem ID.
    pub device: DeviceId,
}

macro_rules! pair {
    ($name:ident) => {
        impl $name {
            /// The pair with these two numbers.
            #[must_use]
            pub const fn new(vendor: u16, device: u16) -> Self {
                Self {
                    vendor: VendorId(vendor),
                    device: DeviceId(device),
                }
            }
        }

        impl From<(VendorId, DeviceId)> for $name {
            fn from((vendor, device): (VendorId, DeviceId)) -> Self {
                Self { vendor, device }
            }
        }

        impl fmt::Display for $name {
            /// Two groups of four lower-case hex digits, separated by a colon.
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                let mut text = HexText::new();
                text.digits(self.vendor.0.into(), 4).sign(b':');
                text.digits(self.device.0.into(), 4).print(f)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!(stringify!($name), "({})"), self)
            }
        }

        impl FromStr for $name {
            type Err = Error;

            /// Parses `10de:2d04`, in either case, each half with or without `0x`.
            fn from_str(text: &str) -> Result<Self> {
                let (vendor, device) = text
                    .split_once(':')
                    .ok_or(Error::syntax(text.len(), "':' between vendor and device"))?;
                Ok(Self {
                    vendor: VendorId(hex16(vendor, 0)?),
                    device: DeviceId(hex16(device, vendor.len() + 1)?),
                })
            }
        }
    };
}

pair!(PciId);
pair!(SubsystemId);

fn hex16(text: &str, base: usize) -> Result<u16> {
    let error = |offset| Error::syntax(offset, "four hex digits");
    let digits = text
        .strip_prefix("0x")
        .or_else(|| text.strip_prefix("0X"))
        .unwrap_or(text);
    let start = base + text.len() - digits.len();
    if let Some(bad) = digits.bytes().position(|byte| !byte.is_ascii_hexdigit()) {
        return Err(error(start + bad));
    }
    if digits.len() != 4 {
        return Err(error(start + digits.len().min(4)));
    }
    u16::from_str_radix(digits, 16).map_err(|_| error(start))
}

#[cfg(test)]
mod tests {
    use alloc::string::ToString;

    use super::*;

    #[test]
    fn ids_parse_and_print() {
        assert_eq!("0x10DE".parse(), Ok(VendorId::NVIDIA));
        assert_eq!(
            "10DE:22eb".parse::<PciId>().unwrap().to_string(),
            "10de:22eb"
        );
        assert_eq!("10b0:205e".parse(), Ok(SubsystemId::new(0x10b0, 0x205e)));
        let ati = VendorId::ATI;
        assert_eq!(
            alloc::format!("{ati:#06x} {:04X}", DeviceId(0xab)),
            "0x1002 00AB"
        );
        assert_eq!((u16::from(ati), VendorId::from(0x1002)), (0x1002, ati));
        let both = PciId::from((ati, DeviceId(0xab)));
        assert_eq!(alloc::format!("{both:>11}|{ati:-<6}"), "  1002:00ab|1002--");
    }

    #[test]
    fn an_error_has_its_place() {
        let offset = |text: &str| text.parse::<PciId>().unwrap_err().offset().unwrap();
        assert_eq!(offset("10de"), 4);
        assert_eq!(offset("10de:2d4"), 8);
        assert_eq!(offset("10de:2g04"), 6);
        assert_eq!(offset("10de:0fc610de:0e1b"), 13);
        assert_eq!(offset("+0de:2d04"), 0);
    }
}
