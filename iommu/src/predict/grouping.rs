//! The grouping algorithm: `pci_device_group` of Linux (drivers/iommu/iommu.c), for each function
//! in the kernel's enumeration order.

use pci_core::Address;

use super::by_id::Aliases;
use super::conditions::{Conditions, FirmwareTables};
use super::coverage::{Coverage, Covered, NotCovered};
use super::devfns::Devfns;
use super::function::Function;
use super::isolated::{Deciding, Isolation};
use super::isolation::{Assumed, Undecided, isolation};
use super::join_reason::{Join, JoinReason};
use super::topology::Topology;
use super::{by_id, vmd};

/// The groups, in order of creation.
pub(super) struct Partition {
    /// Group of each function.
    pub(super) group: Vec<Option<u32>>,
    /// Reason of each function that is in no group.
    pub(super) not_covered: Vec<Option<NotCovered>>,
    /// Reason of each join.
    pub(super) joins: Vec<Join>,
}

/// Facts about each function before grouping.
pub(super) struct Facts<'a> {
    pub(super) topology: &'a Topology<'a>,
    pub(super) isolation: Vec<Isolation>,
    /// For each function, the functions of its bus whose requester ID its requests carry.
    aliases: Vec<Aliases>,
    /// For each function, the VMD endpoint whose requester ID its requests carry.
    pub(super) vmd: Vec<Option<usize>>,
    pub(super) conditions: &'a Conditions,
}

impl<'a> Facts<'a> {
    /// # Errors
    ///
    /// If the VMD endpoint of a domain is not in the input; returns the domain.
    pub(super) fn new(topology: &'a Topology<'a>, conditions: &'a Conditions) -> Result<Self, u32> {
        let functions = topology.functions.iter();
        let isolation = functions
            .clone()
            .enumerate()
            .map(|(at, function)| isolation(topology, at, function, conditions));
        let aliases = functions
            .zip(&topology.bridge)
            .map(|(function, above)| aliases(function, above.is_none(), conditions));
        Ok(Self {
            topology,
            isolation: isolation.collect(),
            aliases: aliases.collect(),
            vmd: vmd::endpoints(topology.functions)?,
            conditions,
        })
    }

    fn function(&self, at: usize) -> Option<&'a Function> {
        self.topology.functions.get(at)
    }

    /// The functions of its bus whose requester ID the requests of function `at` carry.
    pub(super) fn aliases(&self, at: usize, assumed: Assumed) -> Devfns {
        let aliases = self.aliases.get(at).copied().unwrap_or_default();
        match assumed.of(at) {
            Undecided::AsIsolated => aliases.sure,
            Undecided::AsNotIsolated => aliases.possible,
        }
    }

    /// Whether each function is isolated.
    pub(super) fn isolated(&self, assumed: Assumed) -> Vec<bool> {
        let all = self.isolation.iter().enumerate();
        all.map(|(at, isolation)| isolation.holds(assumed.of(at)))
            .collect()
    }

    /// The functions with facts that the input leaves open, and what would decide them.
    pub(super) fn open(&self) -> Vec<(usize, Deciding)> {
        let all = self.isolation.iter().zip(&self.aliases).enumerate();
        all.filter_map(|(at, (isolation, aliases))| match isolation {
            Isolation::Undecided(deciding) => Some((at, *deciding)),
            _ if aliases.sure != aliases.possible => Some((at, Deciding::Id)),
            Isolation::Isolated(_) | Isolation::NotIsolated(_) => None,
        })
        .collect()
    }

    /// Whether requests of one carry the requester ID of the other, both on one bus.
    pub(super) fn are_aliases(&self, one: usize, other: usize, assumed: Assumed) -> bool {
        let names = |one: usize, other: usize| {
            let address = self.function(other).map(|function| function.address);
            let aliases = self.aliases(one, assumed);
            address.is_some_and(|address| aliases.contains(address))
        };
        names(one, other) || names(other, one)
    }
}

/// The aliases of a function: by its IDs, and by IVRS.
fn aliases(function: &Function, is_on_root_bus: bool, conditions: &Conditions) -> Aliases {
    let mut found = by_id::aliases(function, is_on_root_bus);
    let FirmwareTables::Ivrs(ivrs) = &conditions.firmware else {
        return found;
    };
    // At the address in the table.
    let Some(was) = conditions.was(function.address) else {
        return found;
    };
    let own = was.requester_id();
    for (segment, devices, source) in ivrs.aliases() {
        let here = u32::from(segment) == function.address.domain()
            && devices.contains(own)
            && source.bus() == was.bus();
        if here && source != own {
            found.sure.insert_devfn(source.ari_function());
            found.possible.insert_devfn(source.ari_function());
        }
    }
    found
}

/// One run over all functions.
pub(super) struct Grouping<'a> {
    facts: &'a Facts<'a>,
    assumed: Assumed,
    isolated: Vec<bool>,
    /// For each bridge, the first function at or above it that is not isolated, if any.
    blocker: Vec<Option<usize>>,
    result: Partition,
    next: u32,
}

impl<'a> Grouping<'a> {
    pub(super) fn run(facts: &'a Facts<'a>, assumed: Assumed) -> Partition {
        let count = facts.topology.functions.len();
        let isolated = facts.isolated(assumed);
        let mut grouping = Self {
            blocker: blockers(facts.topology, &isolated),
            isolated,
            assumed,
            facts,
            result: Partition {
                group: vec![None; count],
                not_covered: vec![None; count],
                joins: Vec::new(),
            },
            next: 0,
        };
        let coverage = Coverage::new(facts.conditions, facts.topology);
        for at in order(facts.topology, facts.conditions, &coverage) {
            match coverage.of(facts.topology, at) {
                Covered::Yes => grouping.place(at),
                Covered::No(why) => {
                    if let Some(slot) = grouping.result.not_covered.get_mut(at) {
                        *slot = Some(why);
                    }
                }
            }
        }
        grouping.result
    }

    fn group(&self, at: usize) -> Option<u32> {
        self.result.group.get(at).copied().flatten()
    }

    fn is_isolated(&self, at: usize) -> bool {
        self.isolated.get(at).copied().unwrap_or(false)
    }

    fn address(&self, at: usize) -> Option<Address> {
        self.facts.function(at).map(|function| function.address)
    }

    fn above(&self, at: usize) -> Option<usize> {
        self.facts.topology.bridge.get(at).copied().flatten()
    }

    /// Puts function `at` into its group, or into a new one.
    fn place(&mut self, at: usize) {
        let found = self.find(at);
        let number = match found {
            Some((with, reason)) => {
                let number = self.group(with);
                if let (Some(member), Some(with)) = (self.address(at), self.address(with)) {
                    self.result.joins.push(Join {
                        member,
                        with,
                        reason,
                    });
                }
                number
            }
            None => {
                self.next += 1;
                Some(self.next - 1)
            }
        };
        if let Some(slot) = self.result.group.get_mut(at) {
            *slot = number;
        }
    }

    /// A function that already has a group and shares it with `at`, with the reason.
    fn find(&self, at: usize) -> Option<(usize, JoinReason)> {
        if let Some(endpoint) = self.facts.vmd.get(at).copied().flatten()
            && self.group(endpoint).is_some()
        {
            return Some((endpoint, JoinReason::InVmdDomain));
        }
        let (top, through) = match self.climb_aliases(at) {
            Climb::Joined(with, reason) => return Some((with, reason)),
            Climb::To(top) => (top, (top != at).then_some(top)),
        };
        let (top, through) = match self.climb_unisolated(top) {
            Climb::Joined(with, reason) => return Some((with, reason)),
            Climb::To(higher) if higher != top => (higher, Some(higher)),
            Climb::To(_) => (top, through),
        };
        let via = through.and_then(|bridge| self.address(bridge));
        self.by_alias(top, via).or_else(|| self.by_slot(top, via))
    }

    /// Climbs past bridges whose requester ID the requests carry.
    fn climb_aliases(&self, at: usize) -> Climb {
        let (mut top, mut next) = (at, self.above(at));
        while let Some(bridge) = next {
            let is_alias = self
                .facts
                .function(bridge)
                .is_some_and(Function::replaces_requester_id);
            if is_alias {
                top = bridge;
                if self.group(bridge).is_some()
                    && let Some(address) = self.address(bridge)
                {
                    return Climb::Joined(bridge, JoinReason::BelowBridge { bridge: address });
                }
            }
            next = self.above(bridge);
        }
        Climb::To(top)
    }

    /// Climbs past bridges whose path to the root complex is not isolated.
    fn climb_unisolated(&self, at: usize) -> Climb {
        let (mut top, mut next) = (at, self.above(at));
        while let Some(bridge) = next {
            let Some(blocker) = self.blocker.get(bridge).copied().flatten() else {
                break;
            };
            top = bridge;
            if self.group(bridge).is_some()
                && let (Some(bridge_at), Some(blocker_at)) =
                    (self.address(bridge), self.address(blocker))
                && let Some(isolation) = self.facts.isolation.get(blocker)
            {
                let reason = JoinReason::PathNotIsolated {
                    bridge: bridge_at,
                    blocker: blocker_at,
                    why: *isolation,
                };
                return Climb::Joined(bridge, reason);
            }
            next = self.above(bridge);
        }
        Climb::To(top)
    }

    /// A function of the bus that is an alias of `at`.
    fn by_alias(&self, at: usize, via: Option<Address>) -> Option<(usize, JoinReason)> {
        let mut seen = Devfns::default();
        let with = self.alias_group(at, &mut seen)?;
        Some((with, JoinReason::SameRequesterId { via }))
    }

    /// `get_pci_alias_group` without the function itself: `seen` are the functions of the bus whose
    /// aliases were searched.
    fn alias_group(&self, at: usize, seen: &mut Devfns) -> Option<usize> {
        if seen.insert(self.address(at)?) {
            return None;
        }
        for other in self.facts.topology.bus_of(at) {
            if other == at || !self.facts.are_aliases(at, other, self.assumed) {
                continue;
            }
            if self.group(other).is_some() {
                return Some(other);
            }
            let found = self.alias_group(other, seen);
            let found = found.or_else(|| self.slot_group(other, seen));
            if found.is_some() {
                return found;
            }
        }
        None
    }

    /// Another function of the same device, if neither is isolated.
    fn by_slot(&self, at: usize, via: Option<Address>) -> Option<(usize, JoinReason)> {
        let mut seen = Devfns::default();
        let with = self.slot_group(at, &mut seen)?;
        let isolation = |at: usize| self.facts.isolation.get(at).copied();
        let reason = JoinReason::SlotNotIsolated {
            via,
            why: isolation(at)?,
            other: isolation(with)?,
        };
        Some((with, reason))
    }

    /// `get_pci_function_alias_group`.
    fn slot_group(&self, at: usize, seen: &mut Devfns) -> Option<usize> {
        let function = self.facts.function(at)?;
        if !function.is_multifunction() || self.is_isolated(at) {
            return None;
        }
        let mut siblings = self.facts.topology.siblings(at);
        siblings.find_map(|other| {
            if self.is_isolated(other) {
                return None;
            }
            let own = self.group(other).map(|_| other);
            own.or_else(|| self.alias_group(other, seen))
        })
    }
}

/// Result of a climb toward the root complex.
enum Climb {
    /// A function with a group.
    Joined(usize, JoinReason),
    /// The last function that represents the one below.
    To(usize),
}

/// For each function, the first at or above it that is not isolated.
fn blockers(topology: &Topology<'_>, isolated: &[bool]) -> Vec<Option<usize>> {
    let mut blocker: Vec<Option<usize>> = Vec::with_capacity(isolated.len());
    for (at, own) in isolated.iter().enumerate() {
        // A bridge precedes its downstream functions: its bus number is lower.
        let above = topology.bridge.get(at).copied().flatten();
        let higher = above.and_then(|bridge| blocker.get(bridge).copied().flatten());
        blocker.push(if *own { higher } else { Some(at) });
    }
    blocker
}

/// The order in which the kernel assigns groups: IOMMU by IOMMU, because each probes the functions
/// it covers on registration (`iommu_device_register`, drivers/iommu/iommu.c, since 6.0); within an
/// IOMMU root bus by root bus, and bus by bus below. Virtual functions come last.
pub(super) fn order(
    topology: &Topology<'_>,
    conditions: &Conditions,
    coverage: &Coverage<'_>,
) -> Vec<usize> {
    let roots = topology.root_buses();
    let place = |root: &(u32, u8)| {
        let known = conditions.root_buses.iter().position(|known| known == root);
        known.unwrap_or(usize::MAX)
    };
    let mut order: Vec<(bool, Option<usize>, usize, usize)> = topology
        .functions
        .iter()
        .zip(&roots)
        .enumerate()
        .map(|(at, (function, root))| {
            let is_virtual = function.physical_function.is_some();
            (is_virtual, coverage.unit_of(topology, at), place(root), at)
        })
        .collect();
    order.sort_unstable();
    order.into_iter().map(|(_, _, _, at)| at).collect()
}
