//! IOMMU groups in `/sys`.

use host_tree::{Directory, Evidence, HostTree, Lookup, numbered_lines};

use crate::group::{Completeness, ReservedRegion};
use crate::groups::Groups;

const GROUPS: &str = "/sys/kernel/iommu_groups";
const DEVICES: &str = "/sys/bus/pci/devices";

impl Groups {
    /// Adds the groups in a tree's `/sys` (Documentation/ABI/testing/sysfs-kernel-iommu_groups of
    /// Linux): the groups' directories, and each device's link to its group.
    pub fn add_tree(&mut self, tree: &dyn HostTree) {
        let directory = host_tree::open(tree, GROUPS);
        let numbers = directory.list().found().unwrap_or_default();
        for name in &numbers.names {
            if let Ok(number) = name.parse() {
                read_group(self, tree, &*directory, number);
            }
        }
        let devices = tree.list(DEVICES).found().unwrap_or_default();
        for name in &devices.names {
            read_link(self, tree, name);
        }
    }
}

fn read_group(groups: &mut Groups, tree: &dyn HostTree, directory: &dyn Directory, number: u32) {
    let text = |name: &str| directory.read_text(&format!("{number}/{name}"));
    let place = format!("{GROUPS}/{number}");
    let listing = tree
        .list(&format!("{place}/devices"))
        .found()
        .unwrap_or_default();
    let completeness = if listing.complete {
        Completeness::Whole
    } else {
        Completeness::MayHaveMore
    };
    let group = groups.group_mut(number, completeness);
    let domain_type = text("type").found();
    group.domain_type = domain_type.map(|text| text.trim().to_owned());
    // Only VFIO names groups: those of its no-IOMMU mode (`vfio_noiommu_group_alloc`,
    // drivers/vfio/group.c).
    let path = format!("{place}/name");
    let name = text("name").shown(&path, |name| name.trim_end().to_owned());
    let name = name.found().map(|(_, evidence)| evidence);
    group.no_iommu = name.filter(|name| name.text == "vfio-noiommu");
    let path = format!("{place}/reserved_regions");
    let regions = text("reserved_regions").found().unwrap_or_default();
    group.reserved = numbered_lines(&regions)
        .filter_map(|(at, line)| ReservedRegion::read(line, Evidence::new(path.as_str(), at, line)))
        .collect();
    let mut rows = Vec::new();
    for (name, evidence) in listing.entries(&format!("{place}/devices")) {
        match name.parse() {
            Ok(address) => rows.push((address, number, evidence)),
            Err(_) => {
                group.others.insert(name.to_owned(), evidence);
            }
        }
    }
    groups.add_rows(rows, completeness);
}

/// Reads a device's `iommu_group` link; a device without one is in no group.
fn read_link(groups: &mut Groups, tree: &dyn HostTree, name: &str) {
    let Ok(address) = name.parse() else {
        return;
    };
    let path = format!("{DEVICES}/{name}/iommu_group");
    let link = tree.read_link(&path);
    if let Some(evidence) = link.absence(&path) {
        groups.add_ungrouped(address, evidence);
    }
    if let Lookup::Found((target, evidence)) = link.shown(&path, String::clone) {
        let number = target.rsplit('/').next().and_then(|last| last.parse().ok());
        if let Some(number) = number {
            let row = (address, number, evidence);
            groups.add_rows([row], Completeness::MayHaveMore);
        }
    }
}
