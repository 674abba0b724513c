//! The sysfs file `rom` as consumer.

use alloc::format;

use super::answer::Acceptance;
use super::consumer::Consumer;
use super::examination::Examination;

/// The walk of `pci_get_rom_size` in `drivers/pci/rom.c`: `55 aa` at the start of the BAR, a data
/// structure in each image, and the structure's length to the next. The file `rom` returns the
/// bytes walked over.
pub(super) fn examine(examination: &mut Examination<'_>) {
    let rom = examination.rom;
    let consumer = Consumer::LinuxSysfs;
    if rom.prefix.length > 0 || rom.images.is_empty() {
        let because = match examination.file {
            [0x55, 0xaa, ..] => "no PCI data structure in the first image",
            _ => "no 55 aa at the start",
        };
        return examination.answer(consumer, Acceptance::Refuses, because);
    }
    let end = rom.end_pcir(examination.file);
    let because = format!("returns the {end} bytes of the PCI chain");
    examination.answer(consumer, Acceptance::Accepts, because);
}
