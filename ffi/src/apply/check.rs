//! What speaks against carrying a plan out.

use std::ffi::{CString, c_char};
use std::ptr;

use passthru::apply::{self, Checked};
use passthru::document;

use super::options::ApplyOptions;
use crate::boundary::{give, look, object, release};
use crate::error::{Error, failed, unwritten};
use crate::plan::Plan;
use crate::status::Status;
use crate::text::{nth, to_c};

/// What speaks against carrying a plan out. Free it with `passthru_check_free()`.
///
/// Threads may share it: it does not change.
#[derive(Debug)]
pub struct ApplyCheck {
    refusals: Vec<CString>,
    json: CString,
}

/// Says what speaks against carrying a plan out. Nothing is written.
///
/// @param plan     the plan
/// @param options  the root, and what is taken upon the caller
/// @param out      where the answer is put; NULL is put there first
/// @param error    where the error is put, or NULL
/// @return `PASSTHRU_STATUS_OK` whatever speaks against it, or why it cannot be said
///
/// # Safety
///
/// `plan` is NULL or a plan that was not freed; `options` is NULL or options that were not
/// freed; `out` and `error` are each NULL or point to a pointer that may be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn passthru_plan_check(
    plan: *const Plan,
    options: *const ApplyOptions,
    out: *mut *mut ApplyCheck,
    error: *mut *mut Error,
) -> Status {
    let make = || {
        // SAFETY: the caller promises NULL or a plan that was not freed.
        let plan = unsafe { object(plan, "plan") }?;
        // SAFETY: the caller promises NULL or options that were not freed.
        let wanted = unsafe { object(options, "options") }?.wanted();
        let refusals = apply::check(
            wanted.root()?,
            &plan.plan,
            &wanted.accept,
            wanted.commands(),
        );
        let refusals = refusals.map_err(failed)?;
        let json = document::to_json(&Checked::of(&refusals)).map_err(unwritten)?;
        Ok(ApplyCheck {
            refusals: refusals.iter().map(|one| to_c(&one.to_string())).collect(),
            json: to_c(&json),
        })
    };
    // SAFETY: the caller promises just this of `out` and `error`.
    unsafe { give(out, error, make) }
}

/// How many things speak against it: 0 where the plan can be carried out, and for NULL.
///
/// # Safety
///
/// `check` is NULL or a check that was not freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn passthru_check_refusal_count(check: *const ApplyCheck) -> usize {
    // SAFETY: the caller promises NULL or a check that was not freed.
    unsafe { look(check, 0, |check| Some(check.refusals.len())) }
}

/// One of them in one sentence; NULL where there is none.
///
/// # Safety
///
/// `check` is NULL or a check that was not freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn passthru_check_refusal(
    check: *const ApplyCheck,
    index: usize,
) -> *const c_char {
    // SAFETY: the caller promises NULL or a check that was not freed.
    unsafe { look(check, ptr::null(), |check| nth(&check.refusals, index)) }
}

/// All of them as `passthru apply --dry-run --json` prints them. NULL for NULL.
///
/// # Safety
///
/// `check` is NULL or a check that was not freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn passthru_check_to_json(check: *const ApplyCheck) -> *const c_char {
    // SAFETY: the caller promises NULL or a check that was not freed.
    unsafe { look(check, ptr::null(), |check| Some(check.json.as_ptr())) }
}

/// Frees a check. NULL is let pass.
///
/// # Safety
///
/// `check` is NULL or a check that was not freed; it is not used afterwards.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn passthru_check_free(check: *mut ApplyCheck) {
    // SAFETY: the caller promises NULL or a check that was not freed.
    unsafe { release(check) }
}
