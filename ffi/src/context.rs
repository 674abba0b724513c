//! Who is told what a call does.

use std::ffi::{c_char, c_void};

use crate::boundary::{give, release};
use crate::error::Error;
use crate::status::Status;
use crate::string_out::to_c;

/// How much a line of the log matters. New values may be added.
#[repr(u32)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LogLevel {
    /// What was taken for what.
    Info = 1,
    /// A step that changes the host.
    Step = 2,
    /// Something failed, and the call goes on.
    Warning = 3,
}

/// What is called with each line of the log, on the thread that made the call and before
/// that call returns. `level` is a `passthru_log_level`; `message` is UTF-8 without a line
/// end and lives until the callback returns.
///
/// It must return: it must not call longjmp(). A C++ exception that leaves it ends the
/// program with a message, since what holds the host in the middle of a change must not be
/// left standing there; `passthru.hpp` catches exceptions and throws them again after the
/// call. It must not free objects that the call uses.
pub type LogCallback =
    Option<unsafe extern "C-unwind" fn(user: *mut c_void, level: u32, message: *const c_char)>;

/// Who is told what calls do. A call that takes a context tells no other. Free it with
/// `passthru_context_free()`.
///
/// Threads may share it where its callback may be called by them.
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
    /// Tells the callback.
    pub(crate) fn tell(&self, level: LogLevel, message: &str) {
        if let Some(callback) = self.callback {
            let message = to_c(message);
            // SAFETY: whoever made the context promised that it can be called so.
            unsafe { callback(self.user, level as u32, message.as_ptr()) }
        }
    }
}

/// Makes a context.
///
/// @param callback  what is called with each line of the log; NULL for nothing
/// @param user      what the callback gets; the library never looks at it. Where threads
///                  share a context, the callback must be ready to be called from them
/// @param out       where the context is put; NULL is put there first
/// @param error     where the error is put, or NULL
/// @return `PASSTHRU_STATUS_OK`, or why there is no context
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

/// Frees a context. NULL is let pass.
///
/// # Safety
///
/// `context` is NULL or a context that was not freed; it is not used afterwards.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn passthru_context_free(context: *mut Context) {
    // SAFETY: the caller promises NULL or a context that was not freed.
    unsafe { release(context) }
}
