//! Machines with Arm's SMMUv3, by device tree and by IORT.

use iommu::predict::{Conditions, FirmwareTables, NotCovered, Numbers, predict};

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
        // Two functions with one stream ID: the second is in no group.
        let second = ("06:02.0".parse().unwrap(), NotCovered::StreamIdInUse);
        let has_bridge = capture.name.contains("switch");
        assert_eq!(found.ungrouped.contains(&second), has_bridge);
    }
}
