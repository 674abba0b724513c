//! AMD's driver as consumer.

use alloc::format;

use pci_core::VendorId;

use super::answer::Acceptance;
use super::consumer::Consumer;
use super::examination::Examination;
use crate::board::VendorTables;
use crate::code_type::CodeType;
use crate::image::Image;

const SELF: Consumer = Consumer::AmdDriver;

/// The checks of `amdgpu_get_bios`: `55 aa` at the start of the ROM BAR, code type x86 in the first
/// image, and AMD's ROM table. A guest has no ACPI table VFCT, so an integrated GPU needs this, unless
/// its memory still has the copy that the host's firmware wrote.
pub(super) fn examine(examination: &mut Examination<'_>) {
    let rom = examination.rom;
    let of_amd = |image: &Image| image.id.vendor == VendorId::ATI && image.class_code.base != AUDIO;
    let to_other = examination
        .target
        .class
        .is_some_and(|class| !class.is_display());
    let Some(first) = rom.images.first() else {
        return;
    };
    if to_other || !rom.images.iter().any(of_amd) {
        return;
    }
    if rom.prefix.length > 0 {
        let because = "no PCI image at the start";
        return examination.answer(SELF, Acceptance::Refuses, because);
    }
    if first.code_type != CodeType::X86 {
        let because = "the first image is not an x86 image";
        return examination.answer(SELF, Acceptance::Refuses, because);
    }
    let board = rom.board.as_ref();
    let board = board.filter(|board| board.image_offset == first.offset);
    let Some(VendorTables::Amd(atom)) = board.map(|board| &board.tables) else {
        let because = "the first image has no AMD ROM table";
        return examination.answer(SELF, Acceptance::Refuses, because);
    };
    let because = match &atom.part_number {
        Some(part) => format!("reads the video BIOS {part}"),
        None => "reads the video BIOS".into(),
    };
    examination.answer(SELF, Acceptance::Accepts, because);
}

/// Base class of audio functions.
const AUDIO: u8 = 4;
