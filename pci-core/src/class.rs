//! The class code of a function.

use core::fmt;
use core::str::FromStr;

use crate::error::{Error, Result};
use crate::hex_text::HexText;

/// A class code: base class, sub-class and programming interface
/// (configuration space offsets 0x0b, 0x0a, 0x09; PCI Code and ID Assignment
/// Specification 1.16, section 1).
///
/// `lspci` without `-v` prints no programming interface, so it may be unknown; the class then has
/// four hex digits instead of six.
///
/// ```
/// use pci_core::ClassCode;
/// let class: ClassCode = "0300".parse()?;
/// assert!(class.is_display());
/// assert_eq!(class.to_string(), "0300");
/// assert_eq!(ClassCode::new(0x03, 0x00, Some(0)).to_string(), "030000");
/// # Ok::<(), pci_core::Error>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ClassCode {
    /// Base class, such as 0x03 for a display controller.
    pub base: u8,
    /// Sub-class within the base class.
    pub sub: u8,
    /// Programming interface, if known.
    pub prog_if: Option<u8>,
}

impl ClassCode {
    /// The class with these three numbers.
    #[must_use]
    pub const fn new(base: u8, sub: u8, prog_if: Option<u8>) -> Self {
        Self { base, sub, prog_if }
    }

    /// The class in the low 24 bits of `value`, as in sysfs (`0x030000`).
    #[must_use]
    pub const fn from_u24(value: u32) -> Self {
        let [_, base, sub, prog_if] = value.to_be_bytes();
        Self {
            base,
            sub,
            prog_if: Some(prog_if),
        }
    }

    /// The class as the low 24 bits of a number, as in sysfs; `None` if the programming interface
    /// is unknown.
    #[must_use]
    pub(crate) const fn to_u24(self) -> Option<u32> {
        match self.prog_if {
            Some(prog_if) => Some(u32::from_be_bytes([0, self.base, self.sub, prog_if])),
            None => None,
        }
    }

    /// Whether this is `class` or one of its programming interfaces: a class without a programming
    /// interface includes all of them. A class with an unknown programming interface is in no class
    /// that has one.
    ///
    /// ```
    /// use pci_core::ClassCode;
    /// assert!(ClassCode::XHCI.is_a(ClassCode::USB_CONTROLLER));
    /// assert!(!ClassCode::USB_CONTROLLER.is_a(ClassCode::XHCI));
    /// ```
    #[must_use]
    pub const fn is_a(self, class: Self) -> bool {
        let interface = match (self.prog_if, class.prog_if) {
            (_, None) => true,
            (Some(own), Some(wanted)) => own == wanted,
            (None, Some(_)) => false,
        };
        self.base == class.base && self.sub == class.sub && interface
    }

    /// A display controller: VGA, 3D, XGA or other (base class 0x03).
    #[must_use]
    pub const fn is_display(self) -> bool {
        self.base == 0x03
    }

    /// A VGA-compatible controller (0x0300).
    #[must_use]
    pub const fn is_vga(self) -> bool {
        self.base == 0x03 && self.sub == 0
    }

    /// An audio function: 0x0401 or HD Audio 0x0403.
    #[must_use]
    pub const fn is_audio(self) -> bool {
        self.base == 0x04 && (self.sub == 0x01 || self.sub == 0x03)
    }

    /// A PCI-to-PCI bridge, as root ports and switch ports are (0x0604).
    #[must_use]
    pub const fn is_pci_bridge(self) -> bool {
        self.base == 0x06 && self.sub == 0x04
    }

    /// A bridge of any kind (base class 0x06): never assigned to a guest.
    #[must_use]
    pub const fn is_bridge(self) -> bool {
        self.base == 0x06
    }
}

impl From<ClassCode> for u16 {
    /// Base class and sub-class: 0x0300, as in `lspci -n`.
    fn from(class: ClassCode) -> Self {
        Self::from_be_bytes([class.base, class.sub])
    }
}

impl fmt::Display for ClassCode {
    /// Six hex digits; four if the programming interface is unknown.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut text = HexText::new();
        text.digits(self.base.into(), 2).digits(self.sub.into(), 2);
        if let Some(prog_if) = self.prog_if {
            text.digits(prog_if.into(), 2);
        }
        text.print(f)
    }
}

impl fmt::Debug for ClassCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ClassCode({self})")
    }
}

impl FromStr for ClassCode {
    type Err = Error;

    /// Parses four or six hex digits, with or without `0x`.
    fn from_str(text: &str) -> Result<Self> {
        let digits = text
            .strip_prefix("0x")
            .or_else(|| text.strip_prefix("0X"))
            .unwrap_or(text);
        let error = |offset| Error::syntax(offset, "four or six hex digits");
        let start = text.len() - digits.len();
        if let Some(bad) = digits.bytes().position(|byte| !byte.is_ascii_hexdigit()) {
            return Err(error(start + bad));
        }
        let value = u32::from_str_radix(digits, 16).map_err(|_| error(start))?;
        match digits.len() {
            4 => Ok(Self {
                prog_if: None,
                ..Self::from_u24(value << 8)
            }),
            6 => Ok(Self::from_u24(value)),
            _ => Err(error(text.len())),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_class_prints_and_reads_back() {
        use alloc::string::ToString;
        for value in (0..=0xff_ffff).step_by(0x101).chain([0, 0xff_ffff]) {
            let class = ClassCode::from_u24(value);
            assert_eq!(class.to_u24(), Some(value));
            assert_eq!(class.to_string().parse(), Ok(class));
            let bare = ClassCode::new(class.base, class.sub, None);
            assert_eq!(bare.to_string().parse(), Ok(bare));
            assert!(class.is_a(bare) && class.is_a(class) && !bare.is_a(class));
        }
    }

    #[test]
    fn four_and_six_digits() {
        assert_eq!("0x030000".parse(), Ok(ClassCode::new(3, 0, Some(0))));
        assert_eq!("0403".parse(), Ok(ClassCode::new(4, 3, None)));
        assert_eq!(u16::from(ClassCode::new(4, 3, Some(1))), 0x0403);
        for text in ["", "03", "03000", "0x03", "0300g0", "+300"] {
            assert!(text.parse::<ClassCode>().is_err(), "{text}");
        }
    }
}
