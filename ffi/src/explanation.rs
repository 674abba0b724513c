//! What a code, a setting or an error text means.

use std::ffi::{CString, c_char};
use std::ptr;

use passthru::document;

use crate::boundary::{give, look, release};
use crate::error::{Error, failed, unwritten};
use crate::status::Status;
use crate::text::{to_c, word};

/// What something means, and where that is written. Free it with
/// `passthru_explanation_free()`.
///
/// Threads may share it: it does not change.
#[derive(Debug)]
pub struct Explanation {
    meaning: CString,
    source: CString,
    json: CString,
}

/// Explains a finding's code (`vfio-ids-missing-function`), a setting as it is typed
/// (`amd_iommu=on`) or an error text (`group 1 is not viable`).
///
/// @param what   the code, setting or text
/// @param out    where the explanation is put; NULL is put there first
/// @param error  where the error is put, or NULL
/// @return `PASSTHRU_STATUS_OK`, or `PASSTHRU_STATUS_NOT_KNOWN`
///
/// # Safety
///
/// `what` is NULL or ends with a NUL; `out` and `error` are each NULL or point to a pointer
/// that may be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn passthru_explain(
    what: *const c_char,
    out: *mut *mut Explanation,
    error: *mut *mut Error,
) -> Status {
    let make = || {
        // SAFETY: the caller promises that `what` is NULL or ends with a NUL.
        let found = document::explanation(unsafe { word(what, "what") }?).map_err(failed)?;
        Ok(Explanation {
            meaning: to_c(&found.meaning),
            source: to_c(&found.source),
            json: to_c(&document::to_json(&found).map_err(unwritten)?),
        })
    };
    // SAFETY: the caller promises just this of `out` and `error`.
    unsafe { give(out, error, make) }
}

/// What it means, what it costs and what to do. NULL for NULL.
///
/// # Safety
///
/// `explanation` is NULL or an explanation that was not freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn passthru_explanation_meaning(
    explanation: *const Explanation,
) -> *const c_char {
    // SAFETY: the caller promises NULL or an explanation that was not freed.
    unsafe {
        look(explanation, ptr::null(), |explanation| {
            Some(explanation.meaning.as_ptr())
        })
    }
}

/// Where that is written. NULL for NULL.
///
/// # Safety
///
/// `explanation` is NULL or an explanation that was not freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn passthru_explanation_source(
    explanation: *const Explanation,
) -> *const c_char {
    // SAFETY: the caller promises NULL or an explanation that was not freed.
    unsafe {
        look(explanation, ptr::null(), |explanation| {
            Some(explanation.source.as_ptr())
        })
    }
}

/// The explanation as `passthru explain --json` prints it. NULL for NULL.
///
/// # Safety
///
/// `explanation` is NULL or an explanation that was not freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn passthru_explanation_to_json(
    explanation: *const Explanation,
) -> *const c_char {
    // SAFETY: the caller promises NULL or an explanation that was not freed.
    unsafe {
        look(explanation, ptr::null(), |explanation| {
            Some(explanation.json.as_ptr())
        })
    }
}

/// Frees an explanation. NULL is let pass.
///
/// # Safety
///
/// `explanation` is NULL or an explanation that was not freed; it is not used afterwards.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn passthru_explanation_free(explanation: *mut Explanation) {
    // SAFETY: the caller promises NULL or an explanation that was not freed.
    unsafe { release(explanation) }
}
