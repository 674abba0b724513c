//! The groups that kernels formed, with and without options.

use std::collections::BTreeMap;

use iommu::acpi::Dmar;
use iommu::predict::{
    AcsOptionRules, AcsOptions, AcsOverride, Agreement, Cause, Conditions, Controls,
    FirmwareTables, Numbers, PredictionOutcome, compare, predict,
};
use pci_core::Address;
use testkit::environment;

use crate::predicted::capture::{Capture, capture_named, captures, groups, members};

#[track_caller]
fn assert_predicted(
    capture: &Capture,
    conditions: &Conditions,
    expected: &BTreeMap<u32, Vec<Address>>,
) {
    let prediction = predict(capture.functions.clone(), conditions).unwrap();
    assert_eq!(
        prediction.outcome,
        PredictionOutcome::Decided,
        "{}",
        capture.name
    );
    assert_eq!(&groups(&prediction), expected, "{}", capture.name);
}

#[test]
fn kernels_with_an_iommu() {
    for iommu in ["intel", "amd"] {
        let all = captures(iommu);
        for capture in all {
            let conditions = capture.conditions();
            assert_predicted(&capture, &conditions, &capture.groups);
            // ACS is on already, so it makes no difference who turned it on.
            let as_captured = Conditions {
                controls: Controls::AsCaptured,
                acs_options: AcsOptions::default(),
                ..conditions
            };
            assert_predicted(&capture, &as_captured, &capture.groups);
        }
    }
}

/// Captured without an IOMMU: the groups are those that the same machine has with
/// Intel's.
#[test]
fn kernels_before_the_iommu_is_on() {
    let on: BTreeMap<String, Capture> = captures("intel")
        .into_iter()
        .map(|capture| (capture.name.replace(".intel", ""), capture))
        .collect();
    let off = captures("none");
    for capture in off {
        assert!(capture.groups.is_empty());
        let Some(on) = on.get(&capture.name.replace(".none", "")) else {
            continue;
        };
        let conditions = Conditions {
            root_buses: capture.root_buses.clone(),
            ..Conditions::default()
        };
        assert_predicted(&capture, &conditions, &on.groups);
    }
}

/// A DMAR with a unit for one endpoint, and then one for all else.
fn dmar_with_unit_for(device: u8) -> Dmar {
    let mut bytes = b"DMAR\0\0\0\0\x01\0VENDORTABLENAM".to_vec();
    bytes.resize(48, 0);
    bytes.extend([0, 0, 24, 0, 0, 0, 0, 0]);
    bytes.extend(0xfed9_0000_u64.to_le_bytes());
    bytes.extend([1, 8, 0, 0, 0, 0, device, 0]);
    bytes.extend([0, 0, 16, 0, 1, 0, 0, 0]);
    bytes.extend(0xfed9_1000_u64.to_le_bytes());
    let length = u32::try_from(bytes.len()).unwrap();
    bytes.splice(4..8, length.to_le_bytes());
    Dmar::parse(&bytes).unwrap()
}

/// The kernel asks for the functions of one IOMMU after the other: the integrated
/// graphics of Intel's processors, which have an IOMMU of their own, are group 0, and
/// the host bridge, which comes first on the bus, is group 1.
#[test]
fn the_first_number_is_that_of_a_separate_iommu() {
    let capture = capture_named("two-ports");
    let conditions = Conditions {
        firmware: FirmwareTables::Dmar(Box::new(dmar_with_unit_for(3))),
        ..Conditions::default()
    };
    let prediction = predict(capture.functions.clone(), &conditions).unwrap();
    assert_eq!(prediction.numbers, Numbers::Certain);
    let number = |address: &str| {
        let group = prediction.group_of(address.parse().unwrap());
        group.unwrap().number
    };
    // The port without ACS comes with what is below.
    assert_eq!([number("00:03.0"), number("02:00.0")], [0, 0]);
    assert_eq!(
        [number("00:00.0"), number("00:02.0"), number("01:00.0")],
        [1, 2, 4]
    );
    let sets = |groups: BTreeMap<u32, Vec<Address>>| {
        let sets = groups.into_values();
        sets.collect::<std::collections::BTreeSet<_>>()
    };
    assert_eq!(sets(groups(&prediction)), sets(capture.groups));
}

/// The topology and the options of each row of `lab/options.tsv`, by its name.
fn option_rows() -> BTreeMap<&'static str, &'static str> {
    let lines = include_str!("../lab/options.tsv").lines();
    lines
        .filter(|line| !line.starts_with('#'))
        .map(|line| {
            let (name, rest) = line.split_once('\t').unwrap();
            (name, rest.split_once('\t').unwrap().0)
        })
        .collect()
}

/// From the machine as it is without an IOMMU and without options, the groups that
/// kernels formed of it with `pci=` options, which they take by their version.
#[test]
fn kernels_with_options() {
    let rows = option_rows();
    let bases = captures("none");
    let (mut known, mut by_version) = (0, 0);
    for capture in captures("intel") {
        let Some(rest) = capture.name.strip_prefix("options-") else {
            continue;
        };
        let base = rows[rest.split_once('.').unwrap().0];
        let base = bases
            .iter()
            .find(|one| one.name == format!("{base}.none"))
            .unwrap();
        let conditions = capture.conditions();
        let predicted = |kernel| {
            let mut conditions = conditions.clone();
            conditions.acs_options.kernel = kernel;
            predict(base.functions.clone(), &conditions).unwrap()
        };
        let right = predicted(conditions.acs_options.kernel);
        assert_eq!(
            right.outcome,
            PredictionOutcome::Decided,
            "{}",
            capture.name
        );
        assert_eq!(groups(&right), capture.groups, "{}", capture.name);
        known += 1;
        // Where the version matters, and is not known, both are named.
        let early = groups(&predicted(AcsOptionRules::UpTo6_10));
        let late = groups(&predicted(AcsOptionRules::From6_15));
        let either = predicted(AcsOptionRules::NotShown);
        let one = groups(&either);
        let other = match &either.outcome {
            PredictionOutcome::Decided => one.clone(),
            PredictionOutcome::Either { or, .. } => members(or),
        };
        let both = [&one, &other];
        assert!(
            both.contains(&&early) && both.contains(&&late),
            "{}",
            capture.name
        );
        by_version += usize::from(early != late);
    }
    assert!(
        environment::text(environment::LAB_CAPTURES).is_some() || (known >= 20 && by_version >= 8),
        "{known} {by_version}"
    );
}

/// The value of each row of `lab/overrides.tsv`, by the row's name.
fn override_rows() -> BTreeMap<&'static str, &'static str> {
    let lines = include_str!("../lab/overrides.tsv").lines();
    lines
        .filter(|line| !line.starts_with('#'))
        .map(|line| {
            let (name, rest) = line.split_once('\t').unwrap();
            (name, rest.split_once('\t').unwrap().0)
        })
        .collect()
}

/// The groups of a kernel with the ACS override patch, predicted from the machine without
/// an IOMMU: Debian's 6.1.192 with the patch as published for 6.3. Most forms split a
/// group; for the others the prediction is no change.
#[test]
fn kernels_with_the_override() {
    let rows = override_rows();
    let bases = captures("none");
    let (mut known, mut parted) = (0, 0);
    for capture in captures("patched.intel") {
        let name = capture.name.strip_prefix("override-").unwrap();
        let topology = rows[name.split_once('.').unwrap().0];
        let base = bases
            .iter()
            .find(|one| one.name == format!("{topology}.none"))
            .unwrap();
        let with = Conditions {
            root_buses: base.root_buses.clone(),
            ..capture.conditions()
        };
        let without = Conditions {
            acs_override: AcsOverride::default(),
            ..with.clone()
        };
        let predicted = |conditions| predict(base.functions.clone(), conditions).unwrap();
        let right = predicted(&with);
        assert_eq!(right.outcome, PredictionOutcome::Decided, "{name}");
        assert_eq!(groups(&right), capture.groups, "{name}");
        parted += usize::from(groups(&predicted(&without)) != capture.groups);
        known += 1;
    }
    assert!(
        environment::text(environment::LAB_CAPTURES).is_some() || (known >= 25 && parted >= 14),
        "{known} {parted}"
    );
}

/// A kernel that turns ACS on after the grouping is found out: its groups are those
/// of ports whose controls are off, and yet they are on.
#[test]
fn a_kernel_that_is_too_late() {
    let mut found = 0;
    for capture in captures("intel") {
        let conditions = capture.conditions();
        let same = compare(&capture.groups, &capture.functions, &conditions).unwrap();
        assert_eq!(same, Agreement::Same, "{}", capture.name);
        let late = Conditions {
            controls: Controls::Off,
            ..conditions.clone()
        };
        let late = groups(&predict(capture.functions.clone(), &late).unwrap());
        let agreement = compare(&late, &capture.functions, &conditions).unwrap();
        if late == capture.groups {
            assert_eq!(agreement, Agreement::Same);
            continue;
        }
        let Agreement::Differs {
            merged,
            apart,
            cause,
        } = agreement
        else {
            panic!("{}", capture.name);
        };
        assert_eq!(
            (cause, apart),
            (Cause::AcsEnabledTooLate, vec![]),
            "{}",
            capture.name
        );
        assert!(!merged.is_empty());
        found += 1;
    }
    assert!(found >= 6, "{found}");
}
