//! Any functions give a partition, and a chain of reasons for each pair of members.

use iommu::predict::{Conditions, Function, HardwareChange, Machine, NewCard, Rules, predict};
use pci_core::Address;
use pci_core::config::ConfigSpace;

/// Panics where that does not hold of `data`.
pub fn check(data: &[u8]) {
    // Three bytes of place, then 320 of configuration space.
    let functions = data.chunks_exact(323).filter_map(|chunk| {
        let (place, config) = chunk.split_at_checked(3)?;
        let [domain, bus, devfn] = *place.first_chunk()?;
        let domain = if domain > 250 { 0x10000 } else { 0 };
        let address = Address::new(domain, bus % 8, devfn >> 3, devfn & 7)?;
        let mut space = vec![0; 4096];
        space.get_mut(..320)?.copy_from_slice(config);
        Some((address, space))
    });
    let all: Vec<(Address, Vec<u8>)> = functions.collect();
    let spaces = all
        .iter()
        .map(|(address, bytes)| (*address, ConfigSpace::new(bytes)));
    let Ok(functions) = Function::read_all(spaces) else {
        return;
    };
    for rules in [Rules::Linux6_1, Rules::PcieAcs2025] {
        partition(&functions, rules);
    }
    changed(functions);
}

/// A machine after a change of its hardware has a partition, too.
fn changed(functions: Vec<Function>) {
    let places = functions.iter().map(|function| function.address);
    let places: Vec<Address> = places.take(3).collect();
    let machine = Machine {
        functions,
        conditions: Conditions::default(),
    };
    for one in &places {
        for other in &places {
            let (below, like) = (*one, *other);
            for change in [
                HardwareChange::Card {
                    below,
                    card: NewCard::Ids(Vec::new()),
                },
                HardwareChange::Card {
                    below,
                    card: NewCard::Like(like.slot()),
                },
                HardwareChange::Moved {
                    slot: like.slot(),
                    below,
                },
                HardwareChange::Port {
                    at: below.with_function(7).unwrap_or(below),
                    like,
                },
            ] {
                if let Ok(then) = machine.with(&change) {
                    partition(&then.functions, Rules::Linux6_1);
                }
            }
        }
    }
}

fn partition(functions: &[Function], rules: Rules) {
    let conditions = Conditions {
        rules,
        ..Conditions::default()
    };
    let Ok(found) = predict(functions.to_vec(), &conditions) else {
        return;
    };
    let members: usize = found.groups.iter().map(|group| group.members.len()).sum();
    assert_eq!(members + found.ungrouped.len(), functions.len());
    for group in &found.groups {
        for pair in group.members.windows(2) {
            if let [one, other] = pair {
                assert!(
                    found
                        .why(*one, *other)
                        .is_some_and(|chain| !chain.is_empty())
                );
            }
        }
    }
}
