//! Which kind of machine an image is for.

use core::fmt;

/// The code type of an image: the byte at 0x14 of its PCI data structure (PCI
/// Firmware Specification 3.3, section 5.1.2).
///
/// ```
/// use vbios::CodeType;
/// assert_eq!(CodeType::EFI.name(), Some("EFI"));
/// assert_eq!(CodeType(0xe0).to_string(), "type 0xe0");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CodeType(pub u8);

impl CodeType {
    /// BIOS code of an x86 PC: what legacy guests run.
    pub const X86: Self = Self(0x00);
    /// Open Firmware's FCode.
    pub const OPEN_FIRMWARE: Self = Self(0x01);
    /// Hewlett-Packard PA-RISC.
    pub const PA_RISC: Self = Self(0x02);
    /// An EFI driver: what OVMF guests run.
    pub const EFI: Self = Self(0x03);

    /// The name that the specification gives it; `None` for a type that it
    /// leaves open.
    #[must_use]
    pub const fn name(self) -> Option<&'static str> {
        match self {
            Self::X86 => Some("x86 PC-AT"),
            Self::OPEN_FIRMWARE => Some("Open Firmware"),
            Self::PA_RISC => Some("PA-RISC"),
            Self::EFI => Some("EFI"),
            _ => None,
        }
    }
}

impl fmt::Display for CodeType {
    /// The name, or `type 0xe0`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.name() {
            Some(name) => f.write_str(name),
            None => write!(f, "type {:#04x}", self.0),
        }
    }
}
