//! Who made a function and what it is: vendor, device and subsystem ids.

use core::fmt;
use core::str::FromStr;

use crate::cursor::Expected;
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
            /// As the number itself: `{:#06x}` gives `0x10de`.
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::LowerHex::fmt(&self.0, f)
            }
        }

        impl fmt::UpperHex for $name {
            /// As the number itself: `{:04X}` gives `10DE`.
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
            type Err = IdError;

            /// Reads `10de`, `10DE` and `0x10de`.
            fn from_str(text: &str) -> Result<Self, IdError> {
                hex16(text, 0).map(Self)
            }
        }
    };
}

id16! {
    /// The vendor id that PCI-SIG gave out: configuration space offset 0x00
    /// (PCI Local Bus Specification 3.0, section 6.2.1).
    ///
    /// ```
    /// use pci_core::VendorId;
    /// let vendor: VendorId = "0x10DE".parse()?;
    /// assert_eq!(vendor, VendorId::NVIDIA);
    /// assert_eq!(vendor.to_string(), "10de");
    /// // One that nobody has named is as good as another.
    /// assert_eq!(VendorId(0x4711).to_string(), "4711");
    /// # Ok::<(), pci_core::IdError>(())
    /// ```
    #[doc(alias = "PCI_VENDOR_ID")]
    VendorId
}

id16! {
    /// The device id that the vendor gave out: configuration space offset 0x02.
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
    /// Red Hat: virtio devices, and QEMU's own.
    pub const RED_HAT: Self = Self(0x1af4);
    /// Red Hat's second id: QEMU's bridges, and QXL with 0x1b36:0100.
    pub const RED_HAT_QEMU: Self = Self(0x1b36);
    /// VMware.
    pub const VMWARE: Self = Self(0x15ad);
    /// What a read of nothing gives: no function is there, or it does not answer
    /// (PCI Local Bus Specification 3.0, section 6.1).
    pub const NONE: Self = Self(0xffff);
}

/// Vendor and device id together, printed `10de:2d04`.
///
/// ```
/// use pci_core::{PciId, VendorId};
/// let id: PciId = "10de:2d04".parse()?;
/// assert_eq!(id.vendor, VendorId::NVIDIA);
/// assert_eq!(id.to_string(), "10de:2d04");
/// # Ok::<(), pci_core::IdError>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PciId {
    /// Who made it.
    pub vendor: VendorId,
    /// Which of the vendor's devices it is.
    pub device: DeviceId,
}

/// Subsystem vendor and subsystem id: who made the card and which card it is
/// (configuration space offsets 0x2c and 0x2e), printed `10b0:205e`.
///
/// ```
/// use pci_core::SubsystemId;
/// let card: SubsystemId = "10b0:205e".parse()?;
/// assert_eq!(card, SubsystemId::new(0x10b0, 0x205e));
/// # Ok::<(), pci_core::IdError>(())
/// ```
#[doc(alias = "PCI_SUBSYSTEM_ID")]
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SubsystemId {
    /// Who made the card.
    pub vendor: VendorId,
    /// Which of that vendor's cards it is.
    pub device: DeviceId,
}

macro_rules! pair {
    ($name:ident) => {
        impl $name {
            /// The pair of these two numbers.
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
            /// Two groups of four lower-case hex digits, with a colon between.
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
            type Err = IdError;

            /// Reads `10de:2d04`, in either case, each half with or without `0x`.
            fn from_str(text: &str) -> Result<Self, IdError> {
                let (vendor, device) = text.split_once(':').ok_or(IdError {
                    offset: text.len(),
                    expected: "':' between vendor and device",
                })?;
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

/// Why a text is no id: what was expected, and at which byte.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("expected {expected} at byte {offset}")]
pub struct IdError {
    /// Byte offset in the text that was parsed.
    pub offset: usize,
    /// What would have been right there.
    pub expected: &'static str,
}

impl From<Expected> for IdError {
    fn from(error: Expected) -> Self {
        let Expected { offset, expected } = error;
        Self { offset, expected }
    }
}

fn hex16(text: &str, base: usize) -> Result<u16, IdError> {
    let error = |offset| IdError {
        offset,
        expected: "four hex digits",
    };
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
    fn an_error_says_where() {
        let offset = |text: &str| text.parse::<PciId>().unwrap_err().offset;
        assert_eq!(offset("10de"), 4);
        assert_eq!(offset("10de:2d4"), 8);
        assert_eq!(offset("10de:2g04"), 6);
        assert_eq!(offset("10de:0fc610de:0e1b"), 13);
        assert_eq!(offset("+0de:2d04"), 0);
    }
}
