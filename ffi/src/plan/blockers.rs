//! What stands in a plan's way and no edit mends.

use std::ffi::{CString, c_char};
use std::ptr;

use passthru::plan;

use super::summary::Plan;
use crate::boundary::look;
use crate::text::to_c;

/// Something that stands in the plan's way.
#[derive(Debug)]
pub(super) struct Blocker {
    code: CString,
    accept: CString,
    title: CString,
    remedy: Option<CString>,
}

impl Blocker {
    pub(super) fn new(blocker: &plan::Blocker) -> Self {
        Self {
            code: to_c(&blocker.code),
            accept: to_c(&blocker.accept),
            title: to_c(&blocker.title),
            remedy: blocker.remedy.as_deref().map(to_c),
        }
    }
}

/// How many things stand in the plan's way and are not mended by its edits; 0 for
/// NULL. The plan cannot work before they are gone.
///
/// # Safety
///
/// `plan` is NULL or a plan that was not freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn passthru_plan_blocker_count(plan: *const Plan) -> usize {
    // SAFETY: the caller promises NULL or a plan that was not freed.
    unsafe { look(plan, 0, |plan| Some(plan.blockers.len())) }
}

/// The finding's code; NULL where there is no such blocker.
///
/// # Safety
///
/// `plan` is NULL or a plan that was not freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn passthru_plan_blocker_code(
    plan: *const Plan,
    blocker: usize,
) -> *const c_char {
    // SAFETY: the caller promises NULL or a plan that was not freed.
    unsafe {
        look(plan, ptr::null(), |plan| {
            Some(plan.blockers.get(blocker)?.code.as_ptr())
        })
    }
}

/// What is so; NULL where there is no such blocker.
///
/// # Safety
///
/// `plan` is NULL or a plan that was not freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn passthru_plan_blocker_title(
    plan: *const Plan,
    blocker: usize,
) -> *const c_char {
    // SAFETY: the caller promises NULL or a plan that was not freed.
    unsafe {
        look(plan, ptr::null(), |plan| {
            Some(plan.blockers.get(blocker)?.title.as_ptr())
        })
    }
}

/// What to do about it; NULL where there is no such blocker, or nothing is known.
///
/// # Safety
///
/// `plan` is NULL or a plan that was not freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn passthru_plan_blocker_remedy(
    plan: *const Plan,
    blocker: usize,
) -> *const c_char {
    // SAFETY: the caller promises NULL or a plan that was not freed.
    unsafe {
        look(plan, ptr::null(), |plan| {
            let remedy = plan.blockers.get(blocker)?.remedy.as_ref();
            remedy.map(|text| text.as_ptr())
        })
    }
}

/// The word by which a person takes it upon themselves, for
/// `passthru_apply_options_accept()`: `display`, `disk`, `network` or `process` for what
/// the host would lose, else the code. NULL where there is no such blocker.
///
/// # Safety
///
/// `plan` is NULL or a plan that was not freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn passthru_plan_blocker_accept(
    plan: *const Plan,
    blocker: usize,
) -> *const c_char {
    // SAFETY: the caller promises NULL or a plan that was not freed.
    unsafe {
        look(plan, ptr::null(), |plan| {
            Some(plan.blockers.get(blocker)?.accept.as_ptr())
        })
    }
}
