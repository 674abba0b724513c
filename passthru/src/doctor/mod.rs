//! The doctor: looks at a host and says what is wrong, what is needless and what
//! is not known, each with the line that proves it.
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

mod boot;
mod causes;
mod consequences;
mod driver;
mod evidence;
mod explain;
mod fold;
mod guest;
mod hardware;
mod isolation;
mod option_lines;
mod placeholders;
mod question;
mod rule;
mod systems;
mod table;
mod tools;

use std::collections::BTreeMap;

use driver::{binding, drivers, vfio_ids};
use evidence::{commands, input, known_reports, messages};
pub use explain::{explain, near_codes};
use hardware::{display, in_use, mmio, reset};
use isolation::{groups, iommu};
use option_lines::{quoted_options, setting_lines};
use pci_core::Address;
pub use question::Question;
use rule::Context;
pub use rule::Rule;
pub(crate) use rule::card_word;
use serde::Serialize;
use systems::{bhyve, esxi_owner};
pub use table::{codes, page, rules};

use crate::answer::{self, CardAnswer, Choice, ChosenBy};
use crate::ask::Shell;
use crate::finding::Finding;
use crate::host::Host;
use crate::target::{HostPart, Target};
use crate::text::Text;

/// The version of the report's JSON form.
pub const SCHEMA: &str = "passthru-findings/1";

/// All findings of one look, worst first, and among equals in the order in which
/// things depend on each other: firmware, kernel, groups, drivers, guest.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Report {
    /// The version of this form.
    pub schema: &'static str,
    /// The functions that the findings are about beside the host itself: those
    /// of the question's cards or, without any, those that the host's settings
    /// mean to pass through.
    pub devices: Vec<Address>,
    /// The hypervisor that the question names.
    #[serde(skip)]
    pub target: Option<Target>,
    /// The source of the choice of these functions.
    pub chosen_by: ChosenBy,
    /// The answer for each card that these functions make up, in the order of the
    /// question.
    pub cards: Vec<CardAnswer>,
    /// What was found.
    pub findings: Vec<Finding>,
}

impl Report {
    /// Whether anything stands in the way: a blocker, a fix, a security fault or
    /// something impossible.
    #[must_use]
    pub fn has_problem(&self) -> bool {
        self.findings
            .iter()
            .any(|finding| finding.verdict.is_problem())
    }
}

/// Looks at a host. What is said of many functions alike is one finding, whose title counts
/// them.
#[must_use]
pub fn examine(host: &Host, question: &Question) -> Report {
    let mut report = examine_each(host, question);
    report.findings = fold::fold(host, report.findings);
    report
}

/// [`examine`], with each finding by itself, for what compares or carries out findings.
pub(crate) fn examine_each(host: &Host, question: &Question) -> Report {
    let choice = Choice::of(host, question);
    let context = Context::new(host, question, &choice, table::OTHERS);
    let findings = if choice.by == ChosenBy::Guess {
        // The settings are judged as those of a host without a card in question. Nobody
        // said that the card is to be assigned: its use by the host is no fault, but for
        // its driver in a post, whose subject is passthrough.
        let is_machine = host.devices.values().any(|device| device.sysfs.is_some());
        let is_problem = |finding: &Finding| {
            let is_driver = finding.code == "host-driver-bound";
            is_driver && !is_machine || !answer::is_preparation(finding)
        };
        let host_alone =
            Context::new(host, question, &Choice::nothing(), table::OTHERS).suggest(&choice);
        let mut all = findings_of(&host_alone, |rule| !is_of_cards(rule));
        all.extend(findings_of(&context, is_of_cards));
        all.retain(is_problem);
        sorted(host, all)
    } else {
        sorted(host, findings_of(&context, |_| true))
    };
    Report {
        schema: SCHEMA,
        devices: context.functions().map(|device| device.address).collect(),
        target: question.target,
        chosen_by: choice.by,
        cards: answer::answers(host, &findings, &choice.cards),
        findings,
    }
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

/// The findings of the rules that are wanted, each once, in the order of the rules.
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
    tools::fit(Shell::of(context.host, context.target), &mut findings);
    findings
}

/// Findings with their consequences, worst first.
fn sorted(host: &Host, mut findings: Vec<Finding>) -> Vec<Finding> {
    consequences::tie(host, &mut findings);
    // Stable: rules stand in the order of dependency.
    findings.sort_by_key(|finding| finding.verdict);
    findings
}

/// Whether the rule looks at the cards in question, and at nothing else.
fn is_of_cards(rule: &Rule) -> bool {
    let of_cards = [
        groups::RULES,
        reset::RULES,
        mmio::RULES,
        drivers::RULES,
        in_use::RULES,
        display::RULES,
        esxi_owner::RULES,
    ];
    is_one_of(rule, &of_cards)
}

fn is_one_of(rule: &Rule, lists: &[&[Rule]]) -> bool {
    lists
        .iter()
        .any(|rules| rules.iter().any(|own| own.code == rule.code))
}

/// Whether a rule is about hosts such as this. Of a system that is neither Linux with
/// KVM nor ESXi only the input is judged, and of several machines only what stands on
/// one line; ESXi has no IOMMU groups to show, and no vfio-pci.
fn is_judged(context: &Context<'_>, rule: &Rule) -> bool {
    let is_in = |rules: &[Rule]| is_one_of(rule, &[rules]);
    if context.host.system.platform.is_some() {
        return [
            input::RULES,
            known_reports::RULES,
            bhyve::RULES,
            bhyve::HELD,
            commands::RULES,
            setting_lines::RULES,
            messages::RULES,
            causes::RULES,
        ]
        .into_iter()
        .any(is_in);
    }
    if context.host.machines.are_several() {
        return [
            input::RULES,
            messages::RULES,
            setting_lines::RULES,
            quoted_options::RULES,
        ]
        .into_iter()
        .any(is_in);
    }
    let of_linux = [groups::RULES, vfio_ids::RULES, drivers::RULES, reset::RULES];
    // A virtual machine without an IOMMU of its own assigns nothing: its functions are to
    // be with the drivers that use them.
    let is_guest =
        context.host.guest.is_some() && context.host.iommu.status != ::iommu::IommuStatus::Enabled;
    if is_guest && (is_in(iommu::RULES) || is_in(binding::RULES)) {
        return false;
    }
    (context.host_has(HostPart::Groups) && !is_guest) || !of_linux.into_iter().any(is_in)
}
