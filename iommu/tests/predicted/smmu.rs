//! Machines with Arm's SMMUv3, by device tree and by IORT.

use std::fmt::Write as _;

use iommu::predict::{Conditions, FirmwareTables, NotCovered, Numbers, predict};
use pci_core::Address;

use crate::predicted::capture::{captures, groups};

#[test]
fn members_and_numbers() {
    let mut different = String::new();
    for capture in captures("smmu") {
        let conditions = Conditions {
            firmware: FirmwareTables::SmmuV3,
            ..capture.conditions()
        };
        let found = predict(capture.functions.clone(), &conditions).unwrap();
        assert_eq!(found.numbers, Numbers::SmmuCoverage);
        // Functions with the stream ID of another one: those alone are in no group.
        let grouped: Vec<Address> = capture.groups.values().flatten().copied().collect();
        let all = capture.functions.iter().map(|function| function.address);
        let without: Vec<_> = all
            .filter(|address| !grouped.contains(address))
            .map(|address| (address, NotCovered::StreamIdInUse))
            .collect();
        if groups(&found) != capture.groups || found.ungrouped != without {
            let _ = writeln!(
                different,
                "{}: predicted {:?}, without group {:?}; kernel {:?}, {without:?}",
                capture.name,
                groups(&found),
                found.ungrouped,
                capture.groups
            );
        }
    }
    assert!(different.is_empty(), "{different}");
}

#[test]
fn the_second_function_with_a_stream_id_is_in_no_group() {
    let second = ("06:02.0".parse().unwrap(), NotCovered::StreamIdInUse);
    for capture in captures("smmu") {
        let conditions = Conditions {
            firmware: FirmwareTables::SmmuV3,
            ..capture.conditions()
        };
        if capture.name.starts_with("smmu-switch.") {
            let found = predict(capture.functions.clone(), &conditions).unwrap();
            assert!(found.ungrouped.contains(&second), "{}", capture.name);
        }
    }
}
