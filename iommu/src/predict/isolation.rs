//! Isolation of a function: `pci_acs_enabled` of Linux (drivers/pci/pci.c), with the reason.

use pci_core::PciId;
use pci_core::config::conventional::express::DeviceType;

use super::by_id::{AcsById, Answer, acs_row_of, is_intel_rc_endpoint, possible_ids};
use super::conditions::{Conditions, FirmwareTables, Origin, PchWorkaround};
use super::controls::{AppliedOptions, Registers, controls, controls_not_shown};
use super::function::{Acs, Function};
use super::isolated::{Deciding, Isolated, Isolation, NotIsolated};
use super::options::AcsOverride;
use super::topology::Topology;

impl Isolation {
    /// Whether it is isolated; if undecided, `undecided` decides.
    pub(super) const fn holds(self, undecided: Undecided) -> bool {
        match self {
            Self::Isolated(_) => true,
            Self::NotIsolated(_) => false,
            Self::Undecided(_) => matches!(undecided, Undecided::AsIsolated),
        }
    }
}

/// Treatment of undecided facts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Undecided {
    AsIsolated,
    AsNotIsolated,
}

/// Treatment of the undecided facts of all functions, and of one that differs.
#[derive(Clone, Copy, Debug)]
pub(super) struct Assumed {
    pub(super) all: Undecided,
    pub(super) except: Option<usize>,
}

impl Assumed {
    /// Treatment of function `at`.
    pub(super) const fn of(self, at: usize) -> Undecided {
        match (self.all, self.except) {
            (Undecided::AsIsolated, Some(other)) if other == at => Undecided::AsNotIsolated,
            (Undecided::AsNotIsolated, Some(other)) if other == at => Undecided::AsIsolated,
            (all, _) => all,
        }
    }
}

impl From<Undecided> for Assumed {
    fn from(all: Undecided) -> Self {
        Self { all, except: None }
    }
}

/// The isolation of function `at` of `topology`, for each ID that it may have.
pub(super) fn isolation(
    topology: &Topology<'_>,
    at: usize,
    function: &Function,
    conditions: &Conditions,
) -> Isolation {
    if conditions.as_if_isolated.contains(&function.address) {
        return Isolation::Isolated(Isolated::Supposed);
    }
    let ids = possible_ids(function, &conditions.named_ids());
    let mut found = ids
        .iter()
        .map(|id| with_id(topology, at, function, *id, conditions));
    let Some(first) = found.next() else {
        return Isolation::Undecided(Deciding::Id);
    };
    let agrees = |other: Isolation| match (first, other) {
        (Isolation::Undecided(one), Isolation::Undecided(other)) => one == other,
        (Isolation::Isolated(_), Isolation::Isolated(_))
        | (Isolation::NotIsolated(_), Isolation::NotIsolated(_)) => true,
        _ => false,
    };
    if found.all(agrees) {
        first
    } else if function.is_readable {
        Isolation::Undecided(Deciding::Id)
    } else {
        Isolation::Undecided(Deciding::Registers)
    }
}

/// The isolation of function `at` with this ID.
fn with_id(
    topology: &Topology<'_>,
    at: usize,
    function: &Function,
    id: PciId,
    conditions: &Conditions,
) -> Isolation {
    if is_intel_rc_endpoint(id, function) {
        return Isolation::Isolated(Isolated::IntelRcEndpoint);
    }
    if let Some(answer) =
        acs_row_of(id).and_then(|row| by_id(row, topology, at, (function, id), conditions))
    {
        return answer;
    }
    if !function.is_readable {
        return Isolation::Undecided(Deciding::Registers);
    }
    if overridden(function, id, conditions) {
        return Isolation::Isolated(Isolated::Override);
    }
    let registers = |without: NotIsolated| match function.acs {
        None if conditions.origins.get(&function.address) == Some(&Origin::Described) => {
            Isolation::Undecided(Deciding::AcsCapability)
        }
        None => Isolation::NotIsolated(without),
        Some(Acs::Listed) => controls_not_shown(topology, (at, id), conditions),
        Some(Acs::Registers(acs)) => {
            let registers = Registers {
                capability: acs.capability,
                control: acs.control,
                options: AppliedOptions::All,
            };
            controls(topology, (at, id), registers, conditions)
        }
    };
    let Some(device_type) = function.device_type else {
        return Isolation::NotIsolated(NotIsolated::Conventional);
    };
    match device_type {
        DeviceType::PCI_BRIDGE | DeviceType::PCIE_BRIDGE => {
            Isolation::NotIsolated(NotIsolated::Bridge)
        }
        DeviceType::ROOT_COMPLEX_EVENT_COLLECTOR => {
            Isolation::NotIsolated(NotIsolated::EventCollector)
        }
        DeviceType::ROOT_PORT | DeviceType::DOWNSTREAM_PORT => {
            registers(NotIsolated::PortWithoutAcs)
        }
        DeviceType::ENDPOINT
        | DeviceType::LEGACY_ENDPOINT
        | DeviceType::ROOT_COMPLEX_INTEGRATED_ENDPOINT
        | DeviceType::UPSTREAM_PORT => {
            if function.is_multifunction() {
                registers(NotIsolated::FunctionWithoutAcs)
            } else if device_type == DeviceType::UPSTREAM_PORT {
                Isolation::Isolated(Isolated::UpstreamPort)
            } else {
                Isolation::Isolated(Isolated::SingleFunction)
            }
        }
        other => Isolation::Isolated(Isolated::UnknownType(other)),
    }
}

/// The isolation that a row states for this function, if any.
fn by_id(
    row: &'static AcsById,
    topology: &Topology<'_>,
    at: usize,
    (function, id): (&Function, PciId),
    conditions: &Conditions,
) -> Option<Isolation> {
    let isolated = Isolation::Isolated(Isolated::ById(row));
    let is_root_port = function.device_type == Some(DeviceType::ROOT_PORT);
    match row.answer {
        Answer::Isolated => Some(isolated),
        Answer::Ports => function.is_downstream_port().then_some(isolated),
        Answer::RootPorts => is_root_port.then_some(isolated),
        Answer::AmdSouthbridge => {
            let has_bridge = topology.bridge.get(at).is_some_and(Option::is_some);
            if has_bridge || !function.is_multifunction() {
                return None;
            }
            match conditions.firmware {
                // Without IVRS there is no IOMMU, and no group.
                FirmwareTables::Ivrs(_) | FirmwareTables::NotShown => Some(isolated),
                FirmwareTables::Dmar(_) | FirmwareTables::SmmuV3 => None,
            }
        }
        Answer::IntelPch => is_root_port.then_some(match conditions.pch_workaround {
            PchWorkaround::Applied => isolated,
            PchWorkaround::Failed => Isolation::NotIsolated(NotIsolated::WorkaroundFailed(row)),
            PchWorkaround::NotShown => Isolation::Undecided(Deciding::PchWorkaround(row)),
        }),
        // The registers are dwords: the control register is at an offset that is empty in the
        // 16-bit layout. The kernel enables the controls that grouping requires.
        Answer::IntelSpt => {
            let acs = function.acs.filter(|_| is_root_port)?;
            let Some(acs) = acs.registers() else {
                return Some(controls_not_shown(topology, (at, id), conditions));
            };
            let registers = Registers {
                capability: acs.capability,
                control: acs.after,
                options: AppliedOptions::Redirects,
            };
            Some(controls(topology, (at, id), registers, conditions))
        }
    }
}

/// The ACS override patch: it affects neither functions with an ACS capability nor conventional
/// PCI.
fn overridden(function: &Function, id: PciId, conditions: &Conditions) -> bool {
    let options = &conditions.acs_override;
    let Some(device_type) = function.device_type else {
        return false;
    };
    if function.acs.is_some() {
        return false;
    }
    let mut ids = options.ids.iter().take(AcsOverride::MAX_IDS);
    ids.any(|listed| *listed == id)
        || options.downstream && function.is_downstream_port()
        || options.multifunction
            && function.is_multifunction()
            && matches!(
                device_type,
                DeviceType::ENDPOINT
                    | DeviceType::LEGACY_ENDPOINT
                    | DeviceType::UPSTREAM_PORT
                    | DeviceType::ROOT_COMPLEX_INTEGRATED_ENDPOINT
            )
}
