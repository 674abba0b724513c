//! Where Rust ends and C begins: what every function does first and last.

use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::ptr;

use crate::error::Error;
use crate::status::Status;
use crate::text::null;

/// Makes an object for C: both out-params are nulled first, a panic becomes
/// `PASSTHRU_STATUS_INTERNAL`, and the error is given where the caller wants it. The header
/// says of all objects that any thread may use them.
///
/// # Safety
///
/// `out` and `error` are each NULL or point to a pointer that may be written.
pub(crate) unsafe fn give<T: Send + Sync>(
    out: *mut *mut T,
    error: *mut *mut Error,
    make: impl FnOnce() -> Result<T, Error>,
) -> Status {
    if !out.is_null() {
        // SAFETY: not NULL, and the caller promises that it may then be written.
        unsafe { out.write(ptr::null_mut()) };
    }
    // SAFETY: the caller promises just this of `error`.
    let made = unsafe { caught(out.is_null(), error, make) };
    match made {
        Ok(object) => {
            // SAFETY: an object is made only where `out` is not NULL, and the caller
            // promises that it may then be written.
            unsafe { out.write(Box::into_raw(Box::new(object))) };
            Status::Ok
        }
        Err(status) => status,
    }
}

/// Fills a plain value of C: it is zeroed first, and as in [`give`] a panic becomes a
/// status and the error is given where the caller wants it.
///
/// # Safety
///
/// `out` is NULL or may be written; `error` is NULL or points to a pointer that may be
/// written.
pub(crate) unsafe fn fill<T: Default>(
    out: *mut T,
    error: *mut *mut Error,
    make: impl FnOnce() -> Result<T, Error>,
) -> Status {
    if !out.is_null() {
        // SAFETY: not NULL, and the caller promises that it may then be written.
        unsafe { out.write(T::default()) };
    }
    // SAFETY: the caller promises just this of `error`.
    let made = unsafe { caught(out.is_null(), error, make) };
    match made {
        Ok(value) => {
            // SAFETY: a value is made only where `out` is not NULL, and the caller promises
            // that it may then be written.
            unsafe { out.write(value) };
            Status::Ok
        }
        Err(status) => status,
    }
}

/// Calls `make` if there is a place for its value; catches panics, and stores an error where the
/// caller wants it.
///
/// # Safety
///
/// `error` is NULL or points to a pointer that may be written.
unsafe fn caught<T>(
    has_no_place: bool,
    error: *mut *mut Error,
    make: impl FnOnce() -> Result<T, Error>,
) -> Result<T, Status> {
    if !error.is_null() {
        // SAFETY: not NULL, and the caller promises that it may then be written.
        unsafe { error.write(ptr::null_mut()) };
    }
    let made = if has_no_place {
        Err(null("out"))
    } else {
        // Nothing outlives a panic but what an object caches, and a `OnceLock` is either set
        // as a whole or not at all.
        catch_unwind(AssertUnwindSafe(make)).unwrap_or_else(|panic| Err(internal(panic.as_ref())))
    };
    made.map_err(|why| {
        let status = why.status;
        if !error.is_null() {
            // SAFETY: not NULL, and the caller promises that it may then be written.
            unsafe { error.write(Box::into_raw(Box::new(why))) };
        }
        status
    })
}

/// Looks something up in an object: `nothing` for NULL, for what is not there, and
/// after a panic.
///
/// # Safety
///
/// `object` is NULL or an object of this library that lives.
pub(crate) unsafe fn look<T, R>(
    object: *const T,
    nothing: R,
    look: impl FnOnce(&T) -> Option<R>,
) -> R {
    // SAFETY: the caller promises NULL or a living object.
    let Some(object) = (unsafe { object.as_ref() }) else {
        return nothing;
    };
    // As in `caught`.
    catch_unwind(AssertUnwindSafe(|| look(object)))
        .ok()
        .flatten()
        .unwrap_or(nothing)
}

/// Puts a value where C wants it; says whether there is one.
///
/// # Safety
///
/// `out` is NULL or may be written.
pub(crate) unsafe fn put<T>(value: Option<T>, out: *mut T) -> bool {
    let Some(value) = value else { return false };
    if !out.is_null() {
        // SAFETY: not NULL, and the caller promises that it may then be written.
        unsafe { out.write(value) };
    }
    true
}

/// An object that must be there; `name` is the argument's name.
///
/// # Safety
///
/// `object` is NULL or an object of this library that lives while `'a` lasts.
pub(crate) unsafe fn object<'a, T>(object: *const T, name: &str) -> Result<&'a T, Error> {
    // SAFETY: the caller promises NULL or a living object.
    unsafe { object.as_ref() }.ok_or_else(|| null(name))
}

/// An object that may be missing.
///
/// # Safety
///
/// As for [`object`].
pub(crate) unsafe fn optional<'a, T>(object: *const T) -> Option<&'a T> {
    // SAFETY: the caller promises NULL or a living object.
    unsafe { object.as_ref() }
}

/// Frees an object; NULL is a no-op.
///
/// # Safety
///
/// `object` is NULL or an object from [`give`] that was not freed and is not in use.
pub(crate) unsafe fn release<T>(object: *mut T) {
    if object.is_null() {
        return;
    }
    // SAFETY: the caller promises that `give` made it by `Box::into_raw`, and that it was not
    // freed.
    let object = unsafe { Box::from_raw(object) };
    // A destructor that panics must not end the program; there is no caller to report to.
    let _ = catch_unwind(AssertUnwindSafe(|| drop(object)));
}

fn internal(panic: &(dyn Any + Send)) -> Error {
    let sentence = panic.downcast_ref::<&str>().copied();
    let sentence = sentence.or_else(|| panic.downcast_ref::<String>().map(String::as_str));
    let message = format!(
        "a fault in libpassthru: {}",
        sentence.unwrap_or("a panic without words")
    );
    Error::new(Status::Internal, &message)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::Document;

    #[test]
    fn a_panic_becomes_a_status_with_its_words() {
        let mut out: *mut Document = ptr::dangling_mut();
        let mut error = ptr::null_mut();
        let make = || std::panic::resume_unwind(Box::new("lost".to_owned()));
        // SAFETY: both point to local variables.
        let status = unsafe { give(&raw mut out, &raw mut error, make) };
        assert_eq!(status, Status::Internal);
        assert!(out.is_null());
        // SAFETY: `give` has just made it.
        let error = unsafe { Box::from_raw(error) };
        assert_eq!(error.message(), "a fault in libpassthru: lost");
    }

    #[test]
    fn a_panic_in_an_accessor_finds_nothing() {
        let silent = |_: &Document| -> Option<u32> { std::panic::resume_unwind(Box::new(())) };
        let document = Document::text("text");
        // SAFETY: it lives.
        assert_eq!(unsafe { look(&raw const document, 3, silent) }, 3);
    }
}
