//! The facts that are not in the input, with the command that gathers them.

use list_order::Order as _;

use super::super::check::is_possible_impact;
use super::super::wrap::{paragraph, paragraph_with};
use super::{Detail, NOT_JUDGED, Page, is_fact};
use crate::answer::{ChosenBy, Readiness};
use crate::ask::Ask;
use crate::doctor::{card_word, is_open_failure};
use crate::finding::Finding;
use crate::known_facts::is_prerequisite;
use crate::remedy::Remedy;
use crate::text::{Text, listed, text};
use crate::verdict::Verdict;

/// Unknown facts that are listed, unless all are requested.
const UNKNOWNS: usize = 4;

/// The facts without which there is no verdict, and that a card's verdict names as missing.
const OF_VERDICT: [&str; 3] = ["iommu-not-shown", "group-not-shown", "driver-not-shown"];

/// The fact without which there is no verdict either, and that only a request names.
const OF_GROUP: &str = "group-members-not-shown";

/// The fact that no command gathers.
const OF_IMAGE: &str = "image-not-read";

impl Page<'_> {
    /// The facts that are not shown, as one block, with the command that gathers them.
    /// Beside several problems the facts are counted, unless they are a possible loss or a failure.
    pub(super) fn not_shown(&self, are_several: bool) -> String {
        let ask = Ask::of(self.host, &self.report.findings, self.report.target);
        let findings = self.report.findings.iter();
        let mut unknown: Vec<&Finding> = findings
            .filter(|finding| finding.verdict == Verdict::Unknown && is_fact(finding))
            .filter(|finding| !is_prerequisite(finding.code) && !self.is_consequence(finding))
            .collect();
        if unknown.len() > 1 || self.has_change() {
            unknown.retain(|finding| finding.code != NOT_JUDGED);
        }
        let mut cards = self.report.cards.iter();
        let is_open = cards.any(|card| card.readiness == Readiness::NotEnoughInput);
        let is_asked = is_open && !ask.is_empty();
        if unknown.is_empty() && !is_asked || self.view.detail == Detail::Verbose {
            return String::new();
        }
        // Possible losses of the host come first, then the deciding facts. The verdict of a card names
        // its own; a group with unknown members is shown, and only the request has its name.
        let is_named = is_open && !self.is_of_tree();
        if is_named {
            unknown.retain(|finding| !OF_VERDICT.contains(&finding.code));
        }
        // Nothing is to be written to its configuration.
        if !self.has_change() {
            unknown.retain(|finding| finding.code != "boot-loader-not-shown");
        }
        unknown.order_by_key(|finding| {
            // A line of the input says more than a fact that is in none.
            let is_vague = is_named && finding.devices.is_empty() && finding.evidence.is_empty();
            let is_deciding = OF_VERDICT.contains(&finding.code) || finding.code == OF_GROUP;
            let rank = if is_deciding {
                0
            } else {
                1 + usize::from(is_vague)
            };
            let is_failure = is_open_failure(finding);
            (!is_possible_impact(finding), !is_failure, rank)
        });
        let prefix = self.style.say(&text!("not in the input: "));
        let failures = unknown
            .iter()
            .filter(|finding| is_open_failure(finding) || is_possible_impact(finding));
        let shown = match failures.count() {
            0 if are_several => 0,
            failures if self.has_change() => failures.max(1),
            0 => UNKNOWNS,
            failures if self.room.facts => failures + UNKNOWNS,
            // The remedy of a failure takes more lines.
            failures => failures + 1,
        };
        let title = match unknown.len() {
            0 => None,
            _ if shown == 0 => None,
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
                text.push_str(&super::super::remedy(first, remedy, self.call, self.style));
            }
        }
        let is_of_host = is_asked || unknown.iter().any(|finding| finding.code != OF_IMAGE);
        if !ask.is_empty() && is_of_host {
            let words: Vec<String> = self.words();
            let words: Vec<&str> = words.iter().map(String::as_str).collect();
            let command = self.call.command(&[&["ask"], words.as_slice()].concat());
            let wording = if shown == 0 && are_several {
                Text::of_english(command.clone())
            } else {
                text!(
                    "{command}   (one line that shows: {topics})",
                    command,
                    topics = self.topics(&ask.topics())
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

    /// The prerequisites of the use that a text describes, to compare with the host.
    pub(super) fn to_check(&self) -> String {
        let items = self.report.findings.iter();
        let items: Vec<&Finding> = items
            .filter(|finding| is_prerequisite(finding.code))
            .collect();
        if items.is_empty() || self.view.detail == Detail::Verbose {
            return String::new();
        }
        let mut text = format!("\n{}\n", self.style.say(&text!("To check:")));
        let none = Text::of_english("");
        let prefix = self
            .style
            .say(&text!("to check: {condition}", condition = none));
        for finding in items {
            let title = self.style.say(&finding.title);
            let title = title.strip_prefix(prefix.trim_end()).unwrap_or(&title);
            text.push_str(&paragraph("  - ", title.trim_start(), self.style.columns));
            if let Some(remedy @ Remedy::Manual { .. }) = &finding.remedy {
                let first = "    -> ";
                text.push_str(&super::super::remedy(first, remedy, self.call, self.style));
            }
        }
        text
    }

    /// The first of the topics, and how many more there are; all where they are the answer.
    fn topics(&self, topics: &[&str]) -> Text {
        let mut findings = self.report.findings.iter();
        let is_answer = !self.has_change() && !findings.any(is_open_failure);
        let topics: Vec<Text> = topics.iter().copied().map(Text::of_english).collect();
        match &*topics {
            [first @ .., _, _] if first.len() >= TOPICS && !is_answer => {
                let first = first.get(..TOPICS).unwrap_or_default();
                text!(
                    "{topics} and {count} more",
                    topics = listed(first),
                    count = topics.len() - first.len()
                )
            }
            all => listed(all),
        }
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
}

/// Topics that are named beside a problem.
const TOPICS: usize = 4;
