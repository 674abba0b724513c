//! Selection of images for an edit.

use alloc::string::ToString;
use core::fmt;
use core::str::FromStr;

use super::chain::Place;
use crate::code_type::CodeType;
use crate::error::{Cause, Error, Result};

/// A selection of images in a ROM's chain.
///
/// ```
/// use vbios::edit::Images;
/// assert_eq!("efi".parse(), Ok(Images::Efi));
/// assert_eq!("1".parse(), Ok(Images::Number(1)));
/// assert_eq!("0xfc00".parse(), Ok(Images::At(0xfc00)));
/// assert!("uefi".parse::<Images>().is_err());
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Images {
    /// All of them.
    All,
    /// The x86 images, for a BIOS.
    Legacy,
    /// The EFI images.
    Efi,
    /// The image with this index in [`Rom::images`](crate::Rom::images), from 0.
    Number(usize),
    /// The image at this offset of the file, in bytes.
    At(usize),
}

impl Images {
    /// The selected images of `chain`, with their numbers.
    ///
    /// # Errors
    ///
    /// If there are none.
    pub(super) fn of(
        self,
        chain: &[Place],
    ) -> Result<impl Iterator<Item = (usize, Place)> + Clone> {
        let meant = move |number: usize, place: &Place| match self {
            Self::All => true,
            Self::Legacy => place.code_type == CodeType::X86,
            Self::Efi => place.code_type == CodeType::EFI,
            Self::Number(wanted) => wanted == number,
            Self::At(offset) => offset == place.offset,
        };
        let found = chain
            .iter()
            .copied()
            .enumerate()
            .filter(move |(number, place)| meant(*number, place));
        if found.clone().next().is_none() {
            let images = chain.len();
            return Err(Cause::NoSuchImage {
                wanted: self.to_string().into(),
                images,
            }
            .into());
        }
        Ok(found)
    }
}

impl fmt::Display for Images {
    /// In the syntax of [`Images::from_str`].
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::All => f.write_str("all"),
            Self::Legacy => f.write_str("legacy"),
            Self::Efi => f.write_str("efi"),
            Self::Number(number) => write!(f, "{number}"),
            Self::At(offset) => write!(f, "{offset:#x}"),
        }
    }
}

impl FromStr for Images {
    type Err = Error;

    /// Parses `all`, `legacy`, `efi`, a number from 0, or an offset with `0x`.
    fn from_str(word: &str) -> Result<Self> {
        match word {
            "all" => Ok(Self::All),
            "legacy" => Ok(Self::Legacy),
            "efi" => Ok(Self::Efi),
            _ => match word.strip_prefix("0x") {
                Some(hex) => usize::from_str_radix(hex, 16).map(Self::At),
                None => word.parse().map(Self::Number),
            }
            .map_err(|_| Cause::ImagesWord.into()),
        }
    }
}
