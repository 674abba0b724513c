//! EFI drivers: whether they can be decompressed, and whether they match their signature.

use alloc::format;
use alloc::string::String;

use super::answer::Acceptance;
use super::consumer::Consumer;
use super::examination::Examination;
use super::remedy::RomRemedy;
use super::unpacked::{Signature, State};
use super::verdict::RomVerdict;
use crate::code_type::CodeType;

/// Checks the driver of each EFI image with valid headers, and, for the first one that suits the
/// guest, Secure Boot.
pub(super) fn examine(examination: &mut Examination<'_>) {
    let rom = examination.rom;
    let wanted = examination.target.machine;
    let mut answered = false;
    for image in &rom.images {
        let Some(header) = image.efi.filter(|header| {
            image.code_type == CodeType::EFI
                && header.signature_ok
                && header.compression.is_known()
                && usize::from(header.payload_offset) < header.size
        }) else {
            continue;
        };
        let at = image.offset;
        let driver = examination.driver(image);
        let machine = driver.machine;
        let signature = match &driver.state {
            State::Sound(signature) => signature,
            State::Unread => continue,
            State::Damaged(damage) => {
                let text = format!(
                    "the headers of the EFI image are valid, but its driver is damaged: {damage}"
                );
                let (verdict, again) = (examination.weight(Consumer::Ovmf), RomRemedy::DumpAgain);
                examination.find("rom-efi-damaged", verdict, Consumer::Ovmf, at, text, again);
                continue;
            }
        };
        if machine != header.machine {
            let text = format!(
                "the EFI image's header says {}, its driver is for {machine}: OVMF goes by the \
                 driver, versions of edk2 from before 2019 by the header",
                header.machine
            );
            let (code, ovmf) = ("rom-efi-header-wrong-machine", Consumer::Ovmf);
            examination.find(code, RomVerdict::Harmless, ovmf, at, text, None);
        }
        if let Signature::Broken { signers } = signature {
            let text = format!(
                "the EFI driver was changed after {signers} signed it: its digest is not the \
                 signed one"
            );
            examination.find(
                "rom-efi-changed",
                RomVerdict::Security,
                Consumer::SecureBoot,
                at,
                text,
                RomRemedy::DisableSecureBoot,
            );
        }
        if !answered && machine == wanted {
            answered = true;
            let (acceptance, because) = signature.answer();
            examination.answer(Consumer::SecureBoot, acceptance, because);
        }
    }
}

impl Signature {
    fn answer(&self) -> (Acceptance, String) {
        match self {
            Self::Missing => (Acceptance::Refuses, "the EFI driver is not signed".into()),
            Self::Broken { .. } => {
                let because = "the EFI driver was changed after it was signed";
                (Acceptance::Refuses, because.into())
            }
            Self::Whole { signers } => {
                let because = format!("signed under {signers}, if the guest's keys have that");
                (Acceptance::Accepts, because)
            }
            Self::Unknown { why } => (Acceptance::Unknown, why.clone()),
        }
    }
}
