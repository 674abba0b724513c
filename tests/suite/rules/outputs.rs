//! What findings ask for is read: each command of a remedy, over the forms of its output.

use std::collections::{BTreeMap, BTreeSet};

use passthru::Remedy;
use passthru::input::{Attribution, TextKind, attributions};

use super::{cases, report};

/// Outputs of commands: `## COMMAND`, and `-- form` between two forms of its output.
const OUTPUTS: &str = include_str!("outputs.txt");

/// Commands whose outputs show nothing without them: the name of the interface or the folder.
const NEED_THEIR_COMMAND: [&str; 2] = ["ethtool -i enp5s0", "ls /dev/vfio"];

/// The commands that remedies of all rules and messages name, with their addresses replaced.
fn commands() -> BTreeSet<String> {
    let mut commands = BTreeSet::new();
    for case in cases() {
        for finding in report(&case).findings {
            if let Some(Remedy::Inspect { argv }) = finding.remedy {
                let parts = argv.iter().map(|word| {
                    let parts = word.split('/');
                    let parts = parts.map(|part| match part.parse::<pci_core::AddressOrSlot>() {
                        Ok(_) => "ADDRESS",
                        Err(_) => part,
                    });
                    parts.collect::<Vec<_>>().join("/")
                });
                commands.insert(parts.collect::<Vec<_>>().join(" ").replace('"', ""));
            }
        }
    }
    commands
}

fn outputs() -> BTreeMap<&'static str, Vec<String>> {
    let mut outputs: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    let mut command = "";
    for line in OUTPUTS.lines() {
        if let Some(next) = line.strip_prefix("## ") {
            command = next;
            outputs.insert(command, vec![String::new()]);
        } else if let Some(forms) = outputs.get_mut(command) {
            match (line, forms.last_mut()) {
                ("-- form", _) => forms.push(String::new()),
                (line, Some(form)) => *form += &format!("{line}\n"),
                _ => {}
            }
        }
    }
    outputs
}

/// Whether a source knows at least one line for more than the address in it.
fn is_read(text: &str) -> bool {
    let lines = attributions("post.txt", text);
    let kinds = lines.iter().filter_map(|line| match line {
        Attribution::Kind(kind) => Some(*kind),
        _ => None,
    });
    kinds.into_iter().any(|kind| kind != TextKind::Address)
}

#[test]
fn each_output_that_is_asked_for_is_read() {
    let outputs = outputs();
    let mut wrong = Vec::new();
    // passthru reads the host itself.
    let commands = commands();
    let commands = commands
        .iter()
        .filter(|command| !command.starts_with("passthru "));
    for command in commands {
        if !outputs.contains_key(command.as_str()) {
            wrong.push(format!("no output of: {command}"));
        }
    }
    // Others are of commands that people show without being asked for them.
    for (command, forms) in &outputs {
        for form in forms {
            let typed = command.replace("ADDRESS", "0000:01:00.0");
            let indented = form.lines().map(|line| format!("    {line}\n"));
            let quoted = form.lines().map(|line| format!("> {line}\n"));
            for (way, text) in [
                ("typed", format!("root@pve:~# {typed}\n{form}")),
                ("as a user", format!("$ sudo {typed}\n{form}")),
                ("as root", format!("# {typed}\n{form}")),
                ("below a heading", format!("=== {typed} ===\n{form}")),
                ("in a block", format!("{typed}:\n```\n{form}```\n")),
                ("alone", form.clone()),
                ("indented", indented.collect()),
                ("quoted", quoted.collect()),
            ] {
                // One word alone, or a number, may be anything's, and so may some names.
                let is_word = form.split_ascii_whitespace().count() == 1;
                let is_bare = matches!(way, "alone" | "indented" | "quoted");
                let is_open = is_bare && NEED_THEIR_COMMAND.contains(command);
                if !is_read(&text) && (way == "typed" || !is_word) && !is_open {
                    wrong.push(format!("{way}: {command}: {form}"));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
