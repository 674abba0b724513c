//! Documents that need no host.

use std::ffi::c_char;

use hvconf::convert::{Format, Wanted};
use passthru::{conversion, document};
use pci_core::lspci;

use crate::boundary::{give, optional};
use crate::document::Document;
use crate::error::{Error, failed};
use crate::host::{Host, Text};
use crate::status::Status;
use crate::text::{array, optional_word, utf8, word};

/// Explains a finding's code (`vfio-ids-missing-function`), a setting as it is typed
/// (`amd_iommu=on`) or an error text (`group 1 is not viable`): the form
/// `passthru-explanation/1`.
///
/// @param what   the code, setting or text
/// @param out    receives the document; set to NULL first
/// @param error  receives the error; may be NULL
/// @return `PASSTHRU_STATUS_OK`, or `PASSTHRU_STATUS_NO_ENTRY`
///
/// # Safety
///
/// `what` is NULL or ends with a NUL; `out` and `error` are each NULL or point to a pointer
/// that may be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn passthru_explain(
    what: *const c_char,
    out: *mut *mut Document,
    error: *mut *mut Error,
) -> Status {
    let make = || {
        // SAFETY: the caller promises that `what` is NULL or ends with a NUL.
        let found = document::explanation(unsafe { word(what, "what") }?);
        Ok(Document::of(&found.map_err(failed)?)?)
    };
    // SAFETY: the caller promises just this of `out` and `error`.
    unsafe { give(out, error, make) }
}

/// Converts the configuration of a VM (Proxmox VE's `105.conf`, libvirt's XML, a QEMU script,
/// ESXi's `.vmx`, Xen's `xl.cfg`) to another format: the form `passthru-conversion/1`.
///
/// @param text      the configuration; its name is the file name, which has the VM ID on
///                  Proxmox VE. Not used after the call
/// @param target    `proxmox`, `libvirt`, `qemu` or another format of docs/targets.md
/// @param host      the host with its functions; NULL if unknown
/// @param mappings  Proxmox VE's resource mappings (`/etc/pve/mapping/pci.cfg`); NULL for
///                  none
/// @param vm        the VM ID for Proxmox VE as target; NULL for that of the source
/// @param out       receives the document; set to NULL first
/// @param error     receives the error; may be NULL
/// @return `PASSTHRU_STATUS_OK`, or the status of the failure
///
/// # Safety
///
/// `text` is NULL or points to a text whose `name` ends with a NUL and whose `data` has
/// `length` bytes; `target`, `mappings` and `vm` are each NULL or end with a NUL; `host` is
/// NULL or a host that was not freed; `out` and `error` are each NULL or point to a pointer
/// that may be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn passthru_convert(
    text: *const Text,
    target: *const c_char,
    host: *const Host,
    mappings: *const c_char,
    vm: *const c_char,
    out: *mut *mut Document,
    error: *mut *mut Error,
) -> Status {
    let make = || {
        // SAFETY: the caller promises NULL or a text that is as it says.
        let (name, text) = unsafe { Text::utf8(text) }?;
        // SAFETY: the caller promises that `target` is NULL or ends with a NUL.
        let to: Format = unsafe { word(target, "target") }?.parse().map_err(failed)?;
        // SAFETY: the caller promises NULL or a host that was not freed.
        let host = unsafe { optional(host) };
        // SAFETY: the caller promises that `mappings` is NULL or ends with a NUL.
        let mappings = unsafe { optional_word(mappings, "mappings") }?;
        // SAFETY: the caller promises that `vm` is NULL or ends with a NUL.
        let vm = unsafe { optional_word(vm, "vm") }?;
        let number = vm.map(str::parse).transpose().map_err(|error| {
            let message = format!("vm: {error}");
            Error::new(Status::BadRequest, &message)
        })?;
        let wanted = Wanted {
            number,
            ..Wanted::default()
        };
        let source = conversion::ConversionInput {
            name,
            text,
            host: host.map(|host| &host.facts),
            mappings,
        };
        let (from, emitted) = conversion::of_text(&source, to, &wanted).map_err(failed)?;
        Ok(Document::of(&conversion::document(from, to, &emitted))?)
    };
    // SAFETY: the caller promises just this of `out` and `error`.
    unsafe { give(out, error, make) }
}

/// Parses the output of `lspci` in any of its forms: the form `passthru-listing/1`. Every text
/// is accepted; damaged lines are in `damage`.
///
/// @param data    the text, UTF-8; not used after the call
/// @param length  its length in bytes
/// @param out     receives the document; set to NULL first
/// @param error   receives the error; may be NULL
/// @return `PASSTHRU_STATUS_OK`, or `PASSTHRU_STATUS_NOT_UTF8`
///
/// # Safety
///
/// `data` is NULL or has `length` bytes; `out` and `error` are each NULL or point to a
/// pointer that may be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn passthru_listing_parse(
    data: *const u8,
    length: usize,
    out: *mut *mut Document,
    error: *mut *mut Error,
) -> Status {
    let make = || {
        // SAFETY: the caller promises that `data` has `length` bytes.
        let text = utf8(unsafe { array(data, length, "data") }?, "data")?;
        Ok(Document::of(&document::listing(&lspci::parse(text)))?)
    };
    // SAFETY: the caller promises just this of `out` and `error`.
    unsafe { give(out, error, make) }
}
