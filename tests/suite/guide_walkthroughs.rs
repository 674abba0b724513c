//! From a paste to a verified host along the command's own suggestions, for the host of each of
//! the five guides: doctor, ask, doctor with the answer, plan, apply, verify.

use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::{Path, PathBuf};

use testkit::Scratch;

use crate::ask_command::in_root;
use crate::command::{Run, passthru, top};
use crate::patched_hosts::copy;

/// The host of a guide, with what its commands print.
struct Guide {
    /// The tree of `examples/hosts`.
    tree: &'static str,
    /// The text that its owner pastes first.
    paste: &'static str,
    card: &'static str,
    /// Programs, each with its output.
    prints: &'static [(&'static str, &'static str)],
    /// Files beside those of the tree, such as `/proc/cmdline`.
    files: &'static [(&'static str, &'static str)],
    /// The functions of each IOMMU group.
    groups: &'static [(u32, &'static [&'static str])],
    /// The functions that a driver for guests has after the reboot.
    bound: &'static [&'static str],
}

fn place(root: &Path, path: &str) -> PathBuf {
    let path = root.join(path.trim_start_matches('/'));
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    path
}

impl Guide {
    /// The host as a directory with the shell of busybox.
    fn root(&self, root: &Path) {
        let tree = top().join("examples/hosts").join(self.tree);
        // What ESXi was before its guide is not shown.
        if tree.is_dir() {
            copy(&tree, root);
        }
        let _ = fs::remove_dir_all(root.join("_commands"));
        let _ = fs::remove_file(root.join("_tree.json"));
        let path = std::env::var_os("PATH").unwrap_or_default();
        let mut path = std::env::split_paths(&path);
        let busybox = path.find_map(|place| fs::read(place.join("busybox")).ok());
        let binary = place(root, "bin/busybox");
        fs::write(&binary, busybox.unwrap()).unwrap();
        fs::set_permissions(&binary, PermissionsExt::from_mode(0o755)).unwrap();
        for applet in ["sh", "cat", "ls", "find", "sed", "uname"] {
            symlink("busybox", place(root, &format!("bin/{applet}"))).unwrap();
        }
        for (command, text) in self.prints {
            // One program may print several things, by its last words.
            let (program, words) = command.split_once(' ').unwrap_or((command, ""));
            let script = place(root, &format!("bin/{program}"));
            let before = fs::read_to_string(&script).unwrap_or_else(|_| "#!/bin/sh\n".to_owned());
            let test =
                format!("case \"$*\" in *\"{words}\") cat <<'EOF'\n{text}EOF\nexit;; esac\n");
            fs::write(&script, before + &test).unwrap();
            fs::set_permissions(&script, PermissionsExt::from_mode(0o755)).unwrap();
        }
        for (path, text) in self.files {
            fs::write(place(root, path), text).unwrap();
        }
        fs::write(place(root, "dev/null"), "").unwrap();
        for (group, members) in self.groups {
            fs::create_dir_all(root.join("sys/class/iommu/dmar0")).unwrap();
            for member in *members {
                let link = format!("sys/kernel/iommu_groups/{group}/devices/0000:{member}");
                symlink("/sys/devices/pci0000:00", place(root, &link)).unwrap();
            }
        }
    }

    fn run(&self) {
        if !testkit::program::installed(&["busybox", "unshare"]) {
            return;
        }
        let scratch = Scratch::new();
        let root = scratch.path().join("root");
        self.root(&root);
        let paste = scratch.file("paste.txt", self.paste.as_bytes());

        let seen = passthru(&["doctor", "--from", &paste]);
        let asked = follow(&seen, "ask");
        let line = asked.out.trim_end();
        assert_eq!(line.lines().count(), 1, "{}", asked.out);
        let Some(answer) = in_root(&root, line) else {
            return;
        };
        let answer = scratch.file("answer.txt", answer.as_bytes());

        let seen = passthru(&["doctor", self.card, "--from", &paste, "--from", &answer]);
        let plan = scratch.path().join("plan.json");
        let plan = plan.to_str().unwrap().to_owned();
        let words = suggested(&seen, "plan");
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        let made = passthru(&[&words[..], &["-o", &plan]].concat());
        assert_eq!(made.status, 0, "{words:?}: {}{}", made.out, made.err);

        let at = root.to_str().unwrap();
        let mut apply = vec!["apply", &plan, "--root", at, "--yes"];
        let mut applied = passthru(&apply);
        let accepted: Vec<String> = accepted(&applied);
        for word in &accepted {
            apply.extend(["--accept", word]);
        }
        if !accepted.is_empty() {
            applied = passthru(&apply);
        }
        assert_eq!(applied.status, 0, "{}{}", applied.out, applied.err);

        // The reboot: the listing shows the drivers, and the kernel has the new options.
        for (command, text) in self.after_reboot() {
            fs::write(place(&root, &format!("_commands/{command}")), text).unwrap();
        }
        let plan: serde_json::Value =
            serde_json::from_str(&fs::read_to_string(&plan).unwrap()).unwrap();
        let mut line = fs::read_to_string(root.join("proc/cmdline")).unwrap_or_default();
        for check in plan["checks"].as_array().unwrap() {
            if let Some(option) = check["requirement"]["option"].as_str() {
                line = format!("{} {option}\n", line.trim_end());
            }
        }
        if !line.is_empty() {
            fs::write(root.join("proc/cmdline"), line).unwrap();
        }
        let verified = passthru(&["verify", "--root", at]);
        assert_eq!(verified.status, 0, "{}{}", verified.out, verified.err);
    }

    /// What the commands print after the reboot: a driver for guests has the card.
    fn after_reboot(&self) -> Vec<(&'static str, String)> {
        let mut printed = Vec::new();
        for (command, before) in self.prints {
            let mut is_bound = false;
            let mut after = String::new();
            for line in before.lines() {
                let address = line.trim_start_matches("0000:");
                if !line.starts_with([' ', '\t']) {
                    is_bound = self.bound.iter().any(|bound| address.starts_with(bound));
                }
                let line = match line.split_once("in use: ") {
                    Some((start, _)) if is_bound => format!("{start}in use: vfio-pci"),
                    _ if is_bound => line
                        .replace("Owner: VMkernel", "Owner: VM Passthru")
                        .replace("    false", "     true"),
                    _ => line.to_owned(),
                };
                after.push_str(&line);
                after.push('\n');
            }
            let name = if *command == "lspci" {
                "lspci -nnk"
            } else {
                command
            };
            printed.push((name, after));
        }
        printed
    }
}

/// The words of the first command of this kind that the output suggests.
fn suggested(run: &Run, kind: &str) -> Vec<String> {
    let start = format!("passthru {kind} ");
    // A long command is alone on its line, after the remedy.
    let mut lines = run.out.lines().map(str::trim);
    let found = lines.find_map(|line| {
        let at = line.find(&start)?;
        let command = line.get(at..)?.split(';').next()?;
        Some(command.split("   (").next()?.trim_end().to_owned())
    });
    let command = found.unwrap_or_else(|| panic!("no {start}in\n{}", run.out));
    let words = command.split(' ').skip(1);
    words
        .map(|word| word.trim_matches('\'').to_owned())
        .collect()
}

fn follow(run: &Run, kind: &str) -> Run {
    let words = suggested(run, kind);
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let next = passthru(&words);
    assert_eq!(next.status, 0, "{words:?}: {}{}", next.out, next.err);
    next
}

/// The words after `--accept` in a refusal.
fn accepted(run: &Run) -> Vec<String> {
    if run.status == 0 {
        return Vec::new();
    }
    let words: Vec<&str> = run.err.split_whitespace().collect();
    let pairs = words
        .windows(2)
        .filter(|pair| pair[0].ends_with("--accept"));
    let clean = |word: &str| {
        word.trim_matches(|c: char| !c.is_ascii_alphanumeric())
            .to_owned()
    };
    let mut found: Vec<String> = pairs.map(|pair| clean(pair[1])).collect();
    found.dedup();
    assert!(!found.is_empty(), "{}{}", run.out, run.err);
    found
}

#[test]
fn proxmox_with_an_rtx_5060_ti() {
    Guide {
        tree: "proxmox-rtx5060ti/before",
        card: "01:00",
        paste: "root@pve:~# lspci -nn | grep NVIDIA\n\
            01:00.0 VGA compatible controller [0300]: NVIDIA Corporation Device [10de:2d04] (rev a1)\n\
            01:00.1 Audio device [0403]: NVIDIA Corporation Device [10de:22eb] (rev a1)\n",
        prints: &[
            (
                "lspci",
                "00:00.0 Host bridge [0600]: Advanced Micro Devices, Inc. [AMD] Device [1022:14e8]\n\
                 01:00.0 VGA compatible controller [0300]: NVIDIA Corporation Device [10de:2d04] (rev a1)\n\
                 \tKernel driver in use: nouveau\n\
                 01:00.1 Audio device [0403]: NVIDIA Corporation Device [10de:22eb] (rev a1)\n\
                 \tKernel driver in use: snd_hda_intel\n\
                 65:00.0 VGA compatible controller [0300]: Advanced Micro Devices, Inc. [AMD/ATI] Phoenix3 [1002:1900] (rev b3)\n\
                 \tKernel driver in use: amdgpu\n",
            ),
            (
                "dmesg",
                "[    0.000000] Linux version 6.8.12-9-pve (build@proxmox) (gcc (Debian 12.2.0-14) 12.2.0) #1 SMP\n\
                 [    0.394008] AMD-Vi: Interrupt remapping enabled\n\
                 [    0.480000] pci 0000:01:00.0: Adding to iommu group 14\n\
                 [    0.480001] pci 0000:01:00.1: Adding to iommu group 14\n",
            ),
        ],
        files: &[("/proc/cmdline", "BOOT_IMAGE=/boot/vmlinuz-6.8.12-9-pve root=/dev/mapper/pve-root ro quiet\n")],
        groups: &[(14, &["01:00.0", "01:00.1"])],
        bound: &["01:00.0", "01:00.1"],
    }
    .run();
}

#[test]
fn ubuntu_with_twin_rtx_3090_ti() {
    Guide {
        tree: "ubuntu-twin-rtx3090ti/before",
        card: "01:00",
        paste: "01:00.0 VGA compatible controller [0300]: NVIDIA Corporation Device [10de:2203] (rev a1)\n\
            \tKernel driver in use: nvidia\n\
            01:00.1 Audio device [0403]: NVIDIA Corporation GA102 High Definition Audio Controller [10de:1aef] (rev a1)\n\
            05:00.0 VGA compatible controller [0300]: NVIDIA Corporation Device [10de:2203] (rev a1)\n",
        prints: &[
            (
                "lspci",
                "00:00.0 Host bridge [0600]: Intel Corporation Device [8086:a700] (rev 01)\n\
                 00:02.0 VGA compatible controller [0300]: Intel Corporation Raptor Lake-S GT1 [UHD Graphics 770] [8086:a780] (rev 04)\n\
                 \tKernel driver in use: i915\n\
                 01:00.0 VGA compatible controller [0300]: NVIDIA Corporation GA102 [GeForce RTX 3090 Ti] [10de:2203] (rev a1)\n\
                 \tKernel driver in use: nvidia\n\
                 01:00.1 Audio device [0403]: NVIDIA Corporation GA102 High Definition Audio Controller [10de:1aef] (rev a1)\n\
                 \tKernel driver in use: snd_hda_intel\n\
                 05:00.0 VGA compatible controller [0300]: NVIDIA Corporation GA102 [GeForce RTX 3090 Ti] [10de:2203] (rev a1)\n\
                 \tKernel driver in use: nvidia\n\
                 05:00.1 Audio device [0403]: NVIDIA Corporation GA102 High Definition Audio Controller [10de:1aef] (rev a1)\n\
                 \tKernel driver in use: snd_hda_intel\n",
            ),
            (
                "dmesg",
                "[    0.000000] Linux version 5.15.0-60-generic (buildd@lcy02) (gcc (Ubuntu 11.3.0) 11.3.0) #66-Ubuntu SMP\n\
                 [    0.010000] ACPI: DMAR 0x0000000075A5B000 000088 (v02 INTEL  EDK2     00000002      01000013)\n\
                 [    0.020000] DMAR: IOMMU enabled\n\
                 [    0.030000] DMAR-IR: Enabled IRQ remapping in x2apic mode\n\
                 [    0.480000] pci 0000:01:00.0: Adding to iommu group 17\n\
                 [    0.480001] pci 0000:01:00.1: Adding to iommu group 17\n\
                 [    0.480002] pci 0000:05:00.0: Adding to iommu group 20\n\
                 [    0.480003] pci 0000:05:00.1: Adding to iommu group 20\n",
            ),
        ],
        files: &[("/proc/cmdline", "BOOT_IMAGE=/boot/vmlinuz-5.15.0-60-generic root=/dev/sda2 ro quiet splash intel_iommu=on\n")],
        groups: &[(17, &["01:00.0", "01:00.1"]), (20, &["05:00.0", "05:00.1"])],
        bound: &["01:00.0", "01:00.1"],
    }
    .run();
}

#[test]
fn ubuntu_with_two_gtx_1080_ti() {
    Guide {
        tree: "ubuntu-gtx1080ti/before",
        card: "02:00",
        paste: "$ lspci -nn | grep NVIDIA\n\
            02:00.0 VGA compatible controller [0300]: NVIDIA Corporation GP102 [GeForce GTX 1080 Ti] [10de:1b06] (rev a1)\n\
            02:00.1 Audio device [0403]: NVIDIA Corporation GP102 HDMI Audio Controller [10de:10ef] (rev a1)\n",
        prints: &[
            (
                "lspci",
                "00:00.0 Host bridge [0600]: Intel Corporation Xeon E7 v4/Xeon E5 v4 [8086:6f00] (rev 01)\n\
                 02:00.0 VGA compatible controller [0300]: NVIDIA Corporation GP102 [GeForce GTX 1080 Ti] [10de:1b06] (rev a1)\n\
                 \tKernel driver in use: nouveau\n\
                 02:00.1 Audio device [0403]: NVIDIA Corporation GP102 HDMI Audio Controller [10de:10ef] (rev a1)\n\
                 \tKernel driver in use: snd_hda_intel\n\
                 81:00.0 VGA compatible controller [0300]: NVIDIA Corporation GP102 [GeForce GTX 1080 Ti] [10de:1b06] (rev a1)\n\
                 \tKernel driver in use: nouveau\n\
                 81:00.1 Audio device [0403]: NVIDIA Corporation GP102 HDMI Audio Controller [10de:10ef] (rev a1)\n\
                 \tKernel driver in use: snd_hda_intel\n",
            ),
            (
                "dmesg",
                "[    0.000000] Linux version 5.4.0-90-generic (buildd@lgw01) (gcc version 9.3.0) #101-Ubuntu SMP\n\
                 [    0.010000] DMAR: IOMMU enabled\n\
                 [    0.030000] DMAR-IR: Enabled IRQ remapping in x2apic mode\n\
                 [    0.480000] pci 0000:02:00.0: Adding to iommu group 28\n\
                 [    0.480001] pci 0000:02:00.1: Adding to iommu group 28\n\
                 [    0.480002] pci 0000:81:00.0: Adding to iommu group 54\n\
                 [    0.480003] pci 0000:81:00.1: Adding to iommu group 54\n",
            ),
        ],
        files: &[("/proc/cmdline", "BOOT_IMAGE=/vmlinuz-5.4.0-90-generic root=/dev/sda2 ro maybe-ubiquity intel_iommu=on\n")],
        groups: &[(28, &["02:00.0", "02:00.1"]), (54, &["81:00.0", "81:00.1"])],
        bound: &["02:00.0", "02:00.1"],
    }
    .run();
}

#[test]
fn proxmox_with_a_gtx_650() {
    Guide {
        tree: "proxmox-gtx650/before",
        card: "02:00",
        paste: "02:00.0 VGA compatible controller [0300]: NVIDIA Corporation GK107 [GeForce GTX 650] [10de:0fc6] (rev a1)\n",
        prints: &[
            (
                "lspci",
                "00:00.0 Host bridge [0600]: Intel Corporation Xeon E7 v3/Xeon E5 v3/Core i7 DMI2 [8086:2f00] (rev 02)\n\
                 02:00.0 VGA compatible controller [0300]: NVIDIA Corporation GK107 [GeForce GTX 650] [10de:0fc6] (rev a1)\n\
                 \tKernel driver in use: nouveau\n\
                 02:00.1 Audio device [0403]: NVIDIA Corporation GK107 HDMI Audio Controller [10de:0e1b] (rev a1)\n\
                 \tKernel driver in use: snd_hda_intel\n\
                 03:00.0 VGA compatible controller [0300]: NVIDIA Corporation GF108 [GeForce GT 620] [10de:0f01] (rev a1)\n\
                 \tKernel driver in use: nouveau\n",
            ),
            (
                "dmesg",
                "[    0.000000] Linux version 6.8.12-4-pve (build@proxmox) (gcc (Debian 12.2.0-14) 12.2.0) #1 SMP\n\
                 [    0.010000] ACPI: DMAR 0x0000000075A5B000 000088 (v02 INTEL  EDK2     00000002      01000013)\n\
                 [    0.020000] DMAR: IOMMU enabled\n\
                 [    0.030000] DMAR-IR: Enabled IRQ remapping in x2apic mode\n\
                 [    0.480000] pci 0000:02:00.0: Adding to iommu group 29\n\
                 [    0.480001] pci 0000:02:00.1: Adding to iommu group 29\n\
                 [    0.480002] pci 0000:03:00.0: Adding to iommu group 30\n",
            ),
        ],
        files: &[("/proc/cmdline", "BOOT_IMAGE=/boot/vmlinuz-6.8.12-4-pve root=/dev/mapper/pve-root ro quiet intel_iommu=on\n")],
        groups: &[(29, &["02:00.0", "02:00.1"]), (30, &["03:00.0"])],
        bound: &["02:00.0", "02:00.1"],
    }
    .run();
}

#[test]
fn esxi_with_an_rtx_4060_ti() {
    Guide {
        tree: "esxi-rtx4060ti/before",
        card: "01:00",
        paste: "[root@esxi:~] lspci | grep NVIDIA\n\
            0000:01:00.0 VGA compatible controller: NVIDIA Corporation AD106 [GeForce RTX 4060 Ti]\n\
            [root@esxi:~] vmware -v\n\
            VMware ESXi 8.0.3 build-24280767\n",
        prints: &[
            ("vmware", "VMware ESXi 8.0.3 build-24280767\n"),
            ("esxcli hardware pci list", include_str!("chain/esxcli-pci-list.txt")),
            (
                "esxcli hardware pci pcipassthru list",
                "Device ID     Enabled\n\
                 ------------  -------\n\
                 0000:01:00.0    false\n\
                 0000:01:00.1    false\n",
            ),
        ],
        files: &[("/etc/vmware/passthru.map", "# passthru attributes for devices\n10de  ffff  bridge   false\n")],
        groups: &[],
        bound: &["01:00.0", "01:00.1"],
    }
    .run();
}
