//! The host's functions in the form for emitters.

use host_tree::Lookup;
use hvconf::assigned::{AssignedFunction, Bar, BarSize, BarWidth, Bars, Prefetchable, SriovRole};
use iommu::Membership;

use crate::host::hardware::device::Device;
use crate::host::state::Host;

impl Host {
    /// All functions with their known facts.
    #[must_use]
    pub(crate) fn passed_functions(&self) -> Vec<AssignedFunction> {
        let devices = self.devices.values();
        devices.map(|device| self.passed_function(device)).collect()
    }

    /// The name of this node of a cluster of Proxmox VE, or of the host in its prompts.
    #[must_use]
    pub(crate) fn node(&self) -> Option<&str> {
        let prompts = self.machines.prompts.as_slice();
        let named = match prompts {
            [only] => Some(only.value.as_str()),
            _ => None,
        };
        self.guests.mappings.node().or(named)
    }

    /// The known facts of one function.
    #[must_use]
    pub(crate) fn passed_function(&self, device: &Device) -> AssignedFunction {
        let group = match self.groups.group_of(device.address) {
            Membership::In(group) => Some(group),
            _ => None,
        };
        AssignedFunction {
            id: device.id.as_ref().map(|id| id.value),
            subsystem: device.subsystem.as_ref().map(|id| id.value),
            revision: device.revision,
            class: device.class.as_ref().map(|class| class.value),
            iommu_group: group,
            sriov: sriov(device),
            bars: bars(device),
            ..AssignedFunction::at(device.address)
        }
    }
}

fn sriov(device: &Device) -> Option<SriovRole> {
    let sysfs = device.sysfs.as_ref()?;
    if matches!(sysfs.physical_function, Lookup::Found(_)) {
        return Some(SriovRole::VirtualFunction);
    }
    let physical = matches!(sysfs.sriov.total_vfs, Lookup::Found(_));
    physical.then_some(SriovRole::PhysicalFunction)
}

/// The memory BARs; `None` where not all sizes are shown.
fn bars(device: &Device) -> Option<Bars> {
    let mut bars = Bars::default();
    let mut free = 0usize;
    for region in device.memory.as_ref()? {
        let region = &region.value;
        let size = BarSize::new(region.memory.size)?;
        let at = region.bar.map_or(free, usize::from);
        let width = if region.memory.is_64_bit {
            BarWidth::Bits64
        } else {
            BarWidth::Bits32
        };
        let prefetchable = if region.memory.prefetchable {
            Prefetchable::Yes
        } else {
            Prefetchable::No
        };
        *bars.0.get_mut(at)? = Some(Bar::Memory {
            size,
            width,
            prefetchable,
        });
        free = at + 1;
    }
    Some(bars)
}
