//! SeaBIOS as consumer.

use alloc::format;

use pci_core::PciId;

use super::answer::Acceptance;
use super::consumer::Consumer;
use super::examination::Examination;
use super::remedy::RomRemedy;
use super::verdict::RomVerdict;
use crate::code_type::CodeType;
use crate::image::Image;

const SELF: Consumer = Consumer::SeaBios;

/// The walk of `map_pcirom` and the checks of `is_valid_rom` in `src/optionroms.c`: the first x86
/// image whose own ID (the device list is ignored) matches the function, with a size and a valid
/// checksum.
pub(super) fn examine(examination: &mut Examination<'_>) {
    let rom = examination.rom;
    if rom.prefix.length > 0 || rom.images.is_empty() {
        let because = "no PCI image at the start";
        return examination.answer(SELF, Acceptance::Refuses, because);
    }
    let mut x86 = rom
        .images
        .iter()
        .filter(|image| image.code_type == CodeType::X86);
    let Some(first) = x86.clone().next() else {
        return no_x86(examination);
    };
    let id = examination.target.id;
    let Some(image) = x86.find(|image| id.is_none_or(|id| id == image.id)) else {
        let id = id.unwrap_or(first.id);
        return other_device(examination, first, id);
    };
    match image.checksum_ok {
        Some(true) => {
            let because = match id {
                Some(_) => format!("runs the x86 image at {:#x}", image.offset),
                None => format!(
                    "runs the x86 image at {:#x} on a function with the IDs {}",
                    image.offset, image.id
                ),
            };
            examination.answer(SELF, Acceptance::Accepts, because);
        }
        Some(false) => {
            let because = format!("the x86 image at {:#x} does not add up to 0", image.offset);
            examination.answer(SELF, Acceptance::Refuses, because);
        }
        None => {
            let because = format!("the x86 image at {:#x} has no usable size", image.offset);
            examination.answer(SELF, Acceptance::Refuses, because);
        }
    }
}

fn no_x86(examination: &mut Examination<'_>) {
    examination.answer(SELF, Acceptance::Refuses, "no x86 image");
    let effect = if examination.is_display() {
        "a guest with SeaBIOS shows nothing until its own driver initializes the card"
    } else {
        "a guest with SeaBIOS cannot boot from the device"
    };
    let text = format!("no x86 image: {effect}");
    let verdict = match examination.weight(SELF) {
        RomVerdict::Blocker => RomVerdict::Fix,
        verdict => verdict,
    };
    let efi = |image: &Image| image.code_type == CodeType::EFI;
    let remedy = examination.rom.images.iter().any(efi);
    let remedy = (remedy && verdict != RomVerdict::Harmless).then_some(RomRemedy::UseOvmf);
    examination.find("rom-no-x86", verdict, SELF, None, text, remedy);
}

fn other_device(examination: &mut Examination<'_>, first: &Image, id: PciId) {
    let because = format!("the x86 image is for {}, the function is {id}", first.id);
    examination.answer(SELF, Acceptance::Refuses, because);
    let listed = if first.matches(id) {
        ", and SeaBIOS ignores the image's device list, which contains it"
    } else {
        ""
    };
    let text = format!(
        "SeaBIOS ignores an x86 image for another device: the image is for {}, the function is \
         {id}{listed}",
        first.id
    );
    let verdict = examination.weight(SELF);
    let at = first.offset;
    // Other IDs of the chip's family are patched; the ROM of another vendor helps no driver.
    let remedy = if first.id.vendor == id.vendor {
        examination.possible(RomRemedy::PatchIds(id))
    } else {
        RomRemedy::UseOwnRom
    };
    examination.find("rom-seabios-id", verdict, SELF, at, text, remedy);
}
