//! SeaBIOS and OVMF together.

use alloc::format;
use alloc::string::{String, ToString};

use super::answer::{Acceptance, RomAnswer};
use super::consumer::Consumer;
use super::examination::Examination;
use super::remedy::RomRemedy;
use super::verdict::RomVerdict;

/// If the guest's firmware is unknown, a ROM that one of them accepts may work; one that neither
/// accepts cannot.
pub(super) fn examine(examination: &mut Examination<'_>) {
    // A guest with OVMF is not a remedy for a ROM that OVMF refuses.
    let refused = |answer: &RomAnswer| {
        answer.consumer == Consumer::Ovmf && answer.acceptance == Acceptance::Refuses
    };
    if examination.answers.iter().any(refused) {
        for finding in &mut examination.findings {
            if finding.remedy == Some(RomRemedy::UseOvmf) {
                (finding.remedy, finding.command) = (None, None);
            }
        }
    }
    let because = |consumer| -> Option<String> {
        let answers = &examination.answers;
        let answer = answers.iter().find(|answer| answer.consumer == consumer)?;
        let refuses = answer.acceptance == Acceptance::Refuses;
        refuses.then(|| answer.reason.to_string())
    };
    let (Some(seabios), Some(ovmf)) = (because(Consumer::SeaBios), because(Consumer::Ovmf)) else {
        return;
    };
    let rom = examination.rom;
    // These have findings for both.
    if rom.images.is_empty() || rom.prefix.length > 0 || examination.target.guest.is_some() {
        return;
    }
    let text =
        format!("no guest firmware accepts this ROM: for SeaBIOS {seabios}; for OVMF {ovmf}");
    examination.find(
        "rom-no-guest-firmware",
        RomVerdict::Blocker,
        None,
        None,
        text,
        None,
    );
}
