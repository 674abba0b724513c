//! A plan: read back, and in its forms. What it says is its document.

use std::ptr;

use passthru::plan::{self, patch};

use crate::boundary::{give, look, object, release};
use crate::document::Document;
use crate::error::{Error, failed};
use crate::status::Status;
use crate::text::array;

/// What is to be done to give functions to a guest, or back to the host: edits, then
/// commands, then a reboot where one is needed. Free it with `passthru_plan_free()`; it does
/// not need its host.
///
/// Threads may share it: it does not change.
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

/// The plan as `passthru plan --json` prints it: its edits, commands, checks, the blockers
/// and the assumptions that `passthru_apply_options_accept()` has to name. It lives as long
/// as the plan and is not freed. NULL for NULL.
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
        Plan::new(plan::Plan::from_json(text).map_err(failed)?)
    };
    // SAFETY: the caller promises just this of `out` and `error`.
    unsafe { give(out, error, make) }
}

/// The plan's edits as a unified diff that `patch -p1` and `git apply` read, also while the
/// plan has blockers or assumptions: look at its document first.
///
/// @param plan   the plan
/// @param out    where the text is put; NULL is put there first
/// @param error  where the error is put, or NULL
/// @return `PASSTHRU_STATUS_OK`, or why there is none
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

/// The plan as a POSIX shell script that carries it out, and takes it back. A plan in
/// whose way something stands has none.
///
/// @param plan   the plan
/// @param out    where the text is put; NULL is put there first
/// @param error  where the error is put, or NULL
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
        Ok(Document::text(&plan::script(&plan.plan).map_err(failed)?))
    };
    // SAFETY: the caller promises just this of `out` and `error`.
    unsafe { give(out, error, make) }
}

/// The plan as an Ansible playbook. A plan in whose way something stands has none.
///
/// @param plan   the plan
/// @param out    where the text is put; NULL is put there first
/// @param error  where the error is put, or NULL
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
        Ok(Document::text(&plan::playbook(&plan.plan).map_err(failed)?))
    };
    // SAFETY: the caller promises just this of `out` and `error`.
    unsafe { give(out, error, make) }
}

/// Frees a plan. NULL is let pass.
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
