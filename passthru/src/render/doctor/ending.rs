//! The last line of the answer.

use super::super::wrap::paragraph;
use super::Page;
use crate::answer::{CardAnswer, Readiness, counts};
use crate::doctor::{card_word, is_open_failure};
use crate::host::Device;
use crate::known_facts;
use crate::text::{Text, listed, text};
use crate::verdict::Verdict;

impl Page<'_> {
    /// The last line: one of the three endings, or the counts.
    pub(super) fn ending(&self) -> String {
        let counts = counts(self.host, &self.report.findings).into_iter();
        let counts = counts.map(|(verdict, count)| text!("{count} {verdict}", count, verdict));
        let counts: Vec<Text> = counts.collect();
        let wording = match self.end() {
            End::Faults => None,
            End::Ready => Some(text!("Ready for a guest.")),
            End::NotEnough | End::NoProblem if self.helps() => {
                Some(text!("The text names what helped."))
            }
            End::NotEnough | End::NoProblem if self.host.words.guide.is_some() => {
                Some(text!("No problem found in the input."))
            }
            // The question is about more than the sentences say that works.
            End::NoProblem if self.asks() => self.not_enough(),
            End::NoProblem if self.has(&["guest-runs-reported"]) => {
                Some(text!("A guest works with its device, as the text says."))
            }
            End::NoProblem if self.has(&["solution-reported"]) => {
                Some(text!("The failure is solved, as the text says."))
            }
            End::NoProblem if self.has(&["guest-sees-reported", "guest-sees-device"]) => {
                Some(text!("A guest has its device."))
            }
            // A text without a card may report a failure in words that no reader knows.
            End::NoProblem
                if self.report.cards.is_empty() && self.host.words.statements.is_post =>
            {
                self.not_enough()
            }
            End::NoProblem => Some(self.no_problem()),
            End::NotEnough if self.is_with_guest() => Some(text!(
                "A guest has its device; the cause of the failure is not in the input."
            )),
            End::NotEnough if self.has_worked() => Some(text!(
                "The hardware can assign the device; the cause of the failure is not in the input."
            )),
            End::NotEnough => self.not_enough(),
            End::Unnamed => Some(text!(
                "No card is named; for one of these, run {command}.",
                command = self.call.command(&["doctor", &self.blocked_card()])
            )),
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
        let mut findings = self.report.findings.iter();
        let is_fault = |verdict: Verdict| verdict.is_fault() || verdict == Verdict::Check;
        if findings.any(|finding| is_fault(finding.verdict)) {
            return End::Faults;
        }
        // A weakened protection does not answer whether the assignment works.
        match self.end_without_fault() {
            End::Ready | End::NoProblem if self.report.has_problem() => End::Faults,
            end => end,
        }
    }

    fn end_without_fault(&self) -> End {
        let cards = &self.report.cards;
        let candidates = self.candidates.as_ref().map(|check| &*check.candidates);
        let of_candidates: Vec<Readiness> = candidates
            .unwrap_or_default()
            .iter()
            .map(|candidate| candidate.answer.readiness)
            .collect();
        match of_candidates.iter().max() {
            Some(Readiness::Impossible | Readiness::Blocked) => return End::NoCard,
            Some(_)
                if of_candidates
                    .iter()
                    .any(|one| *one < Readiness::NotEnoughInput) =>
            {
                return End::Unnamed;
            }
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
            || self.has_prerequisites()
        {
            End::NotEnough
        } else {
            End::NoProblem
        }
    }

    /// The ending of an input without a problem. A card that the host uses is one of a host without
    /// passthrough, and not one that a guest can have.
    fn no_problem(&self) -> Text {
        let is_unprepared = |card: &&CardAnswer| card.readiness == Readiness::NotPrepared;
        let cards = &self.report.cards;
        if let Some(card) = cards.iter().find(is_unprepared)
            && !cards
                .iter()
                .any(|card| card.readiness > Readiness::NotPrepared)
        {
            let card = self.word_of(card);
            return text!(
                "No device is prepared for passthrough; for the findings about {card}, run {command}.",
                card = &card,
                command = self.call.command(&["doctor", &card])
            );
        }
        let candidates = self.candidates.iter().flat_map(|check| &check.candidates);
        let best = candidates.map(|one| one.answer.readiness).max();
        match best {
            Some(Readiness::NotPrepared) => text!("No device is prepared for passthrough."),
            _ => text!("No problem found in the input."),
        }
    }

    /// The word that names the card in a command.
    fn word_of(&self, card: &CardAnswer) -> String {
        let devices = card.devices.iter();
        let devices = devices.filter_map(|address| self.host.devices.get(address));
        card_word(self.host, &devices.collect::<Vec<&Device>>())
    }

    /// The first card that is blocked.
    fn blocked_card(&self) -> String {
        let candidates = self.candidates.iter().flat_map(|check| &check.candidates);
        let mut answers = candidates.map(|candidate| &candidate.answer);
        let blocked = answers.find(|answer| answer.readiness < Readiness::NotEnoughInput);
        blocked.map_or_else(String::new, |answer| self.word_of(answer))
    }

    /// The ending of an input without a decision. A post may ask what no output decides.
    fn not_enough(&self) -> Option<Text> {
        (!self.is_of_facts()).then(|| match self.host.words.statements.is_post {
            true => text!("The input proves no known cause of a failure."),
            false => text!("Not enough in the input to decide."),
        })
    }

    /// Whether facts of the trade, and no open question, are all that the input yields: they may
    /// answer a text that asks for knowledge.
    fn is_of_facts(&self) -> bool {
        let findings = &self.report.findings;
        self.report.cards.is_empty()
            && findings
                .iter()
                .any(|one| known_facts::of_code(one.code).is_some())
            && findings.iter().all(|one| one.verdict != Verdict::Unknown)
    }

    /// Whether the text asks for a solution, and names none.
    fn asks(&self) -> bool {
        self.host.words.statements.asks.is_some() && !self.has(&["solution-reported"])
    }

    /// Whether the answer is a list of prerequisites.
    fn has_prerequisites(&self) -> bool {
        let mut findings = self.report.findings.iter();
        findings.any(|finding| known_facts::is_prerequisite(finding.code))
    }

    fn has(&self, codes: &[&str]) -> bool {
        let mut findings = self.report.findings.iter();
        findings.any(|finding| codes.contains(&finding.code))
    }

    /// Whether a guest has the card in question, or, without one, its device.
    fn is_with_guest(&self) -> bool {
        let cards = &self.report.cards;
        if cards.is_empty() {
            return self.has(&GUEST_HAS) || self.host.reaches_guest();
        }
        let mut open = cards
            .iter()
            .filter(|card| card.readiness == Readiness::NotEnoughInput);
        open.all(|card| card.is_with_guest)
    }

    /// Whether the text names a change that helped, and no open failure.
    fn helps(&self) -> bool {
        self.has(&["remedy-reported"]) && !self.report.findings.iter().any(is_open_failure)
    }

    /// Whether a text says that the assignment worked.
    fn has_worked(&self) -> bool {
        const WORKED: [&str; 6] = [
            "other-tool-works-reported",
            "other-device-works-reported",
            "guest-ran-reported",
            "other-system-works-reported",
            "other-guest-works-reported",
            "earlier-release-works-reported",
        ];
        self.has(&WORKED)
    }

    /// Whether nothing of the input proves a state: neither output of the host, nor a guest that
    /// runs, nor a solution.
    fn is_unproven(&self) -> bool {
        const OPEN: [&str; 3] = ["host-output-missing", "iommu-not-shown", "cause-reported"];
        let is_open = self.has(&OPEN) || self.has(&["remedy-reported"]);
        is_open && !self.has(&GUEST_HAS) && !self.has(&["solution-reported"])
    }

    /// Whether the input shows neither devices nor anything that was judged fine.
    fn is_little(&self) -> bool {
        let mut findings = self.report.findings.iter();
        !findings.any(|finding| matches!(finding.verdict, Verdict::Harmless | Verdict::Ok))
    }
}

/// Findings that a guest has its device.
const GUEST_HAS: [&str; 3] = [
    "guest-runs-reported",
    "guest-sees-reported",
    "guest-sees-device",
];

/// End of an answer.
enum End {
    Faults,
    Ready,
    NoProblem,
    NotEnough,
    /// No card is in question, and one of those that could be assigned is blocked.
    Unnamed,
    /// No card is in question, and each one that could be assigned is in use or blocked.
    NoCard,
}
