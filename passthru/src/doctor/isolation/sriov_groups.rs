//! Virtual functions of SR-IOV in the IOMMU group of their physical function.

use std::collections::BTreeMap;

use super::groups::addresses;
use crate::doctor::rule::{Context, Diagnostic, Rule};
use crate::host::Device;
use crate::host::drivers::guest_drivers::is_vfio_driver;
use crate::remedy::Remedy;
use crate::text::{plural, text};
use crate::verdict::Verdict;

pub(in crate::doctor) const RULES: &[Rule] = &[Rule {
    code: "sriov-group-shared",
    meaning: "A virtual function exists while its physical function is bound to the driver that \
              enabled it. In one IOMMU group with that function it cannot be assigned: all \
              functions of a group are bound to vfio-pci, or to no driver. The port above the \
              card, or the card itself, has no ACS, or ACS is disabled in the firmware.",
    source: "Linux Documentation/driver-api/vfio.rst; Documentation/PCI/pci-iov-howto.rst; PCI \
             Express Base Specification, section 6.12 (ACS)",
    causes: &["group-not-viable"],
    check: shared,
}];

fn shared(context: &Context<'_>) -> Vec<Diagnostic> {
    let host = context.host;
    let mut groups: BTreeMap<u32, Vec<&Device>> = BTreeMap::new();
    for device in host.devices.values() {
        if let Some(group) = host.group_of(device.address) {
            groups.entry(group).or_default().push(device);
        }
    }
    groups
        .into_iter()
        .filter(|(_, members)| members.len() > 1)
        .filter_map(|(group, members)| {
            let is_virtual = |device: &&Device| host.is_virtual_function(device);
            let (virtual_functions, mut physical): (Vec<&Device>, Vec<&Device>) =
                members.into_iter().partition(is_virtual);
            physical.retain(|device| is_physical(context, device, &virtual_functions));
            if physical.is_empty() {
                return None;
            }
            let list = |devices: &[&Device]| addresses(devices.iter().map(|one| one.address));
            let title = plural!(
                physical.len(),
                "IOMMU group {group} contains the physical function {physical} and its virtual \
                 functions {list}: no virtual function can be assigned by itself",
                "IOMMU group {group} contains the physical functions {physical} and their virtual \
                 functions {list}: no virtual function can be assigned by itself",
                group,
                physical = list(&physical),
                list = list(&virtual_functions)
            );
            Some(
                Diagnostic::new(Verdict::Blocker, title)
                    .of(virtual_functions.iter().map(|device| device.address))
                    .evidence(
                        host.members(group)
                            .map(|(_, line)| line.clone())
                            .take(LINES),
                    )
                    .remedy(Remedy::Manual {
                        step: "sriov-acs",
                        text: text!(
                            "enable ACS in the firmware setup, or move the card to a slot whose \
                             port has ACS; pcie_acs_override= of a patched kernel, such as \
                             Proxmox VE's, separates the groups without isolation"
                        ),
                    }),
            )
        })
        .collect()
}

/// Maximum number of lines that are shown.
const LINES: usize = 3;

/// Whether the function is the physical one of a virtual function: by sysfs, or by its bus and
/// vendor. One that vfio-pci has enabled keeps its virtual functions.
fn is_physical(context: &Context<'_>, device: &Device, virtual_functions: &[&Device]) -> bool {
    let topology = &context.host.topology;
    let vendor = |device: &Device| device.id.as_ref().map(|id| id.value.vendor);
    let is_of = |one: &&Device| match topology.physical_function(one.address) {
        Some(physical) => physical == device.address,
        None => one.address.bus() == device.address.bus() && vendor(one) == vendor(device),
    };
    !device.driver.is_bound_to(is_vfio_driver)
        && !device.is_bridge()
        && virtual_functions.iter().any(is_of)
}
