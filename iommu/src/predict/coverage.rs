//! The functions that an IOMMU covers: all others are in no group.

use std::collections::BTreeSet;

use pci_core::config::conventional::express::DeviceType;
use pci_core::{Address, RequesterId, VendorId};

use super::conditions::{Conditions, FirmwareTables};
use super::topology::Topology;
use super::vmd;
use crate::acpi::{DeviceEntryKind, Dmar, Ivrs, ScopeKind};

/// Whether an IOMMU covers a function.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Covered {
    Yes,
    No(NotCovered),
}

/// Why a function is in no group.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum NotCovered {
    /// The function is an IOMMU.
    IsIommu,
    /// No unit of the firmware's table names it, and none covers all.
    NotInTable,
    /// It is the host bridge of an AMD root complex. The table is not in the input; AMD's tables
    /// omit it on every processor since Zen, and on earlier ones without a separate northbridge
    /// ([`Assumption::RootComplex`](super::Assumption::RootComplex)).
    RootComplex,
    /// Its requests carry a stream ID that an earlier function has: it is below a bridge to
    /// conventional PCI, after the first function there, or below a conventional bridge. The driver
    /// of SMMUv3 refuses it (`arm_smmu_insert_master`,
    /// drivers/iommu/arm/arm-smmu-v3/arm-smmu-v3.c).
    StreamIdInUse,
}

/// The units and the functions they cover.
pub(super) struct Coverage<'a> {
    conditions: &'a Conditions,
    /// The units of a DMAR, in the kernel's search order: first those that do not cover a whole
    /// segment, from the last to the first (`dmar_register_drhd_unit`, drivers/iommu/intel/dmar.c).
    units: Vec<Unit>,
    /// The functions that SMMUv3 refuses.
    refused: Vec<bool>,
}

/// A unit of a DMAR.
struct Unit {
    segment: u32,
    include_all: bool,
    /// The functions that its scopes name, bridges with everything below.
    named: Vec<Address>,
}

impl<'a> Coverage<'a> {
    pub(super) fn new(conditions: &'a Conditions, topology: &Topology<'_>) -> Self {
        let units = match &conditions.firmware {
            FirmwareTables::Dmar(dmar) => units(dmar, topology),
            FirmwareTables::Ivrs(_) | FirmwareTables::SmmuV3 | FirmwareTables::NotShown => {
                Vec::new()
            }
        };
        let refused = match conditions.firmware {
            FirmwareTables::SmmuV3 => repeat_stream_ids(topology),
            _ => Vec::new(),
        };
        Self {
            conditions,
            units,
            refused,
        }
    }

    /// Whether function `at` is covered.
    pub(super) fn of(&self, topology: &Topology<'_>, at: usize) -> Covered {
        let Some(function) = topology.functions.get(at) else {
            return Covered::No(NotCovered::NotInTable);
        };
        // AMD's is a PCI function, and has no group.
        if function.is_iommu() {
            return Covered::No(NotCovered::IsIommu);
        }
        // Devices in a VMD domain are translated as the VMD endpoint.
        if function.address.domain() >= vmd::FIRST_DOMAIN {
            return Covered::Yes;
        }
        // The firmware names new functions when it finds them.
        let Some(was) = self.conditions.was(function.address) else {
            return Covered::Yes;
        };
        let covered = match &self.conditions.firmware {
            FirmwareTables::NotShown if is_amd_root_complex(topology, at) => {
                return Covered::No(NotCovered::RootComplex);
            }
            FirmwareTables::SmmuV3 if self.refused.get(at) == Some(&true) => {
                return Covered::No(NotCovered::StreamIdInUse);
            }
            FirmwareTables::NotShown | FirmwareTables::SmmuV3 => true,
            FirmwareTables::Ivrs(ivrs) => in_ivrs(ivrs, was),
            FirmwareTables::Dmar(_) => self.unit_of(topology, at).is_some(),
        };
        if covered {
            Covered::Yes
        } else {
            Covered::No(NotCovered::NotInTable)
        }
    }

    /// Index of the DMAR unit of function `at`: the first that names it or covers all
    /// (`device_to_iommu`, drivers/iommu/intel/iommu.c).
    pub(super) fn unit_of(&self, topology: &Topology<'_>, at: usize) -> Option<usize> {
        let segment = topology.functions.get(at)?.address.domain();
        self.units.iter().position(|unit| {
            unit.segment == segment && (unit.include_all || unit.names(topology, at))
        })
    }
}

impl Unit {
    /// Whether a scope names the function or an upstream bridge.
    fn names(&self, topology: &Topology<'_>, at: usize) -> bool {
        let mut next = Some(at);
        while let Some(here) = next {
            let address = topology
                .functions
                .get(here)
                .map(|function| function.address);
            if address.is_some_and(|address| self.named.contains(&address)) {
                return true;
            }
            next = topology.bridge.get(here).copied().flatten();
        }
        false
    }
}

fn units(dmar: &Dmar, topology: &Topology<'_>) -> Vec<Unit> {
    let secondary = |address: Address| {
        let functions = topology.functions;
        let found = functions.binary_search_by_key(&address, |function| function.address);
        let bridge = functions.get(found.ok()?)?.bridge?;
        Some(bridge.secondary)
    };
    let all = dmar.units().map(|unit| {
        let scopes = unit.scopes.iter();
        let of_pci = scopes
            .filter(|scope| matches!(scope.kind, ScopeKind::ENDPOINT | ScopeKind::SUB_HIERARCHY));
        Unit {
            segment: u32::from(unit.segment),
            include_all: unit.include_all,
            named: of_pci
                .filter_map(|scope| scope.function(unit.segment, secondary))
                .collect(),
        }
    });
    let (mut covering_all, mut units): (Vec<Unit>, Vec<Unit>) =
        all.partition(|unit| unit.include_all);
    units.reverse();
    units.append(&mut covering_all);
    units
}

/// Whether function `at` is the host bridge of an AMD root complex: function 00.0 of a root bus.
/// Of 163 IVRS tables of real machines (github.com/linuxhw/ACPI), 159 omit it for each root complex;
/// the other four are of machines whose northbridge has the vendor ID 1002.
pub(super) fn is_amd_root_complex(topology: &Topology<'_>, at: usize) -> bool {
    let is_on_root_bus = topology.bridge.get(at) == Some(&None);
    topology.functions.get(at).is_some_and(|function| {
        let address = function.address;
        is_on_root_bus
            && (address.device(), address.function()) == (0, 0)
            && function.is_host_bridge()
            && function.id.vendor() == Some(VendorId(AMD))
    })
}

/// For each function, whether its requests carry a stream ID of an earlier one: its own requester ID,
/// or that of a bridge above it that replaces requester IDs (`pci_for_each_dma_alias`,
/// drivers/pci/search.c).
fn repeat_stream_ids(topology: &Topology<'_>) -> Vec<bool> {
    let mut used: BTreeSet<(u32, RequesterId)> = BTreeSet::new();
    let mut refused = Vec::with_capacity(topology.functions.len());
    for (at, function) in topology.functions.iter().enumerate() {
        let domain = function.address.domain();
        let mut ids = vec![function.address.requester_id()];
        let mut next = topology.bridge.get(at).copied().flatten();
        while let Some(above) = next {
            if let Some(bridge) = topology.functions.get(above)
                && bridge.replaces_requester_id()
            {
                let secondary = bridge.bridge.map(|bridge| bridge.secondary);
                ids.extend(match (bridge.device_type, secondary) {
                    (Some(DeviceType::PCI_BRIDGE), Some(bus)) => RequesterId::new(bus, 0, 0),
                    _ => Some(bridge.address.requester_id()),
                });
            }
            next = topology.bridge.get(above).copied().flatten();
        }
        let repeats = ids.iter().any(|id| used.contains(&(domain, *id)));
        if !repeats {
            used.extend(ids.into_iter().map(|id| (domain, id)));
        }
        refused.push(repeats);
    }
    refused
}

/// Advanced Micro Devices, Inc. [AMD].
pub(super) const AMD: u16 = 0x1022;

/// Linux covers the devices that an entry names, up to the last ID that any entry of the segment
/// names (`init_iommu_from_acpi`, drivers/iommu/amd/init.c).
fn in_ivrs(ivrs: &Ivrs, address: Address) -> bool {
    let id = address.requester_id();
    let units = ivrs
        .units()
        .filter(|unit| u32::from(unit.segment) == address.domain());
    units
        .flat_map(|unit| &unit.entries)
        .any(|entry| match &entry.kind {
            DeviceEntryKind::All => true,
            DeviceEntryKind::Devices { devices, .. } | DeviceEntryKind::Alias { devices, .. } => {
                devices.contains(id)
            }
            DeviceEntryKind::Acpi { device, .. } => *device == id,
            DeviceEntryKind::Special(_) | DeviceEntryKind::Other { .. } => false,
        })
}
