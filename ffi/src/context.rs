//! Callbacks that observe a call.

use std::ffi::{c_char, c_void};

use crate::boundary::{give, release};
use crate::error::Error;
use crate::status::Status;
use crate::string_out::to_c;

/// The level of a log line. New values may be added.
#[repr(u32)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LogLevel {
    /// Recognition of an input.
    Info = 1,
    /// A step that changes the host.
    Step = 2,
    /// A failure after which the call continues.
    Warning = 3,
}

/// The callback for each line of the log, on the calling thread and before the call returns.
/// `level` is a `passthru_log_level`; `message` is UTF-8 without a line end and valid until the
/// callback returns.
///
/// The callback must return and must not call longjmp(). A C++ exception that leaves it
/// terminates the program, since the host may be in the middle of a change; `passthru.hpp`
/// catches exceptions and rethrows them after the call. It must not free objects that the call
/// uses.
pub type LogCallback =
    Option<unsafe extern "C-unwind" fn(user: *mut c_void, level: u32, message: *const c_char)>;

/// A receiver of the log of calls. Free it with `passthru_context_free()`.
///
/// Threads may share it if its callback is thread-safe.
pub struct Context {
    callback: LogCallback,
    user: *mut c_void,
}

// SAFETY: the pointer is never followed here, only handed to the callback. The header asks
// those who share a context between threads for a callback that can be called from them.
unsafe impl Send for Context {}
// SAFETY: as above.
unsafe impl Sync for Context {}

impl Context {
    /// Calls the callback.
    pub(crate) fn log(&self, level: LogLevel, message: &str) {
        if let Some(callback) = self.callback {
            let message = to_c(message);
            // SAFETY: the creator of the context promised that it can be called so.
            unsafe { callback(self.user, level as u32, message.as_ptr()) }
        }
    }
}

/// Makes a context.
///
/// @param callback  called with each line of the log; NULL for no log
/// @param user      passed to the callback, not read by the library. If threads share a
///                  context, the callback must be thread-safe
/// @param out       receives the context; set to NULL first
/// @param error     receives the error; may be NULL
/// @return `PASSTHRU_STATUS_OK`, or the status of the failure
///
/// # Safety
///
/// `callback` is NULL or may be called with `user` as long as the context lives; `out` and
/// `error` are each NULL or point to a pointer that may be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn passthru_context_new(
    callback: LogCallback,
    user: *mut c_void,
    out: *mut *mut Context,
    error: *mut *mut Error,
) -> Status {
    // SAFETY: the caller promises just this of `out` and `error`.
    unsafe { give(out, error, || Ok(Context { callback, user })) }
}

/// Frees a context. NULL is a no-op.
///
/// # Safety
///
/// `context` is NULL or a context that was not freed; it is not used afterwards.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn passthru_context_free(context: *mut Context) {
    // SAFETY: the caller promises NULL or a context that was not freed.
    unsafe { release(context) }
}
