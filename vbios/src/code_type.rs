//! Code type of an image.

use core::fmt;

/// Code type of an image: the byte at 0x14 of its PCI data structure (PCI Firmware Specification
/// 3.3, section 5.1.2).
///
/// ```
/// use vbios::CodeType;
/// assert_eq!(CodeType::EFI.name(), Some("EFI"));
/// assert_eq!(CodeType(0xe1).to_string(), "type 0xe1");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CodeType(pub u8);

impl CodeType {
    /// x86 BIOS code: for guests with SeaBIOS.
    pub const X86: Self = Self(0x00);
    /// Open Firmware (FCode).
    pub const OPEN_FIRMWARE: Self = Self(0x01);
    /// Hewlett-Packard PA-RISC.
    pub const PA_RISC: Self = Self(0x02);
    /// EFI driver: for guests with OVMF.
    pub const EFI: Self = Self(0x03);
    /// NVIDIA's firmware security image, which its drivers read (`drivers/gpu/nova-core/vbios.rs`
    /// of Linux).
    pub const NVIDIA_FWSEC: Self = Self(0xe0);
    /// NVIDIA's notebook system information (same source).
    pub const NVIDIA_NBSI: Self = Self(0x70);

    /// The name in the specification, or in NVIDIA's drivers for NVIDIA types; `None` for an
    /// unknown type.
    #[must_use]
    pub const fn name(self) -> Option<&'static str> {
        match self {
            Self::X86 => Some("x86 PC-AT"),
            Self::OPEN_FIRMWARE => Some("Open Firmware"),
            Self::PA_RISC => Some("PA-RISC"),
            Self::EFI => Some("EFI"),
            Self::NVIDIA_FWSEC => Some("NVIDIA FwSec"),
            Self::NVIDIA_NBSI => Some("NVIDIA NBSI"),
            _ => None,
        }
    }
}

impl fmt::Display for CodeType {
    /// The name, or `type 0xe1`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.name() {
            Some(name) => f.write_str(name),
            None => write!(f, "type {:#04x}", self.0),
        }
    }
}
