//! The verdict of each card.

use std::fmt::Write as _;

use list_order::Order as _;

use super::super::check::lines_of;
use super::super::wrap::paragraph;
use super::quotation::{LINES, ROWS};
use super::{Detail, Page};
use pci_core::Address;

use crate::answer::{CardAnswer, ChosenBy, Readiness, loss};
use crate::doctor::card_word;
use crate::host::Device;
use crate::text::{Text, listed, plural, text};

/// Maximum number of cards with separate verdicts; the rest is counted.
const CARDS: usize = 8;

impl Page<'_> {
    pub(super) fn verdicts(&self) -> String {
        let cards = &self.report.cards;
        let mut text = String::new();
        if cards.is_empty() {
            return self.without_card();
        }
        let mut sorted: Vec<&CardAnswer> = cards.iter().collect();
        sorted.order_by_key(|card| card.readiness);
        let slot = |card: &CardAnswer| card.devices.first().map(|one| one.slot());
        let same = |one: &&CardAnswer, other: &&CardAnswer| {
            one.readiness == other.readiness && (one.name == other.name || slot(one) == slot(other))
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
                [_] => text!("the question has no address; the most likely card is shown"),
                _ => text!("the question has no address; the most likely cards are shown"),
            };
            let line = self.style.say(&line);
            text.push_str(&paragraph("      ", &line, self.style.columns));
        }
        text.push_str(&self.of_others());
        text
    }

    /// Above faults of other devices alone: they are no faults of a card that can be assigned.
    fn of_others(&self) -> String {
        let cards = &self.report.cards;
        let is_fine = |card: &CardAnswer| card.readiness >= Readiness::NotPrepared;
        let is_own = |one: &Address| {
            let mut own = cards.iter().flat_map(|card| &card.devices);
            own.any(|own| self.host.belong_together(*own, *one))
        };
        let faults = self.report.findings.iter();
        let mut faults = faults.filter(|one| one.verdict.is_fault()).peekable();
        let is_open = self.report.chosen_by != ChosenBy::Request && cards.iter().all(is_fine);
        if !is_open || faults.peek().is_none() {
            return String::new();
        }
        let mut others: Vec<Address> = Vec::new();
        for fault in faults {
            if fault.devices.is_empty() || fault.devices.iter().any(is_own) {
                return String::new();
            }
            for one in &fault.devices {
                if !others.contains(one) {
                    others.push(*one);
                }
            }
        }
        let line = text!(
            "the problems below are of other devices: {list}",
            list = others
        );
        paragraph("      ", &self.style.say(&line), self.style.columns)
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
            Readiness::NotEnoughInput if !card.has_own_words() => missing(card),
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
        let is_possible = card.readiness != Readiness::Impossible;
        if self.view.detail != Detail::Quiet && is_possible {
            let loss = loss::of(&devices).map(|loss| text!("{sentence}.", sentence = loss));
            let is_said = self
                .report
                .findings
                .iter()
                .any(|one| one.code == "only-display");
            let is_dark =
                card.is_only_display && !is_said && card.readiness < Readiness::NotPrepared;
            let dark = is_dark.then(|| {
                text!("The host has no other display: it has no screen while a guest has the card.")
            });
            for line in loss
                .iter()
                .chain(&dark)
                .map(|loss| capital(&self.style.say(loss)))
            {
                text.push_str(&paragraph("      ", &line, self.style.columns));
            }
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
            let title = text!("Assignable cards:");
            let _ = writeln!(text, "{}", self.style.say(&title));
            text.push_str(&lines);
        }
        text
    }
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

fn capital(text: &str) -> String {
    let mut characters = text.chars();
    characters.next().map_or_else(String::new, |first| {
        first.to_uppercase().chain(characters).collect()
    })
}
