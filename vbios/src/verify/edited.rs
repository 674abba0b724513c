//! Edited ROMs.

use alloc::format;
use alloc::string::ToString;

use super::examination::Examination;
use super::verdict::RomVerdict;
use crate::board::VendorTables;

/// NVIDIA ROMs contain their version three times; edits often miss some. The OEM byte alone differs
/// in unmodified ROMs too.
pub(super) fn examine(examination: &mut Examination<'_>) {
    let Some(board) = &examination.rom.board else {
        return;
    };
    let VendorTables::Nvidia(bit) = &board.tables else {
        return;
    };
    let Some(version) = bit.bios_version else {
        return;
    };
    let at = board.image_offset;
    let other = bit
        .internal_version
        .filter(|internal| internal.number != version.number)
        .map(|internal| internal.to_string());
    let words = bit.strings.version.as_deref();
    // Some have another text there; only one with another version is evidence.
    let reported = words.and_then(|words| words.strip_prefix("Version "));
    let reported = reported.filter(|reported| !reported.eq_ignore_ascii_case(&version.to_string()));
    if let Some(other) = other.or(reported.map(ToString::to_string)) {
        let text = format!("the ROM contains version {version} and version {other}: it was edited");
        examination.find("rom-edited", RomVerdict::Unknown, None, at, text, None);
    }
    if !bit.checksum_ok {
        let text = "the header of NVIDIA's BIOS Information Table does not add up to 0";
        examination.find("rom-edited", RomVerdict::Unknown, None, at, text, None);
    }
}
