//! EFI drivers: whether they can be decompressed, and whether they match their signature.

use alloc::format;
use alloc::rc::Rc;
use alloc::string::String;
use alloc::vec::Vec;

use super::answer::Acceptance;
use super::consumer::Consumer;
use super::examination::Examination;
use super::remedy::RomRemedy;
use super::target::Guest;
use super::unpacked::{Signature, State, Unpacked};
use super::verdict::RomVerdict;
use crate::code_type::CodeType;

/// Checks the driver of each EFI image with valid headers, and Secure Boot for those that suit the
/// guest: OVMF loads each of them automatically.
pub(super) fn examine(examination: &mut Examination<'_>) {
    let rom = examination.rom;
    let wanted = examination.target.machine;
    // A guest with SeaBIOS loads no EFI driver, and has no Secure Boot.
    let (verdict, remedy) = match examination.target.guest {
        Some(Guest::SeaBios) => (RomVerdict::Harmless, None),
        _ => (RomVerdict::Security, Some(RomRemedy::DisableSecureBoot)),
    };
    let mut drivers: Vec<(usize, Rc<Unpacked>)> = Vec::new();
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
                verdict,
                Consumer::SecureBoot,
                at,
                text,
                remedy,
            );
        }
        if let Signature::Invalid { signers } = signature {
            let text = format!(
                "the EFI driver's signature was not made with the key of its certificate, which \
                 {signers} issued: the signature was changed"
            );
            examination.find(
                "rom-efi-bad-signature",
                verdict,
                Consumer::SecureBoot,
                at,
                text,
                remedy,
            );
        }
        if machine == wanted {
            drivers.push((at, driver));
        }
    }
    secure_boot(examination, &drivers);
}

/// The answer of Secure Boot: it loads each driver that is signed, and no other.
fn secure_boot(examination: &mut Examination<'_>, drivers: &[(usize, Rc<Unpacked>)]) {
    let signature = |driver: &'_ Unpacked| match &driver.state {
        State::Sound(signature) => Some(signature.answer()),
        _ => None,
    };
    let answers: Vec<_> = drivers
        .iter()
        .filter_map(|(at, driver)| Some((*at, signature(driver)?)))
        .collect();
    let accepted =
        |(_, (acceptance, _)): &&(usize, (Acceptance, String))| *acceptance == Acceptance::Accepts;
    let best = answers.iter().find(accepted).or(answers.first());
    let Some((at, (acceptance, because))) = best else {
        return;
    };
    let others = answers.iter().filter(|(other, _)| other != at);
    let mut reason = because.clone();
    if answers.len() > 1 {
        reason = format!("the driver at {at:#x}: {reason}");
    }
    for (at, (_, because)) in others.take(MOST) {
        reason = format!("{reason}; the driver at {at:#x}: {because}");
    }
    examination.answer(Consumer::SecureBoot, *acceptance, reason);
}

/// Further drivers in the answer; a ROM has two at most.
const MOST: usize = 3;

impl Signature {
    fn answer(&self) -> (Acceptance, String) {
        match self {
            Self::Missing => (Acceptance::Refuses, "the EFI driver is not signed".into()),
            Self::Invalid { .. } => {
                let because = "the EFI driver's signature was changed";
                (Acceptance::Refuses, because.into())
            }
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
