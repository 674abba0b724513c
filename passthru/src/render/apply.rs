//! What is carried out, and what is taken back.

use std::fmt::Write as _;

use super::style::Style;
use super::wrap::{clean, paragraph, paragraph_with};
use crate::apply::{Commands, Event, Journal, Refusal, State};
use crate::invocation::Invocation;
use crate::plan::{Binding, When};
use crate::remedy::shown;
use crate::verdict::Verdict;

/// One step, in a line.
#[must_use]
pub fn event(event: Event<'_>, style: Style) -> String {
    match event {
        Event::Wrote(path) => format!("wrote     {}\n", clean(path)),
        Event::Restored(path) => format!("restored  {}\n", clean(path)),
        Event::Removed(path) => format!("removed   {}\n", clean(path)),
        Event::Runs(argv) => format!("running   {}\n", clean(&shown(argv))),
        Event::Bound(address) => format!("bound     {address:#} to vfio-pci\n"),
        Event::Released(address) => format!("released  {address:#}\n"),
        Event::Left(argv) => format!("to run    {}\n", clean(&shown(argv))),
        Event::Failed(failed) => {
            let mut text = String::new();
            for line in failed.to_string().lines() {
                let line = style.verdict(Verdict::Fix, &clean(line));
                let _ = writeln!(text, "{line}");
            }
            text
        }
    }
}

/// What speaks against a plan.
#[must_use]
pub fn refusals(refusals: &[Refusal], call: &Invocation, style: Style) -> String {
    if refusals.is_empty() {
        return "\nNothing speaks against it. Nothing has been changed.\n".to_owned();
    }
    let mut text = format!("\n{}\n", style.strong("It is refused here"));
    for refusal in refusals {
        let said = call.text(&refusal.to_string());
        text.push_str(&paragraph("  - ", &said, style.columns));
    }
    text.push_str("\nNothing has been changed.\n");
    text
}

/// The end of a transaction, and what comes next.
#[must_use]
pub fn applied(journal: &Journal, call: &Invocation, style: Style) -> String {
    let mut text = String::from("\n");
    let plan = &journal.header.plan;
    let number = journal.number;
    if journal.state() == State::Undone {
        let line = format!("Transaction {number} was taken back: the files are as they were.");
        text.push_str(&paragraph("", &line, style.columns));
        left(&mut text, journal);
        if plan.reboot_reason.is_some() {
            text.push_str("A reboot brings the host back to what it was.\n");
        }
        return text;
    }
    let state = if journal.is_kept() { "kept" } else { "applied" };
    let undo = call.command(&["undo"]);
    let line = format!("Transaction {number} is {state}; {undo} takes it back.");
    text.push_str(&paragraph_with("", &line, &[undo], style.columns));
    left(&mut text, journal);
    let steps = plan.manual_steps.iter();
    for step in steps.filter(|step| step.when != When::Before) {
        let line = format!("by hand [{}]: {}", step.step, step.text);
        text.push_str(&paragraph("  - ", &line, style.columns));
    }
    if let Some(why) = plan.reboot_reason.as_ref().filter(|_| !journal.is_kept()) {
        text.push_str(&paragraph(
            "Next:   ",
            &format!("reboot: {why}"),
            style.columns,
        ));
        let _ = writeln!(text, "Then:   {}", call.command(&["verify"]));
        if journal.awaits_confirmation() {
            let keep = call.command(&["keep"]);
            let _ = writeln!(text, "Then:   {keep}   (or the plan is undone)");
        }
    } else {
        let _ = writeln!(text, "Next:   {}", call.command(&["verify"]));
    }
    text
}

fn left(text: &mut String, journal: &Journal) {
    let commands = journal.header.commands == Commands::List;
    if commands && !journal.header.plan.commands.is_empty() {
        text.push_str("The commands were not run: they belong into the running system.\n");
    }
}

/// What is to be taken back.
#[must_use]
pub fn to_undo(journal: &Journal, call: &Invocation, style: Style) -> String {
    let mut text = transaction(journal, call, style);
    for kept in &journal.header.files {
        let what = if kept.before.is_some() {
            "restore"
        } else {
            "remove "
        };
        let _ = writeln!(text, "  {what} {}", clean(&kept.path));
    }
    text
}

/// A transaction that is there, in one paragraph; what to do where it is open.
#[must_use]
pub fn transaction(journal: &Journal, call: &Invocation, style: Style) -> String {
    let plan = &journal.header.plan;
    let devices: Vec<String> = plan
        .devices
        .iter()
        .map(|device| format!("{:#}", device.address))
        .collect();
    let state = journal.state();
    let to = match plan.binding {
        Binding::Release => "back to the drivers of the host".to_owned(),
        _ => format!("to a guest of {}", plan.target.name()),
    };
    let mut line = format!(
        "transaction {} (give {} {to}) {}",
        journal.number,
        devices.join(", "),
        state.sentence()
    );
    if let (State::Applying, Some((number, status))) = (state, journal.failed_command()) {
        let argv = plan
            .commands
            .get(number)
            .map(|command| shown(&command.argv));
        let argv = argv.unwrap_or_default();
        match status {
            Some(status) => {
                let _ = write!(line, ": {argv} failed with status {status}");
            }
            None => {
                let _ = write!(line, ": {argv} was interrupted");
            }
        }
    }
    let commands = [
        call.command(&["apply", "--resume"]),
        call.command(&["undo"]),
        call.command(&["keep"]),
    ];
    let [resume, undo, keep] = &commands;
    if journal.awaits_confirmation() {
        let _ = write!(
            line,
            "; it is undone after the next start unless {keep} runs"
        );
    }
    if state.is_open() {
        let _ = write!(line, "; {resume} finishes it, {undo} takes it back");
    }
    paragraph_with("Plan         ", &line, &commands, style.columns)
}
