//! Scripts of the initramfs that bind by address.

use host_tree::{Evidence, numbered_lines};
use hostconf::binding::initramfs_tools::ScriptIssue;
use hvconf::unraid;
use pci_core::Address;

use crate::doctor::isolation::groups::addresses;
use crate::doctor::rule::{Context, Diagnostic, Rule};
use crate::host::Moved;
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
        causes: &[
            "guest-device-missing",
            "host-driver-bound",
            "unraid-vfio-bind-failed",
        ],
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
    for script in &context.host.boot.override_scripts {
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
    let scripts = &context.host.boot.override_scripts;
    let same_card = |one: &Moved, other: &Moved| {
        one.script(scripts).map(|script| &script.path)
            == other.script(scripts).map(|script| &script.path)
            && one.bound.address.slot() == other.bound.address.slot()
    };
    let cards = context.host.moved().chunk_by(same_card);
    // Where nothing else has the address of a card that is gone, the file has no effect.
    let cards = cards.filter(|card| {
        let mut functions = card.iter();
        functions.any(|moved| moved.found.is_some() || moved.now.is_some())
    });
    let reported = cards.filter_map(|card| of_card(context, card));
    reported.take(MOST_CARDS).collect()
}

/// So many cards are reported: each looks for its line in the file.
const MOST_CARDS: usize = 64;

/// The finding about the functions of one slot.
fn of_card(context: &Context<'_>, card: &[Moved]) -> Option<Diagnostic> {
    let first = card.first()?;
    let script = first.script(&context.host.boot.override_scripts)?;
    let (path, bound) = (&script.path, first.bound);
    let title = match &first.found {
        Some(found) => text!(
            "{path} expects {id} at {address}, but {found} is there",
            path,
            id = bound.id,
            address = bound.address,
            found = found.value
        ),
        None => text!(
            "{path} expects {id} at {address}, but no function is there",
            path,
            id = bound.id,
            address = bound.address
        ),
    };
    let title = match first.now {
        Some(now) => title.then(&text!("that ID is at {now} now", now = vec![now])),
        None if first.is_gone => title.then(&text!("no device has that ID now")),
        // Of several it is not known which was bound.
        None => title,
    };
    // With or without its domain.
    let short = format!("{:#}", bound.address);
    let mut lines = numbered_lines(&script.text);
    let line = lines.find(|(_, line)| line.contains(&short));
    let line = line.map(|(number, text)| Evidence::new(&**path, number, text));
    let old: Vec<Address> = card.iter().map(|moved| moved.bound.address).collect();
    let now: Vec<Address> = card.iter().filter_map(|moved| moved.now).collect();
    let is_with_guest = |moved: &Moved| {
        moved.found.is_some() && context.host.is_assigned_in_a_guest(moved.bound.address)
    };
    // The start of the guest takes the function that is there now from the host.
    let takes_other = card
        .iter()
        .any(|moved| moved.now.is_some() && is_with_guest(moved));
    let verdict = if takes_other {
        Verdict::Blocker
    } else {
        Verdict::Fix
    };
    let remedy = match now.as_slice() {
        // The guest has the address of the card that replaced another.
        [] if path == unraid::PATH && card.iter().any(is_with_guest) => Remedy::Manual {
            step: "unraid-system-devices",
            text: text!(
                "if {old} is for the guest, select it again under Tools, System Devices, and reboot",
                old = addresses(old.iter().copied())
            ),
        },
        now => moved_remedy(path, &old, now),
    };
    Some(
        Diagnostic::new(verdict, title)
            .of(now.iter().copied())
            .of(old.iter().copied())
            .evidence(line)
            .evidence(first.found.as_ref().map(|found| found.evidence.clone()))
            .remedy(remedy),
    )
}

/// The remedy for a file that binds by the addresses `old`; the functions are at `now`.
fn moved_remedy(path: &str, old: &[Address], now: &[Address]) -> Remedy {
    match now.first() {
        Some(_) if path == unraid::PATH => Remedy::Manual {
            step: "unraid-system-devices",
            text: text!(
                "do not start a guest whose settings have {old}: another device can be there now; \
                 under Tools, System Devices, select {now} instead, reboot, and select {now} in the \
                 guest's settings",
                old = addresses(old.iter().copied()),
                now = addresses(now.iter().copied())
            ),
        },
        Some(now) => Remedy::Plan {
            arguments: vec![format!("{now:#}")],
        },
        None if path == unraid::PATH => Remedy::Manual {
            step: "remove-override-script",
            text: text!(
                "remove {address} from {path}",
                address = addresses(old.iter().copied()),
                path
            ),
        },
        None => Remedy::Manual {
            step: "remove-override-script",
            text: text!("remove {path}, or move the card back", path),
        },
    }
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
    let scripts = context.host.boot.override_scripts.iter();
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
