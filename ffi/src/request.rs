//! The request of a plan, option by option.

use std::ffi::c_char;
use std::sync::{Mutex, PoisonError};

use passthru::plan::{self, Request};
use passthru::select;

use crate::boundary::{give, object, release};
use crate::error::{Error, failed};
use crate::host::{Host, chosen, named};
use crate::plan::Plan;
use crate::status::Status;
use crate::text::{optional_word, word};

/// A request for a plan, with all options of `passthru plan`. Free it with
/// `passthru_request_free()`. Mutable from any thread.
///
/// Locks itself; threads may share it.
#[derive(Debug, Default)]
pub struct PlanRequest {
    wanted: Mutex<Wanted>,
}

/// The value that was set.
#[derive(Clone, Debug, Default)]
struct Wanted {
    devices: Vec<String>,
    target: Option<String>,
    vm: Option<String>,
    bind: Option<String>,
    vm_options: Vec<String>,
}

/// Makes an empty request.
///
/// @param out    receives the request; set to NULL first
/// @param error  receives the error; may be NULL
/// @return `PASSTHRU_STATUS_OK`, or the status of the failure
///
/// # Safety
///
/// `out` and `error` are each NULL or point to a pointer that may be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn passthru_request_new(
    out: *mut *mut PlanRequest,
    error: *mut *mut Error,
) -> Status {
    // SAFETY: the caller promises just this of `out` and `error`.
    unsafe { give(out, error, || Ok(PlanRequest::default())) }
}

/// Frees a request. NULL is a no-op.
///
/// # Safety
///
/// `request` is NULL or a request that was not freed; it is not used afterwards.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn passthru_request_free(request: *mut PlanRequest) {
    // SAFETY: the caller promises NULL or a request that was not freed.
    unsafe { release(request) }
}

/// Adds a word for devices, as for `passthru_host_doctor()`.
///
/// @param request  the request
/// @param device   the word
/// @return `PASSTHRU_STATUS_OK`, `PASSTHRU_STATUS_BAD_ARGUMENT` or
///         `PASSTHRU_STATUS_NOT_UTF8`
///
/// # Safety
///
/// `request` is NULL or a request that was not freed; `device` is NULL or ends with a NUL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn passthru_request_add_device(
    request: *const PlanRequest,
    device: *const c_char,
) -> Status {
    // SAFETY: the caller promises the same.
    unsafe { set(request, device, |wanted, word| wanted.devices.push(word)) }
}

/// Sets the hypervisor: `proxmox`, `libvirt` and others of `passthru plan --help`. The default
/// is that of the input.
///
/// @param request  the request
/// @param target   the hypervisor
/// @return as `passthru_request_add_device()`
///
/// # Safety
///
/// `request` is NULL or a request that was not freed; `target` is NULL or ends with a NUL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn passthru_request_set_target(
    request: *const PlanRequest,
    target: *const c_char,
) -> Status {
    // SAFETY: the caller promises the same.
    unsafe { set(request, target, |wanted, word| wanted.target = Some(word)) }
}

/// Says which guest it is: its number on Proxmox VE, its name for libvirt. Without it the
/// plan ends at the host.
///
/// @param request  the request
/// @param vm       the guest
/// @return as `passthru_request_add_device()`
///
/// # Safety
///
/// `request` is NULL or a request that was not freed; `vm` is NULL or ends with a NUL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn passthru_request_set_vm(
    request: *const PlanRequest,
    vm: *const c_char,
) -> Status {
    // SAFETY: the caller promises the same.
    unsafe { set(request, vm, |wanted, word| wanted.vm = Some(word)) }
}

/// Says how vfio-pci is to get the functions, a word of docs/driver-binding.md. Without it
/// the host's facts choose.
///
/// @param request  the request
/// @param bind     the way of binding
/// @return as `passthru_request_add_device()`
///
/// # Safety
///
/// `request` is NULL or a request that was not freed; `bind` is NULL or ends with a NUL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn passthru_request_set_binding(
    request: *const PlanRequest,
    bind: *const c_char,
) -> Status {
    // SAFETY: the caller promises the same.
    unsafe { set(request, bind, |wanted, word| wanted.bind = Some(word)) }
}

/// Adds a VM option, as for `passthru plan` without the dashes: `hide`, `hide=ID`,
/// `huge-pages=1G`, `looking-glass=2560x1440`, `user=NAME` after that, `rom=NAME`, `primary`,
/// `firmware=seabios`, `machine-type=q35`, `mmio-window`, `mmio-window=64G`; or `clean`, which removes
/// settings without effect beside the plan.
///
/// @param request  the request
/// @param option   the option
/// @return as `passthru_request_add_device()`; `passthru_host_plan_request()` reports invalid
/// options
///
/// # Safety
///
/// `request` is NULL or a request that was not freed; `option` is NULL or ends with a NUL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn passthru_request_add_vm_option(
    request: *const PlanRequest,
    option: *const c_char,
) -> Status {
    // SAFETY: the caller promises the same.
    unsafe { set(request, option, |wanted, word| wanted.vm_options.push(word)) }
}

/// Plans the edits, commands and checks that give devices to a guest. Nothing is
/// changed. Files that the plan edits are read again from the host's input.
///
/// @param host     the host
/// @param devices  words for the devices, as for `passthru_host_doctor()`
/// @param count    the number of words, at least 1
/// @param target   the hypervisor, as for `passthru_host_doctor()`
/// @param vm       the guest, by number or name as for `--vm` in docs/targets.md; NULL for a
///                 plan that ends at the host
/// @param out      receives the plan; set to NULL first
/// @param error    receives the error; may be NULL
/// @return `PASSTHRU_STATUS_OK`, or the status of the failure
///
/// # Safety
///
/// As for `passthru_host_doctor()`, and `vm` is NULL or ends with a NUL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn passthru_host_plan(
    host: *const Host,
    devices: *const *const c_char,
    count: usize,
    target: *const c_char,
    vm: *const c_char,
    out: *mut *mut Plan,
    error: *mut *mut Error,
) -> Status {
    let make = || {
        // SAFETY: the caller promises NULL or a host that was not freed.
        let host = unsafe { object(host, "host") }?;
        // SAFETY: the caller promises that `devices` is NULL or points to `count` strings.
        let devices = unsafe { chosen(&host.facts, devices, count) }?;
        // SAFETY: the caller promises that `target` is NULL or ends with a NUL.
        let target = unsafe { named(target) }?;
        // SAFETY: the caller promises that `vm` is NULL or ends with a NUL.
        let vm = unsafe { optional_word(vm, "vm") }?.map(str::to_owned);
        let request = Request {
            devices,
            target,
            vm,
            bind: None,
            ..Request::default()
        };
        let plan = plan::make(host.tree.as_ref(), &host.facts, &request);
        Plan::new(plan.map_err(failed)?)
    };
    // SAFETY: the caller promises just this of `out` and `error`.
    unsafe { give(out, error, make) }
}

/// Plans the release of a card that is bound to vfio-pci to its host driver, as
/// `passthru release` does, also if another program bound it. Nothing is changed.
///
/// @param host     the host
/// @param devices  words for the devices, as for `passthru_host_doctor()`
/// @param count    the number of words, at least 1
/// @param out      receives the plan; set to NULL first
/// @param error    receives the error; may be NULL
/// @return `PASSTHRU_STATUS_OK`, or the status of the failure
///
/// # Safety
///
/// As for `passthru_host_doctor()`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn passthru_host_release(
    host: *const Host,
    devices: *const *const c_char,
    count: usize,
    out: *mut *mut Plan,
    error: *mut *mut Error,
) -> Status {
    let make = || {
        // SAFETY: the caller promises NULL or a host that was not freed.
        let host = unsafe { object(host, "host") }?;
        let request = Request {
            // SAFETY: the caller promises that `devices` is NULL or points to `count` strings.
            devices: unsafe { chosen(&host.facts, devices, count) }?,
            ..Request::default()
        };
        let plan = plan::release(host.tree.as_ref(), &host.facts, &request);
        Plan::new(plan.map_err(failed)?)
    };
    // SAFETY: the caller promises just this of `out` and `error`.
    unsafe { give(out, error, make) }
}

/// Plans what a request asks for. Nothing is changed.
///
/// @param host     the host
/// @param request  the request, which stays as it is
/// @param out      receives the plan; set to NULL first
/// @param error    receives the error; may be NULL
/// @return `PASSTHRU_STATUS_OK`, or the status of the failure
///
/// # Safety
///
/// `host` is NULL or a host that was not freed; `request` is NULL or a request that was not
/// freed; `out` and `error` are each NULL or point to a pointer that may be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn passthru_host_plan_request(
    host: *const Host,
    request: *const PlanRequest,
    out: *mut *mut Plan,
    error: *mut *mut Error,
) -> Status {
    let make = || {
        // SAFETY: the caller promises NULL or a host that was not freed.
        let host = unsafe { object(host, "host") }?;
        // SAFETY: the caller promises NULL or a request that was not freed.
        let request = unsafe { object(request, "request") }?;
        // A thread that panicked left it as it was.
        let wanted = request
            .wanted
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        let wanted = wanted.clone();
        let words: Vec<&str> = wanted.devices.iter().map(String::as_str).collect();
        let bind = wanted.bind.as_deref().map(str::parse).transpose();
        let mut request = Request {
            devices: select::all(&host.facts, &words).map_err(failed)?,
            target: wanted
                .target
                .as_deref()
                .map(str::parse)
                .transpose()
                .map_err(failed)?,
            vm: wanted.vm,
            bind: bind.map_err(failed)?,
            ..Request::default()
        };
        for option in &wanted.vm_options {
            request.set(option).map_err(failed)?;
        }
        let plan = plan::make(host.tree.as_ref(), &host.facts, &request);
        Plan::new(plan.map_err(failed)?)
    };
    // SAFETY: the caller promises just this of `out` and `error`.
    unsafe { give(out, error, make) }
}

/// Says something in a request.
///
/// # Safety
///
/// `request` is NULL or a request that was not freed; `text` is NULL or ends with a NUL.
unsafe fn set(
    request: *const PlanRequest,
    text: *const c_char,
    put: impl FnOnce(&mut Wanted, String),
) -> Status {
    // SAFETY: the caller promises NULL or a request that was not freed.
    let request = unsafe { object(request, "request") };
    // SAFETY: the caller promises that `text` is NULL or ends with a NUL.
    let sentence = request.and_then(|request| Ok((request, unsafe { word(text, "text") }?)));
    match sentence {
        Ok((request, text)) => {
            let mut wanted = request
                .wanted
                .lock()
                .unwrap_or_else(PoisonError::into_inner);
            put(&mut wanted, text.to_owned());
            Status::Ok
        }
        Err(error) => error.status,
    }
}
