//! BIOS Information Table of NVIDIA x86 images.

use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

use crate::checksum::is_balanced;
use crate::field::{text_at, u16_at, u32_at};

/// NVIDIA BIOS Information Table ("BIT"): a directory of the tables in an x86 image; those that
/// describe the board are parsed.
///
/// Layout: NVIDIA's description
/// (<https://nvidia.github.io/open-gpu-doc/BIOS-Information-Table/BIOS-Information-Table.html>);
/// the offset of the date is from published dumps.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Bit {
    /// Offset of the table in the image, in bytes.
    pub offset: usize,
    /// Version in binary coded decimal: 0x0100.
    pub version: u16,
    /// Whether its header adds up to 0, as required.
    pub checksum_ok: bool,
    /// Its tokens, in order.
    pub tokens: Vec<BitToken>,
    /// BIOS version: token `B`, shown by `nvidia-smi`.
    pub bios_version: Option<BiosVersion>,
    /// BIOS version in token `i`; it differs from the other in edited ROMs.
    pub internal_version: Option<BiosVersion>,
    /// Build date, `mm/dd/yy`; unprintable bytes escaped.
    pub date: Option<String>,
    /// Strings of token `S`, unprintable bytes escaped.
    pub strings: BitStrings,
}

/// A token of the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct BitToken {
    /// Identifier, an ASCII character: `B` for BIOS data, `S` for strings.
    pub id: u8,
    /// Version of its data.
    pub version: u8,
    /// Length of its data, in bytes.
    pub length: u16,
    /// Offset of its data in the image, in bytes.
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
    /// NVIDIA's four bytes; the highest identifies the chip's family.
    pub number: u32,
    /// OEM byte of the board's manufacturer.
    pub oem: u8,
}

impl fmt::Display for BiosVersion {
    /// As `nvidia-smi` prints it: `94.06.3C.00.62`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [a, b, c, d] = self.number.to_be_bytes();
        write!(f, "{a:02X}.{b:02X}.{c:02X}.{d:02X}.{:02X}", self.oem)
    }
}

/// Strings of a BIT.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct BitStrings {
    /// Sign-on message: the board and the manufacturer's name of the BIOS.
    pub sign_on: Option<String>,
    /// Version string.
    pub version: Option<String>,
    /// Copyright string.
    pub copyright: Option<String>,
    /// OEM string.
    pub oem: Option<String>,
    /// OEM vendor name.
    pub vendor: Option<String>,
    /// OEM product name.
    pub product: Option<String>,
    /// OEM product revision.
    pub product_revision: Option<String>,
}

/// Signature of the table.
const SIGNATURE: &[u8] = b"\xff\xb8BIT\0";

impl Bit {
    /// Finds and parses the table of an x86 image.
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
            // If the bytes are not a date, the table has another layout.
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
    /// Parses the strings of token `S`: records of a pointer into `image` and a maximum length.
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
