//! The calls that change a host.

use std::path::Path;

use passthru::apply::{self, Checked, Event, Journal, Store, Transaction};
use passthru::render::{self, Style};

use super::options::{ApplyOptions, Wanted};
use crate::boundary::{give, object, optional};
use crate::context::{Context, LogLevel};
use crate::document::Document;
use crate::error::{Error, failed};
use crate::plan::Plan;
use crate::status::Status;

/// Returns the reasons against applying a plan: the form `passthru-apply-check/1`. Nothing is
/// written.
///
/// @param plan     the plan
/// @param options  the root, and the accepted risks
/// @param out      receives the document; set to NULL first
/// @param error    receives the error; may be NULL
/// @return `PASSTHRU_STATUS_OK`, also with reasons against it, or the status of the failure
///
/// # Safety
///
/// `plan` is NULL or a plan that was not freed; `options` is NULL or options that were not
/// freed; `out` and `error` are each NULL or point to a pointer that may be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn passthru_plan_check(
    plan: *const Plan,
    options: *const ApplyOptions,
    out: *mut *mut Document,
    error: *mut *mut Error,
) -> Status {
    let make = || {
        // SAFETY: the caller promises NULL or a plan that was not freed.
        let plan = unsafe { object(plan, "plan") }?;
        // SAFETY: the caller promises NULL or options that were not freed.
        let wanted = unsafe { object(options, "options") }?.wanted();
        let plan = wanted.of(&plan.plan)?;
        let refusals = apply::check(wanted.root()?, &plan, &wanted.accept, wanted.commands());
        let refusals = refusals.map_err(failed)?;
        let document = Document::of(&Checked::of(&refusals))?;
        Ok(document.with_problem(!refusals.is_empty()))
    };
    // SAFETY: the caller promises just this of `out` and `error`.
    unsafe { give(out, error, make) }
}

/// Applies a plan, as `passthru apply` does: a journaled transaction that can be resumed or
/// undone after any interruption. Nothing is changed if there is a reason against it.
///
/// @param plan     the plan
/// @param options  the root, and the accepted risks
/// @param context  receives each step; NULL for no log
/// @param out      receives the document; set to NULL first
/// @param error    receives the error; may be NULL
/// @return `PASSTHRU_STATUS_OK`, or the status of the failure; after `PASSTHRU_STATUS_COMMAND`
/// the transaction is open
///
/// # Safety
///
/// `plan` is NULL or a plan that was not freed; `options` is NULL or options that were not freed; `context` is NULL or a context
/// that was not freed; `out` and `error` are each NULL or point to a pointer that may be
/// written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn passthru_plan_apply(
    plan: *const Plan,
    options: *const ApplyOptions,
    context: *const Context,
    out: *mut *mut Document,
    error: *mut *mut Error,
) -> Status {
    let make = || {
        // SAFETY: the caller promises NULL or a plan that was not freed.
        let plan = unsafe { object(plan, "plan") }?;
        // SAFETY: the caller promises NULL or options that were not freed.
        let plan = unsafe { object(options, "options") }?
            .wanted()
            .of(&plan.plan)?;
        let act = |store: &mut Store, wanted: &Wanted, say: &mut dyn FnMut(Event<'_>)| {
            let journal = store.apply(&plan, &wanted.accept, wanted.commands(), say)?;
            if wanted.binds_now {
                store.bind(say)
            } else {
                Ok(journal)
            }
        };
        let begin = |root: &Path, wanted: &Wanted| {
            let refusals = apply::check(root, &plan, &wanted.accept, wanted.commands())?;
            if !refusals.is_empty() {
                return Err(apply::refused(refusals));
            }
            if wanted.binds_now {
                apply::check_now(root, &plan)?;
            }
            Store::lock(root)
        };
        // SAFETY: the caller promises just this of `options` and `context`.
        unsafe { changed(options, context, begin, act) }
    };
    // SAFETY: the caller promises just this of `out` and `error`.
    unsafe { give(out, error, make) }
}

/// Resumes an interrupted transaction.
///
/// @param options  the root, and the accepted risks
/// @param context  receives each step; NULL for no log
/// @param out      receives the document; set to NULL first
/// @param error    receives the error; may be NULL
/// @return `PASSTHRU_STATUS_OK`, `PASSTHRU_STATUS_TRANSACTION` if none is interrupted, or the
/// status of the failure
///
/// # Safety
///
/// `options` is NULL or options that were not freed; `context` is NULL or a context
/// that was not freed; `out` and `error` are each NULL or point to a pointer that may be
/// written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn passthru_resume(
    options: *const ApplyOptions,
    context: *const Context,
    out: *mut *mut Document,
    error: *mut *mut Error,
) -> Status {
    let make = || {
        let act = |store: &mut Store, _: &Wanted, say: &mut dyn FnMut(Event<'_>)| store.resume(say);
        // SAFETY: the caller promises just this of `options` and `context`.
        unsafe { changed(options, context, |root, _| Store::for_resume(root), act) }
    };
    // SAFETY: the caller promises just this of `out` and `error`.
    unsafe { give(out, error, make) }
}

/// Undoes the newest transaction: every file is restored.
///
/// @param options  the root, and the accepted risks
/// @param context  receives each step; NULL for no log
/// @param out      receives the document; set to NULL first
/// @param error    receives the error; may be NULL
/// @return `PASSTHRU_STATUS_OK`, `PASSTHRU_STATUS_TRANSACTION` if there is none to undo, or the
/// status of the failure. Failed commands are in `failed`
///
/// # Safety
///
/// `options` is NULL or options that were not freed; `context` is NULL or a context
/// that was not freed; `out` and `error` are each NULL or point to a pointer that may be
/// written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn passthru_undo(
    options: *const ApplyOptions,
    context: *const Context,
    out: *mut *mut Document,
    error: *mut *mut Error,
) -> Status {
    let make = || {
        let act = |store: &mut Store, wanted: &Wanted, say: &mut dyn FnMut(Event<'_>)| {
            Ok(store.undo(&wanted.overwrite, say)?.journal)
        };
        // SAFETY: the caller promises just this of `options` and `context`.
        unsafe { changed(options, context, |root, _| Store::for_undo(root), act) }
    };
    // SAFETY: the caller promises just this of `out` and `error`.
    unsafe { give(out, error, make) }
}

/// Keeps a plan that was applied with `passthru_apply_options_set_confirmation()`: the form
/// `passthru-transaction/1`.
///
/// @param options  the root
/// @param context  receives each step; NULL for no log
/// @param out      receives the document; set to NULL first
/// @param error    receives the error; may be NULL
/// @return `PASSTHRU_STATUS_OK`, `PASSTHRU_STATUS_TRANSACTION` if no plan waits for it, or the
/// status of the failure
///
/// # Safety
///
/// `options` is NULL or options that were not freed; `context` is NULL or a context that was
/// not freed; `out` and `error` are each NULL or point to a pointer that may be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn passthru_keep(
    options: *const ApplyOptions,
    context: *const Context,
    out: *mut *mut Document,
    error: *mut *mut Error,
) -> Status {
    let make = || {
        let act = |store: &mut Store, _: &Wanted, _: &mut dyn FnMut(Event<'_>)| store.keep();
        // SAFETY: the caller promises just this of `options` and `context`.
        unsafe { changed(options, context, |root, _| Store::for_keep(root), act) }
    };
    // SAFETY: the caller promises just this of `out` and `error`.
    unsafe { give(out, error, make) }
}

/// Locks the transactions of the root and acts.
///
/// # Safety
///
/// `options` is NULL or options that were not freed; `context` is NULL or a context that was
/// not freed.
unsafe fn changed(
    options: *const ApplyOptions,
    context: *const Context,
    begin: impl FnOnce(&Path, &Wanted) -> passthru::Result<Store>,
    act: impl FnOnce(&mut Store, &Wanted, &mut dyn FnMut(Event<'_>)) -> passthru::Result<Journal>,
) -> Result<Document, Error> {
    // SAFETY: the caller promises NULL or options that were not freed.
    let wanted = unsafe { object(options, "options") }?.wanted();
    // SAFETY: the caller promises NULL or a context that was not freed.
    let context = unsafe { optional(context) };
    let root = wanted.root()?;
    let mut store = begin(root, &wanted).map_err(failed)?;
    let mut transaction = Transaction::new();
    let mut say = |event: Event<'_>| {
        transaction.record(&event);
        if let Some(context) = context {
            let level = match event {
                Event::Failed(_) => LogLevel::Warning,
                _ => LogLevel::Step,
            };
            context.log(level, render::event(event, Style::PLAIN).trim_end());
        }
    };
    let journal = act(&mut store, &wanted, &mut say).map_err(failed)?;
    let ended = transaction.ended(&journal);
    Ok(Document::of(&ended)?.with_problem(!ended.failed.is_empty()))
}
