//! The BIOS Information Table of NVIDIA's x86 images.

use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

use crate::checksum::is_balanced;
use crate::field::{text_at, u16_at, u32_at};

/// NVIDIA's BIOS Information Table ("BIT"): a directory of the tables in an x86
/// image, of which those that name the board are read.
///
/// Layout: NVIDIA's own description of the table
/// (<https://nvidia.github.io/open-gpu-doc/BIOS-Information-Table/BIOS-Information-Table.html>);
/// the place of the date is from published dumps.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Bit {
    /// Where the table starts, in bytes from the image's start.
    pub offset: usize,
    /// Its version in binary coded decimal: 0x0100.
    pub version: u16,
    /// Whether its header adds up to 0, as it must.
    pub checksum_ok: bool,
    /// What it points at, in its order.
    pub tokens: Vec<BitToken>,
    /// The version of the BIOS: token `B`, what `nvidia-smi` shows.
    pub bios_version: Option<BiosVersion>,
    /// The version once more, in token `i`; it differs from the other in edited
    /// ROMs.
    pub internal_version: Option<BiosVersion>,
    /// When it was built, as `mm/dd/yy`; unprintable bytes escaped.
    pub date: Option<String>,
    /// The texts of token `S`, unprintable bytes escaped.
    pub strings: BitStrings,
}

/// One entry of the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct BitToken {
    /// What it is, an ASCII character: `B` for the BIOS data, `S` for texts.
    pub id: u8,
    /// The version of what it points at.
    pub version: u8,
    /// How long that is, in bytes.
    pub length: u16,
    /// Where it starts, in bytes from the image's start.
    pub offset: u16,
}

/// The version of an NVIDIA BIOS.
///
/// ```
/// use vbios::BiosVersion;
/// let version = BiosVersion { number: 0x8604_5000, oem: 0x70 };
/// assert_eq!(version.to_string(), "86.04.50.00.70");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct BiosVersion {
    /// NVIDIA's four bytes; the highest stands for the chip's family.
    pub number: u32,
    /// The byte that the board's maker chose.
    pub oem: u8,
}

impl fmt::Display for BiosVersion {
    /// As `nvidia-smi` prints it: `94.06.3C.00.62`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [a, b, c, d] = self.number.to_be_bytes();
        write!(f, "{a:02X}.{b:02X}.{c:02X}.{d:02X}.{:02X}", self.oem)
    }
}

/// The texts of a BIT.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct BitStrings {
    /// What it shows when it starts: the board and, behind it, the maker's own
    /// name of the BIOS.
    pub sign_on: Option<String>,
    /// The version in words.
    pub version: Option<String>,
    /// Who has the rights.
    pub copyright: Option<String>,
    /// The maker's text.
    pub oem: Option<String>,
    /// The maker's name.
    pub vendor: Option<String>,
    /// The product's name.
    pub product: Option<String>,
    /// The product's revision.
    pub product_revision: Option<String>,
}

/// With what the table starts.
const SIGNATURE: &[u8] = b"\xff\xb8BIT\0";

impl Bit {
    /// Finds and reads the table of an x86 image.
    pub(crate) fn read(image: &[u8]) -> Option<Self> {
        let offset = memchr::memmem::find(image, SIGNATURE)?;
        let bytes = image.get(offset..)?;
        let header_size = usize::from(*bytes.get(8)?);
        let token_size = usize::from(*bytes.get(9)?);
        let count = usize::from(*bytes.get(0x0a)?);
        let header = bytes.get(..header_size).unwrap_or_default();
        let token = |index| {
            let at = bytes.get(header_size + index * token_size..)?;
            let [id, version, ..] = *at.first_chunk::<2>()?;
            Some(BitToken {
                id,
                version,
                length: u16_at(at, 2)?,
                offset: u16_at(at, 4)?,
            })
        };
        let tokens: Vec<BitToken> = (0..count).map_while(token).collect();
        let data = |id| {
            let token = tokens.iter().find(|token| token.id == id)?;
            image
                .get(usize::from(token.offset)..)?
                .get(..usize::from(token.length))
        };
        let version_at = |id| {
            let data = data(id)?;
            Some(BiosVersion {
                number: u32_at(data, 0)?,
                oem: *data.get(4)?,
            })
        };
        let date = data(b'i').and_then(|data| {
            let date = data.get(0x0f..0x17)?;
            // Where the bytes are no date the table is another one.
            matches!(date, [_, _, b'/', _, _, b'/', _, _]).then(|| text_at(date, 0, 8))?
        });
        let strings = data(b'S').map(|records| BitStrings::read(image, records));
        Some(Self {
            offset,
            version: u16_at(bytes, 6)?,
            checksum_ok: header_size >= 0x0c && is_balanced(header),
            bios_version: version_at(b'B'),
            internal_version: version_at(b'i'),
            date,
            strings: strings.unwrap_or_default(),
            tokens,
        })
    }
}

impl BitStrings {
    /// Reads the texts of token `S`: records of a pointer into `image` and the
    /// longest that the text may be.
    fn read(image: &[u8], records: &[u8]) -> Self {
        let text = |index: usize| {
            let record = records.get(index * 3..)?;
            let pointer = usize::from(u16_at(record, 0)?);
            let most = usize::from(*record.get(2)?);
            (pointer != 0).then(|| text_at(image, pointer, most))?
        };
        Self {
            sign_on: text(0),
            version: text(1),
            copyright: text(2),
            oem: text(3),
            vendor: text(4),
            product: text(5),
            product_revision: text(6),
        }
    }
}
