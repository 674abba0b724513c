//! Match of the ROM with the card.

use alloc::format;

use pci_core::{ClassCode, PciId};

use super::consumer::Consumer;
use super::decimal;
use super::examination::Examination;
use super::remedy::RomRemedy;
use super::verdict::RomVerdict;
use crate::code_type::CodeType;
use crate::image::Image;

pub(super) fn examine(examination: &mut Examination<'_>) {
    decimal_ids(examination);
    if let Some(id) = examination.target.id {
        ids(examination, id);
    }
    if let Some(class) = examination.target.class {
        function(examination, class);
    }
    board(examination);
}

fn decimal_ids(examination: &mut Examination<'_>) {
    let rom = examination.rom;
    for image in &rom.images {
        let Some(meant) = decimal::intended(image.id.vendor) else {
            continue;
        };
        // An ID that is the card's own was intended.
        if examination
            .target
            .id
            .is_some_and(|id| id.vendor == image.id.vendor)
        {
            continue;
        }
        let text = format!(
            "vendor {} looks like {meant} taken for a decimal number when the image was built; \
             OVMF does not compare IDs, so that it works by luck",
            image.id.vendor
        );
        let (verdict, at) = (RomVerdict::Fix, image.offset);
        examination.find(
            "rom-decimal-id",
            verdict,
            None,
            at,
            text,
            RomRemedy::PatchIds,
        );
    }
}

fn ids(examination: &mut Examination<'_>, id: PciId) {
    let rom = examination.rom;
    if rom.images.is_empty() || rom.matches(id) {
        return;
    }
    let reported = |image: &&Image| image.id != PciId::new(0, 0);
    let Some(first) = rom.images.iter().find(reported) else {
        let text = "no image names its card";
        return examination.find("rom-no-ids", RomVerdict::Unknown, None, None, text, None);
    };
    let at = first.offset;
    if decimal::intended(first.id.vendor) == Some(id.vendor) {
        return;
    }
    if first.id.vendor != id.vendor {
        let text = format!(
            "the ROM is for {}, a card of another vendor than {id}",
            first.id
        );
        let (code, verdict) = ("rom-other-vendor", RomVerdict::Blocker);
        return examination.find(code, verdict, None, at, text, RomRemedy::UseOwnRom);
    }
    let text = format!(
        "the ROM is for {}, the card is {id}; OVMF does not compare the IDs, and whether the \
         driver in the ROM serves the card is its own decision",
        first.id
    );
    let verdict = match examination.target.guest {
        Some(guest) if !guest.has_ovmf() => RomVerdict::Blocker,
        _ => RomVerdict::Unknown,
    };
    examination.find(
        "rom-other-device",
        verdict,
        None,
        at,
        text,
        RomRemedy::UseOwnRom,
    );
}

/// A ROM that is for another function of the card.
fn function(examination: &mut Examination<'_>, class: ClassCode) {
    let rom = examination.rom;
    let Some(image) = rom
        .images
        .iter()
        .find(|image| image.class_code.base != class.base)
    else {
        return;
    };
    let at = image.offset;
    let efi_alone = rom
        .images
        .iter()
        .all(|image| image.code_type == CodeType::EFI);
    if efi_alone && class.is_audio() && image.class_code.is_display() {
        let text = "the ROM is of the graphics function, and goes to the audio function: so the \
                    EFI driver of a processor's graphics is given to a guest whose graphics \
                    function has an x86 ROM of its own";
        let verdict = RomVerdict::Harmless;
        return examination.find("rom-other-function", verdict, None, at, text, None);
    }
    let text = format!(
        "the ROM is for a function of class {}, this one has class {class}: it goes to another \
         function of the card",
        image.class_code
    );
    examination.find(
        "rom-other-function",
        RomVerdict::Fix,
        None,
        at,
        text,
        RomRemedy::UseOwnRom,
    );
}

fn board(examination: &mut Examination<'_>) {
    let Some(board) = &examination.rom.board else {
        return;
    };
    let (Some(rom), Some(card)) = (board.subsystem, examination.target.subsystem) else {
        return;
    };
    if rom == card {
        return;
    }
    let at = board.image_offset;
    let text = format!(
        "the ROM is for the board {rom}, the card is {card}: the chip may be the same, outputs, \
         memory and voltages may not"
    );
    let consumer: Option<Consumer> = None;
    examination.find(
        "rom-other-board",
        RomVerdict::Fix,
        consumer,
        at,
        text,
        RomRemedy::UseOwnRom,
    );
}
