//! What is said of a host in documents.

use std::ffi::c_char;

use hvconf::guest::WorkSystem;
use passthru::ask::Ask;
use passthru::doctor::{self, Question};
use passthru::predicted::{self, PredictionRequest};
use passthru::{answer, apply, diff, document, guest_work, render, select, verify};

use crate::boundary::{give, object, optional};
use crate::document::Document;
use crate::error::{Error, failed};
use crate::host::{Host, chosen, named, words_of};
use crate::plan::Plan;
use crate::status::Status;
use crate::text::{optional_word, word, words};

/// In which form findings are given. New values may be added.
#[repr(u32)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// One JSON document, as `passthru doctor --json` prints it.
    Json = 1,
    /// JSON, a finding a line, as `passthru doctor --format jsonl` prints it.
    JsonLines = 2,
    /// Metrics for the textfile collector of Prometheus' node_exporter, as `passthru doctor
    /// --format prometheus` prints them.
    Prometheus = 3,
}

/// Looks for what is wrong with the host, what is needless and what is not known: the form
/// `passthru-findings/1`, worst first.
///
/// @param host     the host
/// @param devices  words for what is to be passed through, as on the command line: an address
///                 (`01:00.0`), a slot (`01:00`), an id (`10de:2d04`) or a part of one card's
///                 name; NULL where `count` is 0
/// @param count    how many words there are; 0 for what the host's own settings mean to pass
///                 through
/// @param target   the hypervisor, `proxmox`, `libvirt`, `esxi` or another of
///                 docs/targets.md; NULL for what the input shows
/// @param format   a `passthru_format`
/// @param out      where the document is put; NULL is put there first
/// @param error    where the error is put, or NULL
/// @return `PASSTHRU_STATUS_OK` whatever is found, or why nothing could be looked for
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
        Ok(document.with_fault(report.has_fault()))
    };
    // SAFETY: the caller promises just this of `out` and `error`.
    unsafe { give(out, error, make) }
}

/// Whether a guest can have each card of the host, with its group, reset methods and cost for
/// the host: the form `passthru-check/1`.
///
/// @param host     the host
/// @param devices  words for devices, as for `passthru_host_doctor()`
/// @param count    how many words there are; 0 for every card that could be assigned
/// @param target   as for `passthru_host_doctor()`
/// @param out      where the document is put; NULL is put there first
/// @param error    where the error is put, or NULL
/// @return `PASSTHRU_STATUS_OK`, or why there is none
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
        let devices = unsafe { chosen(&host.facts, devices, count) }?;
        // SAFETY: the caller promises that `target` is NULL or ends with a NUL.
        let target = unsafe { named(target) }?;
        let check = answer::check(&host.facts, &devices, target);
        Ok(Document::of(&check)?.with_fault(!check.is_possible()))
    };
    // SAFETY: the caller promises just this of `out` and `error`.
    unsafe { give(out, error, make) }
}

/// One line for a shell that gathers the facts that the input lacks: the form
/// `passthru-ask/1`.
///
/// @param host     the host; NULL for the line that gathers all that a verdict may rest on
/// @param devices  words for devices, as for `passthru_host_doctor()`
/// @param count    how many words there are; 0 for what the host's own settings mean to pass
///                 through
/// @param target   as for `passthru_host_doctor()`
/// @param out      where the document is put; NULL is put there first
/// @param error    where the error is put, or NULL
/// @return `PASSTHRU_STATUS_OK`, or why there is none
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
            Err(_) if host.facts.devices.is_empty() => Vec::new(),
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

/// The host, its candidates for passthrough, the plan that was applied and the findings: what
/// `passthru --json` prints, the form `passthru-status/1`.
///
/// @param host   the host
/// @param out    where the document is put; NULL is put there first
/// @param error  where the error is put, or NULL
/// @return `PASSTHRU_STATUS_OK`, or why there is none
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

/// The functions of the host: ids, names, class, driver, modules, group, BARs, reset methods.
/// The form `passthru-list/1`.
///
/// @param host     the host
/// @param devices  words for devices, as for `passthru_host_doctor()`, or for a kind: `gpu`,
///                 `nic`, `nvme`, `usb`, `hba`, `audio`
/// @param count    how many words there are; 0 for all functions
/// @param out      where the document is put; NULL is put there first
/// @param error    where the error is put, or NULL
/// @return `PASSTHRU_STATUS_OK`, or why there is none
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
            devices = host.facts.devices.keys().copied().collect();
        }
        Ok(Document::of(&document::list(&host.facts, &devices))?)
    };
    // SAFETY: the caller promises just this of `out` and `error`.
    unsafe { give(out, error, make) }
}

/// The IOMMU groups as they are: their members, whether a group can go to a guest, and what
/// the host would lose. The form `passthru-groups/1`.
///
/// Where words choose functions, it has their groups alone, with the programs that have these
/// open.
///
/// @param host     the host
/// @param devices  words for devices, as for `passthru_host_doctor()`, or for a kind: `gpu`,
///                 `nic`, `nvme`, `usb`, `hba`, `audio`
/// @param count    how many words there are; 0 for all groups
/// @param out      where the document is put; NULL is put there first
/// @param error    where the error is put, or NULL
/// @return `PASSTHRU_STATUS_OK`, or why there is none
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
        facts.find_holders(host.tree.as_ref(), &devices);
        Ok(Document::of(&document::groups_of(&facts, &devices))?)
    };
    // SAFETY: the caller promises just this of `out` and `error`.
    unsafe { give(out, error, make) }
}

/// The IOMMU groups that Linux forms by its rules, from the host's configuration space, and
/// what shares one with the devices. The form `passthru-predicted-groups/1`.
///
/// @param host          the host
/// @param devices       words for devices, as for `passthru_host_doctor()`
/// @param count         how many words there are
/// @param options       kernel options that are set besides (`pcie_acs_override=downstream`),
///                      or other hardware (`card=PORT,like=SLOT`, `moved=SLOT,PORT`,
///                      `port=ADDRESS,like=PORT`), in the words of `passthru groups --with`;
///                      NULL for none
/// @param option_count  how many there are
/// @param kernel        another kernel's release, or `pcie-acs-2025`; NULL for the host's own
/// @param out           where the document is put; NULL is put there first
/// @param error         where the error is put, or NULL
/// @return `PASSTHRU_STATUS_OK`, or `PASSTHRU_STATUS_NO_PREDICTION` and others, with the
///         reason
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

/// The checks of a plan, answered on a host that was read after the reboot: the form
/// `passthru-verification/1`.
///
/// @param host   the host
/// @param plan   the plan; NULL for the newest one that was applied to the host
/// @param out    where the document is put; NULL is put there first
/// @param error  where the error is put, or NULL
/// @return `PASSTHRU_STATUS_OK` whatever the answers are, or why there are none
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
        Ok(Document::of(&found)?.with_fault(!found.is_verified()))
    };
    // SAFETY: the caller promises just this of `out` and `error`.
    unsafe { give(out, error, make) }
}

/// What changed from one look at a host to another, worst first: the form `passthru-diff/1`.
///
/// @param old    the older look
/// @param newer  the newer look
/// @param out    where the document is put; NULL is put there first
/// @param error  where the error is put, or NULL
/// @return `PASSTHRU_STATUS_OK`, or why there is none
///
/// # Safety
///
/// `old` and `newer` are each NULL or a host that was not freed; `out` and `error` are each
/// NULL or point to a pointer that may be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn passthru_host_differences(
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
        Ok(Document::of(&found)?.with_fault(found.has_fault()))
    };
    // SAFETY: the caller promises just this of `out` and `error`.
    unsafe { give(out, error, make) }
}

/// What is done inside a guest that has the devices: files, commands, and steps. The form
/// `passthru-guest/1`.
///
/// @param host          the host
/// @param devices       words for devices, as for `passthru_host_doctor()`
/// @param count         how many words there are
/// @param system        `windows`, a distribution such as `debian`, or the program that makes
///                      the initramfs
/// @param options       words of `passthru guest` without their dashes: `driver=570`, `open`,
///                      `instance=PATH`, `looking-glass=2560x1440`; NULL for none
/// @param option_count  how many there are
/// @param out           where the document is put; NULL is put there first
/// @param error         where the error is put, or NULL
/// @return `PASSTHRU_STATUS_OK`, or why there is none
///
/// # Safety
///
/// `host` is NULL or a host that was not freed; `devices` is NULL or points to `count`
/// strings, each NULL or with a NUL at its end; `options` is NULL or points to `option_count`
/// such strings; `system` is NULL or ends with a NUL; `out` and `error` are each NULL or
/// point to a pointer that may be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn passthru_host_guest_work(
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
        let mut asked = guest_work::Asked::new(devices, system);
        // SAFETY: the caller promises NULL or `option_count` strings.
        for option in unsafe { words(options, option_count, "options") }? {
            asked.say(option).map_err(failed)?;
        }
        let emitted = guest_work::work(&host.facts, &asked).map_err(failed)?;
        Ok(Document::of(&guest_work::document(&emitted))?)
    };
    // SAFETY: the caller promises just this of `out` and `error`.
    unsafe { give(out, error, make) }
}
