//! Intel Video BIOS Table.

use alloc::string::String;

use crate::checksum::is_balanced;
use crate::field::{offset, text_at, u16_at, u32_at};

/// Intel Video BIOS Table ("VBT"), which describes the wiring of a board's displays.
///
/// Layout: `struct vbt_header` and `struct bdb_header` of
/// `drivers/gpu/drm/i915/display/intel_vbt_defs.h` of Linux, which searches the table at multiples
/// of 4 (`intel_bios.c`).
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct VideoBiosTable {
    /// Offset in the image, in bytes.
    pub offset: usize,
    /// Platform name after `$VBT`; unprintable bytes escaped.
    pub platform: Option<String>,
    /// Version in binary coded decimal: 0x0100.
    pub version: u16,
    /// Length in bytes.
    pub length: usize,
    /// Whether its bytes add up to 0; `None` if the image lacks some of them.
    pub checksum_ok: Option<bool>,
    /// Version of its data blocks; `None` without such blocks.
    pub blocks_version: Option<u16>,
}

impl VideoBiosTable {
    /// Finds and parses the table of an x86 image.
    pub(crate) fn read(image: &[u8]) -> Option<Self> {
        let found = |at: &usize| {
            let size = image.get(*at..).and_then(|table| u16_at(table, 22));
            at % 4 == 0 && size.is_some_and(|size| size >= 32)
        };
        let at = memchr::memmem::find_iter(image, b"$VBT").find(found)?;
        let table = image.get(at..)?;
        let length = usize::from(u16_at(table, 24)?);
        let blocks = u32_at(table, 28).map(offset);
        let blocks = blocks.and_then(|blocks| table.get(blocks..));
        Some(Self {
            offset: at,
            platform: text_at(table, 4, 16),
            version: u16_at(table, 20)?,
            length,
            checksum_ok: table.get(..length).map(is_balanced),
            blocks_version: blocks
                .filter(|blocks| blocks.starts_with(b"BIOS_DATA_BLOCK "))
                .and_then(|blocks| u16_at(blocks, 16)),
        })
    }
}
