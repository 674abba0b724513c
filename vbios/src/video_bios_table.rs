//! Intel's video BIOS.

use alloc::string::String;

use crate::checksum::is_balanced;
use crate::field::{offset, text_at, u16_at, u32_at};

/// Intel's Video BIOS Table ("VBT"), which tells how a board's displays are wired.
///
/// Layout: `struct vbt_header` and `struct bdb_header` of
/// `drivers/gpu/drm/i915/display/intel_vbt_defs.h` of Linux, which looks for the
/// table at multiples of 4 in the ROM (`intel_bios.c`).
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct VideoBiosTable {
    /// Where it starts, in bytes from the image's start.
    pub offset: usize,
    /// Its name behind `$VBT`: the platform; unprintable bytes escaped.
    pub platform: Option<String>,
    /// Its version in binary coded decimal: 0x0100.
    pub version: u16,
    /// How long it is, in bytes.
    pub length: usize,
    /// Whether its bytes add up to 0; `None` where the image has not all of them.
    pub checksum_ok: Option<bool>,
    /// The version of its data blocks, which tells what the driver may find there;
    /// `None` without such blocks.
    pub blocks_version: Option<u16>,
}

impl VideoBiosTable {
    /// Finds and reads the table of an x86 image.
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
