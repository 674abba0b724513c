//! `lspci` on a made-up host and on this one: its texts, its machine-readable
//! output, and what sysfs says of the same functions.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test may fail so"
)]

use std::collections::BTreeMap;
use std::process::Command;

use host_tree::DirTree;
use pci_core::lspci::{Fields, Record, parse};
use pci_core::sysfs::{self, SysfsDevice};
use pci_core::{Address, ClassCode, PciId, SubsystemId};
use testkit::program::installed;
use testkit::sysfs_tree::{Function, SysfsTree, functions};

/// Whether real functions of this machine or those of a tree are asked for.
pub(crate) fn lspci(tree: Option<&SysfsTree>, flags: &[&str]) -> String {
    let mut command = Command::new("lspci");
    // The hardware database of udev may name a subsystem after its device.
    command.args(["-O", "hwdb.disable=1"]);
    if let Some(tree) = tree {
        let path = format!("sysfs.path={}", tree.bus().display());
        command.args(["-A", "linux-sysfs", "-O", &path]);
    }
    let output = command.args(flags).output().unwrap();
    assert!(output.status.success(), "lspci {flags:?}");
    String::from_utf8_lossy(&output.stdout).into_owned()
}

/// What both sides must say of a function.
#[derive(Debug, PartialEq, Eq)]
struct Facts {
    address: Address,
    class: ClassCode,
    id: PciId,
    subsystem: Option<SubsystemId>,
    driver: Option<String>,
    group: Option<u32>,
}

fn from_sysfs(device: &SysfsDevice) -> Facts {
    Facts {
        address: device.address,
        class: device.class.clone().found().unwrap(),
        id: device.id.clone().found().unwrap(),
        subsystem: device.subsystem.clone().found(),
        driver: device.driver.clone().found(),
        group: device.iommu_group.clone().found(),
    }
}

fn from_text(record: &Record) -> Facts {
    Facts {
        address: record.address.unwrap(),
        class: record.class.unwrap(),
        id: record.id.unwrap(),
        subsystem: record.subsystem.as_ref().map(|id| id.value),
        driver: record.driver.as_ref().map(|driver| driver.value.clone()),
        group: record.iommu_group.as_ref().map(|group| group.value),
    }
}

fn without_prog_if(mut facts: Facts) -> Facts {
    facts.class.prog_if = None;
    facts
}

/// Functions whose `config` is not ones, as `lspci` reads revision, subsystem and
/// programming interface there.
pub(crate) fn awake(functions: Vec<Function>) -> Vec<Function> {
    let is_off = |function: &Function| function.address.starts_with("0000:05");
    functions
        .into_iter()
        .filter(|function| !is_off(function))
        .collect()
}

#[test]
fn lspci_and_sysfs_agree() {
    if !installed(&["lspci"]) {
        return;
    }
    let tree = SysfsTree::new("sysfs", &awake(functions()));
    let read = sysfs::read(&DirTree::open(&tree.root).unwrap());
    let wanted: Vec<Facts> = read.devices.iter().map(from_sysfs).collect();
    assert_eq!(wanted.len(), 9);
    for (flags, group_shown) in [
        ("-nnk", false),
        ("-nk", false),
        ("-nnvD", true),
        ("-nnvvv", true),
    ] {
        let text = lspci(Some(&tree), &[flags]);
        let listing = parse(&format!("$ lspci {flags}\n{text}"));
        assert_eq!(listing.damage, [], "{text}");
        assert!(
            listing
                .records
                .iter()
                .all(|record| record.fields == Fields::Whole)
        );
        let found: Vec<Facts> = listing.records.iter().map(from_text).collect();
        let wanted = read.devices.iter().map(from_sysfs).map(|facts| {
            if group_shown {
                facts
            } else {
                without_prog_if(Facts {
                    group: None,
                    ..facts
                })
            }
        });
        assert_eq!(found, wanted.collect::<Vec<_>>(), "{text}");
    }
}

#[test]
fn lspci_agrees_on_what_was_put_in() {
    let functions = functions();
    let tree = SysfsTree::new("input", &functions);
    let read = sysfs::read(&DirTree::open(&tree.root).unwrap());
    let mut wanted: Vec<&Function> = functions.iter().collect();
    wanted.sort_by_key(|function| &function.address);
    assert_eq!(read.devices.len(), wanted.len());
    for (device, function) in read.devices.iter().zip(wanted) {
        let facts = from_sysfs(device);
        assert_eq!(facts.address.to_string(), function.address);
        assert_eq!(facts.class, ClassCode::from_u24(function.class));
        assert_eq!(facts.id, PciId::new(function.id.0, function.id.1));
        assert_eq!(facts.driver.as_deref(), function.driver);
        assert_eq!(facts.group, function.group);
        assert_eq!(device.revision.clone().found(), Some(function.revision));
    }
}

/// The records of `lspci -vmm`: tags and values (lspci(8), "Machine readable
/// output").
fn machine_records(text: &str) -> Vec<BTreeMap<&str, &str>> {
    let records = text.split("\n\n").map(|record| {
        let fields = record.lines().filter_map(|line| line.split_once(":\t"));
        fields.collect::<BTreeMap<_, _>>()
    });
    records.filter(|record| !record.is_empty()).collect()
}

/// `Name [hhhh]` without the number.
fn name_of(value: &str) -> &str {
    value.rsplit_once(" [").map_or("", |(name, _)| name)
}

fn number_of(value: &str) -> &str {
    let (_, number) = value.rsplit_once('[').unwrap();
    number.trim_end_matches(']')
}

#[test]
fn the_text_equals_the_machine_readable_form() {
    if !installed(&["lspci"]) {
        return;
    }
    let tree = SysfsTree::new("machine", &functions());
    for tree in [Some(&tree), None] {
        let machine = lspci(tree, &["-vmmnnkD"]);
        let machine = machine_records(&machine);
        for flags in ["-nnv", "-nnvvk", "-nnvvvD"] {
            let text = lspci(tree, &[flags]);
            let joined: String = text.lines().map(str::trim_start).collect();
            for text in [text, joined] {
                let listing = parse(&text);
                assert_eq!(listing.records.len(), machine.len(), "{text}");
                for (record, machine) in listing.records.iter().zip(&machine) {
                    compare(record, machine);
                }
            }
        }
        let plain = parse(&lspci(tree, &[]));
        assert_eq!(plain.records.len(), machine.len());
        for (record, machine) in plain.records.iter().zip(&machine) {
            assert_eq!(record.address.unwrap().to_string(), machine["Slot"]);
            let class = record.class.unwrap().to_string();
            assert_eq!(class, number_of(machine["Class"]), "{machine:?}");
        }
    }
}

fn compare(record: &Record, machine: &BTreeMap<&str, &str>) {
    let get = |tag| machine.get(tag).copied();
    assert_eq!(record.address.unwrap().to_string(), machine["Slot"]);
    let class = record.class.unwrap();
    assert_eq!(
        ClassCode {
            prog_if: None,
            ..class
        }
        .to_string(),
        number_of(machine["Class"])
    );
    let prog_if = get("ProgIf").map(|digits| u8::from_str_radix(digits, 16).unwrap());
    assert_eq!(class.prog_if, Some(prog_if.unwrap_or(0)), "{machine:?}");
    let id = record.id.unwrap();
    assert_eq!(id.vendor.to_string(), number_of(machine["Vendor"]));
    assert_eq!(id.device.to_string(), number_of(machine["Device"]));
    let revision = get("Rev").map(|digits| u8::from_str_radix(digits, 16).unwrap());
    assert_eq!(record.revision, revision);
    let subsystem = record.subsystem.as_ref().map(|id| id.value.to_string());
    let wanted = get("SVendor").zip(get("SDevice"));
    let wanted = wanted.map(|(v, d)| format!("{}:{}", number_of(v), number_of(d)));
    assert_eq!(subsystem, wanted);
    assert_eq!(
        record.driver.as_ref().map(|driver| driver.value.as_str()),
        get("Driver")
    );
    let group = record
        .iommu_group
        .as_ref()
        .map(|group| group.value.to_string());
    assert_eq!(group.as_deref(), get("IOMMUGroup"));
    let vendor = name_of(machine["Vendor"]);
    if vendor != "Vendor" {
        let name = format!("{vendor} {}", name_of(machine["Device"]));
        assert_eq!(record.name.as_deref(), Some(name.as_str()));
    }
    if record.address.unwrap().bus() == 5 {
        assert_eq!(
            record.unknown_header.as_ref().map(|kind| kind.value),
            Some(0x7f)
        );
    }
    if record.address.unwrap().to_string() == "0000:00:1f.6" {
        let label = record
            .device_name
            .as_ref()
            .map(|label| label.value.as_str());
        assert_eq!(label, Some("Onboard - Ethernet"));
    }
}

#[test]
fn this_machine_is_the_same_to_both() {
    if !installed(&["lspci"]) {
        return;
    }
    let read = sysfs::read(&DirTree::live().unwrap());
    let listing = parse(&format!("$ lspci -nnkD\n{}", lspci(None, &["-nnkD"])));
    let found: Vec<_> = listing
        .records
        .iter()
        .map(from_text)
        .map(|f| (f.address, f.driver))
        .collect();
    let wanted: Vec<_> = read
        .devices
        .iter()
        .map(from_sysfs)
        .map(|f| (f.address, f.driver))
        .collect();
    assert_eq!(found, wanted);
}
