//! The file as a whole, and what stands around the images.

use alloc::format;

use pci_core::VendorId;

use super::answer::Acceptance;
use super::consumer::Consumer;
use super::examination::Examination;
use super::remedy::RomRemedy;
use super::verdict::RomVerdict;
use crate::rom::PrefixKind;

/// QEMU takes files up to this length as a ROM (`hw/pci/pci.c`,
/// `pci_add_option_rom`).
const LONGEST: usize = 2 << 30;

/// QEMU's own rules, and what a file must start with.
pub(super) fn examine_file(examination: &mut Examination<'_>) {
    let (rom, length) = (examination.rom, examination.file.len());
    let qemu = Consumer::Qemu;
    if length == 0 {
        examination.answer(qemu, Acceptance::Refuses, "the file is empty");
    } else if length > LONGEST {
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
            _ => "something else",
        };
        let text = format!(
            "{} bytes of {what} stand in front of the first image, and firmware looks for 55 aa \
             at the start alone",
            rom.prefix.length
        );
        examination.find(
            "rom-prefix",
            RomVerdict::Blocker,
            None,
            0,
            text,
            RomRemedy::Trim,
        );
    }
    if let Some(isa) = rom.isa.as_ref().filter(|_| rom.images.is_empty()) {
        let text = format!(
            "an option ROM of {} bytes without PCI's data structure, as ISA cards had them: no \
             firmware takes it from a ROM BAR",
            isa.length
        );
        examination.find(
            "rom-isa",
            RomVerdict::Blocker,
            None,
            0,
            text,
            RomRemedy::TakeOwnRom,
        );
    }
}

/// What stands behind the images.
pub(super) fn examine_surroundings(examination: &mut Examination<'_>) {
    let rom = examination.rom;
    if rom.images.is_empty() {
        return;
    }
    if let Some(backup) = rom.backup {
        let text =
            "a second copy of the ROM follows, as flash chips keep one; nobody reads it here";
        let verdict = RomVerdict::Harmless;
        examination.find("rom-backup", verdict, None, backup.offset, text, None);
    }
    if rom.tail_length > 0 {
        let from_amd = |vendor| vendor == VendorId::ATI || vendor == VendorId::AMD;
        let what = if !rom.nvidia_images.is_empty() {
            "NVIDIA's own images and what its flash chip has behind them"
        } else if rom.images.iter().any(|image| from_amd(image.id.vendor)) {
            "padding or the firmware of AMD's other processors"
        } else {
            "what belongs to none of the images"
        };
        let text = format!(
            "{} bytes follow the last image: {what}; no firmware looks there",
            rom.tail_length
        );
        let at = rom.end_pcir(examination.file);
        examination.find("rom-tail", RomVerdict::Harmless, None, at, text, None);
    }
}
