//! The names in a text, in sentences or in lines of programs: programs, systems, kernels, processors,
//! machines, cards and kinds of assignment.
//!
//! For people: a name alone does not prove that the host or a guest has the thing.

mod atoms;
mod model;
mod others;
mod releases;
mod table;
#[cfg(test)]
mod tests;

use std::collections::BTreeSet;
use std::ops::RangeInclusive;

use host_tree::{CommandText, numbered_lines};
use list_order::Inserts as _;

use self::atoms::{Line, Place, atoms};
use self::others::Sentences;
pub(in crate::host) use self::others::is_example;
pub(in crate::host) use self::releases::suffix;
use self::table::{Found, Kind, Row, names};
use super::guests::guest_parts;
use super::identity::processor::Processor;
use super::words::addresses_in::addresses_in;
use super::words::sentences::{LONGEST_TEXT, clause};
use crate::input::is_logged;
use crate::prompt::{Prompt, is_command};

/// The longest line that is looked at, in bytes.
const LONGEST_LINE: usize = 20_000;

/// A longer line, in bytes, is a paragraph.
const LONGEST_PRINTED: usize = 400;

/// Starts of the lines below a function in the output of lspci.
const LISTED: [&str; 4] = [
    "Subsystem: ",
    "Kernel driver in use: ",
    "Kernel modules: ",
    "DeviceName: ",
];

/// Words of the lines of programs that list a graphics card.
const DISPLAYS: [&str; 5] = [
    "vga",
    "3d controller",
    "display controller",
    "pci@",
    "物理显卡",
];

/// Whether the line has words of a sentence, of which lines of programs have few.
fn has_prose(line: &str) -> bool {
    const WORDS: [&str; 33] = [
        "the", "a", "an", "my", "i", "and", "with", "it", "but", "this", "that", "when", "on",
        "der", "die", "das", "und", "mit", "ich", "le", "la", "et", "avec", "je", "el", "los",
        "es", "de", "que", "con", "il", "è", "para",
    ];
    let lower = line.to_ascii_lowercase();
    let words: BTreeSet<&str> = lower.split(' ').into_set();
    let wide = line.chars().filter(|c| *c as u32 >= 0x2e80).count();
    wide > 12 || WORDS.iter().filter(|word| words.contains(*word)).count() > 2
}

/// Functions of the processor's graphics other than the first, with its ID of a generation that has
/// virtual functions (Linux include/drm/intel/pciids.h, from Alder Lake).
fn is_virtual_graphics(line: &str) -> bool {
    const GENERATIONS: [&str; 6] = ["46", "a7", "7d", "64", "b0", "fd"];
    let mut places = line
        .match_indices("00:02.")
        .map(|(at, found)| line.get(at + found.len()..));
    let of = |rest: &str| {
        let number = rest.starts_with(|c: char| ('1'..='7').contains(&c));
        let ids = rest.get(..40).unwrap_or(rest).split_once("8086:");
        number && ids.is_some_and(|(_, id)| GENERATIONS.iter().any(|start| id.starts_with(start)))
    };
    places.any(|rest| rest.is_some_and(of))
}

/// The most names of a kind that are shown.
const MOST: usize = 3;

/// The names in a text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Named {
    /// Programs for guests.
    pub(super) programs: Vec<String>,
    /// Systems, kernels and machines.
    pub(super) systems: Vec<String>,
    /// The processor, also its generation: `Intel Raptor Lake`.
    pub(super) processor: Option<String>,
    /// Whether no sentence, and lines of programs alone, have it.
    pub(super) is_processor_listed: bool,
    pub(super) cards: Vec<String>,
    /// Whether a sentence names one of the cards.
    pub(super) is_card_stated: bool,
    /// Kinds of assignment: `GPU-PV`.
    pub(super) assignments: Vec<String>,
}

/// The makers of processors that a line names, each with the model if it names one.
pub(in crate::host) fn processors(text: &str) -> Vec<(Processor, Option<String>)> {
    let lower = text.to_ascii_lowercase();
    let runs = atoms(&lower);
    let line = Line { text, atoms: &runs };
    let may = |row: &Row, _: Place| {
        let is_of = matches!(row.kind, Kind::Processor | Kind::Maker);
        is_of && !row.is_printed() && row.is_met(&lower, &lower)
    };
    let found = names(&line, &may).into_iter();
    let found = found.filter_map(|found| {
        let maker = match found.row.of {
            "Intel" => Processor::Intel,
            "AMD" => Processor::Amd,
            _ => return None,
        };
        let is_model = found.row.kind == Kind::Processor;
        let has_number = found.name.bytes().any(|byte| byte.is_ascii_digit());
        // `Xeon E3-1200 v3`, `Ryzen 7000`: series.
        let mut words = found.name.split(' ').filter(|word| word.len() > 3);
        let is_series = words
            .any(|word| word.ends_with("000") || word.starts_with('E') && word.ends_with("00"));
        (!is_model || has_number)
            .then(|| (maker, Some(found.name).filter(|_| is_model && !is_series)))
    });
    found.collect()
}

impl Named {
    /// The programs for guests.
    pub(crate) fn programs(&self) -> &[String] {
        &self.programs
    }

    /// The kinds of assignment.
    pub(crate) fn assignments(&self) -> &[String] {
        &self.assignments
    }
}

/// A name in a text.
struct Mention {
    found: Found,
    /// Whether a program printed the line.
    is_printed: bool,
    /// The number of its line.
    line: u32,
}

/// The names in the texts.
pub(in crate::host) fn read(
    texts: &[CommandText],
    of_guests: &[Vec<RangeInclusive<u32>>],
    is_of_working_guest: impl Fn(&str, u32) -> bool,
) -> Named {
    let mut mentions = Vec::new();
    let mut has_virtual_graphics = false;
    for (text, of_guests) in texts.iter().zip(of_guests) {
        if text.text.len() <= LONGEST_TEXT && !is_command(&text.command) {
            let named = in_text(&text.text, of_guests).into_iter();
            // The guest that fails is another.
            let is_of_this = |one: &Mention| {
                one.found.row.kind != Kind::Guest || !is_of_working_guest(&text.command, one.line)
            };
            mentions.extend(named.filter(is_of_this));
            has_virtual_graphics |= text.text.lines().any(is_virtual_graphics);
        }
    }
    let mut cards = cards(&mentions);
    let mut assignments = assignments(&mentions);
    if has_virtual_graphics && assignments.is_empty() {
        assignments.push("SR-IOV".to_owned());
        if cards.is_empty() {
            cards.push("Intel iGPU".to_owned());
        }
    }
    let mut programs = of(&mentions, Kind::Program, true);
    programs.truncate(MOST);
    let mut systems = Vec::new();
    for (kind, is_any) in KINDS {
        let mut of_kind = of(&mentions, kind, is_any);
        of_kind.truncate(MOST);
        for name in of_kind {
            let is_kernel = kind == Kind::Kernel;
            let name = if is_kernel {
                format!("Linux {name}")
            } else {
                name
            };
            add(&mut systems, &name);
        }
    }
    systems.extend(machines(&mentions));
    Named {
        programs,
        systems,
        processor: processor(&mentions),
        is_processor_listed: mentioned(&mentions, Kind::Processor).all(|one| one.is_printed),
        cards,
        is_card_stated: mentioned(&mentions, Kind::Card).any(|one| !one.is_printed),
        assignments,
    }
}

/// The kinds of systems, in the order in which they are shown, and whether those of lines of programs
/// count.
const KINDS: [(Kind, bool); 4] = [
    (Kind::Distribution, false),
    (Kind::Kernel, true),
    (Kind::Guest, false),
    (Kind::Architecture, true),
];

fn in_text(text: &str, of_guests: &[RangeInclusive<u32>]) -> Vec<Mention> {
    let whole = text.to_ascii_lowercase();
    let mut is_fenced = false;
    let mut all = Vec::new();
    let mut carried = String::new();
    for (number, line) in numbered_lines(text) {
        if line.trim_start().starts_with("```") {
            is_fenced = !is_fenced;
            continue;
        }
        // `- [ ] Windows 11`: a form's box that the writer has left empty.
        let is_empty_box = line.trim_start_matches([' ', '-', '*']).starts_with("[ ]");
        if is_empty_box || guest_parts::has(of_guests, number) || line.len() > LONGEST_LINE {
            carried.clear();
            continue;
        }
        let trimmed = line.trim();
        let is_printed = is_fenced
            || is_logged(trimmed)
            || trimmed.starts_with(['<', '$'])
            // A command line that goes on.
            || trimmed.ends_with('\\')
            || LISTED.iter().any(|start| trimmed.starts_with(start))
            || Prompt::read(line).is_some()
            || line.len() < LONGEST_PRINTED
                && addresses_in(line).next().is_some()
                && !has_prose(line);
        let lower = line.to_ascii_lowercase();
        let place = Text {
            number,
            text: line,
            lower: &lower,
            whole: &whole,
            carried: &carried,
            is_printed,
        };
        in_line(&place, &mut all);
        carried = if is_printed {
            String::new()
        } else {
            others::carried(&lower).to_owned()
        };
    }
    all
}

/// A line with its place.
struct Text<'a> {
    number: u32,
    text: &'a str,
    lower: &'a str,
    /// The whole text, in lower case.
    whole: &'a str,
    /// The start of its first sentence, on the line before.
    carried: &'a str,
    is_printed: bool,
}

fn in_line(place: &Text<'_>, all: &mut Vec<Mention>) {
    let Text { lower, .. } = *place;
    let runs = atoms(lower);
    let line = Line {
        text: place.text,
        atoms: &runs,
    };
    let is_display = DISPLAYS.iter().any(|word| lower.contains(word));
    let may = |row: &Row, word: Place| {
        let is_marked = row.is_printed();
        let is_card = row.kind == Kind::Card && is_display && row.of != "any";
        let is_readable = match word {
            Place::Text => !place.is_printed || is_marked || is_card,
            Place::File => is_marked,
            Place::Link => false,
        };
        is_readable && row.is_met(lower, place.whole)
    };
    let mut sentences = Sentences::new(lower, place.carried);
    for found in names(&line, &may) {
        let is_marked = found.row.is_printed();
        let is_program = matches!(
            found.row.kind,
            Kind::Program | Kind::Distribution | Kind::Kernel
        );
        let is_absent = ["not available", "not found", "disabl"].iter();
        let is_absent =
            lower.len() < LONGEST_PRINTED && is_absent.clone().any(|word| lower.contains(word));
        // The model that a script shows a guest with macOS: `-e DEVICE_MODEL="iMacPro1,1"`.
        let is_shown_to_guest = found.row.kind == Kind::Machine && lower.contains("device_model");
        let is_text = || {
            let mut runs = runs.iter();
            runs.any(|run| run.start == found.start && run.place == Place::Text)
        };
        let is_other = if place.is_printed {
            is_absent
        } else {
            sentences.has_of_others(found.start, found.end, is_program) && (!is_marked || is_text())
        };
        let is_no_name = is_of_kernel(&found, lower)
            || is_firmware_switch(&found, lower)
            || others::is_example(lower, found.start)
            || others::is_package(lower, found.end)
            || is_shown_to_guest;
        if !(is_other || is_no_name) {
            all.push(Mention {
                found,
                is_printed: place.is_printed,
                line: place.number,
            });
        }
    }
}

/// Whether the number behind a distribution is that of its kernel: `the Debian 6.1 kernel`.
fn is_of_kernel(found: &Found, lower: &str) -> bool {
    let behind = lower.get(found.end..).unwrap_or_default();
    let kernel = behind
        .strip_prefix(['-', ' '])
        .and_then(|rest| rest.strip_prefix("kernel"));
    let is_other = |rest: &str| {
        let mut words = rest.split_whitespace();
        !words
            .next()
            .is_some_and(|word| word.starts_with(|c: char| c.is_ascii_digit()))
    };
    let has_number = found.name.ends_with(|c: char| c.is_ascii_digit());
    found.row.kind == Kind::Distribution && has_number && kernel.is_some_and(is_other)
}

/// Whether the name of a kind of assignment is that of a switch of the firmware setup: `in the BIOS VT-d
/// and SR-IOV are on`.
fn is_firmware_switch(found: &Found, lower: &str) -> bool {
    if found.row.kind != Kind::Assignment || found.row.of != "near" {
        return false;
    }
    let (_, sentence) = others::around(lower, found.start, &others::ENDS);
    clause(sentence).has(&["bios", "uefi", "firmware setup", "bios settings"])
}

/// The mentions of a kind.
fn mentioned(mentions: &[Mention], kind: Kind) -> impl Iterator<Item = &Mention> {
    let mentions = mentions.iter();
    mentions.filter(move |one| one.found.row.kind == kind)
}

/// The names of a kind, each once, in order; with those of lines of programs if `is_any`.
fn of(mentions: &[Mention], kind: Kind, is_any: bool) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for one in mentioned(mentions, kind).filter(|one| is_any || !one.is_printed) {
        add(&mut names, &one.found.name);
    }
    names
}

/// Adds a name, unless it or a longer form of it is known; a shorter form gives way.
fn add(names: &mut Vec<String>, name: &str) {
    let is_part = |long: &str, short: &str| {
        let rest = long
            .strip_prefix(short)
            .or_else(|| long.strip_suffix(short));
        rest.is_some_and(|rest| {
            rest.is_empty() || rest.starts_with([' ', '-', '.']) || rest.ends_with(' ')
        })
    };
    if names.iter().any(|known| is_part(known, name)) {
        return;
    }
    match names.iter_mut().find(|known| is_part(name, known)) {
        Some(known) => name.clone_into(known),
        None => names.push(name.to_owned()),
    }
}

/// The model of the processor, or the name of its generation, if the text names one.
fn processor(mentions: &[Mention]) -> Option<String> {
    let has_digits = |name: &String| name.bytes().any(|byte| byte.is_ascii_digit());
    let written = of(mentions, Kind::Processor, false);
    let all = of(mentions, Kind::Processor, true);
    let models: Vec<&String> = written.iter().filter(|name| has_digits(name)).collect();
    match (models.as_slice(), written.as_slice(), all.as_slice()) {
        ([one, ..], ..) => Some((*one).clone()),
        ([], [one], _) | ([], [], [one]) => Some(one.clone()),
        _ => None,
    }
}

/// The machines and the board; a chipset by itself where a word for a board is near it.
fn machines(mentions: &[Mention]) -> Vec<String> {
    let mut found = of(mentions, Kind::Machine, true);
    found.truncate(2);
    let boards = of(mentions, Kind::Board, false).into_iter().rev();
    match boards.max_by_key(|board| board.split(' ').count()) {
        Some(board) => found.push(board),
        None => found.extend(of(mentions, Kind::Chipset, false).into_iter().next()),
    }
    found
}

/// The cards of sentences; where no sentence names one, those of lines of programs, if they are few.
/// `NVIDIA GPU` only where no model is named.
fn cards(mentions: &[Mention]) -> Vec<String> {
    let of = |is_printed: bool, is_model: bool| {
        let mut names = Vec::new();
        for one in mentioned(mentions, Kind::Card) {
            if one.is_printed == is_printed && (one.found.row.of != "any") == is_model {
                add(&mut names, &one.found.name);
            }
        }
        names
    };
    let mut written = of(false, true);
    if written.is_empty() {
        let printed = of(true, true);
        let is_few = printed.len() < MOST;
        let mut found = if is_few { printed } else { Vec::new() };
        if found.is_empty() {
            found = of(false, false);
        }
        if found.is_empty() {
            found = of(true, false);
        }
        return if found.len() < MOST {
            found
        } else {
            Vec::new()
        };
    }
    // `RTL8125B` names the card of `RTL8125` more exactly.
    let all = written.clone();
    let is_part = |name: &str| {
        let mut others = all.iter().filter_map(|other| other.strip_prefix(name));
        others.any(|rest| rest.starts_with(|c: char| c.is_ascii_uppercase()))
    };
    written.retain(|name| !is_part(name));
    written.truncate(MOST);
    written
}

fn assignments(mentions: &[Mention]) -> Vec<String> {
    let cards: Vec<u32> = mentioned(mentions, Kind::Card)
        .map(|one| one.line)
        .collect();
    let mut names = Vec::new();
    for one in mentioned(mentions, Kind::Assignment) {
        if one.found.row.of != "near" || cards.contains(&one.line) {
            add(&mut names, &one.found.name);
        }
    }
    // The adapter of a partition is a virtual GPU to many writers.
    if names.iter().any(|name| name == "GPU-PV" || name == "GPU-P") {
        names.retain(|name| name != "vGPU");
    }
    names.truncate(2);
    names
}
