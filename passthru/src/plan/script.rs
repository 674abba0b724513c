//! A plan as a shell script, as an alternative to running passthru as root: POSIX sh, with every
//! text of the plan quoted.

mod shell;

use std::fmt::Write as _;

use host_tree::Edit;

use self::shell::{END, FUNCTIONS};
use super::document::{Binding, Plan, Undo};
use super::gate::{self, Unnamed};
use super::state::sha256;
use crate::failure::{Cause, ErrorKind, into_error};
use crate::remedy::shown;
use crate::text::{Text, text};

/// The reason why a plan cannot be written as a script or a playbook.
#[derive(Debug)]
pub(crate) enum ScriptCause {
    /// A text has a NUL byte.
    Nul {
        /// The path of the file, or the command.
        path: String,
        /// The form.
        form: ScriptForm,
    },
    /// The edits remove settings that the plan does not name.
    Unnamed(Vec<Unnamed>),
}

/// The form of a plan that is run without passthru.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ScriptForm {
    /// A shell script.
    Shell,
    /// An Ansible playbook.
    Ansible,
}

into_error!(ScriptCause);

impl Cause for ScriptCause {
    fn kind(&self) -> ErrorKind {
        ErrorKind::NoPlan
    }

    fn text(&self) -> Text {
        match self {
            Self::Nul {
                path,
                form: ScriptForm::Shell,
            } => text!(
                "{path} has a NUL byte, which a shell script cannot have: use passthru apply",
                path
            ),
            Self::Nul {
                path,
                form: ScriptForm::Ansible,
            } => text!(
                "{path} has a NUL byte, which a playbook cannot have: use passthru apply",
                path
            ),
            Self::Unnamed(found) => gate::sentences(found),
        }
    }
}

/// Returns the script. It checks that each file and device is in the plan's expected state,
/// replaces the files atomically one by one, and runs the commands; `undo` undoes that.
///
/// # Errors
///
/// If a text has a NUL byte, which no shell can contain, and if the plan's edits remove settings
/// that it does not name.
pub fn script(plan: &Plan) -> crate::Result<String> {
    hold(plan, ScriptForm::Shell)?;
    let mut text = String::new();
    head(&mut text, plan);
    text.push_str(FUNCTIONS);
    for (number, edit) in (1..).zip(&plan.edits) {
        contents(&mut text, number, edit);
    }
    check(&mut text, plan);
    apply(&mut text, plan);
    undo(&mut text, plan);
    text.push_str(END);
    Ok(text)
}

/// Checks that the plan removes only settings that it names, and that no text has a NUL byte.
pub(super) fn hold(plan: &Plan, form: ScriptForm) -> Result<(), ScriptCause> {
    gate::check(plan).map_err(ScriptCause::Unnamed)?;
    let has_nul = |edit: &&Edit| {
        let before = edit.before.as_deref().unwrap_or_default();
        before.contains('\0') || edit.after.contains('\0') || edit.path.contains('\0')
    };
    let refused = |path: String| ScriptCause::Nul { path, form };
    if let Some(edit) = plan.edits.iter().find(has_nul) {
        return Err(refused(edit.path.clone()));
    }
    let nul = |argv: &[String]| argv.iter().any(|word| word.contains('\0'));
    for command in &plan.commands {
        let undo = matches!(&command.undo, Undo::Run { argv } if nul(argv));
        if nul(&command.argv) || undo {
            return Err(refused(shown(&command.argv).replace('\0', "?")));
        }
    }
    Ok(())
}

/// The files that commands change, each once, in order.
pub(super) fn changed(plan: &Plan) -> Vec<&str> {
    let mut all: Vec<&str> = Vec::new();
    for command in &plan.commands {
        if let Undo::RestoreFiles { paths } = &command.undo {
            for path in paths {
                if !all.contains(&path.as_str()) {
                    all.push(path);
                }
            }
        }
    }
    all
}

/// A quoted word of the shell.
fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', r"'\''"))
}

fn words(argv: &[String]) -> String {
    argv.iter()
        .map(|word| quoted(word))
        .collect::<Vec<_>>()
        .join(" ")
}

/// Text for a comment: one line.
pub(super) fn comment(text: &str) -> String {
    text.chars()
        .map(|c| match c {
            // YAML 1.1 line ends.
            '\u{2028}' | '\u{2029}' => ' ',
            c if c.is_control() => ' ',
            c => c,
        })
        .collect()
}

/// The purpose of the plan, in a line.
pub(super) fn title(plan: &Plan) -> String {
    let devices: Vec<String> = plan
        .devices
        .iter()
        .map(|device| format!("{} ({})", device.address, device.id))
        .collect();
    if plan.binding == Binding::Release {
        return comment(&format!("Bind {} to the host drivers", devices.join(", ")));
    }
    let guest = plan.vm.as_ref().map(|vm| format!(" {vm}"));
    let text = format!(
        "Assign {} to guest{} of {}",
        devices.join(", "),
        guest.unwrap_or_default(),
        plan.target.name()
    );
    comment(&text)
}

fn head(text: &mut String, plan: &Plan) {
    let _ = write!(
        text,
        "#!/bin/sh\n\
         # {}.\n\
         # Made by passthru {}, for one host in one state.\n\
         #\n\
         # sh THIS [apply|check|undo] [ROOT]\n\
         #\n\
         # ROOT is a directory with the host's files; with one, commands are listed and\n\
         # not run. PASSTHRU_ACCEPT='WORD ...' accepts risks that block the plan.\n\
         # Functions that print texts are called by name, and a $ in a text is just that.\n\
         # shellcheck disable=SC1003,SC2016,SC2317,SC2329\n\
         set -eu\n\n\
         action=${{1:-apply}}\n\
         root=${{2:-}}\n\
         root=${{root%/}}\n\
         refused=0\n\
         umask 022\n\
         # The created directories, for undo to remove.\n\
         state=/var/lib/passthru\n\
         made=$state/script-{mark}-made\n\
         # Copies of files that commands change.\n\
         keeps=$state/script-{mark}-kept\n",
        title(plan),
        env!("CARGO_PKG_VERSION"),
        mark = mark(plan),
    );
}

/// The identity of a plan's notes: a hash of its changes.
pub(super) fn mark(plan: &Plan) -> String {
    let mut all = String::new();
    for edit in &plan.edits {
        all.push_str(&edit.path);
        all.push_str(&edit.after);
    }
    for command in &plan.commands {
        all.push_str(&shown(&command.argv));
    }
    sha256(all.as_bytes()).chars().take(12).collect()
}

fn contents(text: &mut String, number: usize, edit: &Edit) {
    let _ = writeln!(text, "\n# {}", comment(&edit.path));
    for why in &edit.purposes {
        let _ = writeln!(text, "# - {}", comment(why));
    }
    if let Some(before) = &edit.before {
        let _ = writeln!(
            text,
            "before_{number}() {{ printf '%s' {}; }}",
            quoted(before)
        );
    }
    let _ = writeln!(
        text,
        "after_{number}() {{ printf '%s' {}; }}",
        quoted(&edit.after)
    );
}

/// Whether a file is `new` or `old`, as argument of the script's functions.
fn age(edit: &Edit) -> &'static str {
    if edit.before.is_none() { "new" } else { "old" }
}

fn check(text: &mut String, plan: &Plan) {
    text.push_str("\ncheck() {\n");
    for blocker in &plan.blockers {
        let _ = writeln!(
            text,
            "    accepted {} {}",
            quoted(&blocker.accept),
            quoted(&comment(&blocker.title))
        );
    }
    for assumption in &plan.assumptions {
        let _ = writeln!(
            text,
            "    accepted {} {}",
            quoted(&assumption.fact),
            quoted(&comment(&format!("assumed: {}", assumption.sentence())))
        );
    }
    if let Some(kernel) = &plan.host_state.kernel {
        let _ = writeln!(text, "    kernel {}", quoted(kernel));
    }
    for device in &plan.devices {
        let hex = |id: String| quoted(&format!("0x{id}"));
        let subsystem = device.subsystem.map_or_else(
            || "'' ''".to_owned(),
            |id| {
                format!(
                    "{} {}",
                    hex(id.vendor.to_string()),
                    hex(id.device.to_string())
                )
            },
        );
        let _ = writeln!(
            text,
            "    device {} {} {} {subsystem}",
            device.address,
            hex(device.id.vendor.to_string()),
            hex(device.id.device.to_string()),
        );
    }
    for (number, edit) in (1..).zip(&plan.edits) {
        let path = quoted(&edit.path);
        let _ = writeln!(text, "    file {number} {path} {}", age(edit));
    }
    text.push_str("    :\n}\n");
}

fn apply(text: &mut String, plan: &Plan) {
    text.push_str("\napply() {\n");
    for path in changed(plan) {
        let _ = writeln!(text, "    keep {}", quoted(path));
    }
    for (number, edit) in (1..).zip(&plan.edits) {
        let mode = edit.mode.map(|mode| format!("{mode:04o}"));
        let _ = writeln!(
            text,
            "    edit {number} {} {} {}",
            quoted(&edit.path),
            age(edit),
            quoted(&mode.unwrap_or_default())
        );
    }
    for command in &plan.commands {
        let _ = writeln!(text, "    # {}", comment(&command.purpose));
        let _ = writeln!(text, "    run {}", words(&command.argv));
    }
    for step in &plan.manual_steps {
        let line = format!(
            "manual step ({}): {}",
            step.when.word(),
            comment(&step.text)
        );
        let _ = writeln!(text, "    say {}", quoted(&line));
    }
    if let Some(why) = &plan.reboot_reason {
        let line = format!("reboot: {}", comment(why));
        let _ = writeln!(text, "    say {}", quoted(&line));
    }
    text.push_str("    :\n}\n");
}

fn undo(text: &mut String, plan: &Plan) {
    text.push_str("\nundo() {\n");
    for (number, edit) in (1..).zip(&plan.edits) {
        let path = quoted(&edit.path);
        let _ = writeln!(text, "    file {number} {path} {}", age(edit));
    }
    text.push_str("    [ \"$refused\" -eq 0 ] || exit 1\n");
    for command in plan.commands.iter().rev() {
        if let Undo::Run { argv } = &command.undo {
            let _ = writeln!(
                text,
                "    run {} || say 'that failed; continuing' >&2",
                words(argv)
            );
        }
    }
    for (number, edit) in (1..).zip(&plan.edits).collect::<Vec<_>>().into_iter().rev() {
        let path = quoted(&edit.path);
        let _ = writeln!(text, "    back {number} {path} {}", age(edit));
    }
    for path in changed(plan) {
        let _ = writeln!(text, "    unkeep {}", quoted(path));
    }
    for command in &plan.commands {
        if command.undo == Undo::Repeat {
            let _ = writeln!(text, "    run {}", words(&command.argv));
        }
    }
    text.push_str("    unmake\n}\n");
}
