//! Listings of lspci (pciutils).

use std::collections::BTreeSet;

use host_tree::{Evidence, numbered_lines};
use iommu::Completeness;
use iommu::reset::methods_of_record;
use list_order::Inserts as _;
use pci_core::Address;
use pci_core::lspci::{self, Damage, DamageKind, Fields, Record};

use super::emulated::{self, Run};
use super::{freebsd, registers};
use crate::host::coverage::Coverage;
use crate::host::fact::Fact;
use crate::host::hardware::memory;
use crate::host::hardware::placement::Placement;
use crate::host::host_use::viability;
use crate::host::identity::platform::Platform;
use crate::host::model::{EmulatedRun, Entry, Listing, Member, Seen, Source, Value, Way};
use crate::prompt::Prompt;
use crate::text::{Text, text};

/// Words above a listing that make it one of an earlier state, in lower case.
const EARLIER: [&str; 30] = [
    "before i start",
    "before starting",
    "before i boot",
    "before the guest",
    "before the vm",
    "before the start",
    "before passing",
    "before i pass",
    "before passthrough",
    "before assigning",
    "before the change",
    "before my change",
    "before i change",
    "before changing",
    "before the edit",
    "before i add",
    "before adding",
    "before the reboot",
    "before rebooting",
    "vor der änderung",
    "vor dem neustart",
    "avant la modification",
    "avant le changement",
    "antes del cambio",
    "修改前",
    "更改前",
    "bevor ich",
    "avant de démarrer",
    "启动虚拟机前",
    "启动前",
];

/// Whether the line, in lower case, is a title of one word for an earlier state: `**Before:**`.
fn is_before(line: &str) -> bool {
    let word = line.trim_matches(|c: char| !c.is_alphanumeric());
    matches!(
        word,
        "before" | "vorher" | "avant" | "antes" | "prima" | "之前" | "раньше"
    ) && line.trim_end().ends_with([':', '\u{ff1a}', '*'])
}

/// Removes the drivers of listings below a line such as `before I start the guest, lspci shows:`,
/// which are not those of the time that the text is about.
fn forget_earlier_drivers(text: &str, entries: &mut [Entry]) {
    let lower = text.to_lowercase();
    let has_words = EARLIER.iter().any(|words| lower.contains(words));
    if !has_words && !lower.lines().any(is_before) {
        return;
    }
    let mut titles: Vec<(u32, bool)> = Vec::new();
    for (number, line) in numbered_lines(text) {
        let is_title =
            line.trim_end().ends_with([':', '\u{ff1a}', '*']) && !line.starts_with(['\t', ' ']);
        // A command may end so, too: `# lspci -d 10de:`.
        let typed = line.trim_start_matches(['#', '$', ' ']);
        let is_command = Prompt::read(line).is_some() || typed.starts_with("lspci ");
        if is_title && !is_command {
            let line = line.to_lowercase();
            let is_earlier = EARLIER.iter().any(|words| line.contains(words));
            titles.push((number, is_earlier || is_before(&line)));
        }
    }
    for entry in entries {
        let Some(at) = entry.shown.line else {
            continue;
        };
        let title = titles.iter().rev().find(|(number, _)| *number < at);
        if title.is_some_and(|(_, is_earlier)| *is_earlier) {
            entry
                .observations
                .retain(|seen| !matches!(seen.value, Value::Driver(_) | Value::DriverModule(_)));
        }
    }
}

/// Adds the listings of a text; those of emulated machines are separate.
pub(super) fn read(seen: &mut Seen, source: &str, text: &str) {
    let read = lspci::parse_output(source, text);
    if read.records.is_empty() {
        return;
    }
    if freebsd::is_beside_guest(text, &read.records) {
        let first = read.records.first();
        seen.guest_listings
            .extend(first.map(|record| record.head.evidence(source)));
        let is_sound = read.damage.is_empty();
        let last = read.records.last().map(|record| record.head.line);
        let listing = listing(source, &read.records, is_sound, last);
        seen.guest_entries.extend(listing.entries);
        return;
    }
    let is_sound = read.damage.is_empty();
    let runs = emulated::runs(text, &read);
    let (emulated, real): (Vec<Run<'_>>, Vec<Run<'_>>) =
        runs.into_iter().partition(|run| run.is_emulated);
    let records = real.iter().flat_map(|run| run.records);
    let last = read.records.last().map(|record| record.head.line);
    let mut listing = listing(source, records, is_sound, last);
    if is_cut_at_subsystem(text, &read.records) {
        forget_missing_driver(&mut listing, last);
    }
    listing.is_of_linux = true;
    forget_earlier_drivers(text, &mut listing.entries);
    let mut typed = read.commands.iter().filter(|typed| typed.is_lspci());
    let (first, second) = (typed.next(), typed.next());
    let typed = first.map_or(source, |typed| typed.text.as_str());
    // One command's output: each of several in one text has its own filter.
    if second.is_none() {
        let coverage = Coverage::of_lspci(typed);
        // The text after a command may be only part of its output.
        listing.coverage = Some(if typed == source {
            coverage
        } else {
            coverage.with_records(&read.records)
        });
    }
    let damage = read.damage.iter();
    // One function may be in several listings of the text.
    let addresses = read.records.iter().filter_map(|one| one.address);
    let addresses: BTreeSet<Address> = addresses.into_set();
    let without = read.records.iter().filter(|one| one.address.is_none());
    let functions = addresses.len() + without.count();
    let damage = damage.filter_map(|damage| said(source, text, damage, functions));
    listing.damage = damage.collect();
    seen.add(listing);
    seen.emulated.extend(emulated.iter().map(|run| {
        let mut records = run.records.iter();
        let first = run.records.first();
        let shown = records.find(|record| {
            emulated::is_emulated(record) || emulated::is_first_without_bridge(record)
        });
        EmulatedRun {
            listing: self::listing(source, run.records, is_sound, last),
            first: first.map(|record| record.head.evidence(source)),
            // Otherwise the line above the listing names its machine.
            shown: shown.or(first).map(|record| record.head.evidence(source)),
            is_announced: run.is_announced,
        }
    }));
}

/// Whether the text ends in the last function's line about its subsystem, which is above those of its
/// driver and modules: the text may be cut there. A closed block is not.
fn is_cut_at_subsystem(text: &str, records: &[Record]) -> bool {
    let end = text.lines().map(str::trim).rfind(|line| !line.is_empty());
    let last = records.last();
    // The only function of a text without another line is the answer to a command for it.
    let is_pasted = records.first().is_some_and(|first| first.head.line > 2);
    is_pasted
        && end.is_some_and(|line| line.starts_with("Subsystem: "))
        && last.is_some_and(|last| last.driver.is_none() && last.modules.is_none())
}

/// Removes the statement that the function of the line has no driver.
fn forget_missing_driver(listing: &mut Listing, line: Option<u32>) {
    for entry in &mut listing.entries {
        if entry.shown.line == line {
            let is_missing = |value: &Value| matches!(value, Value::Driver(None));
            entry.observations.retain(|seen| !is_missing(&seen.value));
        }
    }
}

/// Describes the damage to the text.
fn said(source: &str, text: &str, damage: &Damage, functions: usize) -> Option<Fact<Text>> {
    let said = match damage.kind {
        DamageKind::LostLineBreaks => {
            text!(
                "the text has lost its line breaks; functions that were read: {functions}",
                functions
            )
        }
        DamageKind::Wrapped => {
            text!("lines of the text are wrapped; their parts were joined")
        }
        DamageKind::CutName => text!("lspci cut a long name and the IDs after it"),
        DamageKind::OrphanField => {
            text!("a line belongs to a function that the text does not show")
        }
        _ => return None,
    };
    let at = usize::try_from(damage.line).unwrap_or(1).saturating_sub(1);
    let line = text.lines().nth(at).unwrap_or_default();
    let start: String = line.chars().take(60).collect();
    Some(Fact::new(said, Evidence::new(source, damage.line, start)))
}

fn listing<'a>(
    source: &str,
    records: impl IntoIterator<Item = &'a Record>,
    is_sound: bool,
    last: Option<u32>,
) -> Listing {
    let mut listing = Listing::default();
    for record in records {
        add(&mut listing, source, record, is_sound, last);
    }
    listing
}

fn add(listing: &mut Listing, source: &str, record: &Record, is_sound: bool, last: Option<u32>) {
    // Behind a bridge of unknown bus: the text has no name for it that any
    // other source knows.
    let Some(address) = record.address else {
        return;
    };
    let space = record.config.space();
    let buses = record.buses.as_ref().map(|buses| buses.value);
    let buses = buses.map(|buses| Way::Buses(buses.secondary, buses.subordinate));
    let path = record.path.clone().map(Way::Path);
    let ways = buses.into_iter().chain(path).chain(registers::buses(space));
    listing.ways.extend(ways.map(|way| (address, way)));
    if let Some(group) = &record.iommu_group {
        listing.members.push(Member {
            device: Ok(address),
            group: group.value,
            line: group.evidence(source),
            completeness: Completeness::MayHaveMore,
        });
    }
    // Only Xen's kernel has the driver of functions that dom0 reserves for guests (Linux
    // drivers/xen/xen-pciback/pci_stub.c, xen_pcibk_pci_driver).
    let pciback = record.driver.as_ref();
    if let Some(pciback) = pciback.filter(|driver| driver.value == "pciback") {
        listing
            .platform
            .get_or_insert_with(|| Fact::new(Platform::Xen, pciback.evidence(source)));
    }
    let is_last = last == Some(record.head.line);
    listing
        .entries
        .push(entry(source, record, is_sound, is_last));
}

/// The driver that scripts append to the line of a function: `… (rev a1)   Driver: vfio-pci`;
/// the inner value is none where the script says so.
fn driver_behind(line: &str) -> Option<Option<&str>> {
    const LABELS: [&str; 5] = [
        "Kernel driver in use: ",
        "Driver: ",
        "driver: ",
        "Driver=",
        "driver=",
    ];
    let mut ends = LABELS.iter().filter_map(|label| {
        let (before, value) = line.rsplit_once(label)?;
        let is_apart = before.ends_with([' ', '\t', '(', '[', '|', ',', ';']);
        is_apart.then_some(value)
    });
    let value = ends
        .next_back()?
        .trim()
        .trim_end_matches([')', ']', '|', ' ']);
    let is_name = value.len() <= 40
        && value.bytes().all(|byte| {
            byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"_-".contains(&byte)
        });
    match value {
        "" | "none" | "None" | "NONE" | "-" | "n/a" | "N/A" => Some(None),
        name if is_name && name.starts_with(|first: char| first.is_ascii_lowercase()) => {
            Some(Some(name))
        }
        _ => None,
    }
}

fn entry(source: &str, record: &Record, is_sound: bool, is_last: bool) -> Entry {
    let is_cut_last = is_last && record.details.is_some() && record.modules.is_none();
    let head = record.head.evidence(source);
    let mut entry = Entry::listed(record.address.unwrap_or_default(), Source::Lspci, head);
    let space = record.config.space();
    entry.see(record.id.map(Value::Id));
    // Without ids lspci prints names alone.
    if let Some(class) = record.class.map(Value::Class) {
        if record.id.is_some() && is_sound {
            entry.see(Some(class));
        } else {
            entry.suppose(class, None);
        }
    }
    if let Some(revision) = record.revision.map(Value::Revision) {
        if is_sound {
            entry.see(Some(revision));
        } else {
            entry.suppose(revision, None);
        }
    }
    if let Some(name) = record.name.clone().map(Value::Name) {
        if is_sound {
            entry.see(Some(name));
        } else {
            entry.suppose(name, None);
        }
    }
    if let Some(card) = &record.subsystem {
        let (value, line) = (Value::Subsystem(card.value), card.evidence(source));
        if record.fields == Fields::Whole && is_sound {
            entry.see_at(value, line);
        } else {
            entry.suppose(value, Some(line));
        }
    }
    // Facts from the registers that the lines omit.
    registers::see(&mut entry, space);
    if let Some(found) = methods_of_record(record) {
        if found.whole {
            entry.see(Some(Value::ResetCapabilities(found)));
        } else {
            entry.suppose(Value::ResetCapabilities(found), None);
        }
    }
    if let Some(regions) = memory::regions_of_record(source, record) {
        entry.see(memory::of_regions(&regions).map(Value::Memory));
        entry.see(Some(Value::ListedRegions(regions)));
    }
    let placement = Placement::of_record(record);
    entry.see(placement.map(|found| Value::ListedPlacement(Box::new(found))));
    entry.see(viability::hot_plug(record).map(Value::HotPlugBridge));
    entry.see(
        record
            .modules
            .clone()
            .map(|found| Value::Modules(found.value)),
    );
    let behind = driver_behind(&entry.shown.text).map(|driver| driver.map(str::to_owned));
    match (&record.driver, record.fields) {
        (None, _) if behind.is_some() => {
            let line = entry.shown.clone();
            entry.see_at(Value::Driver(behind.flatten()), line);
        }
        (Some(driver), _) => {
            let value = Value::Driver(Some(driver.value.clone()));
            entry.see_at(value, driver.evidence(source));
        }
        // The driver follows the capabilities, so a record with some may be cut before it.
        (None, Fields::Whole) if is_cut_last => {}
        (None, Fields::Whole) => entry.see(Some(Value::Driver(None))),
        (None, _) => {}
    }
    entry
}

#[cfg(test)]
mod tests;
