//! Groups that commands print, as directories of a tree.

use std::collections::BTreeMap;

use host_tree::{Listing, MemoryTree};

/// Where the kernel shows the groups (Linux Documentation/ABI/testing/
/// sysfs-kernel-iommu_groups).
pub(super) const GROUPS: &str = "/sys/kernel/iommu_groups";

/// Puts the links of all groups into the tree.
pub(super) fn groups<'a>(lines: impl Iterator<Item = &'a str>, tree: &mut MemoryTree) {
    let mut groups: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for line in lines {
        let line = line.trim();
        let path = line.strip_prefix(GROUPS);
        let path = path.map_or(line, |path| path.trim_start_matches('/'));
        if let Some((group, name)) = path.split_once("/devices/") {
            groups.entry(group).or_default().push(name.to_owned());
        }
    }
    let listing = |names: Vec<String>| Listing {
        names,
        complete: true,
    };
    let numbers = groups.keys().map(|group| (*group).to_owned()).collect();
    tree.insert_listing(GROUPS, &listing(numbers));
    for (group, names) in groups {
        tree.insert_listing(&format!("{GROUPS}/{group}/devices"), &listing(names));
    }
}

/// Whether this is an absolute path without detours.
pub(super) fn is_path(path: &str) -> bool {
    let mut below = path.split('/');
    below.next() == Some("") && below.all(|name| !matches!(name, "" | "." | ".."))
}
