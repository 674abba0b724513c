//! Single setting lines in a text: right, without effect, malformed or unsafe.

mod bhyve;
mod esxi;
pub(in crate::doctor) mod host_output;
mod hyper_v;
mod kubevirt;
mod linux;
mod proxmox;
mod qubes;
mod unraid;
mod xen;

use host_tree::Evidence;
use pci_core::Address;

use crate::doctor::rule::{Context, Diagnostic, Rule};
use crate::host::drivers::guest_drivers::is_for_guests;
use crate::host::{Driver, Fact, SettingLine};
use crate::remedy::Remedy;
use crate::text::Text;
use crate::verdict::Verdict;

/// The rules by system.
pub(in crate::doctor) const TABLES: &[&[Rule]] = &[
    xen::RULES,
    qubes::RULES,
    unraid::RULES,
    linux::RULES,
    esxi::RULES,
    hyper_v::RULES,
    bhyve::RULES,
    proxmox::RULES,
    kubevirt::RULES,
    host_output::RULES,
];

/// A rule about single lines.
const fn rule(
    code: &'static str,
    meaning: &'static str,
    source: &'static str,
    check: fn(&Context<'_>) -> Vec<Diagnostic>,
) -> Rule {
    Rule {
        code,
        meaning,
        source,
        causes: &[],
        check,
    }
}

type Step = Option<(&'static str, Text)>;

/// So many lines prove one finding.
const LINES: usize = 3;

fn lines<'a>(
    context: &Context<'a>,
    is: impl Fn(&SettingLine) -> bool + 'a,
) -> impl Iterator<Item = &'a Fact<SettingLine>> {
    let host = context.host;
    // Complete files of ESXi have other rules.
    let is_judged = move |line: &SettingLine| {
        let has = |key: &str| {
            host.guests
                .vmx_files
                .iter()
                .any(|file| file.vmx.get(key).is_some())
        };
        match line {
            SettingLine::VmxHidden => host.guests.vmx_files.is_empty(),
            SettingLine::VmxMmio => !has("pciPassthru.use64bitMMIO"),
            _ => true,
        }
    };
    let all = host.lines.setting_lines().iter();
    all.filter(move |fact| is(&fact.value) && is_judged(&fact.value))
}

fn stepped(reported: Diagnostic, step: Step) -> Diagnostic {
    match step {
        Some((step, text)) => reported.remedy(Remedy::Manual { step, text }),
        None => reported,
    }
}

/// One finding for equal lines.
fn each(
    context: &Context<'_>,
    is: fn(&SettingLine) -> bool,
    verdict: Verdict,
    title: Text,
    step: Step,
) -> Vec<Diagnostic> {
    let shown: Vec<Evidence> = lines(context, is)
        .map(|fact| fact.evidence.clone())
        .take(LINES)
        .collect();
    if shown.is_empty() {
        return Vec::new();
    }
    vec![stepped(
        Diagnostic::new(verdict, title).evidence(shown),
        step,
    )]
}

fn one(
    context: &Context<'_>,
    is: &'static SettingLine,
    verdict: Verdict,
    title: Text,
    step: Step,
) -> Vec<Diagnostic> {
    let shown = lines(context, move |line| line == is).map(|fact| fact.evidence.clone());
    let shown: Vec<Evidence> = shown.take(LINES).collect();
    if shown.is_empty() {
        return Vec::new();
    }
    vec![stepped(
        Diagnostic::new(verdict, title).evidence(shown),
        step,
    )]
}

/// The driver, not one for guests, that a listing shows for the function. A log is of a moment,
/// perhaps of another boot.
fn holder<'a>(context: &Context<'a>, address: Address) -> Option<&'a Fact<String>> {
    let Driver::Bound(driver) = &context.host.devices.get(&address)?.driver else {
        return None;
    };
    let is_listed =
        driver.evidence.text.contains("driver in use") || driver.evidence.text.contains("@pci");
    (!is_for_guests(&driver.value) && is_listed).then_some(driver)
}
