//! The calls that change a host.

use std::path::Path;

use passthru::apply::{self, ApplyError, Checked, Event, Journal, Store, Transaction};
use passthru::render::{self, Style};

use super::options::{ApplyOptions, Wanted};
use crate::boundary::{give, object, optional};
use crate::context::{Context, LogLevel};
use crate::document::Document;
use crate::error::{Error, failed};
use crate::plan::Plan;
use crate::status::Status;

/// What speaks against carrying a plan out. Nothing is written. The form
/// `passthru-apply-check/1`.
///
/// @param plan     the plan
/// @param options  the root, and what the caller accepts
/// @param out      where the document is put; NULL is put there first
/// @param error    where the error is put, or NULL
/// @return `PASSTHRU_STATUS_OK` whatever speaks against it, or why it cannot be said
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

/// Carries a plan out, as `passthru apply` does: a journalled transaction that is
/// finished or taken back whole, wherever it was interrupted. Nothing is changed where
/// something speaks against it.
///
/// @param plan     the plan
/// @param options  the root, and what is taken upon the caller
/// @param context  receives each step as it is carried out; NULL for none
/// @param out      where the document is put; NULL is put there first
/// @param error    where the error is put, or NULL
/// @return `PASSTHRU_STATUS_OK`, or why it was not carried out; with
/// `PASSTHRU_STATUS_COMMAND` the transaction is open
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
        let before = |root: &Path, wanted: &Wanted| {
            let refusals = apply::check(root, &plan, &wanted.accept, wanted.commands())?;
            if !refusals.is_empty() {
                return Err(ApplyError::Refused(refusals));
            }
            if wanted.binds_now {
                apply::check_now(root, &plan)?;
            }
            Ok(())
        };
        // SAFETY: the caller promises just this of `options` and `context`.
        unsafe { changed(options, context, before, act) }
    };
    // SAFETY: the caller promises just this of `out` and `error`.
    unsafe { give(out, error, make) }
}

/// Finishes the transaction that was interrupted.
///
/// @param options  the root, and what is taken upon the caller
/// @param context  receives each step as it is carried out; NULL for none
/// @param out      where the document is put; NULL is put there first
/// @param error    where the error is put, or NULL
/// @return `PASSTHRU_STATUS_OK`, `PASSTHRU_STATUS_TRANSACTION` where none is unfinished,
/// or why it was not finished
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
        unsafe { changed(options, context, |_, _| Ok(()), act) }
    };
    // SAFETY: the caller promises just this of `out` and `error`.
    unsafe { give(out, error, make) }
}

/// Takes the newest transaction back: each file is as it was before.
///
/// @param options  the root, and what is taken upon the caller
/// @param context  receives each step as it is carried out; NULL for none
/// @param out      where the document is put; NULL is put there first
/// @param error    where the error is put, or NULL
/// @return `PASSTHRU_STATUS_OK`, `PASSTHRU_STATUS_TRANSACTION` where there is none to
/// take back, or why it was not. Commands that failed are in `failed`
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
        unsafe { changed(options, context, |_, _| Ok(()), act) }
    };
    // SAFETY: the caller promises just this of `out` and `error`.
    unsafe { give(out, error, make) }
}

/// Keeps a plan that is undone without it: one that was applied with
/// `passthru_apply_options_set_confirmation()`. The form `passthru-transaction/1`.
///
/// @param options  the root
/// @param context  receives each step as it is carried out; NULL for none
/// @param out      where the document is put; NULL is put there first
/// @param error    where the error is put, or NULL
/// @return `PASSTHRU_STATUS_OK`, `PASSTHRU_STATUS_TRANSACTION` where no plan waits for it, or
///         why it was not kept
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
        unsafe { changed(options, context, |_, _| Ok(()), act) }
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
    before: impl FnOnce(&Path, &Wanted) -> Result<(), ApplyError>,
    act: impl FnOnce(&mut Store, &Wanted, &mut dyn FnMut(Event<'_>)) -> Result<Journal, ApplyError>,
) -> Result<Document, Error> {
    // SAFETY: the caller promises NULL or options that were not freed.
    let wanted = unsafe { object(options, "options") }?.wanted();
    // SAFETY: the caller promises NULL or a context that was not freed.
    let context = unsafe { optional(context) };
    let root = wanted.root()?;
    before(root, &wanted).map_err(failed)?;
    let mut store = Store::lock(root).map_err(failed)?;
    let mut heard = Transaction::new();
    let mut say = |event: Event<'_>| {
        heard.hear(&event);
        if let Some(context) = context {
            let level = match event {
                Event::Failed(_) => LogLevel::Warning,
                _ => LogLevel::Step,
            };
            context.tell(level, render::event(event, Style::PLAIN).trim_end());
        }
    };
    let journal = act(&mut store, &wanted, &mut say).map_err(failed)?;
    let ended = heard.ended(&journal);
    Ok(Document::of(&ended)?.with_problem(!ended.failed.is_empty()))
}
