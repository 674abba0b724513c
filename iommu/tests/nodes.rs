//! The VFIO nodes in sysfs are those in `/dev`: captures of booted
//! machines in `captures/`, made by `lab/boot`. Those of Debian's kernels have groups
//! alone; Ubuntu's linux-nvidia-6.14 has nodes of functions and iommufd, and with
//! `vfio.enable_unsafe_noiommu_mode=1` and without an IOMMU the no-IOMMU mode.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use host_tree::{HostTree, Listing, Lookup, MemoryTree};
use iommu::Groups;
use iommu::vfio::{GroupMode, Nodes};

/// The tree that a capture shows.
fn tree(path: &Path) -> MemoryTree {
    let mut tree = MemoryTree::complete();
    let mut functions = Vec::new();
    for line in fs::read_to_string(path).unwrap().lines() {
        let words: Vec<&str> = line.split_whitespace().collect();
        match *words {
            ["list", path, ref names @ ..] => {
                let mut names: Vec<String> = names.iter().map(ToString::to_string).collect();
                names.sort();
                for name in names.iter().filter(|name| *name == "dev") {
                    tree.insert_file(&format!("{path}/{name}"), "");
                }
                tree.insert_listing(
                    path,
                    &Listing {
                        names,
                        complete: true,
                    },
                );
            }
            ["file", path, ref text @ ..] => tree.insert_file(path, text.join(" ")),
            ["function", address, _, group, ..] => {
                functions.push(address.to_owned());
                if group != "-" {
                    let devices = format!("/sys/kernel/iommu_groups/{group}/devices/{address}");
                    tree.insert_link(&devices, "there");
                }
            }
            _ => {}
        }
    }
    functions.sort();
    let listing = Listing {
        names: functions,
        complete: true,
    };
    tree.insert_listing("/sys/bus/pci/devices", &listing);
    tree
}

#[test]
fn nodes_are_those_in_dev() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/captures");
    let mut seen = BTreeSet::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap();
        if !name.starts_with("nodes.") {
            continue;
        }
        let tree = tree(&path);
        let nodes = Nodes::read(&tree);
        let there = |path: &str| -> BTreeSet<String> {
            let names = tree.list(path).found().unwrap_or_default().names;
            let known = |name: &String| !["vfio", "devices"].contains(&name.as_str());
            let names = names.into_iter().filter(known);
            names.map(|name| format!("{path}/{name}")).collect()
        };
        let groups = nodes.groups.iter();
        let groups: BTreeSet<String> = groups
            .map(|(number, node)| node.mode.path(*number))
            .collect();
        assert_eq!(groups, there("/dev/vfio"), "{name}");
        assert_eq!(groups.is_empty(), nodes.devices.is_empty(), "{name}");
        let devices: BTreeSet<String> = nodes
            .devices
            .values()
            .filter_map(iommu::vfio::DeviceNode::path)
            .collect();
        assert_eq!(devices, there("/dev/vfio/devices"), "{name}");
        assert_eq!(nodes.container, Lookup::Found(()), "{name}");
        // A group that VFIO made is known as such by its name, too.
        let mut found = Groups::default();
        found.add_tree(&tree);
        for (number, node) in &nodes.groups {
            let by_name = found.get(*number).unwrap().no_iommu.is_some();
            assert_eq!(by_name, node.mode == GroupMode::NoIommu, "{name}");
        }
        let mode = nodes.groups.values().next().unwrap().mode;
        let switch = nodes.no_iommu_mode == Lookup::Found(true);
        assert_eq!(switch, mode == GroupMode::NoIommu, "{name}");
        let iommufd = nodes.iommufd == Lookup::Found(());
        seen.insert((iommufd, !devices.is_empty(), switch));
    }
    // Groups alone; nodes of functions too; the no-IOMMU mode, which has none of those.
    let kinds = [
        (false, false, false),
        (true, true, false),
        (true, false, true),
    ];
    assert_eq!(seen, BTreeSet::from(kinds));
}
