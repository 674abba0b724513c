//! Documents about a host.

use std::ffi::c_char;

use hvconf::guest::WorkSystem;
use passthru::ask::Ask;
use passthru::doctor::{self, Question};
use passthru::predicted::{self, PredictionRequest};
use passthru::{answer, apply, diff, document, guest_setup, render, select, verify};

use crate::boundary::{give, object, optional};
use crate::document::Document;
use crate::error::{Error, failed};
use crate::host::{Host, chosen, named, words_of};
use crate::plan::Plan;
use crate::status::Status;
use crate::text::{optional_word, word, words};

/// The format of findings. New values may be added.
#[repr(u32)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// One JSON document, as `passthru doctor --json` prints it.
    Json = 1,
    /// JSON lines, one finding per line, as `passthru doctor --format jsonl` prints them.
    JsonLines = 2,
    /// Metrics for the textfile collector of Prometheus' node_exporter, as `passthru doctor
    /// --format prometheus` prints them.
    Prometheus = 3,
}

/// Returns the findings about the host, worst first: the form `passthru-findings/1`.
///
/// @param host     the host
/// @param devices  words for the devices to pass through, as on the command line: an address
///                 (`01:00.0`), a slot (`01:00`), an ID (`10de:2d04`) or a part of the name of
///                 one card; NULL if `count` is 0
/// @param count    the number of words; 0 for the devices that the host's settings pass through
/// @param target   the hypervisor, `proxmox`, `libvirt`, `esxi` or another of docs/targets.md;
///                 NULL for that of the input
/// @param format   a `passthru_format`
/// @param out      receives the document; set to NULL first
/// @param error    receives the error; may be NULL
/// @return `PASSTHRU_STATUS_OK`, also with findings, or the status of the failure
///
/// # Safety
///
/// `host` is NULL or a host that was not freed; `devices` is NULL or points to `count`
/// strings, each NULL or with a NUL at its end; `target` is NULL or ends with a NUL; `out`
/// and `error` are each NULL or point to a pointer that may be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn passthru_host_doctor(
    host: *const Host,
    devices: *const *const c_char,
    count: usize,
    target: *const c_char,
    format: u32,
    out: *mut *mut Document,
    error: *mut *mut Error,
) -> Status {
    let make = || {
        // SAFETY: the caller promises NULL or a host that was not freed.
        let host = unsafe { object(host, "host") }?;
        // SAFETY: the caller promises that `devices` is NULL or points to `count` strings.
        let devices = unsafe { chosen(&host.facts, devices, count) }?;
        // SAFETY: the caller promises that `target` is NULL or ends with a NUL.
        let target = unsafe { named(target) }?;
        let report = doctor::examine(&host.facts, &Question { devices, target });
        let document = match format {
            json if json == Format::Json as u32 => Document::of(&report)?,
            lines if lines == Format::JsonLines as u32 => {
                Document::text(&render::json_lines(&report)?)
            }
            metrics if metrics == Format::Prometheus as u32 => {
                Document::text(&render::prometheus(&report))
            }
            other => {
                let message = format!("format: expected a passthru_format, found {other}");
                return Err(Error::new(Status::BadArgument, &message));
            }
        };
        Ok(document.with_problem(report.has_problem()))
    };
    // SAFETY: the caller promises just this of `out` and `error`.
    unsafe { give(out, error, make) }
}

/// Returns whether each card of the host can be assigned, with its IOMMU group, reset methods
/// and host impact: the form `passthru-check/1`.
///
/// @param host     the host
/// @param devices  words for devices, as for `passthru_host_doctor()`
/// @param count    the number of words; 0 for every card that could be assigned
/// @param target   as for `passthru_host_doctor()`
/// @param out      receives the document; set to NULL first
/// @param error    receives the error; may be NULL
/// @return `PASSTHRU_STATUS_OK`, or the status of the failure
///
/// # Safety
///
/// `host` is NULL or a host that was not freed; `devices` is NULL or points to `count`
/// strings, each NULL or with a NUL at its end; `target` is NULL or ends with a NUL; `out`
/// and `error` are each NULL or point to a pointer that may be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn passthru_host_check(
    host: *const Host,
    devices: *const *const c_char,
    count: usize,
    target: *const c_char,
    out: *mut *mut Document,
    error: *mut *mut Error,
) -> Status {
    let make = || {
        // SAFETY: the caller promises NULL or a host that was not freed.
        let host = unsafe { object(host, "host") }?;
        // SAFETY: the caller promises that `devices` is NULL or points to `count` strings.
        let words = unsafe { words_of(devices, count) }?;
        let devices = select::listed(&host.facts, &words).map_err(failed)?;
        // SAFETY: the caller promises that `target` is NULL or ends with a NUL.
        let target = unsafe { named(target) }?;
        let check = answer::check(&host.facts, &devices, target);
        Ok(Document::of(&check)?.with_problem(!check.is_possible()))
    };
    // SAFETY: the caller promises just this of `out` and `error`.
    unsafe { give(out, error, make) }
}

/// Returns one shell command that collects the facts that are not in the input: the form
/// `passthru-ask/1`.
///
/// @param host     the host; NULL for the command that collects all deciding facts
/// @param devices  words for devices, as for `passthru_host_doctor()`
/// @param count    the number of words; 0 for the devices that the host's settings pass through
/// @param target   as for `passthru_host_doctor()`
/// @param out      receives the document; set to NULL first
/// @param error    receives the error; may be NULL
/// @return `PASSTHRU_STATUS_OK`, or the status of the failure
///
/// # Safety
///
/// `host` is NULL or a host that was not freed; `devices` is NULL or points to `count`
/// strings, each NULL or with a NUL at its end; `target` is NULL or ends with a NUL; `out`
/// and `error` are each NULL or point to a pointer that may be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn passthru_host_ask(
    host: *const Host,
    devices: *const *const c_char,
    count: usize,
    target: *const c_char,
    out: *mut *mut Document,
    error: *mut *mut Error,
) -> Status {
    let make = || {
        // SAFETY: the caller promises that `target` is NULL or ends with a NUL.
        let target = unsafe { named(target) }?;
        // SAFETY: the caller promises NULL or a host that was not freed.
        let Some(host) = (unsafe { optional(host) }) else {
            return Ok(Document::of(&Ask::all(target).document())?);
        };
        // SAFETY: the caller promises that `devices` is NULL or points to `count` strings.
        let words = unsafe { words_of(devices, count) }?;
        // A device that the input does not show is one of the facts that it lacks.
        let devices = match select::all(&host.facts, &words) {
            Err(_) if host.facts.devices().is_empty() => Vec::new(),
            chosen => chosen.map_err(failed)?,
        };
        let report = doctor::examine(&host.facts, &Question { devices, target });
        Ok(Document::of(
            &Ask::of(&host.facts, &report.findings, target).document(),
        )?)
    };
    // SAFETY: the caller promises just this of `out` and `error`.
    unsafe { give(out, error, make) }
}

/// Returns the host, its candidates for passthrough, the applied plan and the findings, as
/// `passthru --json` prints them: the form `passthru-status/1`.
///
/// @param host   the host
/// @param out    receives the document; set to NULL first
/// @param error  receives the error; may be NULL
/// @return `PASSTHRU_STATUS_OK`, or the status of the failure
///
/// # Safety
///
/// `host` is NULL or a host that was not freed; `out` and `error` are each NULL or point to a
/// pointer that may be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn passthru_host_status(
    host: *const Host,
    out: *mut *mut Document,
    error: *mut *mut Error,
) -> Status {
    let make = || {
        // SAFETY: the caller promises NULL or a host that was not freed.
        let host = unsafe { object(host, "host") }?;
        let report = doctor::examine(&host.facts, &Question::default());
        let transaction = apply::last(host.tree.as_ref()).ok().flatten();
        let status = document::status(
            host.tree.as_ref(),
            &host.facts,
            &report,
            transaction.as_ref(),
        );
        Ok(Document::of(&status)?)
    };
    // SAFETY: the caller promises just this of `out` and `error`.
    unsafe { give(out, error, make) }
}

/// Returns the functions of the host, with IDs, names, driver, IOMMU group, BARs and reset
/// methods: the form `passthru-list/1`.
///
/// @param host     the host
/// @param devices  words for devices, as for `passthru_host_doctor()`, or for a kind: `gpu`,
///                 `nic`, `nvme`, `usb`, `hba`, `audio`
/// @param count    the number of words; 0 for all functions
/// @param out      receives the document; set to NULL first
/// @param error    receives the error; may be NULL
/// @return `PASSTHRU_STATUS_OK`, or the status of the failure
///
/// # Safety
///
/// `host` is NULL or a host that was not freed; `devices` is NULL or points to `count`
/// strings, each NULL or with a NUL at its end; `out` and `error` are each NULL or point to a
/// pointer that may be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn passthru_host_list(
    host: *const Host,
    devices: *const *const c_char,
    count: usize,
    out: *mut *mut Document,
    error: *mut *mut Error,
) -> Status {
    let make = || {
        // SAFETY: the caller promises NULL or a host that was not freed.
        let host = unsafe { object(host, "host") }?;
        // SAFETY: the caller promises that `devices` is NULL or points to `count` strings.
        let words = unsafe { words_of(devices, count) }?;
        let mut devices = select::listed(&host.facts, &words).map_err(failed)?;
        if count == 0 {
            devices = host.facts.devices().keys().copied().collect();
        }
        Ok(Document::of(&document::list(&host.facts, &devices))?)
    };
    // SAFETY: the caller promises just this of `out` and `error`.
    unsafe { give(out, error, make) }
}

/// Returns the IOMMU groups of the host: members, viability, and host impact. The form
/// `passthru-groups/1`.
///
/// With words for devices, it has only their groups, with the processes that have them open.
///
/// @param host     the host
/// @param devices  words for devices, as for `passthru_host_doctor()`, or for a kind: `gpu`,
///                 `nic`, `nvme`, `usb`, `hba`, `audio`
/// @param count    the number of words; 0 for all groups
/// @param out      receives the document; set to NULL first
/// @param error    receives the error; may be NULL
/// @return `PASSTHRU_STATUS_OK`, or the status of the failure
///
/// # Safety
///
/// `host` is NULL or a host that was not freed; `devices` is NULL or points to `count`
/// strings, each NULL or with a NUL at its end; `out` and `error` are each NULL or point to a
/// pointer that may be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn passthru_host_groups(
    host: *const Host,
    devices: *const *const c_char,
    count: usize,
    out: *mut *mut Document,
    error: *mut *mut Error,
) -> Status {
    let make = || {
        // SAFETY: the caller promises NULL or a host that was not freed.
        let host = unsafe { object(host, "host") }?;
        // SAFETY: the caller promises that `devices` is NULL or points to `count` strings.
        let words = unsafe { words_of(devices, count) }?;
        let devices = select::listed(&host.facts, &words).map_err(failed)?;
        if count == 0 {
            return Ok(Document::of(&document::groups(&host.facts))?);
        }
        let mut facts = passthru::Host::read(host.tree.as_ref());
        // Only where it is asked for: it goes through all open files.
        facts.find_group_users(host.tree.as_ref(), &devices);
        Ok(Document::of(&document::groups_of(&facts, &devices))?)
    };
    // SAFETY: the caller promises just this of `out` and `error`.
    unsafe { give(out, error, make) }
}

/// Predicts the IOMMU groups that Linux forms, from the configuration space of the host, and
/// the functions that share one with the devices: the form `passthru-predicted-groups/1`.
///
/// @param host          the host
/// @param devices       words for devices, as for `passthru_host_doctor()`
/// @param count         the number of words
/// @param options       additional kernel options (`pcie_acs_override=downstream`), or hardware
///                      changes (`card=PORT,like=SLOT`, `moved=SLOT,PORT`,
///                      `port=ADDRESS,like=PORT`), as for `passthru groups --with`; NULL for
///                      none
/// @param option_count  their number
/// @param kernel        the release of another kernel, or `pcie-acs-2025`; NULL for that of the
///                      host
/// @param out           receives the document; set to NULL first
/// @param error         receives the error; may be NULL
/// @return `PASSTHRU_STATUS_OK`, `PASSTHRU_STATUS_NO_PREDICTION` or another status
///
/// # Safety
///
/// `host` is NULL or a host that was not freed; `devices` is NULL or points to `count`
/// strings, each NULL or with a NUL at its end; `options` is NULL or points to `option_count`
/// such strings; `kernel` is NULL or ends with a NUL; `out` and `error` are each NULL or
/// point to a pointer that may be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn passthru_host_predict_groups(
    host: *const Host,
    devices: *const *const c_char,
    count: usize,
    options: *const *const c_char,
    option_count: usize,
    kernel: *const c_char,
    out: *mut *mut Document,
    error: *mut *mut Error,
) -> Status {
    let make = || {
        // SAFETY: the caller promises NULL or a host that was not freed.
        let host = unsafe { object(host, "host") }?;
        // SAFETY: the caller promises that `devices` is NULL or points to `count` strings.
        let devices = unsafe { chosen(&host.facts, devices, count) }?;
        // SAFETY: the caller promises that `options` is NULL or points to so many strings.
        let with = unsafe { words(options, option_count, "options") }?;
        let asked = PredictionRequest {
            with: with.into_iter().map(str::to_owned).collect(),
            // SAFETY: the caller promises that `kernel` is NULL or ends with a NUL.
            kernel: unsafe { optional_word(kernel, "kernel") }?.map(str::to_owned),
        };
        let devices = devices.into_iter().collect();
        let found = predicted::groups(host.tree.as_ref(), &host.facts, devices, &asked);
        Ok(Document::of(&found.map_err(failed)?)?)
    };
    // SAFETY: the caller promises just this of `out` and `error`.
    unsafe { give(out, error, make) }
}

/// Verifies a plan on a host that was read after the reboot: the form
/// `passthru-verification/1`.
///
/// @param host   the host
/// @param plan   the plan; NULL for the newest applied plan of the host
/// @param out    receives the document; set to NULL first
/// @param error  receives the error; may be NULL
/// @return `PASSTHRU_STATUS_OK`, also for failed checks, or the status of the failure
///
/// # Safety
///
/// `host` is NULL or a host that was not freed; `plan` is NULL or a plan that was not freed;
/// `out` and `error` are each NULL or point to a pointer that may be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn passthru_host_verify(
    host: *const Host,
    plan: *const Plan,
    out: *mut *mut Document,
    error: *mut *mut Error,
) -> Status {
    let make = || {
        // SAFETY: the caller promises NULL or a host that was not freed.
        let host = unsafe { object(host, "host") }?;
        // SAFETY: the caller promises NULL or a plan that was not freed.
        let plan = unsafe { optional(plan) }.map(|plan| &plan.plan);
        let found = verify::newest(host.tree.as_ref(), plan).map_err(failed)?;
        Ok(Document::of(&found)?.with_problem(!found.is_verified()))
    };
    // SAFETY: the caller promises just this of `out` and `error`.
    unsafe { give(out, error, make) }
}

/// Returns the differences between two states of a host, worst first: the form
/// `passthru-diff/1`.
///
/// @param old    the state before
/// @param newer  the state after
/// @param out    receives the document; set to NULL first
/// @param error  receives the error; may be NULL
/// @return `PASSTHRU_STATUS_OK`, or the status of the failure
///
/// # Safety
///
/// `old` and `newer` are each NULL or a host that was not freed; `out` and `error` are each
/// NULL or point to a pointer that may be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn passthru_host_diff(
    old: *const Host,
    newer: *const Host,
    out: *mut *mut Document,
    error: *mut *mut Error,
) -> Status {
    let make = || {
        // SAFETY: the caller promises NULL or a host that was not freed.
        let old = unsafe { object(old, "old") }?;
        // SAFETY: as above.
        let newer = unsafe { object(newer, "newer") }?;
        let found = diff::between(&old.facts, &newer.facts);
        Ok(Document::of(&found)?.with_problem(found.has_problem()))
    };
    // SAFETY: the caller promises just this of `out` and `error`.
    unsafe { give(out, error, make) }
}

/// Returns the setup inside a guest with the devices: files, commands and manual steps. The
/// form `passthru-guest/1`.
///
/// @param host          the host
/// @param devices       words for devices, as for `passthru_host_doctor()`
/// @param count         the number of words
/// @param system        `windows`, a distribution such as `debian`, or an initramfs program
/// @param options       words of `passthru guest` without their dashes: `driver=570`, `open`,
///                      `instance=PATH`, `looking-glass=2560x1440`; NULL for none
/// @param option_count  their number
/// @param out           receives the document; set to NULL first
/// @param error         receives the error; may be NULL
/// @return `PASSTHRU_STATUS_OK`, or the status of the failure
///
/// # Safety
///
/// `host` is NULL or a host that was not freed; `devices` is NULL or points to `count`
/// strings, each NULL or with a NUL at its end; `options` is NULL or points to `option_count`
/// such strings; `system` is NULL or ends with a NUL; `out` and `error` are each NULL or
/// point to a pointer that may be written.
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
        let system: WorkSystem = unsafe { word(system, "system") }?.parse().map_err(failed)?;
        let mut asked = guest_setup::GuestSetupRequest::new(devices, system);
        // SAFETY: the caller promises NULL or `option_count` strings.
        for option in unsafe { words(options, option_count, "options") }? {
            asked.set(option).map_err(failed)?;
        }
        let emitted = guest_setup::work(&host.facts, &asked).map_err(failed)?;
        Ok(Document::of(&guest_setup::document(&emitted))?)
    };
    // SAFETY: the caller promises just this of `out` and `error`.
    unsafe { give(out, error, make) }
}
