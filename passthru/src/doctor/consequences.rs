//! Findings that follow from others.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use list_order::{Inserts as _, Order as _};
use pci_core::{Address, Slot};

use super::evidence::messages::{is_of_same_file, shares_line};
use super::table::rules;
use crate::finding::Finding;
use crate::host::Host;
use crate::messages;

/// A place that functions share where the fault of one can be the cause of the fault of
/// another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Place {
    Slot(Slot),
    Group(u32),
}

/// The findings of one code: where each is, and the first of them by its number.
#[derive(Default)]
struct OfCode {
    first: Option<usize>,
    /// The first that is about the host itself.
    of_host: Option<usize>,
    places: BTreeMap<Place, usize>,
}

/// The codes that follow from each code, by its rule and by messages.
type Causes = (
    BTreeMap<&'static str, &'static [&'static str]>,
    BTreeMap<&'static str, Vec<&'static str>>,
);

/// Notes in each cause the codes of the other findings that follow from it: those that its
/// rule names, or that name it as their cause, and that are about the host itself or about a function of the same slot or
/// IOMMU group. The time is linear in the functions that the findings name.
pub(super) fn tie(host: &Host, findings: &mut [Finding]) {
    let mut codes: BTreeMap<&'static str, OfCode> = BTreeMap::new();
    for (at, finding) in findings.iter().enumerate() {
        let code = codes.entry(finding.code).or_default();
        code.first.get_or_insert(at);
        if finding.devices.is_empty() {
            code.of_host.get_or_insert(at);
        }
        for place in places(host, &finding.devices) {
            code.places.entry(place).or_insert(at);
        }
    }
    static CAUSES: LazyLock<Causes> = LazyLock::new(|| {
        let with_causes = rules().filter(|rule| !rule.causes.is_empty());
        let by_rules = with_causes.map(|rule| (rule.code, rule.causes));
        (by_rules.into_map(), by_messages())
    });
    let (by_rules, by_messages) = &*CAUSES;
    let ties = findings.iter().map(|finding| {
        let of_rules = by_rules.get(finding.code).copied().unwrap_or_default();
        let of_messages = by_messages.get(finding.code).map(Vec::as_slice);
        let causes = [of_rules, of_messages.unwrap_or_default()].concat();
        if causes.is_empty() || !finding.verdict.is_problem() {
            return Vec::new();
        }
        let own = places(host, &finding.devices);
        let related = |code: &OfCode| {
            if finding.devices.is_empty() {
                return code.first;
            }
            let shared = own.iter().filter_map(|place| code.places.get(place));
            shared.copied().chain(code.of_host).min()
        };
        let mut tied: Vec<(usize, &'static str)> = causes
            .iter()
            .filter_map(|code| Some((related(codes.get(code)?)?, *code)))
            .filter(|(at, _)| {
                let consequence = findings.get(*at);
                consequence.is_some_and(|one| may_follow(findings, finding, one))
            })
            .collect();
        tied.order();
        tied.dedup();
        tied.into_iter().map(|(_, code)| code).collect()
    });
    let ties: Vec<Vec<&'static str>> = ties.collect();
    for (finding, tied) in findings.iter_mut().zip(ties) {
        finding.cause_of = tied;
    }
}

/// Messages and settings, each with the code of a finding that follows from them.
const FURTHER: [(&str, &str); 4] = [
    ("vtd-table-broken", "iommu-off"),
    ("xen-iommu-disabled", "iommu-off"),
    ("vtd-remapping-erratum", "interrupt-remapping-off"),
    ("vfio-virqfd-removed", "vfio-virqfd-not-found"),
];

/// Whether the lines permit that a message follows from another: a denial is of the same file, and no
/// other cause is in the same line.
fn may_follow(findings: &[Finding], cause: &Finding, one: &Finding) -> bool {
    // Of the options that no loader reads, this alone enables an IOMMU: AMD's needs none.
    let is_without_iommu = ["iommu-off", "hypervisor-without-iommu"].contains(&one.code);
    if cause.code == "boot-options-in-unread-file" && is_without_iommu {
        let mut lines = cause.evidence.iter();
        return lines.any(|line| {
            line.text.contains("intel_iommu=") && !line.text.contains("intel_iommu=off")
        });
    }
    let pairs = messages::consequences();
    let follows: Vec<&str> = pairs
        .filter(|(_, code)| *code == one.code)
        .map(|(cause, _)| cause)
        .collect();
    if !follows.contains(&cause.code) {
        return true;
    }
    // Of the problems of a configuration only one is this.
    if one.code == "proxmox-pcie-needs-q35" {
        return cause
            .evidence
            .iter()
            .any(|line| line.text.contains("pcie=1"));
    }
    let shares = |other: &Finding| shares_line(&other.evidence, &one.evidence);
    let mut others = findings.iter();
    let is_elsewhere =
        !shares(cause) && others.any(|other| follows.contains(&other.code) && shares(other));
    !is_elsewhere && is_of_same_file(cause.code, &cause.evidence, &one.evidence)
}

/// The codes of messages that follow from each message.
fn by_messages() -> BTreeMap<&'static str, Vec<&'static str>> {
    let mut found: BTreeMap<&'static str, Vec<&'static str>> = BTreeMap::new();
    for (cause, code) in messages::consequences() {
        found.entry(cause).or_default().push(code);
    }
    for (cause, code) in FURTHER {
        found.entry(cause).or_default().push(code);
    }
    found
}

fn places(host: &Host, devices: &[Address]) -> BTreeSet<Place> {
    let of_one = |device: &Address| {
        let group = host.group_of(*device).map(Place::Group);
        [Some(Place::Slot(device.slot())), group]
    };
    devices.iter().flat_map(of_one).flatten().into_set()
}
