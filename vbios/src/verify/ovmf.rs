//! OVMF (edk2's PCI bus driver) as consumer.

use alloc::borrow::Cow;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use super::answer::Acceptance;
use super::card;
use super::consumer::Consumer;
use super::dump::embedded;
use super::examination::Examination;
use super::remedy::RomRemedy;
use super::target::Guest;
use super::unpacked::{State, Unpacked};
use super::verdict::RomVerdict;
use crate::code_type::CodeType;
use crate::efi::{EfiHeader, EfiMachine};
use crate::field::{BLOCK, u16_at};
use crate::image::Image;
use crate::problem::Problem;
use crate::rom::Rom;

const SELF: Consumer = Consumer::Ovmf;

/// Largest ROM BAR that OVMF treats as missing (`GetOpRomInfo`): 2 KiB, the value of a BAR without
/// writable address bits.
const NO_BAR: usize = 2048;

/// The walk of `LoadOpRomImage`, and the checks of `ProcessOpRomImage` and `LocalLoadFile2`
/// (`PciOptionRomSupport.c`) for each EFI image. IDs are not compared; the driver decides whether
/// it supports the device.
pub(super) fn examine(examination: &mut Examination<'_>) {
    let rom = examination.rom;
    if rom.prefix.length > 0 || rom.images.is_empty() {
        let because = "no PCI image at the start";
        examination.answer(SELF, Acceptance::Refuses, because);
        // Also without the bytes before the first image.
        let is_efi = |image: &Image| image.code_type == CodeType::EFI;
        let has_efi = rom.images.iter().any(is_efi);
        if !rom.images.is_empty() && !has_efi && embedded(examination).is_none() {
            no_efi(examination);
        }
        return;
    }
    let images = walk(rom, examination.file);
    let efi: Vec<&Image> = images
        .iter()
        .map(AsRef::as_ref)
        .filter(|image| image.code_type == CodeType::EFI)
        .collect();
    let Some(some) = efi.first() else {
        examination.answer(SELF, Acceptance::Refuses, "no EFI image is reachable");
        return no_efi(examination);
    };
    if examination.file.len() <= NO_BAR {
        let because = "a ROM BAR of 2 KiB or less is ignored";
        examination.answer(SELF, Acceptance::Refuses, because);
        let text = "OVMF ignores a ROM BAR of 2 KiB or less, which this file gets";
        let verdict = examination.weight(SELF);
        let remedy = (verdict == RomVerdict::Unknown).then_some(RomRemedy::SpecifyGuest);
        return examination.find("rom-small-bar", verdict, SELF, None, text, remedy);
    }
    let wanted = examination.target.machine;
    let right: Vec<_> = efi
        .iter()
        .filter_map(|image| Some((*image, image.efi?, examination.driver(image))))
        .filter(|(_, _, driver)| driver.is_unread() || runs(driver.machine, wanted))
        .collect();
    let Some((first, _, _)) = right.first() else {
        return other_machine(examination, some);
    };
    let faults: Vec<_> = right
        .iter()
        .map(|(image, header, driver)| fault(header, image, driver))
        .collect();
    let (mut sound, mut unread) = (None, None);
    for ((image, _, driver), fault) in right.iter().zip(&faults) {
        match fault {
            Some(_) => {}
            None if driver.is_unread() => unread = unread.or(Some(image)),
            None => sound = sound.or(Some(image)),
        }
    }
    match sound {
        Some(image) => {
            let because = format!("loads the EFI image at {:#x}", image.offset);
            examination.answer(SELF, Acceptance::Accepts, because);
        }
        None if unread.is_some() => {
            let because = "the EFI drivers exceed the size limit of a ROM, and not all were read";
            examination.answer(SELF, Acceptance::Unknown, because);
        }
        None => {
            let why = faults.into_iter().flatten().next().unwrap_or_default();
            let because = format!("the EFI image at {:#x} {why}", first.offset);
            examination.answer(SELF, Acceptance::Refuses, because);
        }
    }
}

/// The images that it visits. Past a missing header, OVMF searches block by block, and QEMU fills
/// the BAR with zeros after the file.
fn walk<'a>(rom: &'a Rom, file: &[u8]) -> Vec<Cow<'a, Image>> {
    let mut images = Vec::new();
    let bar = file.len().next_power_of_two();
    // Up to a missing header both walks visit the same images.
    let mut known = rom.images.iter().peekable();
    let mut offset: usize = 0;
    while let Some(rest) = file.get(offset..).filter(|rest| !rest.is_empty()) {
        if !rest.starts_with(&[0x55, 0xaa]) {
            if offset == 0 {
                break;
            }
            offset += BLOCK;
            continue;
        }
        let aligned = u16_at(rest, 0x18).is_some_and(|pointer| pointer % 4 == 0);
        let known = known.next_if(|image| image.offset == offset);
        // Problems were reported by the parser.
        let read = || {
            Image::read(file, offset, &mut Vec::new())
                .ok()
                .map(Cow::Owned)
        };
        let image = aligned.then(|| known.map(Cow::Borrowed).or_else(read));
        let Some(image) = image.flatten() else {
            break;
        };
        let (last, length, end) = (image.last, image.length_pcir, image.end_pcir());
        if end > bar {
            break;
        }
        images.push(image);
        if last || length == 0 {
            break;
        }
        offset = end;
    }
    images
}

/// Whether a guest with processor `guest` runs a driver for `machine`: the same type or, with
/// edk2's interpreter, EFI byte code. The machine type in the image's header is ignored.
fn runs(machine: EfiMachine, guest: EfiMachine) -> bool {
    machine == guest || machine == EfiMachine::BYTE_CODE
}

/// Why `LocalLoadFile2` rejects the image, or the driver cannot be loaded.
fn fault(header: &EfiHeader, image: &Image, driver: &Unpacked) -> Option<String> {
    let length = image.length_pcir;
    let problem = if !header.signature_ok {
        "lacks the signature 0x0ef1".into()
    } else if !header.subsystem.is_driver() {
        format!("is not a driver: subsystem {:#04x}", header.subsystem.0)
    } else if !header.compression.is_known() {
        format!("has the unknown compression type {}", header.compression.0)
    } else if header.size > length {
        "has an initialization size that exceeds its length".into()
    } else if usize::from(header.payload_offset) >= header.size {
        "has a driver outside the image".into()
    } else {
        match &driver.state {
            State::Damaged(damage) => format!("has a damaged driver: {damage}"),
            State::Sound(_) | State::Unread => return None,
        }
    };
    Some(problem)
}

fn no_efi(examination: &mut Examination<'_>) {
    let missing = examination
        .rom
        .findings
        .iter()
        .any(|finding| finding.problem == Problem::LastFlagMissing);
    let why = if missing {
        "; the file lacks the image that should follow"
    } else {
        ""
    };
    let effect = if examination.is_display() {
        "a guest with OVMF shows no boot picture, until its own driver initializes the card; the \
         passthrough itself is not affected"
    } else {
        "a guest with OVMF cannot boot from the device"
    };
    let text = format!("no EFI image{why}: {effect}");
    let harmless = RomVerdict::Harmless;
    let legacy_guest = examination.target.guest == Some(Guest::SeaBios);
    let remedy = if examination.rom.images.is_empty() || legacy_guest || missing {
        None
    } else if card::is_integrated_amd(examination) {
        Some(RomRemedy::AttachGop)
    } else {
        Some(RomRemedy::UseUefiRom)
    };
    examination.find("rom-no-efi", harmless, SELF, None, text, remedy);
}

fn other_machine(examination: &mut Examination<'_>, image: &Image) {
    let machine = examination.driver(image).machine;
    let wanted = examination.target.machine;
    let because = format!("the EFI driver is for {machine}, the guest is {wanted}");
    examination.answer(SELF, Acceptance::Refuses, because);
    let text = format!("the EFI driver is for {machine} and does not run in a guest with {wanted}");
    let verdict = examination.weight(SELF);
    let at = image.offset;
    examination.find(
        "rom-efi-wrong-machine",
        verdict,
        SELF,
        at,
        text,
        RomRemedy::UseUefiRom,
    );
}
