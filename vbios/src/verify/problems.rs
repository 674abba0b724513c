//! The parser's problems, weighed for the target.

use alloc::format;
use alloc::string::{String, ToString};

use super::consumer::Consumer;
use super::examination::Examination;
use super::remedy::RomRemedy;
use super::shadow;
use super::target::Guest;
use super::verdict::RomVerdict;
use crate::code_type::CodeType;
use crate::content::Content;
use crate::edit;
use crate::problem::Problem;
use crate::rom::Rom;

pub(super) fn examine(examination: &mut Examination<'_>) {
    let rom = examination.rom;
    let shadow = shadow::fingerprint(rom, examination.file).is_some();
    for finding in &rom.findings {
        // A shadow copy is open, which its own finding covers.
        if shadow
            && matches!(
                finding.problem,
                Problem::LastFlagMissing | Problem::Checksum
            )
        {
            continue;
        }
        // A legacy ROM lacks a data structure, which its own finding covers.
        if rom.isa.is_some() && rom.images.is_empty() {
            continue;
        }
        let (verdict, consumer, remedy) = assess(examination, &finding.problem);
        let text = match finding.problem {
            Problem::LastFlagMissing => open_chain(rom, finding.offset),
            Problem::NoImage => Content::of(examination.file).to_string(),
            problem => problem.to_string(),
        };
        let (code, at) = (finding.problem.code(), finding.offset);
        examination.find(code, verdict, consumer, at, text, remedy);
    }
}

/// Verdict, consumer and remedy of a problem.
fn assess(
    examination: &mut Examination<'_>,
    problem: &Problem,
) -> (RomVerdict, Option<Consumer>, Option<RomRemedy>) {
    let none_left = examination.rom.images.is_empty();
    let ovmf = examination.weight(Consumer::Ovmf);
    let seabios = examination.weight(Consumer::SeaBios);
    match problem {
        Problem::NoImage => (RomVerdict::Blocker, None, no_image(examination)),
        // The chain was found without the flash header.
        Problem::BadFlashHeaderTarget => (RomVerdict::Harmless, None, None),
        Problem::HeaderCutOff
        | Problem::PointerInHeader { .. }
        | Problem::PointerOutOfRange { .. }
        | Problem::NoDataStructure { .. } => {
            let verdict = if none_left {
                RomVerdict::Blocker
            } else {
                RomVerdict::Fix
            };
            (verdict, None, Some(RomRemedy::DumpAgain))
        }
        Problem::PointerNotAligned { .. } => {
            let remedy = (ovmf == RomVerdict::Unknown).then_some(RomRemedy::SpecifyGuest);
            (ovmf, Some(Consumer::Ovmf), remedy)
        }
        Problem::ZeroLength | Problem::PastTheEnd { .. } => {
            (RomVerdict::Blocker, None, Some(RomRemedy::DumpAgain))
        }
        Problem::LastFlagMissing => {
            // SeaBIOS has already run its image at that point.
            let matters = examination.target.guest != Some(Guest::SeaBios);
            let verdict = if matters {
                RomVerdict::Fix
            } else {
                RomVerdict::Harmless
            };
            (
                verdict,
                None,
                Some(examination.possible(RomRemedy::SetLast)),
            )
        }
        // Linux logs it and continues; both firmwares have their images at that point.
        Problem::NoNextImage { .. } | Problem::DeviceListOpen => (RomVerdict::Harmless, None, None),
        Problem::Checksum => (
            seabios,
            Some(Consumer::SeaBios),
            Some(examination.possible(RomRemedy::FixChecksum)),
        ),
        Problem::ZeroInitSize | Problem::InitSizePastImage { .. } => {
            (RomVerdict::Fix, None, Some(RomRemedy::DumpAgain))
        }
        Problem::EfiSignature
        | Problem::EfiSubsystem { .. }
        | Problem::EfiCompression { .. }
        | Problem::EfiPayloadOutside { .. } => {
            (ovmf, Some(Consumer::Ovmf), Some(RomRemedy::DumpAgain))
        }
    }
}

/// Remedy for a file without an image.
fn no_image(examination: &Examination<'_>) -> Option<RomRemedy> {
    Some(match Content::of(examination.file) {
        Content::Empty | Content::Erased | Content::Zeros => RomRemedy::DumpAgain,
        Content::Archive(_) => RomRemedy::Unpack,
        Content::WebPage | Content::LfsPointer | Content::Converted => RomRemedy::CopyAgain,
        Content::Executable => match examination.target.id {
            Some(id) if edit::EfiImage::new(examination.file, id).to_bytes().is_ok() => {
                RomRemedy::Build(id)
            }
            _ => RomRemedy::UseOwnRom,
        },
        Content::Text | Content::Other => RomRemedy::UseOwnRom,
    })
}

/// The part that is missing after the image at `offset`.
fn open_chain(rom: &Rom, offset: usize) -> String {
    let end = rom.images.last().map_or(offset, |image| image.end_pcir());
    let has_efi = rom
        .images
        .iter()
        .any(|image| image.code_type == CodeType::EFI);
    let missing = if has_efi {
        "a further image was not dumped"
    } else {
        "usually the EFI image was not dumped"
    };
    format!("the image lacks the last-image indicator, but the file ends at {end:#x}: {missing}")
}
