//! Why bytes could not be read, or an edit not made.

use alloc::boxed::Box;
use core::fmt;

use crate::efi::{Algorithm, Compression, StreamFault, Subsystem};

/// What functions of this crate return.
pub type Result<T, E = Error> = core::result::Result<T, E>;

/// Why bytes could not be read, or an edit not made.
///
/// ```
/// use vbios::ErrorKind;
/// use vbios::edit::{Tail, trim};
/// let error = trim(b"no ROM", Tail::Keep).unwrap_err();
/// assert_eq!(error.kind(), ErrorKind::NoImage);
/// assert_eq!(
///     error.to_string(),
///     "is no option ROM: expected 55 aa with a PCI data structure"
/// );
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Error(Box<Cause>);

/// The kind of an [`Error`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// A word names no [`Images`](crate::edit::Images).
    ImagesWord,
    /// A text is no full name of an ACPI device.
    AcpiPath,
    /// A text is no ids of a card.
    CardIds,
    /// The source has no image.
    NoImage,
    /// The source has none of the images that were asked for.
    NoSuchImage,
    /// The bytes end before what is to be read or changed.
    CutOff,
    /// The bytes of an x86 image must add up to 0 again, and none of them is known to be
    /// free for that.
    NoBalanceByte,
    /// The byte that was named for the checksum cannot be changed: it is outside the image's
    /// initialisation size, or in a field by which the image is found.
    ByteNotFree,
    /// An EFI image has no driver where its header says.
    NoDriver,
    /// A driver is compressed by an unknown algorithm.
    Compression,
    /// A compressed driver is damaged.
    CompressedStream,
    /// Bytes that are to be an EFI driver are no executable.
    Executable,
    /// Bytes that are to be an EFI driver are an executable of another kind, which no
    /// firmware loads from a ROM.
    Subsystem,
    /// A driver, a ROM, or all of them together, is larger than it can be.
    TooLarge,
    /// A new image is for no known device.
    NoIds,
    /// Images that are to be extracted as one are not adjacent.
    NotAdjacent,
    /// No image would be left.
    NoneLeft,
    /// The chain breaks off before an image says that it is the last, so that the bytes
    /// behind it may belong to it.
    ChainOpen,
    /// NVIDIA's own chain does not end in this file, or there is none.
    NoNvidiaEnd,
    /// An image has less room for a device list than it needs.
    NoRoomForList,
    /// An entry of a driver's certificate table is no signature of an executable.
    Certificate,
    /// A table is no ACPI table `VFCT`.
    Vfct,
    /// NVIDIA's flash header leads to no image.
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
            Cause::NoNvidiaEnd => ErrorKind::NoNvidiaEnd,
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
            | Cause::PastTheEnd { .. } => ErrorKind::Executable,
            Cause::CertificateType { .. } | Cause::CertificateMalformed { .. } => {
                ErrorKind::Certificate
            }
            Cause::VfctSignature | Cause::VfctLength { .. } => ErrorKind::Vfct,
            Cause::FlashHeaderVersion | Cause::NoDirectory { .. } => ErrorKind::FlashHeader,
        }
    }

    /// The place in the bytes that were read, from their start: of a damaged driver in an
    /// image, the place of the image.
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
                "expected all, legacy, efi, an image's number from 0, or its offset as 0xfc00",
            ),
            Self::AcpiPath => f.write_str(
                r"expected the full name of an ACPI device, such as \_SB.PCI0.S08.S00: a backslash, \
              and segments of up to four capital letters, digits and underscores",
            ),
            Self::CardIds { offset } => write!(
                f,
                "expected vendor:device or vendor:device:subvendor:subdevice, four hex digits each at byte {offset}"
            ),
            Self::NoImage => {
                f.write_str("is no option ROM: expected 55 aa with a PCI data structure")
            }
            Self::NoSuchImage { wanted, images } => {
                write!(f, "has no image \"{wanted}\" among its {images}")
            }
            Self::CutOff { offset } => {
                write!(f, "ends before {offset:#x}, which was to be changed")
            }
            Self::NoBalanceByte { offset } => write!(
                f,
                "image at {offset:#x}: no byte is known to be free for the checksum; name one"
            ),
            Self::ChainOpen { offset } => write!(
                f,
                "chain of images breaks off at {offset:#x}: expected the next image or the last flag before it"
            ),
            Self::NoNvidiaEnd => {
                f.write_str("NVIDIA's own chain of images does not end in this file")
            }
            Self::Driver { offset, error } => write!(f, "image at {offset:#x}: {error}"),
            Self::Executable(error) => write!(f, "is no EFI driver: {error}"),
            Self::Subsystem { subsystem } => write!(
                f,
                "is no EFI driver: expected subsystem 0x0b or 0x0c, found {:#04x}",
                subsystem.0
            ),
            Self::TooLarge { size } => write!(f, "{size} bytes are more than a ROM can hold"),
            Self::TooLong { size } => {
                let most = Algorithm::LARGEST;
                write!(f, "expected {most} bytes at most, found {size}")
            }
            Self::TableTooLarge { length, largest } => write!(
                f,
                "expected {largest} bytes at most for an ACPI table, found {length}"
            ),
            Self::NoIds => {
                f.write_str("an EFI driver needs the ids of the function that it is for")
            }
            Self::NotAdjacent { wanted } => {
                write!(f, "images \"{wanted}\" do not stand next to each other")
            }
            Self::NoneLeft => f.write_str("no image would be left"),
            Self::NoRoomForList { offset, room } => write!(
                f,
                "image at {offset:#x}: its device list has room for {room} devices"
            ),
            Self::ByteNotFree { offset } => write!(
                f,
                "the byte at {offset:#x} cannot be changed for the checksum: it is a field of a header or outside the bytes that are summed"
            ),
            Self::ImageHeaderCutOff => f.write_str("ends inside its header"),
            Self::NoDriver => f.write_str("has no driver where its header says"),
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
            Self::ExecutableCutOff => f.write_str("executable ends inside its headers"),
            Self::PastTheEnd { end, size } => write!(
                f,
                "executable has parts up to {end:#x}, {size:#x} bytes are there"
            ),
            Self::CertificateCutOff { offset } => {
                write!(f, "certificate at {offset:#x} ends behind its table")
            }
            Self::CertificateType { offset, kind } => write!(
                f,
                "certificate at {offset:#x}: expected type 2 (PKCS), found {kind}"
            ),
            Self::CertificateMalformed { offset } => {
                write!(f, "certificate at {offset:#x} is no signature of a driver")
            }
            Self::VfctSignature => {
                f.write_str("expected an ACPI table VFCT, found another start")
            }
            Self::VfctHeaderCutOff => f.write_str("file ends inside the header of the table"),
            Self::VfctLength { length } => {
                write!(f, "expected the table's length, found {length} bytes")
            }
            Self::VfctImageCutOff { offset } => {
                write!(
                    f,
                    "video BIOS at {offset:#x} leads past the end of the table"
                )
            }
            Self::FlashHeaderVersion => f.write_str("expected flash header version 1, 2 or 3"),
            Self::FlashHeaderCutOff => {
                f.write_str("file ends before what the flash header leads to")
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
