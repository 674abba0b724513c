//! The parts of the host that a text names, in sentences or in lines of programs: programs, the
//! distribution, the kernel, the processor, the machine and the cards.
//!
//! For people: no rule concludes anything from a name alone.

mod atoms;
mod model;
mod releases;
mod role;
mod table;
#[cfg(test)]
mod tests;

use std::collections::BTreeSet;
use std::ops::RangeInclusive;

use host_tree::{CommandText, numbered_lines};

use self::atoms::{Line, Place, atoms};
pub(in crate::host) use self::releases::suffix;
use self::role::{Role, Sentences};
use self::table::{Found, Kind, Row, names};
use super::guests::guest_parts;
use super::identity::processor::Processor;
use super::words::addresses_in::addresses_in;
use super::words::sentences::{LONGEST_TEXT, clause};
use crate::input::is_logged;
use crate::order::Inserts;
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

/// The most cards that are shown.
const MOST_CARDS: usize = 3;

/// A program for guests.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Program {
    /// The name with its release.
    pub(super) name: String,
    /// The name.
    pub(super) bare: String,
    /// The hosts that it is on, a word of the table.
    pub(super) on: &'static str,
    /// Its place in the table.
    pub(super) rank: usize,
}

/// The parts of the host that a text names.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Named {
    pub(super) programs: Vec<Program>,
    /// The distribution, and all that may be it.
    pub(super) distribution: Option<String>,
    pub(super) distributions: Vec<String>,
    pub(super) kernel: Option<String>,
    pub(super) architecture: Option<String>,
    pub(super) processor: Option<String>,
    pub(super) maker: Option<Processor>,
    /// Machines and boards.
    pub(super) machines: Vec<String>,
    pub(super) cards: Vec<String>,
    /// Whether a sentence names one of the cards.
    pub(crate) is_card_stated: bool,
    /// The release of Windows on the host: `Windows 10`.
    pub(super) windows: Option<String>,
    /// Kinds of assignment: `GPU-PV`.
    pub(super) assignments: Vec<String>,
    /// Systems of guests, each with whether a word for a guest is beside it.
    pub(super) guests: Vec<(String, bool)>,
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
    /// The cards.
    pub(crate) fn cards(&self) -> &[String] {
        &self.cards
    }

    /// The kinds of assignment.
    pub(crate) fn assignments(&self) -> &[String] {
        &self.assignments
    }
}

/// A name in a text.
struct Mention {
    found: Found,
    role: Role,
    /// Whether a program printed the line.
    is_printed: bool,
    /// Whether it is behind `to` in a sentence about an update.
    is_newest: bool,
    /// The number of its line.
    line: u32,
}

/// The parts of the host that the texts name.
pub(in crate::host) fn read(
    texts: &[CommandText],
    of_guests: &[Vec<RangeInclusive<u32>>],
) -> Named {
    let mut mentions = Vec::new();
    let mut has_virtual_graphics = false;
    for (text, of_guests) in texts.iter().zip(of_guests) {
        if text.text.len() <= LONGEST_TEXT && !is_command(&text.command) {
            mentions.extend(in_text(&text.text, of_guests));
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
    let is_card_stated = own(&mentions, Kind::Card).any(|one| !one.is_printed);
    Named {
        is_card_stated,
        programs: programs(&mentions),
        distribution: distribution(&mentions),
        distributions: of(&mentions, Kind::Distribution, false),
        kernel: kernel(&mentions),
        architecture: of(&mentions, Kind::Architecture, true).into_iter().next(),
        processor: processor(&mentions),
        maker: maker(&mentions),
        machines: machines(&mentions),
        cards,
        windows: windows(&mentions),
        assignments,
        guests: guests(&mentions),
    }
}

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
        if guest_parts::has(of_guests, number) || line.len() > LONGEST_LINE {
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
            role::carried(&lower).to_owned()
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
        let before = lower.get(..found.start).unwrap_or_default();
        let is_update = ["upgrad", "updat", "aktualisier", "升级", "更新"]
            .iter()
            .any(|word| before.contains(word));
        let is_newest = is_update && before.trim_end().ends_with(" to");
        let is_host = lower
            .get(found.start..found.end)
            .is_some_and(|name| name.ends_with(" host"));
        let is_absent = ["not available", "not found", "disabl"].iter();
        let is_absent =
            lower.len() < LONGEST_PRINTED && is_absent.clone().any(|word| lower.contains(word));
        // The model that a script shows a guest with macOS: `-e DEVICE_MODEL="iMacPro1,1"`.
        let is_shown_to_guest = found.row.kind == Kind::Machine && lower.contains("device_model");
        let is_other =
            is_of_kernel(&found, lower) || is_firmware_switch(&found, lower) || is_shown_to_guest;
        let role = if place.is_printed && is_absent || is_other {
            Role::Other
        } else if is_of_instance(place) {
            Role::Guest
        } else if place.is_printed {
            Role::Own
        } else if is_host {
            Role::Host
        } else {
            let role = sentences.role(found.start, found.end, is_program);
            let is_text = runs
                .iter()
                .any(|run| run.start == found.start && run.place == Place::Text);
            let is_of_program = is_marked && found.row.kind != Kind::Distribution;
            if found.row.kind == Kind::Card && sentences.is_of_host_display(found.start) {
                // Not the card in question.
                Role::Other
            } else if is_of_program && !(is_text && role == Role::Other) {
                Role::Own
            } else {
                role
            }
        };
        all.push(Mention {
            found,
            role,
            is_printed: place.is_printed,
            is_newest,
            line: place.number,
        });
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
    let (_, sentence) = role::around(lower, found.start, &role::ENDS);
    clause(sentence).has(&["bios", "uefi", "firmware setup", "bios settings"])
}

/// Whether the line is of an instance of Incus or LXD: its image, or its description.
fn is_of_instance(place: &Text<'_>) -> bool {
    let line = place.lower.trim_start();
    line.starts_with("image.")
        || line.starts_with("description:") && place.whole.contains("last used:")
}

/// The mentions of a kind that are of the host; for hardware a guest has none of its own.
fn own(mentions: &[Mention], kind: Kind) -> impl Iterator<Item = &Mention> {
    let is_hardware = !matches!(kind, Kind::Distribution | Kind::Kernel);
    mentions.iter().filter(move |one| {
        let is_own =
            matches!(one.role, Role::Host | Role::Own) || one.role == Role::Guest && is_hardware;
        one.found.row.kind == kind && is_own
    })
}

/// The names of a kind, each once, in order; with those of lines of programs if `is_any`.
fn of(mentions: &[Mention], kind: Kind, is_any: bool) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for one in own(mentions, kind).filter(|one| is_any || !one.is_printed) {
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

fn programs(mentions: &[Mention]) -> Vec<Program> {
    let mut known: Vec<Program> = Vec::new();
    for one in own(mentions, Kind::Program) {
        let Found {
            row, name, bare, ..
        } = &one.found;
        match known.iter_mut().find(|known| known.bare == *bare) {
            Some(program) if program.name == program.bare => name.clone_into(&mut program.name),
            Some(_) => {}
            None => known.push(Program {
                name: name.clone(),
                bare: bare.clone(),
                on: row.of,
                rank: row.rank,
            }),
        }
    }
    known
}

/// The distribution, unless the text names two, or it is that of a guest.
fn distribution(mentions: &[Mention]) -> Option<String> {
    let named = || {
        mentions
            .iter()
            .filter(|one| one.found.row.kind == Kind::Distribution)
            // Of a host with Hyper-V alone; with another hypervisor, it is a guest's.
            .filter(|one| one.found.row.of != "windows")
    };
    let has_release = |one: &&Mention| one.found.name != one.found.bare;
    let only = |all: &mut dyn Iterator<Item = &Mention>| {
        let mut names = Vec::new();
        for one in all {
            add(&mut names, &one.found.name);
        }
        (names.len() == 1).then(|| names.pop())?
    };
    let by_host =
        only(&mut named().filter(|one| one.role == Role::Host && !one.found.row.is_printed()));
    let of_guest = |name: &str| {
        named().any(|one| one.role == Role::Guest && name.starts_with(&*one.found.bare))
    };
    let written = || named().filter(|one| one.role == Role::Own && !one.found.row.is_printed());
    let released = || {
        let full = only(&mut written().filter(has_release))?;
        let same = |one: &Mention| one.role == Role::Guest && one.found.name == full;
        let is_guests = named().any(same);
        (!is_guests).then_some(full)
    };
    let bare = || only(&mut written()).filter(|name| !of_guest(name));
    let marked = || {
        let is_any = named().any(|one| !one.found.row.is_printed());
        let mut printed = named().filter(|one| one.found.row.is_printed() && !is_any);
        printed.next().map(|one| one.found.name.clone())
    };
    let titled = || only(&mut written().filter(|one| one.line == 1)).filter(|name| !of_guest(name));
    by_host
        .or_else(released)
        .or_else(bare)
        .or_else(titled)
        .or_else(marked)
}

fn kernel(mentions: &[Mention]) -> Option<String> {
    let newest = own(mentions, Kind::Kernel).find(|one| one.is_newest);
    if let Some(newest) = newest {
        return Some(newest.found.name.clone());
    }
    let mut names = Vec::new();
    for one in own(mentions, Kind::Kernel) {
        add(&mut names, &one.found.name);
    }
    (names.len() == 1).then(|| names.pop())?
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

/// The maker of the processor, by a driver, a setting or a chipset.
fn maker(mentions: &[Mention]) -> Option<Processor> {
    let kinds = [Kind::Maker, Kind::Chipset];
    let shown = kinds.iter().flat_map(|kind| own(mentions, *kind));
    let boards = own(mentions, Kind::Board).filter_map(|one| {
        let name = one.found.name.to_ascii_lowercase();
        let runs = atoms(&name);
        let line = Line {
            text: &name,
            atoms: &runs,
        };
        let chipsets = names(&line, &|row, _| row.kind == Kind::Chipset);
        chipsets.first().map(|found| found.row.of)
    });
    let mut of: Vec<&str> = shown.map(|one| one.found.row.of).chain(boards).collect();
    of.dedup();
    match of.as_slice() {
        ["Intel"] => Some(Processor::Intel),
        ["AMD"] => Some(Processor::Amd),
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
        for one in own(mentions, Kind::Card) {
            if one.is_printed == is_printed && (one.found.row.of != "any") == is_model {
                add(&mut names, &one.found.name);
            }
        }
        names
    };
    let mut written = of(false, true);
    if written.is_empty() {
        let printed = of(true, true);
        let is_few = printed.len() < MOST_CARDS;
        let mut found = if is_few { printed } else { Vec::new() };
        if found.is_empty() {
            found = of(false, false);
        }
        if found.is_empty() {
            found = of(true, false);
        }
        return if found.len() < MOST_CARDS {
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
    written.truncate(MOST_CARDS);
    written
}

/// The release of Windows that is no guest's, if the text names one.
fn windows(mentions: &[Mention]) -> Option<String> {
    let of = |role: Role| {
        let named = mentions.iter().filter(move |one| {
            one.role == role && one.found.row.kind == Kind::Guest && !one.is_printed
        });
        named
            .map(|one| &one.found.name)
            .filter(|name| name.starts_with("Windows "))
    };
    let mut own = of(Role::Own);
    let only = own.next().filter(|first| own.all(|other| other == *first));
    of(Role::Host).next().or(only).cloned()
}

/// The systems of guests; of lines of programs only where no sentence names one, and without a word
/// for a guest beside them only where no other has one.
fn guests(mentions: &[Mention]) -> Vec<(String, bool)> {
    let all = mentions.iter().filter_map(|one| {
        let row = one.found.row;
        let is_stated = one.role == Role::Guest;
        let is_guest = match row.kind {
            // `Windows` alone is often a word for programs: a file's name, a menu.
            Kind::Guest => is_stated || one.role == Role::Own && row.of != "beside",
            Kind::Distribution => {
                is_stated || matches!(row.of, "router" | "windows") && one.role == Role::Own
            }
            _ => false,
        };
        is_guest.then_some((one, is_stated))
    });
    let mut found: Vec<(String, bool)> = Vec::new();
    for of_programs in [false, true] {
        for (one, is_stated) in all.clone() {
            if one.is_printed != of_programs || of_programs && !found.is_empty() {
                continue;
            }
            let name = &one.found.name;
            let of = |long: &str, short: &str| {
                let rest = long.strip_prefix(short);
                rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(' '))
            };
            let known = found
                .iter_mut()
                .find(|(known, _)| of(known, name) || of(name, known));
            match known {
                Some((known, was_stated)) => {
                    *was_stated |= is_stated;
                    if of(name, known) {
                        name.clone_into(known);
                    }
                }
                None => found.push((name.clone(), is_stated)),
            }
        }
    }
    if found.iter().any(|(_, is_stated)| *is_stated) {
        // The title of a text names its subject.
        let is_of_title = |name: &str| {
            let mut titles = mentions.iter().filter(|one| one.line == 1);
            titles.any(|one| one.found.name == name && !one.is_printed)
        };
        found.retain(|(name, is_stated)| *is_stated || is_of_title(name));
    }
    found
}

fn assignments(mentions: &[Mention]) -> Vec<String> {
    let cards: Vec<u32> = own(mentions, Kind::Card).map(|one| one.line).collect();
    let mut names = Vec::new();
    for one in own(mentions, Kind::Assignment) {
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
