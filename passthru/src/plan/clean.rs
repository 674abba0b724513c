//! Removal of other binding methods that the plan replaces: those that would conflict with it, and
//! on request those that no longer have an effect.

use std::collections::{BTreeMap, BTreeSet};

use host_tree::numbered_lines;
use hostconf::binding::method::Method;
use hostconf::binding::modprobe::{Config, Document, same_module};
use list_order::Order as _;

use super::bind_choice::Choice;
use super::document::{Command, ManualStep, Undo, When};
use super::drafts::Drafts;
use super::error::PlanCause;
use super::remedies;
use crate::file_settings::Intent;
use crate::host::{Coverage, Device, Host, host_drivers};
use crate::requirement::WholeLine;
use crate::text::{Text, text};

/// Steps that no edit makes.
#[derive(Debug, Default)]
pub(super) struct Cleaned {
    pub(super) commands: Vec<Command>,
    pub(super) manual: Vec<ManualStep>,
}

/// Whether the method binds at boot, by files of the host.
fn binds_at_boot(choice: Choice) -> bool {
    choice
        .method
        .is_some_and(|method| !matches!(method, Method::Runtime | Method::LibvirtHook))
}

/// Removes lines that bind the functions by other means: scripts of the initramfs that no plan
/// wrote, and writes of each boot.
pub(super) fn conflicts(
    host: &Host,
    functions: &[&Device],
    choice: Choice,
    drafts: &mut Drafts<'_>,
) -> Result<Cleaned, PlanCause> {
    let mut cleaned = Cleaned::default();
    if !binds_at_boot(choice) {
        return Ok(cleaned);
    }
    let is_ours = |address| functions.iter().any(|own| own.address == address);
    let is_our_id = |id| {
        let mut ids = functions.iter().filter_map(|own| own.id.as_ref());
        ids.any(|own| own.value == id)
    };
    let mut lines: BTreeMap<String, BTreeSet<u32>> = BTreeMap::new();
    for script in &host.boot.override_scripts {
        if script.facts.ours || script.planned.is_some() {
            continue;
        }
        let own = script.facts.overrides.iter();
        let own = own.filter(|(address, _)| is_ours(*address));
        let own: Vec<u32> = own.map(|(_, line)| *line).collect();
        if !own.is_empty() {
            lines.entry(script.path.clone()).or_default().extend(own);
        }
    }
    let bound = host.commands.bindings_at_boot.iter();
    let bound = bound.filter(|bound| is_ours(bound.value.address));
    let ids = host.commands.new_ids_at_boot.iter();
    let ids = ids.filter(|written| is_our_id(written.value));
    let written = bound.map(|bound| &bound.evidence);
    for evidence in written.chain(ids.map(|written| &written.evidence)) {
        if let Some(line) = evidence.line {
            lines
                .entry(evidence.source.clone())
                .or_default()
                .insert(line);
        }
    }
    for (path, numbers) in lines {
        if !remove_lines(&path, &numbers, drafts)? {
            cleaned.manual.push(ManualStep {
                when: When::Now,
                step: "remove-override".into(),
                text: text!(
                    "remove the functions from {path}, or remove the file and everything \
                       that runs it; it binds them by address",
                    path
                ),
            });
        }
    }
    Ok(cleaned)
}

/// Words that begin or continue a compound command (POSIX.1-2017, Reserved Words).
const RESERVED: [&str; 13] = [
    "if", "then", "else", "elif", "fi", "for", "while", "until", "do", "done", "case", "esac", "{",
];

/// Removes whole lines of a shell script, each with one command; in a script with compound commands
/// `:` stays in their place. Returns whether that is possible.
fn remove_lines(
    path: &str,
    numbers: &BTreeSet<u32>,
    drafts: &mut Drafts<'_>,
) -> Result<bool, PlanCause> {
    let Some(text) = drafts.text(path)? else {
        return Ok(true);
    };
    let is_unit = path.ends_with(".service") || !text.starts_with("#!");
    let first_word = |line: &str| {
        let word = line.split_ascii_whitespace().next().unwrap_or_default();
        word.trim_end_matches(';').to_owned()
    };
    let has_compound = text.lines().any(|line| {
        RESERVED.contains(&first_word(line).as_str()) || line.contains("()") || line.ends_with('\\')
    });
    let is_single = |line: &str| {
        let simple = line.replace("| tee ", "").replace("| sudo tee ", "");
        let is_plain = !simple.contains([';', '&', '|', '`', '\\']) && !simple.contains("$(");
        is_plain && ["echo", "printf"].contains(&first_word(line).as_str())
    };
    let mut after = String::new();
    let mut removed: Vec<Intent> = Vec::new();
    for ((number, line), raw) in numbered_lines(&text).zip(text.split_inclusive('\n')) {
        if !numbers.contains(&number) {
            after.push_str(raw);
            continue;
        }
        if is_unit || !is_single(line) {
            return Ok(false);
        }
        removed.push(Intent::changes_from("", line.trim()));
        if has_compound {
            after.push_str(&raw.replace(line, ":"));
        }
    }
    drafts.intend(path, removed);
    let why = text!("the plan binds the functions before the host drivers load");
    drafts.write(path, after, &why)?;
    Ok(true)
}

/// Removes what no longer has an effect once vfio-pci is bound to the functions: units that unload
/// their drivers, and lines that keep these drivers from them.
pub(super) fn leftovers(
    host: &Host,
    functions: &[&Device],
    choice: Choice,
    drafts: &mut Drafts<'_>,
) -> Result<Cleaned, PlanCause> {
    let mut cleaned = Cleaned::default();
    if !binds_at_boot(choice) {
        return Ok(cleaned);
    }
    let drivers = host_drivers(functions);
    let is_driver = |name: &str| {
        let mut drivers = drivers.iter();
        drivers.any(|driver| same_module(driver.as_str(), name))
    };
    let mut units: BTreeMap<&str, bool> = BTreeMap::new();
    for removal in &host.commands.removal_services {
        let alone =
            is_driver(&removal.value.driver) && removes_only(&removal.evidence.source, drafts)?;
        let known = units.entry(&removal.value.unit).or_insert(true);
        *known &= alone;
    }
    for (unit, alone) in units {
        cleaned.disable(unit, alone);
    }
    for (line, why) in dead_lines(host, functions, &is_driver, choice, drafts)? {
        remedies::remove_line(&line, &why, drafts)?;
    }
    Ok(cleaned)
}

impl Cleaned {
    /// Disables a unit that only unloads drivers of the functions.
    fn disable(&mut self, unit: &str, alone: bool) {
        if alone && unit.ends_with(".service") {
            let argv = |word: &str| ["systemctl", word, unit].map(str::to_owned).to_vec();
            self.commands.push(Command {
                argv: argv("disable"),
                purpose: text!("vfio-pci is bound before: no driver is left to unload"),
                undo: Undo::Run {
                    argv: argv("enable"),
                },
            });
            return;
        }
        self.manual.push(ManualStep {
            when: When::Now,
            step: "remove-unload".into(),
            text: text!(
                "remove the lines that unload drivers of the functions from {unit}: vfio-pci is \
                 bound before, and other devices may need the drivers",
                unit
            ),
        });
    }
}

/// Whether the script, or the unit, does nothing but unload modules.
fn removes_only(path: &str, drafts: &Drafts<'_>) -> Result<bool, PlanCause> {
    let Some(text) = drafts.text(path)? else {
        return Ok(false);
    };
    if path.ends_with(".service") {
        let mut started = text
            .lines()
            .filter_map(|line| line.trim().strip_prefix("Exec")?.split_once('='));
        let command = started.next().map(|(_, command)| command);
        let is_alone = started.next().is_none();
        // Prefixes of a command line (systemd.service(5)).
        let command =
            command.map(|command| command.trim().trim_start_matches(['-', '@', ':', '+', '!']));
        return Ok(is_alone && command.is_some_and(only_unloads));
    }
    let is_nothing = |line: &str| line.is_empty() || line.starts_with('#') || line == "exit 0";
    let mut lines = text.lines().map(str::trim);
    Ok(lines.all(|line| is_nothing(line) || only_unloads(line)))
}

/// Whether a command unloads modules, and does nothing else.
fn only_unloads(command: &str) -> bool {
    let mut words = command.split_ascii_whitespace();
    let program = words.next().and_then(|program| program.rsplit('/').next());
    let unloads = match program {
        Some("modprobe") => words.next().is_some_and(|word| word.starts_with("-r")),
        Some("rmmod") => true,
        _ => false,
    };
    unloads && !command.contains([';', '&', '|', '`', '$'])
}

/// Lines of modprobe.d that keep drivers of the functions from loading, where vfio-pci loads first
/// and no other function has such a driver.
fn dead_lines(
    host: &Host,
    functions: &[&Device],
    is_driver: &dyn Fn(&str) -> bool,
    choice: Choice,
    drafts: &Drafts<'_>,
) -> Result<Vec<(WholeLine, Text)>, PlanCause> {
    // The lines may protect a card that is not in the input.
    if !host.coverage.contains(&Coverage::All) {
        return Ok(Vec::new());
    }
    let is_ours = |device: &Device| functions.iter().any(|own| own.address == device.address);
    let others: Vec<&Device> = host.devices.values().filter(|one| !is_ours(one)).collect();
    let needed = host_drivers(&others);
    let is_needed = |name: &str| {
        let mut needed = needed.iter();
        needed.any(|driver| same_module(driver.as_str(), name))
    };
    let tree = drafts.host_tree();
    let modprobe = Config::read(&tree);
    let by_address = choice.method.is_some_and(|method| {
        matches!(
            method,
            Method::InitramfsToolsScript | Method::DracutModule | Method::MkinitcpioHook
        )
    });
    let is_first = |name: &str| by_address || modprobe.loads_before("vfio-pci", name).is_some();
    let is_dead = |name: &str| is_driver(name) && !is_needed(name) && is_first(name);
    let mut lines = Vec::new();
    for blacklist in &host.settings.blacklists {
        let source = &blacklist.evidence.source;
        let by_package = source.ends_with("/pve-blacklist.conf") || !source.starts_with("/etc/");
        if by_package || !is_dead(&blacklist.value) {
            continue;
        }
        let why = text!(
            "\"{line}\" has no effect: vfio-pci is bound to the functions first",
            line = blacklist.evidence.text.trim()
        );
        lines.extend(WholeLine::of(&blacklist.evidence).map(|line| (line, why)));
        let Some(text) = drafts.text(source)? else {
            continue;
        };
        for entry in Document::parse(&text).entries() {
            let mut words = entry.text.split_ascii_whitespace();
            let start = [words.next(), words.next(), words.next(), words.next()];
            let [Some("options"), Some(module), Some("modeset=0"), None] = start else {
                continue;
            };
            if is_dead(module) {
                let evidence = host_tree::Evidence::new(&**source, entry.line, &*entry.text);
                let why = text!(
                    "\"{line}\" has no effect: vfio-pci is bound to the functions first",
                    line = entry.text.trim()
                );
                lines.extend(WholeLine::of(&evidence).map(|line| (line, why)));
            }
        }
    }
    lines.order_by_key(|(line, _)| std::cmp::Reverse(line.line()));
    lines.dedup_by(|one, other| one.0 == other.0);
    Ok(lines)
}
