//! Where Rust ends and C begins: what every function does first and last.

use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::ptr;

use crate::error::Error;
use crate::object::{Object, Tagged};
use crate::status::Status;
use crate::text::null;

/// Makes an object for C: both out-params are nulled first, a panic becomes
/// `PASSTHRU_STATUS_INTERNAL`, and the error is given where the caller wants it.
///
/// # Safety
///
/// `out` and `error` are each NULL or point to a pointer that may be written.
pub(crate) unsafe fn give<T: Object>(
    out: *mut *mut T,
    error: *mut *mut Error,
    make: impl FnOnce() -> Result<T, Error>,
) -> Status {
    if !error.is_null() {
        // SAFETY: not NULL, and the caller promises that it may then be written.
        unsafe { error.write(ptr::null_mut()) };
    }
    let made = if out.is_null() {
        Err(Error::new(
            Status::BadArgument,
            "out: expected a place for the object, found NULL",
        ))
    } else {
        // SAFETY: not NULL, and the caller promises that it may then be written.
        unsafe { out.write(ptr::null_mut()) };
        // Nothing outlives a panic but what a handle caches, and a `OnceLock` is
        // either set as a whole or not at all.
        catch_unwind(AssertUnwindSafe(make)).unwrap_or_else(|panic| Err(internal(panic.as_ref())))
    };
    match made {
        Ok(object) => {
            // SAFETY: an object is made only where `out` is not NULL, and the
            // caller promises that it may then be written.
            unsafe { out.write(Tagged::give(object)) };
            Status::Ok
        }
        Err(why) => {
            let status = why.status;
            if !error.is_null() {
                // SAFETY: not NULL, and the caller promises that it may then be written.
                unsafe { error.write(Tagged::give(why)) };
            }
            status
        }
    }
}

/// Fills a plain struct of C: it is zeroed first, and as in [`give`] a panic becomes a
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
    if !error.is_null() {
        // SAFETY: not NULL, and the caller promises that it may then be written.
        unsafe { error.write(ptr::null_mut()) };
    }
    let made = if out.is_null() {
        Err(null("out"))
    } else {
        // SAFETY: not NULL, and the caller promises that it may then be written.
        unsafe { out.write(T::default()) };
        // As in `give`.
        catch_unwind(AssertUnwindSafe(make)).unwrap_or_else(|panic| Err(internal(panic.as_ref())))
    };
    match made {
        Ok(value) => {
            // SAFETY: a value is made only where `out` is not NULL, and the caller promises
            // that it may then be written.
            unsafe { out.write(value) };
            Status::Ok
        }
        Err(why) => {
            let status = why.status;
            if !error.is_null() {
                // SAFETY: not NULL, and the caller promises that it may then be written.
                unsafe { error.write(Tagged::give(why)) };
            }
            status
        }
    }
}

/// Looks something up in an object: `nothing` for NULL, for what is not there, and
/// after a panic.
///
/// # Safety
///
/// `object` is NULL or an object that [`give`] gave and that was not released.
pub(crate) unsafe fn look<T: Object, R>(
    object: *const T,
    nothing: R,
    look: impl FnOnce(&T) -> Option<R>,
) -> R {
    // SAFETY: the caller promises NULL or a living object.
    let Some(object) = (unsafe { Tagged::find(object) }) else {
        return nothing;
    };
    // As in `give`.
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
/// `object` is NULL or an object that [`give`] gave, which is not released while `'a`
/// lasts.
pub(crate) unsafe fn object<'a, T: Object>(object: *const T, name: &str) -> Result<&'a T, Error> {
    if object.is_null() {
        return Err(null(name));
    }
    // SAFETY: the caller promises a living object.
    unsafe { Tagged::find(object) }.ok_or_else(|| {
        let expected = T::NAME;
        let message = format!(
            "{name}: expected a living {expected}, found an object that was freed, or of another kind"
        );
        Error::new(Status::BadArgument, &message)
    })
}

/// Releases an object; lets NULL pass, and what is no living object of this kind.
///
/// # Safety
///
/// `object` is NULL or an object that [`give`] gave and that was not released, and
/// nobody uses it any more.
pub(crate) unsafe fn release<T: Object>(object: *mut T) {
    // SAFETY: the caller promises NULL or what `give` gave and was not released.
    let Some(object) = (unsafe { Tagged::take(object) }) else {
        return;
    };
    // A destructor that panics must not end the program; there is nobody to tell.
    let _ = catch_unwind(AssertUnwindSafe(|| drop(object)));
}

fn internal(panic: &(dyn Any + Send)) -> Error {
    let said = panic.downcast_ref::<&str>().copied();
    let said = said.or_else(|| panic.downcast_ref::<String>().map(String::as_str));
    let message = format!(
        "a fault in libpassthru: {}",
        said.unwrap_or("a panic without words")
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
        let error = unsafe { Tagged::take(error) }.unwrap();
        assert_eq!(error.value.message(), "a fault in libpassthru: lost");
    }

    #[test]
    fn a_panic_in_an_accessor_finds_nothing() {
        let silent = |_: &Document| -> Option<u32> { std::panic::resume_unwind(Box::new(())) };
        let document = Tagged::give(Document::new("text"));
        // SAFETY: it was just made.
        assert_eq!(unsafe { look(document, 3, silent) }, 3);
        // SAFETY: as above, and it is not used afterwards.
        unsafe { release(document) };
    }

    #[test]
    fn an_object_of_another_kind_is_refused() {
        let document = Tagged::give(Document::new("text"));
        let other: *mut Error = document.cast();
        // SAFETY: it lives, and its tag says what it is.
        assert_eq!(unsafe { look(other, 3, |_| Some(4)) }, 3);
        // SAFETY: as above.
        let refused = unsafe { super::object(other, "error") }.unwrap_err();
        assert!(refused.message().contains("expected a living error"));
        // SAFETY: as above.
        unsafe { release(other) };
        // SAFETY: as above, and it is not used afterwards.
        unsafe { release(document) };
    }
}
