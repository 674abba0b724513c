//! Whether a plan worked.

use std::ffi::{CString, c_char};
use std::ptr;

use passthru::{document, verify};

use crate::boundary::{give, look, object, release};
use crate::error::{Error, failed, unwritten};
use crate::host::Host;
use crate::plan::Plan;
use crate::status::Status;
use crate::text::{nth, to_c};
use crate::verdict::Verdict;

/// The checks of a plan, answered: of each function whether vfio-pci has it, then the
/// others. Free it with `passthru_verification_free()`; it needs neither host nor plan.
///
/// Threads may share it: it does not change.
#[derive(Debug)]
pub struct Verification {
    is_verified: bool,
    transaction: u32,
    answers: Vec<Answer>,
    json: CString,
}

/// One check, answered, as strings for C.
#[derive(Debug)]
struct Answer {
    verdict: Verdict,
    text: CString,
    reasons: Vec<CString>,
}

/// Answers the checks of a plan on a host that was read after the reboot.
///
/// @param host   the host
/// @param plan   the plan; NULL for the newest one that was applied to the host
/// @param out    where the answers are put; NULL is put there first
/// @param error  where the error is put, or NULL
/// @return `PASSTHRU_STATUS_OK` whatever the answers are, or why there are none
///
/// # Safety
///
/// `host` is NULL or a host that was not freed; `plan` is NULL or a plan that was not freed;
/// `out` and `error` are each NULL or point to a pointer that may be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn passthru_host_verify(
    host: *const Host,
    plan: *const Plan,
    out: *mut *mut Verification,
    error: *mut *mut Error,
) -> Status {
    let make = || {
        // SAFETY: the caller promises NULL or a host that was not freed.
        let host = unsafe { object(host, "host") }?;
        let plan = if plan.is_null() {
            None
        } else {
            // SAFETY: the caller promises NULL or a plan that was not freed.
            Some(unsafe { object(plan, "plan") }?)
        };
        let plan = plan.map(|plan| &plan.plan);
        let found = verify::newest(host.tree.as_ref(), plan).map_err(failed)?;
        let answer = |answer: &verify::Answer| Answer {
            verdict: answer.verdict.into(),
            text: to_c(&answer.said),
            reasons: answer
                .because
                .iter()
                .map(|reason| to_c(&reason.text))
                .collect(),
        };
        Ok(Verification {
            is_verified: found.is_verified(),
            transaction: found.transaction.unwrap_or(0),
            answers: found
                .devices
                .iter()
                .chain(&found.checks)
                .map(answer)
                .collect(),
            json: to_c(&document::to_json(&found).map_err(unwritten)?),
        })
    };
    // SAFETY: the caller promises just this of `out` and `error`.
    unsafe { give(out, error, make) }
}

/// Whether every function of the plan is shown to be on vfio-pci, and no check to fail.
/// The command `passthru verify` ends with status 1 where not.
///
/// # Safety
///
/// `verification` is NULL or a verification that was not freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn passthru_verification_is_verified(
    verification: *const Verification,
) -> bool {
    // SAFETY: the caller promises NULL or a verification that was not freed.
    unsafe {
        look(verification, false, |verification| {
            Some(verification.is_verified)
        })
    }
}

/// The number of the transaction that the plan is of; 0 where it is of none.
///
/// # Safety
///
/// `verification` is NULL or a verification that was not freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn passthru_verification_transaction(
    verification: *const Verification,
) -> u32 {
    // SAFETY: the caller promises NULL or a verification that was not freed.
    unsafe {
        look(verification, 0, |verification| {
            Some(verification.transaction)
        })
    }
}

/// The answers as `passthru verify --json` prints them. NULL for NULL.
///
/// # Safety
///
/// `verification` is NULL or a verification that was not freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn passthru_verification_to_json(
    verification: *const Verification,
) -> *const c_char {
    // SAFETY: the caller promises NULL or a verification that was not freed.
    unsafe {
        look(verification, ptr::null(), |verification| {
            Some(verification.json.as_ptr())
        })
    }
}

/// How many checks were answered; 0 for NULL.
///
/// # Safety
///
/// `verification` is NULL or a verification that was not freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn passthru_verification_answer_count(
    verification: *const Verification,
) -> usize {
    // SAFETY: the caller promises NULL or a verification that was not freed.
    unsafe {
        look(verification, 0, |verification| {
            Some(verification.answers.len())
        })
    }
}

/// `PASSTHRU_VERDICT_OK`, `PASSTHRU_VERDICT_BLOCKER` where the check does not hold, or
/// `PASSTHRU_VERDICT_UNKNOWN`; `PASSTHRU_VERDICT_NONE` where there is no such answer.
///
/// # Safety
///
/// `verification` is NULL or a verification that was not freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn passthru_verification_answer_verdict(
    verification: *const Verification,
    index: usize,
) -> Verdict {
    // SAFETY: the caller promises NULL or a verification that was not freed.
    unsafe {
        look(verification, Verdict::None, |verification| {
            Some(verification.answers.get(index)?.verdict)
        })
    }
}

/// What is so, in one sentence; NULL where there is no such answer.
///
/// # Safety
///
/// `verification` is NULL or a verification that was not freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn passthru_verification_answer_text(
    verification: *const Verification,
    index: usize,
) -> *const c_char {
    // SAFETY: the caller promises NULL or a verification that was not freed.
    unsafe {
        look(verification, ptr::null(), |verification| {
            Some(verification.answers.get(index)?.text.as_ptr())
        })
    }
}

/// One of the reasons why a check does not hold; NULL where there is none.
///
/// # Safety
///
/// `verification` is NULL or a verification that was not freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn passthru_verification_answer_reason(
    verification: *const Verification,
    index: usize,
    reason: usize,
) -> *const c_char {
    // SAFETY: the caller promises NULL or a verification that was not freed.
    unsafe {
        look(verification, ptr::null(), |verification| {
            nth(&verification.answers.get(index)?.reasons, reason)
        })
    }
}

/// Frees a verification. NULL is let pass.
///
/// # Safety
///
/// `verification` is NULL or a verification that was not freed; it is not used afterwards.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn passthru_verification_free(verification: *mut Verification) {
    // SAFETY: the caller promises NULL or a verification that was not freed.
    unsafe { release(verification) }
}
