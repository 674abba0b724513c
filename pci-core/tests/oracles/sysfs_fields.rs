//! Field for field: what `lspci` reads of a made-up host and of this one, and what
//! this crate reads of the same files.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test may fail so"
)]

use std::process::Command;

use host_tree::{DirTree, Lookup};
use pci_core::sysfs::{ResourceKind, SysfsDevice, Wanted, read_wanted};
use testkit::program::installed;
use testkit::sysfs_tree::{SysfsTree, functions};

use crate::oracles::any_functions::any_functions;

fn lspci(tree: Option<&SysfsTree>, flags: &str) -> String {
    let mut command = Command::new("lspci");
    command.args(["-O", "hwdb.disable=1"]);
    if let Some(tree) = tree {
        let path = format!("sysfs.path={}", tree.bus().display());
        command.args(["-A", "linux-sysfs", "-O", &path]);
    }
    let output = command.arg(flags).output().unwrap();
    assert!(output.status.success(), "lspci {flags}");
    String::from_utf8_lossy(&output.stdout).into_owned()
}

/// The made-up host, without the function that is off: `lspci` reads some of it
/// from `config`. Then this machine, and hosts of any functions.
fn hosts(name: &str) -> Vec<(Option<SysfsTree>, Vec<SysfsDevice>)> {
    let functions: Vec<_> = functions()
        .into_iter()
        .filter(|function| !function.address.starts_with("0000:05"))
        .collect();
    let tree = SysfsTree::new(name, &functions);
    let made_up = read_wanted(&DirTree::open(&tree.root).unwrap(), Wanted::FULL);
    let live = read_wanted(&DirTree::live().unwrap(), Wanted::FULL);
    assert_eq!(made_up.devices.len(), 9);
    let mut hosts = vec![(Some(tree), made_up.devices), (None, live.devices)];
    for seed in 1..=6_u64 {
        let functions = any_functions(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15));
        let tree = SysfsTree::new(&format!("{name}-{seed}"), &functions);
        let found = read_wanted(&DirTree::open(&tree.root).unwrap(), Wanted::FULL);
        assert_eq!(found.devices.len(), functions.len());
        hosts.push((Some(tree), found.devices));
    }
    hosts
}

fn found<T: ToString + Clone>(fact: &Lookup<T>) -> Option<String> {
    fact.clone().found().map(|value| value.to_string())
}

#[test]
fn each_tag_of_the_machine_readable_form() {
    if !installed(&["lspci"]) {
        return;
    }
    for (tree, devices) in hosts("tags") {
        let text = lspci(tree.as_ref(), "-vmmknnD");
        let records: Vec<&str> = text.trim_end().split("\n\n").collect();
        assert_eq!(records.len(), devices.len(), "{text}");
        for (record, device) in records.into_iter().zip(&devices) {
            let value = |tag: &str| {
                let lines = record.lines().filter_map(|line| line.split_once(":\t"));
                let mut values = lines.filter(|(name, _)| *name == tag);
                values.next().map(|(_, value)| value.to_owned())
            };
            // `Name [hhhh]`.
            let number = |tag: &str| {
                let value = value(tag)?;
                Some(value.rsplit_once('[')?.1.trim_end_matches(']').to_owned())
            };
            assert_eq!(value("Slot"), Some(device.address.to_string()));
            let id = device.id.clone().found();
            assert_eq!(number("Vendor"), id.map(|id| id.vendor.to_string()));
            assert_eq!(number("Device"), id.map(|id| id.device.to_string()));
            let subsystem = device.subsystem.clone().found();
            let subsystem = subsystem.map(|id| (id.vendor.to_string(), id.device.to_string()));
            assert_eq!(number("SVendor").zip(number("SDevice")), subsystem);
            let class = device.class.clone().found().unwrap().to_string();
            assert_eq!(number("Class").as_deref(), class.get(..4));
            let revision = device.revision.clone().found().filter(|rev| *rev != 0);
            assert_eq!(value("Rev"), revision.map(|rev| format!("{rev:02x}")));
            assert_eq!(value("PhySlot"), found(&device.physical_slot), "{record}");
            assert_eq!(value("Driver"), found(&device.driver), "{record}");
            assert_eq!(value("NUMANode"), found(&device.numa_node), "{record}");
            assert_eq!(value("IOMMUGroup"), found(&device.iommu_group), "{record}");
            // lspci strips the path of a device tree that is at its own place.
            let node = value("DTNode");
            assert_eq!(
                node.as_deref()
                    .map(|node| node.rsplit("devicetree/base").next().unwrap()),
                device.device_tree_node.clone().found().as_deref(),
                "{record}"
            );
        }
    }
}

/// A size as `lspci` prints it.
fn size(bytes: u64) -> String {
    let units = ["", "K", "M", "G", "T"];
    let mut bytes = bytes;
    let mut unit = 0;
    while unit < 4 && bytes > 0 && bytes % 1024 == 0 {
        bytes /= 1024;
        unit += 1;
    }
    format!("[size={bytes}{}]", units[unit])
}

#[test]
fn each_line_of_the_verbose_form() {
    if !installed(&["lspci"]) {
        return;
    }
    for (tree, devices) in hosts("lines") {
        let text = lspci(tree.as_ref(), "-vvvnnD");
        let records: Vec<&str> = text.trim_end().split("\n\n").collect();
        assert_eq!(records.len(), devices.len(), "{text}");
        let (mut regions, mut irqs) = (0, 0);
        for (record, device) in records.into_iter().zip(&devices) {
            let after = |label: &str| {
                let mut lines = record.lines().map(str::trim_start);
                lines
                    .find_map(|line| line.strip_prefix(label))
                    .map(str::to_owned)
            };
            assert_eq!(after("DeviceName: "), found(&device.label), "{record}");
            assert_eq!(
                after("Physical Slot: "),
                found(&device.physical_slot),
                "{record}"
            );
            assert_eq!(after("NUMA node: "), found(&device.numa_node), "{record}");
            assert_eq!(
                after("IOMMU group: "),
                found(&device.iommu_group),
                "{record}"
            );
            if let Some(interrupt) = after("Interrupt: pin ") {
                let (_, irq) = interrupt.split_once("IRQ ").unwrap();
                assert_eq!(irq, found(&device.irq).unwrap(), "{record}");
                irqs += 1;
            }
            for resource in device.resources.clone().found().unwrap_or_default() {
                let line = match resource.kind {
                    ResourceKind::Bar(number) => after(&format!("Region {number}: ")),
                    ResourceKind::ExpansionRom => after("Expansion ROM at "),
                    // Bridges' windows are printed from their registers.
                    _ => continue,
                };
                let line = line.unwrap_or_else(|| panic!("{resource:?}\n{record}"));
                let start = format!(
                    "{:0w$x}",
                    resource.start,
                    w = if resource.is_io() { 4 } else { 8 }
                );
                assert!(line.contains(&start), "{resource:?}\n{line}");
                assert!(
                    line.contains(&size(resource.size().unwrap())),
                    "{resource:?}\n{line}"
                );
                if let ResourceKind::Bar(_) = resource.kind {
                    assert_eq!(line.starts_with("I/O ports"), resource.is_io());
                    assert_eq!(line.contains("64-bit"), resource.is_64_bit(), "{line}");
                    let prefetchable = line.contains(" prefetchable)");
                    assert_eq!(prefetchable, resource.is_prefetchable(), "{line}");
                }
                regions += 1;
            }
            let bytes = device.config.clone().found().unwrap().bytes;
            if let Some(buses) = after("Bus: primary=") {
                let wanted = format!(
                    "secondary={:02x}, subordinate={:02x}",
                    bytes[0x19], bytes[0x1a]
                );
                assert!(buses.contains(&wanted), "{record}");
            }
        }
        match devices.len() {
            9 => assert_eq!((regions, irqs), (6, 9), "{text}"),
            _ if tree.is_some() => assert!(regions > 30 && irqs == devices.len(), "{text}"),
            _ => {}
        }
    }
}
