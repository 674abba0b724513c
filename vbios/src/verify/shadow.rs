//! Shadow copies.

use alloc::format;

use super::examination::Examination;
use super::remedy::RomRemedy;
use super::verdict::RomVerdict;
use crate::code_type::CodeType;
use crate::problem::Problem;
use crate::rom::Rom;

/// The memory that Linux returns as the ROM of the primary graphics card, 0xc0000 to 0xdffff
/// (`drivers/pci/rom.c`).
const WINDOW: usize = 0x2_0000;

/// A dump of the primary card is the executed copy in memory: it may have modified itself, and
/// lacks the EFI image.
pub(super) fn examine(examination: &mut Examination<'_>) {
    let Some(why) = fingerprint(examination.rom, examination.file) else {
        return;
    };
    let text = format!("this is the shadow copy that the card's BIOS ran from, not the ROM: {why}");
    let (verdict, at) = (RomVerdict::Blocker, examination.rom.prefix.length);
    let remedy = RomRemedy::DumpWhileSecondary;
    examination.find("rom-shadow-copy", verdict, None, at, text, remedy);
}

/// Evidence that the file is a shadow copy.
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
    // NVIDIA's BIOS shortens itself after it ran: header and structure have the new length, the
    // extension the old one. In images that enclose others it is the reverse.
    if image
        .length_npde
        .is_some_and(|length| length > image.length_pcir)
    {
        return Some("its extension has the length from before it shortened itself");
    }
    (image.checksum_ok == Some(false))
        .then_some("a single x86 image without last-image indicator, with a wrong checksum")
}
