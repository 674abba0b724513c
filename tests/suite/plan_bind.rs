//! `passthru plan --bind`: each way of binding on hosts where it is right, and its refusal,
//! with the reason, where it is not.

use std::fs;
use std::path::Path;

use serde_json::Value;
use testkit::Scratch;
use testkit::sysfs_tree::{SysfsTree, virtualized};

use crate::binding_hosts::{after, paths};
use crate::command::{Run, passthru, top};

struct Host(Scratch);

impl Host {
    /// A host of one NIC on e1000e, in an IOMMU group of its own.
    fn of_a_nic() -> Self {
        let host = Self(Scratch::new());
        host.write(
            "_commands/lspci -nnk",
            "00:00.0 Host bridge [0600]: Intel Corporation 82Q35 [8086:29c0]\n\
             03:00.0 Ethernet controller [0200]: Intel Corporation 82574L Gigabit Network \
             Connection [8086:10d3]\n\tKernel driver in use: e1000e\n\tKernel modules: e1000e\n",
        );
        host.write(
            "_commands/dmesg",
            "[    0.000000] Linux version 6.1.0-50-amd64 (debian-kernel@lists.debian.org) #1 SMP\n\
             [    0.000000] Command line: BOOT_IMAGE=/vmlinuz-6.1.0-50-amd64 root=/dev/sda1 ro\n\
             [    0.100000] DMAR: IOMMU enabled\n\
             [    0.536462] pci 0000:03:00.0: Adding to iommu group 17\n",
        );
        host.write(
            "proc/cmdline",
            "BOOT_IMAGE=/vmlinuz-6.1.0-50-amd64 root=/dev/sda1 ro intel_iommu=on\n",
        );
        host.write(
            "etc/default/grub",
            "GRUB_CMDLINE_LINUX_DEFAULT=\"quiet intel_iommu=on\"\n",
        );
        host.write("usr/sbin/update-initramfs", "");
        host.write("usr/sbin/update-grub", "");
        host
    }

    fn write(&self, path: &str, text: &str) {
        let file = self.0.join(path.trim_start_matches('/'));
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(file, text).unwrap();
    }

    fn run(&self, words: &[&str]) -> Run {
        let root = self.0.to_str().unwrap();
        passthru(
            &[
                &["plan", "03:00.0", "--for", "libvirt", "--root", root],
                words,
            ]
            .concat(),
        )
    }

    fn plan(&self, words: &[&str]) -> Value {
        let run = self.run(&[words, &["--json"]].concat());
        assert!(run.err.is_empty(), "{}", run.err);
        run.json()
    }

    fn refusal(&self, words: &[&str]) -> String {
        let run = self.run(words);
        assert_eq!(run.status, 1, "{}{}", run.out, run.err);
        assert!(run.out.is_empty());
        run.err
    }
}

fn commands(plan: &Value) -> Vec<(String, String)> {
    let words = |argv: &Value| {
        let argv = argv.as_array().into_iter().flatten();
        argv.map(|word| word.as_str().unwrap())
            .collect::<Vec<_>>()
            .join(" ")
    };
    let commands = plan["commands"].as_array().unwrap().iter();
    commands
        .map(|command| (words(&command["argv"]), words(&command["undo"]["argv"])))
        .collect()
}

#[test]
fn without_a_request_the_facts_select_the_method() {
    let host = Host::of_a_nic();
    let plan = host.plan(&[]);
    assert_eq!(plan["method"], "modprobe-ids");
    let asked = host.plan(&["--bind", "modprobe-ids"]);
    assert_eq!(plan, asked);
    // Built in, vfio-pci reads no modprobe.d.
    let list = "kernel/drivers/vfio/pci/vfio-pci.ko\n";
    host.write("lib/modules/6.1.0-50-amd64/modules.builtin", list);
    host.write("lib/modules/6.1.0-50-amd64/modules.dep", "");
    assert_eq!(host.plan(&[])["method"], "command-line-ids");
    let message = host.refusal(&["--bind", "modprobe-ids"]);
    assert!(
        message.contains("vfio-pci is built in and ignores modprobe.d"),
        "{message}"
    );
}

#[test]
fn each_way_writes_what_it_needs() {
    let host = Host::of_a_nic();
    let plan = host.plan(&["--bind", "command-line-ids"]);
    let grub = after(&plan, "/etc/default/grub");
    assert!(
        grub.contains("intel_iommu=on vfio-pci.ids=8086:10d3\""),
        "{grub}"
    );
    let softdep = after(&plan, "/etc/modprobe.d/vfio.conf");
    assert_eq!(softdep, "softdep e1000e pre: vfio-pci\n");

    let plan = host.plan(&["--bind", "initramfs-tools-script"]);
    assert_eq!(plan["binding"], "by-address");
    assert!(paths(&plan).contains(&"/etc/initramfs-tools/scripts/init-top/00-passthru-vfio"));

    let plan = host.plan(&["--bind", "udev-rule"]);
    let rule = after(&plan, "/etc/udev/rules.d/10-passthru-vfio.rules");
    assert!(rule.contains("KERNEL==\"0000:03:00.0\""), "{rule}");
    assert!(paths(&plan).contains(&"/etc/initramfs-tools/hooks/passthru-vfio"));
    assert_eq!(commands(&plan)[0].0, "update-initramfs -u -k all");
}

#[test]
fn a_way_from_the_root_needs_an_image_without_the_driver() {
    let host = Host::of_a_nic();
    let message = host.refusal(&["--bind", "service"]);
    assert!(
        message.contains("the initramfs loads the driver before"),
        "{message}"
    );
    assert!(
        message.contains("lsinitramfs lists the image's files"),
        "{message}"
    );
    let list = "init\nusr/lib/modules/6.1.0-50-amd64/kernel/drivers/net/e1000e/e1000e.ko\n";
    host.write("_commands/lsinitramfs", list);
    let message = host.refusal(&["--bind", "service"]);
    assert!(!message.contains("as far as the input shows"), "{message}");
    let list = list.replace("e1000e", "virtio");
    host.write("_commands/lsinitramfs", &list);
    let plan = host.plan(&["--bind", "service"]);
    assert_eq!(plan["binding"], "by-address");
    assert_eq!(plan["method"], "service");
    let [(enable, disable)] = &commands(&plan)[..] else {
        panic!("{plan:#}")
    };
    assert_eq!(enable, "systemctl enable passthru-vfio.service");
    assert_eq!(disable, "systemctl disable passthru-vfio.service");
    assert!(plan["reboot_reason"].is_string());
    // driverctl binds after udev: only where no driver comes.
    let message = host.refusal(&["--bind", "driverctl"]);
    assert!(
        message.contains("after udev has loaded the driver"),
        "{message}"
    );
    host.write(
        "_commands/lspci -nnk",
        "03:00.0 Processing accelerators [1200]: Vendor Device [1d0f:8061]\n",
    );
    let plan = host.plan(&["--bind", "driverctl"]);
    assert_eq!(paths(&plan), ["/etc/driverctl.d/pci-0000:03:00.0"]);
    assert!(commands(&plan).is_empty(), "{plan:#}");
}

#[test]
fn a_host_that_must_not_reboot_gets_two_scripts() {
    let host = Host::of_a_nic();
    let plan = host.plan(&["--bind", "runtime"]);
    assert_eq!(plan["reboot_reason"], Value::Null);
    let [(bind, release)] = &commands(&plan)[..] else {
        panic!("{plan:#}")
    };
    assert_eq!(paths(&plan), [bind, release]);
    assert!(after(&plan, bind).contains("check_bind 0000:03:00.0 0x8086 0x10d3 any any"));
    assert!(after(&plan, release).contains("release 0000:03:00.0"));
    let checks = plan["checks"].as_array().unwrap();
    assert!(
        checks.iter().all(|check| check["when"] != "after-reboot"),
        "{checks:#?}"
    );
    let text = host.run(&["--bind", "runtime"]).out;
    assert!(text.contains("Then check\n  - readlink"), "{text}");
    host.write(
        "_commands/lspci -nnk",
        "03:00.0 VGA compatible controller [0300]: NVIDIA Corporation GA106 [10de:2503]\n\
         \tKernel driver in use: nouveau\n\tKernel modules: nouveau\n",
    );
    let message = host.refusal(&["--bind", "runtime"]);
    assert!(
        message.contains("a display controller that is bound to nouveau"),
        "{message}"
    );
}

#[test]
fn a_hook_frees_the_display_for_one_guest() {
    let host = Host::of_a_nic();
    let message = host.refusal(&["--bind", "libvirt-hook", "--vm", "win11"]);
    assert!(
        message.contains("none of the functions is a display controller"),
        "{message}"
    );
    host.write(
        "_commands/lspci -nnk",
        "03:00.0 VGA compatible controller [0300]: NVIDIA Corporation GA106 [10de:2503]\n\
         \tKernel driver in use: nouveau\n\tKernel modules: nouveau\n",
    );
    let message = host.refusal(&["--bind", "libvirt-hook"]);
    assert!(message.contains("name it with --vm"), "{message}");
    let plan = host.plan(&["--bind", "libvirt-hook", "--vm", "win11"]);
    assert_eq!(plan["binding"], "by-hypervisor");
    let hook = after(&plan, "/etc/libvirt/hooks/qemu.d/passthru-win11");
    assert!(hook.contains("guest=win11\n"), "{hook}");
    assert!(
        paths(&plan).iter().all(|path| !path.contains("modprobe.d")),
        "{plan:#}"
    );
    let run = host.run(&["--bind", "libvirt-hook", "--vm", "a b"]);
    assert_eq!(run.status, 2, "{}", run.err);
}

/// On a host of rpm-ostree `/usr` belongs to the image: dracut's module has no place, and
/// what is in `/etc` has.
#[test]
fn a_read_only_usr_is_left_alone() {
    let host = Host::of_a_nic();
    fs::remove_file(host.0.join("usr/sbin/update-initramfs")).unwrap();
    host.write("usr/bin/dracut", "");
    host.write("usr/bin/rpm-ostree", "");
    host.write("run/ostree-booted", "");
    host.write(
        "proc/cmdline",
        "BOOT_IMAGE=(hd0,gpt2)/ostree/fedora-1/vmlinuz ostree=/ostree/boot.1/fedora/1/0 \
         intel_iommu=on\n",
    );
    let message = host.refusal(&["--bind", "dracut-module"]);
    assert!(
        message.contains("/usr, which is part of the image"),
        "{message}"
    );
    for (words, path) in [
        (&[][..], "/etc/modprobe.d/vfio.conf"),
        (
            &["--bind", "udev-rule"],
            "/etc/udev/rules.d/10-passthru-vfio.rules",
        ),
    ] {
        let plan = host.plan(words);
        let conf = after(&plan, "/etc/dracut.conf.d/passthru-vfio.conf");
        assert!(
            conf.contains(&format!("install_items+=\" {path} \"\n")),
            "{conf}"
        );
        assert!(
            paths(&plan).iter().all(|path| path.starts_with("/etc/")),
            "{plan:#}"
        );
        assert!(
            commands(&plan)
                .iter()
                .all(|(run, _)| !run.starts_with("dracut")),
            "{plan:#}"
        );
        let steps = plan["manual_steps"].as_array().unwrap();
        assert!(
            steps
                .iter()
                .any(|step| step["step"] == "regenerate-initramfs"),
            "{plan:#}"
        );
    }
}

#[test]
fn wrong_values_are_refused_with_their_reason() {
    let host = Host::of_a_nic();
    for method in hostconf::binding::method::Method::ALL {
        let run = host.run(&["--bind", method.word(), "--vm", "win11"]);
        match method.word() {
            "modprobe-ids"
            | "command-line-ids"
            | "initramfs-tools-script"
            | "udev-rule"
            | "runtime" => assert_eq!(run.status, 0, "{method}: {}", run.err),
            word => {
                assert_eq!(run.status, 1, "{method}: {}", run.out);
                assert!(run.err.contains(&format!("--bind {word}: ")), "{}", run.err);
                assert!(run.err.len() > 60, "{}", run.err);
            }
        }
    }
    let run = host.run(&["--bind", "udev"]);
    assert_eq!(run.status, 2);
    // No binding method is selected for a hypervisor that binds devices itself.
    let root = host.0.to_str().unwrap();
    let words = [
        "plan",
        "03:00.0",
        "--for",
        "incus",
        "--bind",
        "udev-rule",
        "--root",
        root,
    ];
    let run = passthru(&words);
    assert!(
        run.err.contains("binds the functions itself"),
        "{}",
        run.err
    );
}

/// The other port of a network card has the same IDs; with both ports nothing stays on the host.
#[test]
fn a_port_that_stays_is_never_bound_by_id() {
    let root = [
        "--vm",
        "win11",
        "--root",
        "examples/hosts/workstation/before",
    ];
    let plan = |ports: &[&str]| passthru(&[&["plan", "--json"], ports, &root].concat()).json();
    let one = plan(&["04:00.1"]);
    assert_eq!(one["method"], "initramfs-tools-script", "{one}");
    assert!(!one["edits"].to_string().contains("ids="), "{one}");
    let both = plan(&["04:00.0", "04:00.1"]);
    assert_eq!(both["method"], "modprobe-ids", "{both}");
}

/// The virtual functions of a card have one ID: a plan for one binds its address, by a rule that
/// udev applies when the driver of the physical function creates it. A plan for all does, too: the
/// card may create more.
#[test]
fn a_virtual_function_is_bound_without_its_siblings() {
    let tree = SysfsTree::new("bind-virtual", &virtualized(1, 4));
    for (path, text) in [
        (
            "proc/cmdline",
            "BOOT_IMAGE=/vmlinuz-6.1.0-50-amd64 root=/dev/sda1 ro intel_iommu=on\n",
        ),
        (
            "etc/default/grub",
            "GRUB_CMDLINE_LINUX_DEFAULT=\"quiet intel_iommu=on\"\n",
        ),
        ("etc/debian_version", "12.5\n"),
        ("usr/sbin/update-initramfs", ""),
        ("usr/sbin/update-grub", ""),
    ] {
        let file = tree.root.join(path);
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(file, text).unwrap();
    }
    let root = tree.root.to_str().unwrap();
    let plan = |words: &[&str]| {
        let end = ["--for", "libvirt", "--root", root];
        passthru(&[&["plan", "--json"], words, &end].concat())
    };
    let one = plan(&["10:00.1"]);
    assert_eq!(one.err, "");
    let one = one.json();
    assert_eq!(
        (&one["method"], &one["binding"]),
        (&"udev-rule".into(), &"by-address".into()),
        "{one}"
    );
    let edits = one["edits"].to_string();
    assert!(
        edits.contains("KERNEL==\\\"0000:10:00.1\\\"") && !edits.contains("ids="),
        "{edits}"
    );
    let all = plan(&["10:00.1", "10:00.2", "10:00.3", "10:00.4"]).json();
    assert_eq!(all["method"], "udev-rule", "{all}");
    let by_id = plan(&["10:00.1", "--bind", "modprobe-ids"]);
    assert_eq!(by_id.status, 1);
    assert!(
        by_id.err.contains("the IDs match every card"),
        "{}",
        by_id.err
    );
}

#[test]
fn a_duplicate_id_that_stays_is_never_bound_by_id() {
    let root = top().join("examples/hosts/ubuntu-twin-rtx3090ti/before");
    let root = Path::new(&root).to_str().unwrap();
    let words = [
        "plan",
        "01:00.0",
        "--for",
        "libvirt",
        "--root",
        root,
        "--bind",
        "modprobe-ids",
    ];
    let run = passthru(&words);
    assert_eq!(run.status, 1);
    assert!(
        run.err.contains("the IDs match every card of the model"),
        "{}",
        run.err
    );
}

#[test]
fn a_virtual_function_is_bound_when_it_is_created() {
    let mut text = "root@pve:~# pveversion\npve-manager/8.2.2/9355359cd7afbae4\nroot@pve:~# lspci \
                    -nnk\n"
        .to_owned();
    for (address, name, id, driver) in [
        (
            "03:00.0",
            "I350 Gigabit Network Connection",
            "8086:1521",
            "igb",
        ),
        (
            "03:10.0",
            "I350 Ethernet Controller Virtual Function",
            "8086:1520",
            "igbvf",
        ),
        (
            "03:10.4",
            "I350 Ethernet Controller Virtual Function",
            "8086:1520",
            "igbvf",
        ),
    ] {
        text.push_str(&format!(
            "{address} Ethernet controller [0200]: Intel Corporation {name} [{id}]\n\tKernel \
             driver in use: {driver}\n\tKernel modules: {driver}\n"
        ));
    }
    let scratch = Scratch::new();
    let file = scratch.join("post.txt");
    fs::write(&file, text).unwrap();
    let file = file.to_str().unwrap();
    let words = ["plan", "03:10.0", "--vm", "100", "--from", file];
    let plan = passthru(&[&words[..], &["--json"]].concat()).json();
    assert_eq!(plan["method"], "udev-rule");
    assert!(paths(&plan).contains(&"/etc/udev/rules.d/10-passthru-vfio.rules"));
    let steps = plan["manual_steps"].to_string();
    assert!(steps.contains("create-virtual-functions"), "{steps}");
    // A script of the image runs before the function exists.
    let asked = passthru(&[&words[..], &["--bind", "initramfs-tools-script"]].concat());
    assert_eq!(asked.status, 1);
    assert!(asked.err.contains("--bind udev-rule"), "{}", asked.err);
    // Another function of the host is bound as before.
    let words = ["plan", "03:00.0", "--vm", "100", "--from", file, "--json"];
    let steps = passthru(&words).json()["manual_steps"].to_string();
    assert!(!steps.contains("create-virtual-functions"), "{steps}");
}
