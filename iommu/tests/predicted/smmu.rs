//! Machines with Arm's SMMUv3, by device tree and by IORT.

use iommu::predict::{Conditions, FirmwareTables, NotCovered, Numbers, predict};

use pci_core::Address;

use crate::predicted::capture::{captures, groups};

#[test]
fn members_and_numbers() {
    for capture in captures("smmu") {
        let conditions = Conditions {
            firmware: FirmwareTables::SmmuV3,
            ..capture.conditions()
        };
        let found = predict(capture.functions.clone(), &conditions).unwrap();
        assert_eq!(groups(&found), capture.groups, "{}", capture.name);
        assert_eq!(found.numbers, Numbers::SmmuCoverage);
        // Functions with the stream ID of another one: those alone are in no group.
        let grouped: Vec<Address> = capture.groups.values().flatten().copied().collect();
        let all = capture.functions.iter().map(|function| function.address);
        let without: Vec<_> = all
            .filter(|address| !grouped.contains(address))
            .map(|address| (address, NotCovered::StreamIdInUse))
            .collect();
        assert_eq!(found.ungrouped, without, "{}", capture.name);
        let second = ("06:02.0".parse().unwrap(), NotCovered::StreamIdInUse);
        let has_bridge = capture.name.starts_with("smmu-switch.");
        assert!(!has_bridge || without.contains(&second));
    }
}
