//! The answer of the doctor for people: the verdict for each card first, then causes,
//! then the rest by weight.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use host_tree::Evidence;
use hostconf::boot::loader::{Loader, LoaderKind};

use super::check::{is_possible_impact, lines_of};
use super::style::Style;
use super::wrap::{clean, pad, paragraph, paragraph_with, shortened, width};
use crate::answer::{self, CardAnswer, Check, ChosenBy, Readiness};
use crate::ask::Ask;
use crate::doctor::{Report, card_word, is_open_failure};
use crate::finding::Finding;
use crate::host::{Device, Host};
use crate::invocation::Invocation;
use crate::remedy::Remedy;
use crate::requirement::Change;
use crate::text::{Text, listed, plural, text};
use crate::verdict::Verdict;

/// Level of detail of an answer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Detail {
    /// The verdicts, and the titles of faults.
    Quiet,
    /// One screen: causes with their first lines, each with one row where there are several; the
    /// rest counted.
    #[default]
    Normal,
    /// Every finding with every line.
    Verbose,
}

/// The printed part of an answer.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct View {
    /// Level of detail of each finding.
    pub detail: Detail,
    /// Findings with these verdicts alone; all where it is empty.
    pub only: Vec<Verdict>,
}

/// The width of the words before the system and the cards.
const LABEL: usize = 6;

/// Maximum number of cards with separate verdicts; the rest is counted.
const CARDS: usize = 8;

/// Lines of evidence for each finding, unless all are requested.
const LINES: usize = 2;

/// Rows of a line of evidence, unless all are requested.
const ROWS: usize = 2;

/// Unknown facts that are listed, unless all are requested.
const UNKNOWNS: usize = 4;

/// The facts without which there is no verdict.
const DECIDING: [&str; 4] = [
    "iommu-not-shown",
    "group-not-shown",
    "driver-not-shown",
    "group-members-not-shown",
];

/// Findings that need no change and are shown where they are the answer.
const FINE: usize = 4;

/// The answer for people.
#[must_use]
pub fn report(
    host: &Host,
    report: &Report,
    view: &View,
    call: &Invocation,
    style: Style,
) -> String {
    // Functions of a virtual machine are not candidates.
    let is_open = report.cards.is_empty() && !host.devices.is_empty() && host.guest.is_none();
    let page = Page {
        host,
        report,
        view,
        call,
        style,
        candidates: is_open.then(|| answer::check(host, &[], report.target)),
    };
    page.text()
}

struct Page<'a> {
    host: &'a Host,
    report: &'a Report,
    view: &'a View,
    call: &'a Invocation,
    style: Style,
    /// The cards that could be assigned, if none is in question.
    candidates: Option<Check>,
}

impl Page<'_> {
    fn text(&self) -> String {
        let mut text = self.heading();
        text.push_str(&self.verdicts());
        let wanted = |finding: &&Finding| {
            self.view.only.is_empty() || self.view.only.contains(&finding.verdict)
        };
        let findings: Vec<&Finding> = self.report.findings.iter().filter(wanted).collect();
        let tree = answer::causes(self.host, findings.iter().copied());
        let problems = tree.iter().filter(|(cause, _)| cause.verdict.is_problem());
        let are_several = self.view.detail == Detail::Normal && problems.count() > 1;
        let mut body = String::new();
        for (finding, consequences) in &tree {
            if self.is_shown(finding, consequences) {
                body.push_str(&self.one(finding, consequences, are_several));
            }
        }
        if !body.is_empty() {
            text.push('\n');
            text.push_str(&body);
        }
        if self.view.detail != Detail::Quiet && self.view.only.is_empty() {
            text.push_str(&self.not_shown(are_several));
            text.push_str(&self.ending());
        }
        text
    }

    /// The system that is judged.
    fn heading(&self) -> String {
        if self.host.guest.is_some() && self.view.detail != Detail::Quiet {
            let wording = match self.host.named_hypervisor {
                Some(hypervisor) => text!(
                    "a virtual machine of {hypervisor}, whose functions are not those of its host",
                    hypervisor
                ),
                None => text!("a virtual machine, whose functions are not those of its host"),
            };
            let first = self.label(&text!("Guest"));
            return paragraph(&first, &self.style.say(&wording), self.style.columns);
        }
        let parts = self.host.system.summary();
        if parts.is_empty() || self.view.detail == Detail::Quiet {
            return String::new();
        }
        let parts: Vec<String> = parts.iter().map(|part| self.style.say(part)).collect();
        let first = self.label(&text!("Host"));
        paragraph(&first, &parts.join(", "), self.style.columns)
    }

    /// The word before the system or the card, as wide as the indent of their lines.
    fn label(&self, word: &Text) -> String {
        let word = self.style.say(word);
        pad(&word, LABEL.max(width(&word) + 1))
    }

    fn verdicts(&self) -> String {
        let cards = &self.report.cards;
        let mut text = String::new();
        if cards.is_empty() {
            return self.without_card();
        }
        let mut sorted: Vec<&CardAnswer> = cards.iter().collect();
        sorted.sort_by_key(|card| card.readiness);
        let same = |one: &&CardAnswer, other: &&CardAnswer| {
            one.readiness == other.readiness && one.name == other.name
        };
        let kinds: Vec<&[&CardAnswer]> = sorted.chunk_by(same).collect();
        for kind in kinds.iter().take(CARDS) {
            text.push_str(&self.verdict(kind));
        }
        if let Some(more) = kinds.len().checked_sub(CARDS).filter(|more| *more > 0) {
            let check = self.call.command(&["check"]);
            let line = plural!(
                more,
                "and one more card: {command}",
                "and {count} more cards: {command}",
                command = check
            );
            text.push_str(&format!("      {}\n", self.style.say(&line)));
        }
        if self.report.chosen_by == ChosenBy::Guess && self.view.detail != Detail::Quiet {
            let line = match cards.as_slice() {
                [_] => text!("no card is named; this one is the most likely"),
                _ => text!("no card is named; these are the most likely ones"),
            };
            let line = self.style.say(&line);
            text.push_str(&paragraph("      ", &line, self.style.columns));
        }
        text
    }

    /// The verdict of a card, or of several of one name with the same verdict, and the lines
    /// that prove it where it is ready.
    fn verdict(&self, cards: &[&CardAnswer]) -> String {
        let Some((card, more)) = cards.split_first() else {
            return String::new();
        };
        let devices = card.devices.iter();
        let devices = devices.filter_map(|address| self.host.devices.get(address));
        let devices: Vec<&Device> = devices.collect();
        let word = card_word(self.host, &devices);
        let id = devices.first().and_then(|device| device.id.as_ref());
        let id = id.map_or_else(String::new, |id| format!(" [{}]", id.value));
        let name = if card.name == "(not shown)" {
            String::new()
        } else {
            format!(" {}", card.name)
        };
        let line = format!("{word}{name}{id}");
        let line = match more {
            [] => line,
            [.., last] => self.style.say(&text!(
                "{card}, and {count} more of these up to {last}",
                card = line,
                count = more.len(),
                last = last.devices.first().copied().unwrap_or_default()
            )),
        };
        let mut text = paragraph(&self.label(&text!("Card")), &line, self.style.columns);
        let wording = match card.readiness {
            Readiness::NotEnoughInput => missing(card),
            _ => card.text(),
        };
        let wording = text!("{sentence}.", sentence = wording);
        let line = paragraph(
            "      ",
            &capital(&self.style.say(&wording)),
            self.style.columns,
        );
        for line in line.lines() {
            let painted = self.style.verdict(card.readiness.verdict(), line);
            text.push_str(&painted);
            text.push('\n');
        }
        if self.view.detail != Detail::Quiet {
            for proof in card.evidence.iter().take(2 * LINES) {
                text.push_str(&self.quoted("      ", proof, "", ROWS));
            }
        }
        text
    }

    /// No card is in question: the verdict is about the host, with one line for each card that
    /// could be assigned.
    fn without_card(&self) -> String {
        let mut text = String::new();
        let Some(check) = &self.candidates else {
            return text;
        };
        let lines = lines_of(self.host, check, self.call, self.style);
        if !lines.is_empty() && self.view.detail != Detail::Quiet {
            let title = text!("Assignable cards (none is named):");
            let _ = writeln!(text, "{}", self.style.say(&title));
            text.push_str(&lines);
        }
        text
    }

    fn is_shown(&self, finding: &Finding, consequences: &[&Finding]) -> bool {
        let mut all = consequences.iter().copied().chain([finding]);
        let is_problem = all.any(|finding| finding.verdict.is_problem());
        if self.view.detail == Detail::Verbose || !self.view.only.is_empty() || is_problem {
            return true;
        }
        if self.view.detail == Detail::Quiet {
            return false;
        }
        match finding.verdict {
            Verdict::NoEffect => true,
            Verdict::Unknown => !is_fact(finding) && !self.is_explained(finding),
            Verdict::Harmless | Verdict::Ok => self.is_answer(finding),
            _ => true,
        }
    }

    /// Whether a problem has the same lines: then it is the cause of the unknown.
    fn is_explained(&self, unknown: &Finding) -> bool {
        let mut findings = self.report.findings.iter();
        findings.any(|finding| {
            let mut lines = unknown.evidence.iter();
            finding.verdict.is_problem() && lines.all(|line| finding.evidence.contains(line))
        })
    }

    /// Whether a finding without a change is the answer: there is no problem, and it is among the
    /// first.
    fn is_answer(&self, finding: &Finding) -> bool {
        let findings = self.report.findings.iter();
        let same = findings.filter(|other| other.verdict == finding.verdict);
        let is_first = same.take(FINE).any(|other| other == finding);
        let is_ready = |card: &CardAnswer| card.readiness == Readiness::Ready;
        is_first && !self.report.has_problem() && !self.report.cards.iter().any(is_ready)
    }

    /// One finding; each of several problems has one row of evidence.
    fn one(&self, finding: &Finding, consequences: &[&Finding], are_several: bool) -> String {
        let indent = " ".repeat(self.style.verdict_columns());
        let mut title = format!("{} [{}]", self.style.say(&finding.title), finding.code);
        // For a correct setting, the place of the evidence suffices.
        let is_verbose = self.view.detail == Detail::Verbose;
        let is_short = finding.verdict == Verdict::Ok && !is_verbose;
        if let Some(proof) = finding.evidence.first().filter(|_| is_short) {
            let _ = write!(title, " ({})", self.place(proof));
        }
        let mut text = self.style.with_verdict(finding.verdict, &title);
        if self.view.detail == Detail::Quiet || is_short {
            return text;
        }
        // A line without a known cause has little weight compared to a blocker.
        let mut findings = self.report.findings.iter();
        let is_blocked = findings.any(|finding| finding.verdict == Verdict::Blocker);
        if finding.verdict == Verdict::Unknown && is_blocked && !is_verbose {
            return text;
        }
        let count = match finding.verdict {
            _ if is_verbose => usize::MAX,
            Verdict::Harmless | Verdict::Ok | Verdict::NoEffect => 1,
            _ if are_several => 1,
            _ => LINES,
        };
        let rows = if are_several { 1 } else { ROWS };
        for evidence in finding.evidence.iter().take(count) {
            text.push_str(&self.quoted(&indent, evidence, &finding.title, rows));
        }
        if let Some(remedy) = &finding.remedy {
            let first = format!("{indent}-> ");
            let own = self.of_nixos(remedy);
            let remedy = own.as_ref().unwrap_or(remedy);
            text.push_str(&super::remedy(&first, remedy, self.call, self.style));
        }
        if is_verbose {
            for consequence in consequences {
                let line = format!(
                    "{}: {} [{}]",
                    self.style.say(&consequence.verdict.label()),
                    self.style.say(&consequence.title),
                    consequence.code
                );
                let first = format!("{indent}{} ", self.style.say(&text!("also causes:")));
                text.push_str(&paragraph(&first, &line, self.style.columns));
            }
        } else if !consequences.is_empty() && !are_several {
            let codes: BTreeSet<&str> = consequences.iter().map(|finding| finding.code).collect();
            let codes: Vec<&str> = codes.into_iter().collect();
            let first = format!("{indent}{} ", self.style.say(&text!("also causes:")));
            text.push_str(&paragraph(&first, &codes.join(", "), self.style.columns));
        }
        text
    }

    /// The remedy in the words of NixOS, whose kernel options are in `boot.kernelParams` (NixOS
    /// manual, "Linux Kernel").
    fn of_nixos(&self, remedy: &Remedy) -> Option<Remedy> {
        let Loader::Known {
            kind: LoaderKind::NixOs,
            ..
        } = &self.host.loader
        else {
            return None;
        };
        let Remedy::Change(change) = remedy else {
            return None;
        };
        let text = match change {
            Change::SetKernelOption { option, .. } => {
                text!("add {option} to boot.kernelParams", option)
            }
            Change::RemoveKernelOption { option } => {
                text!("remove {option} from boot.kernelParams", option)
            }
            Change::ReplaceKernelOption {
                option,
                replacement,
            } => text!(
                "replace {option} with {replacement} in boot.kernelParams",
                option,
                replacement
            ),
            _ => return None,
        };
        let step = "set-kernel-options";
        Some(Remedy::Manual { step, text })
    }

    /// The place of evidence, without the folders of a pasted text.
    fn place(&self, evidence: &Evidence) -> String {
        let mut evidence = evidence.clone();
        evidence.source = short_source(&evidence.source).to_owned();
        self.style.place(&evidence)
    }

    /// A line of the input, in at most `rows` rows by default: the part that `title` is about.
    fn quoted(&self, indent: &str, evidence: &Evidence, title: &str, rows: usize) -> String {
        let place = self.place(evidence);
        let words: Vec<&str> = evidence.text.split_whitespace().collect();
        let first = format!("{indent}| ");
        let room = self.style.columns.saturating_sub(width(&first)).max(20);
        // A long place needs a row of its own.
        let rows = if 2 * width(&place) > room { ROWS } else { rows };
        // A row may end before its last column.
        let lost = 2 + 6 * rows.saturating_sub(1);
        let room = (rows * room).saturating_sub(lost + width(&place)).max(20);
        let line = if self.view.detail == Detail::Verbose {
            words.join(" ")
        } else {
            part_about(&words, title, room)
        };
        let line = format!("{}: {}", clean(&place), clean(&line));
        let mut text = String::new();
        for line in paragraph(&first, &line, self.style.columns).lines() {
            text.push_str(&self.style.faint(line));
            text.push('\n');
        }
        text
    }

    /// The facts that are not shown, as one block, with the command that gathers them.
    /// Beside several problems the facts are counted, unless they are a possible loss or a failure.
    fn not_shown(&self, are_several: bool) -> String {
        let ask = Ask::of(self.host, &self.report.findings, self.report.target);
        let findings = self.report.findings.iter();
        let mut unknown: Vec<&Finding> = findings
            .filter(|finding| finding.verdict == Verdict::Unknown && is_fact(finding))
            .collect();
        let mut cards = self.report.cards.iter();
        let is_open = cards.any(|card| card.readiness == Readiness::NotEnoughInput);
        let is_asked = is_open && !ask.is_empty();
        if unknown.is_empty() && !is_asked || self.view.detail == Detail::Verbose {
            return String::new();
        }
        // Possible losses of the host come first, then the deciding facts.
        unknown.sort_by_key(|finding| {
            let is_deciding = DECIDING.contains(&finding.code);
            let is_failure = is_open_failure(finding);
            (!is_possible_impact(finding), !is_failure, !is_deciding)
        });
        let prefix = self.style.say(&text!("not in the input: "));
        let failures = unknown
            .iter()
            .filter(|finding| is_open_failure(finding) || is_possible_impact(finding));
        let shown = match failures.count() {
            0 if are_several => 0,
            failures if self.report.has_problem() => failures.max(1),
            0 => UNKNOWNS,
            // The remedy of a failure takes more lines.
            failures => failures + 1,
        };
        let title = match unknown.len() {
            0 => None,
            count if shown == 0 => Some(plural!(
                count,
                "Not in the input: one fact (-v)",
                "Not in the input: {count} facts (-v)"
            )),
            _ => Some(text!("Not in the input:")),
        };
        let title = title.map(|title| format!("{}\n", self.style.say(&title)));
        let mut text = format!("\n{}", title.unwrap_or_default());
        for finding in unknown.iter().take(shown) {
            let title = self.style.say(&finding.title);
            let title = title.strip_prefix(prefix.as_str()).unwrap_or(&title);
            text.push_str(&paragraph("  - ", title, self.style.columns));
            if let Some(remedy @ Remedy::Manual { .. }) = &finding.remedy {
                let first = "    -> ";
                text.push_str(&super::remedy(first, remedy, self.call, self.style));
            }
        }
        if let Some(more) = unknown
            .len()
            .checked_sub(shown)
            .filter(|more| *more > 0 && shown > 0)
        {
            let line = self.style.say(&text!("and {more} more (-v)", more));
            let _ = writeln!(text, "  - {line}");
        }
        if !ask.is_empty() {
            let words: Vec<String> = self.words();
            let words: Vec<&str> = words.iter().map(String::as_str).collect();
            let command = self.call.command(&[&["ask"], words.as_slice()].concat());
            let wording = if shown == 0 && are_several {
                Text::of_english(command.clone())
            } else {
                text!(
                    "{command}   (one line that shows: {topics})",
                    command,
                    topics = some(&ask.topics())
                )
            };
            text.push_str(&paragraph_with(
                &format!("  {} ", self.style.say(&text!("run:"))),
                &self.style.say(&wording),
                &[command],
                self.style.columns,
            ));
        }
        text
    }

    /// The cards that the question names, as on the command line.
    fn words(&self) -> Vec<String> {
        if self.report.chosen_by != ChosenBy::Request {
            return Vec::new();
        }
        let cards = self.report.cards.iter().map(|card| {
            let devices = card.devices.iter();
            let devices = devices.filter_map(|address| self.host.devices.get(address));
            card_word(self.host, &devices.collect::<Vec<_>>())
        });
        cards.collect()
    }

    /// The last line: one of the three endings, or the counts.
    fn ending(&self) -> String {
        let mut counts = Vec::new();
        for verdict in Verdict::ALL {
            let findings = self.report.findings.iter();
            let count = findings
                .filter(|finding| finding.verdict == verdict)
                .count();
            if count > 0 {
                counts.push(text!("{count} {verdict}", count, verdict));
            }
        }
        let wording = match self.end() {
            End::Faults => None,
            End::Ready => Some(text!("Ready for a guest.")),
            End::NoProblem => Some(text!("No problem found in the input.")),
            End::NotEnough => Some(text!("Not enough in the input to decide.")),
            End::NoCard => Some(text!("No card can be assigned as the host is.")),
        };
        let hidden = self.report.findings.iter().any(|finding| {
            let is_fine = matches!(finding.verdict, Verdict::Harmless | Verdict::Ok);
            is_fine && !self.is_shown(finding, &[])
        });
        let counts = (!counts.is_empty()).then(|| listed(counts));
        let more = hidden.then(|| text!("(-v shows all)"));
        let parts = [wording, counts, more].into_iter().flatten();
        let parts: Vec<String> = parts.map(|part| self.style.say(&part)).collect();
        if parts.is_empty() {
            return String::new();
        }
        format!("\n{}", paragraph("", &parts.join(" "), self.style.columns))
    }

    fn end(&self) -> End {
        if self.report.has_problem() {
            return End::Faults;
        }
        let cards = &self.report.cards;
        let candidates = self.candidates.as_ref().map(|check| &*check.candidates);
        let of_candidates: Vec<Readiness> = candidates
            .unwrap_or_default()
            .iter()
            .map(|candidate| candidate.answer.readiness)
            .collect();
        match of_candidates.iter().max() {
            Some(Readiness::Impossible | Readiness::Blocked) => return End::NoCard,
            Some(Readiness::NotEnoughInput) => return End::NotEnough,
            _ => {}
        }
        let all =
            |readiness| !cards.is_empty() && cards.iter().all(|card| card.readiness == readiness);
        if all(Readiness::Ready) {
            End::Ready
        } else if cards
            .iter()
            .any(|card| card.readiness == Readiness::NotEnoughInput)
            || cards.is_empty() && (self.is_little() || self.is_unproven())
            || self.report.findings.iter().any(is_open_failure)
        {
            End::NotEnough
        } else {
            End::NoProblem
        }
    }

    /// Whether nothing of the input proves a state: neither output of the host, nor a guest that
    /// runs, nor a solution.
    fn is_unproven(&self) -> bool {
        const OPEN: [&str; 3] = ["host-output-missing", "iommu-not-shown", "cause-reported"];
        const PROOFS: [&str; 4] = [
            "guest-runs-reported",
            "guest-sees-reported",
            "guest-sees-device",
            "solution-reported",
        ];
        let has = |codes: &[&str]| {
            let mut findings = self.report.findings.iter();
            findings.any(|finding| codes.contains(&finding.code))
        };
        has(&OPEN) && !has(&PROOFS)
    }

    /// Whether the input shows neither devices nor anything that was judged fine.
    fn is_little(&self) -> bool {
        let mut findings = self.report.findings.iter();
        !findings.any(|finding| matches!(finding.verdict, Verdict::Harmless | Verdict::Ok))
    }
}

/// End of an answer.
enum End {
    Faults,
    Ready,
    NoProblem,
    NotEnough,
    /// No card is in question, and each one that could be assigned is in use or blocked.
    NoCard,
}

/// Unknowns about a line of the input.
const OF_LINES: [&str; 2] = ["cause-not-shown", "output-not-shown"];

/// Whether an unknown is a fact that the input lacks, and not a line with an unknown cause.
fn is_fact(finding: &Finding) -> bool {
    !crate::messages::has_code(finding.code) && !OF_LINES.contains(&finding.code)
}

/// The facts that decide and are missing, in a sentence.
fn missing(card: &CardAnswer) -> Text {
    let words = card.not_shown.iter().map(|fact| match *fact {
        "iommu" => text!("the IOMMU state"),
        "group" => text!("the IOMMU group"),
        "driver" => text!("the driver"),
        "failure" => text!("the cause of the failure"),
        _ => text!("the device"),
    });
    let words: Vec<Text> = words.collect();
    let readiness = card.readiness.text();
    match words.as_slice() {
        [] => readiness,
        [fact] => text!("{readiness}: {fact} is missing", readiness, fact),
        [facts @ .., last] => text!(
            "{readiness}: {facts} and {last} are missing",
            readiness,
            facts = listed(facts),
            last
        ),
    }
}

/// The first of these, and how many more there are.
fn some(topics: &[&str]) -> Text {
    let topics: Vec<Text> = topics.iter().copied().map(Text::of_english).collect();
    match &*topics {
        [first @ .., _, _] if first.len() > 1 => {
            let first = first.get(..2).unwrap_or_default();
            text!(
                "{topics} and {count} more",
                topics = listed(first),
                count = topics.len() - first.len()
            )
        }
        all => listed(all),
    }
}

fn capital(text: &str) -> String {
    let mut characters = text.chars();
    characters.next().map_or_else(String::new, |first| {
        first.to_uppercase().chain(characters).collect()
    })
}

/// Directories of hosts' files; any other path is that of a pasted text, of which the name
/// suffices.
const OF_HOSTS: [&str; 9] = [
    "/etc/", "/sys/", "/proc/", "/var/", "/boot/", "/lib/", "/usr/", "/run/", "/dev/",
];

/// The source without the folders of a pasted text.
fn short_source(source: &str) -> &str {
    let is_of_host = OF_HOSTS.iter().any(|folder| source.starts_with(folder));
    if is_of_host || source.contains(' ') {
        return source;
    }
    let folders = source.rfind('/').map_or(0, |at| at + 1);
    source.get(folders..).unwrap_or(source)
}

/// The words that fit into `room` columns, with the first long one that `title` names
/// among them.
fn part_about(words: &[&str], title: &str, room: usize) -> String {
    let line = words.join(" ");
    if width(&line) <= room {
        return line;
    }
    let start = shortened(&line, room);
    let is_named = |word: &str| word.len() > 5 && title.contains(word);
    // `vfio-pci.ids=…` is about vfio-pci.
    let owner = |word: &str| word.split(['.', '=']).next().is_some_and(is_named);
    let named = words.iter().position(|word| is_named(word));
    let named = named.or_else(|| words.iter().position(|word| owner(word)));
    let at = named.filter(|at| {
        let before = words.get(..=*at).unwrap_or_default();
        width(&before.join(" ")) + 2 > room
    });
    match at {
        Some(at) => {
            let rest = words.get(at..).unwrap_or_default().join(" ");
            shortened(&format!("… {rest}"), room)
        }
        None => with_reason(&line, room).unwrap_or(start),
    }
}

/// The start of a message and its last part, behind a colon: programs print the reason there.
fn with_reason(line: &str, room: usize) -> Option<String> {
    let (before, reason) = line.rsplit_once(": ")?;
    let left = room.checked_sub(width(reason) + 1)?;
    (left >= room / 3).then(|| format!("{} {reason}", shortened(&format!("{before}:"), left)))
}
