//! What is wrong with a ROM, and where.

use core::fmt;

use crate::efi::{Compression, Subsystem};

/// One thing that is wrong, and the file offset of what it is wrong with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ImageFinding {
    /// The offset from the start of the file, in bytes: that of the image that
    /// has the problem, or of the place where one was expected.
    pub offset: usize,
    /// What is wrong there.
    pub problem: Problem,
}

impl fmt::Display for ImageFinding {
    /// `image runs 512 bytes past the end at 0x200`
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} at {:#x}", self.problem, self.offset)
    }
}

/// What can be wrong with a ROM. Lengths are in bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Problem {
    /// No image was found in the whole file.
    NoImage,
    /// The file starts with NVIDIA's flash header, and no image is where it leads.
    FlashHeaderAstray,
    /// The file ends inside an image header.
    HeaderCutOff,
    /// The header's pointer to its data structure leads into the header itself.
    PointerInHeader {
        /// The pointer, from the image's start.
        pointer: u16,
    },
    /// The pointer leads to where the file has no room for the structure.
    PointerOutOfRange {
        /// The pointer, from the image's start.
        pointer: u16,
    },
    /// There is no `PCIR` where the pointer leads.
    NoDataStructure {
        /// The pointer, from the image's start.
        pointer: u16,
        /// The four bytes that are there instead.
        found: [u8; 4],
    },
    /// The pointer is no multiple of four: UEFI's bus driver then stops
    /// (`MdeModulePkg/Bus/Pci/PciBusDxe/PciOptionRomSupport.c` of edk2).
    PointerNotAligned {
        /// The pointer, from the image's start.
        pointer: u16,
    },
    /// The image's length is 0, so no walk gets past it.
    ZeroLength,
    /// The file ends before the image does.
    PastTheEnd {
        /// The length that the image says it has.
        length: usize,
        /// What the file has of it.
        available: usize,
    },
    /// The last image that is there does not say that it is the last: the file
    /// was cut off, or its rest was never dumped.
    LastFlagMissing,
    /// An image is not the last, and no image follows it.
    NoNextImage {
        /// The two bytes where `55 aa` was expected.
        found: [u8; 2],
    },
    /// An x86 image whose bytes do not add up to 0; SeaBIOS drops it.
    Checksum,
    /// An x86 image whose initialisation size is 0; SeaBIOS drops it.
    ZeroInitSize,
    /// An image whose initialisation size is more than its length.
    InitSizePastImage {
        /// The initialisation size.
        size: usize,
        /// The image's length.
        length: usize,
    },
    /// An EFI image without the signature 0x0ef1.
    EfiSignature,
    /// An EFI image that is no driver.
    EfiSubsystem {
        /// What it is instead.
        subsystem: Subsystem,
    },
    /// An EFI image that is packed in a way that the specification does not know.
    EfiCompression {
        /// The number that was found.
        compression: Compression,
    },
    /// An EFI image whose driver starts outside it.
    EfiPayloadOutside {
        /// Where the driver starts, from the image's start.
        payload_offset: u16,
    },
    /// A list of devices without an end.
    DeviceListOpen,
}

impl Problem {
    /// A stable name for documents.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::NoImage => "rom-no-image",
            Self::FlashHeaderAstray => "rom-flash-header-bad-target",
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
            Self::FlashHeaderAstray => {
                f.write_str("expected an image where NVIDIA's flash header leads, found none")
            }
            Self::HeaderCutOff => f.write_str("file ends inside an image header"),
            Self::PointerInHeader { pointer } => write!(
                f,
                "expected a pointer to PCIR behind the header, found {pointer:#06x}"
            ),
            Self::PointerOutOfRange { pointer } => {
                write!(f, "pointer to PCIR leads past the end: {pointer:#06x}")
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
                "image of {length} bytes runs past the end, {available} are there"
            ),
            Self::LastFlagMissing => {
                f.write_str("image says that another follows, file ends with it")
            }
            Self::NoNextImage { found: [a, b] } => {
                write!(f, "expected the next image's 55 aa, found {a:02x} {b:02x}")
            }
            Self::Checksum => f.write_str("expected x86 image bytes to add up to 0, they do not"),
            Self::ZeroInitSize => f.write_str("x86 image has initialisation size 0"),
            Self::InitSizePastImage { size, length } => write!(
                f,
                "initialisation size of {size} bytes is more than the image length of {length}"
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
            Self::DeviceListOpen => f.write_str("device list has no end within the image"),
        }
    }
}
