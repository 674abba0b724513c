//! A plan's commands, the steps that only a person can do, and its checks.

use std::ffi::{CString, c_char};
use std::ptr;

use passthru::{document, plan};

use super::summary::Plan;
use crate::boundary::look;
use crate::text::{all_to_c, nth, to_c};

/// When something is to be done. New values may be added.
#[repr(u32)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Moment {
    /// There is no such step or check.
    None = 0,
    /// Before anything is changed.
    Before = 1,
    /// After the reboot.
    AfterReboot = 2,
    /// With the edits and commands.
    Now = 3,
}

impl From<plan::Moment> for Moment {
    fn from(moment: plan::Moment) -> Self {
        match moment {
            plan::Moment::Before => Self::Before,
            plan::Moment::Now => Self::Now,
            plan::Moment::AfterReboot => Self::AfterReboot,
        }
    }
}

/// How the effect of a command is taken back. New values may be added.
#[repr(u32)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UndoKind {
    /// There is no such command.
    None = 0,
    /// By the same command again, once the files are as they were.
    Again = 1,
    /// By another command, while the plan's files are still there.
    Run = 2,
    /// It changes files, which are kept before it runs and put back.
    Restore = 3,
}

/// A command that follows the edits.
#[derive(Debug)]
pub(super) struct Command {
    argv: Vec<CString>,
    reason: CString,
    undo: UndoKind,
    undo_words: Vec<CString>,
}

/// Something that only a person can do.
#[derive(Debug)]
pub(super) struct ManualStep {
    moment: Moment,
    name: CString,
    text: CString,
}

/// How to see that something is so.
#[derive(Debug)]
pub(super) struct Check {
    moment: Moment,
    argv: Vec<CString>,
    expectation: CString,
    requirement: Option<CString>,
}

impl Command {
    pub(super) fn new(command: &plan::Command) -> Self {
        let (undo, undo_words) = match &command.undo {
            plan::Undo::Again => (UndoKind::Again, all_to_c(&command.argv)),
            plan::Undo::Run { argv } => (UndoKind::Run, all_to_c(argv)),
            plan::Undo::Restore { paths } => (UndoKind::Restore, all_to_c(paths)),
        };
        Self {
            argv: all_to_c(&command.argv),
            reason: to_c(&command.why),
            undo,
            undo_words,
        }
    }
}

impl ManualStep {
    pub(super) fn new(step: &plan::ManualStep) -> Self {
        Self {
            moment: step.moment.into(),
            name: to_c(&step.step),
            text: to_c(&step.text),
        }
    }
}

impl Check {
    pub(super) fn new(check: &plan::Check) -> Self {
        Self {
            moment: check.moment.into(),
            argv: all_to_c(&check.argv),
            expectation: to_c(&check.expect),
            requirement: check.requirement.as_ref().map(|requirement| {
                // No requirement makes the writer fail.
                to_c(&document::to_json(requirement).unwrap_or_default())
            }),
        }
    }
}

/// How many commands are to be run after the edits, in this order; 0 for NULL.
///
/// # Safety
///
/// `plan` is NULL or a plan that was not freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn passthru_plan_command_count(plan: *const Plan) -> usize {
    // SAFETY: the caller promises NULL or a plan that was not freed.
    unsafe { look(plan, 0, |plan| Some(plan.commands.len())) }
}

/// How many words a command has, with the program's name; 0 where there is no such
/// command.
///
/// # Safety
///
/// `plan` is NULL or a plan that was not freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn passthru_plan_command_argument_count(
    plan: *const Plan,
    command: usize,
) -> usize {
    // SAFETY: the caller promises NULL or a plan that was not freed.
    unsafe { look(plan, 0, |plan| Some(plan.commands.get(command)?.argv.len())) }
}

/// One word of a command: the program for 0, then its arguments. They go to
/// execvp() as they are, and never through a shell. NULL where there is none.
///
/// # Safety
///
/// `plan` is NULL or a plan that was not freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn passthru_plan_command_argument(
    plan: *const Plan,
    command: usize,
    argument: usize,
) -> *const c_char {
    // SAFETY: the caller promises NULL or a plan that was not freed.
    unsafe {
        look(plan, ptr::null(), |plan| {
            nth(&plan.commands.get(command)?.argv, argument)
        })
    }
}

/// What the command is for; NULL where there is no such command.
///
/// # Safety
///
/// `plan` is NULL or a plan that was not freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn passthru_plan_command_reason(
    plan: *const Plan,
    command: usize,
) -> *const c_char {
    // SAFETY: the caller promises NULL or a plan that was not freed.
    unsafe {
        look(plan, ptr::null(), |plan| {
            Some(plan.commands.get(command)?.reason.as_ptr())
        })
    }
}

/// How many steps only a person can do; 0 for NULL.
///
/// # Safety
///
/// `plan` is NULL or a plan that was not freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn passthru_plan_manual_count(plan: *const Plan) -> usize {
    // SAFETY: the caller promises NULL or a plan that was not freed.
    unsafe { look(plan, 0, |plan| Some(plan.manual.len())) }
}

/// When such a step is to be done; `PASSTHRU_MOMENT_NONE` where there is none.
///
/// # Safety
///
/// `plan` is NULL or a plan that was not freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn passthru_plan_manual_moment(plan: *const Plan, step: usize) -> Moment {
    // SAFETY: the caller promises NULL or a plan that was not freed.
    unsafe {
        look(plan, Moment::None, |plan| {
            Some(plan.manual.get(step)?.moment)
        })
    }
}

/// The stable name of such a step; NULL where there is none.
///
/// # Safety
///
/// `plan` is NULL or a plan that was not freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn passthru_plan_manual_name(
    plan: *const Plan,
    step: usize,
) -> *const c_char {
    // SAFETY: the caller promises NULL or a plan that was not freed.
    unsafe {
        look(plan, ptr::null(), |plan| {
            Some(plan.manual.get(step)?.name.as_ptr())
        })
    }
}

/// What to do; NULL where there is no such step.
///
/// # Safety
///
/// `plan` is NULL or a plan that was not freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn passthru_plan_manual_text(
    plan: *const Plan,
    step: usize,
) -> *const c_char {
    // SAFETY: the caller promises NULL or a plan that was not freed.
    unsafe {
        look(plan, ptr::null(), |plan| {
            Some(plan.manual.get(step)?.text.as_ptr())
        })
    }
}

/// How many checks show whether it worked; 0 for NULL.
///
/// # Safety
///
/// `plan` is NULL or a plan that was not freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn passthru_plan_check_count(plan: *const Plan) -> usize {
    // SAFETY: the caller promises NULL or a plan that was not freed.
    unsafe { look(plan, 0, |plan| Some(plan.checks.len())) }
}

/// When a check is to be made; `PASSTHRU_MOMENT_NONE` where there is none.
///
/// # Safety
///
/// `plan` is NULL or a plan that was not freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn passthru_plan_check_moment(plan: *const Plan, check: usize) -> Moment {
    // SAFETY: the caller promises NULL or a plan that was not freed.
    unsafe {
        look(plan, Moment::None, |plan| {
            Some(plan.checks.get(check)?.moment)
        })
    }
}

/// How many words the check's command has; 0 where there is no such check.
///
/// # Safety
///
/// `plan` is NULL or a plan that was not freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn passthru_plan_check_argument_count(
    plan: *const Plan,
    check: usize,
) -> usize {
    // SAFETY: the caller promises NULL or a plan that was not freed.
    unsafe { look(plan, 0, |plan| Some(plan.checks.get(check)?.argv.len())) }
}

/// One word of the check's command, which only looks; NULL where there is none.
///
/// # Safety
///
/// `plan` is NULL or a plan that was not freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn passthru_plan_check_argument(
    plan: *const Plan,
    check: usize,
    argument: usize,
) -> *const c_char {
    // SAFETY: the caller promises NULL or a plan that was not freed.
    unsafe {
        look(plan, ptr::null(), |plan| {
            nth(&plan.checks.get(check)?.argv, argument)
        })
    }
}

/// What the check's command must show; NULL where there is no such check.
///
/// # Safety
///
/// `plan` is NULL or a plan that was not freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn passthru_plan_check_expectation(
    plan: *const Plan,
    check: usize,
) -> *const c_char {
    // SAFETY: the caller promises NULL or a plan that was not freed.
    unsafe {
        look(plan, ptr::null(), |plan| {
            Some(plan.checks.get(check)?.expectation.as_ptr())
        })
    }
}

/// How the effect of a command is taken back; `PASSTHRU_UNDO_KIND_NONE` where there is
/// no such command.
///
/// # Safety
///
/// `plan` is NULL or a plan that was not freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn passthru_plan_command_undo(plan: *const Plan, command: usize) -> UndoKind {
    // SAFETY: the caller promises NULL or a plan that was not freed.
    unsafe {
        look(plan, UndoKind::None, |plan| {
            Some(plan.commands.get(command)?.undo)
        })
    }
}

/// One word of what takes a command back: of the command that does, or of
/// `PASSTHRU_UNDO_KIND_RESTORE` one of the paths. NULL where there is none.
///
/// # Safety
///
/// `plan` is NULL or a plan that was not freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn passthru_plan_command_undo_word(
    plan: *const Plan,
    command: usize,
    word: usize,
) -> *const c_char {
    // SAFETY: the caller promises NULL or a plan that was not freed.
    unsafe {
        look(plan, ptr::null(), |plan| {
            nth(&plan.commands.get(command)?.undo_words, word)
        })
    }
}

/// The requirement that the check evaluates, as JSON: an object with a `kind`, `iommu-on` for
/// one, and the fields of that kind (docs/json.md). NULL where the host's files do not show
/// it, and where there is no such check.
///
/// # Safety
///
/// `plan` is NULL or a plan that was not freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn passthru_plan_check_requirement(
    plan: *const Plan,
    check: usize,
) -> *const c_char {
    // SAFETY: the caller promises NULL or a plan that was not freed.
    unsafe {
        look(plan, ptr::null(), |plan| {
            plan.checks
                .get(check)?
                .requirement
                .as_ref()
                .map(|text| text.as_ptr())
        })
    }
}
