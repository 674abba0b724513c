//! A rule: a check of a host and its findings.

use std::collections::BTreeSet;

use host_tree::Evidence;
use list_order::Inserts as _;
use pci_core::Address;

use super::question::Question;
use crate::answer::Choice;
use crate::finding::Finding;
use crate::host::{Device, Host, Platform};
use crate::remedy::Remedy;
use crate::target::{HostPart, HostSystem, Target};
use crate::text::{Text, text};
use crate::verdict::Verdict;

/// A check of a host, with the code and the meaning of its findings.
#[non_exhaustive]
pub struct Rule {
    /// The stable code of its findings.
    pub code: &'static str,
    /// The meaning of the finding, its consequence and when it is harmless.
    pub meaning: &'static str,
    /// The reference.
    pub source: &'static str,
    /// Codes whose findings follow from this one, if both are about the same functions.
    pub causes: &'static [&'static str],
    /// Evaluates the rule.
    pub(super) check: fn(&Context<'_>) -> Vec<Diagnostic>,
}

/// Maximum number of evidence lines of one finding.
const MOST_EVIDENCE: usize = 16;

/// A finding without its code, which the rule adds.
pub(super) struct Diagnostic {
    /// The code, if it differs from the rule's.
    pub(super) code: Option<&'static str>,
    /// The meaning of a row of a table.
    pub(super) meaning: Option<&'static str>,
    pub(super) verdict: Verdict,
    pub(super) devices: Vec<Address>,
    pub(super) title: Text,
    pub(super) evidence: Vec<Evidence>,
    pub(super) remedy: Option<Remedy>,
}

impl Diagnostic {
    pub(super) fn new(verdict: Verdict, title: Text) -> Self {
        Self {
            code: None,
            meaning: None,
            verdict,
            devices: Vec::new(),
            title,
            evidence: Vec::new(),
            remedy: None,
        }
    }

    /// Sets a code of a family of findings, and its meaning.
    pub(super) fn coded(mut self, code: &'static str, meaning: &'static str) -> Self {
        self.code = Some(code);
        self.meaning = Some(meaning).filter(|meaning| !meaning.is_empty());
        self
    }

    pub(super) fn of(mut self, devices: impl IntoIterator<Item = Address>) -> Self {
        self.devices.extend(devices);
        self
    }

    pub(super) fn evidence(mut self, evidence: impl IntoIterator<Item = Evidence>) -> Self {
        // A line that occurs twice in succession as evidence is quoted once.
        for line in evidence {
            if self.evidence.last() != Some(&line) {
                self.evidence.push(line);
            }
        }
        self
    }

    pub(super) fn remedy(mut self, remedy: impl Into<Remedy>) -> Self {
        self.remedy = Some(remedy.into());
        self
    }

    pub(super) fn finding(mut self, rule: &Rule) -> Finding {
        self.evidence.truncate(MOST_EVIDENCE);
        Finding {
            code: self.code.unwrap_or(rule.code),
            // Of what a sentence says, the title has it all.
            meaning: match self.code {
                Some(_) => self.meaning,
                None => Some(rule.meaning).filter(|meaning| !is_of_sentence(meaning)),
            },
            verdict: self.verdict,
            devices: self.devices,
            title: self.title,
            cause_of: Vec::new(),
            evidence: self.evidence,
            remedy: self.remedy,
            check: None,
        }
    }
}

/// Whether the meaning of a rule begins with the sentence of the text that the rule is about.
fn is_of_sentence(meaning: &str) -> bool {
    let starts = ["A sentence ", "The text "];
    starts.iter().any(|start| meaning.starts_with(start))
}

/// The input of a check.
pub(super) struct Context<'a> {
    pub(super) host: &'a Host,
    /// The hypervisor: that of the question, or that which the input shows.
    pub(super) target: Option<Target>,
    /// The functions that the question names.
    pub(super) asked: &'a [Address],
    /// The cards to assign: requested, or configured on the host. Each has at least one
    /// function.
    pub(super) cards: Vec<Vec<&'a Device>>,
    /// Cards that a remedy may name if none is to be assigned.
    suggested: Vec<Vec<&'a Device>>,
    /// The addresses of all functions of these cards.
    functions: BTreeSet<Address>,
    /// Queries about other rules.
    pub(super) others: Others,
}

/// Queries about other rules, which only the table can answer.
#[derive(Clone, Copy)]
pub(super) struct Others {
    /// Whether a rule explains the message with this code.
    pub(super) is_explained: fn(&Context<'_>, &str) -> bool,
    /// Whether a rule other than those with these codes reports a fault.
    pub(super) find_fault: fn(&Context<'_>, &[&str]) -> bool,
}

impl<'a> Context<'a> {
    pub(super) fn new(
        host: &'a Host,
        question: &'a Question,
        choice: &Choice,
        others: Others,
    ) -> Self {
        let target = question
            .target
            .or(host.system.hypervisor.as_ref().map(|target| target.value));
        let cards = devices_of(host, choice);
        let functions = choice.cards.iter().flatten().copied().into_set();
        Self {
            host,
            target,
            asked: &question.devices,
            cards,
            suggested: Vec::new(),
            functions,
            others,
        }
    }

    /// Whether the host has `part`, by its hypervisor.
    pub(super) fn host_has(&self, part: HostPart) -> bool {
        self.target.is_none_or(|target| target.has(part))
    }

    /// Whether the host may be Linux with KVM.
    pub(super) fn host_is_linux(&self) -> bool {
        self.host.system.platform.is_none()
            && self
                .target
                .is_none_or(|target| target.system() == HostSystem::Linux)
    }

    /// Whether the host is Xen's.
    pub(super) fn host_is_xen(&self) -> bool {
        let platform = self.host.system.platform.as_ref().map(|found| found.value);
        self.host.dom0.is_some()
            || platform == Some(Platform::Xen)
            || self
                .target
                .is_some_and(|target| target.system() == HostSystem::Xen)
    }

    /// Sets the cards that a remedy may name if none is to be assigned.
    pub(super) fn suggest(mut self, choice: &Choice) -> Self {
        self.suggested = devices_of(self.host, choice);
        self
    }

    /// The functions to assign, without bridges.
    pub(super) fn functions(&self) -> impl Iterator<Item = &'a Device> + '_ {
        self.cards
            .iter()
            .flatten()
            .copied()
            .filter(|device| !device.is_bridge())
    }

    /// Whether a guest has or had the function, as far as the input says.
    pub(super) fn has_been_with_guest(&self, device: &Device) -> bool {
        let is_only = self.cards.len() == 1;
        self.host
            .has_been_with_guest(device.address.slot(), is_only)
    }

    /// Whether the function at `address` is one of them.
    pub(super) fn is_asked(&self, address: Address) -> bool {
        self.functions.contains(&address)
    }
}

fn devices_of<'a>(host: &'a Host, choice: &Choice) -> Vec<Vec<&'a Device>> {
    let cards = choice.cards.iter().map(|card| {
        let functions = card.iter().filter_map(|address| host.devices.get(address));
        functions.collect()
    });
    cards.collect()
}

/// The plan for the selected cards; without any, a manual step to choose one.
pub(super) fn plan_remedy(context: &Context<'_>) -> Remedy {
    let cards = if context.cards.is_empty() {
        &context.suggested
    } else {
        &context.cards
    };
    if cards.is_empty() {
        return name_card(context.host);
    }
    Remedy::Plan {
        arguments: cards
            .iter()
            .map(|card| card_word(context.host, card))
            .collect(),
    }
}

/// Maximum number of cards to choose from.
const MOST_CARDS: usize = 3;

/// A manual step to choose a card of the host.
fn name_card(host: &Host) -> Remedy {
    let mut words: Vec<String> = Vec::new();
    for device in host.candidates() {
        let word = card_word(host, &host.card_of(device.address));
        if !words.contains(&word) {
            words.push(word);
        }
    }
    let commands: Vec<String> = words
        .iter()
        .take(MOST_CARDS)
        .map(|word| format!("`passthru plan {word}`"))
        .collect();
    let text = match commands.as_slice() {
        [] => text!("choose a card and make a plan for it; lspci -nnk lists the cards"),
        [first] => text!("make a plan for the card: {first}", first),
        [first, second] => text!("make a plan for a card: {first} or {second}", first, second),
        [first, second, third, ..] => text!(
            "make a plan for a card: {first}, {second} or {third}",
            first,
            second,
            third
        ),
    };
    Remedy::Manual {
        step: "name-card",
        text,
    }
}

/// The word for a card on the command line: its slot for all functions, or one function.
pub(crate) fn card_word(host: &Host, card: &[&Device]) -> String {
    match card {
        // A virtual function is no part of its slot's card.
        [only]
            if host.functions_of(only.address.slot()).count() > 1
                || only.address.function() > 0 =>
        {
            format!("{:#}", only.address)
        }
        [first, ..] => format!("{:#}", first.address.slot()),
        [] => String::new(),
    }
}
