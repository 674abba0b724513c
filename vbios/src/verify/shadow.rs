//! Copies that were executed.

use alloc::format;

use super::examination::Examination;
use super::remedy::RomRemedy;
use super::verdict::RomVerdict;
use crate::code_type::CodeType;
use crate::problem::Problem;
use crate::rom::Rom;

/// The memory that Linux gives for the ROM of the primary graphics card, 0xc0000 to
/// 0xdffff (`drivers/pci/rom.c`).
const WINDOW: usize = 0x2_0000;

/// A dump of the primary card is the copy in memory that ran: it may have changed
/// itself, and the EFI image is not there.
pub(super) fn examine(examination: &mut Examination<'_>) {
    let Some(why) = fingerprint(examination.rom, examination.file) else {
        return;
    };
    let text =
        format!("this is the copy in memory that the card's BIOS ran from, not the ROM: {why}");
    let (verdict, at) = (RomVerdict::Blocker, examination.rom.prefix.length);
    let remedy = RomRemedy::DumpWhileSecondary;
    examination.find("rom-shadow-copy", verdict, None, at, text, remedy);
}

/// What shows that the file is such a copy.
pub(super) fn fingerprint(rom: &Rom, file: &[u8]) -> Option<&'static str> {
    let [image] = &rom.images[..] else {
        return None;
    };
    let open = rom
        .findings
        .iter()
        .any(|finding| finding.problem == Problem::LastFlagMissing);
    if image.code_type != CodeType::X86 || image.last || !open || file.len() > WINDOW {
        return None;
    }
    // NVIDIA's BIOS shortens itself when it has run: header and structure say so, the
    // extension still has the old length. Images that enclose others have it the
    // other way round.
    if image
        .length_npde
        .is_some_and(|length| length > image.length_pcir)
    {
        return Some("its extension still has the length from before it shortened itself");
    }
    (image.checksum_ok == Some(false))
        .then_some("one x86 image that says that more follow, and its sum is wrong")
}
