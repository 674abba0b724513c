//! A snapshot answers as the host did.

use std::fs;

use pci_core::config::{ConfigSpace, ExtendedCapabilities, ExtendedCapabilityId};
use testkit::Scratch;

use crate::command::passthru;
use crate::guides::trees;
use crate::predicted_groups;

#[test]
fn a_snapshot_gives_the_same_findings_as_the_host() {
    for (host, tree) in trees() {
        let root = format!("examples/hosts/{host}/{tree}");
        let scratch = Scratch::new();
        let snapshot = &scratch.word("host.json");
        let run = passthru(&["capture", "--root", &root, "-o", snapshot]);
        assert_eq!(run.status, 0, "{}", run.err);
        for words in [&["doctor"][..], &["list"], &["groups"]] {
            let words = [words, &["--json"]].concat();
            let there = passthru(&[&words, &["--root", &root][..]].concat());
            let here = passthru(&[&words, &["--from", snapshot][..]].concat());
            assert_eq!(there.out, here.out, "{root} {words:?}");
            assert_eq!(there.status, here.status);
        }
    }
}

/// A capture has the configuration space that a prediction asks for, without the
/// serial number of a NIC, which is its MAC address.
#[test]
fn a_snapshot_predicts_the_groups_as_the_host_does() {
    let scratch = Scratch::new();
    let root = scratch.path().join("root");
    let mut serial = 0;
    for (address, config) in predicted_groups::config("two-ports.none.txt") {
        let device = root.join("sys/bus/pci/devices").join(&address);
        fs::create_dir_all(&device).unwrap();
        let id = format!(
            "PCI_CLASS={:x}{:02x}{:02x}\nPCI_ID={:02X}{:02X}:{:02X}{:02X}\n",
            config[11], config[10], config[9], config[1], config[0], config[3], config[2]
        );
        fs::write(device.join("uevent"), id).unwrap();
        let list = ExtendedCapabilities::read(ConfigSpace::new(&config));
        serial += list.all(ExtendedCapabilityId::DEVICE_SERIAL_NUMBER).count();
        fs::write(device.join("config"), config).unwrap();
    }
    assert!(serial > 0);
    let (root, snapshot) = (root.to_str().unwrap(), scratch.path().join("host.json"));
    let snapshot = snapshot.to_str().unwrap();
    let run = passthru(&["capture", "--root", root, "-o", snapshot]);
    assert_eq!(run.status, 0, "{}", run.err);
    let there = passthru(&["groups", "--predict", "--json", "--root", root]);
    let here = passthru(&["groups", "--predict", "--json", "--from", snapshot]);
    assert_eq!(there.out, here.out, "{}", here.err);
    assert!(there.out.contains("0000:01:00.0"), "{}", there.err);

    let lspci = passthru(&["lspci", "-vv", "--from", snapshot]);
    let numbers: Vec<&str> = lspci
        .out
        .lines()
        .filter(|line| line.contains("Device Serial Number"))
        .collect();
    assert_eq!(numbers.len(), serial, "{}", lspci.err);
    let zeros = "Device Serial Number 00-00-00-00-00-00-00-00";
    assert!(
        numbers.iter().all(|line| line.ends_with(zeros)),
        "{numbers:?}"
    );
}
