//! Functions that are one thing to people: the virtual functions of a physical function, and
//! cards with one ID.

use std::collections::BTreeSet;

use list_order::Inserts as _;
use pci_core::topology::Topology;
use pci_core::{Address, PciId};

use crate::host::Host;
use crate::text::{Text, text};

/// Maximum number of equal functions that are listed separately: two or four equal cards of a
/// workstation are separate cards.
pub(crate) const APART: usize = 4;

/// Whether two functions hang on one bridge, have one ID, and both are virtual functions of one
/// physical function or none is.
pub(crate) fn are_alike(host: &Host, one: Address, other: Address) -> bool {
    let id = |address| Some(host.devices.get(&address)?.id.as_ref()?.value);
    let physical = |address| host.topology.physical_function(address);
    id(one).is_some()
        && id(one) == id(other)
        && physical(one) == physical(other)
        && host.topology.parent(one) == host.topology.parent(other)
}

/// The items in order, each with those after it that are like it where these are so many that
/// one line has to do for them.
pub(crate) fn folded<T>(items: &[T], alike: impl Fn(&T, &T) -> bool) -> Vec<(&T, &[T])> {
    let mut found = Vec::new();
    for run in items.chunk_by(|one, other| alike(one, other)) {
        match run.split_first() {
            Some((first, rest)) if rest.len() >= APART => found.push((first, rest)),
            _ => found.extend(run.iter().map(|item| (item, [].as_slice()))),
        }
    }
    found
}

/// The name of a group of equal functions: virtual functions by their physical function, others by
/// their ID.
pub(crate) fn kind(host: &Host, devices: &[Address]) -> Text {
    let physical = devices
        .iter()
        .filter_map(|device| host.topology.physical_function(*device));
    let first = devices.first();
    let id = first.and_then(|device| Some(host.devices.get(device)?.id.as_ref()?.value));
    kind_of(&physical.into_set(), id)
}

fn kind_of(physical: &BTreeSet<Address>, id: Option<PciId>) -> Text {
    match (physical.first(), physical.len(), id) {
        (Some(physical), 1, _) => text!("virtual functions of {physical}", physical),
        (Some(_), count, _) => text!("virtual functions of {count} physical functions", count),
        (None, _, Some(id)) => text!("functions with the ID {id}", id),
        (None, _, None) => text!("functions"),
    }
}

/// Functions as their number, kind and range: `255 more virtual functions of 10:00.0, from
/// 10:00.2 to 10:20.0`.
pub(crate) fn more(host: &Host, devices: &[Address]) -> Text {
    more_of(devices, &kind(host, devices))
}

/// [`more`], of functions with this ID, on a host that may have been changed.
pub(crate) fn more_below(topology: &Topology, id: Option<PciId>, devices: &[Address]) -> Text {
    let physical = devices
        .iter()
        .filter_map(|device| topology.physical_function(*device));
    more_of(devices, &kind_of(&physical.into_set(), id))
}

fn more_of(devices: &[Address], kind: &Text) -> Text {
    let count = devices.len();
    match devices.iter().min().zip(devices.iter().max()) {
        Some((low, high)) => text!(
            "{count} more {kind}, from {low} to {high}",
            count,
            kind,
            low,
            high
        ),
        None => text!("{count} more {kind}", count, kind),
    }
}

#[cfg(test)]
mod tests;
