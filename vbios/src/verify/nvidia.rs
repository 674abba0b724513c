//! NVIDIA's driver as consumer.

use alloc::format;

use super::answer::Acceptance;
use super::consumer::Consumer;
use super::examination::Examination;
use super::verdict::RomVerdict;
use crate::code_type::CodeType;

const SELF: Consumer = Consumer::NvidiaDriver;

/// Read limit of `drivers/gpu/nova-core/vbios.rs` of Linux: 1 MiB.
const MAX_LEN: usize = 1 << 20;

/// Whether NVIDIA's chain is closed. The driver reads the card's flash chip through BAR 0, so a
/// `romfile=` never reaches it.
pub(super) fn examine(examination: &mut Examination<'_>) {
    let rom = examination.rom;
    let Some(last) = rom.nvidia_images.last() else {
        return;
    };
    let end = last.offset.saturating_add(last.length_nvidia());
    let start = rom.prefix.length;
    let has_x86 = rom
        .nvidia_images
        .iter()
        .any(|image| image.code_type == CodeType::X86);
    if !has_x86 {
        let because = "its chain has no x86 image";
        return examination.answer(SELF, Acceptance::Refuses, because);
    }
    if rom.end_nvidia().is_some() {
        if end.saturating_sub(start) > MAX_LEN {
            let because = "its chain is longer than 1 MiB";
            return examination.answer(SELF, Acceptance::Refuses, because);
        }
        let because = format!("its chain of {} images is closed", rom.nvidia_images.len());
        return examination.answer(SELF, Acceptance::Accepts, because);
    }
    examination.answer(
        SELF,
        Acceptance::Unknown,
        "reads the card's flash chip, which has more than this file",
    );
    let text = "NVIDIA's chain continues after the end of the file: the kernel returns only PCI's images. \
                Nothing is missed, since NVIDIA's driver reads the card's flash chip and not \
                this file";
    let at = end.min(examination.file.len());
    examination.find(
        "rom-nvidia-open",
        RomVerdict::Harmless,
        SELF,
        at,
        text,
        None,
    );
}
