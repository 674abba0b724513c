//! Whether a guest can have a card, in one word.

use std::collections::BTreeMap;
use std::fmt;

use iommu::vfio::GroupMode;
use iommu::{Membership, Power};
use pci_core::{Address, Evidence, Slot};
use serde::Serialize;

use super::causes::causes;
use crate::finding::{Finding, Verdict};
use crate::host::{Driver, Host};
use crate::text::{Text, text};

/// Whether a guest can have a card.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Readiness {
    /// This hardware or hypervisor cannot assign it.
    Impossible,
    /// It cannot be assigned until the cause is removed.
    Blocked,
    /// It works badly, or by luck, until the cause is removed.
    NeedsFix,
    /// The input shows too little: the state of the IOMMU, the group or the driver is
    /// missing.
    NotEnoughShown,
    /// The only obstacle is the host's own use of the card: a plan prepares the host.
    NotPrepared,
    /// No problem is found in what the input shows; it does not prove that the card is
    /// ready.
    NoProblemShown,
    /// The IOMMU is on, the group is whole and viable, and each function has the driver for
    /// guests.
    Ready,
}

impl Readiness {
    /// The word for it in JSON: `not-prepared`.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Impossible => "impossible",
            Self::Blocked => "blocked",
            Self::NeedsFix => "needs-fix",
            Self::NotEnoughShown => "not-enough-shown",
            Self::NotPrepared => "not-prepared",
            Self::NoProblemShown => "no-problem-shown",
            Self::Ready => "ready",
        }
    }

    /// The words for it in a sentence about a card.
    #[must_use]
    pub fn text(self) -> Text {
        match self {
            Self::Impossible => text!("cannot be assigned"),
            Self::Blocked => text!("cannot be assigned until the cause below is removed"),
            Self::NeedsFix => text!("works badly or by luck until the cause below is fixed"),
            Self::NotEnoughShown => text!("not enough is shown to judge"),
            Self::NotPrepared => text!("can be assigned; the host is not prepared for it yet"),
            Self::NoProblemShown => text!("no problem found in what is shown"),
            Self::Ready => text!("ready for a guest"),
        }
    }

    /// The verdict whose weight it has.
    #[must_use]
    pub const fn verdict(self) -> Verdict {
        match self {
            Self::Impossible => Verdict::Impossible,
            Self::Blocked => Verdict::Blocker,
            Self::NeedsFix => Verdict::Fix,
            Self::NotEnoughShown => Verdict::Unknown,
            Self::NotPrepared => Verdict::NoEffect,
            Self::NoProblemShown => Verdict::Harmless,
            Self::Ready => Verdict::Ok,
        }
    }
}

impl fmt::Display for Readiness {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.word())
    }
}

/// Whether a guest can have one card.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct CardAnswer {
    /// The functions that go to a guest together.
    pub devices: Vec<Address>,
    /// The name of the first.
    pub name: String,
    /// Whether a guest can have them.
    pub readiness: Readiness,
    /// The code of the finding that is the cause, where there is one.
    pub cause: Option<&'static str>,
    /// The lines that prove that the card is ready.
    pub proof: Vec<Evidence>,
    /// Which of the facts that decide are not shown: `iommu`, `group`, `driver`.
    pub not_shown: Vec<&'static str>,
}

/// Findings that a plan meets by preparing the host, and that are no fault of it.
const PREPARATION: &[&str] = &[
    "host-driver-holds",
    "boot-display",
    "boot-framebuffer-on-card",
    "only-display",
    "process-on-card",
    "twin-cards",
];

/// Whether the finding is only that the host uses the card now.
pub(crate) fn is_preparation(finding: &Finding) -> bool {
    PREPARATION.contains(&finding.code)
}

/// The answer for each of these cards.
pub(crate) fn answers(
    host: &Host,
    findings: &[Finding],
    cards: &[Vec<Address>],
) -> Vec<CardAnswer> {
    let faults = Faults::of(host, findings);
    let cards = cards.iter();
    cards.map(|card| answer(host, &faults, card)).collect()
}

/// The answer for the card that these functions are.
fn answer(host: &Host, faults: &Faults<'_>, card: &[Address]) -> CardAnswer {
    let device = card.first().and_then(|address| host.devices.get(address));
    let not_shown = not_shown(host, card);
    let faults = causes(host, faults.about(host, card));
    let (readiness, cause) = judged(host, &faults, card, &not_shown);
    let is_ready = readiness == Readiness::Ready;
    CardAnswer {
        devices: card.to_vec(),
        name: device.map(crate::host::Device::name).unwrap_or_default(),
        readiness,
        cause,
        proof: if is_ready {
            proof(host, card)
        } else {
            Vec::new()
        },
        not_shown,
    }
}

/// The findings that stand in the way, by what they are about: a host may have thousands of
/// functions.
struct Faults<'a> {
    of_host: Vec<(usize, &'a Finding)>,
    by_slot: BTreeMap<Slot, Vec<(usize, &'a Finding)>>,
    by_group: BTreeMap<u32, Vec<(usize, &'a Finding)>>,
}

impl<'a> Faults<'a> {
    fn of(host: &Host, findings: &'a [Finding]) -> Self {
        let mut faults = Self {
            of_host: Vec::new(),
            by_slot: BTreeMap::new(),
            by_group: BTreeMap::new(),
        };
        // A security fault keeps no card from a guest.
        let of_weight =
            |finding: &&Finding| finding.verdict.is_fault() && finding.verdict != Verdict::Security;
        for entry in findings.iter().filter(of_weight).enumerate() {
            let (_, finding) = entry;
            if finding.devices.is_empty() {
                faults.of_host.push(entry);
            }
            for address in &finding.devices {
                faults
                    .by_slot
                    .entry(address.slot())
                    .or_default()
                    .push(entry);
                if let Some(group) = host.group_of(*address) {
                    faults.by_group.entry(group).or_default().push(entry);
                }
            }
        }
        faults
    }

    /// Those about the host, or about a slot or group of these functions, in their order.
    fn about(&self, host: &Host, card: &[Address]) -> impl Iterator<Item = &'a Finding> + use<'a> {
        let mut about: BTreeMap<usize, &Finding> = self.of_host.iter().copied().collect();
        for address in card {
            let of_slot = self.by_slot.get(&address.slot());
            let group = host.group_of(*address);
            let of_group = group.and_then(|group| self.by_group.get(&group));
            let both = of_slot.into_iter().chain(of_group).flatten();
            about.extend(both.copied());
        }
        about.into_values()
    }
}

fn judged(
    host: &Host,
    faults: &[(&Finding, Vec<&Finding>)],
    card: &[Address],
    not_shown: &[&str],
) -> (Readiness, Option<&'static str>) {
    let worst = |(finding, consequences): &(&Finding, Vec<&Finding>)| {
        let all = consequences.iter().chain([finding]);
        all.map(|finding| finding.verdict).min()
    };
    let code = |(finding, _): &(&Finding, Vec<&Finding>)| finding.code;
    let impossible = faults
        .iter()
        .find(|fault| fault.0.verdict == Verdict::Impossible);
    if let Some(fault) = impossible {
        return (Readiness::Impossible, Some(code(fault)));
    }
    // The host's use of the card is a fault where something failed by it.
    let real = || {
        faults.iter().filter(|(finding, consequences)| {
            let mut all = consequences.iter().copied().chain([*finding]);
            all.any(|finding| !is_preparation(finding))
        })
    };
    for (verdict, readiness) in [
        (Verdict::Blocker, Readiness::Blocked),
        (Verdict::Fix, Readiness::NeedsFix),
    ] {
        if let Some(fault) = real().find(|fault| worst(fault) == Some(verdict)) {
            return (readiness, Some(code(fault)));
        }
    }
    if !not_shown.is_empty() {
        return (Readiness::NotEnoughShown, None);
    }
    if let Some(fault) = faults.first() {
        return (Readiness::NotPrepared, Some(code(fault)));
    }
    if is_ready(host, card) {
        return (Readiness::Ready, None);
    }
    (Readiness::NoProblemShown, None)
}

/// Which of the facts that decide the input does not show.
fn not_shown(host: &Host, card: &[Address]) -> Vec<&'static str> {
    let groups = card.iter().map(|address| host.groups.group_of(*address));
    let is_grouped = |group: &Membership| matches!(group, Membership::In(_));
    let any_group = groups.clone().any(|group| is_grouped(&group));
    let mut missing = Vec::new();
    if host.without_groups().is_none() {
        if host.iommu.power == Power::Unknown && !any_group {
            missing.push("iommu");
        }
        let has_unknown = groups
            .clone()
            .any(|group| matches!(group, Membership::NotShown | Membership::Disputed(_)));
        if has_unknown {
            missing.push("group");
        }
    }
    let mut devices = card.iter().filter_map(|address| host.devices.get(address));
    let is_esxi = host
        .esxi
        .functions
        .keys()
        .any(|address| card.contains(address));
    if !is_esxi && devices.any(|device| matches!(device.driver, Driver::NotShown)) {
        missing.push("driver");
    }
    if card.is_empty() {
        missing.push("device");
    }
    missing
}

/// Whether all that a guest needs of the host is proved.
fn is_ready(host: &Host, card: &[Address]) -> bool {
    let mut devices = card.iter().filter_map(|address| host.devices.get(address));
    if host.without_groups().is_some() {
        let mut esxi = card.iter().map(|address| host.esxi.functions.get(address));
        let enabled = esxi.all(|function| {
            let enabled = function.and_then(|function| function.enabled.as_ref());
            enabled.is_some_and(|enabled| enabled.value)
        });
        return enabled || devices.all(has_guest_driver);
    }
    let groups: Vec<Option<u32>> = card.iter().map(|address| host.group_of(*address)).collect();
    // A group alone may be of VFIO's no-IOMMU mode.
    host.iommu.power == Power::On
        && devices.all(has_guest_driver)
        && groups.iter().all(|group| {
            group.is_some_and(|group| {
                host.mode(group) == GroupMode::Iommu
                    && host.is_whole_group(group)
                    && host.viability(group).verdict == iommu::Verdict::Viable
            })
        })
}

fn has_guest_driver(device: &crate::host::Device) -> bool {
    let driver = device.driver.name();
    matches!(driver, Some("vfio-pci" | "pciback" | "xen-pciback" | "ppt"))
}

/// The lines that prove it: the driver of each function, and its group.
fn proof(host: &Host, card: &[Address]) -> Vec<Evidence> {
    let mut lines: Vec<Evidence> = Vec::new();
    for address in card {
        let Some(device) = host.devices.get(address) else {
            continue;
        };
        let driver = match &device.driver {
            Driver::Bound(driver) => Some(driver.evidence.clone()),
            Driver::Unbound(_) | Driver::NotShown => None,
        };
        let esxi = host.esxi.functions.get(address);
        let enabled = esxi.and_then(|function| function.enabled.as_ref());
        let enabled = enabled.map(|enabled| enabled.evidence.clone());
        let group = host.group_of(*address).and_then(|group| {
            let mut members = host.members(group);
            let own = members.find(|(member, _)| member == address);
            own.map(|(_, evidence)| evidence.clone())
        });
        for line in [driver, enabled, group].into_iter().flatten() {
            if !lines.contains(&line) {
                lines.push(line);
            }
        }
    }
    lines
}
