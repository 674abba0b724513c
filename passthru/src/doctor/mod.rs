//! The doctor: reports the problems, needless settings and unknown facts of a host, each with its
//! evidence.
//!
//! ```
//! use passthru::doctor::{self, Question};
//! use host_tree::MemoryTree;
//! let mut tree = MemoryTree::partial();
//! tree.insert_file("/proc/cmdline", "root=/dev/sda1 amd_iommu=on\n");
//! let host = passthru::Host::read(&tree);
//! let report = doctor::examine(&host, &Question::default());
//! assert!(report.findings.iter().any(|finding| finding.code == "amd-iommu-on"));
//! ```

mod answered;
mod boot;
mod causes;
mod checks;
mod consequences;
mod driver;
mod evidence;
mod explain;
mod failure_output;
mod fold;
mod guest;
mod hardware;
mod isolation;
mod later_release;
mod option_lines;
mod placeholders;
mod question;
mod rule;
mod stage;
mod symptoms;
mod systems;
mod table;
mod tools;

use std::collections::BTreeMap;

use driver::{binding, drivers, vfio_ids};
pub(crate) use evidence::message_remedies::SETTING_DONE;
use evidence::{
    commands, empty_outputs, explanations, good_news, input, known_reports, messages, situation,
};
pub use explain::explain;
pub(crate) use explain::near_codes;
use guest::{guest_drivers, guest_right, guest_side, of_guest, pair_of_devices};
use hardware::{card_kind, display, in_use, known_facts, mmio, reset};
use host_tree::Evidence;
use isolation::{groups, iommu, iommu_stated};
use list_order::Order as _;
use option_lines::{quoted_options, setting_lines, settings};
use pci_core::Address;
pub use question::Question;
use rule::Context;
pub use rule::Rule;
pub(crate) use rule::card_word;
use serde::Serialize;
pub(crate) use symptoms::is_open_failure;
use systems::{bhyve, bhyve_slots, bhyve_unattached, esxi_owner};
pub use table::{codes, page, rules};

use crate::answer::{self, CardAnswer, Choice, ChosenBy};
use crate::finding::Finding;
use crate::host::words::solved;
use crate::host::{Host, Platform};
use crate::known_facts as fact_table;
use crate::target::{HostPart, Target};
use crate::text::Text;
use crate::verdict::Verdict;

/// The version of the report's JSON form.
pub const SCHEMA: &str = "passthru-findings/1";

/// All findings of one look, worst first, and among equals in the order in which
/// things depend on each other: firmware, kernel, groups, drivers, guest.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Report {
    /// The version of this form.
    pub schema: &'static str,
    /// The functions that the findings are about, in addition to the host: those of the cards in
    /// question or, without any, those that the host is configured to pass through.
    pub devices: Vec<Address>,
    /// The hypervisor that the question names.
    #[serde(skip)]
    pub target: Option<Target>,
    /// The source of the choice of these functions.
    pub chosen_by: ChosenBy,
    /// The answer for each card that these functions make up, in the order of the
    /// question.
    pub cards: Vec<CardAnswer>,
    /// The findings.
    pub findings: Vec<Finding>,
}

impl Report {
    /// Whether there is a problem: a blocker, a fix, a security finding or an impossible request.
    #[must_use]
    pub fn has_problem(&self) -> bool {
        self.findings
            .iter()
            .any(|finding| finding.verdict.is_problem())
    }
}

/// Examines a host. Equal findings about many functions are one, whose title has their number.
#[must_use]
pub fn examine(host: &Host, question: &Question) -> Report {
    let mut report = examine_each(host, question);
    report.findings = fold::fold(host, report.findings);
    let of_findings = report.findings.iter_mut().map(|one| &mut one.evidence);
    let of_cards = report.cards.iter_mut().map(|one| &mut one.evidence);
    for line in of_findings.chain(of_cards).flatten() {
        let mut origins = host.origins.iter();
        if let Some(origin) = origins.find_map(|origin| origin.of(line)) {
            *line = origin;
        }
    }
    report
}

/// [`examine`] without merging, for comparing or applying findings.
pub(crate) fn examine_each(host: &Host, question: &Question) -> Report {
    let choice = Choice::of(host, question);
    let context = Context::new(host, question, &choice, table::OTHERS);
    let mut unsaid = Vec::new();
    let findings = if choice.by == ChosenBy::Guess {
        // Settings are examined as for a host without a card in question. The card may not be for
        // assignment: its use by the host is not a problem, except its driver in a post, whose
        // subject is passthrough.
        let is_machine = host.devices.values().any(|device| device.sysfs.is_some());
        let is_problem = |finding: &Finding| {
            let is_driver = finding.code == "host-driver-bound";
            let is_unknown = finding.verdict == Verdict::Unknown;
            is_driver && !is_machine || is_unknown || !answer::is_preparation(finding)
        };
        let host_alone =
            Context::new(host, question, &Choice::nothing(), table::OTHERS).suggest(&choice);
        let mut all = findings_of(&host_alone, |rule| !is_of_cards(rule));
        all.extend(findings_of(&context, is_of_cards));
        let (said, of_card) = all.into_iter().partition(is_problem);
        unsaid = of_card;
        sorted(host, said)
    } else {
        sorted(host, findings_of(&context, |_| true))
    };
    Report {
        schema: SCHEMA,
        devices: context.functions().map(|device| device.address).collect(),
        target: question.target,
        chosen_by: choice.by,
        cards: cards(host, &choice, &findings, &unsaid),
        findings,
    }
}

/// The answers for the cards of the choice. Those of likely cards rest on the host's use of them too,
/// which is no problem of the host, and no finding of the report.
fn cards(
    host: &Host,
    choice: &Choice,
    findings: &[Finding],
    unsaid: &[Finding],
) -> Vec<CardAnswer> {
    let said = answer::answers(host, findings, &choice.cards);
    if unsaid.is_empty() {
        return said;
    }
    let all: Vec<Finding> = findings.iter().chain(unsaid).cloned().collect();
    let in_use = answer::answers(host, &all, &choice.cards);
    let notable = answer::notable(unsaid);
    let both = said.into_iter().zip(in_use);
    both.map(|(said, in_use)| said.or_not_prepared(in_use).noting(&notable))
        .collect()
}

/// The findings about the host itself, whichever card is assigned.
pub(crate) fn of_host(host: &Host, target: Option<Target>) -> Vec<Finding> {
    let question = Question {
        devices: Vec::new(),
        target,
    };
    let nothing = Choice::nothing();
    let context = Context::new(host, &question, &nothing, table::OTHERS);
    sorted(host, findings_of(&context, |rule| !is_of_cards(rule)))
}

/// The findings of the rules about cards, for the question's cards.
pub(crate) fn of_cards(host: &Host, question: &Question) -> Vec<Finding> {
    let choice = Choice::of(host, question);
    let context = Context::new(host, question, &choice, table::OTHERS);
    sorted(host, findings_of(&context, is_of_cards))
}

/// The findings of the selected rules, each once, in the order of the rules.
fn findings_of(context: &Context<'_>, is_wanted: impl Fn(&Rule) -> bool) -> Vec<Finding> {
    let mut findings: Vec<Finding> = Vec::new();
    let mut known: BTreeMap<(&'static str, Text), Vec<usize>> = BTreeMap::new();
    for rule in rules().filter(|rule| is_wanted(rule) && is_judged(context, rule)) {
        for reported in (rule.check)(context) {
            let finding = reported.finding(rule);
            let alike = known
                .entry((finding.code, finding.title.clone()))
                .or_default();
            if alike.iter().all(|at| findings.get(*at) != Some(&finding)) {
                alike.push(findings.len());
                findings.push(finding);
            }
        }
    }
    of_guest::attribute(context, &mut findings);
    causes::request_once(&mut findings);
    answered::leave_out(context, &mut findings);
    causes::request_where_nothing_is_found(context, &mut findings);
    tools::fit(context.host, context.target, &mut findings);
    for finding in &mut findings {
        mark_solved(context.host, finding);
        finding.check = checks::of(context, finding);
    }
    findings
}

/// A blocker whose lines are all before the solution that the text reports is over; settings may
/// still be wrong.
fn mark_solved(host: &Host, finding: &mut Finding) {
    let is_over = |line: &Evidence| solved::is_over(&host.words.solved, line);
    if finding.verdict == Verdict::Blocker
        && !finding.evidence.is_empty()
        && finding.evidence.iter().all(is_over)
    {
        finding.verdict = Verdict::Harmless;
        finding.title = messages::reported_as_solved(&finding.title);
        finding.remedy = None;
    }
}

/// Findings with their consequences, worst first.
fn sorted(host: &Host, mut findings: Vec<Finding>) -> Vec<Finding> {
    if !host.words.stated_facts.is_empty() {
        let of = |finding: &Finding| (finding.code, finding.verdict);
        let codes: Vec<(&str, Verdict)> = findings.iter().map(of).collect();
        findings.retain(|finding| fact_table::is_beside(finding.code, &codes));
    }
    consequences::tie(host, &mut findings);
    leave_preparation_out(&mut findings);
    // Stable: rules are in the order of dependency.
    findings.order_by_key(|finding| finding.verdict);
    findings
}

/// Unknown facts about the preparation of an assignment.
const PREPARATION: [&str; 2] = ["boot-loader-not-shown", "driver-not-shown"];

/// Leaves out what a preparation would need where the assignment is impossible.
fn leave_preparation_out(findings: &mut Vec<Finding>) {
    let impossible: Vec<Vec<Address>> = findings
        .iter()
        .filter(|finding| finding.verdict == Verdict::Impossible)
        .map(|finding| finding.devices.clone())
        .collect();
    let is_of = |of: &Vec<Address>, finding: &Finding| {
        of.is_empty()
            || !finding.devices.is_empty() && finding.devices.iter().all(|d| of.contains(d))
    };
    findings.retain(|finding| {
        !PREPARATION.contains(&finding.code) || !impossible.iter().any(|of| is_of(of, finding))
    });
}

/// Whether the rule examines only the cards in question.
fn is_of_cards(rule: &Rule) -> bool {
    let of_cards = [
        groups::RULES,
        reset::RULES,
        mmio::RULES,
        drivers::RULES,
        in_use::RULES,
        display::RULES,
        card_kind::RULES,
        esxi_owner::RULES,
    ];
    is_one_of(rule, &of_cards)
}

fn is_one_of(rule: &Rule, lists: &[&[Rule]]) -> bool {
    lists
        .iter()
        .any(|rules| rules.iter().any(|own| own.code == rule.code))
}

/// Whether a rule applies to the host. On a system that is neither Linux with KVM nor ESXi only the
/// input is examined, and for several machines only single lines; ESXi has no IOMMU groups, and no
/// vfio-pci.
fn is_judged(context: &Context<'_>, rule: &Rule) -> bool {
    let is_in = |rules: &[Rule]| is_one_of(rule, &[rules]);
    let is_of_line = || is_one_of(rule, setting_lines::TABLES);
    let platform = context.host.system.platform.as_ref();
    let is_of_xen = || platform.is_some_and(|found| found.value == Platform::Xen);
    if is_in(iommu_stated::PROCESSOR) && is_of_xen() {
        return true;
    }
    if platform.is_some() {
        return [
            input::RULES,
            known_reports::RULES,
            empty_outputs::XEN,
            iommu::OFF,
            settings::RULES,
            known_facts::RULES,
            bhyve::RULES,
            bhyve::HELD,
            bhyve_slots::RULES,
            bhyve_unattached::RULES,
            guest_right::RULES,
            guest_side::RULES,
            guest_drivers::RULES,
            commands::RULES,
            quoted_options::MISSPELLED,
            messages::RULES,
            good_news::RULES,
            pair_of_devices::RULES,
            explanations::RULES,
            situation::RULES,
            symptoms::RULES,
            causes::RULES,
        ]
        .into_iter()
        .any(is_in)
            || is_of_line();
    }
    if context.host.machines.are_several() {
        return [
            input::RULES,
            messages::RULES,
            quoted_options::RULES,
            quoted_options::MISSPELLED,
        ]
        .into_iter()
        .any(is_in)
            || is_of_line();
    }
    let of_linux = [groups::RULES, vfio_ids::RULES, drivers::RULES, reset::RULES];
    // A virtual machine without a virtual IOMMU assigns no device: its functions belong to their
    // usual drivers.
    let is_guest = context.host.is_guest_without_iommu();
    if is_guest
        && (is_in(iommu::OFF)
            || is_in(iommu::RULES)
            || is_in(binding::RULES)
            || is_in(boot::LOADER))
    {
        return false;
    }
    (context.host_has(HostPart::Groups) && !is_guest) || !of_linux.into_iter().any(is_in)
}
