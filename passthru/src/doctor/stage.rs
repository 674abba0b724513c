//! The stage of an assignment at which the text's failure is: what is after it was not reached, and says
//! nothing about the cause.

use super::answered::fails_before_guest;
use super::rule::Context;
use crate::host::{GuestFailure, Situation, Symptom};
use crate::known_facts::Stage;

/// The stage that fails; none where the text leaves the stage open.
pub(super) fn failing(context: &Context<'_>) -> Option<Stage> {
    let host = context.host;
    let is = |situation| host.situation(situation).is_some();
    let failure = host.words.guest_failure.as_ref().map(|found| found.value);
    // A question for the way to assign a device leaves open whether the guest has it.
    let asks = host.words.statements.asks.is_some();
    let has = |symptom: Symptom| {
        let mut symptoms = host.words.symptoms.iter();
        symptoms.any(|found| found.value == symptom)
    };
    let is_inside = !asks && failure.is_some_and(GuestFailure::is_inside)
        || host.words.statements.no_traffic.is_some()
        || host.words.code_43_statement.is_some()
        || has(Symptom::Code12);
    if is(Situation::NotCreated) {
        Some(Stage::Created)
    } else if is(Situation::Unbound) {
        Some(Stage::Bound)
    } else if fails_before_guest(context) {
        Some(Stage::Started)
    } else if has(Symptom::HostDisplayNotBack) || has(Symptom::HostFailsAtStop) {
        Some(Stage::Returned)
    } else if is_inside {
        Some(Stage::Guest)
    } else if has(Symptom::NoPicture) {
        Some(Stage::Picture)
    } else {
        None
    }
}
