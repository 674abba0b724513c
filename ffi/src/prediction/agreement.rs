//! How the groups of the input compare with the predicted ones.

use std::ffi::{CString, c_char};
use std::ptr;

use passthru::predicted::Observed;
use pci_core::Address;

use super::made::Prediction;
use crate::address::PciAddress;
use crate::boundary::{look, put};
use crate::text::to_c;

/// Whether the groups of the input are the predicted ones. New values may be added.
#[repr(u32)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Observation {
    /// The input shows none, or something else was asked for than how the host boots.
    None = 0,
    /// They are.
    Same = 1,
    /// They are not.
    Differs = 2,
}

/// In what way two functions are grouped otherwise than predicted. New values may be added.
#[repr(u32)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mismatch {
    /// They share a group, and need not.
    Merged = 1,
    /// They are apart, and should not be.
    Apart = 2,
}

/// How the groups of the input compare, as C sees it.
#[derive(Debug)]
pub(super) struct Agreement {
    same: bool,
    merged: Vec<(Address, Address)>,
    apart: Vec<(Address, Address)>,
    cause: Option<CString>,
}

impl Agreement {
    pub(super) fn new(observed: &Observed) -> Self {
        Self {
            same: observed.same,
            merged: observed.merged.clone(),
            apart: observed.apart.clone(),
            cause: observed.cause.map(to_c),
        }
    }

    /// The pairs that are grouped otherwise in this way; `None` for a number that is none.
    fn pairs(&self, mismatch: u32) -> Option<&[(Address, Address)]> {
        match mismatch {
            _ if mismatch == Mismatch::Merged as u32 => Some(&self.merged),
            _ if mismatch == Mismatch::Apart as u32 => Some(&self.apart),
            _ => None,
        }
    }
}

/// Whether the groups that the input shows are the predicted ones.
///
/// # Safety
///
/// `prediction` is NULL or a prediction that was not freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn passthru_prediction_observation(
    prediction: *const Prediction,
) -> Observation {
    let find = |found: &Prediction| {
        Some(match found.agreement.as_ref()?.same {
            true => Observation::Same,
            false => Observation::Differs,
        })
    };
    // SAFETY: the caller promises NULL or a prediction that was not freed.
    unsafe { look(prediction, Observation::None, find) }
}

/// What explains that they differ: `acs-enabled-too-late`, `controls-as-captured`,
/// `acs-override`, `pch-workaround-failed`, `pcie-acs-2025` or `unknown`; NULL where they
/// do not.
///
/// # Safety
///
/// `prediction` is NULL or a prediction that was not freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn passthru_prediction_cause(prediction: *const Prediction) -> *const c_char {
    let find = |found: &Prediction| Some(found.agreement.as_ref()?.cause.as_ref()?.as_ptr());
    // SAFETY: the caller promises NULL or a prediction that was not freed.
    unsafe { look(prediction, ptr::null(), find) }
}

/// How many pairs of functions are grouped otherwise than predicted.
///
/// @param prediction  the prediction
/// @param mismatch    a `passthru_mismatch`
/// @return how many; 0 for a number that is no mismatch
///
/// # Safety
///
/// `prediction` is NULL or a prediction that was not freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn passthru_prediction_mismatch_count(
    prediction: *const Prediction,
    mismatch: u32,
) -> usize {
    let find = |found: &Prediction| Some(found.agreement.as_ref()?.pairs(mismatch)?.len());
    // SAFETY: the caller promises NULL or a prediction that was not freed.
    unsafe { look(prediction, 0, find) }
}

/// One pair of functions that are grouped otherwise than predicted.
///
/// @param prediction  the prediction
/// @param mismatch    a `passthru_mismatch`
/// @param index       which pair, from 0
/// @param a           where the one's address is put, or NULL; unchanged where there is none
/// @param b           where the other's is put, or NULL
/// @return whether there is such a pair
///
/// # Safety
///
/// `prediction` is NULL or a prediction that was not freed; `a` and `b` are each NULL or may
/// be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn passthru_prediction_mismatch(
    prediction: *const Prediction,
    mismatch: u32,
    index: usize,
    a: *mut PciAddress,
    b: *mut PciAddress,
) -> bool {
    let find = |found: &Prediction| {
        let pairs = found.agreement.as_ref()?.pairs(mismatch)?;
        Some(pairs.get(index).copied())
    };
    // SAFETY: the caller promises NULL or a prediction that was not freed.
    let found = unsafe { look(prediction, None, find) };
    let (one, other) = found.map(|(one, other)| (one.into(), other.into())).unzip();
    // SAFETY: the caller promises that `a` is NULL or may be written.
    let is_there = unsafe { put(one, a) };
    // SAFETY: the caller promises that `b` is NULL or may be written.
    is_there && unsafe { put(other, b) }
}
