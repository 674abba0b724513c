//! Predicted groups, with why functions share them.

use std::ffi::{CString, c_char};

use passthru::predicted::{GroupWithReasons, Reason};
use pci_core::Address;

use super::made::Prediction;
use crate::address::PciAddress;
use crate::boundary::{look, put};
use crate::text::to_c;

/// Which groups are asked for, where the input leaves open whether some functions are
/// isolated. New values may be added.
#[repr(u32)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The groups if those functions are isolated; the groups where nothing is open.
    Isolated = 1,
    /// The groups if they are not; none where nothing is open.
    NotIsolated = 2,
}

/// Why one function shares the group of another.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct ReasonFields {
    /// The one that joined.
    pub a: PciAddress,
    /// The one whose group it joined.
    pub b: PciAddress,
    /// Why, in words; they live as long as the prediction.
    pub reason: *const c_char,
}

/// One group, as C sees it.
#[derive(Debug)]
pub(super) struct PredictedGroup {
    number: u32,
    members: Vec<Address>,
    reasons: Vec<Because>,
}

/// Why one function shares the group of another, with its words for C.
#[derive(Debug)]
pub(super) struct Because {
    a: Address,
    b: Address,
    reason: CString,
}

impl Because {
    pub(super) fn new(reason: &Reason) -> Self {
        Self {
            a: reason.a,
            b: reason.b,
            reason: to_c(&reason.reason),
        }
    }

    pub(super) fn fields(&self) -> ReasonFields {
        ReasonFields {
            a: self.a.into(),
            b: self.b.into(),
            reason: self.reason.as_ptr(),
        }
    }
}

impl PredictedGroup {
    pub(super) fn new(group: &GroupWithReasons) -> Self {
        Self {
            number: group.id,
            members: group.devices.clone(),
            reasons: group.because.iter().map(Because::new).collect(),
        }
    }
}

/// The groups of an outcome; `None` for a number that is none.
fn of(prediction: &Prediction, outcome: u32) -> Option<&[PredictedGroup]> {
    match outcome {
        _ if outcome == Outcome::Isolated as u32 => Some(&prediction.groups),
        _ if outcome == Outcome::NotIsolated as u32 => Some(&prediction.or),
        _ => None,
    }
}

/// Looks something up in one group.
///
/// # Safety
///
/// `prediction` is NULL or a prediction that was not freed.
unsafe fn look_at<R>(
    prediction: *const Prediction,
    outcome: u32,
    group: usize,
    nothing: R,
    see: impl FnOnce(&PredictedGroup) -> Option<R>,
) -> R {
    // SAFETY: the caller promises the same.
    unsafe {
        look(prediction, nothing, |found| {
            see(of(found, outcome)?.get(group)?)
        })
    }
}

/// How many groups there are.
///
/// @param prediction  the prediction
/// @param outcome     a `passthru_outcome`
/// @return how many; 0 for NULL, and for a number that is no outcome
///
/// # Safety
///
/// `prediction` is NULL or a prediction that was not freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn passthru_prediction_group_count(
    prediction: *const Prediction,
    outcome: u32,
) -> usize {
    // SAFETY: the caller promises NULL or a prediction that was not freed.
    unsafe { look(prediction, 0, |found| Some(of(found, outcome)?.len())) }
}

/// A group's number, as it would be in sysfs; `UINT32_MAX` where there is no such group.
///
/// # Safety
///
/// `prediction` is NULL or a prediction that was not freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn passthru_prediction_group_number(
    prediction: *const Prediction,
    outcome: u32,
    group: usize,
) -> u32 {
    // SAFETY: the caller promises NULL or a prediction that was not freed.
    unsafe {
        look_at(prediction, outcome, group, u32::MAX, |group| {
            Some(group.number)
        })
    }
}

/// How many members a group has, bridges among them.
///
/// # Safety
///
/// `prediction` is NULL or a prediction that was not freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn passthru_prediction_member_count(
    prediction: *const Prediction,
    outcome: u32,
    group: usize,
) -> usize {
    // SAFETY: the caller promises NULL or a prediction that was not freed.
    unsafe {
        look_at(prediction, outcome, group, 0, |group| {
            Some(group.members.len())
        })
    }
}

/// One member of a group, by address.
///
/// @param prediction  the prediction
/// @param outcome     a `passthru_outcome`
/// @param group       which group, from 0
/// @param member      which member, from 0
/// @param out         where its address is put; unchanged where there is none
/// @return whether there is such a member
///
/// # Safety
///
/// `prediction` is NULL or a prediction that was not freed; `out` is NULL or may be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn passthru_prediction_member(
    prediction: *const Prediction,
    outcome: u32,
    group: usize,
    member: usize,
    out: *mut PciAddress,
) -> bool {
    // SAFETY: the caller promises NULL or a prediction that was not freed.
    let found = unsafe {
        look_at(prediction, outcome, group, None, |group| {
            Some(group.members.get(member).copied().map(PciAddress::from))
        })
    };
    // SAFETY: the caller promises that `out` is NULL or may be written.
    unsafe { put(found, out) }
}

/// How many reasons hold a group together: one for each member but the first.
///
/// # Safety
///
/// `prediction` is NULL or a prediction that was not freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn passthru_prediction_reason_count(
    prediction: *const Prediction,
    outcome: u32,
    group: usize,
) -> usize {
    // SAFETY: the caller promises NULL or a prediction that was not freed.
    unsafe {
        look_at(prediction, outcome, group, 0, |group| {
            Some(group.reasons.len())
        })
    }
}

/// Why a member of a group joined it.
///
/// @param prediction  the prediction
/// @param outcome     a `passthru_outcome`
/// @param group       which group, from 0
/// @param reason      which reason, from 0
/// @param out         where it is put; unchanged where there is none
/// @return whether there is such a reason
///
/// # Safety
///
/// `prediction` is NULL or a prediction that was not freed; `out` is NULL or may be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn passthru_prediction_reason(
    prediction: *const Prediction,
    outcome: u32,
    group: usize,
    reason: usize,
    out: *mut ReasonFields,
) -> bool {
    // SAFETY: the caller promises NULL or a prediction that was not freed.
    let found = unsafe {
        look_at(prediction, outcome, group, None, |group| {
            Some(group.reasons.get(reason).map(Because::fields))
        })
    };
    // SAFETY: the caller promises that `out` is NULL or may be written.
    unsafe { put(found, out) }
}

/// How many functions are in no group.
///
/// # Safety
///
/// `prediction` is NULL or a prediction that was not freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn passthru_prediction_ungrouped_count(
    prediction: *const Prediction,
) -> usize {
    // SAFETY: the caller promises NULL or a prediction that was not freed.
    unsafe { look(prediction, 0, |found| Some(found.ungrouped.len())) }
}

/// One of the functions that are in no group.
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
pub unsafe extern "C" fn passthru_prediction_ungrouped(
    prediction: *const Prediction,
    index: usize,
    out: *mut PciAddress,
) -> bool {
    let find = |found: &Prediction| Some(found.ungrouped.get(index).copied().map(PciAddress::from));
    // SAFETY: the caller promises NULL or a prediction that was not freed.
    let found = unsafe { look(prediction, None, find) };
    // SAFETY: the caller promises that `out` is NULL or may be written.
    unsafe { put(found, out) }
}

/// Of how many functions the input leaves open whether they are isolated; 0 where it
/// decides the groups.
///
/// # Safety
///
/// `prediction` is NULL or a prediction that was not freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn passthru_prediction_undecided_count(
    prediction: *const Prediction,
) -> usize {
    // SAFETY: the caller promises NULL or a prediction that was not freed.
    unsafe { look(prediction, 0, |found| Some(found.undecided.len())) }
}

/// One of the functions of which that is open.
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
pub unsafe extern "C" fn passthru_prediction_undecided(
    prediction: *const Prediction,
    index: usize,
    out: *mut PciAddress,
) -> bool {
    let find = |found: &Prediction| Some(found.undecided.get(index).copied().map(PciAddress::from));
    // SAFETY: the caller promises NULL or a prediction that was not freed.
    let found = unsafe { look(prediction, None, find) };
    // SAFETY: the caller promises that `out` is NULL or may be written.
    unsafe { put(found, out) }
}
