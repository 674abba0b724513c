//! Messages about a reset that a function did not get: harmless, unless the guest fails and no other
//! message explains the failure.

use crate::host::{GuestFailure, Host, Symptom};
use crate::remedy::Remedy;
use crate::text::text;

/// Messages after which a guest starts with the function as its last user left it.
const MESSAGES: [&str; 5] = [
    "no-reset-for-function",
    "proxmox-reset-failed-continues",
    "reset-not-offered",
    "xen-no-reset-for-function",
    "xen-reset-not-offered",
];

/// Whether a message of this code is one of a missing reset, in a text about a guest that fails.
pub(super) fn may_be_cause(host: &Host, code: &str) -> bool {
    MESSAGES.contains(&code) && fails(host)
}

/// Whether the text reports a failure that a device in an unknown state can have.
fn fails(host: &Host) -> bool {
    let failure = host.words.guest_failure.as_ref();
    let is_failing = failure.is_some_and(|failure| {
        matches!(
            failure.value,
            GuestFailure::NotStarted | GuestFailure::Crashes | GuestFailure::Hangs
        )
    });
    let mut symptoms = host.words.symptoms.iter();
    is_failing
        || symptoms
            .any(|symptom| matches!(symptom.value, Symptom::OncePerBoot | Symptom::NoPicture))
}

/// The test that shows whether the reset is the cause.
pub(super) fn test() -> Remedy {
    Remedy::Manual {
        step: "start-after-power-cycle",
        text: text!(
            "power the host off and on again, and start the guest twice: if only the second start \
             fails, the missing reset is the cause"
        ),
    }
}
