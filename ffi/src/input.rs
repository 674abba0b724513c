//! A host from files that the caller reads.

use std::ffi::c_char;
use std::sync::{Mutex, PoisonError};

use host_tree::MemoryTree;

use crate::boundary::{give, object, release};
use crate::context::{Context, LogLevel};
use crate::error::{Error, failed};
use crate::host::{Host, Text};
use crate::status::Status;
use crate::text::{array, optional_word, word};

/// The files and texts of a host, added one by one by a program that reads them itself, on
/// another machine or in a sandbox. The library then reads no files. Free it with
/// `passthru_input_free()`. Mutable from any thread.
///
/// Locks itself; threads may share it.
#[derive(Debug, Default)]
pub struct Input {
    pieces: Mutex<Vec<Piece>>,
    /// The host whose output is read.
    host: Mutex<Option<String>>,
}

/// One piece.
#[derive(Clone, Debug)]
enum Piece {
    File(String, Vec<u8>),
    Link(String, String),
    Absent(String),
    Text(String, Vec<u8>),
}

impl Input {
    fn add(&self, piece: Piece) {
        // A thread that panicked left the list as it was.
        let mut pieces = self.pieces.lock().unwrap_or_else(PoisonError::into_inner);
        pieces.push(piece);
    }

    /// The tree of all pieces; texts of which the kind has to be found come in their order.
    fn tree(&self, context: Option<&Context>) -> Result<MemoryTree, Error> {
        let pieces = self.pieces.lock().unwrap_or_else(PoisonError::into_inner);
        let pieces = pieces.clone();
        let mut tree = MemoryTree::partial();
        let host = self.host.lock().unwrap_or_else(PoisonError::into_inner);
        let host = host.clone();
        let mut input = match &host {
            Some(host) => passthru::input::Input::of_host(host),
            None => passthru::input::Input::new(),
        };
        let mut has_texts = false;
        for piece in pieces {
            match piece {
                Piece::File(path, bytes) => tree.insert_file(&path, bytes),
                Piece::Link(path, target) => tree.insert_link(&path, &target),
                Piece::Absent(path) => tree.insert_absent(&path),
                Piece::Text(name, bytes) => {
                    let kinds = input.add(&name, &bytes).map_err(failed)?;
                    has_texts = true;
                    if let Some(context) = context {
                        let kinds: Vec<String> =
                            kinds.iter().map(|kind| format!("{kind:?}")).collect();
                        let message = if kinds.is_empty() {
                            format!("{name}: all of it is of other machines")
                        } else {
                            format!("{name}: taken as {}", kinds.join(", "))
                        };
                        context.tell(LogLevel::Info, &message);
                    }
                }
            }
        }
        if has_texts || host.is_some() {
            tree.absorb(input.finish().map_err(failed)?);
        }
        Ok(tree)
    }
}

/// Makes an empty input.
///
/// @param out    receives the input; set to NULL first
/// @param error  receives the error; may be NULL
/// @return `PASSTHRU_STATUS_OK`, or the status of the failure
///
/// # Safety
///
/// `out` and `error` are each NULL or point to a pointer that may be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn passthru_input_new(
    out: *mut *mut Input,
    error: *mut *mut Error,
) -> Status {
    // SAFETY: the caller promises just this of `out` and `error`.
    unsafe { give(out, error, || Ok(Input::default())) }
}

/// Frees an input. NULL is a no-op.
///
/// # Safety
///
/// `input` is NULL or an input that was not freed; it is not used afterwards.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn passthru_input_free(input: *mut Input) {
    // SAFETY: the caller promises NULL or an input that was not freed.
    unsafe { release(input) }
}

/// Adds a file of the host: `/sys/bus/pci/devices/0000:01:00.0/vendor`, `/proc/cmdline`,
/// `/etc/default/grub`. Its parent directories are added, too.
///
/// @param input   the input
/// @param path    the file's path on the host, absolute and without `..`
/// @param data    its bytes; not used after the call
/// @param length  their number
/// @return `PASSTHRU_STATUS_OK`, `PASSTHRU_STATUS_BAD_ARGUMENT` or
///         `PASSTHRU_STATUS_NOT_UTF8`
///
/// # Safety
///
/// `input` is NULL or an input that was not freed; `path` is NULL or ends with a NUL; `data`
/// is NULL or has `length` bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn passthru_input_add_file(
    input: *const Input,
    path: *const c_char,
    data: *const u8,
    length: usize,
) -> Status {
    let piece = || {
        // SAFETY: the caller promises that `path` is NULL or ends with a NUL.
        let path = unsafe { path_of(path) }?;
        // SAFETY: the caller promises that `data` has `length` bytes.
        let bytes = unsafe { array(data, length, "data") }?.to_vec();
        Ok(Piece::File(path, bytes))
    };
    // SAFETY: the caller promises NULL or an input that was not freed.
    unsafe { add(input, piece) }
}

/// Adds a symbolic link of the host, such as a function's `driver` or `iommu_group`.
///
/// @param input   the input
/// @param path    the link's path on the host, absolute and without `..`
/// @param target  the target, as readlink() returns it
/// @return as `passthru_input_add_file()`
///
/// # Safety
///
/// `input` is NULL or an input that was not freed; `path` and `target` are each NULL or end
/// with a NUL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn passthru_input_add_link(
    input: *const Input,
    path: *const c_char,
    target: *const c_char,
) -> Status {
    let piece = || {
        // SAFETY: the caller promises that `path` is NULL or ends with a NUL.
        let path = unsafe { path_of(path) }?;
        // SAFETY: the caller promises that `target` is NULL or ends with a NUL.
        let target = unsafe { word(target, "target") }?;
        Ok(Piece::Link(path, target.to_owned()))
    };
    // SAFETY: the caller promises NULL or an input that was not freed.
    unsafe { add(input, piece) }
}

/// Marks a file as absent on the host. A file that is neither added nor absent is unknown.
///
/// @param input  the input
/// @param path   the path, absolute and without `..`
/// @return as `passthru_input_add_file()`
///
/// # Safety
///
/// `input` is NULL or an input that was not freed; `path` is NULL or ends with a NUL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn passthru_input_add_absent(
    input: *const Input,
    path: *const c_char,
) -> Status {
    // SAFETY: the caller promises that `path` is NULL or ends with a NUL.
    let piece = || Ok(Piece::Absent(unsafe { path_of(path) }?));
    // SAFETY: the caller promises NULL or an input that was not freed.
    unsafe { add(input, piece) }
}

/// Adds a text: the output of a command, a snapshot of `passthru capture`. The library
/// recognizes its kind; `passthru_host_open_input()` reports its errors.
///
/// @param input  the input
/// @param text   the text; not used after the call
/// @return as `passthru_input_add_file()`
///
/// # Safety
///
/// `input` is NULL or an input that was not freed; `text` is NULL or points to a text whose
/// `name` ends with a NUL and whose `data` has `length` bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn passthru_input_add_text(input: *const Input, text: *const Text) -> Status {
    let piece = || {
        // SAFETY: the caller promises NULL or a text that is as it says.
        let (name, bytes) = unsafe { Text::bytes(text) }?;
        Ok(Piece::Text(name.to_owned(), bytes.to_vec()))
    };
    // SAFETY: the caller promises NULL or an input that was not freed.
    unsafe { add(input, piece) }
}

/// Selects one host where prompts in the texts name several: `pve` of `root@pve:~#`. Output
/// after the prompts of other hosts is ignored. `passthru_host_open_input()` fails if no prompt
/// names it.
///
/// @param input    the input
/// @param host  the host as a prompt names it; NULL for all
/// @return as `passthru_input_add_file()`
///
/// # Safety
///
/// `input` is NULL or an input that was not freed; `host` is NULL or ends with a NUL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn passthru_input_set_host(
    input: *const Input,
    host: *const c_char,
) -> Status {
    // SAFETY: the caller promises that `host` is NULL or ends with a NUL.
    let host = unsafe { optional_word(host, "host") };
    // SAFETY: the caller promises NULL or an input that was not freed.
    let input = unsafe { object(input, "input") };
    match input.and_then(|input| Ok((input, host?))) {
        Ok((input, host)) => {
            let mut meant = input.host.lock().unwrap_or_else(PoisonError::into_inner);
            *meant = host.map(str::to_owned);
            Status::Ok
        }
        Err(error) => error.status,
    }
}

/// Reads a host from an input. The input does not change and can be reused.
///
/// @param input    the input
/// @param context  receives the kind of each text; NULL for no log
/// @param out      receives the host; set to NULL first
/// @param error    receives the error; may be NULL
/// @return `PASSTHRU_STATUS_OK`, or the status of the failure
///
/// # Safety
///
/// `input` is NULL or an input that was not freed; `context` is NULL or a context that was
/// not freed; `out` and `error` are each NULL or point to a pointer that may be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn passthru_host_open_input(
    input: *const Input,
    context: *const Context,
    out: *mut *mut Host,
    error: *mut *mut Error,
) -> Status {
    let make = || {
        // SAFETY: the caller promises NULL or an input that was not freed.
        let input = unsafe { object(input, "input") }?;
        let context = if context.is_null() {
            None
        } else {
            // SAFETY: the caller promises NULL or a context that was not freed.
            Some(unsafe { object(context, "context") }?)
        };
        let tree = input.tree(context)?;
        Ok(Host::new(tree))
    };
    // SAFETY: the caller promises just this of `out` and `error`.
    unsafe { give(out, error, make) }
}

/// Adds a piece; says how that went.
///
/// # Safety
///
/// `input` is NULL or an input that was not freed.
unsafe fn add(input: *const Input, piece: impl FnOnce() -> Result<Piece, Error>) -> Status {
    // SAFETY: the caller promises NULL or an input that was not freed.
    match unsafe { object(input, "input") }.and_then(|input| Ok((input, piece()?))) {
        Ok((input, piece)) => {
            input.add(piece);
            Status::Ok
        }
        Err(error) => error.status,
    }
}

/// A path in the form that trees use.
///
/// # Safety
///
/// `path` is NULL or ends with a NUL.
unsafe fn path_of(path: *const c_char) -> Result<String, Error> {
    // SAFETY: the caller promises the same.
    let path = unsafe { word(path, "path") }?;
    let is_plain = path
        .split('/')
        .skip(1)
        .all(|part| !part.is_empty() && part != "." && part != "..");
    if !path.starts_with('/') || !is_plain {
        let message = format!("path: expected an absolute path without \"..\", found \"{path}\"");
        return Err(Error::new(Status::BadArgument, &message));
    }
    Ok(path.to_owned())
}
