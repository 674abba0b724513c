//! Both firmwares together.

use alloc::format;
use alloc::string::{String, ToString};

use super::answer::Acceptance;
use super::consumer::Consumer;
use super::examination::Examination;
use super::verdict::RomVerdict;

/// Where the guest's firmware is not known, a ROM that one of them takes may do; one
/// that neither takes cannot.
pub(super) fn examine(examination: &mut Examination<'_>) {
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
    // These have findings that say it of both.
    if rom.images.is_empty() || rom.prefix.length > 0 || examination.target.guest.is_some() {
        return;
    }
    let text = format!("no guest takes this ROM: for SeaBIOS {seabios}; for OVMF {ovmf}");
    examination.find("rom-no-guest", RomVerdict::Blocker, None, None, text, None);
}
