//! `passthru diff`: each kind of difference, and none where one look does not show it.

use std::fs;

use host_tree::MemoryTree;
use passthru::{Host, Verdict, diff};
use testkit::Scratch;

use crate::command::passthru;
use crate::guides::trees;

const GPU: &str = "VGA compatible controller [0300]: NVIDIA Corporation GA106 [GeForce RTX 3060] \
                   [10de:2503] (rev a1)";
const NIC: &str = "Ethernet controller [0200]: Intel Corporation I210 [8086:1533] (rev 03)";
const VFIO: &str = "\tKernel driver in use: vfio-pci";
const NVIDIA: &str = "\tKernel driver in use: nvidia";

/// A host by its files and what its commands print.
fn host(files: &[(&str, &str)], texts: &[(&str, &str)]) -> Host {
    let mut tree = MemoryTree::complete();
    for (path, text) in files {
        tree.insert_file(path, text.as_bytes());
    }
    for (command, text) in texts {
        tree.insert_text(command, text);
    }
    Host::read(&tree)
}

fn listing(lines: &[&str]) -> Host {
    host(&[], &[("lspci -nnk", &(lines.join("\n") + "\n"))])
}

fn at(address: &str, what: &str) -> String {
    format!("{address} {what}")
}

/// Kind and verdict of each difference, but for differences_of.
fn differences_of(old: &Host, new: &Host) -> Vec<(&'static str, Verdict)> {
    let differences = diff::between(old, new).differences.into_iter();
    let kinds = differences.map(|one| (one.kind, one.verdict));
    kinds.filter(|(kind, _)| *kind != "finding").collect()
}

#[test]
fn a_host_does_not_differ_from_itself() {
    for (host, tree) in trees() {
        let root = format!("examples/hosts/{host}/{tree}");
        let run = passthru(&["diff", &root, &root]);
        assert_eq!(run.status, 0, "{root}: {}{}", run.out, run.err);
        assert!(
            run.out.starts_with("No relevant difference"),
            "{root}: {}",
            run.out
        );
    }
}

#[test]
fn moved_removed_and_added_cards() {
    let gpu = at("01:00.0", GPU);
    let old = listing(&[&gpu, VFIO]);
    let moved = listing(&[&at("02:00.0", GPU), VFIO]);
    assert_eq!(
        differences_of(&old, &moved),
        [("device-moved", Verdict::Blocker)]
    );
    let gone = listing(&[&at("03:00.0", NIC)]);
    assert_eq!(
        differences_of(&old, &gone),
        [
            ("device-removed", Verdict::Blocker),
            ("device-added", Verdict::Harmless)
        ]
    );
    let replaced = listing(&[&at("01:00.0", NIC)]);
    assert_eq!(
        differences_of(&old, &replaced),
        [("device-replaced", Verdict::Blocker)]
    );
    let taken = listing(&[&gpu, NVIDIA]);
    assert_eq!(differences_of(&old, &taken), [("driver", Verdict::Blocker)]);
    assert_eq!(differences_of(&taken, &old), [("driver", Verdict::Ok)]);
    // Duplicate IDs: the input does not show which card moved.
    let same_ids = listing(&[&gpu, VFIO, &at("05:00.0", GPU), VFIO]);
    let others = listing(&[&at("02:00.0", GPU), VFIO, &at("06:00.0", GPU), VFIO]);
    let kinds: Vec<_> = differences_of(&same_ids, &others)
        .into_iter()
        .map(|one| one.0)
        .collect();
    assert!(!kinds.contains(&"device-moved"), "{kinds:?}");
}

#[test]
fn a_moved_card_keeps_its_findings_and_loses_its_guest() {
    let lines = |slot: &str| format!("{slot}.0 {GPU}\n{NVIDIA}\n");
    let guest = "hostpci0: 0000:01:00,pcie=1\nmachine: q35\nbios: ovmf\n";
    let with = |slot: &str, files: &[(&str, &str)]| {
        let pve = ("uname -r", "6.8.8-2-pve\n");
        host(files, &[("lspci -nnk", &lines(slot)), pve])
    };
    let named = [("/etc/pve/qemu-server/101.conf", guest)];
    let (old, new) = (with("01:00", &[]), with("03:00", &named));
    let moved = ("device-moved", Verdict::Blocker);
    assert!(differences_of(&old, &new).contains(&moved));
    let all = diff::between(&old, &new).differences;
    let bound: Vec<&str> = all
        .iter()
        .map(|one| one.title.as_str())
        .filter(|text| text.contains("[host-driver-bound]"))
        .collect();
    assert_eq!(bound, [""; 0]);
    let unnamed = differences_of(&old, &with("03:00", &[]));
    assert_eq!(unnamed, [("device-moved", Verdict::Harmless)]);
}

#[test]
fn a_missing_fact_is_not_a_difference() {
    let old = listing(&[&at("01:00.0", GPU), VFIO, &at("03:00.0", NIC)]);
    let filtered = host(&[], &[("lspci -nn | grep -i nvidia", &at("01:00.0", GPU))]);
    assert_eq!(differences_of(&old, &filtered), []);
    assert_eq!(differences_of(&filtered, &old), []);
    let nothing = host(&[], &[]);
    assert_eq!(differences_of(&old, &nothing), []);
}

#[test]
fn groups_differ_by_their_members_and_not_by_their_numbers() {
    let listed = [at("01:00.0", GPU), VFIO.to_owned(), at("03:00.0", NIC)].join("\n") + "\n";
    let groups = |gpu: u32, nic: u32| {
        let mut tree = MemoryTree::complete();
        tree.insert_text("lspci -nnk", &listed);
        for (group, address) in [(gpu, "0000:01:00.0"), (nic, "0000:03:00.0")] {
            let link = format!("/sys/kernel/iommu_groups/{group}/devices/{address}");
            tree.insert_link(&link, &format!("../../../../devices/pci0000:00/{address}"));
        }
        Host::read(&tree)
    };
    let (apart, numbered, together) = (groups(14, 15), groups(17, 20), groups(14, 14));
    assert_eq!(
        differences_of(&apart, &numbered),
        [("iommu-group-numbers", Verdict::Harmless)]
    );
    assert_eq!(
        differences_of(&apart, &together),
        [
            ("iommu-group", Verdict::Blocker),
            ("iommu-group", Verdict::Harmless)
        ]
    );
    assert_eq!(
        differences_of(&together, &apart),
        [("iommu-group", Verdict::Ok), ("iommu-group", Verdict::Ok)]
    );
}

/// Logs name members, and never all of them: a function that left the group of another is
/// a difference all the same, and one of which a log is silent is none.
#[test]
fn groups_that_are_not_shown_whole_differ_too() {
    let log = |groups: &[(&str, u8)]| {
        let lines = groups.iter().map(|(address, group)| {
            format!("[    0.500000] pci 0000:{address}: Adding to iommu group {group}\n")
        });
        let log: String = lines.collect();
        let lspci = [at("01:00.0", GPU), at("02:00.0", NIC)].join("\n") + "\n";
        host(
            &[],
            &[("lspci -nnk", lspci.as_str()), ("dmesg", log.as_str())],
        )
    };
    let together = log(&[("01:00.0", 7), ("02:00.0", 7)]);
    let apart = log(&[("01:00.0", 7), ("02:00.0", 8)]);
    let kinds = |old: &Host, new: &Host| differences_of(old, new).into_iter().map(|(kind, _)| kind);
    assert_eq!(
        kinds(&together, &apart).collect::<Vec<_>>(),
        ["iommu-group"; 2]
    );
    assert_eq!(
        kinds(&apart, &together).collect::<Vec<_>>(),
        ["iommu-group"; 2]
    );
    let silent = log(&[("01:00.0", 7)]);
    assert_eq!(kinds(&together, &silent).count(), 0);
}

#[test]
fn kernels_options_and_the_iommu() {
    let kernel = |release: &str, options: &str, log: &str| {
        host(
            &[
                ("/proc/sys/kernel/osrelease", release),
                ("/proc/cmdline", options),
            ],
            &[("dmesg", log)],
        )
    };
    let old = kernel(
        "6.8.12-4-pve\n",
        "BOOT_IMAGE=/a quiet intel_iommu=on\n",
        "[    0.1] DMAR: IOMMU enabled\n[    0.2] DMAR-IR: Enabled IRQ remapping in x2apic mode\n",
    );
    let new = kernel("6.11.0-1-pve\n", "BOOT_IMAGE=/b quiet\n", "");
    let kinds = differences_of(&old, &new);
    assert!(kinds.contains(&("kernel", Verdict::Harmless)), "{kinds:?}");
    assert!(
        kinds.contains(&("kernel-option", Verdict::Harmless)),
        "{kinds:?}"
    );
    assert_eq!(
        kinds.iter().filter(|one| one.0 == "kernel-option").count(),
        1
    );
}

#[test]
fn a_guest_that_names_another_card_now() {
    let conf =
        |hostpci: &str| format!("bios: ovmf\nmachine: q35\nmemory: 2048\nhostpci0: {hostpci}\n");
    let with = |listing: &str, hostpci: &str| {
        let text = conf(hostpci);
        host(
            &[("/etc/pve/qemu-server/100.conf", &text)],
            &[("lspci -nnk", listing)],
        )
    };
    let gpu = at("01:00.0", GPU) + "\n";
    let old = with(&gpu, "0000:01:00,pcie=1");
    let new = with(&(at("01:00.0", NIC) + "\n"), "0000:01:00,pcie=1");
    assert!(differences_of(&old, &new).contains(&("guest-outdated", Verdict::Blocker)));
    let other = with(&gpu, "0000:01:00,pcie=1,x-vga=1");
    assert_eq!(differences_of(&old, &other), [("guest", Verdict::Harmless)]);
}

#[test]
fn interfaces_that_are_called_something_else() {
    let named = |bus: &str, name: &str| {
        let mut tree = MemoryTree::complete();
        tree.insert_text("lspci -nnk", &(at(&format!("{bus}:00.0"), NIC) + "\n"));
        let class = format!("/sys/class/net/{name}");
        tree.insert_link(
            &format!("{class}/device"),
            &format!("../../../0000:{bus}:00.0"),
        );
        tree.insert_file(&format!("{class}/operstate"), "up\n");
        Host::read(&tree)
    };
    let (old, new) = (named("03", "enp3s0"), named("04", "enp4s0"));
    let kinds = differences_of(&old, &new);
    assert!(
        kinds.contains(&("interface-renamed", Verdict::Fix)),
        "{kinds:?}"
    );
}

#[test]
fn the_doctors_findings_are_compared_with_the_exit_status() {
    let before = "examples/hosts/proxmox-rtx5060ti/before";
    let after = "examples/hosts/proxmox-rtx5060ti/after";
    let run = passthru(&["diff", before, after]);
    assert_eq!(run.status, 1, "{}", run.out);
    assert!(
        run.out.contains("[vfio-ids-missing-function]"),
        "{}",
        run.out
    );
    let json = passthru(&["diff", before, after, "--json"]).json();
    assert_eq!(json["schema"], "passthru-diff/1");
    for one in json["differences"].as_array().unwrap() {
        for key in ["kind", "verdict", "devices", "title", "before", "after"] {
            assert!(one.get(key).is_some(), "{one}");
        }
    }
    let back = passthru(&["diff", after, before]);
    assert!(back.out.contains("resolved"), "{}", back.out);
    // A capture of a host is that host.
    let scratch = Scratch::new();
    let snapshot = scratch.path().join("host.json");
    let snapshot = snapshot.to_str().unwrap();
    assert_eq!(
        passthru(&["capture", "--root", after, "-o", snapshot]).status,
        0
    );
    let same = passthru(&["diff", after, snapshot]);
    assert!(
        same.out.starts_with("No relevant difference"),
        "{}",
        same.out
    );
    assert_eq!(
        passthru(&["diff", after, "--root", before, snapshot]).status,
        2
    );
    fs::write(snapshot, "").unwrap();
    assert_eq!(passthru(&["diff", after, snapshot]).status, 2);
}
