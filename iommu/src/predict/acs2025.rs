//! The grouping rules of the series "Fix incorrect iommu_groups with PCIe ACS" (linux-iommu, third
//! posting, September 2025): isolation is evaluated per bus, while kernels up to 7.2 evaluate the
//! path from each function. Some vendors' kernels carry the series; the prediction was tested
//! against its functions, compiled as a program, not against a kernel (docs/predicted-groups.md).

use std::rc::Rc;

use pci_core::config::conventional::express::DeviceType;
use pci_core::{Address, PciId};

use super::coverage::{Coverage, Covered};
use super::devfns::Devfns;
use super::function::Function;
use super::grouping::{Facts, Partition, order};
use super::isolated::{Deciding, Isolated, Isolation, NotIsolated};
use super::isolation::Assumed;
use super::join_reason::{Join, JoinReason};

/// Bridges to conventional PCI without a PCI Express capability that Linux treats as if they had
/// one (`quirk_use_pcie_bridge_dma_alias`, drivers/pci/quirks.c).
const BRIDGES: [(u16, u16); 5] = [
    (0x1b21, 0x1080),
    (0x10e3, 0x8113),
    (0x1283, 0x8892),
    (0x1283, 0x8893),
    (0x8086, 0x244e),
];

/// Isolation of the functions on a bus.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum BusIsolation {
    /// Each function is isolated from everything but the IOMMU.
    Isolated,
    /// Not isolated: the bus and the upstream bridge are one group, because of the function at this
    /// index.
    WithBridge(usize),
    /// Isolated from the upstream bridge but not from each other, because of this function.
    Together(usize),
}

/// One run over all functions.
pub(super) struct Acs2025<'a> {
    facts: &'a Facts<'a>,
    assumed: Assumed,
    isolated: Vec<bool>,
    result: Partition,
    /// For each group, whether it includes everything below its members.
    propagates: Vec<bool>,
    /// For each function, the functions of its bus that share a group with it, including itself.
    reached: Vec<Rc<Vec<usize>>>,
}

impl<'a> Acs2025<'a> {
    pub(super) fn run(facts: &'a Facts<'a>, assumed: Assumed) -> Partition {
        let count = facts.topology.functions.len();
        let mut rework = Self {
            isolated: facts.isolated(assumed),
            assumed,
            facts,
            result: Partition {
                group: vec![None; count],
                not_covered: vec![None; count],
                joins: Vec::new(),
            },
            propagates: Vec::new(),
            reached: Vec::new(),
        };
        rework.reach();
        let coverage = Coverage::new(facts.conditions, facts.topology);
        for at in order(facts.topology, facts.conditions, &coverage) {
            match coverage.of(facts.topology, at) {
                Covered::Yes => rework.place(at),
                Covered::No(why) => {
                    if let Some(slot) = rework.result.not_covered.get_mut(at) {
                        *slot = Some(why);
                    }
                }
            }
        }
        rework.result
    }

    fn function(&self, at: usize) -> Option<&'a Function> {
        self.facts.topology.functions.get(at)
    }

    fn group(&self, at: usize) -> Option<u32> {
        self.result.group.get(at).copied().flatten()
    }

    fn is_isolated(&self, at: usize) -> bool {
        self.isolated.get(at).copied().unwrap_or(false)
    }

    fn above(&self, at: usize) -> Option<usize> {
        self.facts.topology.bridge.get(at).copied().flatten()
    }

    fn isolation(&self, at: usize) -> Option<Isolation> {
        self.facts.isolation.get(at).copied()
    }

    /// Puts function `at` into its group, or into a new one.
    fn place(&mut self, at: usize) {
        let number = match self.find(at) {
            Found::Joins { with, reason, all } => {
                let number = self.group(with);
                if let (Some(member), Some(with)) = (self.function(at), self.function(with)) {
                    self.result.joins.push(Join {
                        member: member.address,
                        with: with.address,
                        reason,
                    });
                }
                if all == Propagates::Yes {
                    self.mark(number);
                }
                number
            }
            Found::Alone(below) => {
                let number = u32::try_from(self.propagates.len()).ok();
                self.propagates.push(below == Propagates::Yes);
                number
            }
        };
        if let Some(slot) = self.result.group.get_mut(at) {
            *slot = number;
        }
    }

    fn mark(&mut self, number: Option<u32>) {
        let index = number.and_then(|number| usize::try_from(number).ok());
        if let Some(mark) = index.and_then(|index| self.propagates.get_mut(index)) {
            *mark = true;
        }
    }

    fn propagates(&self, number: u32) -> bool {
        let index = usize::try_from(number).ok();
        index.and_then(|index| self.propagates.get(index)) == Some(&true)
    }

    fn find(&self, at: usize) -> Found {
        if let Some(endpoint) = self.facts.vmd.get(at).copied().flatten()
            && self.group(endpoint).is_some()
        {
            return Found::joins(endpoint, JoinReason::InVmdDomain, Propagates::No);
        }
        let Some(bridge) = self.above(at) else {
            return self.in_function_group(at);
        };
        let Some(above) = self.function(bridge).map(|function| function.address) else {
            return Found::Alone(Propagates::No);
        };
        if self
            .group(bridge)
            .is_some_and(|group| self.propagates(group))
        {
            let reason = JoinReason::BelowGroup { bridge: above };
            return Found::joins(bridge, reason, Propagates::Yes);
        }
        match self.bus(bridge) {
            BusIsolation::Isolated => self.in_function_group(at),
            BusIsolation::WithBridge(_) if self.group(bridge).is_none() => {
                Found::Alone(Propagates::Yes)
            }
            BusIsolation::WithBridge(blocker_at) => {
                Found::joins(bridge, self.reason(above, blocker_at), Propagates::Yes)
            }
            BusIsolation::Together(blocker_at) => {
                let mut others = self.facts.topology.bus_of(at);
                match others.find(|other| self.group(*other).is_some()) {
                    Some(other) => {
                        Found::joins(other, self.reason(above, blocker_at), Propagates::Yes)
                    }
                    None => Found::Alone(Propagates::Yes),
                }
            }
        }
    }

    /// Why a bus is not isolated.
    fn reason(&self, bridge: Address, blocker_at: usize) -> JoinReason {
        let blocker = self.function(blocker_at);
        match (blocker, self.isolation(blocker_at)) {
            (Some(function), Some(Isolation::Isolated(_))) if function.is_downstream_port() => {
                JoinReason::BelowGroup { bridge }
            }
            (Some(function), Some(why)) if function.is_downstream_port() => {
                JoinReason::BusNotIsolated {
                    blocker: function.address,
                    why,
                }
            }
            _ => JoinReason::BelowBridge { bridge },
        }
    }

    /// `pci_bus_isolated` of the secondary bus of `bridge`.
    fn bus(&self, bridge: usize) -> BusIsolation {
        let Some(function) = self.function(bridge) else {
            return BusIsolation::WithBridge(bridge);
        };
        match function.device_type {
            // Without the capability the port returns no requests downstream.
            Some(DeviceType::ROOT_PORT)
                if function.acs.is_some() && !self.blocks_port_memory(bridge) =>
            {
                BusIsolation::WithBridge(bridge)
            }
            Some(DeviceType::ROOT_PORT | DeviceType::DOWNSTREAM_PORT) => BusIsolation::Isolated,
            Some(DeviceType::UPSTREAM_PORT) => self.switch(bridge),
            Some(DeviceType::PCI_BRIDGE) if !function.has_memory => BusIsolation::Together(bridge),
            None if !function.has_memory && self.is_express_by_id(bridge) => {
                BusIsolation::Together(bridge)
            }
            _ => BusIsolation::WithBridge(bridge),
        }
    }

    /// Whether the port also blocks requests to the memory of ports: for functions that Linux knows
    /// by ID, the vendors did not state that.
    fn blocks_port_memory(&self, port: usize) -> bool {
        self.is_isolated(port) && !self.is_by_id(port)
    }

    /// Whether the answer for a function does not come from its registers.
    fn is_by_id(&self, at: usize) -> bool {
        matches!(
            self.isolation(at),
            Some(
                Isolation::Isolated(Isolated::ById(_))
                    | Isolation::NotIsolated(NotIsolated::WorkaroundFailed(_))
                    | Isolation::Undecided(Deciding::Id | Deciding::PchWorkaround(_))
            )
        )
    }

    /// Whether a bridge without a PCI Express capability is treated as a PCI Express bridge; never
    /// on a root bus, nor below a bridge to conventional PCI.
    fn is_express_by_id(&self, bridge: usize) -> bool {
        let is_listed = |function: &Function| function.id.may_be(|id| BRIDGES.contains(&ids(id)));
        let above = self.above(bridge).and_then(|above| self.function(above));
        self.function(bridge).is_some_and(is_listed)
            && above.is_some_and(|above| {
                above.device_type.is_some() && above.device_type != Some(DeviceType::PCI_BRIDGE)
            })
    }

    /// Isolation of the internal bus of a switch, with its downstream ports.
    fn switch(&self, upstream: usize) -> BusIsolation {
        let below = self.function(upstream).and_then(|function| {
            let range = function.bridge?;
            let buses = &self.facts.topology;
            buses.bus(function.address.domain(), range.secondary)
        });
        for port in below.unwrap_or_default() {
            let Some(function) = self.function(port) else {
                continue;
            };
            let has_aliases = self.facts.aliases(port, self.assumed) != Devfns::default();
            if function.device_type != Some(DeviceType::DOWNSTREAM_PORT) || has_aliases {
                return BusIsolation::WithBridge(port);
            }
            if !self.blocks_port_memory(port) {
                // A port with a capability does not reach the upstream port.
                return if function.acs.is_some() && !self.is_by_id(port) {
                    BusIsolation::Together(port)
                } else {
                    BusIsolation::WithBridge(port)
                };
            }
        }
        BusIsolation::Isolated
    }

    /// With its aliases, or the functions of its device that are not isolated from it.
    fn in_function_group(&self, at: usize) -> Found {
        let members = self.reached.get(at).map_or(&[][..], |set| set.as_slice());
        let others = || members.iter().copied().filter(|other| *other != at);
        if others().next().is_none() {
            return Found::Alone(Propagates::No);
        }
        let Some(with) = others().find(|other| self.group(*other).is_some()) else {
            return Found::Alone(Propagates::Yes);
        };
        // The function that it joins may be reached through another.
        let reason = self.shared(at, with);
        let reason = reason.or_else(|| others().find_map(|other| self.shared(at, other)));
        let reason = reason.unwrap_or(JoinReason::SameRequesterId { via: None });
        Found::joins(with, reason, Propagates::Yes)
    }

    /// For each function, the functions of its bus that share a group with it, also through others
    /// (`pci_reachable_set`).
    fn reach(&mut self) {
        let count = self.facts.topology.functions.len();
        let mut reached: Vec<Option<Rc<Vec<usize>>>> = vec![None; count];
        for at in 0..count {
            if reached.get(at).is_none_or(Option::is_some) {
                continue;
            }
            let mut unseen: Vec<usize> = self.facts.topology.bus_of(at).collect();
            unseen.retain(|other| *other != at);
            let (mut set, mut left) = (vec![at], vec![at]);
            while let Some(one) = left.pop() {
                unseen.retain(|other| {
                    let shares = self.shared(one, *other).is_some();
                    if shares {
                        set.push(*other);
                        left.push(*other);
                    }
                    !shares
                });
            }
            set.sort_unstable();
            let set = Rc::new(set);
            for member in set.iter() {
                if let Some(slot) = reached.get_mut(*member) {
                    *slot = Some(Rc::clone(&set));
                }
            }
        }
        self.reached = reached.into_iter().map(Option::unwrap_or_default).collect();
    }

    /// Why two functions of a bus directly share a group (`pci_devs_are_same_group`).
    fn shared(&self, one: usize, other: usize) -> Option<JoinReason> {
        if one == other {
            return None;
        }
        if self.facts.are_aliases(one, other, self.assumed) {
            return Some(JoinReason::SameRequesterId { via: None });
        }
        let (a, b) = (self.function(one)?, self.function(other)?);
        let is_virtual = a.physical_function.is_some() || b.physical_function.is_some();
        if is_virtual || a.address.slot() != b.address.slot() {
            return None;
        }
        if a.is_multifunction() == b.is_multifunction() {
            if !a.is_multifunction() {
                return None;
            }
            // A function without the capability reaches no other.
            let reaches = |function: &Function, at| function.acs.is_some() && !self.is_isolated(at);
            if !reaches(a, one) && !reaches(b, other) {
                return None;
            }
        }
        Some(JoinReason::SlotNotIsolated {
            via: None,
            why: self.isolation(one)?,
            other: self.isolation(other)?,
        })
    }
}

const fn ids(id: PciId) -> (u16, u16) {
    (id.vendor.0, id.device.0)
}

/// Whether a group includes everything below its members.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Propagates {
    Yes,
    No,
}

/// Outcome for a function.
enum Found {
    /// It joins the group of another.
    Joins {
        with: usize,
        reason: JoinReason,
        all: Propagates,
    },
    /// It opens a group.
    Alone(Propagates),
}

impl Found {
    const fn joins(with: usize, reason: JoinReason, all: Propagates) -> Self {
        Self::Joins { with, reason, all }
    }
}
