//! A machine of one hypervisor as another's.

use std::ffi::{CString, c_char};
use std::ptr;

use hvconf::convert::{Format, Wanted};
use passthru::{conversion, document};

use crate::boundary::{give, look, object, release};
use crate::error::{Error, failed, unwritten};
use crate::host::{Host, Text};
use crate::status::Status;
use crate::text::{ExactText, optional_word, to_c, word};

/// A machine's configuration for another hypervisor. Free it with
/// `passthru_conversion_free()`.
///
/// Threads may share it: it does not change.
#[derive(Debug)]
pub struct Conversion {
    files: Vec<File>,
    lost: Vec<Lost>,
    json: CString,
}

/// A file to write.
#[derive(Debug)]
struct File {
    path: CString,
    text: ExactText,
}

/// Something without a counterpart.
#[derive(Debug)]
struct Lost {
    what: CString,
    reason: CString,
    line: u32,
}

/// Converts a machine's configuration: of Proxmox VE (`105.conf`), libvirt (XML), QEMU (a
/// script that starts it), ESXi (`.vmx`) or Xen (`xl.cfg`).
///
/// @param text      the configuration; its name is that of its file, and numbers a machine
///                  of Proxmox VE. Not used after the call
/// @param target    `proxmox`, `libvirt`, `qemu`, `esxi` or `xen`
/// @param host      the host whose functions it names; NULL where that is not known
/// @param mappings  Proxmox VE's resource mappings (`/etc/pve/mapping/pci.cfg`); NULL for none
/// @param vm        the machine's number on Proxmox VE, where that is the target; NULL for
///                  that of the source
/// @param out       where the conversion is put; NULL is put there first
/// @param error     where the error is put, or NULL
/// @return `PASSTHRU_STATUS_OK`, or why nothing was converted
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
    out: *mut *mut Conversion,
    error: *mut *mut Error,
) -> Status {
    let make = || {
        // SAFETY: the caller promises NULL or a text that is as it says.
        let (name, text) = unsafe { Text::utf8(text) }?;
        // SAFETY: the caller promises that `target` is NULL or ends with a NUL.
        let to: Format = unsafe { word(target, "target") }?.parse().map_err(failed)?;
        let host = if host.is_null() {
            None
        } else {
            // SAFETY: the caller promises NULL or a host that was not freed.
            Some(unsafe { object(host, "host") }?)
        };
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
        let source = conversion::Text {
            name,
            text,
            host: host.map(|host| &host.facts),
            mappings,
        };
        let (from, emitted) = conversion::of_text(&source, to, &wanted).map_err(failed)?;
        let document = conversion::document(from, to, &emitted);
        Ok(Conversion {
            files: document
                .files
                .iter()
                .map(|file| File {
                    path: to_c(file.path),
                    text: ExactText::new(&file.text),
                })
                .collect(),
            lost: document
                .lost
                .iter()
                .map(|lost| Lost {
                    what: to_c(lost.what),
                    reason: to_c(lost.why),
                    line: lost.line.unwrap_or(0),
                })
                .collect(),
            json: to_c(&document::to_json(&document).map_err(unwritten)?),
        })
    };
    // SAFETY: the caller promises just this of `out` and `error`.
    unsafe { give(out, error, make) }
}

/// The conversion as `passthru convert --json` prints it, with why each line is there,
/// and what is to be run. NULL for NULL.
///
/// # Safety
///
/// `conversion` is NULL or a conversion that was not freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn passthru_conversion_to_json(
    conversion: *const Conversion,
) -> *const c_char {
    // SAFETY: the caller promises NULL or a conversion that was not freed.
    unsafe {
        look(conversion, ptr::null(), |conversion| {
            Some(conversion.json.as_ptr())
        })
    }
}

/// How many files there are to write; 0 for NULL.
///
/// # Safety
///
/// `conversion` is NULL or a conversion that was not freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn passthru_conversion_file_count(conversion: *const Conversion) -> usize {
    // SAFETY: the caller promises NULL or a conversion that was not freed.
    unsafe { look(conversion, 0, |conversion| Some(conversion.files.len())) }
}

/// Where a file belongs; NULL where there is none.
///
/// # Safety
///
/// `conversion` is NULL or a conversion that was not freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn passthru_conversion_file_path(
    conversion: *const Conversion,
    index: usize,
) -> *const c_char {
    // SAFETY: the caller promises NULL or a conversion that was not freed.
    unsafe {
        look(conversion, ptr::null(), |conversion| {
            Some(conversion.files.get(index)?.path.as_ptr())
        })
    }
}

/// The file's text; NULL where there is none.
///
/// # Safety
///
/// `conversion` is NULL or a conversion that was not freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn passthru_conversion_file_text(
    conversion: *const Conversion,
    index: usize,
) -> *const c_char {
    // SAFETY: the caller promises NULL or a conversion that was not freed.
    unsafe {
        look(conversion, ptr::null(), |conversion| {
            Some(conversion.files.get(index)?.text.start())
        })
    }
}

/// How many bytes the file's text has.
///
/// # Safety
///
/// `conversion` is NULL or a conversion that was not freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn passthru_conversion_file_length(
    conversion: *const Conversion,
    index: usize,
) -> usize {
    // SAFETY: the caller promises NULL or a conversion that was not freed.
    unsafe {
        look(conversion, 0, |conversion| {
            Some(conversion.files.get(index)?.text.length())
        })
    }
}

/// How many things have no counterpart; 0 for NULL.
///
/// # Safety
///
/// `conversion` is NULL or a conversion that was not freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn passthru_conversion_lost_count(conversion: *const Conversion) -> usize {
    // SAFETY: the caller promises NULL or a conversion that was not freed.
    unsafe { look(conversion, 0, |conversion| Some(conversion.lost.len())) }
}

/// What has no counterpart; NULL where there is none.
///
/// # Safety
///
/// `conversion` is NULL or a conversion that was not freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn passthru_conversion_lost_what(
    conversion: *const Conversion,
    index: usize,
) -> *const c_char {
    // SAFETY: the caller promises NULL or a conversion that was not freed.
    unsafe {
        look(conversion, ptr::null(), |conversion| {
            Some(conversion.lost.get(index)?.what.as_ptr())
        })
    }
}

/// Why, or what to do instead; NULL where there is none.
///
/// # Safety
///
/// `conversion` is NULL or a conversion that was not freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn passthru_conversion_lost_reason(
    conversion: *const Conversion,
    index: usize,
) -> *const c_char {
    // SAFETY: the caller promises NULL or a conversion that was not freed.
    unsafe {
        look(conversion, ptr::null(), |conversion| {
            Some(conversion.lost.get(index)?.reason.as_ptr())
        })
    }
}

/// Its line in the text that was read, from 1; 0 where that is not known.
///
/// # Safety
///
/// `conversion` is NULL or a conversion that was not freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn passthru_conversion_lost_line(
    conversion: *const Conversion,
    index: usize,
) -> u32 {
    // SAFETY: the caller promises NULL or a conversion that was not freed.
    unsafe {
        look(conversion, 0, |conversion| {
            Some(conversion.lost.get(index)?.line)
        })
    }
}

/// Frees a conversion. NULL is let pass.
///
/// # Safety
///
/// `conversion` is NULL or a conversion that was not freed; it is not used afterwards.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn passthru_conversion_free(conversion: *mut Conversion) {
    // SAFETY: the caller promises NULL or a conversion that was not freed.
    unsafe { release(conversion) }
}
