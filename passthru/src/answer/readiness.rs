//! Whether a guest can have a card, in one word.

use std::collections::BTreeMap;
use std::fmt;

use host_tree::Evidence;
use list_order::{Inserts as _, Order as _};
use pci_core::{Address, Slot};
use serde::Serialize;

use super::causes::causes;
use crate::doctor::is_open_failure;
use crate::finding::Finding;
use crate::host::{Host, Platform, Situation, named_by_guests};
use crate::requirement::{Evaluation, Requirement, State};
use crate::text::{Text, text};
use crate::verdict::Verdict;

/// Whether a guest can have a card.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Readiness {
    /// This hardware or hypervisor cannot assign it.
    Impossible,
    /// It cannot be assigned until the cause is removed.
    Blocked,
    /// It works badly or unreliably until the cause is removed.
    NeedsFix,
    /// The input shows too little: the IOMMU state, the group or the driver is
    /// missing.
    NotEnoughInput,
    /// The only obstacle is that the host uses the card: a plan prepares the host.
    NotPrepared,
    /// The input has no problem; it does not prove that the card is ready.
    NoProblemFound,
    /// The IOMMU is enabled, the group is complete and viable, and each function is bound to a
    /// driver for guests.
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
            Self::NotEnoughInput => "not-enough-input",
            Self::NotPrepared => "not-prepared",
            Self::NoProblemFound => "no-problem-found",
            Self::Ready => "ready",
        }
    }

    /// All of them, worst first.
    pub const ALL: [Self; 7] = [
        Self::Impossible,
        Self::Blocked,
        Self::NeedsFix,
        Self::NotEnoughInput,
        Self::NotPrepared,
        Self::NoProblemFound,
        Self::Ready,
    ];

    /// The word on screens.
    #[must_use]
    pub fn label(self) -> Text {
        Text::word("readiness", self.word())
    }

    /// The words for it in a sentence about a card.
    #[must_use]
    pub fn text(self) -> Text {
        match self {
            Self::Impossible => text!("cannot be assigned"),
            Self::Blocked => text!("cannot be assigned until the cause below is fixed"),
            Self::NeedsFix => text!("needs the corrections below"),
            Self::NotEnoughInput => text!("not enough in the input to decide"),
            Self::NotPrepared => text!("can be assigned; the host is not prepared for it yet"),
            Self::NoProblemFound => text!("no problem found in the input"),
            Self::Ready => text!("ready for a guest"),
        }
    }

    /// The verdict of the same severity.
    #[must_use]
    pub const fn verdict(self) -> Verdict {
        match self {
            Self::Impossible => Verdict::Impossible,
            Self::Blocked => Verdict::Blocker,
            Self::NeedsFix => Verdict::Fix,
            Self::NotEnoughInput => Verdict::Unknown,
            Self::NotPrepared => Verdict::NoEffect,
            Self::NoProblemFound => Verdict::Harmless,
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
#[non_exhaustive]
pub struct CardAnswer {
    /// The functions that go to a guest together.
    pub devices: Vec<Address>,
    /// The name of the first.
    pub name: String,
    /// Whether a guest can have them.
    pub readiness: Readiness,
    /// The code of the finding that is the cause, where there is one.
    pub cause: Option<&'static str>,
    /// Whether it is the only display of the host, which the host uses.
    #[serde(skip)]
    pub(crate) is_only_display: bool,
    /// Whether a guest has it.
    #[serde(skip)]
    pub(crate) is_with_guest: bool,
    /// Whether the cause is of a guest's lines.
    #[serde(skip)]
    pub(crate) fails_in_guest: bool,
    /// Whether a container uses it, by its host driver.
    #[serde(skip)]
    pub(crate) is_for_container: bool,
    /// Whether a use of the guest is impossible with it.
    #[serde(skip)]
    pub(crate) is_excluded: bool,
    /// Whether the text names a case in which it works.
    #[serde(skip)]
    pub(crate) works_elsewhere: bool,
    /// Whether the text reports a failure, for which the answer has causes to check alone.
    #[serde(skip)]
    pub(crate) is_to_check: bool,
    /// The lines that prove that the card is ready.
    pub evidence: Vec<Evidence>,
    /// Deciding facts that are not in the input: `iommu`, `group`, `driver`, `device`, `failure`.
    pub not_shown: Vec<&'static str>,
}

impl CardAnswer {
    /// The words for its readiness in a sentence about the card, with the host's loss of its only
    /// display.
    pub(crate) fn text(&self) -> Text {
        match self.readiness {
            Readiness::NotPrepared if self.is_only_display => text!(
                "can be assigned if the host needs no screen: it is the only display; the host is \
                 not prepared for it yet"
            ),
            Readiness::NoProblemFound if self.is_excluded => {
                text!("can be assigned, but not for the use below")
            }
            Readiness::NoProblemFound if self.is_to_check => {
                text!("no fault proven in the input; possible causes of the failure are below")
            }
            Readiness::NoProblemFound if self.is_only_display => {
                text!("no problem found in the input; the host has no other display")
            }
            Readiness::Blocked if self.is_for_container => {
                text!("a container cannot use the card until the cause below is fixed")
            }
            Readiness::Blocked if self.works_elsewhere => text!(
                "works in another case that the text names; the cause of this failure is below"
            ),
            Readiness::Blocked if self.is_with_guest => {
                text!("a guest has the card, which fails there until the cause below is fixed")
            }
            Readiness::Blocked if self.fails_in_guest => {
                text!("the failure is in the guest; its cause is below")
            }
            Readiness::NeedsFix if self.cause == Some("regression-reported") => {
                text!("can be assigned without the change that the text names")
            }
            Readiness::NotEnoughInput if self.fails_in_container() => text!(
                "a container uses the card by the host driver; the cause of the failure is not in the \
                 input"
            ),
            Readiness::NotEnoughInput if self.is_with_guest => {
                text!("a guest has the card; the cause of the failure is not in the input")
            }
            readiness => readiness.text(),
        }
    }

    /// Whether the words for a missing fact name it already.
    pub(crate) fn has_own_words(&self) -> bool {
        self.is_with_guest || self.fails_in_container()
    }

    /// Whether a container has the card, and the cause of a failure is the only fact that is missing.
    fn fails_in_container(&self) -> bool {
        self.is_for_container && self.not_shown == ["failure"]
    }

    /// The other answer, where that has no obstacle but the host's use of the card, and this one none.
    pub(crate) fn or_not_prepared(self, other: Self) -> Self {
        let is_fine = self.readiness > Readiness::NotPrepared;
        match other.readiness {
            Readiness::NotPrepared if is_fine => other,
            _ => self,
        }
    }

    /// Notes whether one of the findings, of which [`notable`] has kept some, is that the host has no
    /// display besides this card, that the assignment works in another case, or that a use is impossible.
    pub(crate) fn noting(mut self, findings: &[&Finding]) -> Self {
        self.works_elsewhere = findings
            .iter()
            .any(|one| WORKS_ELSEWHERE.contains(&one.code));
        self.is_excluded |= findings.iter().any(|one| {
            let mut devices = one.devices.iter();
            is_excluding(one)
                && (one.devices.is_empty() || devices.any(|one| self.devices.contains(one)))
        });
        self.is_only_display = findings.iter().any(|finding| {
            finding.code == ONLY_DISPLAY
                && finding.verdict.is_problem()
                && finding.devices.iter().any(|one| self.devices.contains(one))
        });
        self
    }
}

/// The finding that the host has no other display.
const ONLY_DISPLAY: &str = "only-display";

/// The findings that [`CardAnswer::noting`] looks at: a host may have thousands of others, and of cards.
pub(crate) fn notable(findings: &[Finding]) -> Vec<&Finding> {
    let is_notable = |one: &&Finding| {
        one.code == ONLY_DISPLAY || WORKS_ELSEWHERE.contains(&one.code) || is_excluding(one)
    };
    findings.iter().filter(is_notable).collect()
}

/// Whether the finding excludes a use of a card, and not its assignment.
fn is_excluding(one: &Finding) -> bool {
    one.verdict == Verdict::Impossible && (SHARING.contains(&one.code) || USES.contains(&one.code))
}

/// Findings that the host assigns the card in another case.
const WORKS_ELSEWHERE: &[&str] = &[
    "other-guest-works-reported",
    "other-mode-works-reported",
    "other-tool-works-reported",
    "retry-starts-reported",
    "works-once-reported",
];

/// Findings that a plan resolves by preparing the host.
const PREPARATION: &[&str] = &[
    "host-driver-bound",
    "esxi-passthrough-off",
    "boot-display",
    "boot-framebuffer-on-card",
    "only-display",
    "process-on-device",
    "duplicate-ids",
];

/// Findings about parts of a card that several guests share: the complete card can be assigned.
const SHARING: [&str; 3] = [
    "graphics-without-virtual-functions",
    "gvt-g-generation",
    "virtual-function-without-outputs",
];

/// Messages that virtual functions cannot be enabled: their physical function can be assigned, and
/// so can those that exist.
const VIRTUAL_FUNCTIONS: [&str; 10] = [
    "sriov-already-enabled",
    "sriov-device-not-ready",
    "sriov-enable-failed",
    "sriov-fewer-enabled",
    "sriov-more-vfs-than-supported",
    "sriov-no-bus",
    "sriov-no-mmio",
    "sriov-not-offered",
    "sriov-not-supported-by-driver",
    "sriov-platform-failed",
];

/// Messages about files of a guest, its virtual disks and networks among them: the device is not the cause.
const OF_GUEST_FILES: [&str; 10] = [
    "firmware-not-found-libvirt",
    "libvirt-network-inactive",
    "nvram-keeps-guest",
    "nvram-not-created",
    "proxmox-guest-locked",
    "proxmox-swtpm-failed",
    "proxmox-volume-missing",
    "tpm-emulator-failed",
    "tpm-program-missing",
    "tpm-setup-failed",
];

/// Codes about a use of the guest that its device excludes: the device can be assigned.
pub(crate) const USES: [&str; 6] = [
    "card-for-one-at-a-time",
    "esxi-without-snapshots",
    "live-migration-with-device",
    "snapshot-with-memory",
    "vanguard-refuses-guests",
    "virtual-function-as-boot-display",
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
    let has_failed = findings.iter().any(is_open_failure) || is_unanswered(host, findings);
    let has_check = findings.iter().any(|one| one.verdict == Verdict::Check);
    let is_to_check = has_check && reports_failure(host);
    let notable = notable(findings);
    let answered = cards.iter().map(|card| {
        let mut answered = answer(host, &faults, card);
        let is_only = cards.len() == 1 || are_of_one_slot(cards) || are_of_one_guest(host, cards);
        let slots = || card.iter().map(|one| one.slot());
        let starts = !host.fails_to_start();
        answered.is_with_guest = starts && slots().any(|slot| host.is_with_guest(slot, is_only));
        answered.is_to_check = is_to_check;
        // The guest's driver reports its device with code 43.
        let is_proven = is_only && host.words.code_43_statement.is_some()
            || slots().any(|slot| host.has_been_with_guest(slot, is_only));
        if is_proven && answered.readiness == Readiness::NotEnoughInput {
            // The host's use of the card now, if it is shown.
            let mut preparation = faults.about(host, card).filter(|one| is_preparation(one));
            answered.cause = preparation.next().map(|finding| finding.code);
            answered.readiness = match answered.cause {
                Some(_) => Readiness::NotPrepared,
                None => Readiness::NoProblemFound,
            };
            answered.not_shown.clear();
        }
        let is_without_fault = matches!(
            answered.readiness,
            Readiness::NoProblemFound | Readiness::Ready
        );
        // A guide describes no host of its own, and a question about a program needs none.
        let is_without_host = host.words.guide.is_some() || host.asks_about_tool();
        if is_without_host && answered.readiness == Readiness::NotEnoughInput {
            answered.readiness = Readiness::NoProblemFound;
            answered.not_shown.clear();
        }
        if has_failed && is_without_fault {
            answered.readiness = Readiness::NotEnoughInput;
            answered.evidence.clear();
            answered.not_shown.push("failure");
        }
        answered.noting(&notable)
    });
    answered.collect()
}

/// Whether all functions are of one slot: without a listing each is a card of its own.
fn are_of_one_slot(cards: &[Vec<Address>]) -> bool {
    let mut slots = cards.iter().flatten().map(|one| one.slot());
    let first = slots.next();
    slots.all(|slot| Some(slot) == first)
}

/// Whether the only guest in the input has each of the cards.
fn are_of_one_guest(host: &Host, cards: &[Vec<Address>]) -> bool {
    let guests = &host.guests;
    if guests.proxmox_vms.len() + guests.domains.len() != 1 {
        return false;
    }
    let named = named_by_guests(&guests.proxmox_vms, &guests.domains);
    let slots: Vec<Slot> = named.iter().map(|one| one.address.slot()).collect();
    let mut cards = cards.iter();
    cards.all(|card| card.iter().any(|one| slots.contains(&one.slot())))
}

/// Whether the text reports a failure that is not over.
fn reports_failure(host: &Host) -> bool {
    host.words.complaint.is_some()
        || host.words.code_43_statement.is_some()
        || !host.words.symptoms.is_empty()
        || host.words.guest_failure.is_some()
}

/// Whether the text reports a failure, and neither a finding nor another sentence is about its cause.
fn is_unanswered(host: &Host, findings: &[Finding]) -> bool {
    let answers = |one: &Finding| one.verdict.is_fault() || one.verdict == Verdict::Check;
    let is_reported = host.words.complaint.is_some() || !host.words.symptoms.is_empty();
    is_reported
        && host.words.situation.is_empty()
        && host.words.good_news.is_empty()
        && host.words.explanations.causes.is_empty()
        && host.words.explanations.helped.is_empty()
        && !findings.iter().any(answers)
}

/// The answer for the card that these functions are.
fn answer(host: &Host, faults: &Faults<'_>, card: &[Address]) -> CardAnswer {
    let device = card.first().and_then(|address| host.devices.get(address));
    let evaluated = evaluated(host, card);
    let not_shown = not_shown(host, card, &evaluated);
    let faults = causes(host, faults.about(host, card));
    let is_shown = |address: &Address| host.devices.contains_key(address);
    let is_ready =
        card.iter().all(is_shown) && evaluated.iter().all(|(_, found)| found.state == State::Met);
    let (readiness, cause) = judged(&faults, is_ready, &not_shown);
    let fails_in_guest = readiness == Readiness::Blocked && is_in_guest(host, &faults, cause);
    let is_ready = readiness == Readiness::Ready;
    CardAnswer {
        devices: card.to_vec(),
        name: device
            .map(|device| host.name_of(device))
            .unwrap_or_default(),
        readiness,
        cause,
        is_only_display: false,
        is_excluded: false,
        works_elsewhere: false,
        is_to_check: false,
        is_with_guest: false,
        fails_in_guest,
        is_for_container: host.is_for_container(),
        evidence: if is_ready {
            proof(&evaluated)
        } else {
            Vec::new()
        },
        not_shown,
    }
}

/// Whether the cause, or its consequences, are messages with a guest's lines, and with none about a function
/// of the host.
fn is_in_guest(
    host: &Host,
    faults: &[(&Finding, Vec<&Finding>)],
    cause: Option<&'static str>,
) -> bool {
    let of_cause = faults.iter().find(|(one, _)| Some(one.code) == cause);
    let codes = of_cause
        .into_iter()
        .flat_map(|(one, consequences)| consequences.iter().map(|one| one.code).chain([one.code]));
    let codes: Vec<&str> = codes.collect();
    let logged = host.log_messages.iter();
    let logged: Vec<_> = logged
        .filter(|one| codes.contains(&one.message.code))
        .collect();
    logged.iter().any(|one| one.is_of_guest)
        && logged
            .iter()
            .all(|one| one.is_of_guest || one.device.is_none())
}

/// The blocking findings, by subject: a host may have thousands of functions.
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
        // A security finding does not block assignment.
        let of_weight = |finding: &&Finding| {
            finding.verdict.is_problem()
                && finding.verdict != Verdict::Security
                && !SHARING.contains(&finding.code)
                && !VIRTUAL_FUNCTIONS.contains(&finding.code)
                && !OF_GUEST_FILES.contains(&finding.code)
                && !USES.contains(&finding.code)
        };
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

    /// Findings about the host, or about a slot or group of these functions, in their order.
    fn about(&self, host: &Host, card: &[Address]) -> impl Iterator<Item = &'a Finding> + use<'a> {
        let mut about: BTreeMap<usize, &Finding> = self.of_host.iter().copied().into_map();
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
    faults: &[(&Finding, Vec<&Finding>)],
    is_ready: bool,
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
        return (Readiness::NotEnoughInput, None);
    }
    if let Some(fault) = faults.first() {
        return (Readiness::NotPrepared, Some(code(fault)));
    }
    if is_ready {
        return (Readiness::Ready, None);
    }
    (Readiness::NoProblemFound, None)
}

/// The states of the requirements that decide whether a card is ready, in their order.
fn evaluated(host: &Host, card: &[Address]) -> Vec<(Requirement, Evaluation)> {
    let devices = card.iter().filter_map(|address| host.devices.get(address));
    let all = Requirement::for_assignment(host, &devices.collect::<Vec<_>>());
    let decide = all.into_iter().filter(|requirement| {
        // Problems with these are findings; without facts, most hosts are right. A function that
        // the host may use has a host driver.
        let is_usual = matches!(
            requirement,
            Requirement::InterruptRemapping
                | Requirement::NoBootFramebuffer { .. }
                | Requirement::NotInUse { .. }
        );
        !is_usual
    });
    decide
        .map(|requirement| {
            let evaluation = requirement.evaluate(host);
            (requirement, evaluation)
        })
        .collect()
}

/// Deciding facts that are not in the input.
fn not_shown(
    host: &Host,
    card: &[Address],
    evaluated: &[(Requirement, Evaluation)],
) -> Vec<&'static str> {
    let is_unknown = |wanted: fn(&Requirement) -> bool| {
        let mut of_kind = evaluated
            .iter()
            .filter(|(requirement, _)| wanted(requirement));
        of_kind.any(|(_, evaluation)| evaluation.state == State::Unknown)
    };
    let in_group = |requirement: &Requirement| matches!(requirement, Requirement::InGroup { .. });
    let any_group = evaluated
        .iter()
        .any(|(requirement, found)| in_group(requirement) && found.state == State::Met);
    let is_esxi = card
        .iter()
        .any(|address| host.esxi.functions.contains_key(address));
    // Only Linux has IOMMU groups.
    let platform = host.system.platform.as_ref().map(|found| found.value);
    let is_foreign = matches!(
        platform,
        Some(Platform::FreeBsd | Platform::Windows | Platform::Xen)
    );
    let is_stated_alone = card.iter().all(|address| {
        let slot = address.slot();
        host.words.stated_isolation.alone_of(slot).is_some()
    });
    let is_disputed = || {
        let mut groups = card.iter().filter_map(|address| host.group_of(*address));
        groups.any(|group| host.has_disputed_member(group))
    };
    // A container shares the device with the host's driver.
    let is_container = host.is_for_container();
    // A driver of VFIO has the device, and needs an IOMMU for that.
    let is_held = host.situation(Situation::Held).is_some();
    let is_logged = card
        .iter()
        .all(|address| host.is_logged_with_vfio(address.slot()));
    let facts = [
        (
            "iommu",
            !is_foreign
                && !is_container
                && !any_group
                && is_unknown(|one| *one == Requirement::IommuEnabled),
        ),
        (
            "group",
            !is_foreign
                && !is_container
                && !is_stated_alone
                && (is_unknown(|one| matches!(one, Requirement::InGroup { .. })) || is_disputed()),
        ),
        (
            "driver",
            !is_esxi
                && !is_container
                && !is_held
                && !is_logged
                && is_unknown(|one| matches!(one, Requirement::AssignmentDriver { .. })),
        ),
        ("device", card.is_empty()),
    ];
    let missing = facts.into_iter().filter(|(_, is_missing)| *is_missing);
    missing.map(|(fact, _)| fact).collect()
}

/// The lines that prove that each function is ready: its driver, and its group.
fn proof(evaluated: &[(Requirement, Evaluation)]) -> Vec<Evidence> {
    let mut of_functions: Vec<&(Requirement, Evaluation)> = evaluated
        .iter()
        .filter(|(requirement, _)| {
            matches!(
                requirement,
                Requirement::AssignmentDriver { .. } | Requirement::InGroup { .. }
            )
        })
        .collect();
    // Each function's driver before its group.
    of_functions.order_by_key(|(requirement, _)| {
        let is_group = matches!(requirement, Requirement::InGroup { .. });
        (requirement.function(), is_group)
    });
    let mut lines: Vec<Evidence> = Vec::new();
    for (_, evaluation) in of_functions {
        for line in &evaluation.evidence {
            if !lines.contains(line) {
                lines.push(line.clone());
            }
        }
    }
    lines
}
