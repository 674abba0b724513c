//! What a plan is carried out with.

use std::ffi::{OsStr, c_char};
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use passthru::apply::{self, Commands};
use passthru::plan::Plan;

use crate::boundary::{give, object, release};
use crate::error::{Error, failed};
use crate::status::Status;
use crate::text::{bytes, word};

/// What is done with a plan's commands.
#[repr(u32)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CommandMode {
    /// They run on this machine: for a plan that is applied to `/`.
    Run = 1,
    /// They run in the tree, by chroot(8).
    Chroot = 2,
    /// They are only listed, as steps of the kind `PASSTHRU_STEP_LEFT`.
    List = 3,
}

/// When functions are bound to vfio-pci.
#[repr(u32)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BindingTime {
    /// By the reboot.
    AfterReboot = 1,
    /// Without a reboot as well, where that is safe: no display controller on a driver, no
    /// file system, no interface that is up.
    Now = 2,
}

/// What a plan is carried out, checked or taken back with. Free it with
/// `passthru_apply_options_free()`. Unlike other objects it changes, and may do so from any
/// thread.
///
/// Threads may share it: it locks itself.
#[derive(Debug, Default)]
pub struct ApplyOptions {
    wanted: Mutex<Wanted>,
}

/// What was set.
#[derive(Clone, Debug, Default)]
pub(super) struct Wanted {
    root: Option<PathBuf>,
    pub(super) accept: Vec<String>,
    pub(super) overwrite: Vec<String>,
    commands: Option<Commands>,
    pub(super) binds_now: bool,
    confirmation: Option<Confirmation>,
}

/// The plan is undone unless it is kept.
#[derive(Clone, Debug)]
struct Confirmation {
    within: Duration,
    /// Where `passthru` is, which undoes it.
    program: PathBuf,
}

impl ApplyOptions {
    pub(super) fn wanted(&self) -> Wanted {
        // A thread that panicked left them as they were.
        let wanted = self.wanted.lock().unwrap_or_else(PoisonError::into_inner);
        wanted.clone()
    }
}

impl Wanted {
    /// The plan, with what undoes it unless it is kept, where that is wanted.
    pub(super) fn of(&self, plan: &Plan) -> Result<Plan, Error> {
        let Some(confirmation) = &self.confirmation else {
            return Ok(plan.clone());
        };
        let (within, program) = (confirmation.within, &confirmation.program);
        apply::confirmed_within(self.root()?, plan, within, program).map_err(failed)
    }

    /// The tree that is changed. There is no default: what is changed is to be said.
    pub(super) fn root(&self) -> Result<&Path, Error> {
        self.root.as_deref().ok_or_else(|| {
            let message = "root: expected the directory of the host that is changed, / for the \
                           running one, found none";
            Error::new(Status::BadRequest, message)
        })
    }

    /// What is done with commands, as far as the caller says nothing else.
    pub(super) fn commands(&self) -> Commands {
        let is_live = self.root.as_deref() == Some(Path::new("/"));
        let usual = if is_live {
            Commands::Run
        } else {
            Commands::List
        };
        self.commands.unwrap_or(usual)
    }
}

/// Makes options without a root.
///
/// @param out    where the options are put; NULL is put there first
/// @param error  where the error is put, or NULL
/// @return `PASSTHRU_STATUS_OK`, or why there are none
///
/// # Safety
///
/// `out` and `error` are each NULL or point to a pointer that may be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn passthru_apply_options_new(
    out: *mut *mut ApplyOptions,
    error: *mut *mut Error,
) -> Status {
    // SAFETY: the caller promises just this of `out` and `error`.
    unsafe { give(out, error, || Ok(ApplyOptions::default())) }
}

/// Frees options. NULL is let pass.
///
/// # Safety
///
/// `options` is NULL or options that were not freed; it is not used afterwards.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn passthru_apply_options_free(options: *mut ApplyOptions) {
    // SAFETY: the caller promises NULL or options that were not freed.
    unsafe { release(options) }
}

/// Says which host is changed. There is no default.
///
/// @param options  the options
/// @param root     the directory that holds the host's files, in the file system's
/// encoding; `/` for the running host
/// @return `PASSTHRU_STATUS_OK`, or `PASSTHRU_STATUS_BAD_ARGUMENT` for NULL
///
/// # Safety
///
/// `options` is NULL or options that were not freed; `root` is NULL or ends with a NUL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn passthru_apply_options_set_root(
    options: *const ApplyOptions,
    root: *const c_char,
) -> Status {
    let change = |wanted: &mut Wanted| {
        // SAFETY: the caller promises that `root` is NULL or ends with a NUL.
        let root = unsafe { bytes(root, "root") }?;
        wanted.root = Some(PathBuf::from(OsStr::from_bytes(root.to_bytes())));
        Ok(())
    };
    // SAFETY: the caller promises NULL or options that were not freed.
    unsafe { change_options(options, change) }
}

/// Takes upon the caller what stands in the way: `display`, `disk`, `network`,
/// `process`, `kernel` or a finding's code, as `passthru_plan_blocker_accept()` names
/// it. It may be called more than once.
///
/// # Safety
///
/// `options` is NULL or options that were not freed; `what` is NULL or ends with a NUL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn passthru_apply_options_accept(
    options: *const ApplyOptions,
    what: *const c_char,
) -> Status {
    let change = |wanted: &mut Wanted| {
        // SAFETY: the caller promises that it is NULL or ends with a NUL.
        let text = unsafe { word(what, "what") }?;
        wanted.accept.push(text.to_owned());
        Ok(())
    };
    // SAFETY: the caller promises NULL or options that were not freed.
    unsafe { change_options(options, change) }
}

/// Gives up what somebody changed in a file since the plan was applied, when it is taken
/// back; a copy is kept beside the journal. It may be called more than once.
///
/// # Safety
///
/// `options` is NULL or options that were not freed; `path` is NULL or ends with a NUL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn passthru_apply_options_overwrite(
    options: *const ApplyOptions,
    path: *const c_char,
) -> Status {
    let change = |wanted: &mut Wanted| {
        // SAFETY: the caller promises that it is NULL or ends with a NUL.
        let text = unsafe { word(path, "path") }?;
        wanted.overwrite.push(text.to_owned());
        Ok(())
    };
    // SAFETY: the caller promises NULL or options that were not freed.
    unsafe { change_options(options, change) }
}

/// Says what is done with the plan's commands: a `passthru_command_mode`. Without it
/// they run where the root is `/`, and are listed elsewhere.
///
/// # Safety
///
/// `options` is NULL or options that were not freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn passthru_apply_options_set_commands(
    options: *const ApplyOptions,
    mode: u32,
) -> Status {
    let change = |wanted: &mut Wanted| {
        wanted.commands = Some(match mode {
            1 => Commands::Run,
            2 => Commands::Chroot,
            3 => Commands::List,
            _ => return Err(no_value("mode", mode)),
        });
        Ok(())
    };
    // SAFETY: the caller promises NULL or options that were not freed.
    unsafe { change_options(options, change) }
}

/// Says when functions are bound: a `passthru_binding_time`. Without it they are bound
/// by the reboot.
///
/// # Safety
///
/// `options` is NULL or options that were not freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn passthru_apply_options_set_binding(
    options: *const ApplyOptions,
    time: u32,
) -> Status {
    let change = |wanted: &mut Wanted| {
        wanted.binds_now = match time {
            1 => false,
            2 => true,
            _ => return Err(no_value("time", time)),
        };
        Ok(())
    };
    // SAFETY: the caller promises NULL or options that were not freed.
    unsafe { change_options(options, change) }
}

/// Has the plan undone so many seconds after the next start, unless `passthru_keep()` or
/// `passthru keep` is called until then.
///
/// @param options  the options
/// @param seconds  from a minute to a day
/// @param program  the path of `passthru` on the host, which a unit of systemd runs:
///                 `/usr/bin/passthru`
/// @return `PASSTHRU_STATUS_OK`, `PASSTHRU_STATUS_BAD_ARGUMENT` or
///         `PASSTHRU_STATUS_NOT_UTF8`; what cannot be is said when the plan is carried out
///
/// # Safety
///
/// `options` is NULL or options that were not freed; `program` is NULL or ends with a NUL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn passthru_apply_options_set_confirmation(
    options: *const ApplyOptions,
    seconds: u32,
    program: *const c_char,
) -> Status {
    let change = |wanted: &mut Wanted| {
        // SAFETY: the caller promises that `program` is NULL or ends with a NUL.
        let program = unsafe { word(program, "program") }?;
        wanted.confirmation = Some(Confirmation {
            within: Duration::from_secs(seconds.into()),
            program: PathBuf::from(program),
        });
        Ok(())
    };
    // SAFETY: the caller promises NULL or options that were not freed.
    unsafe { change_options(options, change) }
}

fn no_value(name: &str, found: u32) -> Error {
    let message = format!("{name}: expected a value of its enum, found {found}");
    Error::new(Status::BadArgument, &message)
}

/// Changes options; says how that went.
///
/// # Safety
///
/// `options` is NULL or options that were not freed.
unsafe fn change_options(
    options: *const ApplyOptions,
    change: impl FnOnce(&mut Wanted) -> Result<(), Error>,
) -> Status {
    // SAFETY: the caller promises NULL or options that were not freed.
    let changed = unsafe { object(options, "options") }.and_then(|options| {
        change(
            &mut options
                .wanted
                .lock()
                .unwrap_or_else(PoisonError::into_inner),
        )
    });
    changed.map_or_else(|error| error.status, |()| Status::Ok)
}
