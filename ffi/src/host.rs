//! A host: where it is read from, and what can be asked of it.

use std::ffi::{OsStr, c_char};
use std::os::unix::ffi::OsStrExt;
use std::path::Path;

use host_tree::{DirTree, HostTree};
use passthru::input::Input;
use passthru::{Target, select};
use pci_core::Address;

use crate::boundary::{give, release};
use crate::error::{Error, failed};
use crate::status::Status;
use crate::text::{array, bytes, null, optional_word, utf8, word, words};

/// A host, as far as its input shows it. Free it with `passthru_host_free()`; its documents and
/// plans stay valid.
///
/// Immutable; threads may share it.
pub struct Host {
    pub(crate) tree: Box<dyn HostTree + Send + Sync>,
    pub(crate) facts: passthru::Host,
}

/// A text of a host: the output of `lspci -nnk` or `dmesg`, a configuration file, a snapshot of
/// `passthru capture`. The library recognizes its kind.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct Text {
    /// Its name in evidence, such as a file name. UTF-8.
    pub name: *const c_char,
    /// The bytes; a NUL at the end is not needed. NULL only where `length` is 0.
    pub data: *const u8,
    /// The number of bytes.
    pub length: usize,
}

impl Text {
    /// The name and the bytes of one text.
    ///
    /// # Safety
    ///
    /// `text` is NULL or points to a text whose `name` ends with a NUL and whose `data` has
    /// `length` bytes, and neither is changed while `'a` lasts.
    pub(crate) unsafe fn bytes<'a>(text: *const Self) -> Result<(&'a str, &'a [u8]), Error> {
        // SAFETY: the caller promises NULL or a text.
        let text = unsafe { text.as_ref() }.ok_or_else(|| null("text"))?;
        // SAFETY: the caller promises that `name` ends with a NUL.
        let name = unsafe { word(text.name, "text.name") }?;
        // SAFETY: the caller promises that `data` has `length` bytes.
        let data = unsafe { array(text.data, text.length, "text.data") }?;
        Ok((name, data))
    }

    /// The name and the text of one that must be UTF-8.
    ///
    /// # Safety
    ///
    /// As for [`Text::bytes`].
    pub(crate) unsafe fn utf8<'a>(text: *const Self) -> Result<(&'a str, &'a str), Error> {
        // SAFETY: the caller promises the same.
        let (name, data) = unsafe { Self::bytes(text) }?;
        Ok((name, utf8(data, "text.data")?))
    }
}

impl Host {
    pub(crate) fn new(tree: impl HostTree + Send + 'static) -> Self {
        Self {
            facts: passthru::Host::read(&tree),
            tree: Box::new(tree),
        }
    }
}

/// Reads the running host. Nothing is written, no device is woken and no program is run. Facts
/// that only root can read stay unknown for others.
///
/// @param out    receives the host; set to NULL first
/// @param error  receives the error; may be NULL
/// @return `PASSTHRU_STATUS_OK`, or the status of the failure
///
/// # Safety
///
/// `out` and `error` are each NULL or point to a pointer that may be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn passthru_host_open_live(
    out: *mut *mut Host,
    error: *mut *mut Error,
) -> Status {
    // SAFETY: the caller promises just this of `out` and `error`.
    unsafe {
        give(out, error, || {
            Ok(Host::new(DirTree::live().map_err(failed)?))
        })
    }
}

/// Reads a host from a directory with its files: a mounted root, an unpacked archive, an
/// example. Links are followed only within the directory.
///
/// @param path   the directory, in the file system's encoding
/// @param out    receives the host; set to NULL first
/// @param error  receives the error; may be NULL
/// @return `PASSTHRU_STATUS_OK`, or the status of the failure
///
/// # Safety
///
/// `path` is NULL or ends with a NUL; `out` and `error` are each NULL or point to a
/// pointer that may be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn passthru_host_open_directory(
    path: *const c_char,
    out: *mut *mut Host,
    error: *mut *mut Error,
) -> Status {
    let make = || {
        // SAFETY: the caller promises that `path` is NULL or ends with a NUL.
        let path = unsafe { bytes(path, "path") }?;
        let path = Path::new(OsStr::from_bytes(path.to_bytes()));
        Ok(Host::new(DirTree::open(path).map_err(failed)?))
    };
    // SAFETY: the caller promises just this of `out` and `error`.
    unsafe { give(out, error, make) }
}

/// Reads a host from texts and snapshots. Facts that are not in the input stay unknown.
///
/// @param texts  the texts; they are not used after the call
/// @param count  their number, at least 1
/// @param out    receives the host; set to NULL first
/// @param error  receives the error; may be NULL
/// @return `PASSTHRU_STATUS_OK`, or the status of the failure
///
/// # Safety
///
/// `texts` is NULL or points to `count` texts, of each of which `name` ends with a
/// NUL and `data` has `length` bytes; `out` and `error` are each NULL or point to a
/// pointer that may be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn passthru_host_open_texts(
    texts: *const Text,
    count: usize,
    out: *mut *mut Host,
    error: *mut *mut Error,
) -> Status {
    let make = || {
        let mut input = Input::new();
        // SAFETY: the caller promises that `texts` is NULL or points to `count` texts.
        for text in unsafe { array(texts, count, "texts") }? {
            // SAFETY: the caller promises that `name` ends with a NUL.
            let name = unsafe { word(text.name, "texts.name") }?;
            // SAFETY: the caller promises that `data` has `length` bytes.
            let data = unsafe { array(text.data, text.length, "texts.data") }?;
            input.add(name, data).map_err(failed)?;
        }
        Ok(Host::new(input.finish().map_err(failed)?))
    };
    // SAFETY: the caller promises just this of `out` and `error`.
    unsafe { give(out, error, make) }
}

/// Frees a host. NULL is a no-op.
///
/// # Safety
///
/// `host` is NULL or a host that was not freed; it is not used afterwards.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn passthru_host_free(host: *mut Host) {
    // SAFETY: the caller promises NULL or a host that was not freed.
    unsafe { release(host) }
}

/// The functions that the words choose, each once.
///
/// # Safety
///
/// `words` is NULL or points to `count` strings, each NULL or with a NUL at its end.
pub(crate) unsafe fn chosen(
    host: &passthru::Host,
    words: *const *const c_char,
    count: usize,
) -> Result<Vec<Address>, Error> {
    // SAFETY: the caller promises the same.
    let texts = unsafe { words_of(words, count) }?;
    select::all(host, &texts).map_err(failed)
}

/// The words that choose functions.
///
/// # Safety
///
/// As for [`chosen`].
pub(crate) unsafe fn words_of<'a>(
    devices: *const *const c_char,
    count: usize,
) -> Result<Vec<&'a str>, Error> {
    // SAFETY: the caller promises the same.
    unsafe { words(devices, count, "devices") }
}

/// The target, where one is named.
///
/// # Safety
///
/// `target` is NULL or ends with a NUL.
pub(crate) unsafe fn named(target: *const c_char) -> Result<Option<Target>, Error> {
    // SAFETY: the caller promises the same.
    let target = unsafe { optional_word(target, "target") }?;
    target.map(str::parse).transpose().map_err(failed)
}
