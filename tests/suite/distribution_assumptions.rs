//! Plans for hosts of which only the distribution is shown.

use std::fs;
use std::process::Command;

use testkit::Scratch;

use crate::command::{Run, passthru};

/// A post with the card, and one line that shows the distribution.
fn post(kernel: &str) -> String {
    format!(
        "[    0.000000] Linux version {kernel} #1 SMP\n\
         [    0.300000] DMAR: IOMMU enabled\n\
         [    0.400000] pci 0000:03:00.0: Adding to iommu group 17\n\
         03:00.0 Ethernet controller [0200]: Intel Corporation 82574L [8086:10d3]\n\
         \tKernel driver in use: e1000e\n"
    )
}

const PROXMOX: &str = "6.8.12-9-pve (build@proxmox) (gcc (Debian 12.2.0-14) 12.2.0)";
const UBUNTU: &str = "6.8.0-45-generic (buildd@x) (gcc-13 (Ubuntu 13.2.0-23ubuntu4) 13.2.0)";

fn plan(scratch: &Scratch, kernel: &str, words: &[&str]) -> Run {
    let file = scratch.file("post.txt", post(kernel).as_bytes());
    passthru(&[&["plan", "03:00.0", "--from", &file], words].concat())
}

fn facts(run: &Run) -> Vec<String> {
    let plan = run.json();
    let assumptions = plan["assumptions"].as_array().unwrap();
    let word = |one: &serde_json::Value| {
        let text = |key: &str| one[key].as_str().unwrap().to_owned();
        assert!(!one["argv"].as_array().unwrap().is_empty());
        format!("{} {}", text("fact"), text("value"))
    };
    assumptions.iter().map(word).collect()
}

#[test]
fn a_plan_is_made_from_what_there_is() {
    let scratch = Scratch::new();
    let proxmox = plan(&scratch, PROXMOX, &["--json"]);
    assert_eq!(
        facts(&proxmox),
        ["initramfs initramfs-tools", "network-unused 0000:03:00.0"],
        "{}",
        proxmox.err
    );
    // Nothing shows a hypervisor.
    let ubuntu = plan(&scratch, UBUNTU, &["--json"]);
    let expected = [
        "hypervisor libvirt",
        "initramfs initramfs-tools",
        "network-unused 0000:03:00.0",
    ];
    assert_eq!(facts(&ubuntu), expected, "{}", ubuntu.err);
    assert_eq!(ubuntu.json()["target"], "libvirt");
    let text = plan(&scratch, UBUNTU, &[]).out;
    let place = |part: &str| text.find(part).unwrap_or_else(|| panic!("{part}: {text}"));
    assert!(
        place("Assumptions; check first") < place("update-initramfs -u -k all"),
        "{text}"
    );
    assert!(text.contains("virsh version"), "{text}");
    // A file that is not shown is edited by a person.
    let post = format!(
        "[    0.000000] Linux version {UBUNTU} #1 SMP\n00:00.0 Host bridge [0600]: Intel \
         Corporation 8th Gen Core Processor Host Bridge [8086:3ec2]\n03:00.0 Ethernet controller \
         [0200]: Intel Corporation 82574L [8086:10d3]\n"
    );
    let file = scratch.file("intel.txt", post.as_bytes());
    let run = passthru(&[
        "plan", "03:00.0", "--for", "libvirt", "--json", "--from", &file,
    ]);
    let made = run.json();
    let steps = made["manual_steps"].as_array().unwrap();
    let step = steps
        .iter()
        .find(|step| step["step"] == "set-kernel-options");
    if let Some(step) = step {
        let text = step["text"].as_str().unwrap();
        assert!(
            text.contains("/etc/default/grub") && text.contains("update-grub"),
            "{text}"
        );
        assert!(
            facts(&run).contains(&"boot-loader GRUB".to_owned()),
            "{}",
            run.out
        );
    } else {
        panic!("{}", run.out);
    }
}

#[test]
fn facts_that_no_distribution_has_are_requested() {
    let scratch = Scratch::new();
    let run = plan(&scratch, "6.12.18-mine (me@here)", &["--for", "libvirt"]);
    assert_eq!(run.status, 1);
    assert!(
        run.err
            .contains("\nnext: passthru ask 03:00.0 --for libvirt --from "),
        "{}",
        run.err
    );
}

#[test]
fn a_plan_waits_until_its_assumptions_are_checked() {
    let scratch = Scratch::new();
    let made = plan(&scratch, PROXMOX, &["--json"]);
    let file = scratch.file("plan.json", made.out.as_bytes());
    let root = scratch.path().join("root");
    fs::create_dir_all(root.join("etc/modprobe.d")).unwrap();
    let at = root.to_str().unwrap();
    let apply = |more: &[&str]| {
        let words = ["apply", &file, "--root", at, "--dry-run", "--json"];
        passthru(&[&words, more].concat()).json()["refusals"].to_string()
    };
    assert!(
        apply(&[]).contains("assumed, not checked"),
        "{}",
        apply(&[])
    );
    let network = apply(&["--accept", "initramfs"]);
    assert!(
        network.contains("no network of the host through"),
        "{network}"
    );
    let both = ["--accept", "initramfs", "--accept", "network-unused"];
    assert_eq!(apply(&both), "[]");
    // The host shows it.
    fs::create_dir_all(root.join("usr/sbin")).unwrap();
    fs::write(root.join("usr/sbin/update-initramfs"), "").unwrap();
    assert_eq!(apply(&["--accept", "network-unused"]), "[]");
    fs::remove_file(root.join("usr/sbin/update-initramfs")).unwrap();
    fs::create_dir_all(root.join("usr/bin")).unwrap();
    fs::write(root.join("usr/bin/mkinitcpio"), "").unwrap();
    assert!(apply(&["--accept", "initramfs"]).contains("not true on this host"));
}

#[test]
fn scripts_patches_and_playbooks_wait_too() {
    let scratch = Scratch::new();
    let script = plan(&scratch, PROXMOX, &["--script"]).out;
    let file = scratch.file("plan.sh", script.as_bytes());
    let root = scratch.path().join("root");
    fs::create_dir_all(root.join("etc/modprobe.d")).unwrap();
    let sh = |accept: &str| {
        let mut command = Command::new("sh");
        command.args([&*file, "check", root.to_str().unwrap()]);
        command.env("PASSTHRU_ACCEPT", accept).output().unwrap()
    };
    let refused = sh("");
    assert!(!refused.status.success());
    assert!(String::from_utf8_lossy(&refused.stderr).contains("assumed: initramfs generator"));
    let accepted = sh("initramfs network-unused");
    assert!(
        !String::from_utf8_lossy(&accepted.stderr).contains("assumed"),
        "{accepted:?}"
    );
    let patch = plan(&scratch, PROXMOX, &["--patch"]);
    assert_eq!((patch.status, &*patch.out), (1, ""));
    assert!(
        patch.err.contains("assumed: initramfs generator"),
        "{}",
        patch.err
    );
    let playbook = plan(&scratch, PROXMOX, &["--ansible"]).out;
    assert!(
        playbook.contains("'initramfs' in (passthru_accept"),
        "{playbook}"
    );
}

#[test]
fn a_file_that_is_shown_is_edited_on_the_distribution_s_word() {
    let scratch = Scratch::new();
    let text = format!(
        "[    0.000000] Linux version {PROXMOX} #1 SMP\n00:00.0 Host bridge [0600]: Intel \
         Corporation 8th Gen Core Processor Host Bridge [8086:3ec2]\n03:00.0 Ethernet controller \
         [0200]: Intel Corporation 82574L [8086:10d3]\n# cat /etc/default/grub\n\
         GRUB_CMDLINE_LINUX_DEFAULT=\"quiet\"\n"
    );
    let file = scratch.file("post.txt", text.as_bytes());
    let run = passthru(&["plan", "03:00.0", "--json", "--from", &file]);
    assert_eq!(
        facts(&run),
        [
            "boot-loader GRUB",
            "initramfs initramfs-tools",
            "network-unused 0000:03:00.0"
        ],
        "{}",
        run.err
    );
    let plan = run.json();
    let edits = plan["edits"].as_array().unwrap();
    let grub = edits
        .iter()
        .find(|edit| edit["path"] == "/etc/default/grub")
        .unwrap();
    let after = grub["after"].as_str().unwrap();
    assert_eq!(
        after,
        "GRUB_CMDLINE_LINUX_DEFAULT=\"quiet intel_iommu=on\"\n"
    );
    assert!(run.out.contains("\"update-grub\""), "{}", run.out);
}

#[test]
fn a_generator_that_plans_do_not_support_is_named() {
    let scratch = Scratch::new();
    for (path, text) in [
        ("etc/mkinitfs/mkinitfs.conf", "features=\"ata base ext4\"\n"),
        ("etc/os-release", "ID=alpine\n"),
        (
            "_commands/lspci -nnk",
            "03:00.0 Ethernet controller [0200]: Intel Corporation 82574L \
          [8086:10d3]\n\tKernel driver in use: e1000e\n",
        ),
    ] {
        let file = scratch.join(path);
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(file, text).unwrap();
    }
    let root = scratch.path().to_str().unwrap();
    let run = passthru(&["plan", "03:00.0", "--for", "libvirt", "--root", root]);
    assert_eq!(run.status, 1);
    for part in ["mkinitfs", "/etc/mkinitfs", "--bind runtime"] {
        assert!(run.err.contains(part), "{}", run.err);
    }
    assert!(!run.err.contains("passthru ask"), "{}", run.err);
}
