//! Functions that are one thing to people: the virtual functions of a physical function, and
//! cards with one ID.

use std::collections::BTreeSet;

use pci_core::Address;

use crate::host::Host;

/// Up to so many stay apart: two or four equal cards of a workstation are cards of their own
/// to the person who assigns them.
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

/// What functions that are alike are called: virtual functions by their physical function,
/// others by their ID.
pub(crate) fn kind(host: &Host, devices: &[Address]) -> String {
    let physical = devices
        .iter()
        .filter_map(|device| host.topology.physical_function(*device));
    let physical: BTreeSet<Address> = physical.collect();
    let first = devices.first();
    let id = first.and_then(|device| Some(host.devices.get(device)?.id.as_ref()?.value));
    match (physical.first(), physical.len(), id) {
        (Some(physical), 1, _) => format!("virtual functions of {physical:#}"),
        (Some(_), count, _) => format!("virtual functions of {count} physical functions"),
        (None, _, Some(id)) => format!("functions with the ID {id}"),
        (None, _, None) => "functions".to_owned(),
    }
}

/// Functions as their number, kind and range: `255 more virtual functions of 10:00.0, from
/// 10:00.2 to 10:20.0`.
pub(crate) fn more(host: &Host, devices: &[Address]) -> String {
    let range = devices.iter().min().zip(devices.iter().max());
    let range = range.map_or_else(String::new, |(low, high)| {
        format!(", from {low:#} to {high:#}")
    });
    format!("{} more {}{range}", devices.len(), kind(host, devices))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_runs_fold_and_short_ones_stay() {
        let items = [1, 1, 1, 1, 2, 3, 3, 3, 3, 3];
        let found = folded(&items, |one, other| one == other);
        let lengths: Vec<(i32, usize)> = found
            .iter()
            .map(|(one, rest)| (**one, rest.len()))
            .collect();
        assert_eq!(lengths, [(1, 0), (1, 0), (1, 0), (1, 0), (2, 0), (3, 4)]);
        assert!(folded(&[] as &[i32], |_, _| true).is_empty());
    }
}
