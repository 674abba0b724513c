//! The EFI drivers themselves: whether they can be unpacked, and whether they are
//! what was signed.

use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

use super::answer::Acceptance;
use super::consumer::Consumer;
use super::examination::Examination;
use super::remedy::Remedy;
use super::verdict::Verdict;
use crate::code_type::CodeType;
use crate::efi::{Authenticode, Executable, Machine, driver};
use crate::image::Image;

/// Why the firmware cannot load the driver in the EFI image `image` of `file`, all of
/// whose headers are right; `None` where it can.
pub(super) fn damage(image: &Image, file: &[u8]) -> Option<String> {
    match driver(image.bytes(file)) {
        Err(error) => Some(error.to_string()),
        Ok(driver) => Executable::read(&driver)
            .err()
            .map(|error| error.to_string()),
    }
}

/// The processor that the driver in `image` of `file` is for. OVMF goes by the driver;
/// the image's header tells where there is no driver to be read.
pub(super) fn machine(image: &Image, file: &[u8]) -> Machine {
    let told = image.efi.map_or(Machine(0), |header| header.machine);
    let Ok(driver) = driver(image.bytes(file)) else {
        return told;
    };
    Executable::read(&driver).map_or(told, |executable| executable.machine)
}

/// Says of each EFI image whose headers are right whether its driver is sound, and of
/// the first for the guest what Secure Boot makes of it.
pub(super) fn examine(examination: &mut Examination<'_>) {
    let (rom, file) = (examination.rom, examination.file);
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
        if let Some(damage) = damage(image, file) {
            let text = format!(
                "the headers of the EFI image are right, but its driver is damaged: {damage}"
            );
            let (verdict, again) = (examination.weight(Consumer::Ovmf), Remedy::DumpAgain);
            examination.find("rom-efi-damaged", verdict, Consumer::Ovmf, at, text, again);
            continue;
        }
        let machine = machine(image, file);
        if machine != header.machine {
            let text = format!(
                "the EFI image's header says {}, its driver is for {machine}: OVMF goes by the \
                 driver, versions of edk2 from before 2019 by the header",
                header.machine
            );
            let (code, ovmf) = ("rom-efi-header-machine", Consumer::Ovmf);
            examination.find(code, Verdict::Harmless, ovmf, at, text, None);
        }
        let signature = signature(image, file);
        if let Signature::Broken { signers } = &signature {
            let text = format!(
                "the EFI driver was changed after {signers} signed it: its digest is not the \
                 signed one"
            );
            examination.find(
                "rom-efi-changed",
                Verdict::Security,
                Consumer::SecureBoot,
                at,
                text,
                Remedy::LeaveSecureBoot,
            );
        }
        if !answered && machine == wanted {
            answered = true;
            let (acceptance, because) = signature.answer();
            examination.answer(Consumer::SecureBoot, acceptance, because);
        }
    }
}

/// What a driver's signature is worth, as far as can be said without the guest's keys.
enum Signature {
    Missing,
    /// It cannot be read, or has a digest of another kind.
    Unknown {
        why: String,
    },
    Broken {
        signers: String,
    },
    Whole {
        signers: String,
    },
}

fn signature(image: &Image, file: &[u8]) -> Signature {
    let unknown = |why: &str| Signature::Unknown { why: why.into() };
    let Ok(driver) = driver(image.bytes(file)) else {
        return unknown("the driver is damaged");
    };
    let Ok(executable) = Executable::read(&driver) else {
        return unknown("the driver is damaged");
    };
    let signatures = match Authenticode::read(&driver, &executable) {
        Ok(signatures) => signatures,
        Err(error) => return unknown(&error.to_string()),
    };
    let Some(first) = signatures.first() else {
        return Signature::Missing;
    };
    let signers = issuers(first);
    match signatures.iter().map(Authenticode::digest_matches).max() {
        Some(Some(true)) => Signature::Whole { signers },
        Some(Some(false)) => Signature::Broken { signers },
        _ => unknown(&format!("a {} digest is not compared", first.algorithm)),
    }
}

/// Who issued the signers' certificates.
fn issuers(signature: &Authenticode) -> String {
    let names: Vec<&str> = signature
        .signers
        .iter()
        .filter_map(|signer| signer.issuer.as_deref())
        .collect();
    if names.is_empty() {
        "somebody".into()
    } else {
        names.join(" and ")
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
