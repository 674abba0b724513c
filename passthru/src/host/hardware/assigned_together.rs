//! Functions that must be assigned together on hosts without IOMMU groups.

use std::collections::BTreeMap;
use std::ops::RangeInclusive;
use std::sync::Arc;

use host_tree::{Evidence, HostTree, numbered_lines};
use iommu::reset::{
    AssignedTogether, BusReset, EsxiDependency, together_by_reset, together_on_esxi,
};
use list_order::Inserts as _;

use crate::host::identity::platform::Platform;
use crate::host::identity::xl_info;
use crate::host::state::Host;
use crate::target::Target;

/// Evidence that the kernel is that of dom0 under Xen: it may control the other domains
/// (`capabilities_show`, drivers/xen/xenfs/super.c of Linux). Texts show it unless their lines may be
/// quoted.
pub(in crate::host) fn dom0(
    tree: &dyn HostTree,
    of_guests: &[Vec<RangeInclusive<u32>>],
    is_quoted: bool,
) -> Option<Evidence> {
    const CAPABILITIES: &str = "/proc/xen/capabilities";
    let text = tree.read_text(CAPABILITIES).found().unwrap_or_default();
    let control = numbered_lines(&text).find(|(_, line)| line.contains("control_d"));
    match control {
        Some((number, line)) => Some(Evidence::new(CAPABILITIES, number, line)),
        None if is_quoted => None,
        None => xl_info::dom0(tree.texts(), of_guests),
    }
}

/// A hypervisor that forms no IOMMU groups.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum WithoutGroups {
    /// ESXi: the VMkernel has no IOMMU groups.
    Esxi,
    /// Xen: the hypervisor owns the IOMMU, so the kernel of dom0 forms no groups.
    Xen,
}

impl Host {
    /// The hypervisor, where it forms no groups.
    #[must_use]
    pub(crate) fn without_groups(&self) -> Option<WithoutGroups> {
        let hypervisor = self.system.hypervisor.as_ref();
        if hypervisor.is_some_and(|hypervisor| hypervisor.value == Target::Esxi) {
            return Some(WithoutGroups::Esxi);
        }
        let platform = self.system.platform.as_ref();
        let is_xen = platform.is_some_and(|platform| platform.value == Platform::Xen);
        (is_xen || self.dom0.is_some()).then_some(WithoutGroups::Xen)
    }

    /// The sets of functions that must be assigned together, as far as the input shows them: ESXi's
    /// dependencies, or the functions that a reset also resets under Xen.
    #[must_use]
    pub(crate) fn assigned_together(&self) -> Vec<AssignedTogether> {
        match self.without_groups() {
            None => Vec::new(),
            Some(WithoutGroups::Esxi) => {
                let functions = self.esxi.functions.iter();
                let functions = functions.map(|(address, sentence)| {
                    let dependent = sentence.dependent_device.as_ref();
                    let sentence = EsxiDependency {
                        dependent_device: dependent.map(|device| device.value),
                        sharable: sentence.sharable.as_ref().map(|sharable| sharable.value),
                    };
                    (*address, sentence)
                });
                together_on_esxi(&functions.into_map())
            }
            Some(WithoutGroups::Xen) => {
                // A bus reset resets the same functions for all functions of the bus.
                let mut buses: BTreeMap<(u32, u8), Arc<BusReset>> = BTreeMap::new();
                let mut standings = Vec::new();
                for device in self.devices.values().filter(|device| !device.is_bridge()) {
                    let address = device.address;
                    let key = (address.domain(), address.bus());
                    let bus = buses.entry(key).or_insert_with(|| self.bus_reset(address));
                    // The drivers of the others make no difference here.
                    if let Some(report) = self.reset_of(device, bus, false) {
                        standings.push((key, report.standing));
                    }
                }
                let rows = standings.iter();
                let rows = rows.filter_map(|(key, standing)| Some((standing, &**buses.get(key)?)));
                together_by_reset(rows)
            }
        }
    }
}
