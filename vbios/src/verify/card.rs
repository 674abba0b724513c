//! Match of the ROM with the card.

use alloc::format;

use pci_core::{ClassCode, PciId, SubsystemId, VendorId};

use super::answer::Acceptance;
use super::consumer::Consumer;
use super::decimal;
use super::examination::Examination;
use super::finding::RomFinding;
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
    video_bios(examination);
}

fn decimal_ids(examination: &mut Examination<'_>) {
    let rom = examination.rom;
    for image in &rom.images {
        let Some(meant) = decimal::intended(image.id) else {
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
            "the image's IDs {} are {meant}, taken for decimal numbers when the image was built; \
             OVMF compares no IDs",
            image.id
        );
        let at = image.offset;
        let remedy = examination.possible(RomRemedy::PatchIds(meant));
        let verdict = RomVerdict::Harmless;
        examination.find("rom-decimal-id", verdict, None, at, text, remedy);
    }
}

fn ids(examination: &mut Examination<'_>, id: PciId) {
    let rom = examination.rom;
    let carved = |finding: &RomFinding| matches!(finding.remedy, Some(RomRemedy::Carve(_)));
    if rom.images.is_empty() || rom.matches(id) || examination.findings.iter().any(carved) {
        return;
    }
    let reported = |image: &&Image| image.id != PciId::new(0, 0);
    let Some(first) = rom.images.iter().find(reported) else {
        let text = "no image names its card";
        return examination.find("rom-no-ids", RomVerdict::Unknown, None, None, text, None);
    };
    let at = first.offset;
    if decimal::intended(first.id).is_some_and(|meant| is_same_maker(meant.vendor, id.vendor)) {
        return;
    }
    if !is_same_maker(first.id.vendor, id.vendor) {
        let text = format!(
            "the ROM is for {}, a card of another vendor than {id}",
            first.id
        );
        let (code, verdict) = ("rom-other-vendor", RomVerdict::Blocker);
        return examination.find(code, verdict, None, at, text, RomRemedy::UseOwnRom);
    }
    let text = format!(
        "the ROM is for {}, the card is {id}; OVMF compares no IDs: the driver in the ROM decides \
         whether it supports the card",
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

/// Whether both IDs are the same maker's: AMD has two, and the published EFI drivers for its
/// graphics have either.
fn is_same_maker(one: VendorId, other: VendorId) -> bool {
    let is_amd = |vendor| vendor == VendorId::ATI || vendor == VendorId::AMD;
    one == other || (is_amd(one) && is_amd(other))
}

/// A ROM that is for another function of the card, by its class. No consumer compares classes:
/// SeaBIOS compares the IDs of x86 images, OVMF and QEMU compare nothing, and drivers look for
/// their vendor's tables. Builders of EFI images often leave the class 0.
fn function(examination: &mut Examination<'_>, class: ClassCode) {
    let rom = examination.rom;
    let other = |image: &&Image| {
        let unset = image.class_code.base == 0 && image.class_code.sub == 0;
        image.class_code.base != class.base && !unset
    };
    let Some(image) = rom.images.iter().find(other) else {
        return;
    };
    let at = image.offset;
    let efi_alone = rom
        .images
        .iter()
        .all(|image| image.code_type == CodeType::EFI);
    // SeaBIOS ignores an x86 image for another device, which its own finding covers.
    let ignored = efi_alone || examination.target.id.is_some_and(|id| !rom.matches(id));
    if !ignored {
        return;
    }
    let text = format!(
        "the ROM is for a function of class {}, the function has class {class}; OVMF compares no \
         classes and loads the EFI driver for all functions of the card",
        image.class_code
    );
    let verdict = RomVerdict::Harmless;
    examination.find("rom-other-function", verdict, None, at, text, None);
}

/// Whether the ROM is of an integrated GPU of AMD: its boards have no subsystem IDs of their own.
pub(super) fn is_integrated_amd(examination: &Examination<'_>) -> bool {
    let rom = examination.rom;
    let is_amd = |image: &Image| image.id.vendor == VendorId::ATI;
    let board = rom.board.as_ref().and_then(|board| board.subsystem);
    rom.images.first().is_some_and(is_amd)
        && board.is_some_and(|id| is_generic(id, rom.images.first()))
}

/// Whether the subsystem IDs are those of the chip, as in the video BIOSes of AMD's integrated GPUs:
/// firmware writes the board's into configuration space.
fn is_generic(subsystem: SubsystemId, image: Option<&Image>) -> bool {
    let (vendor, device) = (subsystem.vendor, subsystem.device.0);
    let of_chip = |image: &Image| image.id.vendor == vendor && image.id.device.0 == device;
    device == vendor.0 || device == 0 || device == 0xffff || image.is_some_and(of_chip)
}

fn board(examination: &mut Examination<'_>) {
    let Some(board) = &examination.rom.board else {
        return;
    };
    let (Some(rom), Some(card)) = (board.subsystem, examination.target.subsystem) else {
        return;
    };
    if rom == card || is_generic(rom, examination.rom.images.first()) {
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

/// AMD's driver on a graphics function whose ROM has no video BIOS for it.
fn video_bios(examination: &mut Examination<'_>) {
    let target = examination.target;
    let is_amd_display = target.class.is_some_and(|class| class.is_display())
        && target.id.is_some_and(|id| id.vendor == VendorId::ATI);
    let refused = examination.answers.iter().any(|answer| {
        answer.consumer == Consumer::AmdDriver && answer.acceptance == Acceptance::Refuses
    });
    let efi = |image: &Image| image.code_type == CodeType::EFI;
    if is_amd_display && refused && examination.rom.images.iter().any(efi) {
        let text = "AMD's driver reads the video BIOS from the first image, which is not an x86 \
                    image; it then needs the copy in the GPU's memory";
        examination.find(
            "rom-no-video-bios",
            RomVerdict::Unknown,
            Consumer::AmdDriver,
            0,
            text,
            RomRemedy::UseVideoBios,
        );
    }
}
