//! Kernel names of each function's network interfaces, disks and cards.

use std::collections::{BTreeMap, BTreeSet};

use host_tree::HostTree;
use list_order::Inserts as _;
use pci_core::Address;

use super::kernel_names::KernelNames;

/// Whether a name is of interest.
type IsWanted = fn(&str) -> bool;

/// Folders of links to devices, each with the names that are of interest.
const CLASSES: [(&str, IsWanted); 3] = [
    ("/sys/class/net", |_| true),
    ("/sys/class/block", |_| true),
    // Connectors are `card0-DP-1`.
    ("/sys/class/drm", |name| {
        name.strip_prefix("card").is_some_and(is_number)
    }),
];

/// Maximum number of names: each is one link to read.
const MOST: usize = 8192;

fn is_number(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// The names, from sysfs and from texts, by function.
pub(in crate::host) fn read(
    tree: &dyn HostTree,
    printed: &KernelNames,
) -> BTreeMap<Address, Vec<String>> {
    let mut found: BTreeMap<Address, BTreeSet<String>> = BTreeMap::new();
    for (class, is_wanted) in CLASSES {
        let names = tree.list(class).found().unwrap_or_default().names;
        for name in names.into_iter().filter(|name| is_wanted(name)).take(MOST) {
            let link = tree.read_link(&format!("{class}/{name}")).found();
            if let Some(address) = link.and_then(|target| function_of(&target, &name)) {
                found.entry(address).or_default().insert(name);
            }
        }
    }
    for (name, address) in printed.all() {
        found.entry(address).or_default().insert(name.to_owned());
    }
    let found = found.into_iter();
    found
        .map(|(address, names)| (address, names.into_iter().collect()))
        .into_map()
}

/// The function in the target of a class's link, `../../devices/pci0000:00/0000:00:1d.0/0000:01:00.0
/// /nvme/nvme0/nvme0n1`; `None` for a partition, which is in the folder of its disk.
fn function_of(target: &str, name: &str) -> Option<Address> {
    let mut parts = target.rsplit('/');
    let above = parts.nth(1)?;
    let rest = name.strip_prefix(above);
    let is_partition = rest.is_some_and(|rest| is_number(rest.strip_prefix('p').unwrap_or(rest)));
    if is_partition {
        return None;
    }
    target.rsplit('/').find_map(|part| part.parse().ok())
}

#[cfg(test)]
mod tests;
