//! Linux, by the file `rom` in sysfs.

use alloc::format;

use super::answer::Acceptance;
use super::consumer::Consumer;
use super::examination::Examination;

/// The walk of `pci_get_rom_size` in `drivers/pci/rom.c`: `55 aa` at the BAR's
/// start, a data structure in each image, and the structure's length to the next.
/// What was walked over is what the file `rom` gives.
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
    let because = format!("gives the {end} bytes of PCI's chain");
    examination.answer(consumer, Acceptance::Accepts, because);
}
