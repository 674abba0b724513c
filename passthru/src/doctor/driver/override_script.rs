//! Scripts of the initramfs that bind by address.

use host_tree::{Evidence, numbered_lines};
use hostconf::binding::initramfs_tools::ScriptIssue;
use hvconf::unraid;
use pci_core::Address;

use crate::doctor::rule::{Context, Diagnostic, Rule};
use crate::remedy::{Remedy, shell_word};
use crate::text::{Text, text};
use crate::verdict::Verdict;

pub(in crate::doctor) const RULES: &[Rule] = &[
    Rule {
        code: "override-script-address-stale",
        meaning: "The script of a plan, or Unraid's vfio-pci.cfg, binds a function by its \
                  address, but another device is at that address: a card was added, removed or \
                  moved. The device at the address is not bound to vfio-pci, and the intended \
                  card is bound to its host driver again.",
        source: "hostconf::binding::by_address, function take of the script; Unraid, \
                 sbin/vfio-pci-bind.sh",
        causes: &[],
        check: script_moved,
    },
    Rule {
        code: "override-script-late",
        meaning: "A script of the initramfs sets driver_override after udev has bound the \
                  drivers: scripts of init-top without prerequisites run in the order of their \
                  names. The script works only while the host driver is not in the initramfs.",
        source: "initramfs-tools(7), Boot scripts; measured with initramfs-tools 0.142",
        causes: &["host-driver-bound"],
        check: script_late,
    },
    Rule {
        code: "override-script-runs-on-host",
        meaning: "A script of the initramfs does not handle the argument prereqs. Building an \
                  initramfs calls each script with that argument, and so runs this one on the \
                  running host.",
        source: "initramfs-tools(7), Boot scripts; hook-functions, get_prereq_pairs",
        causes: &[],
        check: script_runs_on_host,
    },
    Rule {
        code: "override-script-not-runnable",
        meaning: "A script of the initramfs cannot run: initramfs-tools skips its name, or its \
                  first line names no interpreter, for example because a paste lost its line \
                  breaks.",
        source: "initramfs-tools 0.142, scripts/functions, set_initlist",
        causes: &["host-driver-bound"],
        check: script_dead,
    },
];

/// The sentence about a fault of a script.
fn of_script(path: &str, issue: &ScriptIssue) -> Text {
    match issue {
        ScriptIssue::NoPrereqs => text!(
            "{path} has no case for the argument prereqs: update-initramfs runs the script on \
             the host",
            path
        ),
        ScriptIssue::Interpreter { found } => text!(
            "{path} begins with {found} instead of #!/bin/sh: the script cannot run",
            path,
            found = format!("{found:?}")
        ),
        ScriptIssue::AfterUdev { .. } => text!(
            "{path} runs after udev, which binds drivers first: the name must sort before \
             \"udev\"",
            path
        ),
        ScriptIssue::Name { .. } => text!(
            "initramfs-tools skips {path}: the name may contain only letters, digits, '.', '_' \
             and '-'",
            path
        ),
        other => text!("{path}: {issue}", path, issue = other.to_string()),
    }
}

fn scripts(
    context: &Context<'_>,
    verdict: Verdict,
    is_it: fn(&ScriptIssue) -> bool,
) -> Vec<Diagnostic> {
    let mut reported = Vec::new();
    for script in &context.host.override_scripts {
        for issue in script.facts.issues.iter().filter(|issue| is_it(issue)) {
            let first = script.text.lines().next().unwrap_or_default();
            let start: String = first.chars().take(60).collect();
            let (slot, replace) = match script.facts.overrides.first() {
                Some((address, _)) => (address.slot(), &script.path),
                None => continue,
            };
            let text = match context.host.functions_of(slot).next() {
                Some(_) => text!(
                    "remove {replace}; the script that `passthru plan {slot}` writes does the \
                     same in time, and checks the IDs first",
                    replace,
                    slot
                ),
                None => text!(
                    "remove {replace}; the script that a plan for the card at {slot} writes does \
                     the same in time, and checks the IDs first",
                    replace,
                    slot
                ),
            };
            reported.push(
                Diagnostic::new(verdict, of_script(&script.path, issue))
                    .of(script.facts.overrides.iter().map(|(address, _)| *address))
                    .evidence([Evidence::new(&*script.path, 1, start)])
                    .remedy(Remedy::Manual {
                        step: "replace-override-script",
                        text,
                    }),
            );
        }
    }
    reported
}

fn script_moved(context: &Context<'_>) -> Vec<Diagnostic> {
    let mut reported = Vec::new();
    for script in &context.host.override_scripts {
        for bound in script.planned.iter().flatten() {
            let found = context.host.devices.get(&bound.address);
            let Some(id) = found.and_then(|device| device.id.as_ref()) else {
                continue;
            };
            if id.value == bound.id {
                continue;
            }
            let now: Vec<Address> = context
                .host
                .devices
                .values()
                .filter(|device| {
                    device
                        .id
                        .as_ref()
                        .is_some_and(|other| other.value == bound.id)
                })
                .map(|device| device.address)
                .collect();
            let title = text!(
                "{path} expects {id} at {address}, but {found} is there",
                path = script.path,
                id = bound.id,
                address = bound.address,
                found = id.value
            );
            let title = title.then(&if now.is_empty() {
                text!("no device has that ID now")
            } else {
                text!("that ID is at {now} now", now)
            });
            // With or without its domain.
            let short = format!("{:#}", bound.address);
            let mut lines = numbered_lines(&script.text);
            let line = lines.find(|(_, line)| line.contains(&short));
            let line = line.map(|(number, text)| Evidence::new(&*script.path, number, text));
            let remedy = match now.first() {
                Some(address) => Remedy::Plan {
                    arguments: vec![format!("{address:#}")],
                },
                None if script.path == unraid::PATH => Remedy::Manual {
                    step: "remove-override-script",
                    text: text!(
                        "remove {address} from {path}",
                        address = bound.address,
                        path = script.path
                    ),
                },
                None => Remedy::Manual {
                    step: "remove-override-script",
                    text: text!("remove {path}, or move the card back", path = script.path),
                },
            };
            reported.push(
                Diagnostic::new(Verdict::Fix, title)
                    .of([bound.address])
                    .evidence(line)
                    .evidence([id.evidence.clone()])
                    .remedy(remedy),
            );
        }
    }
    reported
}

fn script_late(context: &Context<'_>) -> Vec<Diagnostic> {
    scripts(context, Verdict::Fix, |issue| {
        matches!(issue, ScriptIssue::AfterUdev { .. })
    })
}

fn script_runs_on_host(context: &Context<'_>) -> Vec<Diagnostic> {
    scripts(context, Verdict::Fix, |issue| {
        matches!(issue, ScriptIssue::NoPrereqs)
    })
}

fn script_dead(context: &Context<'_>) -> Vec<Diagnostic> {
    let mut reported = not_executable(context);
    reported.extend(script_of_no_program(context));
    reported
}

/// Scripts without permission to run, which initramfs-tools skips (initramfs-tools 0.142,
/// scripts/functions, set_initlist).
fn not_executable(context: &Context<'_>) -> Vec<Diagnostic> {
    let scripts = context.host.override_scripts.iter();
    scripts
        .filter_map(|script| Some((script, script.not_executable.clone()?)))
        .map(|(script, line)| {
            let path = &script.path;
            let addresses = script.facts.overrides.iter();
            Diagnostic::new(
                Verdict::Blocker,
                text!(
                    "{path} is not executable: initramfs-tools skips the script",
                    path
                ),
            )
            .of(addresses.map(|(address, _)| *address))
            .evidence([line])
            .remedy(Remedy::Manual {
                step: "make-executable",
                text: text!(
                    "run chmod +x {path}, then update-initramfs -u -k all",
                    path = shell_word(path)
                ),
            })
        })
        .collect()
}

fn script_of_no_program(context: &Context<'_>) -> Vec<Diagnostic> {
    scripts(context, Verdict::Blocker, |issue| {
        matches!(
            issue,
            ScriptIssue::Interpreter { .. } | ScriptIssue::Name { .. }
        )
    })
}
