//! Problems of a ROM, with their offsets.

use core::fmt;

use crate::efi::{Compression, Subsystem};

/// A problem, and its offset in the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ImageFinding {
    /// Offset in the file, in bytes: of the image with the problem, or of the missing image.
    pub offset: usize,
    /// The problem.
    pub problem: Problem,
}

impl fmt::Display for ImageFinding {
    /// `image runs 512 bytes past the end at 0x200`
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} at {:#x}", self.problem, self.offset)
    }
}

/// A problem of a ROM. Lengths are in bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Problem {
    /// No image was found in the whole file.
    NoImage,
    /// The file starts with NVIDIA's flash header, which points to no image.
    BadFlashHeaderTarget,
    /// The file ends inside an image header.
    HeaderCutOff,
    /// The header's pointer to the data structure points into the header.
    PointerInHeader {
        /// The pointer, as offset in the image.
        pointer: u16,
    },
    /// The pointer points past the end of the file.
    PointerOutOfRange {
        /// The pointer, as offset in the image.
        pointer: u16,
    },
    /// No `PCIR` at the pointer's target.
    NoDataStructure {
        /// The pointer, as offset in the image.
        pointer: u16,
        /// The four bytes found there.
        found: [u8; 4],
    },
    /// The pointer is not a multiple of four: UEFI's bus driver stops at such an image
    /// (`MdeModulePkg/Bus/Pci/PciBusDxe/PciOptionRomSupport.c` of edk2).
    PointerNotAligned {
        /// The pointer, as offset in the image.
        pointer: u16,
    },
    /// The image's length is 0, so the chain cannot continue.
    ZeroLength,
    /// The file ends before the image does.
    PastTheEnd {
        /// The image's length.
        length: usize,
        /// The bytes of the image in the file.
        available: usize,
    },
    /// The last image in the file lacks the last-image indicator: the file was cut off, or
    /// incompletely dumped.
    LastFlagMissing,
    /// No image follows an image without the last-image indicator.
    NoNextImage {
        /// The two bytes in place of `55 aa`.
        found: [u8; 2],
    },
    /// The bytes of an x86 image do not add up to 0; SeaBIOS ignores it.
    Checksum,
    /// The initialization size of an x86 image is 0; SeaBIOS ignores it.
    ZeroInitSize,
    /// The initialization size of an image exceeds its length.
    InitSizePastImage {
        /// The initialization size.
        size: usize,
        /// The image's length.
        length: usize,
    },
    /// An EFI image lacks the signature 0x0ef1.
    EfiSignature,
    /// An EFI image is not a driver.
    EfiSubsystem {
        /// Its subsystem.
        subsystem: Subsystem,
    },
    /// An EFI image has an unknown compression type.
    EfiCompression {
        /// The compression type.
        compression: Compression,
    },
    /// The driver of an EFI image starts outside the image.
    EfiPayloadOutside {
        /// The driver's start, as offset in the image.
        payload_offset: u16,
    },
    /// A device list is not terminated.
    DeviceListOpen,
}

impl Problem {
    /// Stable name in documents.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::NoImage => "rom-no-image",
            Self::BadFlashHeaderTarget => "rom-flash-header-bad-target",
            Self::HeaderCutOff => "rom-header-cut-off",
            Self::PointerInHeader { .. } => "rom-pointer-in-header",
            Self::PointerOutOfRange { .. } => "rom-pointer-out-of-range",
            Self::NoDataStructure { .. } => "rom-no-data-structure",
            Self::PointerNotAligned { .. } => "rom-pointer-not-aligned",
            Self::ZeroLength => "rom-zero-length",
            Self::PastTheEnd { .. } => "rom-length-past-end",
            Self::LastFlagMissing => "rom-last-flag-missing",
            Self::NoNextImage { .. } => "rom-no-next-image",
            Self::Checksum => "rom-checksum",
            Self::ZeroInitSize => "rom-zero-init-size",
            Self::InitSizePastImage { .. } => "rom-init-size-past-image",
            Self::EfiSignature => "rom-efi-signature",
            Self::EfiSubsystem { .. } => "rom-efi-subsystem",
            Self::EfiCompression { .. } => "rom-efi-compression",
            Self::EfiPayloadOutside { .. } => "rom-efi-payload-outside",
            Self::DeviceListOpen => "rom-device-list-open",
        }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoImage => f.write_str("expected 55 aa with a PCI data structure, found none"),
            Self::BadFlashHeaderTarget => {
                f.write_str("expected an image at the target of NVIDIA's flash header, found none")
            }
            Self::HeaderCutOff => f.write_str("file ends inside an image header"),
            Self::PointerInHeader { pointer } => write!(
                f,
                "expected a pointer to PCIR after the header, found {pointer:#06x}"
            ),
            Self::PointerOutOfRange { pointer } => {
                write!(f, "pointer to PCIR points past the end: {pointer:#06x}")
            }
            Self::NoDataStructure { pointer, found } => write!(
                f,
                "expected PCIR at pointer {pointer:#06x}, found \"{}\"",
                found.escape_ascii()
            ),
            Self::PointerNotAligned { pointer } => write!(
                f,
                "expected a pointer to PCIR that is a multiple of 4, found {pointer:#06x}"
            ),
            Self::ZeroLength => f.write_str("image length is 0"),
            Self::PastTheEnd { length, available } => write!(
                f,
                "image of {length} bytes exceeds the file, which has {available} of them"
            ),
            Self::LastFlagMissing => {
                f.write_str("file ends after an image without the last-image indicator")
            }
            Self::NoNextImage { found: [a, b] } => {
                write!(f, "expected the next image's 55 aa, found {a:02x} {b:02x}")
            }
            Self::Checksum => f.write_str("bytes of the x86 image do not add up to 0"),
            Self::ZeroInitSize => f.write_str("initialization size of the x86 image is 0"),
            Self::InitSizePastImage { size, length } => write!(
                f,
                "initialization size of {size} bytes exceeds the image length of {length}"
            ),
            Self::EfiSignature => f.write_str("expected EFI signature 0x0ef1, found another"),
            Self::EfiSubsystem { subsystem } => write!(
                f,
                "expected EFI subsystem 0x0b or 0x0c (driver), found {:#04x}",
                subsystem.0
            ),
            Self::EfiCompression { compression } => write!(
                f,
                "expected EFI compression type 0 or 1, found {}",
                compression.0
            ),
            Self::EfiPayloadOutside { payload_offset } => {
                write!(
                    f,
                    "EFI driver starts outside its image, at {payload_offset:#06x}"
                )
            }
            Self::DeviceListOpen => f.write_str("device list is not terminated within the image"),
        }
    }
}
