//! A plan: read back, and in its forms. What it says is its document.

use std::ptr;

use passthru::plan::{self, patch};

use crate::boundary::{give, look, object, release};
use crate::document::Document;
use crate::error::{Error, failed};
use crate::status::Status;
use crate::text::array;

/// A plan to assign functions to a guest, or to release them: edits, commands, and a reboot
/// where needed. Free it with `passthru_plan_free()`; it does not depend on its host.
///
/// Immutable; threads may share it.
#[derive(Debug)]
pub struct Plan {
    pub(crate) plan: plan::Plan,
    document: Document,
}

impl Plan {
    pub(crate) fn new(plan: plan::Plan) -> Result<Self, Error> {
        let document = Document::of(&plan)?.with_problem(!plan.blockers.is_empty());
        Ok(Self { plan, document })
    }
}

/// Returns the plan as `passthru plan --json` prints it: edits, commands, checks, and the
/// blockers and assumptions for `passthru_apply_options_accept()`. Valid as long as the plan;
/// do not free it. NULL for NULL.
///
/// # Safety
///
/// `plan` is NULL or a plan that was not freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn passthru_plan_document(plan: *const Plan) -> *const Document {
    // SAFETY: the caller promises NULL or a plan that was not freed.
    unsafe {
        look(plan, ptr::null(), |plan| {
            Some(ptr::from_ref(&plan.document))
        })
    }
}

/// Reads a plan from its JSON form, as `passthru plan -o` writes it. Since plans are applied as
/// root, the plan is validated.
///
/// @param data    the JSON; not used after the call
/// @param length  its length in bytes
/// @param out     receives the plan; set to NULL first
/// @param error   receives the error; may be NULL
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
        Plan::new(plan::Plan::from_json(text).map_err(failed)?)
    };
    // SAFETY: the caller promises just this of `out` and `error`.
    unsafe { give(out, error, make) }
}

/// Returns the edits as a unified diff for `patch -p1` and `git apply`, also while the plan has
/// blockers or assumptions: check its document first.
///
/// @param plan   the plan
/// @param out    receives the text; set to NULL first
/// @param error  receives the error; may be NULL
/// @return `PASSTHRU_STATUS_OK`, or the status of the failure
///
/// # Safety
///
/// `plan` is NULL or a plan that was not freed; `out` and `error` are each NULL or point to a
/// pointer that may be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn passthru_plan_to_patch(
    plan: *const Plan,
    out: *mut *mut Document,
    error: *mut *mut Error,
) -> Status {
    let make = || {
        // SAFETY: the caller promises NULL or a plan that was not freed.
        let plan = unsafe { object(plan, "plan") }?;
        Ok(Document::text(&patch::of_all(&plan.plan.edits)))
    };
    // SAFETY: the caller promises just this of `out` and `error`.
    unsafe { give(out, error, make) }
}

/// Returns the plan as a POSIX shell script that applies and undoes it. Fails if the plan has
/// blockers.
///
/// @param plan   the plan
/// @param out    receives the text; set to NULL first
/// @param error  receives the error; may be NULL
/// @return `PASSTHRU_STATUS_OK`, or the status of the failure
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
        Ok(Document::text(&plan::script(&plan.plan).map_err(failed)?))
    };
    // SAFETY: the caller promises just this of `out` and `error`.
    unsafe { give(out, error, make) }
}

/// Returns the plan as an Ansible playbook. Fails if the plan has blockers.
///
/// @param plan   the plan
/// @param out    receives the text; set to NULL first
/// @param error  receives the error; may be NULL
/// @return `PASSTHRU_STATUS_OK`, or the status of the failure
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
        Ok(Document::text(&plan::playbook(&plan.plan).map_err(failed)?))
    };
    // SAFETY: the caller promises just this of `out` and `error`.
    unsafe { give(out, error, make) }
}

/// Frees a plan. NULL is a no-op.
///
/// # Safety
///
/// `plan` is NULL or a plan that was not freed; neither it nor its document is used
/// afterwards.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn passthru_plan_free(plan: *mut Plan) {
    // SAFETY: the caller promises NULL or a plan that was not freed.
    unsafe { release(plan) }
}
