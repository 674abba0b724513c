//! The state of a guest and of its device, by all that the input says.

use host_tree::Evidence;

use crate::doctor::isolation::iommu::is_missed_by_hypervisor;
use crate::doctor::rule::Context;
use crate::host::{GuestFailure, Symptom};
use crate::known_facts::When;

/// Whether a guest runs with the device, whatever fails there: VFIO starts none without an IOMMU.
pub(in crate::doctor) fn runs_in_guest(context: &Context<'_>) -> bool {
    let host = context.host;
    let failure = host
        .words
        .guest_failure
        .as_ref()
        .map(|failure| failure.value);
    let is_start = matches!(
        failure,
        Some(GuestFailure::NotStarted | GuestFailure::AssignmentFails)
    );
    let is_seen = host.words.statements.observed.is_some()
        || host.words.statements.has_passed.is_some()
        || context.host.states_failure() && host.words.statements.inside_guest.is_some();
    is_seen && !is_start && !host.iommu_is_off() && !is_missed_by_hypervisor(context)
}

/// Whether the guest does not start, or the host fails at its start.
pub(in crate::doctor) fn fails_before_guest(context: &Context<'_>) -> bool {
    let host = context.host;
    let failure = host
        .words
        .guest_failure
        .as_ref()
        .map(|failure| failure.value);
    let mut symptoms = host.words.symptoms.iter().map(|found| found.value);
    let is_of_host = |symptom| {
        matches!(
            symptom,
            Symptom::HostFreezes | Symptom::HostReboots | Symptom::HostNetworkLost
        )
    };
    matches!(
        failure,
        Some(GuestFailure::NotStarted | GuestFailure::AssignmentFails)
    ) || failure.is_none() && has_message(context, "virsh-start-failed")
        || symptoms.any(is_of_host)
}

/// Whether the input has the message.
pub(super) fn has_message(context: &Context<'_>, code: &str) -> bool {
    let mut logged = context.host.log_messages.iter();
    logged.any(|one| one.message.code == code)
}

/// Whether the text asks about a program that makes guests, and reports no failure.
pub(super) fn asks_about_tool(context: &Context<'_>) -> bool {
    let host = context.host;
    let mut logged = host.log_messages.iter();
    host.asks_about_tool() && !logged.any(|one| one.message.verdict.is_problem())
}

/// Whether a guest has or had the device.
pub(super) fn works(context: &Context<'_>) -> bool {
    let host = context.host;
    let mut known = host.words.stated_facts.named.iter();
    host.assigned_shown().is_some()
        || host.has_worked()
        || known.any(|row| row.value.when == When::Running) && !host.iommu_is_off()
}

/// Whether the text names the cause, or a change that helped, below the failure.
pub(super) fn is_explained(context: &Context<'_>) -> bool {
    let host = context.host;
    let failure = host
        .words
        .guest_failure
        .as_ref()
        .map(|failure| &failure.evidence);
    let failure = failure.or(host.words.complaint.as_ref());
    let is_below = |helped: &Evidence| {
        failure.is_none_or(|failure| failure.source == helped.source && failure.line <= helped.line)
    };
    !host.words.explanations.causes.is_empty()
        || host.words.explanations.helped.iter().any(is_below)
}
