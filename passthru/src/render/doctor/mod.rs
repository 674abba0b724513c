//! The answer of the doctor for people: the verdict for each card first, then causes,
//! then the rest by weight.

mod cards;
mod ending;
mod one_finding;
mod quotation;
mod unknowns;

use std::collections::BTreeSet;

use host_tree::Evidence;

use super::style::Style;
use super::wrap::{pad, paragraph, width};
use crate::answer::{self, CardAnswer, Check, Readiness};
use crate::doctor::Report;
use crate::finding::Finding;
use crate::host::Host;
use crate::invocation::Invocation;
use crate::text::{Text, text};
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

/// The columns of the smallest terminal.
const COLUMNS: usize = 80;

/// The lines of the smallest terminal, without that about the lines of the input.
const ROWS: usize = 23;

/// Findings that need no change and are shown where they are the answer.
const FINE: usize = 4;

/// Lines around a quoted message that belong to the same quotation.
const QUOTATION: u32 = 5;

/// Problems beside which there is room for what is right.
const FEW: usize = 2;

/// Findings that are right and named beside problems.
const RIGHT: usize = 2;

/// The answer for people.
#[must_use]
pub fn report(
    host: &Host,
    report: &Report,
    view: &View,
    call: &Invocation,
    style: Style,
) -> String {
    // Functions of a virtual machine are not candidates, nor those that the host keeps.
    let is_open = report.cards.is_empty()
        && !host.devices.is_empty()
        && host.of_guest.is_none()
        && !host.uses_device_itself();
    let mut page = Page {
        host,
        report,
        view,
        call,
        style,
        candidates: is_open.then(|| answer::check(host, &[], report.target)),
        room: Room {
            right: true,
            ..Room::default()
        },
    };
    let least = page.text();
    if view.detail != Detail::Normal || page.is_of_tree() {
        return least;
    }
    // An answer that fits the smallest terminal has as much more as that has room for. A longer one
    // scrolls, with all of it.
    page.room.right = false;
    let problems = page.text();
    let is_short = problems.lines().count() <= ROWS + 1;
    // On a narrow terminal each sentence takes more lines.
    if !is_short && style.columns < COLUMNS {
        return least;
    }
    for (meanings, facts) in [(true, true), (true, false), (false, true), (false, false)] {
        page.room = Room {
            meanings,
            facts,
            right: true,
        };
        let text = page.text();
        if !is_short || text.lines().count() <= ROWS {
            return text;
        }
    }
    problems
}

/// Room on a screen, beside the problems, the first of the open facts, and few of what is right.
#[derive(Clone, Copy, Default)]
struct Room {
    /// For the meanings of problems: somebody asks about a pasted text.
    meanings: bool,
    /// For more of the open facts, and of what is right.
    facts: bool,
    /// For what is right, beside few problems.
    right: bool,
}

struct Page<'a> {
    host: &'a Host,
    report: &'a Report,
    view: &'a View,
    call: &'a Invocation,
    style: Style,
    /// The cards that could be assigned, if none is in question.
    candidates: Option<Check>,
    /// What the screen has room for.
    room: Room,
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
        let problems = tree
            .iter()
            .filter(|(cause, _)| cause.verdict.may_need_change());
        let problems = problems.count();
        let are_several = self.view.detail == Detail::Normal && problems > 1;
        let mut body = String::new();
        let mut checked = BTreeSet::new();
        for (finding, consequences) in &tree {
            if self.is_shown(finding, consequences) {
                body.push_str(&self.one(finding, consequences, are_several, &mut checked));
            }
        }
        if problems > 0 {
            body.push_str(&self.right(problems));
        }
        if !body.is_empty() {
            text.push('\n');
            text.push_str(&body);
        }
        if self.view.detail != Detail::Quiet && self.view.only.is_empty() {
            text.push_str(&self.to_check());
            text.push_str(&self.not_shown(are_several));
            text.push_str(&self.ending());
        }
        text
    }

    /// Beside problems, the first findings that need no change, a paragraph for each verdict: they
    /// exclude causes. A pasted text has its lines because somebody asks about them.
    fn right(&self, problems: usize) -> String {
        let is_screen = self.view.detail == Detail::Normal && self.view.only.is_empty();
        if !is_screen || !self.room.right || problems > FEW && !self.room.facts {
            return String::new();
        }
        let paragraph = |verdict: Verdict, most: usize, least: usize| {
            let findings = self.report.findings.iter();
            let hidden = findings.filter(|finding| {
                finding.verdict == verdict
                    && finding.code != NOT_JUDGED
                    && !self.is_silent(finding)
                    && !self.is_consequence(finding)
                    && !self.is_shown(finding, &[])
            });
            let line: Vec<String> = hidden
                .take(most)
                .map(|finding| self.style.say(&finding.title))
                .collect();
            if line.len() < least {
                return String::new();
            }
            self.style.with_verdict(verdict, &line.join("; "))
        };
        if self.room.facts {
            paragraph(Verdict::Harmless, FINE, 1) + &paragraph(Verdict::Ok, FINE, 1)
        } else {
            // One alone says little; the last line has the count.
            paragraph(Verdict::Ok, RIGHT, RIGHT)
        }
    }

    /// Whether the screen has room for the meanings of its problems: somebody asks about a text with
    /// few of them.
    fn is_explained_screen(&self) -> bool {
        let problems = self.report.findings.iter();
        let problems = problems.filter(|finding| finding.verdict.may_need_change());
        let is_screen = self.view.detail == Detail::Normal && self.view.only.is_empty();
        is_screen && self.room.meanings && problems.count() <= FEW
    }

    /// Whether the input is a host's sysfs, live or a snapshot.
    fn is_of_tree(&self) -> bool {
        let mut devices = self.host.devices.values();
        devices.any(|device| device.sysfs.is_some())
    }

    /// The system that is judged.
    fn heading(&self) -> String {
        if self.host.of_guest.is_some() && self.view.detail != Detail::Quiet {
            let wording = match self.host.hypervisor_of_guest() {
                Some(hypervisor) => text!(
                    "a virtual machine of {hypervisor}, whose functions are not those of its host",
                    hypervisor
                ),
                None => text!("a virtual machine, whose functions are not those of its host"),
            };
            let system = self.host.own_guest().into_iter();
            let parts: Vec<String> = [self.style.say(&wording)]
                .into_iter()
                .chain(system)
                .collect();
            return self.heading_of(&text!("Guest"), &parts.join("; "));
        }
        if self.view.detail == Detail::Quiet {
            return String::new();
        }
        let parts = self.host.parts();
        let parts: Vec<String> = parts.iter().map(|part| self.style.say(part)).collect();
        if self.host.has_lines_of_two_systems() {
            let names = self.host.stated_names();
            let names = names.iter().map(|name| self.style.say(name));
            let all: Vec<String> = parts.into_iter().chain(names).collect();
            return self.headed(&text!("Named"), &all.join(", "));
        }
        self.heading_of(&text!("Host"), &parts.join(", "))
    }

    /// The system, and the names of a text.
    fn heading_of(&self, label: &Text, system: &str) -> String {
        let names = self.host.stated_names();
        let names: Vec<String> = names.iter().map(|name| self.style.say(name)).collect();
        let names = names.join(", ");
        if system.is_empty() || names.is_empty() {
            let named = self.headed(&text!("Named"), &names);
            return self.headed(label, system) + &named;
        }
        let named = self.style.say(&text!("named: {names}", names));
        self.headed(label, &format!("{system}; {named}"))
    }

    /// A line of the heading, unless it has no words.
    fn headed(&self, label: &Text, words: &str) -> String {
        if words.is_empty() {
            return String::new();
        }
        paragraph(&self.label(label), words, self.style.columns)
    }

    /// The word before the system or the card, as wide as the indent of their lines.
    fn label(&self, word: &Text) -> String {
        let word = self.style.say(word);
        pad(&word, LABEL.max(width(&word) + 1))
    }

    fn is_shown(&self, finding: &Finding, consequences: &[&Finding]) -> bool {
        let mut all = consequences.iter().copied().chain([finding]);
        let is_problem = all.any(|finding| finding.verdict.may_need_change());
        if self.view.detail == Detail::Verbose || !self.view.only.is_empty() || is_problem {
            return true;
        }
        if self.view.detail == Detail::Quiet {
            return false;
        }
        if self.is_silent(finding) {
            return false;
        }
        match finding.verdict {
            Verdict::Unknown => !is_fact(finding) && !self.is_explained(finding),
            Verdict::Harmless if self.is_quoted(finding) => true,
            Verdict::Harmless | Verdict::Ok => self.is_answer(finding),
            _ => true,
        }
    }

    /// Whether a finding is of no use on a screen, and the text does not ask about its line.
    fn is_silent(&self, finding: &Finding) -> bool {
        let mut lines = finding.evidence.iter();
        let findings = self.report.findings.iter();
        // A success that another line disputes.
        let is_disputed = || {
            let mut logged = self.host.log_messages.iter();
            finding.verdict == Verdict::Unknown
                && logged.any(|one| {
                    one.message.code == finding.code && one.message.verdict == Verdict::Ok
                })
        };
        // What works shows that the IOMMU does.
        let works = |one: &Finding| WORKS.contains(&one.code);
        // The state of the IOMMU says more than the option.
        let is_state = |one: &Finding| matches!(one.code, "iommu-on" | "iommu-not-shown");
        // The request of the symptom includes this one.
        let is_requested = |one: &Finding| {
            matches!(
                one.code,
                "host-freeze-reported" | "host-restart-reported" | "host-failure-at-stop-reported"
            )
        };
        // A step that the text names is no answer to its question.
        if finding.code == "done-reported"
            || finding.code == "symptom-host-crash" && findings.clone().any(is_requested)
        {
            return true;
        }
        (SILENT.contains(&finding.code)
            || finding.code == "iommu-option-valid" && findings.clone().any(is_state)
            || finding.code == "iommu-on" && findings.clone().any(works)
            || finding.verdict == Verdict::Harmless && self.is_consequence(finding)
            || is_disputed())
            && !self.is_quoted(finding)
            && !lines.any(|line| line.text.contains(['?', '？']))
    }

    /// Whether a finding requires a change, or may require one.
    fn has_change(&self) -> bool {
        let mut findings = self.report.findings.iter();
        findings.any(|finding| finding.verdict.may_need_change())
    }

    /// Whether a problem has the same lines: then it is the cause of the unknown.
    fn is_explained(&self, unknown: &Finding) -> bool {
        let mut findings = self.report.findings.iter();
        findings.any(|finding| {
            let mut lines = unknown.evidence.iter();
            finding.verdict.is_problem() && lines.all(|line| finding.evidence.contains(line))
        })
    }

    /// Whether the finding is a harmless line of the host's own log, which nobody chose to show.
    fn is_of_own_log(&self, finding: &Finding) -> bool {
        finding.verdict == Verdict::Harmless
            && crate::messages::has_code(finding.code)
            && self.host.whole_log.is_some()
            && self.is_of_tree()
    }

    /// Whether the text quotes the harmless message because it asks about it, and not a problem with the
    /// same lines.
    pub(super) fn is_quoted(&self, finding: &Finding) -> bool {
        let is_near = |quoted: &Evidence, line: &Evidence| {
            let distance = |from: u32, to: u32| from.abs_diff(to);
            let both = quoted.line.zip(line.line);
            quoted.source == line.source
                && both.is_some_and(|(from, to)| distance(from, to) <= QUOTATION)
        };
        let is_asked = |line: &&Evidence| {
            let mut quoted = self.host.lines.quoted_messages().iter();
            quoted.any(|one| one.source == line.source && one.line == line.line)
        };
        let mut problems = self.report.findings.iter();
        let asked: Vec<&Evidence> = finding.evidence.iter().filter(is_asked).collect();
        crate::messages::has_code(finding.code)
            && !asked.is_empty()
            && !problems.any(|one| {
                let mut lines = one.evidence.iter();
                one.verdict.is_problem()
                    && lines.any(|line| asked.iter().any(|quoted| is_near(quoted, line)))
            })
    }

    /// Whether the text asks about a line, and the finding is about one.
    fn is_asked_for(&self, finding: &Finding) -> bool {
        finding.verdict == Verdict::Harmless && self.host.words.statements.asks_knowledge.is_some()
    }

    /// Whether a finding without a change is the answer: there is no problem, and it is among the
    /// first; or it is a statement of the text, which excludes causes.
    fn is_answer(&self, finding: &Finding) -> bool {
        let is_ready = |card: &CardAnswer| card.readiness == Readiness::Ready;
        let is_general = finding.code == NOT_JUDGED && self.report.findings.len() > 1;
        let is_ready = self.report.cards.iter().any(is_ready) && !self.is_asked_for(finding);
        if is_general || is_ready || self.is_of_own_log(finding) {
            return false;
        }
        let is_of_class = |other: &&Finding| {
            let is_shown = !self.has_change() || is_statement(other);
            let is_shown = is_shown && !self.is_silent(other);
            other.verdict == finding.verdict && is_shown && !self.is_of_own_log(other)
        };
        let all = self.report.findings.iter().filter(is_of_class);
        all.take(FINE).any(|other| other == finding)
    }
}

/// Whether the finding repeats a statement of the text, or is about a step that the text asks about.
fn is_statement(finding: &Finding) -> bool {
    let is_needless = finding.code.starts_with(NEEDLESS);
    finding.verdict == Verdict::Ok && (is_needless || finding.code.ends_with("-reported"))
}

/// The start of the codes of needless steps.
const NEEDLESS: &str = "needless-";

/// Findings that exclude no cause: they repeat the text, or a line that is in each log. They are shown
/// where the text asks about the line.
const SILENT: [&str; 16] = [
    "attempt-without-effect-reported",
    "bhyve-ppt-attached",
    "cmdline-listed",
    "device-enabled",
    "guest-functions-assigned",
    "hostpci-express",
    "i915-iommu-translates",
    "inside-virtual-machine",
    "intel-gpu-vf-firmware-preloaded",
    "iommu-default-domain",
    "iommu-pt",
    "option-set-twice",
    "remedy-reported",
    "vendor-reset-drm-note",
    "vendor-reset-state",
    "vga-arbiter-note",
];

/// Findings that a guest has its device, or had it.
const WORKS: [&str; 5] = [
    "guest-runs-reported",
    "guest-sees-device",
    "guest-sees-reported",
    "guest-started",
    "solution-reported",
];

/// The code of the remark that a system's settings are not read: it decides nothing.
const NOT_JUDGED: &str = "system-not-judged";

/// Unknowns about a line of the input.
const OF_LINES: [&str; 2] = ["cause-not-shown", "output-not-shown"];

/// Whether an unknown is a fact that the input lacks, and not a line with an unknown cause.
fn is_fact(finding: &Finding) -> bool {
    !crate::messages::has_code(finding.code) && !OF_LINES.contains(&finding.code)
}
