//! Questions that the input answers beside the fact itself: the table of what answers what.

use host_tree::Evidence;

use super::isolation::iommu::is_missed_by_hypervisor;
use super::rule::Context;
use crate::finding::Finding;
use crate::host::{GuestFailure, Situation, Symptom};
use crate::known_devices::{self, When};
use crate::verdict::Verdict;

/// What is known, and the questions that need no answer then.
struct Answer {
    is_known: fn(&Context<'_>) -> bool,
    questions: &'static [&'static str],
}

const ANSWERS: [Answer; 12] = [
    // A container shares the host driver, without an IOMMU.
    Answer {
        is_known: |context| context.host.statements.in_container.is_some(),
        questions: &["iommu-not-shown", "boot-loader-not-shown"],
    },
    // A guest uses the device, whatever fails there.
    Answer {
        is_known: runs_in_guest,
        questions: &[
            "iommu-not-shown",
            "boot-loader-not-shown",
            "host-output-missing",
            "group-not-shown",
            "interrupt-remapping-not-shown",
        ],
    },
    // A guest has or had the device: the host's part is in order, or was.
    Answer {
        is_known: works,
        questions: &[
            "iommu-not-shown",
            "interrupt-remapping-not-shown",
            "boot-loader-not-shown",
            "host-output-missing",
            "group-not-shown",
        ],
    },
    // The guest's driver reports the failure: it has the device.
    Answer {
        is_known: |context| context.host.reaches_guest(),
        questions: &["iommu-not-shown", "boot-loader-not-shown"],
    },
    // The host driver shares the device, without an IOMMU.
    Answer {
        is_known: |context| context.host.statements.shared_by_driver.is_some(),
        questions: &["iommu-not-shown", "boot-loader-not-shown"],
    },
    // vfio-pci has a device.
    Answer {
        is_known: |context| context.host.situation(Situation::Held).is_some(),
        questions: &["iommu-not-shown", "driver-not-shown"],
    },
    // The question is another one.
    Answer {
        is_known: |context| {
            let host = context.host;
            host.statements.raspberry_pi.is_some()
                || host.situation(Situation::HostIsGuest).is_some()
        },
        questions: &["iommu-not-shown"],
    },
    // The writer knows the cause, or a change that helps.
    Answer {
        is_known: is_explained,
        questions: &["failure-not-shown", "host-output-missing"],
    },
    // A host that reboots does not freeze.
    Answer {
        is_known: |context| {
            let mut symptoms = context.host.symptoms.iter();
            symptoms.any(|found| found.value == Symptom::HostReboots)
        },
        questions: &["host-freeze-reported"],
    },
    // The missing picture is the host's, and expected.
    Answer {
        is_known: |context| {
            let host = context.host;
            let dark = host
                .situation(Situation::HostDark)
                .and_then(|shown| shown.line);
            let failure = host.complaint.as_ref().and_then(|shown| shown.line);
            dark.is_some() && dark == failure && host.guest_failure.is_none()
        },
        questions: &["failure-not-shown"],
    },
    // The failure has its own finding.
    Answer {
        is_known: |context| context.host.situation(Situation::StuckAfterGuest).is_some(),
        questions: &["failure-not-shown", "host-freeze-reported"],
    },
    // The device is with a guest, which the host's lists show.
    Answer {
        is_known: |context| context.host.situation(Situation::GivenAway).is_some(),
        questions: &[
            "failure-not-shown",
            "iommu-not-shown",
            "host-output-missing",
            "hyper-v-edition",
        ],
    },
];

/// Questions about the host's state, that about any output of it first, and then those about a
/// failure.
const OF_STATE: [&str; 6] = [
    "host-output-missing",
    "iommu-not-shown",
    "boot-loader-not-shown",
    "interrupt-remapping-not-shown",
    "group-not-shown",
    "failure-not-shown",
];

/// So many of them are about the host's state alone.
const STATE_ALONE: usize = 4;

/// Whether a guest runs with the device, whatever fails there: VFIO starts none without an IOMMU.
pub(super) fn runs_in_guest(context: &Context<'_>) -> bool {
    let host = context.host;
    let failure = host.guest_failure.as_ref().map(|failure| failure.value);
    let is_start = matches!(
        failure,
        Some(GuestFailure::NotStarted | GuestFailure::AssignmentFails)
    );
    let is_seen = host.statements.observed.is_some()
        || host.statements.has_passed.is_some()
        || fails(context) && host.statements.inside_guest.is_some();
    is_seen && !is_start && !host.iommu_is_off() && !is_missed_by_hypervisor(context)
}

/// Whether the text reports a failure.
fn fails(context: &Context<'_>) -> bool {
    let host = context.host;
    host.guest_failure.is_some() || host.complaint.is_some() || !host.symptoms.is_empty()
}

/// Leaves out the questions that the input answers.
pub(super) fn leave_out(context: &Context<'_>, findings: &mut Vec<Finding>) {
    // A program that finds no IOMMU weighs more than a sentence.
    let is_missed = is_missed_by_hypervisor(context);
    let is_asked = |finding: &Finding, answer: &Answer| {
        finding.verdict == Verdict::Unknown
            && answer.questions.contains(&finding.code)
            && !(is_missed && finding.code == "iommu-not-shown")
    };
    // Where nothing can be assigned, or the trade knows the matter, the state of the host decides
    // nothing.
    let is_known = |finding: &Finding| {
        let mut known = known_devices::all().iter();
        known.any(|row| row.code == finding.code)
    };
    let is_impossible = |finding: &Finding| finding.verdict == Verdict::Impossible;
    let complaint = context.host.complaint.as_ref();
    let is_of_complaint = |finding: &Finding| {
        let mut lines = finding.evidence.iter();
        complaint.is_some_and(|shown| {
            lines.any(|line| line.line == shown.line && line.source == shown.source)
        })
    };
    let is_answer = |finding: &Finding| {
        finding.verdict != Verdict::Unknown && is_known(finding) && is_of_complaint(finding)
    };
    let is_answered = findings.iter().any(is_answer);
    findings.retain(|one| {
        !is_answered || one.verdict != Verdict::Unknown || one.code != "failure-not-shown"
    });
    let is_cause = |finding: &Finding| {
        is_known(finding) && finding.verdict != Verdict::Ok
            || finding.code == "iommu-absent-reported"
            || finding.code == "shared-group-reported"
    };
    let needless = if findings.iter().any(is_impossible) {
        &OF_STATE[..]
    } else if findings.iter().any(is_cause) || findings.iter().any(is_known) && !fails(context) {
        &OF_STATE[..STATE_ALONE]
    } else if findings.iter().any(is_known) {
        &OF_STATE[..1]
    } else {
        &[]
    };
    findings.retain(|one| one.verdict != Verdict::Unknown || !needless.contains(&one.code));
    for answer in &ANSWERS {
        let mut asked = findings.iter();
        if asked.any(|one| is_asked(one, answer)) && (answer.is_known)(context) {
            findings.retain(|one| !is_asked(one, answer));
        }
    }
}

fn works(context: &Context<'_>) -> bool {
    let host = context.host;
    let mut known = host.named_devices.named.iter();
    host.assigned_shown().is_some()
        || host.has_worked()
        || known.any(|row| row.value.when == When::Running) && !host.iommu_is_off()
}

/// Whether the text names the cause, or a change that helped, below the failure.
fn is_explained(context: &Context<'_>) -> bool {
    let host = context.host;
    let failure = host.guest_failure.as_ref().map(|failure| &failure.evidence);
    let failure = failure.or(host.complaint.as_ref());
    let is_below = |helped: &Evidence| {
        failure.is_none_or(|failure| failure.source == helped.source && failure.line <= helped.line)
    };
    !host.explanations.causes.is_empty() || host.explanations.helped.iter().any(is_below)
}
