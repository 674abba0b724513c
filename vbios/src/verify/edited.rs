//! ROMs that somebody edited.

use alloc::format;
use alloc::string::ToString;

use super::examination::Examination;
use super::verdict::RomVerdict;
use crate::board::VendorTables;

/// NVIDIA's ROMs have their version three times; who edits one forgets the others.
/// The maker's byte alone differs in sound ones, too.
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
    // Some have another text there; one with another version is what tells.
    let told = words.and_then(|words| words.strip_prefix("Version "));
    let told = told.filter(|told| !told.eq_ignore_ascii_case(&version.to_string()));
    if let Some(other) = other.or(told.map(ToString::to_string)) {
        let text = format!(
            "the ROM calls itself version {version} and version {other}: somebody edited it"
        );
        examination.find("rom-edited", RomVerdict::Unknown, None, at, text, None);
    }
    if !bit.checksum_ok {
        let text = "the header of NVIDIA's BIOS Information Table does not add up to 0";
        examination.find("rom-edited", RomVerdict::Unknown, None, at, text, None);
    }
}
