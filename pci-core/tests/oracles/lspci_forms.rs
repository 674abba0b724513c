//! Every form that `lspci` prints says the same of the same functions.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test may fail so"
)]

use std::collections::BTreeMap;

use pci_core::lspci::{Layout, Numbers, Record, Verbosity, parse};
use pci_core::{Address, AddressPath};
use testkit::program::installed;
use testkit::sysfs_tree::{SysfsTree, functions};

use crate::oracles::lspci::lspci;

/// What a form may leave out but not change.
fn agrees(record: &Record, whole: &Record, text: &str) {
    fn same<T: PartialEq + std::fmt::Debug>(shown: &Option<T>, whole: &Option<T>, text: &str) {
        if shown.is_some() {
            assert_eq!(shown, whole, "{text}");
        }
    }
    same(&record.id, &whole.id, text);
    same(&record.revision, &whole.revision, text);
    same(
        &record.class.map(|class| (class.base, class.sub)),
        &whole.class.map(|class| (class.base, class.sub)),
        text,
    );
    let value = |record: &Record| record.subsystem.as_ref().map(|id| id.value);
    same(&value(record), &value(whole), text);
    let value = |record: &Record| record.driver.as_ref().map(|driver| driver.value.clone());
    same(&value(record), &value(whole), text);
    let value = |record: &Record| record.modules.as_ref().map(|list| list.value.clone());
    same(&value(record), &value(whole), text);
    let value = |record: &Record| record.iommu_group.as_ref().map(|group| group.value);
    same(&value(record), &value(whole), text);
    let value = |record: &Record| record.numa_node.as_ref().map(|node| node.value);
    same(&value(record), &value(whole), text);
    let value = |record: &Record| record.physical_slot.as_ref().map(|slot| slot.value.clone());
    same(&value(record), &value(whole), text);
    let value = |record: &Record| record.device_name.as_ref().map(|name| name.value.clone());
    same(&value(record), &value(whole), text);
    let buses = |record: &Record| {
        let buses = record.buses.as_ref()?.value;
        Some((buses.secondary, buses.subordinate))
    };
    same(&buses(record), &buses(whole), text);
    if record.id.is_some() {
        same(&record.name, &whole.name, text);
    }
}

#[test]
fn every_form_has_the_same_facts() {
    if !installed(&["lspci"]) {
        return;
    }
    let tree = SysfsTree::new("forms", &functions());
    for tree in [Some(&tree), None] {
        let whole = parse(&lspci(tree, &["-nnvvvkD"])).records;
        let whole: BTreeMap<Address, Record> = whole
            .into_iter()
            .map(|record| (record.address.unwrap(), record))
            .collect();
        for (flags, layout, numbers, verbosity) in [
            ("-D", Layout::Lines, Numbers::None, Verbosity::Plain),
            ("-n", Layout::Lines, Numbers::Only, Verbosity::Plain),
            ("-nn", Layout::Lines, Numbers::Both, Verbosity::Plain),
            ("-nk", Layout::Lines, Numbers::Only, Verbosity::Plain),
            ("-kx", Layout::Lines, Numbers::None, Verbosity::Plain),
            ("-nnv", Layout::Lines, Numbers::Both, Verbosity::Verbose),
            (
                "-nvvx",
                Layout::Lines,
                Numbers::Only,
                Verbosity::VeryVerbose,
            ),
            (
                "-nnvvvPP",
                Layout::Lines,
                Numbers::Both,
                Verbosity::VeryVerbose,
            ),
            ("-m", Layout::MachineLine, Numbers::None, Verbosity::Plain),
            ("-mn", Layout::MachineLine, Numbers::Only, Verbosity::Plain),
            (
                "-mmnn",
                Layout::MachineLine,
                Numbers::Both,
                Verbosity::Plain,
            ),
            (
                "-mmnnDx",
                Layout::MachineLine,
                Numbers::Both,
                Verbosity::Plain,
            ),
            (
                "-vm",
                Layout::MachineRecord,
                Numbers::None,
                Verbosity::Plain,
            ),
            (
                "-vmmn",
                Layout::MachineRecord,
                Numbers::Only,
                Verbosity::Plain,
            ),
            (
                "-vmmknn",
                Layout::MachineRecord,
                Numbers::Both,
                Verbosity::Plain,
            ),
            (
                "-vmmknnx",
                Layout::MachineRecord,
                Numbers::Both,
                Verbosity::Plain,
            ),
            (
                "-vmmPP",
                Layout::MachineRecord,
                Numbers::None,
                Verbosity::Plain,
            ),
            ("-t", Layout::Tree, Numbers::None, Verbosity::Plain),
            ("-tv", Layout::Tree, Numbers::None, Verbosity::Plain),
            ("-tvn", Layout::Tree, Numbers::Only, Verbosity::Plain),
            ("-tvnn", Layout::Tree, Numbers::Both, Verbosity::Plain),
        ] {
            let text = lspci(tree, &[flags]);
            let listing = parse(&text);
            assert_eq!(listing.damage, [], "{flags}\n{text}");
            let mut found: Vec<Address> = listing
                .records
                .iter()
                .map(|record| record.address.unwrap())
                .collect();
            found.sort_unstable();
            if layout == Layout::Tree {
                // pciutils 3.9 leaves out buses that no bridge leads to.
                assert!(!found.is_empty() || tree.is_none(), "{text}");
                assert!(
                    found.iter().all(|address| whole.contains_key(address)),
                    "{text}"
                );
            } else {
                assert!(found.iter().eq(whole.keys()), "{flags}\n{text}");
            }
            for record in &listing.records {
                assert_eq!(record.form.layout, layout, "{text}");
                let shown = record.form.numbers;
                assert!(
                    shown.is_none_or(|shown| shown == numbers),
                    "{flags} {record:?}"
                );
                assert!(shown.is_some() || layout == Layout::Tree, "{record:?}");
                let header = record.unknown_header.is_some();
                assert!(record.form.verbosity == verbosity || header, "{text}");
                let hex = record.config.space();
                assert_eq!(hex.is_empty(), !flags.contains('x'), "{text}");
                if hex.word(0) != Some(0xffff) && !hex.is_empty() {
                    let id = record.id.map(|id| (id.vendor.0, id.device.0));
                    let shown = hex.word(0).zip(hex.word(2));
                    assert!(id.is_none() || id == shown, "{text}");
                    assert_eq!(hex.len(), 64);
                }
                agrees(record, &whole[&record.address.unwrap()], &text);
            }
        }
    }
}

/// A root port and its card, as `lspci -x` prints them.
const BRIDGE: &str = "00:01.0 PCI bridge: x
00: 86 80 01 19 07 00 10 00 07 00 04 06 10 00 81 00
10: 00 00 00 00 00 00 00 00 00 01 02 00 e0 e0 00 00
20: 00 f6 00 f7 01 e0 f1 f1 00 00 00 00 00 00 00 00
30: 00 00 00 00 00 00 00 00 00 00 00 00 10 01 08 00

01:00.0 PCI bridge: x
00: b5 10 47 87 07 00 10 00 ca 00 04 06 10 00 01 00
10: 00 00 00 00 00 00 00 00 01 02 02 00 e0 e0 00 00
20: 00 f6 00 f7 01 e0 f1 f1 00 00 00 00 00 00 00 00
30: 00 00 00 00 00 00 00 00 00 00 00 00 10 01 08 00

02:00.0 VGA compatible controller: x
00: de 10 04 2d 07 04 10 00 a1 00 00 03 10 00 80 00
10: 00 00 00 f6 0c 00 00 e0 00 00 00 00 0c 00 00 f0
20: 00 00 00 00 01 e0 00 00 00 00 00 00 b0 10 5e 20
30: 00 00 00 00 00 00 00 00 00 00 00 00 10 01 00 00

02:00.1 Audio device: x
00: de 10 eb 22 06 04 10 00 a1 00 03 04 10 00 80 00
10: 00 00 08 f7 00 00 00 00 00 00 00 00 00 00 00 00
20: 00 00 00 00 00 00 00 00 00 00 00 00 b0 10 5e 20
30: 00 00 00 00 00 00 00 00 00 00 00 00 11 02 00 00

";

#[test]
fn a_path_has_no_bus_but_a_bridge_may() {
    if !installed(&["lspci"]) {
        return;
    }
    let scratch = testkit::Scratch::new();
    let file = scratch.write("dump", BRIDGE);
    let read = |flags: &str| parse(&lspci(None, &["-F", file.to_str().unwrap(), flags])).records;
    let whole = read("-PPnn");
    let path: AddressPath = "00:01.0/01:00.0/02:00.1".parse().unwrap();
    assert_eq!(whole[3].path.as_ref(), Some(&path));
    assert_eq!(whole[3].address, "02:00.1".parse().ok());
    for flags in ["-P", "-Pnn", "-Pmm", "-Pvmm"] {
        let shown = read(flags);
        assert_eq!(shown.len(), 4, "{flags}");
        assert_eq!(shown[0].address, "00:01.0".parse().ok());
        for (record, whole) in shown.iter().zip(&whole).skip(1) {
            let hops = |record: &Record| record.path.as_ref().unwrap().hops().len();
            assert_eq!(hops(record), hops(whole));
            assert_eq!(record.address, None);
        }
    }
    // The bridges' lines name their secondary buses.
    let shown = read("-Pv");
    for (record, whole) in shown.iter().zip(&whole) {
        assert_eq!(record.address, whole.address);
    }
    // So does a tree.
    let shown = read("-t");
    let mut found: Vec<_> = shown.iter().map(|record| record.address).collect();
    found.sort_unstable();
    assert!(found.iter().eq(whole.iter().map(|record| &record.address)));
    std::fs::remove_file(file).unwrap();
}
