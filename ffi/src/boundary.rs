//! Where Rust ends and C begins: what every function does first and last.

use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::ptr;

use crate::error::Error;
use crate::status::Status;

/// Makes an object for C: both out-params are nulled first, a panic becomes
/// `PASSTHRU_STATUS_INTERNAL`, and the error is given where the caller wants it.
///
/// # Safety
///
/// `out` and `error` are each NULL or point to a pointer that may be written.
pub(crate) unsafe fn give<T>(
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
            unsafe { out.write(Box::into_raw(Box::new(object))) };
            Status::Ok
        }
        Err(why) => {
            let status = why.status;
            if !error.is_null() {
                // SAFETY: not NULL, and the caller promises that it may then be written.
                unsafe { error.write(Box::into_raw(Box::new(why))) };
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
pub(crate) unsafe fn look<T, R>(
    object: *const T,
    nothing: R,
    look: impl FnOnce(&T) -> Option<R>,
) -> R {
    // SAFETY: the caller promises NULL or a living object; nothing changes objects
    // after they were made, so shared references to it may exist.
    let Some(object) = (unsafe { object.as_ref() }) else {
        return nothing;
    };
    // As in `give`.
    catch_unwind(AssertUnwindSafe(|| look(object)))
        .ok()
        .flatten()
        .unwrap_or(nothing)
}

/// Releases an object; lets NULL pass.
///
/// # Safety
///
/// `object` is NULL or an object that [`give`] gave and that was not released, and
/// nobody uses it any more.
pub(crate) unsafe fn release<T>(object: *mut T) {
    if object.is_null() {
        return;
    }
    // SAFETY: the caller promises that `give` made it, by `Box::into_raw`, and that
    // it was not released before.
    let object = unsafe { Box::from_raw(object) };
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

    #[test]
    fn a_panic_becomes_a_status_with_its_words() {
        let mut out: *mut u8 = ptr::dangling_mut();
        let mut error = ptr::null_mut();
        let make = || std::panic::resume_unwind(Box::new("lost".to_owned()));
        // SAFETY: both point to local variables.
        let status = unsafe { give(&raw mut out, &raw mut error, make) };
        assert_eq!(status, Status::Internal);
        assert!(out.is_null());
        // SAFETY: `give` has just made it.
        let error = unsafe { Box::from_raw(error) };
        assert_eq!(error.message.to_str(), Ok("a fault in libpassthru: lost"));
    }

    #[test]
    fn a_panic_in_an_accessor_finds_nothing() {
        let silent = |_: &u8| -> Option<u32> { std::panic::resume_unwind(Box::new(())) };
        // SAFETY: the object is a local variable.
        assert_eq!(unsafe { look(&7u8, 3, silent) }, 3);
    }
}
