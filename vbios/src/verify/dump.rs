//! The file as a whole, and the bytes around the images.

use alloc::format;

use pci_core::{PciId, VendorId};

use super::answer::Acceptance;
use super::consumer::Consumer;
use super::examination::Examination;
use super::remedy::RomRemedy;
use super::verdict::RomVerdict;
use crate::carve::{Carved, carve};
use crate::rom::PrefixKind;

/// Size limit of a QEMU ROM file (`hw/pci/pci.c`, `pci_add_option_rom`).
const MAX_LEN: usize = 2 << 30;

/// QEMU's rules, and the start of the file.
pub(super) fn examine_file(examination: &mut Examination<'_>) {
    let (rom, length) = (examination.rom, examination.file.len());
    let qemu = Consumer::Qemu;
    if length == 0 {
        examination.answer(qemu, Acceptance::Refuses, "the file is empty");
    } else if length > MAX_LEN {
        examination.answer(qemu, Acceptance::Refuses, "the file is longer than 2 GiB");
    } else {
        let bar = length.next_power_of_two();
        let because = format!("puts the whole file into a ROM BAR of {bar} bytes");
        examination.answer(qemu, Acceptance::Accepts, because);
    }
    if !rom.images.is_empty() && rom.prefix.length > 0 {
        let what = match rom.prefix.kind {
            PrefixKind::NvidiaHeader => "NVIDIA's flash header",
            PrefixKind::Padding => "padding",
            _ => "unknown data",
        };
        let text = format!(
            "{} bytes of {what} precede the first image: firmware expects 55 aa at the start",
            rom.prefix.length
        );
        let remedy = embedded(examination).map_or(RomRemedy::Trim, RomRemedy::Carve);
        examination.find("rom-prefix", RomVerdict::Blocker, None, 0, text, remedy);
    }
    if let Some(isa) = rom.isa.as_ref().filter(|_| rom.images.is_empty()) {
        let text = format!(
            "an option ROM of {} bytes without PCI's data structure, as ISA cards had them: no \
             firmware accepts it in a ROM BAR",
            isa.length
        );
        examination.find(
            "rom-isa",
            RomVerdict::Blocker,
            None,
            0,
            text,
            RomRemedy::UseOwnRom,
        );
    }
}

/// The card's ID, if another ROM than the first in the file is the card's: the file is the firmware
/// of a whole board.
pub(super) fn embedded(examination: &Examination<'_>) -> Option<PciId> {
    let id = examination.target.id?;
    let others = !examination.rom.matches(id);
    let is_its = |carved: &Carved| carved.rom.matches(id);
    (others && carve(examination.file).iter().any(is_its)).then_some(id)
}

/// The bytes after the images.
pub(super) fn examine_surroundings(examination: &mut Examination<'_>) {
    let rom = examination.rom;
    if rom.images.is_empty() {
        return;
    }
    if let Some(backup) = rom.backup {
        let text = "a second copy of the ROM follows, as in flash chips; no consumer reads it";
        let verdict = RomVerdict::Harmless;
        examination.find("rom-backup", verdict, None, backup.offset, text, None);
    }
    if rom.tail_length > 0 {
        let from_amd = |vendor| vendor == VendorId::ATI || vendor == VendorId::AMD;
        let what = if !rom.nvidia_images.is_empty() {
            "NVIDIA's own images and other contents of its flash chip"
        } else if rom.images.iter().any(|image| from_amd(image.id.vendor)) {
            "padding or the firmware of AMD's other processors"
        } else {
            "unknown data"
        };
        let text = format!(
            "{} bytes follow the last image: {what}; firmware ignores them",
            rom.tail_length
        );
        let at = rom.end_pcir(examination.file);
        examination.find("rom-tail", RomVerdict::Harmless, None, at, text, None);
    }
}
