//! The running kernel's own groups, as the shell lists them and as we do.

use std::collections::BTreeSet;
use std::process::Command;

use host_tree::DirTree;
use iommu::{Completeness, Groups, IommuStatus, state};

/// `group address` for each member, as `find` prints the links.
fn found() -> Option<BTreeSet<String>> {
    let output = Command::new("find")
        .args(["/sys/kernel/iommu_groups", "-path", "*/devices/*"])
        .output()
        .ok()?;
    let text = String::from_utf8(output.stdout).ok()?;
    let row = |line: &str| {
        let mut parts = line.rsplit('/');
        let device = parts.next()?;
        Some(format!("{} {device}", parts.nth(1)?))
    };
    text.lines().map(row).collect()
}

#[test]
fn the_groups_of_this_machine() {
    let Some(expected) = found() else {
        return testkit::skipped::missing("find");
    };
    let tree = DirTree::live().unwrap();
    let mut groups = Groups::default();
    groups.add_tree(&tree);
    let ours: BTreeSet<String> = groups
        .iter()
        .flat_map(|(number, group)| {
            let pci = group.members.keys().map(ToString::to_string);
            let all = pci.chain(group.others.keys().cloned());
            all.map(move |device| format!("{number} {device}"))
                .collect::<Vec<_>>()
        })
        .collect();
    assert_eq!(ours, expected);
    assert!(
        groups
            .iter()
            .all(|(_, group)| group.completeness == Completeness::Whole)
    );
    let power = state(&tree, &[], &[]).status;
    if expected.is_empty() {
        assert_ne!(power, IommuStatus::Enabled);
    } else {
        assert_eq!(power, IommuStatus::Enabled);
    }
}
