//! What shares groups with the functions that were asked for, and what would part them.

use std::ffi::{CString, c_char};
use std::ptr;

use passthru::predicted::{ChangeDocument, OtherDocument, PartingDocument};
use pci_core::Address;

use super::groups::{Because, ReasonFields};
use super::made::Prediction;
use crate::address::PciAddress;
use crate::boundary::{look, put};
use crate::text::to_c;

/// What shares groups with some functions, as C sees it.
#[derive(Debug)]
pub(super) struct Parting {
    devices: Vec<Address>,
    others: Vec<Sharing>,
    changes: Vec<Change>,
}

/// A function that shares a group with one that was asked for.
#[derive(Debug)]
struct Sharing {
    address: Address,
    chains: Vec<Vec<Because>>,
    not_overridden: Vec<Address>,
}

/// Something that can be changed.
#[derive(Debug)]
struct Change {
    move_below: Option<Address>,
    option: Option<CString>,
    others: Vec<Address>,
}

impl Parting {
    pub(super) fn new(parting: &PartingDocument) -> Self {
        let other = |other: &OtherDocument| Sharing {
            address: other.address,
            chains: other
                .reasons
                .iter()
                .map(|chain| chain.iter().map(Because::new).collect())
                .collect(),
            not_overridden: other.not_overridden.clone(),
        };
        let change = |change: &ChangeDocument| Change {
            move_below: change.move_below,
            option: change.option.as_deref().map(to_c),
            others: change.others.clone(),
        };
        Self {
            devices: parting.devices.clone(),
            others: parting.others.iter().map(other).collect(),
            changes: parting.changes.iter().map(change).collect(),
        }
    }
}

/// Looks something up in one function that shares a group.
///
/// # Safety
///
/// `prediction` is NULL or a prediction that was not freed.
unsafe fn sharing<R>(
    prediction: *const Prediction,
    index: usize,
    nothing: R,
    see: impl FnOnce(&Sharing) -> Option<R>,
) -> R {
    // SAFETY: the caller promises the same.
    unsafe {
        look(prediction, nothing, |found| {
            see(found.parting.as_ref()?.others.get(index)?)
        })
    }
}

/// Looks something up in one change.
///
/// # Safety
///
/// `prediction` is NULL or a prediction that was not freed.
unsafe fn change<R>(
    prediction: *const Prediction,
    index: usize,
    nothing: R,
    see: impl FnOnce(&Change) -> Option<R>,
) -> R {
    // SAFETY: the caller promises the same.
    unsafe {
        look(prediction, nothing, |found| {
            see(found.parting.as_ref()?.changes.get(index)?)
        })
    }
}

/// One address of several.
fn nth(addresses: &[Address], index: usize) -> Option<Option<PciAddress>> {
    Some(addresses.get(index).copied().map(PciAddress::from))
}

/// How many devices were asked for; 0 where none were.
///
/// # Safety
///
/// `prediction` is NULL or a prediction that was not freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn passthru_prediction_device_count(prediction: *const Prediction) -> usize {
    let find = |found: &Prediction| Some(found.parting.as_ref()?.devices.len());
    // SAFETY: the caller promises NULL or a prediction that was not freed.
    unsafe { look(prediction, 0, find) }
}

/// One of the devices that were asked for.
///
/// @param prediction  the prediction
/// @param index       which, from 0
/// @param out         where its address is put; unchanged where there is none
/// @return whether there is such a device
///
/// # Safety
///
/// `prediction` is NULL or a prediction that was not freed; `out` is NULL or may be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn passthru_prediction_device(
    prediction: *const Prediction,
    index: usize,
    out: *mut PciAddress,
) -> bool {
    let find = |found: &Prediction| nth(&found.parting.as_ref()?.devices, index);
    // SAFETY: the caller promises NULL or a prediction that was not freed.
    let found = unsafe { look(prediction, None, find) };
    // SAFETY: the caller promises that `out` is NULL or may be written.
    unsafe { put(found, out) }
}

/// How many functions share a group with the devices that were asked for; 0 where none
/// were.
///
/// # Safety
///
/// `prediction` is NULL or a prediction that was not freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn passthru_prediction_sharing_count(prediction: *const Prediction) -> usize {
    let find = |found: &Prediction| Some(found.parting.as_ref()?.others.len());
    // SAFETY: the caller promises NULL or a prediction that was not freed.
    unsafe { look(prediction, 0, find) }
}

/// One of these functions.
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
pub unsafe extern "C" fn passthru_prediction_sharing(
    prediction: *const Prediction,
    index: usize,
    out: *mut PciAddress,
) -> bool {
    // SAFETY: the caller promises NULL or a prediction that was not freed.
    let found = unsafe {
        sharing(prediction, index, None, |sharing| {
            Some(Some(sharing.address.into()))
        })
    };
    // SAFETY: the caller promises that `out` is NULL or may be written.
    unsafe { put(found, out) }
}

/// How many chains of reasons hold such a function there. Something of every chain must
/// change to part it.
///
/// # Safety
///
/// `prediction` is NULL or a prediction that was not freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn passthru_prediction_sharing_chain_count(
    prediction: *const Prediction,
    index: usize,
) -> usize {
    // SAFETY: the caller promises NULL or a prediction that was not freed.
    unsafe { sharing(prediction, index, 0, |sharing| Some(sharing.chains.len())) }
}

/// How many reasons a chain has.
///
/// # Safety
///
/// `prediction` is NULL or a prediction that was not freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn passthru_prediction_sharing_reason_count(
    prediction: *const Prediction,
    index: usize,
    chain: usize,
) -> usize {
    // SAFETY: the caller promises NULL or a prediction that was not freed.
    unsafe {
        sharing(prediction, index, 0, |sharing| {
            Some(sharing.chains.get(chain)?.len())
        })
    }
}

/// One reason of a chain.
///
/// @param prediction  the prediction
/// @param index       which function, from 0
/// @param chain       which chain, from 0
/// @param reason      which reason, from 0
/// @param out         where it is put; unchanged where there is none
/// @return whether there is such a reason
///
/// # Safety
///
/// `prediction` is NULL or a prediction that was not freed; `out` is NULL or may be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn passthru_prediction_sharing_reason(
    prediction: *const Prediction,
    index: usize,
    chain: usize,
    reason: usize,
    out: *mut ReasonFields,
) -> bool {
    // SAFETY: the caller promises NULL or a prediction that was not freed.
    let found = unsafe {
        sharing(prediction, index, None, |sharing| {
            Some(sharing.chains.get(chain)?.get(reason).map(Because::fields))
        })
    };
    // SAFETY: the caller promises that `out` is NULL or may be written.
    unsafe { put(found, out) }
}

/// How many functions on these chains the ACS override does not change.
///
/// # Safety
///
/// `prediction` is NULL or a prediction that was not freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn passthru_prediction_sharing_not_overridden_count(
    prediction: *const Prediction,
    index: usize,
) -> usize {
    // SAFETY: the caller promises NULL or a prediction that was not freed.
    unsafe {
        sharing(prediction, index, 0, |sharing| {
            Some(sharing.not_overridden.len())
        })
    }
}

/// One of the functions that the ACS override does not change.
///
/// @param prediction  the prediction
/// @param index       which function that shares a group, from 0
/// @param function    which of these, from 0
/// @param out         where its address is put; unchanged where there is none
/// @return whether there is such a function
///
/// # Safety
///
/// `prediction` is NULL or a prediction that was not freed; `out` is NULL or may be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn passthru_prediction_sharing_not_overridden(
    prediction: *const Prediction,
    index: usize,
    function: usize,
    out: *mut PciAddress,
) -> bool {
    // SAFETY: the caller promises NULL or a prediction that was not freed.
    let found = unsafe {
        sharing(prediction, index, None, |sharing| {
            nth(&sharing.not_overridden, function)
        })
    };
    // SAFETY: the caller promises that `out` is NULL or may be written.
    unsafe { put(found, out) }
}

/// How many changes would leave fewer functions that share a group with the devices that
/// were asked for. The gentlest comes first.
///
/// # Safety
///
/// `prediction` is NULL or a prediction that was not freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn passthru_prediction_change_count(prediction: *const Prediction) -> usize {
    let find = |found: &Prediction| Some(found.parting.as_ref()?.changes.len());
    // SAFETY: the caller promises NULL or a prediction that was not freed.
    unsafe { look(prediction, 0, find) }
}

/// The kernel option that a change is, as it is typed; NULL where it is none.
///
/// # Safety
///
/// `prediction` is NULL or a prediction that was not freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn passthru_prediction_change_option(
    prediction: *const Prediction,
    index: usize,
) -> *const c_char {
    // SAFETY: the caller promises NULL or a prediction that was not freed.
    unsafe {
        change(prediction, index, ptr::null(), |change| {
            change.option.as_ref().map(|text| text.as_ptr())
        })
    }
}

/// The port behind which the card would go, where a change is that.
///
/// @param prediction  the prediction
/// @param index       which change, from 0
/// @param out         where the port's address is put; unchanged where there is none
/// @return whether the change is one of place
///
/// # Safety
///
/// `prediction` is NULL or a prediction that was not freed; `out` is NULL or may be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn passthru_prediction_change_move_below(
    prediction: *const Prediction,
    index: usize,
    out: *mut PciAddress,
) -> bool {
    // SAFETY: the caller promises NULL or a prediction that was not freed.
    let found = unsafe {
        change(prediction, index, None, |change| {
            Some(change.move_below.map(PciAddress::from))
        })
    };
    // SAFETY: the caller promises that `out` is NULL or may be written.
    unsafe { put(found, out) }
}

/// How many functions would still share the group after a change.
///
/// # Safety
///
/// `prediction` is NULL or a prediction that was not freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn passthru_prediction_change_left_count(
    prediction: *const Prediction,
    index: usize,
) -> usize {
    // SAFETY: the caller promises NULL or a prediction that was not freed.
    unsafe { change(prediction, index, 0, |change| Some(change.others.len())) }
}

/// One of the functions that would still share the group.
///
/// @param prediction  the prediction
/// @param index       which change, from 0
/// @param function    which function, from 0
/// @param out         where its address is put; unchanged where there is none
/// @return whether there is such a function
///
/// # Safety
///
/// `prediction` is NULL or a prediction that was not freed; `out` is NULL or may be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn passthru_prediction_change_left(
    prediction: *const Prediction,
    index: usize,
    function: usize,
    out: *mut PciAddress,
) -> bool {
    // SAFETY: the caller promises NULL or a prediction that was not freed.
    let found = unsafe {
        change(prediction, index, None, |change| {
            nth(&change.others, function)
        })
    };
    // SAFETY: the caller promises that `out` is NULL or may be written.
    unsafe { put(found, out) }
}
