//! Errors of parsing and editing.

use alloc::boxed::Box;
use core::fmt;

use crate::efi::{Algorithm, Compression, StreamFault, Subsystem};

/// Result of this crate's functions.
pub type Result<T, E = Error> = core::result::Result<T, E>;

/// An error of parsing or editing.
///
/// ```
/// use vbios::ErrorKind;
/// use vbios::edit::{Tail, trim};
/// let error = trim(b"no ROM", Tail::Keep).unwrap_err();
/// assert_eq!(error.kind(), ErrorKind::NoImage);
/// assert_eq!(
///     error.to_string(),
///     "not an option ROM: expected 55 aa with a PCI data structure"
/// );
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Error(Box<Cause>);

/// The kind of an [`Error`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// A text is not an [`Images`](crate::edit::Images) selection.
    ImagesWord,
    /// A text is not the full path of an ACPI device.
    AcpiPath,
    /// A text is not the IDs of a card.
    CardIds,
    /// The source has no image.
    NoImage,
    /// The source has none of the selected images.
    NoSuchImage,
    /// The bytes end before the range to read or change.
    CutOff,
    /// The checksum of an x86 image must be corrected, but no byte is known to be free for it.
    NoBalanceByte,
    /// The byte named for the checksum cannot be changed: it is outside the image's initialization
    /// size, or in a header field.
    ByteNotFree,
    /// An EFI image has no driver at the offset in its header.
    NoDriver,
    /// A driver's compression type is unknown.
    Compression,
    /// A compressed driver is damaged.
    CompressedStream,
    /// The bytes for an EFI driver are not an executable.
    Executable,
    /// The bytes for an EFI driver are an executable of another subsystem, which firmware does not
    /// load from a ROM.
    Subsystem,
    /// A driver, a ROM, or their total exceeds the size limit.
    TooLarge,
    /// A new image lacks a device ID.
    NoIds,
    /// Images to extract as one ROM are not adjacent.
    NotAdjacent,
    /// The edit would leave no image.
    NoneLeft,
    /// The chain ends without a last-image indicator, so that the following bytes may belong to it.
    ChainOpen,
    /// NVIDIA's chain does not end in this file, or does not exist.
    NoNvidiaEnd,
    /// An image lacks room for a device list.
    NoRoomForList,
    /// An entry of a driver's certificate table is not the signature of an executable.
    Certificate,
    /// A table is not an ACPI table `VFCT`.
    Vfct,
    /// NVIDIA's flash header points to no image.
    FlashHeader,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Cause {
    ImagesWord,
    AcpiPath,
    CardIds {
        offset: usize,
    },
    NoImage,
    NoSuchImage {
        wanted: Box<str>,
        images: usize,
    },
    CutOff {
        offset: usize,
    },
    NoBalanceByte {
        offset: usize,
    },
    ByteNotFree {
        offset: usize,
    },
    ChainOpen {
        offset: usize,
    },
    NoNvidiaEnd,
    NoNvidiaChain,
    NoIds,
    NotAdjacent {
        wanted: Box<str>,
    },
    NoneLeft,
    NoRoomForList {
        offset: usize,
        room: usize,
    },
    TooLarge {
        size: usize,
    },
    TooLong {
        size: usize,
    },
    TableTooLarge {
        length: usize,
        largest: usize,
    },
    Subsystem {
        subsystem: Subsystem,
    },
    Executable(Error),
    Driver {
        offset: usize,
        error: Error,
    },
    ImageHeaderCutOff,
    NoDriver,
    Compression {
        compression: Compression,
    },
    Decompress(Error),
    Stream {
        bit_offset: usize,
        fault: StreamFault,
    },
    Signature {
        found: [u8; 2],
    },
    PeSignature {
        offset: usize,
    },
    Magic {
        magic: u16,
    },
    ExecutableCutOff,
    Directories {
        entries: u32,
    },
    PastTheEnd {
        end: usize,
        size: usize,
    },
    CertificateCutOff {
        offset: usize,
    },
    CertificateType {
        offset: usize,
        kind: u16,
    },
    CertificateMalformed {
        offset: usize,
    },
    VfctSignature,
    VfctHeaderCutOff,
    VfctLength {
        length: usize,
    },
    VfctImageCutOff {
        offset: usize,
    },
    FlashHeaderVersion,
    FlashHeaderCutOff,
    NoDirectory {
        offset: usize,
    },
}

impl From<Cause> for Error {
    fn from(cause: Cause) -> Self {
        Self(Box::new(cause))
    }
}

impl Error {
    /// The kind of the error.
    #[must_use]
    pub fn kind(&self) -> ErrorKind {
        match &*self.0 {
            Cause::ImagesWord => ErrorKind::ImagesWord,
            Cause::AcpiPath => ErrorKind::AcpiPath,
            Cause::CardIds { .. } => ErrorKind::CardIds,
            Cause::NoImage => ErrorKind::NoImage,
            Cause::NoSuchImage { .. } => ErrorKind::NoSuchImage,
            Cause::CutOff { .. }
            | Cause::ImageHeaderCutOff
            | Cause::ExecutableCutOff
            | Cause::CertificateCutOff { .. }
            | Cause::VfctHeaderCutOff
            | Cause::VfctImageCutOff { .. }
            | Cause::FlashHeaderCutOff => ErrorKind::CutOff,
            Cause::NoBalanceByte { .. } => ErrorKind::NoBalanceByte,
            Cause::ByteNotFree { .. } => ErrorKind::ByteNotFree,
            Cause::ChainOpen { .. } => ErrorKind::ChainOpen,
            Cause::NoNvidiaEnd | Cause::NoNvidiaChain => ErrorKind::NoNvidiaEnd,
            Cause::NoIds => ErrorKind::NoIds,
            Cause::NotAdjacent { .. } => ErrorKind::NotAdjacent,
            Cause::NoneLeft => ErrorKind::NoneLeft,
            Cause::NoRoomForList { .. } => ErrorKind::NoRoomForList,
            Cause::TooLarge { .. } | Cause::TooLong { .. } | Cause::TableTooLarge { .. } => {
                ErrorKind::TooLarge
            }
            Cause::Subsystem { .. } => ErrorKind::Subsystem,
            Cause::Executable(error) | Cause::Driver { error, .. } | Cause::Decompress(error) => {
                error.kind()
            }
            Cause::NoDriver => ErrorKind::NoDriver,
            Cause::Compression { .. } => ErrorKind::Compression,
            Cause::Stream { .. } => ErrorKind::CompressedStream,
            Cause::Signature { .. }
            | Cause::PeSignature { .. }
            | Cause::Magic { .. }
            | Cause::Directories { .. }
            | Cause::PastTheEnd { .. } => ErrorKind::Executable,
            Cause::CertificateType { .. } | Cause::CertificateMalformed { .. } => {
                ErrorKind::Certificate
            }
            Cause::VfctSignature | Cause::VfctLength { .. } => ErrorKind::Vfct,
            Cause::FlashHeaderVersion | Cause::NoDirectory { .. } => ErrorKind::FlashHeader,
        }
    }

    /// Byte offset in the input; for a damaged driver in an image, the offset of the image.
    #[must_use]
    pub fn offset(&self) -> Option<usize> {
        match *self.0 {
            Cause::CardIds { offset }
            | Cause::CutOff { offset }
            | Cause::NoBalanceByte { offset }
            | Cause::ByteNotFree { offset }
            | Cause::ChainOpen { offset }
            | Cause::NoRoomForList { offset, .. }
            | Cause::Driver { offset, .. }
            | Cause::PeSignature { offset }
            | Cause::CertificateCutOff { offset }
            | Cause::CertificateType { offset, .. }
            | Cause::CertificateMalformed { offset }
            | Cause::VfctImageCutOff { offset }
            | Cause::NoDirectory { offset } => Some(offset),
            Cause::Stream { bit_offset, .. } => Some(bit_offset / 8),
            _ => None,
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Display for Cause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::ImagesWord => f.write_str(
                "expected all, legacy, efi, an image's number from 0, or its offset such as 0xfc00",
            ),
            Self::AcpiPath => f.write_str(
                "expected the full name of an ACPI device, such as '\\_SB.PCI0.S08.S00' with \
                 quotes in a shell: a backslash, and segments of up to four capital letters, \
                 digits and underscores",
            ),
            Self::CardIds { offset } => write!(
                f,
                "expected vendor:device or vendor:device:subvendor:subdevice, four hex digits each at byte {offset}"
            ),
            Self::NoImage => {
                f.write_str("not an option ROM: expected 55 aa with a PCI data structure")
            }
            Self::NoSuchImage { wanted, images } => {
                write!(f, "no image \"{wanted}\" among its {images}")
            }
            Self::CutOff { offset } => {
                write!(f, "file ends before {offset:#x}, the start of the change")
            }
            Self::NoBalanceByte { offset } => write!(
                f,
                "image at {offset:#x}: no byte is known to be free for the checksum; specify one"
            ),
            Self::ChainOpen { offset } => write!(
                f,
                "chain of images ends at {offset:#x} without a last-image indicator"
            ),
            Self::NoNvidiaChain => f.write_str(
                "no image has NVIDIA's extension: only the tail of the PCI chain can be removed",
            ),
            Self::NoNvidiaEnd => f.write_str("NVIDIA's chain of images does not end in this file"),
            Self::Driver { offset, error } => write!(f, "image at {offset:#x}: {error}"),
            Self::Executable(error) => write!(f, "not an EFI driver: {error}"),
            Self::Subsystem { subsystem } => write!(
                f,
                "not an EFI driver: expected subsystem 0x0b or 0x0c, found {:#04x}",
                subsystem.0
            ),
            Self::TooLarge { size } => write!(f, "{size} bytes exceed the size limit of a ROM"),
            Self::TooLong { size } => {
                let most = Algorithm::MAX_SIZE;
                write!(f, "expected at most {most} bytes, found {size}")
            }
            Self::TableTooLarge { length, largest } => write!(
                f,
                "expected at most {largest} bytes for an ACPI table, found {length}"
            ),
            Self::NoIds => f.write_str("an EFI driver needs the IDs of its function"),
            Self::NotAdjacent { wanted } => {
                write!(f, "images \"{wanted}\" are not adjacent")
            }
            Self::NoneLeft => f.write_str("the edit would leave no image"),
            Self::NoRoomForList { offset, room } => write!(
                f,
                "image at {offset:#x}: its device list has room for {room} devices"
            ),
            Self::ByteNotFree { offset } => write!(
                f,
                "the byte at {offset:#x} cannot be changed for the checksum: it is in a header field or outside the initialization size"
            ),
            Self::ImageHeaderCutOff => f.write_str("file ends inside its header"),
            Self::NoDriver => f.write_str("no driver at the offset in its header"),
            Self::Compression { compression } => write!(
                f,
                "expected compression type 0 or 1, found {}",
                compression.0
            ),
            Self::Decompress(error) => write!(f, "the compressed driver is damaged: {error}"),
            Self::Stream { bit_offset, fault } => {
                let (byte, bit) = (bit_offset / 8, bit_offset % 8);
                write!(f, "{fault}, at byte {byte:#x}, bit {bit}")
            }
            Self::Signature { found } => write!(
                f,
                "expected an executable's MZ or VZ, found \"{}\"",
                found.escape_ascii()
            ),
            Self::PeSignature { offset } => write!(f, "expected PE at {offset:#x}, found none"),
            Self::Magic { magic } => {
                write!(
                    f,
                    "expected a PE32 header's 0x10b or 0x20b, found {magic:#x}"
                )
            }
            Self::Directories { entries } => {
                write!(
                    f,
                    "expected a directory of at most 16 entries, found {entries}"
                )
            }
            Self::ExecutableCutOff => f.write_str("executable ends inside its headers"),
            Self::PastTheEnd { end, size } => write!(
                f,
                "executable has sections up to {end:#x} but only {size:#x} bytes"
            ),
            Self::CertificateCutOff { offset } => {
                write!(f, "certificate at {offset:#x} exceeds its table")
            }
            Self::CertificateType { offset, kind } => write!(
                f,
                "certificate at {offset:#x}: expected type 2 (PKCS), found {kind}"
            ),
            Self::CertificateMalformed { offset } => {
                write!(
                    f,
                    "certificate at {offset:#x} is not the signature of a driver"
                )
            }
            Self::VfctSignature => f.write_str("not an ACPI table VFCT"),
            Self::VfctHeaderCutOff => f.write_str("file ends inside the header of the table"),
            Self::VfctLength { length } => {
                write!(f, "expected the table's length, found {length} bytes")
            }
            Self::VfctImageCutOff { offset } => {
                write!(f, "video BIOS at {offset:#x} exceeds the table")
            }
            Self::FlashHeaderVersion => f.write_str("expected flash header version 1, 2 or 3"),
            Self::FlashHeaderCutOff => {
                f.write_str("file ends before the target of the flash header")
            }
            Self::NoDirectory { offset } => write!(f, "expected RFRD at {offset:#x}"),
        }
    }
}

impl core::error::Error for Error {
    fn source(&self) -> Option<&(dyn core::error::Error + 'static)> {
        match &*self.0 {
            Cause::Executable(error) | Cause::Driver { error, .. } | Cause::Decompress(error) => {
                Some(error)
            }
            _ => None,
        }
    }
}
