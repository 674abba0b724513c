//! Applied and undone plans.

use std::fmt::Write as _;

use super::plan::unchanged;
use super::style::Style;
use super::wrap::{clean, pad, paragraph, paragraph_with, width};
use crate::apply::{Commands, Event, Journal, Refusal, TransactionState};
use crate::invocation::Invocation;
use crate::plan::{Binding, Undo, When};
use crate::remedy::shown;
use crate::text::{Text, text};
use crate::verdict::Verdict;

/// The width of the column of a step's word.
const COLUMN: usize = 10;

/// One step, in a line.
#[must_use]
pub fn event(event: Event<'_>, style: Style) -> String {
    let line = |word: &Text, rest: &str| {
        let word = style.say(word);
        let columns = COLUMN.max(width(&word) + 2);
        format!("{}{}\n", pad(&word, columns), clean(rest))
    };
    match event {
        Event::Wrote(path) => line(&text!("wrote"), path),
        Event::Restored(path) => line(&text!("restored"), path),
        Event::Removed(path) => line(&text!("removed"), path),
        Event::Runs(argv) => line(&text!("running"), &shown(argv)),
        Event::Bound(address) => line(
            &text!("bound"),
            &style.say(&text!("{address} to vfio-pci", address)),
        ),
        Event::Released(address) => line(&text!("released"), &format!("{address:#}")),
        Event::Left(argv) => line(&text!("to run"), &shown(argv)),
        Event::Failed(failed) => {
            let mut text = String::new();
            for line in style.say(&failed.text()).lines() {
                let line = style.verdict(Verdict::Fix, &clean(line));
                let _ = writeln!(text, "{line}");
            }
            text
        }
    }
}

/// The reasons why a plan is refused.
#[must_use]
pub fn refusals(refusals: &[Refusal], call: &Invocation, style: Style) -> String {
    if refusals.is_empty() {
        let ready = text!("Ready to apply. Nothing has been changed.");
        return format!("\n{}\n", style.say(&ready));
    }
    let mut text = format!("\n{}\n", style.heading(&text!("Refused on this host")));
    for refusal in refusals {
        let message = call.text(&style.say(&refusal.text()));
        text.push_str(&paragraph("  - ", &message, style.columns));
    }
    let _ = writeln!(text, "\n{}", style.say(&unchanged()));
    text
}

/// The end of a transaction, and the next step.
#[must_use]
pub fn applied(journal: &Journal, call: &Invocation, style: Style) -> String {
    let mut text = String::from("\n");
    let plan = &journal.header.plan;
    let number = journal.number;
    if journal.state() == TransactionState::Undone {
        let line = text!(
            "Transaction {number} is undone: the files are as before.",
            number
        );
        text.push_str(&paragraph("", &style.say(&line), style.columns));
        left(&mut text, journal, style);
        if plan.reboot_reason.is_some() {
            let line = text!("Reboot to return the host to its previous state.");
            text.push_str(&paragraph("", &style.say(&line), style.columns));
        }
        return text;
    }
    let undo = call.command(&["undo"]);
    let line = if journal.is_kept() {
        text!(
            "Transaction {number} is kept; to undo it: {undo}",
            number,
            undo
        )
    } else {
        text!(
            "Transaction {number} is applied; to undo it: {undo}",
            number,
            undo
        )
    };
    text.push_str(&paragraph_with(
        "",
        &style.say(&line),
        &[undo],
        style.columns,
    ));
    left(&mut text, journal, style);
    let steps = plan.manual_steps.iter();
    for step in steps.filter(|step| step.when != When::Before) {
        let line = text!(
            "manual step [{step}]: {text}",
            step = &*step.step,
            text = step.text
        );
        text.push_str(&paragraph("  - ", &style.say(&line), style.columns));
    }
    let mut next = Vec::new();
    let verify = call.command(&["verify"]);
    if let Some(why) = plan.reboot_reason.as_ref().filter(|_| !journal.is_kept()) {
        next.push((text!("Next:"), text!("reboot: {reason}", reason = why)));
        next.push((text!("Then:"), text!("{command}", command = verify)));
        if journal.awaits_confirmation() {
            let keep = call.command(&["keep"]);
            next.push((
                text!("Then:"),
                text!("{command}   (or the plan is undone)", command = keep),
            ));
        }
    } else {
        next.push((text!("Next:"), text!("{command}", command = verify)));
    }
    let next: Vec<(String, String)> = next
        .iter()
        .map(|(label, line)| (style.say(label), style.say(line)))
        .collect();
    let columns = next.iter().map(|(label, _)| width(label) + 2);
    let columns = columns.max().unwrap_or(0).max(8);
    for (label, line) in &next {
        let line = paragraph_with(
            &pad(label, columns),
            line,
            std::slice::from_ref(line),
            style.columns,
        );
        text.push_str(&line);
    }
    text
}

fn left(text: &mut String, journal: &Journal, style: Style) {
    let commands = journal.header.commands == Commands::List;
    if commands && !journal.header.plan.commands.is_empty() {
        let line = text!("The commands were not run: run them on the live system.");
        text.push_str(&paragraph("", &style.say(&line), style.columns));
    }
}

/// The files that an undo changes.
#[must_use]
pub fn to_undo(journal: &Journal, call: &Invocation, style: Style) -> String {
    let mut text = transaction(journal, call, style);
    let commands = &journal.header.plan.commands;
    let runs = |argv: &[String]| {
        let line = text!("run {command}", command = shown(argv));
        format!("  {}\n", clean(&style.say(&line)))
    };
    for command in commands.iter().rev() {
        if let Undo::Run { argv } = &command.undo {
            text.push_str(&runs(argv));
        }
    }
    for kept in &journal.header.files {
        let path = clean(&kept.path);
        let line = if kept.before.is_some() {
            text!("restore {path}", path)
        } else {
            text!("remove {path}", path)
        };
        let _ = writeln!(text, "  {}", style.say(&line));
    }
    for command in commands
        .iter()
        .filter(|command| command.undo == Undo::Repeat)
    {
        text.push_str(&runs(&command.argv));
    }
    text
}

/// An existing transaction, in one paragraph; for an open one, the next step.
#[must_use]
pub fn transaction(journal: &Journal, call: &Invocation, style: Style) -> String {
    let plan = &journal.header.plan;
    let devices: Vec<String> = plan
        .devices
        .iter()
        .map(|device| format!("{:#}", device.address))
        .collect();
    let state = journal.state();
    let target = plan.target.name();
    let number = journal.number;
    let state_text = state.sentence();
    let mut line = match plan.binding {
        Binding::Release => text!(
            "transaction {number} (release {devices} to the host drivers): {state}",
            number,
            devices,
            state = state_text
        ),
        _ => text!(
            "transaction {number} (assign {devices} to a guest of {target}): {state}",
            number,
            devices,
            target,
            state = state_text
        ),
    };
    if let (TransactionState::Applying, Some((number, status))) = (state, journal.failed_command())
    {
        let command = plan
            .commands
            .get(number)
            .map(|command| shown(&command.argv));
        line = line.then(&match status {
            Some(status) => text!("{command} failed with status {status}", command, status),
            None => text!("{command} was interrupted", command),
        });
    }
    let commands = [
        call.command(&["apply", "--resume"]),
        call.command(&["undo"]),
        call.command(&["keep"]),
    ];
    let [resume, undo, keep] = &commands;
    if journal.awaits_confirmation() {
        line = line.then(&text!(
            "it is undone after the next boot, unless {command} runs",
            command = keep
        ));
    }
    if state.is_open() {
        line = line.then(&text!(
            "to finish it: {resume}; to undo it: {undo}",
            resume,
            undo
        ));
    }
    let label = style.say(&text!("Plan"));
    let label = pad(&label, 13.max(width(&label) + 2));
    paragraph_with(&label, &style.say(&line), &commands, style.columns)
}
