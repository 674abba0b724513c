//! Options for applying a plan.

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

/// The way to run the commands of a plan.
#[repr(u32)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CommandMode {
    /// On this machine: for a plan that is applied to `/`.
    Run = 1,
    /// In the root, by chroot(8).
    Chroot = 2,
    /// Not at all: they are listed in `left_to_user`.
    List = 3,
}

/// When functions are bound to vfio-pci.
#[repr(u32)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BindingTime {
    /// At the reboot.
    AfterReboot = 1,
    /// Now and at the reboot, if it is safe now: no display controller with a driver, no file
    /// system, no interface that is up.
    Now = 2,
}

/// Options for applying, checking and undoing plans. Free them with
/// `passthru_apply_options_free()`. Mutable from any thread.
///
/// Locks itself; threads may share it.
#[derive(Debug, Default)]
pub struct ApplyOptions {
    wanted: Mutex<Wanted>,
}

/// The values that were set.
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

    /// The tree that is changed. There is no default: the caller must choose it.
    pub(super) fn root(&self) -> Result<&Path, Error> {
        self.root.as_deref().ok_or_else(|| {
            let message = "root: expected the directory of the host that is changed, / for the \
                           running one, found none";
            Error::new(Status::BadRequest, message)
        })
    }

    /// The default for commands.
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
/// @param out    receives the options; set to NULL first
/// @param error  receives the error; may be NULL
/// @return `PASSTHRU_STATUS_OK`, or the status of the failure
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

/// Frees options. NULL is a no-op.
///
/// # Safety
///
/// `options` is NULL or options that were not freed; it is not used afterwards.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn passthru_apply_options_free(options: *mut ApplyOptions) {
    // SAFETY: the caller promises NULL or options that were not freed.
    unsafe { release(options) }
}

/// Sets the root of the host to change. There is no default.
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

/// Accepts a blocker or assumption of the plan: `display`, `disk`, `network`, `process`,
/// `kernel`, the code of a finding or the fact of an assumption, as the document of the plan
/// has it. May be called more than once.
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

/// Lets undo overwrite a file that was changed since the plan was applied; a copy stays beside
/// the journal. May be called more than once.
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

/// Sets how the commands of the plan are run: a `passthru_command_mode`. By default they run if
/// the root is `/`, and are only listed otherwise.
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

/// Sets when functions are bound: a `passthru_binding_time`. By default the reboot binds them.
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

/// Undoes the plan the given time after the next boot, unless `passthru_keep()` or `passthru
/// keep` is called before.
///
/// @param options  the options
/// @param seconds  from a minute to a day
/// @param program  the path of `passthru` on the host, for a systemd unit: `/usr/bin/passthru`
/// @return `PASSTHRU_STATUS_OK`, `PASSTHRU_STATUS_BAD_ARGUMENT` or `PASSTHRU_STATUS_NOT_UTF8`;
/// applying the plan reports invalid values
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
