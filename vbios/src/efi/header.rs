//! Header of an EFI image.

use core::fmt;

use crate::field::{u16_at, u32_at};

/// The header of an EFI image (UEFI Specification 2.10, section 14.4.2, "EFI PCI
/// Expansion ROM Header").
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct EfiHeader {
    /// Whether the signature 0x0ef1 is at 0x04; firmware ignores the image otherwise.
    pub signature_ok: bool,
    /// Initialization size at 0x02, in bytes.
    pub size: usize,
    /// Subsystem at 0x08.
    pub subsystem: Subsystem,
    /// Machine type at 0x0a.
    pub machine: EfiMachine,
    /// Compression type at 0x0c.
    pub compression: Compression,
    /// Offset of the driver in the image, at 0x16.
    pub payload_offset: u16,
}

impl EfiHeader {
    /// Parses the header at the start of `image`; `None` if it is cut off.
    pub(crate) fn read(image: &[u8]) -> Option<Self> {
        Some(Self {
            signature_ok: u32_at(image, 0x04)? == 0x0ef1,
            size: usize::from(u16_at(image, 0x02)?) * crate::field::BLOCK,
            subsystem: Subsystem(u16_at(image, 0x08)?),
            machine: EfiMachine(u16_at(image, 0x0a)?),
            compression: Compression(u16_at(image, 0x0c)?),
            payload_offset: u16_at(image, 0x16)?,
        })
    }
}

/// Processor architecture of a driver: a machine type of the PE/COFF format (UEFI Specification
/// 2.10, section 2.1.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EfiMachine(pub u16);

impl EfiMachine {
    /// 32-bit x86.
    pub const IA32: Self = Self(0x014c);
    /// 64-bit x86.
    pub const X64: Self = Self(0x8664);
    /// 64-bit Arm.
    pub const AARCH64: Self = Self(0xaa64);
    /// EFI byte code, for any processor.
    pub const BYTE_CODE: Self = Self(0x0ebc);

    /// The name in the UEFI Specification; `None` if unknown.
    #[must_use]
    pub const fn name(self) -> Option<&'static str> {
        match self.0 {
            0x014c => Some("IA32"),
            0x0200 => Some("IA64"),
            0x0ebc => Some("EBC"),
            0x01c2 => Some("ARM"),
            0x8664 => Some("X64"),
            0xaa64 => Some("AARCH64"),
            0x5064 => Some("RISCV64"),
            0x6264 => Some("LOONGARCH64"),
            _ => None,
        }
    }
}

impl fmt::Display for EfiMachine {
    /// The name, or the number as `0x1234`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.name() {
            Some(name) => f.write_str(name),
            None => write!(f, "{:#06x}", self.0),
        }
    }
}

/// Kind of an EFI image: a subsystem of the PE/COFF format (UEFI Specification 2.10, section
/// 2.1.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Subsystem(pub u16);

impl Subsystem {
    /// EFI boot service driver.
    pub const BOOT_SERVICE_DRIVER: Self = Self(0x0b);
    /// EFI runtime driver.
    pub const RUNTIME_DRIVER: Self = Self(0x0c);

    /// Whether firmware loads it from a ROM: only drivers are.
    #[must_use]
    pub const fn is_driver(self) -> bool {
        self.0 == 0x0b || self.0 == 0x0c
    }
}

/// Compression type of an EFI driver (UEFI Specification 2.10, section 14.4.2).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Compression(pub u16);

impl Compression {
    /// Uncompressed.
    pub const NONE: Self = Self(0);
    /// UEFI compression (section 19 of the specification).
    pub const UEFI: Self = Self(1);

    /// Whether the specification defines the number.
    #[must_use]
    pub const fn is_known(self) -> bool {
        self.0 <= 1
    }
}
