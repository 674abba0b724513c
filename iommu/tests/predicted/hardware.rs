//! What if the hardware were another: from the machine as it was before a change, the
//! groups that a kernel formed of the machine that has it, `lab/changes`.

use std::collections::BTreeMap;

use iommu::ErrorKind;
use iommu::predict::{
    Conditions, Deciding, HardwareChange, Machine, NewCard, Origin, PredictionOutcome, predict,
};
use pci_core::{Address, PciId};
use testkit::environment;

use crate::predicted::capture::{Capture, captures, groups, members};

/// The changes that each text in `lab/changes` names, by the name of its captures.
fn all_changes() -> BTreeMap<String, Vec<HardwareChange>> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/lab/changes");
    let mut found = BTreeMap::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let text = std::fs::read_to_string(&path).unwrap();
        let changes = text.lines().filter_map(|line| line.strip_prefix("change "));
        found.insert(
            format!("change-{}", path.file_stem().unwrap().to_str().unwrap()),
            changes.map(|line| line.parse().unwrap()).collect(),
        );
    }
    found
}

fn changed(before: &Capture, changes: &[HardwareChange]) -> Machine {
    let now = Machine {
        functions: before.functions.clone(),
        conditions: before.conditions(),
    };
    let made = changes
        .iter()
        .try_fold(now, |machine, change| machine.with(change));
    made.unwrap_or_else(|error| panic!("{}: {error}", before.name))
}

/// From the machine before, without an IOMMU and with AMD's: the functions of the machine
/// after, with their buses, and the groups that the kernel formed of them, with their
/// numbers.
#[test]
fn kernels_with_other_hardware() {
    let changes = all_changes();
    assert!(changes.len() >= 13);
    let mut known = 0;
    for (one, other) in [("before.none", "after.intel"), ("before.amd", "after.amd")] {
        let after: BTreeMap<String, Capture> = captures(other)
            .into_iter()
            .map(|capture| (capture.name.replace(&format!(".{other}"), ""), capture))
            .collect();
        for before in captures(one) {
            let name = before.name.replace(&format!(".{one}"), "");
            let (Some(changes), Some(after)) = (changes.get(&name), after.get(&name)) else {
                panic!("{name}");
            };
            let then = changed(&before, changes);
            // AMD's IOMMU and Intel's are not where the other is.
            let place = |function: &iommu::predict::Function| (function.address, function.bridge);
            let there = then.functions.iter().map(place).collect::<Vec<_>>();
            let formed = after.functions.iter().map(place).collect::<Vec<_>>();
            assert_eq!(there, formed, "{name}");
            let prediction = predict(then.functions, &then.conditions).unwrap();
            assert_eq!(prediction.outcome, PredictionOutcome::Decided, "{name}");
            assert_eq!(groups(&prediction), after.groups, "{name} {other}");
            known += 1;
        }
    }
    assert!(
        environment::text(environment::LAB_CAPTURES).is_some() || known == 2 * changes.len(),
        "{known}"
    );
}

fn before(name: &str) -> Machine {
    let all = captures("before.none");
    let name = format!("change-{name}.before.none");
    let capture = all.into_iter().find(|one| one.name == name).unwrap();
    Machine {
        conditions: capture.conditions(),
        functions: capture.functions,
    }
}

fn at(text: &str) -> Address {
    text.parse().unwrap()
}

/// A card of several functions of which only the IDs are known has two possible outcomes,
/// one of them the kernel's; a card with an entry in Linux's tables has one.
#[test]
fn a_card_of_which_little_is_known() {
    let now = before("twin-of-several-functions");
    let add = |id: &str| {
        let id: PciId = id.parse().unwrap();
        let change = HardwareChange::Card {
            below: at("00:03.0"),
            card: NewCard::Ids(vec![id, id]),
        };
        let then = now.with(&change).unwrap();
        predict(then.functions, &then.conditions).unwrap()
    };
    let found = add("8086:10d3");
    let PredictionOutcome::Either { or, deciding } = &found.outcome else {
        panic!("{found:?}");
    };
    assert_eq!(deciding[0], (at("02:00.0"), Deciding::AcsCapability));
    let formed = captures("after.intel");
    let formed = formed
        .iter()
        .find(|one| one.name == "change-twin-of-several-functions.after.intel");
    assert_eq!(members(or), formed.unwrap().groups);
    assert_eq!(found.groups.len(), or.len() + 1);
    // A card that Linux treats as isolated, whatever its registers contain.
    let found = add("8086:1521");
    assert_eq!(found.outcome, PredictionOutcome::Decided);
    assert_ne!(members(&found.groups), members(or));
}

#[test]
fn where_functions_are_then() {
    let now = before("moved-switch");
    let change = "moved=01:00,00:04.0".parse().unwrap();
    let then = now.with(&change).unwrap();
    // Functions downstream of the other switch get higher buses.
    for (was, is) in [
        ("00:02.0", Some("00:02.0")),
        ("01:00.0", Some("03:00.0")),
        ("03:00.0", Some("05:00.0")),
        ("05:00.0", Some("02:00.0")),
        ("07:00.0", None),
    ] {
        assert_eq!(then.now(at(was)), is.map(at), "{was}");
    }
    // And back again: nothing is elsewhere.
    let again = then.with(&"moved=03:00,00:02.0".parse().unwrap()).unwrap();
    assert_eq!(again, now);
    // A second one like it is new.
    let second = then
        .with(&"card=00:02.0,like=03:00".parse().unwrap())
        .unwrap();
    let new = second
        .conditions
        .origins
        .values()
        .filter(|one| one.is_new());
    assert_eq!(new.count(), 5);
    assert_eq!(second.conditions.origins[&at("01:00.0")], Origin::Copied);
    assert_eq!(second.now(at("03:00.0")), Some(at("08:00.0")));
}

/// An impossible change is an error with its place.
#[test]
fn impossible_changes() {
    let now = before("card-with-switch");
    let error = |text: &str| {
        let change: HardwareChange = text.parse().unwrap();
        now.with(&change).unwrap_err()
    };
    for (text, kind, place) in [
        ("card=00:09.0", ErrorKind::NoFunction, Some("00:09.0")),
        ("card=00:1f.2", ErrorKind::NotAPort, Some("00:1f.2")),
        ("card=01:00.0", ErrorKind::NotAPort, Some("01:00.0")),
        ("card=00:02.0", ErrorKind::PortInUse, Some("00:02.0")),
        ("card=00:03.0,like=00:1f", ErrorKind::NoCard, None),
        ("card=00:03.0,like=01:01", ErrorKind::NoCard, None),
        // The secondary bus of an upstream port has only the switch's downstream ports.
        ("moved=02:00,00:03.0", ErrorKind::NoCard, None),
        (
            "moved=01:00,02:01.0",
            ErrorKind::BelowItself,
            Some("02:01.0"),
        ),
        (
            "port=00:02.0,like=00:03.0",
            ErrorKind::AddressInUse,
            Some("00:02.0"),
        ),
        (
            "port=00:02.1,like=00:03.0",
            ErrorKind::NotEnumerated,
            Some("00:02.1"),
        ),
        (
            "port=00:09.3,like=00:03.0",
            ErrorKind::NotEnumerated,
            Some("00:09.3"),
        ),
        (
            "port=01:01.0,like=00:03.0",
            ErrorKind::OtherBus,
            Some("01:01.0"),
        ),
        (
            "port=00:05.0,like=00:1f.0",
            ErrorKind::NotAPort,
            Some("00:1f.0"),
        ),
    ] {
        let found = error(text);
        assert_eq!(
            (found.kind(), found.address()),
            (kind, place.map(at)),
            "{text}"
        );
    }
    for (text, message) in [
        ("card=00:02.0", "00:02.0 is in use by 01:00.0"),
        (
            "moved=01:00,02:01.0",
            "02:01.0 is part of the card in 01:00",
        ),
        (
            "port=01:01.0,like=00:03.0",
            "01:01.0 and 00:03.0 are on different buses",
        ),
    ] {
        assert_eq!(error(text).to_string(), message);
    }
}

/// Cards with switches until the buses run out: before the next root bus.
#[test]
fn buses_run_out() {
    let mut machine = before("card-on-expander");
    let mut added = 0;
    let error = loop {
        let device = 8 + added;
        let port = format!("port=00:{device:02x}.0,like=00:02.0")
            .parse()
            .unwrap();
        let card = format!("card=00:{device:02x}.0,like=01:00")
            .parse()
            .unwrap();
        let next = machine.with(&port).and_then(|then| then.with(&card));
        match next {
            Ok(then) => machine = then,
            Err(error) => break error,
        }
        added += 1;
    };
    assert_eq!(error.kind(), ErrorKind::BusesRunOut);
    // Bus 0, three for the switch that is there and each of the others, 63 before 40.
    assert_eq!(added, 20);
    let found = predict(machine.functions, &machine.conditions).unwrap();
    assert_eq!(found.outcome, PredictionOutcome::Decided);
}

/// A port that is hidden on the way from a card leaves no prediction, as without changes.
#[test]
fn a_machine_that_is_not_whole() {
    let mut machine = before("card-with-switch");
    machine.functions.retain(|one| one.address != at("01:00.0"));
    let then = machine.with(&"card=00:03.0".parse().unwrap()).unwrap();
    let error = predict(then.functions, &Conditions::default()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::BridgeNotShown);
}
