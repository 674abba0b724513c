//! A snapshot answers as the host did.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use pci_core::config::{ConfigSpace, ExtendedCapabilities, ExtendedCapabilityId};
use testkit::Scratch;

use crate::command::{passthru, top};
use crate::guides::trees;
use crate::predicted_groups;

#[test]
fn a_snapshot_has_the_same_findings_as_the_host() {
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

/// Files of /var/lib/passthru that a plan creates are absent in both.
#[test]
fn a_snapshot_has_the_same_plan_as_the_host() {
    let scratch = Scratch::new();
    let snapshot = &scratch.word("host.json");
    let root = "examples/hosts/workstation/before";
    let run = passthru(&["capture", "--root", root, "-o", snapshot]);
    assert_eq!(run.status, 0, "{}", run.err);
    let plan = ["plan", "03:00", "--vm", "win11", "--json"];
    let there = passthru(&[&plan[..], &["--root", root]].concat());
    let here = passthru(&[&plan[..], &["--from", snapshot]].concat());
    assert_eq!(there.out, here.out);
    assert!(here.out.contains("\"assumed_absent\": []"), "{}", here.out);
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

/// Lines with identities and secrets in the notations of the programs that print or read them,
/// each with the part that a shared file must not have.
pub(crate) const PLANTED: [(&str, &str); 46] = [
    (
        "link/ether bc:24:11:5e:c2:e7 brd ff:ff:ff:ff:ff:ff",
        "5e:c2:e7",
    ),
    (
        "e1000e 0000:03:00.0 eth0: (PCI Express:2.5GT/s:Width x1) 68:05:ca:5e:c2:e1",
        "5e:c2:e1",
    ),
    ("net0: virtio=BC:24:11:5E:C2:E2,bridge=vmbr0", "5E:C2:E2"),
    ("net1: BC-24-11-5E-C2-E3", "5E-C2-E3"),
    (
        "3: enxbc24115ec2e4: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500",
        "bc24115ec2e4",
    ),
    ("inet6 fe80::be24:11ff:fe5e:c2e5/64 scope link", "fe5e:c2e5"),
    (
        "inet6 2003:c1:7700:4300:be24:11ff:fe5e:c2e6/64 scope global",
        "fe5e:c2e6",
    ),
    (
        "UUID=5ec2e7a1-58f4-4f5c-9d9c-0c2b3a4d5e6f / ext4 defaults 0 1",
        "5ec2e7a1",
    ),
    (
        "smbios1: uuid={5EC2E7A2-58F4-4F5C-9D9C-0C2B3A4D5E6F}",
        "5EC2E7A2",
    ),
    (
        "        Capabilities: [150 v1] Device Serial Number 5e-c2-e7-ff-ff-21-05-01",
        "5e-c2-e7",
    ),
    ("Serial Number: SEKRET01", "SEKRET01"),
    ("Serial Number:    SEKRET02", "SEKRET02"),
    ("\tSerial number: SEKRET03", "SEKRET03"),
    ("usb 1-1: SerialNumber: SEKRET04", "SEKRET04"),
    ("<serial>SEKRET05</serial>", "SEKRET05"),
    ("<entry name='serial'>SEKRET06</entry>", "SEKRET06"),
    ("\"serial\": \"SEKRET07\",", "SEKRET07"),
    ("\"serial_number\":\"SEKRET08\"", "SEKRET08"),
    ("scsi1: /dev/sdb,serial=SEKRET09,size=4T", "SEKRET09"),
    (
        "scsi2: /dev/disk/by-id/ata-WDC_WD40EFRX-68N32N0_WD-SEKRET10,size=4T",
        "SEKRET10",
    ),
    (
        "/dev/disk/by-id/nvme-Samsung_SSD_990_PRO_2TB_SEKRET11-part2 / ext4",
        "SEKRET11",
    ),
    ("/dev/disk/by-id/nvme-eui.0025385b21SEKRET", "0025385b21"),
    ("/dev/disk/by-id/wwn-0x5000cca25ec2e701", "5ec2e701"),
    ("sd 0:0:0:0: naa.5000cca25ec2e702", "5ec2e702"),
    ("eui.002538 eui.0025385ec2e70301", "5ec2e703"),
    (
        "t10.NVMe____Samsung_SSD_970_EVO_1TB_________________SEKRET12",
        "SEKRET12",
    ),
    ("ID_SERIAL_SHORT=SEKRET13", "SEKRET13"),
    ("iSerial                 3 SEKRET14", "SEKRET14"),
    ("rd.iscsi.password=SEKRET15", "SEKRET15"),
    ("password: SEKRET16", "SEKRET16"),
    ("\"password\": \"SEKRET17 x\",", "SEKRET17"),
    ("passwd: 'SEKRET18'", "SEKRET18"),
    ("psk=\"SEKRET19\"", "SEKRET19"),
    ("wpa-psk SEKRET20", "SEKRET20"),
    ("api_key=SEKRET21", "SEKRET21"),
    ("token: SEKRET22", "SEKRET22"),
    ("Authorization: Bearer SEKRET23", "SEKRET23"),
    (
        "password_pbkdf2 root grub.pbkdf2.sha512.10000.5EC2E724.AB",
        "5EC2E724",
    ),
    ("curl https://me:SEKRET25@example.org/x", "SEKRET25"),
    (
        "ssh-rsa AAAAB3NzaC1yc2EAAAADAQABSEKRET26 me@there",
        "SEKRET26",
    ),
    (
        "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5SEKRET27 me@there",
        "SEKRET27",
    ),
    ("-----BEGIN OPENSSH PRIVATE KEY-----", "no such text"),
    ("b3BlbnNzaC1rZXktdjEAAAAASEKRET28", "SEKRET28"),
    ("-----END OPENSSH PRIVATE KEY-----", "no such text"),
    ("root:$6$salt$SEKRET29.x/yz:19000:0:99999:7:::", "SEKRET29"),
    (
        "PrivateKey = SEKRET30aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa=",
        "SEKRET30",
    ),
];

/// No planted secret is in a file for sharing, wherever it was.
#[test]
fn planted_secrets_are_not_captured() {
    let mut found: BTreeSet<(&str, &str)> = BTreeSet::new();
    for (host, tree) in trees() {
        let scratch = Scratch::new();
        let root = scratch.path().join("root");
        plant(&top().join(format!("examples/hosts/{host}/{tree}")), &root);
        let (root, snapshot) = (root.to_str().unwrap(), scratch.word("host.json"));
        let run = passthru(&["capture", "--root", root, "-o", &snapshot]);
        assert_eq!(run.status, 0, "{}", run.err);
        let report = scratch.word("host.html");
        let run = passthru(&["report", "--root", root, "-o", &report]);
        assert!(run.status < 2, "{}", run.err);
        let text = [snapshot, report].map(|file| fs::read_to_string(file).unwrap());
        let text = text.concat();
        found.extend(PLANTED.iter().filter(|(_, part)| text.contains(part)));
    }
    assert!(found.is_empty(), "{}: {found:#?}", found.len());
}

/// Copies a tree, with the planted lines as comments at the end of each text file.
fn plant(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let (path, copy) = (entry.path(), to.join(entry.file_name()));
        if path.is_dir() {
            plant(&path, &copy);
        } else if path.extension().is_some_and(|end| end == "json") {
            fs::copy(&path, &copy).unwrap();
        } else {
            let mut text = fs::read_to_string(&path).unwrap();
            for (line, _) in PLANTED {
                text.push_str("# ");
                text.push_str(line);
                text.push('\n');
            }
            fs::write(&copy, text).unwrap();
        }
    }
}
