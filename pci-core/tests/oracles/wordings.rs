//! Each release of `lspci` has words of its own; what is read from the texts that they
//! print of one dump is the same.
//!
//! The releases that run here take part (see `builds`): by hand, a folder of every
//! release since 3.1.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test may fail so"
)]

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use pci_core::config::{ConfigBytes, ExtendedCapabilityId};
use pci_core::lspci::dump::DumpedFunction;
use pci_core::lspci::{CapabilityKind, DamageKind, Layout, Record, Release, Releases, parse};
use testkit::Scratch;

use crate::oracles::builds::{Build, all_samples, builds};
use crate::oracles::samples::ids;

/// Forms that together contain each item of lspci's output.
const FORMS: [&str; 13] = [
    "",
    "-nnk",
    "-Dn",
    "-m",
    "-mmnn",
    "-vm",
    "-vmmnn",
    "-t",
    "-tvnn",
    "-v",
    "-vnn",
    "-vv",
    "-vvvnnxxxx",
];

/// Facts that only later or only earlier releases show: the beginning of the fact's
/// name, and the last release that differs from the newest. Where both show a fact, it
/// is equal.
const ONE_SIDED: [(&str, u8); 13] = [
    // The subsystem of a bridge, which is in a separate capability.
    ("card of bridge", 7),
    // The programming interface, where it is 00.
    ("interface 00", 7),
    ("closed window", 6),
    ("window bits", 7),
    ("window size", 5),
    ("capability version", 1),
    ("capability of CardBus", 2),
    // 3.1.0 follows pointers that are not aligned.
    ("capability ", 1),
    ("VF region", 1),
    // Those of which a register says 0, or ones, are called otherwise, or left out.
    ("region ", 7),
    // 3.15 prints none that is disabled, and the wrong pin.
    ("interrupt", 14),
    // Functions on the secondary bus of a CardBus bridge.
    ("tree ", 9),
    ("id of tree", 9),
];

type Facts = BTreeMap<String, String>;

/// What a text says of a function.
fn facts(record: &Record) -> Facts {
    let mut facts = Facts::new();
    let mut say = |name: &str, value: Option<String>| {
        if let Some(value) = value {
            facts.insert(name.to_owned(), value);
        }
    };
    let is_tree = record.form.layout == Layout::Tree;
    let is_bridge = record.class.is_some_and(|class| class.base == 6);
    let is_card_bus = record
        .class
        .is_some_and(|class| (class.base, class.sub) == (6, 7));
    let name = |name: &str| {
        if is_tree {
            format!("{name} of tree")
        } else {
            name.to_owned()
        }
    };
    if !is_tree {
        say("form", Some(format!("{:?}", record.form)));
    }
    say("domain", Some(record.has_domain.to_string()));
    say(
        "class",
        record
            .class
            .map(|class| format!("{:02x}{:02x}", class.base, class.sub)),
    );
    let interface = record.class.and_then(|class| class.prog_if);
    let interface_name = if interface == Some(0) {
        "interface 00"
    } else {
        "interface"
    };
    say(interface_name, interface.map(|number| number.to_string()));
    say("class name", record.class_name.clone());
    say(&name("id"), record.id.map(|id| id.to_string()));
    say(
        if is_tree { "tree name" } else { "name" },
        record.name.clone(),
    );
    say("vendor name", record.vendor_name.clone());
    say("revision", record.revision.map(|number| number.to_string()));
    let card = if is_bridge { "card of bridge" } else { "card" };
    say(
        card,
        record.subsystem.as_ref().map(|card| card.value.to_string()),
    );
    let card_name = format!("{card}: name");
    say(&card_name, record.subsystem_name.clone());
    let buses = record
        .buses
        .as_ref()
        .map(|buses| format!("{:?}", buses.value));
    say(if is_tree { "tree buses" } else { "buses" }, buses);
    say(
        "header",
        record
            .unknown_header
            .as_ref()
            .map(|kind| kind.value.to_string()),
    );
    say("bytes", Some(format!("{:?}", record.config.space().len())));
    let Some(details) = &record.details else {
        return facts;
    };
    if let Some(interrupt) = &details.interrupt {
        let name = if is_bridge {
            "interrupt of bridge"
        } else {
            "interrupt"
        };
        say(name, interrupt.value.irq.map(|irq| irq.to_string()));
        say(
            "interrupt pin",
            interrupt.value.pin.map(|pin| pin.to_string()),
        );
    }
    let regions = details.regions.iter().chain(&details.expansion_rom);
    for region in regions.map(|region| region.value) {
        let place = format!("region {:?} {:x?}", region.index, region.address);
        say(&place, Some(format!("{:?}", region.kind)));
    }
    for region in &details.virtual_function_regions {
        say(
            &format!("VF region {:?}", region.value.index),
            Some(format!("{:?}", region.value)),
        );
    }
    for window in details.windows.iter().map(|window| window.value) {
        let kind = format!("{:?}", window.kind);
        if window.is_closed {
            say(&format!("closed window {kind}"), Some(String::new()));
        } else {
            say(
                &format!("window {kind}"),
                Some(format!("{:x?}", window.range)),
            );
            say(
                &format!("window size {kind}"),
                window.size.map(|size| size.to_string()),
            );
            say(
                &format!("window bits {kind}"),
                window.bits.map(|bits| bits.to_string()),
            );
        }
    }
    for listed in &details.capabilities {
        let at = format!("{:03x}", listed.value.offset);
        let what = if is_card_bus {
            "capability of CardBus"
        } else {
            "capability"
        };
        let kind = match listed.value.kind {
            // Early releases show which of the two ids of that name, as `#09`.
            None | Some(CapabilityKind::Extended(ExtendedCapabilityId(2 | 9))) => {
                "Virtual Channel".to_owned()
            }
            Some(kind) => format!("{kind:?}"),
        };
        say(&format!("{what} {at}"), Some(kind));
        let version = listed.value.version;
        say(
            &format!("capability version {at}"),
            version.map(|version| version.to_string()),
        );
    }
    let end = details.capabilities_end.as_ref();
    say(
        "end of capabilities",
        end.map(|end| format!("{:?}", end.value)),
    );
    facts
}

/// Bits of configuration space, and which of them are shown.
struct Bits {
    values: ConfigBytes,
    known: ConfigBytes,
}

/// What one release's text says of a dump.
struct Said {
    records: Vec<(Option<String>, Facts, Option<Bits>)>,
}

/// What differs, how often, and the first text that shows it.
#[derive(Default)]
struct Differences(BTreeMap<String, (usize, String)>);

impl Differences {
    fn note(&mut self, what: String, example: String) {
        self.0.entry(what).or_insert((0, example)).0 += 1;
    }
}

fn read(build: &Build, flags: &str, text: &str, place: &str, out: &mut Differences) -> Said {
    let listing = parse(&format!("$ lspci {flags}\n{text}"));
    let lines: Vec<&str> = text.lines().collect();
    for damage in &listing.damage {
        // Up to 3.9 names are cut.
        if damage.kind != DamageKind::CutName || build.release > (Release { major: 3, minor: 9 }) {
            let line = lines.get(damage.line as usize - 2).unwrap_or(&"");
            let what = format!("{} {:?}", build.version, damage.kind);
            out.note(what, format!("{place}: {line}"));
        }
    }
    let records = listing.records.iter().map(|record| {
        let bits = record.details.as_ref().map(|details| Bits {
            values: details.registers.values(),
            known: details.registers.known(),
        });
        let address = record.address.map(|address| address.to_string());
        (address, facts(record), bits)
    });
    let records = records.collect();
    Said { records }
}

/// Whether this release and the newest need not both show it.
fn may_be_missing(name: &str, release: Release) -> bool {
    let row = ONE_SIDED.iter().find(|(start, _)| name.starts_with(start));
    row.is_some_and(|(_, until)| release.minor <= *until)
}

fn compare(build: &Build, place: &str, output: &Said, later: &Said, out: &mut Differences) {
    let version = &build.version;
    let by_address: BTreeMap<_, _> = later
        .records
        .iter()
        .map(|record| (&record.0, record))
        .collect();
    if output.records.len() != later.records.len() {
        let counts = format!(
            "{place}: {} and {}",
            output.records.len(),
            later.records.len()
        );
        out.note(format!("{version}: other functions"), counts);
    }
    for (address, facts, bits) in &output.records {
        let Some((_, wanted, wanted_bits)) = by_address.get(address) else {
            out.note(
                format!("{version}: another function"),
                format!("{place} {address:?}"),
            );
            continue;
        };
        let names: BTreeSet<&String> = facts.keys().chain(wanted.keys()).collect();
        for name in names {
            let (shown, wanted) = (facts.get(name), wanted.get(name));
            let is_one_sided = shown.is_none() || wanted.is_none();
            if shown != wanted && !(is_one_sided && may_be_missing(name, build.release)) {
                let what = name
                    .split(|letter: char| letter.is_ascii_digit())
                    .next()
                    .unwrap();
                let values = format!("{place} {address:?} {name}: {shown:?}, later {wanted:?}");
                out.note(format!("{version}: {what}"), values);
            }
        }
        let (Some(bits), Some(wanted)) = (bits, wanted_bits) else {
            continue;
        };
        for at in (0..4096).step_by(4) {
            let dword = |bytes: &ConfigBytes| bytes.space().dword(at).unwrap_or(0);
            let both = dword(&bits.known) & dword(&wanted.known);
            let differ = (dword(&bits.values) ^ dword(&wanted.values)) & both;
            if differ != 0 {
                let values = format!("{place} {address:?} at {at:03x}: {differ:08x}");
                out.note(format!("{version}: bits"), values);
            }
        }
    }
}

#[test]
fn every_release_has_the_same_facts() {
    let builds = builds();
    if builds.is_empty() {
        return;
    }
    let scratch = Scratch::new();
    let all = all_samples();
    let ids_file = scratch.path().join("pci.ids");
    std::fs::write(&ids_file, ids(&all)).unwrap();
    let mut out = Differences::default();
    let (mut texts, mut different) = (0, 0);
    let is_long = |function: &DumpedFunction| function.address.domain() > 0xffff;
    for sample in &all {
        for flags in FORMS {
            let place = format!("{} {flags}", sample.name);
            let mut newest: Option<Said> = None;
            let mut last = String::new();
            for build in builds.iter().rev() {
                // Up to 3.7 a dump's domains have four digits.
                if build.release.minor <= 7 && sample.functions.iter().any(is_long) {
                    continue;
                }
                // What crashes prints nothing to compare.
                let Some(text) = build.print(&ids_file, &sample.path, flags) else {
                    continue;
                };
                texts += 1;
                let releases = Releases::of(&text);
                if !releases.contains(build.release) {
                    let what = format!("{}: taken for {releases:?}", build.version);
                    out.note(what, place.clone());
                }
                if text == last {
                    continue;
                }
                last.clone_from(&text);
                different += 1;
                let output = read(build, flags, &text, &place, &mut out);
                match &newest {
                    Some(later) => compare(build, &place, &output, later, &mut out),
                    None => newest = Some(output),
                }
            }
        }
    }
    let mut report = String::new();
    for (what, (count, example)) in &out.0 {
        let _ = writeln!(report, "{what} ({count} times), such as {example}");
    }
    #[expect(clippy::print_stderr, reason = "the measure of what was compared")]
    {
        eprintln!(
            "{texts} texts of {} programs, {different} different",
            builds.len()
        );
    }
    assert!(out.0.is_empty(), "\n{report}");
}
