//! The members of IOMMU groups; their numbers have no effect.

use std::collections::BTreeSet;

use list_order::Inserts as _;
use pci_core::Address;

use super::difference::{Difference, is_intended};
use crate::host::{Device, Host};
use crate::text::{Text, listed, plural, text};
use crate::verdict::Verdict;

pub(super) fn differences(old: &Host, new: &Host) -> Vec<Difference> {
    let mut all: Vec<Difference> = Vec::new();
    let mut renumbered = 0;
    for device in old.devices.values().filter(|device| !device.is_bridge()) {
        let address = device.address;
        if !new.devices.contains_key(&address) {
            continue;
        }
        let (Some(was), Some(is)) = (old.group_of(address), new.group_of(address)) else {
            continue;
        };
        let (mut before, mut after) = (others(old, was, address), others(new, is, address));
        let is_complete = old.is_complete_group(was) && new.is_complete_group(is);
        if !is_complete {
            // A group that one of both may omit is not a difference.
            let is_grouped =
                |one: &Address| old.group_of(*one).is_some() && new.group_of(*one).is_some();
            before.retain(is_grouped);
            after.retain(is_grouped);
        }
        if before == after {
            renumbered += usize::from(is_complete && was != is);
            continue;
        }
        let come = after.difference(&before).next().is_some();
        let verdict = if !come {
            Verdict::Ok
        } else if is_intended(old, address) {
            Verdict::Blocker
        } else {
            Verdict::Harmless
        };
        let sentence = text!(
            "{address} shared its IOMMU group with {before}, and shares it with {after} now",
            address,
            before = list(&before, is_complete),
            after = list(&after, is_complete)
        );
        let difference = Difference::new("iommu-group", verdict, sentence);
        all.push(
            difference
                .of([address])
                .was(list(&before, is_complete))
                .is(list(&after, is_complete)),
        );
    }
    if renumbered > 0 {
        let sentence = plural!(
            renumbered,
            "1 function has another IOMMU group number, with the same members: group numbers have no \
             effect",
            "{count} functions have other IOMMU group numbers, with the same members: group numbers \
             have no effect"
        );
        all.push(Difference::new(
            "iommu-group-numbers",
            Verdict::Harmless,
            sentence,
        ));
    }
    all
}

/// Other members of the group except bridges, which stay on the host.
fn others(host: &Host, group: u32, address: Address) -> BTreeSet<Address> {
    let is_bridge = |member: &Address| host.devices.get(member).is_some_and(Device::is_bridge);
    host.members(group)
        .map(|(member, _)| member)
        .filter(|member| *member != address && !is_bridge(member))
        .into_set()
}

fn list(members: &BTreeSet<Address>, is_complete: bool) -> Text {
    if !members.is_empty() {
        return listed(members.iter().copied());
    }
    if is_complete {
        text!("no other function")
    } else {
        text!("no other function that both inputs have")
    }
}
