//! Steps inside a guest.

use std::ffi::c_char;

use hvconf::guest::WorkSystem;
use passthru::document;
use passthru::guest_setup::{GuestSetupRequest, document as form, work};

use crate::boundary::{give, object};
use crate::document::Document;
use crate::error::{Error, failed};
use crate::host::{Host, chosen};
use crate::status::Status;
use crate::text::{array, word};

/// What is done inside a guest that has the devices, as `passthru guest --json` prints it:
/// files, commands, and steps.
///
/// @param host      the host
/// @param devices   words for the devices, as for `passthru_host_doctor()`
/// @param count     the number of words
/// @param system    `windows`, a distribution such as `debian`, or what makes the initramfs
/// @param options   words of `passthru guest` without their dashes: `driver=570`, `open`,
///                  `instance=PATH`, `looking-glass=2560x1440`; NULL for none
/// @param option_count  their number
/// @param out       receives the document; set to NULL first
/// @param error     receives the error; may be NULL
/// @return `PASSTHRU_STATUS_OK`, or the status of the failure
///
/// # Safety
///
/// `host` is NULL or a host that was not freed; `devices` and `options` are each NULL or
/// point to as many strings as is said, each ending with a NUL; `system` is NULL or ends with
/// a NUL; `out` and `error` are each NULL or point to a pointer that may be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn passthru_host_guest_setup(
    host: *const Host,
    devices: *const *const c_char,
    count: usize,
    system: *const c_char,
    options: *const *const c_char,
    option_count: usize,
    out: *mut *mut Document,
    error: *mut *mut Error,
) -> Status {
    let make = || {
        // SAFETY: the caller promises NULL or a host that was not freed.
        let host = unsafe { object(host, "host") }?;
        // SAFETY: the caller promises that `devices` is NULL or points to `count` strings.
        let devices = unsafe { chosen(&host.facts, devices, count) }?;
        // SAFETY: the caller promises that `system` is NULL or ends with a NUL.
        let system = unsafe { word(system, "system") }?;
        let system: WorkSystem = system.parse().map_err(failed)?;
        let mut asked = GuestSetupRequest::new(devices, system);
        // SAFETY: the caller promises NULL or `option_count` strings.
        for option in unsafe { array(options, option_count, "options") }? {
            // SAFETY: the caller promises that each is NULL or ends with a NUL.
            let option = unsafe { word(*option, "options") }?;
            asked.set(option).map_err(failed)?;
        }
        let emitted = work(&host.facts, &asked).map_err(failed)?;
        let text = document::to_json(&form(&emitted))?;
        Ok(Document::new(&text))
    };
    // SAFETY: the caller promises just this of `out` and `error`.
    unsafe { give(out, error, make) }
}
