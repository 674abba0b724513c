//! Virtual functions of SR-IOV in the IOMMU group of their physical function.

use std::collections::{BTreeMap, BTreeSet};

use list_order::Inserts as _;

use super::groups::addresses;
use crate::doctor::rule::{Context, Diagnostic, Rule};
use crate::host::drivers::guest_drivers::is_vfio_driver;
use crate::host::{Device, Host};
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

/// A group with physical functions and their virtual ones.
struct Mixed<'a> {
    group: u32,
    physical: Vec<&'a Device>,
    virtual_functions: Vec<&'a Device>,
}

/// The groups in which virtual functions are with their physical function. One that vfio-pci has
/// enabled keeps its virtual functions.
fn mixed<'a>(host: &'a Host) -> impl Iterator<Item = Mixed<'a>> {
    let mut groups: BTreeMap<u32, Vec<&Device>> = BTreeMap::new();
    for device in host.devices.values() {
        if let Some(group) = host.group_of(device.address) {
            groups.entry(group).or_default().push(device);
        }
    }
    let groups = groups.into_iter();
    let groups = groups.filter(|(_, members)| members.len() > 1);
    groups.filter_map(|(group, members)| {
        let is_virtual = |device: &&Device| host.is_virtual_function(device);
        let (virtual_functions, mut physical): (Vec<&Device>, Vec<&Device>) =
            members.into_iter().partition(is_virtual);
        if virtual_functions.is_empty() {
            return None;
        }
        let of_these = host.physical_functions(virtual_functions.iter().copied());
        physical.retain(|device| {
            of_these.contains(&device.address) && !device.driver.is_bound_to(is_vfio_driver)
        });
        (!physical.is_empty()).then_some(Mixed {
            group,
            physical,
            virtual_functions,
        })
    })
}

/// The groups that have virtual functions with their physical one: as a whole they cannot be assigned, since
/// there are no virtual functions while that one is bound to vfio-pci. None for a request of the physical
/// function itself.
pub(super) fn mixed_groups(context: &Context<'_>) -> BTreeSet<u32> {
    let host = context.host;
    let asked = context.asked.iter();
    let mut asked = asked.filter_map(|address| host.devices.get(address));
    if !context.asked.is_empty() && !asked.any(|device| host.is_virtual_function(device)) {
        return BTreeSet::new();
    }
    mixed(host).map(|mixed| mixed.group).into_set()
}

fn shared(context: &Context<'_>) -> Vec<Diagnostic> {
    let host = context.host;
    mixed(host)
        .map(|mixed| {
            let Mixed {
                group,
                physical,
                virtual_functions,
            } = mixed;
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
                             port has ACS; pcie_acs_override= separates the groups without \
                             isolation, and only in a patched kernel, such as Proxmox VE's: \
                             others ignore the option"
                    ),
                })
        })
        .collect()
}

/// Maximum number of lines that are shown.
const LINES: usize = 3;
