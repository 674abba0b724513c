//! Losses of the host that the assignment of a group has.

use std::collections::{BTreeMap, BTreeSet};

use host_tree::Evidence;
use list_order::Inserts as _;
use pci_core::Address;

use super::members::{groups, other_members};
use crate::doctor::rule::{Context, Diagnostic};
use crate::host::HostImpactKind;
use crate::remedy::Remedy;
use crate::text::text;
use crate::verdict::Verdict;

/// Impact on the host of the groups' other members; other rules cover the requested functions.
pub(super) fn costs_host(context: &Context<'_>) -> Vec<Diagnostic> {
    let mut members: BTreeMap<Address, (u32, Evidence)> = BTreeMap::new();
    for group in groups(context) {
        for (address, evidence) in other_members(context, group) {
            members.insert(address, (group, evidence));
        }
    }
    let functions = members.keys().copied().into_set();
    let impacts = context.host.host_impact(&functions);
    let mut seen = BTreeSet::new();
    impacts
        .iter()
        .filter_map(|impact| {
            let (group, member) = members.get(&impact.address)?;
            let address = impact.address;
            let (verdict, title) = match &impact.kind {
                // All file systems of a function are one finding.
                HostImpactKind::FileSystem(place) => {
                    if !seen.insert(address) {
                        return None;
                    }
                    let others = impacts.iter().filter(|other| other.address == address);
                    let places = others.filter_map(|other| match &other.kind {
                        HostImpactKind::FileSystem(place) => Some(place.as_str()),
                        _ => None,
                    });
                    let places: Vec<&str> = places.collect();
                    let title = match places.as_slice() {
                        [_] => text!(
                            "assigning IOMMU group {group} makes the file system {place}, on \
                             {address}, unusable for the host",
                            group,
                            place,
                            address
                        ),
                        places => text!(
                            "assigning IOMMU group {group} makes the file systems {places}, on \
                             {address}, unusable for the host",
                            group,
                            places = places.join(", "),
                            address
                        ),
                    };
                    (Verdict::Blocker, title)
                }
                HostImpactKind::Network(name) => (
                    Verdict::Fix,
                    text!(
                        "assigning IOMMU group {group} makes the network interface {name}, which \
                         is up, on {address}, unusable for the host",
                        group,
                        name,
                        address
                    ),
                ),
                HostImpactKind::BootDisplay => (
                    Verdict::Fix,
                    text!(
                        "assigning IOMMU group {group} makes the boot display, on {address}, \
                         unusable for the host",
                        group,
                        address
                    ),
                ),
            };
            Some(
                Diagnostic::new(verdict, title)
                    .of([impact.address])
                    .evidence([impact.evidence.clone(), member.clone()])
                    .remedy(Remedy::Manual {
                        step: "choose-slot",
                        text: text!(
                            "move the card to a slot with another group, choose another device, \
                             or move the host's use to another device first"
                        ),
                    }),
            )
        })
        .collect()
}
