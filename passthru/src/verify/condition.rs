//! The checks of a plan, evaluated on a host.

use pci_core::Address;

use super::answer::Answer;
use crate::host::Host;
use crate::plan::{PlanCheck, PlannedDevice};
use crate::requirement::{Evaluation, Requirement};
use crate::text::text;
use crate::verdict::Verdict;

fn answer(evaluation: Evaluation, devices: Vec<Address>, look: &[String]) -> Answer {
    let verdict = evaluation.state.verdict();
    Answer {
        verdict,
        devices,
        title: evaluation.sentence,
        evidence: evaluation.evidence,
        causes: Vec::new(),
        inspect: (verdict == Verdict::Unknown).then(|| look.to_vec()),
    }
}

/// Whether the planned function is there and meets the requirement; without one, whether it
/// is there.
pub(super) fn device(
    host: &Host,
    planned: &PlannedDevice,
    requirement: Option<&Requirement>,
) -> Answer {
    let address = planned.address;
    let look = ["lspci", "-nnk", "-s", &format!("{address:#}")].map(str::to_owned);
    if let Some(other) = other_device(host, planned) {
        return answer(other, vec![address], &look);
    }
    let evaluation = match (requirement, host.devices.get(&address)) {
        (Some(requirement), _) => requirement.evaluate(host),
        (None, Some(device)) => {
            let sentence = text!(
                "{address} is present, and stays with the host until a guest starts",
                address
            );
            Evaluation::met(sentence, [device.shown.clone()])
        }
        (None, None) => Evaluation::unknown(text!("{address} is not in the input", address)),
    };
    answer(evaluation, vec![address], &look)
}

/// Another device than the planned one is at the address.
fn other_device(host: &Host, planned: &PlannedDevice) -> Option<Evaluation> {
    let address = planned.address;
    let device = host.devices.get(&address)?;
    let id = device.id.as_ref()?;
    let subsystem = device.subsystem.as_ref().map(|found| found.value);
    let is_other_card = match (subsystem, planned.subsystem) {
        (Some(found), Some(planned)) => found != planned,
        _ => false,
    };
    if id.value == planned.id && !is_other_card {
        return None;
    }
    let found = match subsystem {
        Some(subsystem) => format!("{} (subsystem {subsystem})", id.value),
        None => id.value.to_string(),
    };
    let sentence = text!(
        "{address} is {found}, but the plan is for {planned}: addresses have changed",
        address,
        found,
        planned = planned.id
    );
    Some(Evaluation::unmet(sentence, [id.evidence.clone()]))
}

/// A check of the plan that is about something else.
pub(super) fn check(host: &Host, check: &PlanCheck) -> Answer {
    let Some(requirement) = &check.requirement else {
        let sentence = text!("check manually: {expected}", expected = check.expected);
        return answer(Evaluation::unknown(sentence), Vec::new(), &check.argv);
    };
    let devices = requirement.function().into_iter().collect();
    answer(requirement.evaluate(host), devices, &check.argv)
}
