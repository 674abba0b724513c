//! The files, commands and steps of an emitter, for a plan.

use host_tree::Edit;
use hvconf::emitted::{Emitted, EmittedCommand, EmittedFile, Line};
use hvconf::guest::{LookingGlassMemory, looking_glass_host};

use super::super::document::{Command, ManualStep, Undo, When};
use super::super::drafts::Drafts;
use super::super::read::PLACE;
use crate::plan::error::PlanCause;
use crate::plan::guest_steps::Guest;
use crate::plan::vm_options::{LookingGlass, VmOptions};
use crate::remedy::shown;
use crate::text::{Text, text};

/// Adds files as edits, reversible commands as commands, and all else as manual steps.
pub(in super::super) fn add(
    emitted: Emitted,
    guest: &mut Guest,
    drafts: &mut Drafts<'_>,
) -> Result<(), PlanCause> {
    for file in &emitted.files {
        write(file, drafts)?;
    }
    for command in emitted.commands {
        let command = placed(command, &emitted.files);
        match &command.undo {
            Some(argv) => guest.commands.push(Command {
                purpose: why(&command),
                undo: Undo::Run { argv: argv.clone() },
                argv: command.argv,
            }),
            None => guest.manual.push(ManualStep {
                when: When::Now,
                step: "run".into(),
                text: text!(
                    "run {command}: {why}",
                    command = shown(&command.argv),
                    why = why(&command)
                ),
            }),
        }
    }
    for step in emitted.steps {
        let mut text = step.text;
        for file in emitted
            .files
            .iter()
            .filter(|file| !file.path.starts_with('/'))
        {
            text = text.replace(&file.path, &path(file));
        }
        guest.manual.push(ManualStep {
            when: When::Now,
            step: step.name.into(),
            text: Text::of_english(text),
        });
    }
    for not_converted in emitted.not_converted {
        guest.manual.push(ManualStep {
            when: When::Before,
            step: "no-counterpart".into(),
            text: Text::of_english(not_converted.to_string()),
        });
    }
    Ok(())
}

/// Adds the steps of the host for Looking Glass under QEMU.
pub(super) fn looking_glass(
    vm_options: &VmOptions,
    guest: &mut Guest,
    drafts: &mut Drafts<'_>,
) -> Result<(), PlanCause> {
    let Some(LookingGlass { size, user }) = &vm_options.looking_glass else {
        return Ok(());
    };
    let emitted = looking_glass_host(LookingGlassMemory::File, *size, user);
    add(emitted, guest, drafts)
}

/// The path of a file, absolute.
pub(super) fn path(file: &EmittedFile) -> String {
    if file.path.starts_with('/') {
        file.path.clone()
    } else {
        let place = if file.line_end == "\r\n" {
            // On Windows a path without a drive is on the system's.
            "/ProgramData/passthru"
        } else {
            PLACE
        };
        format!("{place}/{}", file.path)
    }
}

/// The file as an edit, with the purpose and the versions of each line.
pub(super) fn write(file: &EmittedFile, drafts: &mut Drafts<'_>) -> Result<(), PlanCause> {
    let path = path(file);
    let after = file.to_string();
    let before = drafts.text(&path)?;
    if before.as_deref() == Some(after.as_str()) {
        return Ok(());
    }
    let mut edit = match before {
        Some(before) => Edit::change(&*path, before, after),
        None => Edit::new_file(&*path, after),
    };
    let mut purposes: Vec<&str> = Vec::new();
    for line in file.lines.iter().filter(|line| !line.purpose.is_empty()) {
        // A purpose of several lines is added once.
        if !purposes.contains(&line.purpose.as_str()) {
            purposes.push(&line.purpose);
            edit = edit.with_purpose(reason(line));
        }
    }
    drafts.set(edit);
    Ok(())
}

/// The reason for a line, and its versions.
pub(super) fn reason(line: &Line) -> Text {
    let first = line.text.lines().next().unwrap_or_default().trim();
    match line.versions {
        Some(versions) => text!(
            "{line}: {why} ({versions})",
            line = first,
            why = Text::of_english(&line.purpose),
            versions
        ),
        None => text!(
            "{line}: {why}",
            line = first,
            why = Text::of_english(&line.purpose)
        ),
    }
}

fn why(command: &EmittedCommand) -> Text {
    match command.versions {
        Some(versions) => text!(
            "{why} ({versions})",
            why = Text::of_english(&command.purpose),
            versions
        ),
        None => Text::of_english(&command.purpose),
    }
}

/// The command with the files' paths as they are placed.
fn placed(mut command: EmittedCommand, files: &[EmittedFile]) -> EmittedCommand {
    let words = command
        .argv
        .iter_mut()
        .chain(command.undo.iter_mut().flatten());
    for word in words {
        if let Some(file) = files.iter().find(|file| file.path == *word) {
            *word = path(file);
        }
    }
    command
}
