//! The cards in question.

use std::collections::BTreeSet;

use list_order::Inserts as _;
use pci_core::Address;
use serde::Serialize;

use crate::doctor::Question;
use crate::host::{Device, Host};

/// The source of the choice of cards.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum ChosenBy {
    /// The question names them.
    Request,
    /// The host's settings, guests or messages name them.
    Host,
    /// Nothing names one, and the host has graphics cards or accelerators, which are the
    /// likely ones, or else another card that it does not use.
    Guess,
    /// Nothing names one, and none is likely.
    None,
}

/// The cards in question, each with at least one function, and the source of the choice.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Choice {
    /// The functions of each card.
    pub cards: Vec<Vec<Address>>,
    /// The source.
    pub by: ChosenBy,
}

impl Choice {
    /// The cards that `question` names, or else those that the host's settings, guests or
    /// messages name, or else the likely ones: the graphics cards outside of the processor
    /// and the chipset (bus 0), without the boot display where there is another, and without the
    /// processor's graphics that the text leaves to the host; without any, the accelerators;
    /// without these, the first controller in a slot that the host is not known to use: storage,
    /// NVMe, network, USB.
    #[must_use]
    pub fn of(host: &Host, question: &Question) -> Self {
        if !question.devices.is_empty() {
            return Self::new(host, question.devices.iter().copied(), ChosenBy::Request);
        }
        // The functions of a virtual machine are assigned already, unless it has an IOMMU.
        if host.is_guest_without_iommu() {
            return Self::nothing();
        }
        let intended = host.intended().map(|device| device.address);
        // The host driver keeps the processor's graphics, of which guests get mediated devices.
        let is_shared = host.words.statements.shared_by_driver.is_some() && !host.names_vfio();
        let is_kept =
            |address: &Address| is_shared && address.bus() == 0 && address.slot().device() == 2;
        let intended = intended.filter(|address| !is_kept(address));
        let by_host = Self::new(host, intended, ChosenBy::Host);
        if !by_host.cards.is_empty() {
            return by_host;
        }
        let likely = likely(host).into_iter().filter(|address| !is_kept(address));
        let likely = Self::new(host, likely, ChosenBy::Guess);
        if likely.cards.is_empty() || host.uses_device_itself() || host.is_for_container() {
            return Self::nothing();
        }
        likely
    }

    /// No card.
    pub(crate) const fn nothing() -> Self {
        Self {
            cards: Vec::new(),
            by: ChosenBy::None,
        }
    }

    fn new(host: &Host, functions: impl Iterator<Item = Address>, by: ChosenBy) -> Self {
        let mut seen = BTreeSet::new();
        let mut cards = Vec::new();
        for function in functions {
            if seen.contains(&function) {
                continue;
            }
            let card = functions_of_card(host, function);
            if card.is_empty() {
                continue;
            }
            seen.extend(card.iter().copied());
            cards.push(card);
        }
        Self { cards, by }
    }
}

/// The functions of the card that `function` is of, without bridges.
pub(super) fn functions_of_card(host: &Host, function: Address) -> Vec<Address> {
    let card = host.card_of(function);
    let functions = card.into_iter().filter(|device| !device.is_bridge());
    functions.map(|device| device.address).collect()
}

fn likely(host: &Host) -> Vec<Address> {
    if host.machines.are_several() || host.of_guest.is_some() {
        return Vec::new();
    }
    let physical = with_virtual_functions(host);
    let discrete = |device: &&Device| {
        let is_physical = physical.contains(&device.address);
        device.address.bus() != 0 && !is_physical && !host.is_virtual_function(device)
    };
    let is_boot = |device: &Device| device.boot_display.as_ref().is_some_and(|fact| fact.value);
    let displays = host.devices.values().filter(|device| device.is_display());
    let displays = displays.filter(discrete);
    let displays: Vec<&Device> = displays.filter(|one| !is_of_management(one)).collect();
    let is_only_boot = displays.iter().all(|device| is_boot(device));
    let mut likely: Vec<&Device> = displays;
    likely.retain(|device| is_only_boot || !is_boot(device));
    if host.words.statements.keeps_graphics.is_some() && !likely.iter().all(|one| host.is_apu(one))
    {
        likely.retain(|device| !host.is_apu(device));
    }
    if likely.is_empty() {
        let all = host.devices.values().filter(discrete);
        likely = all.filter(|device| device.is_accelerator()).collect();
    }
    // A failure to create virtual functions is of their physical function, and of no other controller.
    let mut logged = host.log_messages.iter();
    let is_of_vfs =
        logged.any(|one| one.message.code.starts_with("sriov-") && one.device.is_none());
    if likely.is_empty() && !is_of_vfs {
        let free = host
            .devices
            .values()
            .filter(discrete)
            .filter(|device| !is_used(host, device));
        // A card of another kind only where the input shows no usual one.
        let mut usual = host.devices.values().filter(discrete);
        let is_usual = usual.any(|device| rank(device).is_some_and(|rank| rank < OTHER));
        let ranked = free
            .filter_map(|device| Some((rank(device)?, device)))
            .filter(|(rank, _)| *rank < OTHER || !is_usual);
        likely = ranked
            .min_by_key(|(rank, device)| (*rank, device.address))
            .map(|(_, device)| device)
            .into_iter()
            .collect();
    }
    likely.iter().map(|device| device.address).collect()
}

/// The rank of cards of other kinds.
const OTHER: u8 = 4;

/// Controllers that are assigned for themselves, the likelier first (PCI Code and ID Assignment
/// Specification 1.11).
fn rank(device: &Device) -> Option<u8> {
    let class = device.class.as_ref()?.value;
    match (class.base, class.sub) {
        (0x01, 0x08) => Some(1),
        (0x01, _) => Some(0),
        (0x02, _) => Some(2),
        (0x0c, 0x03) => Some(3),
        _ if device.is_other_card() => Some(OTHER),
        _ => None,
    }
}

/// Whether a line shows that the host has a file system or its network on the function.
fn is_used(host: &Host, device: &Device) -> bool {
    let functions = BTreeSet::from([device.address]);
    !host.host_impact(&functions).is_empty()
}

/// Whether the display is that of a server's management controller (pci.ids: ASPEED; Matrox, the
/// G200 in servers).
fn is_of_management(device: &Device) -> bool {
    let id = device.id.as_ref().map(|id| id.value);
    id.is_some_and(|id| {
        id.vendor.0 == 0x1a03 || id.vendor.0 == 0x102b && matches!(id.device.0, 0x0520..=0x0540)
    })
}

/// The functions with virtual functions, which are lost when they are assigned.
fn with_virtual_functions(host: &Host) -> BTreeSet<Address> {
    let of_driver = host.devices.keys().copied();
    let of_driver = of_driver.filter(|address| host.logs_virtual_functions_of(*address));
    let mut found: BTreeSet<Address> = of_driver.into_set();
    let all = host.devices.values();
    found.extend(host.physical_functions(all.filter(|one| host.is_virtual_function(one))));
    found
}
