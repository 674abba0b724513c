//! Isolation of a function: `pci_acs_enabled` of Linux (drivers/pci/pci.c), with the reason.

use pci_core::config::conventional::express::DeviceType;

use super::by_id::{AcsById, Answer, acs_row_of, is_intel_rc_endpoint};
use super::conditions::{Conditions, FirmwareTables, Origin, PchWorkaround};
use super::controls::{AppliedOptions, Registers, controls};
use super::function::Function;
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

/// Treatment of undecided isolation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Undecided {
    AsIsolated,
    AsNotIsolated,
}

/// The isolation of function `at` of `topology`.
pub(super) fn isolation(
    topology: &Topology<'_>,
    at: usize,
    function: &Function,
    conditions: &Conditions,
) -> Isolation {
    if conditions.as_if_isolated.contains(&function.address) {
        return Isolation::Isolated(Isolated::Supposed);
    }
    if is_intel_rc_endpoint(function) {
        return Isolation::Isolated(Isolated::IntelRcEndpoint);
    }
    if let Some(answer) =
        acs_row_of(function).and_then(|row| by_id(row, topology, at, function, conditions))
    {
        return answer;
    }
    if overridden(function, conditions) {
        return Isolation::Isolated(Isolated::Override);
    }
    let registers = |without: NotIsolated| match function.acs {
        None if conditions.origins.get(&function.address) == Some(&Origin::Described) => {
            Isolation::Undecided(Deciding::AcsCapability)
        }
        None => Isolation::NotIsolated(without),
        Some(acs) => {
            let registers = Registers {
                capability: acs.capability,
                control: acs.control,
                options: AppliedOptions::All,
            };
            controls(topology, at, registers, conditions)
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
    function: &Function,
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
                FirmwareTables::Ivrs(_) => Some(isolated),
                FirmwareTables::Dmar(_) => None,
                FirmwareTables::NotShown => Some(Isolation::Undecided(Deciding::Ivrs(row))),
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
            let registers = Registers {
                capability: acs.capability,
                control: acs.after,
                options: AppliedOptions::Redirects,
            };
            Some(controls(topology, at, registers, conditions))
        }
    }
}

/// The ACS override patch: it affects neither functions with an ACS capability nor conventional
/// PCI.
fn overridden(function: &Function, conditions: &Conditions) -> bool {
    let options = &conditions.acs_override;
    let Some(device_type) = function.device_type else {
        return false;
    };
    if function.acs.is_some() {
        return false;
    }
    let mut ids = options.ids.iter().take(AcsOverride::MAX_IDS);
    ids.any(|id| *id == function.id)
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
