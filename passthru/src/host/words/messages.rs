//! Messages of the catalog that the input has, each with the function that it names.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::ops::RangeInclusive;

use host_tree::{CommandText, Evidence, HostTree, numbered_lines};
use iommu::KernelLog;
use list_order::Order as _;
use pci_core::{Address, PciId};

use super::addresses_in::{address_in, last_address_in};
use super::expected;
use super::solved::{self, Solved};
use super::source_code::is_source_code;
use crate::host::commands::refused_writes::Writes;
use crate::host::fact::Fact;
use crate::host::guests::guest_parts;
use crate::host::model::Side;
use crate::host::words::outputs::is_plain;
use crate::input::is_logged;
use crate::messages::{self, About, Match, Message};
use crate::prompt::Prompt;

/// A message that a program printed.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub(crate) struct LogMessage {
    /// The message.
    pub message: &'static Message,
    /// The host's function that the line names; none where the addresses may be those of a
    /// guest.
    pub device: Option<Address>,
    /// Whether the line is a guest's, by the input.
    pub is_of_guest: bool,
    /// Whether the text reports the failure as solved.
    pub is_over: bool,
    /// The line.
    pub evidence: Evidence,
}

/// Maximum number of occurrences of one message for one function: the first ones and the last.
const MOST_OF_ONE: usize = 6;

/// The most of all messages.
const MOST: usize = 4096;

/// Maximum number of lines into which a message is cut, after its first.
const MOST_JOINED: usize = 3;

/// The columns at which terminals and mail programs wrap lines.
const WRAPPED: std::ops::RangeInclusive<usize> = 60..=160;

impl LogMessage {
    /// The messages in the texts of the input, of whose lines these are of guests.
    pub(in crate::host) fn read(
        texts: &[CommandText],
        of_guests: &[Vec<RangeInclusive<u32>>],
        side: Side,
    ) -> Vec<Self> {
        let mut logged = Vec::new();
        // Their number, and the position of the newest.
        let mut counts: BTreeMap<(&str, Option<Address>), (usize, usize)> = BTreeMap::new();
        for (text, of_guests) in texts.iter().zip(of_guests) {
            // A program's output has no prose, no typed commands and no quoted code.
            let is_pasted = !is_plain(text);
            let expected = is_pasted.then(|| expected::parts(&text.text));
            let expected = expected.unwrap_or_default();
            let lines: Vec<(u32, &str)> = numbered_lines(&text.text).collect();
            let mut before = "";
            let mut writes = Writes::default();
            for (at, (number, line)) in lines.iter().copied().enumerate() {
                let next = lines.get(at + 1..).unwrap_or_default().iter();
                let next = next.map(|(_, line)| *line).take(MOST_JOINED);
                let last = std::mem::replace(&mut before, line);
                if is_pasted && is_source_code(line) || guest_parts::has(&expected, number) {
                    continue;
                }
                let with_file = is_pasted.then(|| writes.read(line)).flatten();
                let with_file = with_file.map(|said| of_write(&said, line));
                let found = with_file.filter(|found| !found.is_empty());
                for (found, shown) in found.unwrap_or_else(|| in_line(last, line, next)) {
                    let is_of_guest = side == Side::Guest || guest_parts::has(of_guests, number);
                    let device = device(&found).filter(|_| !is_of_guest);
                    let (count, newest) = counts.entry((found.0.code, device)).or_default();
                    let one = Self {
                        message: found.0,
                        device,
                        is_of_guest,
                        is_over: false,
                        evidence: Evidence::new(&*text.command, number, shown),
                    };
                    if *count < MOST_OF_ONE && logged.len() < MOST {
                        *count += 1;
                        *newest = logged.len();
                        logged.push(one);
                    } else if *count == MOST_OF_ONE
                        && let Some(known) = logged.get_mut(*newest)
                    {
                        *known = one;
                    }
                }
            }
        }
        side_with_guest(&mut logged);
        logged
    }
}

/// A message of a guest's output that the title of the text quotes is one of the guest there, too. Other lines may
/// be of the host, which prints the same messages.
fn side_with_guest(logged: &mut [LogMessage]) {
    let of_guest = logged.iter().filter(|one| one.is_of_guest);
    let of_guest: Vec<(&str, String)> = of_guest
        .map(|one| (one.message.code, one.evidence.source.clone()))
        .collect();
    for one in logged {
        let mut same = of_guest.iter();
        one.is_of_guest |= one.device.is_none()
            && one.evidence.line == Some(1)
            && same
                .any(|(code, source)| *code == one.message.code && *source == one.evidence.source);
    }
}

/// Whether a message with the code is that a hypervisor finds no IOMMU.
pub(crate) fn is_without_iommu(code: &str) -> bool {
    matches!(
        code,
        "hypervisor-without-iommu" | "libvirt-backend-not-chosen"
    )
}

impl LogMessage {
    /// Whether it is that a hypervisor finds no IOMMU.
    pub(crate) fn is_without_iommu(&self) -> bool {
        is_without_iommu(self.message.code)
    }

    /// Whether the sentence with the message calls it misleading.
    pub(crate) fn is_denied(&self) -> bool {
        let line = self.evidence.text.to_lowercase();
        let mut words = ["misleading", "irreführend", "trompeur", "误导"].iter();
        words.any(|word| line.contains(word))
    }
}

/// Marks the messages whose failure the text reports as solved.
pub(in crate::host) fn mark_solved(logged: &mut [LogMessage], solved: &[Solved]) {
    for one in logged {
        one.is_over = solved::is_over(solved, &one.evidence);
    }
}

/// The messages of a refused write with its file, from the error's line.
fn of_write(said: &str, line: &str) -> Vec<(Found, String)> {
    let found = messages::matches(said).into_iter();
    let owned = |found: Match<'_>| (found.message, found.before.into(), found.from.into());
    let shown = line.trim().to_owned();
    found.map(|found| (owned(found), shown.clone())).collect()
}

/// A message, the text before it and the text from it on.
type Found = (&'static Message, String, String);

/// The messages of a line, and those that a line break cut in two; each with the text that
/// shows it.
fn in_line<'a>(
    last: &str,
    line: &str,
    next: impl Iterator<Item = &'a str>,
) -> Vec<(Found, String)> {
    let owned = |found: &Match<'_>| {
        (
            found.message,
            found.before.to_owned(),
            found.from.to_owned(),
        )
    };
    let prompt = Prompt::read(line);
    if prompt.is_some_and(|prompt| is_search(prompt.command)) {
        return Vec::new();
    }
    let shown = line.trim();
    let mut all: Vec<(Found, String)> = messages::matches(line)
        .iter()
        .filter(|found| !is_general(last, found))
        .map(|found| (owned(found), cut(shown, found.before.len())))
        .collect();
    let head = line.trim_end();
    let mut joined = head.to_owned();
    // The output of a typed command does not continue it.
    let mut is_wrapped = prompt.is_none() && WRAPPED.contains(&line.len());
    for next in next {
        let more = next.trim_start_matches([' ', '\t', '>', '|']).trim_end();
        // A line with a timestamp does not continue another.
        if !is_wrapped || more.is_empty() || is_logged(more) || Prompt::read(next).is_some() {
            break;
        }
        joined = format!("{joined} {more}");
        is_wrapped = WRAPPED.contains(&next.len());
        let of_both = messages::matches(&joined);
        // A message that goes on in the next line is read whole.
        all.retain(|((known, before, _), _)| {
            let is_other = |found: &Match<'_>| {
                !std::ptr::eq(*known, found.message) && found.before.len() <= before.len()
            };
            let is_same = |found: &Match<'_>| std::ptr::eq(*known, found.message);
            of_both.iter().any(is_same) || !of_both.iter().any(is_other)
        });
        for found in of_both {
            let is_known = |(known, _): &(Found, String)| std::ptr::eq(known.0, found.message);
            // In the next line alone it is found there.
            let is_new = found.before.len() < head.len() && !all.iter().any(is_known);
            if is_new && !is_general(last, &found) {
                all.push((owned(&found), cut(&joined, found.before.len())));
            }
        }
    }
    let is_special = |(found, _): &(Found, String)| !found.0.is_general;
    if all.iter().any(is_special) {
        all.retain(is_special);
    }
    // Programs print the error that they got after their own: `failed to start: group 1 is not
    // viable`. The last is the cause.
    all.order_by_key(|((_, before, _), _)| std::cmp::Reverse(before.len()));
    all
}

/// Whether a typed command has the text to search for in it.
fn is_search(command: &str) -> bool {
    const PROGRAMS: [&str; 8] = [
        "grep",
        "egrep",
        "fgrep",
        "zgrep",
        "rg",
        "awk",
        "findstr",
        "select-string",
    ];
    let lower = command.to_ascii_lowercase();
    let mut words = lower.split([' ', '|', '\t', '/', '(']);
    words.any(|word| PROGRAMS.contains(&word))
}

/// Words before a message in a sentence that describes when it can occur, not that it did.
const GENERAL: [&str; 30] = [
    "otherwise you",
    "否则",
    "如不",
    "如遇",
    "如出现",
    "if",
    "when you",
    "whenever",
    "unless",
    "without setting",
    "without adding",
    "may",
    "might",
    "could",
    "would",
    "should",
    "some",
    "the message",
    "such as",
    "like",
    "e.g.",
    "for example",
    "wenn",
    "falls",
    "如果",
    "若",
    "可能",
    "例如",
    "时，",
    "时,",
];

/// Whether the sentence that has the message is about hosts in general. A program prints its
/// messages at the start of a line, or after a colon.
fn is_general(last: &str, found: &Match<'_>) -> bool {
    let before = found.before.to_lowercase();
    // Words of a log are not a person's.
    let is_logged = before.contains("kernel:")
        || before.trim_start().starts_with('[')
        || [": checking ", "internal error"]
            .iter()
            .any(|mark| before.contains(mark))
        || before.contains(": ") && address_in(&before).is_some();
    if !is_logged && has_general_words(sentence_before(&before)) {
        return true;
    }
    // A quotation at the start of the line: the sentence starts before it or continues after it.
    if !found.before.trim().starts_with(['`', '"', '“']) {
        return false;
    }
    let after = found.from.split_once(['`', '"', '”']);
    let after = after.map_or(String::new(), |(_, after)| after.to_lowercase());
    let goes_on = after.split_whitespace().count() >= 2;
    goes_on
        && (["others", "means"].iter().any(|word| after.contains(word))
            || !last.trim_end().ends_with(['.', ':', '!', '?', '`'])
                && has_general_words(&last.to_lowercase()))
}

/// Abbreviations, whose point ends no sentence.
const ABBREVIATIONS: [&str; 8] = ["e.g", "i.e", "etc", "vs", "z.b", "d.h", "bzw", "p.ex"];

/// The start of the sentence that goes on behind the text.
fn sentence_before(before: &str) -> &str {
    let ends = ["! ", "? ", "; ", "。", "！", "？", "；"].into_iter();
    let ends = ends.filter_map(|end| Some(before.rfind(end)? + end.len()));
    let mut points = before.rmatch_indices(". ");
    let point = points.find(|(at, _)| {
        let sentence = before.get(..*at).unwrap_or_default();
        !ABBREVIATIONS.iter().any(|end| sentence.ends_with(end))
    });
    let start = ends.chain(point.map(|(at, _)| at + 2)).max();
    before.get(start.unwrap_or(0)..).unwrap_or_default()
}

/// Polite words, and words that report a message: neither describes hosts in general.
const OF_ONE: [&str; 18] = [
    "if i ",
    "get the message",
    "got the message",
    "gets the message",
    "see the message",
    "saw the message",
    "with the message",
    "shows the message",
    "gives the message",
    "receive the message",
    "would be very much appreciated",
    "would be appreciated",
    "would be great",
    "would be nice",
    "would like to",
    "would appreciate",
    "could anyone",
    "could somebody",
];

/// Words of a change, before which a message occurred.
const BEFORE_CHANGE: [&str; 5] = [
    "before i set ",
    "before i added ",
    "before i enabled ",
    "before i changed ",
    "before i switched ",
];

/// Whether the message is of the time before a change, and not of the time after it: `Before I set it I
/// got`, but not `Before I set it all was right, now I get`.
fn is_former(before: &str) -> bool {
    let mut changes = BEFORE_CHANGE.iter();
    let rest = changes.find_map(|change| before.split_once(change));
    rest.is_some_and(|(_, rest)| {
        let mut words = rest.split(|c: char| !c.is_alphanumeric());
        !words.any(|word| matches!(word, "now" | "but" | "still" | "since" | "even"))
    })
}

fn has_general_words(before: &str) -> bool {
    if is_former(before) {
        return true;
    }
    let mut plain = Cow::Borrowed(before);
    for words in OF_ONE {
        if plain.contains(words) {
            plain = Cow::Owned(plain.replace(words, ""));
        }
    }
    let before = &*plain;
    // `I created a guest without adding a ROM, and I got this error`
    let is_told = ["i got", "i get", "i receive", "gives me", "gave me"]
        .iter()
        .any(|words| before.contains(words));
    let general = GENERAL
        .iter()
        .filter(|words| !(is_told && words.starts_with("without ")));
    general.into_iter().any(|words| {
        before.match_indices(words).any(|(at, _)| {
            let is_end =
                |c: Option<char>| !c.is_some_and(|c| c.is_ascii_alphanumeric() || c == '=');
            let (left, right) = before.split_at_checked(at).unwrap_or_default();
            let right = right.get(words.len()..).unwrap_or_default();
            is_end(left.chars().next_back()) && is_end(right.chars().next())
        })
    })
}

/// Maximum length of a line that is quoted in full, in characters.
const LONGEST_SHOWN: usize = 600;

/// The line, or the part of a longer one that includes the message at `at`.
fn cut(line: &str, at: usize) -> String {
    let line = line.trim();
    if line.len() <= LONGEST_SHOWN {
        return line.to_owned();
    }
    let before = at.min(line.len()).saturating_sub(LONGEST_SHOWN / 2);
    let start = (before..=line.len()).find(|at| line.is_char_boundary(*at));
    let part = line.get(start.unwrap_or_default()..).unwrap_or_default();
    part.chars().take(LONGEST_SHOWN).collect()
}

/// The function that a message is about: the last that is named before it, or the first in
/// it.
fn device((message, before, from): &Found) -> Option<Address> {
    if message.about == About::Guest {
        return None;
    }
    // Xen's device model prints the guest's slot before its message.
    let is_of_model = from.starts_with("xen_pt_") || before.contains("] xen_pt_");
    if before.trim_start().starts_with('[') && is_of_model {
        return None;
    }
    last_address_in(before).or_else(|| address_in(from))
}

/// IDs added to vfio-pci by the kernel log, from logs that include all of them; none without one.
pub(in crate::host) fn added_ids(logs: &[KernelLog<'_>]) -> Vec<Fact<PciId>> {
    let mut added = Vec::new();
    for log in logs {
        for line in &log.lines {
            // `vfio_pci_fill_ids`, drivers/vfio/pci/vfio_pci.c.
            let Some(rest) = line.message.strip_prefix("vfio_pci: add [") else {
                continue;
            };
            // Another filter may have dropped the others.
            let command = log.command(line);
            let keeps_all = command.is_none_or(|command| {
                !command.filtered || command.text.to_ascii_lowercase().contains("vfio")
            });
            let id = rest.split('[').next().and_then(|id| id.parse().ok());
            if let (Some(id), true) = (id, keeps_all) {
                added.push(Fact::new(id, log.evidence(line)));
            }
        }
    }
    added
}

/// The ids that commands of the input write to vfio-pci's `new_id`.
pub(in crate::host) fn new_ids(tree: &dyn HostTree) -> Vec<Fact<PciId>> {
    let mut written = Vec::new();
    for text in tree.texts() {
        for (number, line) in numbered_lines(&text.text) {
            if let Some(id) = new_id(line) {
                let evidence = Evidence::new(&*text.command, number, line.trim());
                written.push(Fact::new(id, evidence));
            }
            if written.len() == MOST {
                return written;
            }
        }
    }
    written
}

/// The functions that commands in the input bind to a driver.
pub(in crate::host) fn given_to(tree: &dyn HostTree, driver: &str) -> Vec<Fact<Address>> {
    let file = format!("/drivers/{driver}/bind");
    let mut given = Vec::new();
    for text in tree.texts() {
        for (number, line) in numbered_lines(&text.text) {
            let command = line.split_once(&file);
            if let Some(address) = command.and_then(|(before, _)| address_in(before)) {
                let evidence = Evidence::new(&*text.command, number, line.trim());
                given.push(Fact::new(address, evidence));
            }
            if given.len() == MOST {
                return given;
            }
        }
    }
    given
}

/// The ID that a command such as `echo 10de 1b06 > /sys/bus/pci/drivers/vfio-pci/new_id` writes:
/// the arguments of echo or printf before the file's name (`new_id_store`,
/// drivers/pci/pci-driver.c, reads two numbers in hexadecimal).
pub(in crate::host) fn new_id(line: &str) -> Option<PciId> {
    let (before, _) = line.split_once("/drivers/vfio-pci/new_id")?;
    let (_, said) = before
        .rsplit_once("echo ")
        .or_else(|| before.rsplit_once("printf "))?;
    let hex = |word: &str| word.len() == 4 && word.bytes().all(|b| b.is_ascii_hexdigit());
    let mut numbers = said
        .split(|c: char| !c.is_ascii_alphanumeric())
        .map(|word| word.trim_start_matches("0x"))
        .filter(|word| hex(word));
    let (vendor, device) = (numbers.next()?, numbers.next()?);
    format!("{vendor}:{device}").parse().ok()
}

#[cfg(test)]
mod tests;
