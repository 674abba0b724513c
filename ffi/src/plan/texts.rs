//! A plan in other forms, and a plan read back.

use crate::boundary::{give, object};
use crate::document::Document;
use crate::error::{Error, failed};
use crate::plan::Plan;
use crate::status::Status;
use crate::text::array;

/// Reads a plan back from its JSON form, as `passthru plan -o` writes it. A plan is carried
/// out as root, so what is read is held to what a plan can say.
///
/// @param data    the JSON; not used after the call
/// @param length  how many bytes it has
/// @param out     where the plan is put; NULL is put there first
/// @param error   where the error is put, or NULL
/// @return `PASSTHRU_STATUS_OK`, or `PASSTHRU_STATUS_BAD_TEXT` with the line
///
/// # Safety
///
/// `data` is NULL or has `length` bytes; `out` and `error` are each NULL or point to a
/// pointer that may be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn passthru_plan_from_json(
    data: *const u8,
    length: usize,
    out: *mut *mut Plan,
    error: *mut *mut Error,
) -> Status {
    let make = || {
        // SAFETY: the caller promises that `data` has `length` bytes.
        let text = unsafe { array(data, length, "data") }?;
        Plan::new(passthru::plan::Plan::from_json(text).map_err(failed)?)
    };
    // SAFETY: the caller promises just this of `out` and `error`.
    unsafe { give(out, error, make) }
}

/// The plan as a POSIX shell script that carries it out, and takes it back. A plan in
/// whose way something stands has none.
///
/// @param plan     the plan
/// @param out      where the text is put; NULL is put there first
/// @param error    where the error is put, or NULL
/// @return `PASSTHRU_STATUS_OK`, or why there is none
///
/// # Safety
///
/// `plan` is NULL or a plan that was not freed; `out` and `error` are each NULL or point to a
/// pointer that may be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn passthru_plan_to_script(
    plan: *const Plan,
    out: *mut *mut Document,
    error: *mut *mut Error,
) -> Status {
    let make = || {
        // SAFETY: the caller promises NULL or a plan that was not freed.
        let plan = unsafe { object(plan, "plan") }?;
        Ok(Document::new(
            &passthru::plan::script(&plan.plan).map_err(failed)?,
        ))
    };
    // SAFETY: the caller promises just this of `out` and `error`.
    unsafe { give(out, error, make) }
}

/// The plan as an Ansible playbook. A plan in whose way something stands has none.
///
/// @param plan     the plan
/// @param out      where the text is put; NULL is put there first
/// @param error    where the error is put, or NULL
/// @return `PASSTHRU_STATUS_OK`, or why there is none
///
/// # Safety
///
/// `plan` is NULL or a plan that was not freed; `out` and `error` are each NULL or point to a
/// pointer that may be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn passthru_plan_to_playbook(
    plan: *const Plan,
    out: *mut *mut Document,
    error: *mut *mut Error,
) -> Status {
    let make = || {
        // SAFETY: the caller promises NULL or a plan that was not freed.
        let plan = unsafe { object(plan, "plan") }?;
        Ok(Document::new(
            &passthru::plan::playbook(&plan.plan).map_err(failed)?,
        ))
    };
    // SAFETY: the caller promises just this of `out` and `error`.
    unsafe { give(out, error, make) }
}
