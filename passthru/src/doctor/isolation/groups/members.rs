//! The members of IOMMU groups, and their addresses in sentences.

use host_tree::Evidence;
use list_order::Order as _;
use pci_core::Address;

use crate::doctor::rule::Context;
use crate::host::Device;

/// The command that shows all groups.
pub(in crate::doctor) const SHOW_GROUPS: &[&str] =
    &["find", "/sys/kernel/iommu_groups", "-type", "l"];

/// Members of a group that are neither requested nor bridges upstream.
pub(in crate::doctor) fn other_members(
    context: &Context<'_>,
    group: u32,
) -> Vec<(Address, Evidence)> {
    context
        .host
        .members(group)
        .filter(|(address, _)| !context.is_asked(*address))
        .filter(|(address, _)| {
            context
                .host
                .devices
                .get(address)
                .is_none_or(|device| !device.does_not_block_group())
        })
        .map(|(address, evidence)| (address, evidence.clone()))
        .collect()
}

/// The groups of the functions that are to be passed through.
pub(in crate::doctor) fn groups(context: &Context<'_>) -> Vec<u32> {
    let mut groups: Vec<u32> = context
        .functions()
        .filter_map(|device| context.host.group_of(device.address))
        .collect();
    groups.order();
    groups.dedup();
    groups
}

/// The ports in a group.
pub(super) fn ports(context: &Context<'_>, group: u32) -> Vec<Address> {
    let members = context.host.members(group).map(|(address, _)| address);
    let is_port = |address: &Address| {
        let device = context.host.devices.get(address);
        device.is_some_and(Device::is_pci_bridge)
    };
    members.filter(is_port).collect()
}

/// Addresses for a sentence: each of them, or the range and the number where they are many.
pub(in crate::doctor) fn addresses(list: impl IntoIterator<Item = Address>) -> String {
    let list: Vec<Address> = list.into_iter().collect();
    let range = list.iter().min().zip(list.iter().max());
    if let (true, Some((low, high))) = (list.len() > MOST_LISTED, range) {
        return format!("{} functions from {low:#} to {high:#}", list.len());
    }
    list.iter()
        .map(|address| format!("{address:#}"))
        .collect::<Vec<_>>()
        .join(", ")
}

/// So many addresses are read one by one: a slot and a half.
const MOST_LISTED: usize = 12;
