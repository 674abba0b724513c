//! Walks along the two chains of a ROM.

use alloc::vec::Vec;

use crate::code_type::CodeType;
use crate::image::Image;
use crate::problem::{ImageFinding, Problem};

/// The images of the PCI chain from `first` on, and the end of the last one. Each but the last is
/// at least one block long, which bounds their number.
pub(crate) fn pci_chain(
    file: &[u8],
    first: usize,
    findings: &mut Vec<ImageFinding>,
) -> (Vec<Image>, usize) {
    let mut images: Vec<Image> = Vec::new();
    let mut offset = first;
    loop {
        match file.get(offset..) {
            Some([0x55, 0xaa, ..]) => {}
            Some([a, b, ..]) => {
                let found = [*a, *b];
                findings.push(ImageFinding {
                    offset,
                    problem: Problem::NoNextImage { found },
                });
                return (images, offset);
            }
            _ => {
                findings.push(ImageFinding {
                    offset: images.last().map_or(first, |image| image.offset),
                    problem: Problem::LastFlagMissing,
                });
                return (images, offset);
            }
        }
        let image = match Image::read(file, offset, findings) {
            Ok(image) => image,
            Err(problem) => {
                findings.push(ImageFinding { offset, problem });
                return (images, offset);
            }
        };
        let (last, length, next) = (image.last, image.length_pcir, image.end_pcir());
        images.push(image);
        if last || length == 0 || next > file.len() {
            return (images, next.min(file.len()));
        }
        offset = next;
    }
}

/// The images of NVIDIA's chain that `file` has whole, from the first of `images`, the PCI chain;
/// none if no image has NVIDIA's extension. Each but the last is at least one block long.
///
/// Linux ends the chain at the first notebook image (`drivers/gpu/nova-core/vbios.rs`); NVIDIA's
/// driver goes by its last-image indicator: some ROMs have a second one in the next block.
///
/// The second value is whether the chain ends in the file.
pub(crate) fn nvidia_chain(file: &[u8], images: &[Image]) -> (Vec<Image>, bool) {
    let mut chain: Vec<Image> = Vec::new();
    if images.iter().all(|image| image.extension.is_none()) {
        return (chain, false);
    }
    let mut offset = images.first().map_or(0, |image| image.offset);
    // Both chains go forward, so images of the PCI chain are reused.
    let mut known = images.iter().peekable();
    loop {
        while known.next_if(|image| image.offset < offset).is_some() {}
        let known = known.next_if(|image| image.offset == offset).cloned();
        let image = known.or_else(|| Image::read_nvidia(file, offset));
        // Only a further notebook image follows one without the indicator.
        let after = chain.last().map(|image| image.code_type);
        let notebook = after == Some(CodeType::NVIDIA_NBSI);
        let Some(image) =
            image.filter(|image| !notebook || image.code_type == CodeType::NVIDIA_NBSI)
        else {
            return (chain, notebook);
        };
        let end = offset.saturating_add(image.length_nvidia());
        if end > file.len() {
            return (chain, false);
        }
        let (last, empty) = (image.last_nvidia(), end == offset);
        chain.push(image);
        if last || empty {
            return (chain, last);
        }
        offset = end;
    }
}
