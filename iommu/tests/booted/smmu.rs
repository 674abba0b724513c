//! An arm64 kernel with an SMMUv3, in QEMU's virt.

use std::path::PathBuf;
use std::process::Command;

use iommu::predict::{Conditions, FirmwareTables, predict};
use testkit::Scratch;
use testkit::skipped::optional;

use crate::predicted::capture::{capture, groups};

/// What `scripts/lab smmu` fetches and unpacks: the kernel, and QEMU with its firmware.
fn fetched() -> Option<(PathBuf, PathBuf)> {
    let target = std::env::var_os("CARGO_TARGET_DIR").unwrap_or_else(|| "target".into());
    let lab = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/.."))
        .join(target)
        .join("lab");
    let (kernel, qemu) = (lab.join("kernel-arm64-sid"), lab.join("qemu-arm"));
    if kernel.join("done").exists() && qemu.join("done").exists() {
        return Some((kernel.join("tree"), qemu));
    }
    optional("no arm64 kernel and QEMU to boot it", "scripts/lab smmu");
    None
}

#[test]
fn a_booted_arm_kernel_forms_the_predicted_groups() {
    let Some((kernel, qemu)) = fetched() else {
        return;
    };
    let scratch = Scratch::new();
    let lab = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/lab");
    let booted = Command::new(format!("{lab}/boot"))
        .arg(format!("{lab}/smmu/switch.txt"))
        .arg("smmu-dt")
        .env("LAB_KERNEL", kernel)
        .env("LAB_ARM", qemu)
        .output()
        .unwrap();
    assert!(booted.status.success(), "{booted:?}");
    let capture = capture(&scratch.write("smmu-switch.dt.smmu.txt", booted.stdout));
    assert!(!capture.groups.is_empty());
    let conditions = Conditions {
        firmware: FirmwareTables::SmmuV3,
        ..capture.conditions()
    };
    let found = predict(capture.functions.clone(), &conditions).unwrap();
    assert_eq!(groups(&found), capture.groups);
}
