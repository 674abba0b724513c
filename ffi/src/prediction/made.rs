//! Making a prediction, and its whole.

use std::ffi::{CString, c_char};
use std::ptr;

use passthru::document;
use passthru::predicted::{Asked, PredictedGroups, groups};
use pci_core::Address;

use super::agreement::Agreement;
use super::groups::PredictedGroup;
use super::hardware::ChangedFunction;
use super::parting::Parting;
use crate::boundary::{give, look, object, release};
use crate::error::{Error, failed, unwritten};
use crate::host::{Host, chosen};
use crate::status::Status;
use crate::text::{array, optional_word, to_c, word};

/// The groups that Linux would form. Free it with `passthru_prediction_free()`; it does
/// not need its host.
///
/// Threads may share it: it does not change.
#[derive(Debug)]
pub struct Prediction {
    rules: CString,
    shows_all_functions: bool,
    numbers_sure: bool,
    pub(super) groups: Vec<PredictedGroup>,
    pub(super) or: Vec<PredictedGroup>,
    pub(super) ungrouped: Vec<Address>,
    pub(super) undecided: Vec<Address>,
    pub(super) changed: Vec<ChangedFunction>,
    pub(super) agreement: Option<Agreement>,
    pub(super) parting: Option<Parting>,
    json: CString,
}

impl Prediction {
    fn new(found: &PredictedGroups) -> Result<Self, Error> {
        let json = document::to_json(found).map_err(unwritten)?;
        Ok(Self {
            rules: to_c(found.rules),
            shows_all_functions: found.shows_all_functions,
            numbers_sure: found.numbers_sure,
            groups: found.groups.iter().map(PredictedGroup::new).collect(),
            or: found.or.iter().map(PredictedGroup::new).collect(),
            ungrouped: found.ungrouped.clone(),
            undecided: found.undecided.clone(),
            changed: {
                let changed = found.changed.iter().map(|changed| ChangedFunction {
                    address: changed.address,
                    was: changed.was,
                });
                changed.collect()
            },
            agreement: found.observed.as_ref().map(Agreement::new),
            parting: found.parting.as_ref().map(Parting::new),
            json: to_c(&json),
        })
    }
}

/// Predicts the groups that Linux forms of the host's functions, from their
/// configuration space. On the running host this wakes functions that sleep.
///
/// @param host          the host
/// @param devices       words for devices, as for `passthru_host_doctor()`, of which is
///                      told what shares a group with them, why, and what would part it
/// @param device_count  how many words there are; 0 for none
/// @param options       kernel options that are set in addition, as they are typed:
///                      `pcie_acs_override=downstream`, and changes of the hardware:
///                      `card=00:1c.4,like=01:00`; NULL where `option_count` is 0
/// @param option_count  how many options there are
/// @param kernel        another kernel's release, or `pcie-acs-2025`; NULL for the
///                      host's own
/// @param out           where the prediction is put; NULL is put there first
/// @param error         where the error is put, or NULL
/// @return `PASSTHRU_STATUS_OK`, or why there is no prediction
///
/// # Safety
///
/// `host` is NULL or a host that was not freed; `devices` is NULL or points to
/// `device_count` strings, `options` to `option_count`; each string, and `kernel`, is
/// NULL or ends with a NUL; `out` and `error` are each NULL or point to a pointer that
/// may be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn passthru_host_predict_groups(
    host: *const Host,
    devices: *const *const c_char,
    device_count: usize,
    options: *const *const c_char,
    option_count: usize,
    kernel: *const c_char,
    out: *mut *mut Prediction,
    error: *mut *mut Error,
) -> Status {
    let make = || {
        // SAFETY: the caller promises NULL or a host that was not freed.
        let host = unsafe { object(host, "host") }?;
        // SAFETY: the caller promises that `devices` is NULL or points to so many strings.
        let wanted = unsafe { chosen(&host.facts, devices, device_count) }?;
        let mut with = Vec::new();
        // SAFETY: the caller promises that `options` is NULL or points to so many strings.
        for option in unsafe { array(options, option_count, "options") }? {
            // SAFETY: the caller promises that each is NULL or ends with a NUL.
            with.push(unsafe { word(*option, "options") }?.to_owned());
        }
        // SAFETY: the caller promises that `kernel` is NULL or ends with a NUL.
        let kernel = unsafe { optional_word(kernel, "kernel") }?.map(str::to_owned);
        let asked = Asked { with, kernel };
        let wanted = wanted.into_iter().collect();
        let found = groups(host.tree.as_ref(), &host.facts, wanted, &asked).map_err(failed)?;
        Prediction::new(&found)
    };
    // SAFETY: the caller promises just this of `out` and `error`.
    unsafe { give(out, error, make) }
}

/// Frees a prediction. NULL is let pass.
///
/// # Safety
///
/// `prediction` is NULL or a prediction that was not freed; it is not used afterwards.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn passthru_prediction_free(prediction: *mut Prediction) {
    // SAFETY: the caller promises NULL or a prediction that was not freed.
    unsafe { release(prediction) }
}

/// The prediction as `passthru groups --predict --json` prints it. It lives as long as
/// the prediction. NULL for NULL.
///
/// # Safety
///
/// `prediction` is NULL or a prediction that was not freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn passthru_prediction_to_json(
    prediction: *const Prediction,
) -> *const c_char {
    // SAFETY: the caller promises NULL or a prediction that was not freed.
    unsafe { look(prediction, ptr::null(), |found| Some(found.json.as_ptr())) }
}

/// By which rules it was made: `linux-6.1` for those of Linux 6.1 to 7.2, or
/// `pcie-acs-2025`. NULL for NULL.
///
/// # Safety
///
/// `prediction` is NULL or a prediction that was not freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn passthru_prediction_rules(prediction: *const Prediction) -> *const c_char {
    // SAFETY: the caller promises NULL or a prediction that was not freed.
    unsafe { look(prediction, ptr::null(), |found| Some(found.rules.as_ptr())) }
}

/// Whether the input is known to show all functions: one that it leaves out may share a
/// group with others, or keep them from sharing one.
///
/// # Safety
///
/// `prediction` is NULL or a prediction that was not freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn passthru_prediction_shows_all_functions(
    prediction: *const Prediction,
) -> bool {
    // SAFETY: the caller promises NULL or a prediction that was not freed.
    unsafe { look(prediction, false, |found| Some(found.shows_all_functions)) }
}

/// Whether the groups' numbers are sure, or only who shares a group.
///
/// # Safety
///
/// `prediction` is NULL or a prediction that was not freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn passthru_prediction_numbers_sure(prediction: *const Prediction) -> bool {
    // SAFETY: the caller promises NULL or a prediction that was not freed.
    unsafe { look(prediction, false, |found| Some(found.numbers_sure)) }
}

#[cfg(test)]
#[allow(
    clippy::multiple_unsafe_ops_per_block,
    reason = "one sentence for a chain of calls"
)]
mod tests {
    use std::ffi::CStr;

    use super::*;
    use crate::host::{Text, passthru_host_free, passthru_host_open_texts};

    /// A network card on a root bus, as `lspci -nxxxx` prints it.
    fn listing() -> String {
        let mut text = "00:03.0 0200: 8086:100e\n".to_owned();
        for line in 0..16 {
            let bytes = if line == 0 {
                "86 80 0e 10 07 01 00 00 03 00 00 02 00 00 00 00"
            } else {
                "00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00"
            };
            text.push_str(&format!("{line:x}0: {bytes}\n"));
        }
        text
    }

    #[test]
    fn says_what_the_command_says() {
        let listing = listing();
        let text = Text {
            name: c"lspci".as_ptr(),
            data: listing.as_ptr(),
            length: listing.len(),
        };
        let (mut host, mut found) = (ptr::null_mut(), ptr::null_mut());
        let option = [c"pcie_acs_override=downstream".as_ptr()];
        // SAFETY: all pointers are of values that are here, or NULL where that may be.
        let json = unsafe {
            let none = ptr::null_mut();
            let opened = passthru_host_open_texts(&raw const text, 1, &raw mut host, none);
            assert_eq!(opened, Status::Ok);
            let status = passthru_host_predict_groups(
                host,
                ptr::null(),
                0,
                option.as_ptr(),
                1,
                c"6.12.107".as_ptr(),
                &raw mut found,
                none.cast(),
            );
            assert_eq!(status, Status::Ok);
            // A prediction does not need its host.
            passthru_host_free(host);
            let json = CStr::from_ptr(passthru_prediction_to_json(found));
            let json = json.to_str().unwrap().to_owned();
            passthru_prediction_free(found);
            json
        };
        let mut intake = passthru::intake::Intake::new();
        intake.add("lspci", listing.as_bytes()).unwrap();
        let tree = intake.finish().unwrap();
        let here = passthru::Host::read(&tree);
        let asked = Asked {
            with: vec!["pcie_acs_override=downstream".to_owned()],
            kernel: Some("6.12.107".to_owned()),
        };
        let same = groups(&tree, &here, [].into(), &asked).unwrap();
        assert_eq!(json, document::to_json(&same).unwrap());
        assert!(json.contains("0000:00:03.0"), "{json}");
    }
}
