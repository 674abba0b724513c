//! What holds functions together, and what parts them.

use std::collections::BTreeMap;

use iommu::predict::{
    Conditions, Function, IsolationChange, Join, JoinReason, changes, not_overridden, others,
    predict, reasons,
};
use pci_core::Address;

use crate::predicted::capture::capture_named;

fn set(addresses: &[&str]) -> std::collections::BTreeSet<Address> {
    addresses.iter().map(|one| one.parse().unwrap()).collect()
}

/// A card that shares its group through ports without ACS, and what parts it.
#[test]
fn isolation_of_a_card_from_its_group() {
    let capture = capture_named("graphics");
    let conditions = Conditions::default();
    let card = set(&["01:00.0", "01:00.1"]);
    let now = predict(capture.functions.clone(), &conditions).unwrap();
    assert!(others(&now, &card).contains(&"02:00.0".parse().unwrap()));
    let chain = now
        .why("01:00.0".parse().unwrap(), "02:00.0".parse().unwrap())
        .unwrap();
    let reported: Vec<String> = chain.iter().map(|join| join.reason.to_string()).collect();
    assert_eq!(
        reported,
        [
            "0000:00:02.0, on its path to the root complex, has no ACS capability",
            "both are functions of one device, and each has no ACS capability",
            "0000:00:02.1, on its path to the root complex, has no ACS capability",
        ]
    );
    let found = changes(&capture.functions, &conditions, &card).unwrap();
    let [changed] = &found[..] else {
        panic!("{found:?}")
    };
    let IsolationChange::Override(options) = &changed.change else {
        panic!("{changed:?}")
    };
    assert!(options.downstream && !options.multifunction);
    assert!(changed.others.is_empty());
}

#[test]
fn another_slot() {
    let capture = capture_named("empty-ports");
    // A card of two functions below the port without ACS.
    let port = "0000:00:03.0".parse().unwrap();
    let bus = capture
        .functions
        .iter()
        .find(|one| one.address == port)
        .unwrap();
    let bus = bus.bridge.unwrap().secondary;
    let other = capture_named("multifunction-without-acs");
    let mut functions = capture.functions;
    let mut card = std::collections::BTreeSet::new();
    for function in other.functions.iter().filter(|one| one.address.bus() == 1) {
        let address = Address::new(0, bus, 0, function.address.function()).unwrap();
        card.insert(address);
        functions.push(Function {
            address,
            ..function.clone()
        });
    }
    let found = changes(&functions, &Conditions::default(), &card).unwrap();
    let best = &found[0];
    assert_eq!(
        best.change,
        IsolationChange::MoveBelow("0000:00:02.0".parse().unwrap())
    );
    assert!(best.others.is_empty());
}

/// Conventional PCI, and functions that have an ACS capability, are beyond the
/// override.
#[test]
fn functions_that_the_override_cannot_isolate() {
    let capture = capture_named("pcie-to-pci");
    let one = set(&["02:01.0"]);
    let now = predict(capture.functions.clone(), &Conditions::default()).unwrap();
    assert!(
        changes(&capture.functions, &Conditions::default(), &one)
            .unwrap()
            .is_empty()
    );
    let stays = not_overridden(&now, &one, "02:02.0".parse().unwrap());
    assert_eq!(stays.len(), 1);
    assert_eq!(stays[0].function, "01:00.0".parse().unwrap());
}

/// What an explanation names is what decides: of two machines that differ in the ACS
/// of some ports, the reasons on the one name just such a port for each pair of
/// functions that the kernel of the other keeps apart.
#[test]
fn the_named_function_decides() {
    let mut parted = 0;
    for (without, with) in [
        ("one-port-without-acs", "one-port"),
        ("multifunction-ports-without-acs", "multifunction-ports"),
        ("switch-below-port-without-acs", "switch"),
        ("graphics", "graphics-with-acs"),
        ("sriov-without-acs", "sriov"),
        ("pcie-to-pci-without-acs", "pcie-to-pci"),
    ] {
        let (without, with) = (capture_named(without), capture_named(with));
        let conditions = Conditions {
            firmware: without.firmware.clone(),
            ..Conditions::default()
        };
        let changed: Vec<Address> = without
            .functions
            .iter()
            .zip(&with.functions)
            .filter(|(one, other)| one.acs.is_some() != other.acs.is_some())
            .map(|(one, _)| one.address)
            .collect();
        assert!(!changed.is_empty());
        for (a, b) in pairs(&without.groups) {
            let apart = !pairs(&with.groups).contains(&(a, b));
            let chains = reasons(&without.functions, &conditions, a, b).unwrap();
            let names = |join: &Join| match join.reason {
                JoinReason::PathNotIsolated { blocker, .. } => changed.contains(&blocker),
                JoinReason::SlotNotIsolated { via, .. } => {
                    let one = via.unwrap_or(join.member);
                    changed.contains(&one) && changed.contains(&join.with)
                }
                _ => false,
            };
            assert_eq!(
                apart,
                chains.iter().all(|chain| chain.iter().any(names)),
                "{}: {a} {b}",
                without.name
            );
            parted += usize::from(apart);
        }
    }
    assert!(parted > 10, "{parted}");
}

/// All pairs of functions that share a group.
fn pairs(groups: &BTreeMap<u32, Vec<Address>>) -> Vec<(Address, Address)> {
    let mut pairs = Vec::new();
    for members in groups.values() {
        for (at, one) in members.iter().enumerate() {
            pairs.extend(members[at + 1..].iter().map(|other| (*one, *other)));
        }
    }
    pairs
}
