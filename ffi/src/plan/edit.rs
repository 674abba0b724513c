//! A plan's changes of files.

use std::ffi::{CString, c_char};
use std::ptr;

use super::summary::Plan;
use crate::boundary::look;
use crate::text::{ExactText, all_to_c, nth, to_c};

/// One file as it is and as it should be.
#[derive(Debug)]
pub(super) struct Edit {
    path: CString,
    before: Option<ExactText>,
    after: ExactText,
    mode: u32,
    reasons: Vec<CString>,
}

impl Edit {
    pub(super) fn new(edit: &hvconf::Edit) -> Self {
        Self {
            path: to_c(&edit.path),
            before: edit.before.as_deref().map(ExactText::new),
            after: ExactText::new(&edit.after),
            mode: edit.mode.unwrap_or(0),
            reasons: all_to_c(&edit.why),
        }
    }
}

/// One of an edit's texts. Its length is put where the caller wants it, and 0 where
/// there is no text.
///
/// # Safety
///
/// `plan` is NULL or a plan that was not freed; `length` is NULL or may be written.
unsafe fn text(
    plan: *const Plan,
    edit: usize,
    length: *mut usize,
    choose: impl FnOnce(&Edit) -> Option<&ExactText>,
) -> *const c_char {
    let find = |plan: &Plan| {
        let text = choose(plan.edits.get(edit)?)?;
        Some((text.start(), text.length()))
    };
    // SAFETY: the caller promises NULL or a plan that was not freed.
    let (start, bytes) = unsafe { look(plan, (ptr::null(), 0), find) };
    if !length.is_null() {
        // SAFETY: not NULL, and the caller promises that it may then be written.
        unsafe { length.write(bytes) };
    }
    start
}

/// The file's text now, byte for byte and with a NUL after its end; NULL when there
/// is no such file yet, or no such edit.
///
/// @param length  where the text's length in bytes is put, or NULL
///
/// # Safety
///
/// `plan` is NULL or a plan that was not freed; `length` is NULL or may be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn passthru_plan_edit_before(
    plan: *const Plan,
    edit: usize,
    length: *mut usize,
) -> *const c_char {
    // SAFETY: the caller promises just this.
    unsafe { text(plan, edit, length, |edit| edit.before.as_ref()) }
}

/// The file's text afterwards, byte for byte and with a NUL after its end; NULL
/// where there is no such edit.
///
/// @param length  where the text's length in bytes is put, or NULL
///
/// # Safety
///
/// `plan` is NULL or a plan that was not freed; `length` is NULL or may be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn passthru_plan_edit_after(
    plan: *const Plan,
    edit: usize,
    length: *mut usize,
) -> *const c_char {
    // SAFETY: the caller promises just this.
    unsafe { text(plan, edit, length, |edit| Some(&edit.after)) }
}

/// How many files are changed; 0 for NULL. They are changed in this order.
///
/// # Safety
///
/// `plan` is NULL or a plan that was not freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn passthru_plan_edit_count(plan: *const Plan) -> usize {
    // SAFETY: the caller promises NULL or a plan that was not freed.
    unsafe { look(plan, 0, |plan| Some(plan.edits.len())) }
}

/// The path of a file that is changed; NULL where there is no such edit.
///
/// # Safety
///
/// `plan` is NULL or a plan that was not freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn passthru_plan_edit_path(plan: *const Plan, edit: usize) -> *const c_char {
    // SAFETY: the caller promises NULL or a plan that was not freed.
    unsafe {
        look(plan, ptr::null(), |plan| {
            Some(plan.edits.get(edit)?.path.as_ptr())
        })
    }
}

/// The permission bits that the file must have; 0 to keep those it has.
///
/// # Safety
///
/// `plan` is NULL or a plan that was not freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn passthru_plan_edit_mode(plan: *const Plan, edit: usize) -> u32 {
    // SAFETY: the caller promises NULL or a plan that was not freed.
    unsafe { look(plan, 0, |plan| Some(plan.edits.get(edit)?.mode)) }
}

/// How many reasons there are for the edit.
///
/// # Safety
///
/// `plan` is NULL or a plan that was not freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn passthru_plan_edit_reason_count(plan: *const Plan, edit: usize) -> usize {
    // SAFETY: the caller promises NULL or a plan that was not freed.
    unsafe { look(plan, 0, |plan| Some(plan.edits.get(edit)?.reasons.len())) }
}

/// One of the reasons; NULL where there is none.
///
/// # Safety
///
/// `plan` is NULL or a plan that was not freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn passthru_plan_edit_reason(
    plan: *const Plan,
    edit: usize,
    reason: usize,
) -> *const c_char {
    // SAFETY: the caller promises NULL or a plan that was not freed.
    unsafe {
        look(plan, ptr::null(), |plan| {
            nth(&plan.edits.get(edit)?.reasons, reason)
        })
    }
}
