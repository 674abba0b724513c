//! Why an edit was not made.

use core::fmt;

use super::images::Images;
use crate::efi::{ExecutableError, PayloadError, Subsystem};

/// Why an edit was not made. Offsets are those of the source, in bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum EditError {
    /// The source has no image.
    NoImage,
    /// The source has no such image.
    NoSuchImage {
        /// What was asked for.
        wanted: Images,
        /// How many images there are.
        images: usize,
    },
    /// The source ends before what was to be changed.
    CutOff {
        /// Where that is.
        offset: usize,
    },
    /// The bytes of an x86 image must add up to 0 again, and none of them is
    /// known to be there for that.
    NoBalanceByte {
        /// Where the image starts.
        offset: usize,
    },
    /// An EFI image has no driver that can be taken out, or none can be made of what
    /// was given.
    Driver {
        /// Where the image starts.
        offset: usize,
        /// Why.
        error: PayloadError,
    },
    /// What was to be an EFI driver is no executable.
    Executable(ExecutableError),
    /// What was to be an EFI driver is an executable of another kind, which no
    /// firmware loads from a ROM.
    Subsystem {
        /// What it is.
        subsystem: Subsystem,
    },
    /// An EFI driver, or all that were asked for together, are larger than a ROM can be.
    TooLarge {
        /// Its size in bytes.
        size: usize,
    },
    /// Nothing says which device a new image is for.
    NoIds,
    /// Images that are to be taken out as one do not stand next to each other.
    NotAdjacent {
        /// What was asked for.
        wanted: Images,
    },
    /// No image would be left.
    NoneLeft,
    /// The chain breaks off before an image says that it is the last, so that what
    /// follows may belong to it.
    ChainOpen {
        /// Where it breaks off.
        offset: usize,
    },
    /// NVIDIA's own chain does not end in this file, or there is none.
    NoNvidiaEnd,
    /// An image has less room for a device list than it needs.
    NoRoomForList {
        /// Where the image starts.
        offset: usize,
        /// How many devices there is room for.
        room: usize,
    },
    /// The byte that was named for the checksum is none that can be changed: it is
    /// outside the image's initialisation size, or a field by which the image is
    /// found.
    ByteNotFree {
        /// Where the byte is.
        offset: usize,
    },
}

impl fmt::Display for EditError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
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
        }
    }
}

impl core::error::Error for EditError {}
