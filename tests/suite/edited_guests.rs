//! Plans that edit a guest of Proxmox VE: requested options, and faults that the edit corrects.

use testkit::Scratch;

use crate::command::{Run, passthru};

const LISTING: &str = "root@pve:~# pveversion
pve-manager/8.2.2/9355359cd7afbae4 (running kernel: 6.8.4-2-pve)
root@pve:~# cat /proc/cmdline
BOOT_IMAGE=/boot/vmlinuz-6.8.4-2-pve root=/dev/mapper/pve-root ro quiet intel_iommu=on
root@pve:~# ls /sys/class/iommu
dmar0
root@pve:~# lspci -nnk
00:00.0 Host bridge [0600]: Intel Corporation Host Bridge [8086:3ec2]
00:1c.0 PCI bridge [0604]: Intel Corporation Root Port [8086:a33c]
\tKernel driver in use: pcieport
03:00.0 Ethernet controller [0200]: Intel Corporation I210 [8086:1533]
\tKernel driver in use: vfio-pci
\tKernel modules: igb
root@pve:~# cat /etc/pve/qemu-server/101.conf
";

/// The plan for the NIC and the guest with these lines, with further options.
fn plan(guest: &str, words: &[&str]) -> Run {
    let scratch = Scratch::new();
    let file = scratch.join("post.txt");
    std::fs::write(&file, format!("{LISTING}{guest}")).unwrap();
    let file = file.to_str().unwrap();
    passthru(&[&["plan", "03:00.0", "--vm", "101", "--from", file], words].concat())
}

#[test]
fn the_machine_type_changes_alone() {
    let old = "bios: seabios\nhostpci0: 0000:03:00.0\nmachine: pc-i440fx-8.1\nmemory: 2048\n";
    let run = plan(old, &["--machine-type", "q35"]);
    assert_eq!(run.status, 0, "{}", run.err);
    assert!(run.out.contains("+machine: pc-q35-8.1"), "{}", run.out);
    assert!(!run.out.contains("bios: ovmf"), "{}", run.out);
    let new = "bios: ovmf\nhostpci0: 0000:03:00.0,pcie=1\nmachine: q35\nmemory: 2048\n";
    let run = plan(new, &["--machine-type", "i440fx"]);
    assert_eq!(run.status, 0, "{}", run.err);
    assert!(run.out.contains("-machine: q35"), "{}", run.out);
    assert!(!run.out.contains("bios: seabios"), "{}", run.out);
    // i440fx has no PCI Express: not for another card either.
    let run = plan(
        &format!("{new}hostpci1: 04:00.0,pcie=1\n"),
        &["--machine-type", "i440fx"],
    );
    assert!(!run.err.contains("a bug in passthru"), "{}", run.err);
}

#[test]
fn a_fault_that_the_edit_corrects_does_not_block_the_plan() {
    let guest = "bios: seabios\nhostpci0: 03:00.0,pcie=1\nmachine: pc-i440fx-8.1\nmemory: 2048\n";
    let run = plan(guest, &["--json"]);
    let document = run.json();
    assert_eq!(document["blockers"].as_array().unwrap().len(), 0);
    assert!(run.out.contains("hostpci0: 0000:03:00.0\\n"), "{}", run.out);
    // The lines of another device are not edited.
    let other = format!("{guest}hostpci1: 04:00.0,pcie=1\n");
    let blockers = plan(&other, &["--json"]).json()["blockers"].to_string();
    assert!(blockers.contains("hostpci1 has pcie=1"), "{blockers}");
    assert!(!blockers.contains("hostpci0 has pcie=1"), "{blockers}");
}

#[test]
fn a_fault_of_the_requested_guest_blocks_a_plan_for_another_device() {
    let guest = "bios: ovmf\nhostpci1: 0000:99:00.0,pcie=1\nmachine: q35\nmemory: 2048\n";
    let blockers = plan(guest, &["--json"]).json()["blockers"].to_string();
    assert!(blockers.contains("99:00.0"), "{blockers}");
}
