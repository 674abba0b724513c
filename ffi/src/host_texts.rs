//! Texts about a host that are not JSON documents: a snapshot, a page, lspci's output.

use std::ffi::c_char;

use passthru::page::{self, PageRequest};
use passthru::{capture, lspci};
use pci_core::Names;
use pci_core::lspci::write::OutputOptions;

use crate::boundary::{give, object};
use crate::document::Document;
use crate::error::{Error, failed};
use crate::host::{Host, named, words_of};
use crate::status::Status;
use crate::text::{array, optional_word};

/// Returns a snapshot of everything that the analysis reads, as `passthru capture` writes it,
/// with placeholders for serial numbers, MAC addresses and UUIDs. `passthru_host_open_texts()`
/// reads it. On the running host, suspended functions are woken.
///
/// @param host     the host
/// @param out      receives the text; set to NULL first
/// @param error    receives the error; may be NULL
/// @return `PASSTHRU_STATUS_OK`, or the status of the failure
///
/// # Safety
///
/// `host` is NULL or a host that was not freed; `out` and `error` are each NULL or point to a
/// pointer that may be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn passthru_host_capture(
    host: *const Host,
    out: *mut *mut Document,
    error: *mut *mut Error,
) -> Status {
    let make = || {
        // SAFETY: the caller promises NULL or a host that was not freed.
        let host = unsafe { object(host, "host") }?;
        let snapshot = capture::shareable(host.tree.as_ref()).to_snapshot();
        let text = snapshot.map_err(|error| Error::new(Status::Internal, &error.to_string()))?;
        Ok(Document::text(&text))
    };
    // SAFETY: the caller promises just this of `out` and `error`.
    unsafe { give(out, error, make) }
}

/// Returns the host, its findings and a plan as one self-contained HTML page, as `passthru
/// report` writes it; identifying data is replaced.
///
/// @param host     the host
/// @param devices  words for devices, as for `passthru_host_doctor()`
/// @param count    the number of words; 0 for a page without a plan
/// @param target   as for `passthru_host_plan()`
/// @param vm       as for `passthru_host_plan()`
/// @param out      receives the text; set to NULL first
/// @param error    receives the error; may be NULL
/// @return `PASSTHRU_STATUS_OK`, or the status of the failure
///
/// # Safety
///
/// `host` is NULL or a host that was not freed; `devices` is NULL or points to `count`
/// strings; each string, `target` and `vm` are NULL or end with a NUL; `out` and `error` are each NULL or point to a
/// pointer that may be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn passthru_host_report(
    host: *const Host,
    devices: *const *const c_char,
    count: usize,
    target: *const c_char,
    vm: *const c_char,
    out: *mut *mut Document,
    error: *mut *mut Error,
) -> Status {
    let make = || {
        // SAFETY: the caller promises NULL or a host that was not freed.
        let host = unsafe { object(host, "host") }?;
        // SAFETY: the caller promises that `devices` is NULL or points to `count` strings.
        let words = unsafe { words_of(devices, count) }?;
        let asked = PageRequest {
            devices: words.into_iter().map(str::to_owned).collect(),
            // SAFETY: the caller promises that `target` is NULL or ends with a NUL.
            target: unsafe { named(target) }?,
            // SAFETY: the caller promises that `vm` is NULL or ends with a NUL.
            vm: unsafe { optional_word(vm, "vm") }?.map(str::to_owned),
            ..PageRequest::default()
        };
        let page = page::make(host.tree.as_ref(), &asked).map_err(failed)?;
        Ok(Document::text(&page.html))
    };
    // SAFETY: the caller promises just this of `out` and `error`.
    unsafe { give(out, error, make) }
}

/// Returns the output of lspci for the host. Suspended functions are woken only if their
/// registers are printed.
///
/// @param host     the host
/// @param options  output options of lspci, separated by blanks: `-nnk -s 01:00.0`; of `-v`,
///                 `-n`, `-k`, `-t`, `-m`, `-x`, `-b`, `-D`, `-P`, `-s` and `-d`. NULL for none
/// @param release  the release of pciutils to print like: `3.9`, `3.13` or `3.15`; NULL for the
///                 newest
/// @param out      receives the text; set to NULL first
/// @param error    receives the error; may be NULL
/// @return `PASSTHRU_STATUS_OK`, or the status of the failure
///
/// # Safety
///
/// `host` is NULL or a host that was not freed; `options` and `release` are each NULL or
/// end with a NUL; `out` and `error` are each NULL or point to a
/// pointer that may be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn passthru_host_lspci(
    host: *const Host,
    options: *const c_char,
    release: *const c_char,
    out: *mut *mut Document,
    error: *mut *mut Error,
) -> Status {
    let make = || {
        // SAFETY: the caller promises NULL or a host that was not freed.
        let host = unsafe { object(host, "host") }?;
        // SAFETY: the caller promises just this of `options` and `release`.
        let options = unsafe { lspci_options(options, release) }?;
        let text = lspci::of_host(host.tree.as_ref(), &options, Names::embedded());
        Ok(Document::text(&text.map_err(failed)?))
    };
    // SAFETY: the caller promises just this of `out` and `error`.
    unsafe { give(out, error, make) }
}

/// Returns the output of lspci for a dump by `lspci -x` and its longer forms.
///
/// @param data     the dump; not used after the call
/// @param length   its length in bytes
/// @param options  as for `passthru_host_lspci()`
/// @param release  as for `passthru_host_lspci()`
/// @param out      receives the text; set to NULL first
/// @param error    receives the error; may be NULL
/// @return `PASSTHRU_STATUS_OK`, or the status of the failure
///
/// # Safety
///
/// `data` is NULL or has `length` bytes; `options` and `release` are each NULL or end with
/// a NUL; `out` and `error` are each NULL or point to a
/// pointer that may be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn passthru_lspci_from_dump(
    data: *const u8,
    length: usize,
    options: *const c_char,
    release: *const c_char,
    out: *mut *mut Document,
    error: *mut *mut Error,
) -> Status {
    let make = || {
        // SAFETY: the caller promises that `data` has `length` bytes.
        let dump = String::from_utf8_lossy(unsafe { array(data, length, "data") }?);
        // SAFETY: the caller promises just this of `options` and `release`.
        let options = unsafe { lspci_options(options, release) }?;
        let text = lspci::from_dump(&dump, &options, Names::embedded());
        Ok(Document::text(&text.map_err(failed)?))
    };
    // SAFETY: the caller promises just this of `out` and `error`.
    unsafe { give(out, error, make) }
}

/// The meaning of the words.
///
/// # Safety
///
/// `options` and `release` are each NULL or end with a NUL.
unsafe fn lspci_options(
    options: *const c_char,
    release: *const c_char,
) -> Result<OutputOptions, Error> {
    // SAFETY: the caller promises that `options` is NULL or ends with a NUL.
    let words = unsafe { optional_word(options, "options") }?;
    let mut options = lspci::options(words.unwrap_or_default()).map_err(failed)?;
    // SAFETY: the caller promises that `release` is NULL or ends with a NUL.
    if let Some(release) = unsafe { optional_word(release, "release") }? {
        options.version = release.parse().map_err(|error| {
            let message = format!("release: {error}");
            Error::new(Status::BadRequest, &message)
        })?;
    }
    Ok(options)
}
