//! What a change of the hardware, which the prediction was asked with, puts elsewhere.

use pci_core::Address;

use super::made::Prediction;
use crate::address::PciAddress;
use crate::boundary::{look, put};

/// A function that a change of the hardware puts elsewhere or adds.
#[derive(Clone, Copy, Debug)]
pub(super) struct ChangedFunction {
    pub(super) address: Address,
    pub(super) was: Option<Address>,
}

/// How many functions the changes of the hardware put elsewhere or add: `card=`, `moved=` and
/// `port=` of the options. 0 without such.
///
/// # Safety
///
/// `prediction` is NULL or a prediction that was not freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn passthru_prediction_changed_count(prediction: *const Prediction) -> usize {
    // SAFETY: the caller promises NULL or a prediction that was not freed.
    unsafe { look(prediction, 0, |found| Some(found.changed.len())) }
}

/// One of these functions, by its address after the changes.
///
/// @param prediction  the prediction
/// @param index       which, from 0
/// @param out         where its address is put; unchanged where there is none
/// @return whether there is such a function
///
/// # Safety
///
/// `prediction` is NULL or a prediction that was not freed; `out` is NULL or may be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn passthru_prediction_changed(
    prediction: *const Prediction,
    index: usize,
    out: *mut PciAddress,
) -> bool {
    let find = |found: &Prediction| {
        let changed = found.changed.get(index);
        Some(changed.map(|changed| PciAddress::from(changed.address)))
    };
    // SAFETY: the caller promises NULL or a prediction that was not freed.
    let found = unsafe { look(prediction, None, find) };
    // SAFETY: the caller promises that `out` is NULL or may be written.
    unsafe { put(found, out) }
}

/// Where one of these functions is without the changes.
///
/// @param prediction  the prediction
/// @param index       which, from 0
/// @param out         where that address is put; unchanged where there is none
/// @return whether it is anywhere: not where the changes add it
///
/// # Safety
///
/// `prediction` is NULL or a prediction that was not freed; `out` is NULL or may be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn passthru_prediction_changed_was(
    prediction: *const Prediction,
    index: usize,
    out: *mut PciAddress,
) -> bool {
    let find = |found: &Prediction| {
        let changed = found.changed.get(index);
        Some(
            changed
                .and_then(|changed| changed.was)
                .map(PciAddress::from),
        )
    };
    // SAFETY: the caller promises NULL or a prediction that was not freed.
    let found = unsafe { look(prediction, None, find) };
    // SAFETY: the caller promises that `out` is NULL or may be written.
    unsafe { put(found, out) }
}
