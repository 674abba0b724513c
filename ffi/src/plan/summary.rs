//! A plan as a whole.

use std::ffi::{CString, c_char};
use std::ptr;

use passthru::document;
use passthru::plan::{self, patch};

use super::blockers::Blocker;
use super::edit::Edit;
use super::steps::{Check, Command, ManualStep};
use crate::boundary::{look, release};
use crate::error::{Error, unwritten};
use crate::text::{all_to_c, nth, to_c};

/// What is to be done to give functions to a guest: edits, then commands, then a
/// reboot where one is needed. Free it with `passthru_plan_free()`; it does not need
/// its host. Its strings live as long as it does.
///
/// Threads may share it: it does not change.
#[derive(Debug)]
pub struct Plan {
    pub(crate) plan: plan::Plan,
    pub(super) blockers: Vec<Blocker>,
    pub(super) edits: Vec<Edit>,
    pub(super) commands: Vec<Command>,
    pub(super) manual: Vec<ManualStep>,
    pub(super) checks: Vec<Check>,
    target: CString,
    devices: Vec<CString>,
    losses: Vec<CString>,
    absent: Vec<CString>,
    reboot: Option<CString>,
    json: CString,
    patch: CString,
}

impl Plan {
    pub(crate) fn new(plan: plan::Plan) -> Result<Self, Error> {
        let json = document::to_json(&plan).map_err(unwritten)?;
        let devices = plan
            .devices
            .iter()
            .map(|device| to_c(&device.address.to_string()))
            .collect();
        Ok(Self {
            blockers: plan.blockers.iter().map(Blocker::new).collect(),
            edits: plan.edits.iter().map(Edit::new).collect(),
            commands: plan.commands.iter().map(Command::new).collect(),
            manual: plan.manual.iter().map(ManualStep::new).collect(),
            checks: plan.checks.iter().map(Check::new).collect(),
            target: to_c(plan.target.word()),
            devices,
            losses: all_to_c(&plan.loses),
            absent: all_to_c(&plan.assumes_absent),
            reboot: plan.reboot.as_deref().map(to_c),
            json: to_c(&json),
            patch: to_c(&patch::of_all(&plan.edits)),
            plan,
        })
    }
}

/// Frees a plan. NULL is let pass.
///
/// # Safety
///
/// `plan` is NULL or a plan that was not freed; it is not used afterwards.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn passthru_plan_free(plan: *mut Plan) {
    // SAFETY: the caller promises NULL or a plan that was not freed.
    unsafe { release(plan) }
}

/// The plan as `passthru plan --json` prints it. NULL for NULL.
///
/// # Safety
///
/// `plan` is NULL or a plan that was not freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn passthru_plan_to_json(plan: *const Plan) -> *const c_char {
    // SAFETY: the caller promises NULL or a plan that was not freed.
    unsafe { look(plan, ptr::null(), |plan| Some(plan.json.as_ptr())) }
}

/// The edits as a unified diff that `patch -p1` and `git apply` read, also while
/// there are blockers: look at passthru_plan_blocker_count first. NULL for
/// NULL.
///
/// # Safety
///
/// `plan` is NULL or a plan that was not freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn passthru_plan_to_patch(plan: *const Plan) -> *const c_char {
    // SAFETY: the caller promises NULL or a plan that was not freed.
    unsafe { look(plan, ptr::null(), |plan| Some(plan.patch.as_ptr())) }
}

/// The hypervisor that the plan is for: `proxmox`. NULL for NULL.
///
/// # Safety
///
/// `plan` is NULL or a plan that was not freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn passthru_plan_target(plan: *const Plan) -> *const c_char {
    // SAFETY: the caller promises NULL or a plan that was not freed.
    unsafe { look(plan, ptr::null(), |plan| Some(plan.target.as_ptr())) }
}

/// How many functions the plan gives to the guest; 0 for NULL.
///
/// # Safety
///
/// `plan` is NULL or a plan that was not freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn passthru_plan_device_count(plan: *const Plan) -> usize {
    // SAFETY: the caller promises NULL or a plan that was not freed.
    unsafe { look(plan, 0, |plan| Some(plan.devices.len())) }
}

/// The address of one of them, `0000:01:00.0`; NULL where there is none.
///
/// # Safety
///
/// `plan` is NULL or a plan that was not freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn passthru_plan_device(plan: *const Plan, device: usize) -> *const c_char {
    // SAFETY: the caller promises NULL or a plan that was not freed.
    unsafe { look(plan, ptr::null(), |plan| nth(&plan.devices, device)) }
}

/// How many things the host gives up.
///
/// # Safety
///
/// `plan` is NULL or a plan that was not freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn passthru_plan_loss_count(plan: *const Plan) -> usize {
    // SAFETY: the caller promises NULL or a plan that was not freed.
    unsafe { look(plan, 0, |plan| Some(plan.losses.len())) }
}

/// One thing that the host gives up; NULL where there is none.
///
/// # Safety
///
/// `plan` is NULL or a plan that was not freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn passthru_plan_loss(plan: *const Plan, loss: usize) -> *const c_char {
    // SAFETY: the caller promises NULL or a plan that was not freed.
    unsafe { look(plan, ptr::null(), |plan| nth(&plan.losses, loss)) }
}

/// How many files the input does not show and the plan takes to be absent.
///
/// # Safety
///
/// `plan` is NULL or a plan that was not freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn passthru_plan_assumed_absent_count(plan: *const Plan) -> usize {
    // SAFETY: the caller promises NULL or a plan that was not freed.
    unsafe { look(plan, 0, |plan| Some(plan.absent.len())) }
}

/// The path of one of them; NULL where there is none.
///
/// # Safety
///
/// `plan` is NULL or a plan that was not freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn passthru_plan_assumed_absent(
    plan: *const Plan,
    absent: usize,
) -> *const c_char {
    // SAFETY: the caller promises NULL or a plan that was not freed.
    unsafe { look(plan, ptr::null(), |plan| nth(&plan.absent, absent)) }
}

/// Why a reboot is needed; NULL when none is.
///
/// # Safety
///
/// `plan` is NULL or a plan that was not freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn passthru_plan_reboot_reason(plan: *const Plan) -> *const c_char {
    // SAFETY: the caller promises NULL or a plan that was not freed.
    unsafe {
        look(plan, ptr::null(), |plan| {
            plan.reboot.as_ref().map(|why| why.as_ptr())
        })
    }
}
