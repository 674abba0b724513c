//! `passthru apply` and `passthru undo`: the commands that write.

use std::io::{self, IsTerminal};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use clap::Args;
use host_tree::DirTree;

use super::console::{Console, write_message};
use super::input::Input;
use super::invocation::invocation;
use super::outcome::{FAULTS, OK, USAGE, usage};
use super::plan_file;
use crate::apply::{
    self, ApplyCause, Checked, Commands, Event, Failed, Journal, Store, Transaction,
};
use crate::invocation::Invocation;
use crate::plan::Plan;
use crate::render::{self};
use crate::text::{Text, text};
use crate::{document, verify};

// The arguments of `passthru apply`.
#[derive(Debug, Args)]
pub(super) struct Apply {
    /// Read the plan from this file, as `passthru plan -o` writes it; - is standard input
    #[arg(value_name = "PLAN", required_unless_present = "resume")]
    plan: Option<PathBuf>,
    /// Finish an interrupted transaction
    #[arg(long, conflicts_with_all = ["plan", "accept", "dry_run", "chroot"])]
    resume: bool,
    /// Do not ask for confirmation
    #[arg(short, long)]
    yes: bool,
    /// Undo the plan this long after the next boot (10m, 600s, 2h), or when a check fails,
    /// unless passthru keep has run
    #[arg(long, value_name = "TIME", value_parser = duration, conflicts_with_all = ["resume", "dry_run"])]
    confirm_within: Option<Duration>,
    /// Show the changes and the reasons against them; change nothing
    #[arg(long)]
    dry_run: bool,
    /// Accept a risk that would otherwise block the plan: display, disk, network, process,
    /// kernel or a finding code; or an assumption of the plan that the host does not show:
    /// hypervisor, boot-loader, initramfs, disk-unused, network-unused. Repeatable
    #[arg(long, value_name = "WORD")]
    accept: Vec<String>,
    /// Also bind the devices to vfio-pci now, if safe: no display controller with a
    /// driver, no mounted file system, no network interface that is up
    #[arg(long, conflicts_with_all = ["root", "dry_run", "resume"])]
    now: bool,
    /// With --root, run the commands in a chroot(8) instead of listing them
    #[arg(long, requires = "root")]
    chroot: bool,
}

// The arguments of `passthru undo`.
#[derive(Debug, Args)]
pub(super) struct Undo {
    /// Overwrite later changes of this file; a copy is kept beside the journal. Repeatable
    #[arg(long, value_name = "PATH")]
    overwrite: Vec<String>,
    /// Show the plan that would be undone; change nothing
    #[arg(long, conflicts_with_all = ["yes", "overwrite"])]
    dry_run: bool,
    /// Do not ask for confirmation
    #[arg(short, long)]
    yes: bool,
    /// Wait this long for passthru keep, then undo; also undo when a check of the plan
    /// fails. The unit of apply --confirm-within runs this
    #[arg(long, value_name = "TIME", value_parser = duration, requires = "yes")]
    unless_kept: Option<Duration>,
}

// The arguments of `passthru keep`.
#[derive(Debug, Args)]
pub(super) struct Keep {}

impl Keep {
    pub(super) fn run(input: &Input, console: &mut Console<'_>) -> u8 {
        let ended = keep(input, console);
        end(ended, &invocation(input, &[], None), console)
    }
}

fn keep(input: &Input, console: &mut Console<'_>) -> Ended {
    let mut store = Store::for_keep(root(input)?).map_err(|error| refused(&error))?;
    let call = invocation(input, &[], None);
    finish(&mut store, |store, _| store.keep(), &call, console)
}

/// A time such as `90s`, `10m` or `2h`.
fn duration(text: &str) -> Result<Duration, String> {
    let wrong = || "expected a time such as 90s, 10m or 2h".to_owned();
    let unit = text.len().checked_sub(1).ok_or_else(wrong)?;
    let (number, unit) = text.split_at_checked(unit).ok_or_else(wrong)?;
    let seconds: u64 = match unit {
        "s" => 1,
        "m" => 60,
        "h" => 3600,
        _ => return Err(wrong()),
    };
    let number: u64 = number.parse().map_err(|_| wrong())?;
    let seconds = number.checked_mul(seconds).ok_or_else(wrong)?;
    Ok(Duration::from_secs(seconds))
}

/// The exit status, or an error with its exit status.
type Ended = Result<u8, (Text, u8)>;

impl Apply {
    pub(super) fn run(&self, input: &Input, console: &mut Console<'_>) -> u8 {
        let ended = apply_plan(self, input, console);
        end(ended, &invocation(input, &[], None), console)
    }
}

impl Undo {
    pub(super) fn run(&self, input: &Input, console: &mut Console<'_>) -> u8 {
        let ended = undo(self, input, console);
        end(ended, &invocation(input, &[], None), console)
    }
}

fn end(ended: Ended, call: &Invocation, console: &mut Console<'_>) -> u8 {
    ended.unwrap_or_else(|(message, status)| {
        let message = call.text(&console.style.say(&message));
        write_message(console.err, &message);
        status
    })
}

fn apply_plan(command: &Apply, input: &Input, console: &mut Console<'_>) -> Ended {
    let root = root(input)?;
    let call = invocation(input, &[], None);
    let Some(path) = &command.plan else {
        let mut store = Store::for_resume(root).map_err(|error| refused(&error))?;
        return finish(&mut store, |store, say| store.resume(say), &call, console);
    };
    let mut plan = plan_file::read(path)?;
    if let Some(within) = command.confirm_within {
        let program = std::env::current_exe().map_err(usage)?;
        plan = apply::confirmed_within(root, &plan, within, &program)
            .map_err(|error| refused(&error))?;
    }
    let commands = match (&input.root, command.chroot) {
        (None, _) => Commands::Run,
        (Some(_), true) => Commands::Chroot,
        (Some(_), false) => Commands::List,
    };
    if command.dry_run {
        return dry_run(root, &plan, &command.accept, commands, &call, console);
    }
    let refusals =
        apply::check(root, &plan, &command.accept, commands).map_err(|error| refused(&error))?;
    if !refusals.is_empty() {
        return Err(refused(&apply::refused(refusals)));
    }
    if command.now {
        apply::check_now(root, &plan).map_err(|error| refused(&error))?;
    }
    if !command.yes {
        let text = render::plan_steps(&plan, &call, console.style);
        ask(&text, &text!("Apply this plan?"), console)?;
    }
    let mut store = Store::lock(root).map_err(|error| refused(&error))?;
    let accept = &command.accept;
    finish(
        &mut store,
        |store, say| {
            let journal = store.apply(&plan, accept, commands, say)?;
            if command.now {
                store.bind(say)
            } else {
                Ok(journal)
            }
        },
        &call,
        console,
    )
}

fn dry_run(
    root: &Path,
    plan: &Plan,
    accept: &[String],
    commands: Commands,
    call: &Invocation,
    console: &mut Console<'_>,
) -> Ended {
    let refusals = apply::check(root, plan, accept, commands).map_err(|error| refused(&error))?;
    let text = if console.json {
        document::to_json(&Checked::of(&refusals)).map_err(usage)?
    } else {
        let mut text = render::plan_steps(plan, call, console.style);
        text.push_str(&render::refusals(&refusals, call, console.style));
        text
    };
    print(&text, console)?;
    Ok(if refusals.is_empty() { OK } else { FAULTS })
}

/// Runs an action on the store and prints its events and its end.
fn finish(
    store: &mut Store,
    act: impl FnOnce(&mut Store, &mut dyn FnMut(Event<'_>)) -> crate::Result<Journal>,
    call: &Invocation,
    console: &mut Console<'_>,
) -> Ended {
    let mut transaction = Transaction::new();
    let journal = {
        let style = console.style;
        let json = console.json;
        let out = &mut *console.out;
        let mut say = |event: Event<'_>| {
            transaction.record(&event);
            if !json {
                // The reader may close the pipe; the transaction continues.
                let _ = out.write_all(render::event(event, style).as_bytes());
                let _ = out.flush();
            }
        };
        act(store, &mut say).map_err(|error| refused(&error))?
    };
    let text = if console.json {
        document::to_json(&transaction.ended(&journal)).map_err(usage)?
    } else {
        render::applied(&journal, call, console.style)
    };
    print(&text, console)?;
    Ok(OK)
}

/// Waits until the plan is kept, one of its checks fails, or the time is over. Returns whether to
/// undo it.
fn is_to_undo(root: &Path, within: Duration) -> Result<bool, (Text, u8)> {
    let tree = DirTree::open(root).map_err(usage)?;
    let awaits = || {
        let last = apply::last(&tree).map_err(usage)?;
        Ok::<bool, (Text, u8)>(last.is_some_and(|journal| journal.awaits_confirmation()))
    };
    // Services that a check looks at may still start.
    let grace = Duration::from_secs(60).min(within);
    let begun = Instant::now();
    let mut is_checked = false;
    while awaits()? {
        if !is_checked && begun.elapsed() >= grace {
            is_checked = true;
            // Without a check, the end of the time decides.
            let report = verify::newest(&tree, None);
            if report.is_ok_and(|report| !report.is_verified()) {
                return Ok(true);
            }
        }
        if begun.elapsed() >= within {
            return Ok(true);
        }
        std::thread::sleep(Duration::from_secs(1).min(within));
    }
    Ok(false)
}

fn undo(command: &Undo, input: &Input, console: &mut Console<'_>) -> Ended {
    let root = root(input)?;
    if let Some(within) = command.unless_kept {
        if !is_to_undo(root, within)? {
            let line = console.style.say(&text!("The plan is kept."));
            print(&format!("{line}\n"), console)?;
            return Ok(OK);
        }
    }
    let call = invocation(input, &[], None);
    let nothing = || refused(&ApplyCause::NothingToUndo.into());
    if command.dry_run {
        let tree = DirTree::open(root).map_err(usage)?;
        let journal = apply::last(&tree).map_err(|error| refused(&error))?;
        let journal = journal.ok_or_else(nothing)?;
        let text = if console.json {
            document::to_json(&Transaction::new().ended(&journal)).map_err(usage)?
        } else {
            render::to_undo(&journal, &call, console.style)
        };
        print(&text, console)?;
        return Ok(OK);
    }
    let mut store = Store::for_undo(root).map_err(|error| refused(&error))?;
    let journal = store.current().map_err(|error| refused(&error))?;
    let journal = journal.ok_or_else(nothing)?;
    if !command.yes {
        let text = render::to_undo(&journal, &call, console.style);
        ask(&text, &text!("Undo this plan?"), console)?;
    }
    let mut failed: Vec<Failed> = Vec::new();
    let overwrite = &command.overwrite;
    let ended = finish(
        &mut store,
        |store, say| {
            let undone = store.undo(overwrite, say)?;
            failed = undone.failed;
            Ok(undone.journal)
        },
        &call,
        console,
    )?;
    Ok(if failed.is_empty() { ended } else { FAULTS })
}

/// The root of the tree that is changed.
fn root(input: &Input) -> Result<&Path, (Text, u8)> {
    if !input.from.is_empty() || input.host.is_some() {
        let error = text!(
            "a plan is applied to this host, or with --root to a directory; --from is read-only"
        );
        return Err(usage(error));
    }
    Ok(input.root.as_deref().unwrap_or(Path::new("/")))
}

/// Asks for confirmation on the terminal; an error without one.
fn ask(text: &str, question: &Text, console: &mut Console<'_>) -> Result<(), (Text, u8)> {
    let stdin = io::stdin();
    if console.json || !stdin.is_terminal() {
        return Err(usage(text!(
            "there is no terminal for confirmation; review with --dry-run, then add --yes"
        )));
    }
    let question = console.style.say(question);
    print(&format!("{text}\n{question} [y/N] "), console)?;
    let mut answer = String::new();
    stdin.read_line(&mut answer).map_err(usage)?;
    if matches!(answer.trim(), "y" | "Y" | "yes") {
        Ok(())
    } else {
        Err((text!("nothing was changed"), FAULTS))
    }
}

fn print(text: &str, console: &mut Console<'_>) -> Result<(), (Text, u8)> {
    super::write_all(console.out, text).map_err(usage)
}

fn refused(error: &crate::Error) -> (Text, u8) {
    let status = if error.is_usage() { USAGE } else { FAULTS };
    (error.text(), status)
}
