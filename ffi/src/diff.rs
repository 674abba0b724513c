//! What changed between two looks at a host.

use std::ffi::{CString, c_char};
use std::ptr;

use passthru::{diff, document};

use crate::boundary::{give, look, object, release};
use crate::error::{Error, unwritten};
use crate::host::Host;
use crate::status::Status;
use crate::text::{nth, to_c};
use crate::verdict::Verdict;

/// What changed between two looks at a host, worst first. Free it with
/// `passthru_diff_free()`; it does not need its hosts.
///
/// Threads may share it: it does not change.
#[derive(Debug)]
pub struct Diff {
    differences: Vec<Difference>,
    has_fault: bool,
    json: CString,
}

/// One difference, as strings for C.
#[derive(Debug)]
struct Difference {
    kind: CString,
    verdict: Verdict,
    text: CString,
    before: Option<CString>,
    after: Option<CString>,
    devices: Vec<CString>,
}

/// Says what changed from one look at a host to another.
///
/// @param old    the older look
/// @param newer  the newer look
/// @param out    where the differences are put; NULL is put there first
/// @param error  where the error is put, or NULL
/// @return `PASSTHRU_STATUS_OK`, or why there is no answer
///
/// # Safety
///
/// `old` and `newer` are each NULL or a host that was not freed; `out` and `error` are each
/// NULL or point to a pointer that may be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn passthru_host_differences(
    old: *const Host,
    newer: *const Host,
    out: *mut *mut Diff,
    error: *mut *mut Error,
) -> Status {
    let make = || {
        // SAFETY: the caller promises NULL or a host that was not freed.
        let old = unsafe { object(old, "old") }?;
        // SAFETY: as above.
        let newer = unsafe { object(newer, "newer") }?;
        let found = diff::between(&old.facts, &newer.facts);
        let difference = |found: &diff::Difference| Difference {
            kind: to_c(found.kind),
            verdict: found.verdict.into(),
            text: to_c(&found.said),
            before: found.before.as_deref().map(to_c),
            after: found.after.as_deref().map(to_c),
            devices: found
                .devices
                .iter()
                .map(|device| to_c(&device.to_string()))
                .collect(),
        };
        Ok(Diff {
            differences: found.differences.iter().map(difference).collect(),
            has_fault: found.has_fault(),
            json: to_c(&document::to_json(&found).map_err(unwritten)?),
        })
    };
    // SAFETY: the caller promises just this of `out` and `error`.
    unsafe { give(out, error, make) }
}

/// Whether something stands in the way now that did not before. The command `passthru
/// diff` then ends with status 1.
///
/// # Safety
///
/// `diff` is NULL or a diff that was not freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn passthru_diff_has_fault(diff: *const Diff) -> bool {
    // SAFETY: the caller promises NULL or a diff that was not freed.
    unsafe { look(diff, false, |diff| Some(diff.has_fault)) }
}

/// The differences as `passthru diff --json` prints them. NULL for NULL.
///
/// # Safety
///
/// `diff` is NULL or a diff that was not freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn passthru_diff_to_json(diff: *const Diff) -> *const c_char {
    // SAFETY: the caller promises NULL or a diff that was not freed.
    unsafe { look(diff, ptr::null(), |diff| Some(diff.json.as_ptr())) }
}

/// How many differences there are; 0 for NULL.
///
/// # Safety
///
/// `diff` is NULL or a diff that was not freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn passthru_diff_count(diff: *const Diff) -> usize {
    // SAFETY: the caller promises NULL or a diff that was not freed.
    unsafe { look(diff, 0, |diff| Some(diff.differences.len())) }
}

/// What a difference is about, a stable word: `device-moved`, `driver`, `iommu-group`.
/// NULL where there is none.
///
/// # Safety
///
/// `diff` is NULL or a diff that was not freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn passthru_diff_kind(diff: *const Diff, index: usize) -> *const c_char {
    // SAFETY: the caller promises NULL or a diff that was not freed.
    unsafe {
        look(diff, ptr::null(), |diff| {
            Some(diff.differences.get(index)?.kind.as_ptr())
        })
    }
}

/// What it means for passthrough; `PASSTHRU_VERDICT_NONE` where there is none.
///
/// # Safety
///
/// `diff` is NULL or a diff that was not freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn passthru_diff_verdict(diff: *const Diff, index: usize) -> Verdict {
    // SAFETY: the caller promises NULL or a diff that was not freed.
    unsafe {
        look(diff, Verdict::None, |diff| {
            Some(diff.differences.get(index)?.verdict)
        })
    }
}

/// The difference in one sentence; NULL where there is none.
///
/// # Safety
///
/// `diff` is NULL or a diff that was not freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn passthru_diff_text(diff: *const Diff, index: usize) -> *const c_char {
    // SAFETY: the caller promises NULL or a diff that was not freed.
    unsafe {
        look(diff, ptr::null(), |diff| {
            Some(diff.differences.get(index)?.text.as_ptr())
        })
    }
}

/// How it was; NULL for what was not there.
///
/// # Safety
///
/// `diff` is NULL or a diff that was not freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn passthru_diff_before(diff: *const Diff, index: usize) -> *const c_char {
    // SAFETY: the caller promises NULL or a diff that was not freed.
    unsafe {
        look(diff, ptr::null(), |diff| {
            diff.differences
                .get(index)?
                .before
                .as_ref()
                .map(|text| text.as_ptr())
        })
    }
}

/// How it is; NULL for what is gone.
///
/// # Safety
///
/// `diff` is NULL or a diff that was not freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn passthru_diff_after(diff: *const Diff, index: usize) -> *const c_char {
    // SAFETY: the caller promises NULL or a diff that was not freed.
    unsafe {
        look(diff, ptr::null(), |diff| {
            diff.differences
                .get(index)?
                .after
                .as_ref()
                .map(|text| text.as_ptr())
        })
    }
}

/// One of the functions that it is about, as it is addressed in the older look; NULL
/// where there is none.
///
/// # Safety
///
/// `diff` is NULL or a diff that was not freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn passthru_diff_device(
    diff: *const Diff,
    index: usize,
    device: usize,
) -> *const c_char {
    // SAFETY: the caller promises NULL or a diff that was not freed.
    unsafe {
        look(diff, ptr::null(), |diff| {
            nth(&diff.differences.get(index)?.devices, device)
        })
    }
}

/// Frees differences. NULL is let pass.
///
/// # Safety
///
/// `diff` is NULL or a diff that was not freed; it is not used afterwards.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn passthru_diff_free(diff: *mut Diff) {
    // SAFETY: the caller promises NULL or a diff that was not freed.
    unsafe { release(diff) }
}
