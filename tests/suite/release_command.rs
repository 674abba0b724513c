//! `passthru release`: cards of the guides, bound by hand, go back to their drivers.

use std::fs;
use std::path::Path;

use host_tree::MemoryTree;
use passthru::plan::{self, Plan, Request};
use passthru::{Host, verify};
use testkit::Scratch;

use crate::command::passthru;
use crate::patched_hosts::Copy;

fn read(root: &str, path: &str) -> String {
    fs::read_to_string(Path::new(root).join(path.trim_start_matches('/'))).unwrap()
}

#[test]
fn a_card_that_a_guide_bound_is_released_and_the_undo_is_exact() {
    let host = Copy::of("examples/hosts/proxmox-rtx5060ti/after");
    let root = host.root();
    let scratch = Scratch::new();
    let plan = scratch.path().join("plan.json");
    let plan = plan.to_str().unwrap();
    let before = [
        "/etc/modprobe.d/vfio.conf",
        "/etc/modprobe.d/blacklist.conf",
    ];
    let before = before.map(|path| (path, read(root, path)));
    let run = passthru(&["release", "01:00.0", "--root", root, "-o", plan]);
    assert_eq!(run.status, 0, "{}", run.err);
    assert!(
        run.out
            .starts_with("Release 01:00.0 (10de:2d04) and 01:00.1"),
        "{}",
        run.out
    );
    let run = passthru(&["apply", plan, "--root", root, "--yes"]);
    assert_eq!(run.status, 0, "{}", run.err);
    assert!(
        run.out.contains(&format!("passthru undo --root {root}")),
        "{}",
        run.out
    );
    let options = read(root, "/etc/modprobe.d/vfio.conf");
    assert_eq!(options, "options vfio-pci disable_vga=1\n");
    let blacklist = read(root, "/etc/modprobe.d/blacklist.conf");
    assert!(!blacklist.contains("blacklist nouveau"), "{blacklist}");
    // Proxmox VE itself keeps this one out.
    assert!(blacklist.contains("blacklist nvidiafb"), "{blacklist}");
    // There is nothing left to remove.
    let again = passthru(&["release", "01:00.0", "--root", root]);
    assert_eq!(again.status, 1, "{}", again.out);
    assert!(
        again.err.contains("nothing in the input binds"),
        "{}",
        again.err
    );
    let undo = passthru(&["undo", "--root", root, "--yes"]);
    assert_eq!(undo.status, 0, "{}", undo.err);
    for (path, text) in before {
        assert_eq!(read(root, path), text, "{path}");
    }
}

#[test]
fn settings_of_another_card_are_kept() {
    let scratch = Scratch::new();
    let gpu = |slot: &str, id: &str| {
        format!(
            "{slot}.0 VGA compatible controller [0300]: NVIDIA Corporation X [10de:{id}]\n\
             \tKernel driver in use: vfio-pci\n\tKernel modules: nouveau\n"
        )
    };
    let text = format!(
        "# lspci -nnk\n{}{}\n# uname -r\n6.8.12-9-pve\n\
         # cat /etc/modprobe.d/vfio.conf\noptions vfio-pci ids=10de:2503,10de:1f08\n\
         # cat /etc/modprobe.d/no.conf\nblacklist nouveau\n",
        gpu("01:00", "2503"),
        gpu("02:00", "1f08"),
    );
    let file = scratch.file("post.txt", text.as_bytes());
    let run = passthru(&["release", "01:00", "--json", "--from", &file]);
    assert_eq!(run.status, 0, "{}", run.err);
    let plan = run.json();
    assert_eq!(plan["binding"], "release");
    let edits = plan["edits"].as_array().unwrap();
    assert_eq!(edits.len(), 1, "{}", run.out);
    assert_eq!(edits[0]["after"], "options vfio-pci ids=10de:1f08\n");
}

#[test]
fn a_script_of_a_plan_keeps_its_other_functions() {
    let host = Copy::of("examples/hosts/ubuntu-twin-rtx3090ti/before");
    let root = host.root();
    let scratch = Scratch::new();
    let apply = |name: &str, words: &[&str]| {
        let plan = scratch.path().join(name);
        let plan = plan.to_str().unwrap();
        let made = passthru(&[words, &["--root", root, "-o", plan]].concat());
        assert!(
            made.status < 2 && made.err.is_empty(),
            "{words:?}: {}",
            made.err
        );
        let accept = [
            "display",
            "process",
            "boot-loader",
            "initramfs",
            "hypervisor",
        ];
        let accept: Vec<&str> = accept.iter().flat_map(|word| ["--accept", word]).collect();
        let run = passthru(&[&["apply", plan, "--root", root, "--yes"], &accept[..]].concat());
        assert_eq!(run.status, 0, "{words:?}: {}", run.err);
    };
    apply("bind.json", &["plan", "01:00", "--for", "libvirt"]);
    let script = "/etc/initramfs-tools/scripts/init-top/00-passthru-vfio";
    assert!(read(root, script).contains("take 0000:01:00.0"));
    apply("release.json", &["release", "01:00"]);
    let left = read(root, script);
    assert!(!left.contains("take 0000:01:00"), "{left}");
}

#[test]
fn a_host_that_binds_by_its_own_means_is_named() {
    let root = "examples/hosts/nixos/before";
    let run = passthru(&["release", "01:00.0", "--root", root]);
    assert_eq!((run.status, &*run.out), (1, ""));
    assert!(run.err.contains("binds functions itself"), "{}", run.err);
}

#[test]
fn the_command_line_and_driverctl_release_and_verify_confirms() {
    let lspci = |driver: &str| {
        format!(
            "03:00.0 Ethernet controller [0200]: Intel Corporation 82574L [8086:10d3]\n\
             \tKernel driver in use: {driver}\n\tKernel modules: e1000e\n"
        )
    };
    let mut tree = MemoryTree::partial();
    tree.insert_text("lspci -nnk", &lspci("vfio-pci"));
    let options = "quiet vfio-pci.ids=8086:10d3,10de:2503";
    tree.insert_file(
        "/proc/cmdline",
        format!("BOOT_IMAGE=/vmlinuz root=/dev/sda1 {options}\n"),
    );
    tree.insert_file(
        "/etc/default/grub",
        format!("GRUB_CMDLINE_LINUX_DEFAULT=\"{options}\"\n"),
    );
    tree.insert_file("/etc/driverctl.d/pci-0000:03:00.0", "vfio-pci\n");
    tree.insert_file("/usr/sbin/update-initramfs", "");
    let host = Host::read(&tree);
    let request = Request {
        devices: vec!["03:00.0".parse().unwrap()],
        ..Request::default()
    };
    let plan = plan::release(&tree, &host, &request).unwrap();
    let grub = plan
        .edits
        .iter()
        .find(|edit| edit.path == "/etc/default/grub")
        .unwrap();
    let expected = "GRUB_CMDLINE_LINUX_DEFAULT=\"quiet vfio-pci.ids=10de:2503\"\n";
    assert_eq!(grub.after, expected);
    let unset = ["driverctl", "unset-override", "0000:03:00.0"];
    assert!(
        plan.commands.iter().any(|command| command.argv == unset),
        "{:?}",
        plan.commands
    );
    // It is read back as it was written.
    let json = passthru::document::to_json(&plan).unwrap();
    assert_eq!(Plan::from_json(json.as_bytes()).unwrap(), plan);
    for (driver, is_back) in [("e1000e", true), ("vfio-pci", false)] {
        let mut after = MemoryTree::partial();
        after.insert_text("lspci -nnk", &lspci(driver));
        let report = verify::verify(&after, &Host::read(&after), &plan, None);
        assert_eq!(
            report.is_verified(),
            is_back,
            "{driver}: {:?}",
            report.devices
        );
    }
}
