//! Every card of a host that could be assigned, each with its answer.

use std::collections::{BTreeMap, BTreeSet};

use host_tree::Lookup;
use iommu::Membership;
use list_order::{Inserts as _, Order as _};
use pci_core::{Address, ClassCode};
use serde::Serialize;

use super::choice::functions_of_card;
use super::readiness::{CardAnswer, Readiness, answers};
use crate::alike::APART;
use crate::doctor::{self, Question};
use crate::finding::Finding;
use crate::host::{Device, Host};
use crate::target::Target;
use crate::text::Text;

/// The version of the JSON form.
const SCHEMA: &str = "passthru-check/1";

/// Every card of a host that could be assigned.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Check {
    /// The version of this form.
    pub schema: &'static str,
    /// Problems of the host itself, for any card.
    pub host_findings: Vec<Finding>,
    /// The cards: displays and accelerators first, then network, storage, USB.
    pub candidates: Vec<Candidate>,
}

impl Check {
    /// Whether the input shows no obstacle to the assignment of one card at least, other than that
    /// the host is not prepared.
    #[must_use]
    pub fn is_possible(&self) -> bool {
        self.candidates
            .iter()
            .any(|candidate| candidate.answer.readiness >= Readiness::NotPrepared)
    }
}

/// A card that could be assigned.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Candidate {
    /// The kind of device.
    pub kind: Kind,
    /// Whether a guest can have it.
    #[serde(flatten)]
    pub answer: CardAnswer,
    /// The number of its IOMMU group; `None` where it has none, or none is shown.
    pub iommu_group: Option<u32>,
    /// The other functions of its group that are not bridges.
    pub other_members: Vec<OtherMember>,
    /// The reset methods that Linux offers for its first function, by their names in
    /// sysfs; `None` where the input does not show them.
    pub reset_methods: Option<Vec<String>>,
    /// The size of its largest BAR in bytes; `None` where the input does not show it.
    pub largest_bar: Option<u64>,
    /// Whether its first function has an expansion ROM BAR; `None` where the input does not show
    /// it.
    pub has_option_rom: Option<bool>,
    /// Number of its enabled SR-IOV virtual functions.
    pub virtual_function_count: usize,
    /// Other virtual functions that the answer also covers: of the same physical function, ID and
    /// driver.
    pub alike: Vec<Address>,
    /// Findings about it, faults first.
    pub findings: Vec<Finding>,
}

/// Another function of a card's IOMMU group.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct OtherMember {
    /// Its address.
    pub address: Address,
    /// Its name.
    pub name: String,
}

/// Kinds of devices that are assigned, by the base class of the PCI Code and ID
/// Assignment Specification.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Kind {
    /// A display controller (03h).
    Display,
    /// A processing accelerator (12h).
    Accelerator,
    /// A network or wireless controller (02h, 0Dh).
    Network,
    /// A non-volatile memory controller, as NVMe drives are (0108h).
    Nvme,
    /// Another mass storage controller (01h).
    Storage,
    /// A USB controller (0C03h).
    Usb,
    /// A card of another kind: capture, sound, serial ports.
    Other,
}

impl Kind {
    /// All kinds, in the order in which cards are shown.
    pub const ALL: [Self; 7] = [
        Self::Display,
        Self::Accelerator,
        Self::Network,
        Self::Nvme,
        Self::Storage,
        Self::Usb,
        Self::Other,
    ];

    /// The word on screens.
    #[must_use]
    pub fn label(self) -> Text {
        Text::word("kind", self.word())
    }

    /// The kind of a class that is assigned; `None` for others.
    #[must_use]
    pub fn of(class: ClassCode) -> Option<Self> {
        match (class.base, class.sub) {
            (0x03, _) => Some(Self::Display),
            (0x12, _) => Some(Self::Accelerator),
            (0x02 | 0x0d, _) => Some(Self::Network),
            (0x01, 0x08) => Some(Self::Nvme),
            (0x01, _) => Some(Self::Storage),
            (0x0c, 0x03) => Some(Self::Usb),
            _ => None,
        }
    }

    /// The kind of a function that could be assigned; `None` for others.
    #[must_use]
    pub(crate) fn of_device(device: &Device) -> Option<Self> {
        if device.is_accelerator() {
            return Some(Self::Accelerator);
        }
        let class = device.class.as_ref()?.value;
        Self::of(class).or(device.is_other_card().then_some(Self::Other))
    }

    /// The word for it.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Display => "display",
            Self::Accelerator => "accelerator",
            Self::Network => "network",
            Self::Nvme => "NVMe",
            Self::Storage => "storage",
            Self::Usb => "USB",
            Self::Other => "other",
        }
    }
}

/// Judges every card of the host that could be assigned; of `only`, where that is not
/// empty, just these.
///
/// Virtual functions of SR-IOV that differ in their addresses alone are one candidate.
///
/// ```
/// use passthru::answer::{Kind, Readiness, check};
/// use host_tree::MemoryTree;
/// let mut tree = MemoryTree::partial();
/// tree.insert_text(
///     "lspci -nn",
///     "01:00.0 VGA compatible controller [0300]: NVIDIA Corporation TU106 [10de:1f08] (rev a1)\n",
/// );
/// let check = check(&passthru::Host::read(&tree), &[], None);
/// assert_eq!(check.candidates[0].kind, Kind::Display);
/// assert_eq!(check.candidates[0].answer.readiness, Readiness::NotEnoughInput);
/// ```
#[must_use]
pub fn check(host: &Host, only: &[Address], target: Option<Target>) -> Check {
    let only: BTreeSet<Address> = only.iter().copied().into_set();
    let virtual_functions = virtual_functions(host);
    let mut seen: BTreeSet<Address> = BTreeSet::new();
    let mut candidates = Vec::new();
    let general = doctor::of_host(host, target);
    let alike = alike(host, &only);
    seen.extend(alike.values().flatten());
    // A virtual machine without an IOMMU of its own assigns nothing.
    let is_open = only.is_empty() && !host.is_guest_without_iommu();
    for device in host.devices.values() {
        let is_meant = is_open || only.contains(&device.address);
        let kind = Kind::of_device(device);
        let Some(kind) = kind.filter(|_| is_meant && !seen.contains(&device.address)) else {
            continue;
        };
        let card = functions_of_card(host, device.address);
        seen.extend(card.iter().copied());
        let question = Question {
            devices: card.clone(),
            target,
        };
        let mut findings = doctor::of_cards(host, &question);
        findings.retain(|finding| !general.contains(finding));
        let all: Vec<Finding> = general.iter().chain(&findings).cloned().collect();
        let group = match host.groups.group_of(device.address) {
            Membership::In(group) => Some(group),
            _ => None,
        };
        let Some(answer) = answers(host, &all, std::slice::from_ref(&card)).pop() else {
            continue;
        };
        let is_of_card = |finding: &&Finding| {
            let mut devices = finding.devices.iter();
            let is_problem = finding.verdict.may_need_change();
            is_problem && devices.any(|one| card.contains(one))
        };
        findings.extend(general.iter().filter(is_of_card).cloned());
        candidates.push(Candidate {
            kind,
            answer,
            iommu_group: group,
            other_members: partners(host, group, &card),
            reset_methods: reset(host, device),
            largest_bar: largest_bar(device),
            has_option_rom: device.has_option_rom(),
            virtual_function_count: virtual_functions.get(&device.address).copied().unwrap_or(0),
            alike: alike.get(&device.address).cloned().unwrap_or_default(),
            findings,
        });
    }
    candidates.order_by_key(|candidate| candidate.kind);
    let of_cards = candidates.iter().flat_map(|candidate| &candidate.findings);
    let of_cards: Vec<&Finding> = of_cards.collect();
    Check {
        schema: SCHEMA,
        host_findings: general
            .into_iter()
            .filter(|finding| finding.verdict.may_need_change() && !of_cards.contains(&finding))
            .collect(),
        candidates,
    }
}

/// Virtual functions with one answer: those after the first, by the first. More than
/// [`APART`] of one physical function (where a text names none, of one bus) with the same ID and
/// driver, each alone in its group or none; of `only`, if that is not empty.
fn alike(host: &Host, only: &BTreeSet<Address>) -> BTreeMap<Address, Vec<Address>> {
    let mut kinds: BTreeMap<_, Vec<Address>> = BTreeMap::new();
    for device in host.devices.values() {
        let address = device.address;
        if !only.is_empty() && !only.contains(&address) {
            continue;
        }
        if !host.is_virtual_function(device) {
            continue;
        }
        let physical = host.topology.physical_function(address);
        let is_alone = host.group_of(address).map(|group| {
            let mut members = host.members(group);
            members.all(|(member, _)| member == address)
        });
        let place = physical.map_or((None, address.bus()), |physical| (Some(physical), 0));
        let id = device.id.as_ref().map(|id| id.value);
        let key = (place, id, device.driver.name(), is_alone);
        kinds.entry(key).or_default().push(address);
    }
    let kinds = kinds.into_values().filter(|kind| kind.len() > APART);
    kinds
        .filter_map(|kind| {
            kind.split_first()
                .map(|(first, rest)| (*first, rest.to_vec()))
        })
        .into_map()
}

/// Number of virtual functions of each physical function.
fn virtual_functions(host: &Host) -> BTreeMap<Address, usize> {
    let mut count: BTreeMap<Address, usize> = BTreeMap::new();
    for device in host.devices.values() {
        let sysfs = device.sysfs.as_ref();
        if let Some(Lookup::Found(physical)) = sysfs.map(|sysfs| &sysfs.physical_function) {
            *count.entry(*physical).or_default() += 1;
        }
    }
    count
}

fn partners(host: &Host, group: Option<u32>, card: &[Address]) -> Vec<OtherMember> {
    let Some(group) = group else {
        return Vec::new();
    };
    host.members(group)
        .filter(|(address, _)| !card.contains(address))
        .filter_map(|(address, _)| match host.devices.get(&address) {
            Some(device) if device.does_not_block_group() => None,
            device => Some(OtherMember {
                address,
                name: device
                    .map(|device| host.name_of(device))
                    .unwrap_or_default(),
            }),
        })
        .collect()
}

fn reset(host: &Host, device: &Device) -> Option<Vec<String>> {
    let methods = host.own_reset_of(device)?.methods?;
    Some(methods.iter().map(ToString::to_string).collect())
}

fn largest_bar(device: &Device) -> Option<u64> {
    let memory = device.memory.as_ref()?;
    memory.iter().map(|region| region.value.memory.size).max()
}
