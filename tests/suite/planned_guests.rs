//! Plans for hosts whose other guests, disks and functions the plan concerns.

use std::fs;

use serde_json::Value;
use testkit::Scratch;

use crate::command::{Run, passthru};

/// A Debian with libvirt, two graphics cards and a domain for each.
struct Host(Scratch);

impl Host {
    fn new() -> Self {
        let host = Self(Scratch::new());
        host.write(
            "_commands/lspci -nnk",
            "00:02.0 VGA compatible controller [0300]: Intel Corporation HD Graphics 530 [8086:1912]\n\
             \tKernel driver in use: i915\n\
             03:00.0 3D controller [0302]: NVIDIA Corporation TU104GL [Tesla T4] [10de:1eb8] (rev a1)\n\
             \tKernel driver in use: nouveau\n\
             04:00.0 Non-Volatile memory controller [0108]: Samsung NVMe SSD 980 [144d:a809]\n\
             \tKernel driver in use: nvme\n",
        );
        host.write("etc/os-release", "ID=debian\nVERSION_ID=\"12\"\n");
        host.write("_commands/dmesg", "[    0.100000] DMAR: IOMMU enabled\n");
        host.write(
            "proc/cmdline",
            "BOOT_IMAGE=/vmlinuz-6.1.0-50-amd64 root=/dev/sda1 ro intel_iommu=on\n",
        );
        host.write(
            "etc/default/grub",
            "GRUB_CMDLINE_LINUX_DEFAULT=\"intel_iommu=on\"\n",
        );
        host.write("usr/sbin/update-initramfs", "");
        host.write("usr/sbin/update-grub", "");
        for (name, function) in [("one", ""), ("two", HOSTDEV)] {
            let text = format!(
                "<domain type='kvm'>\n  <name>{name}</name>\n  <memory unit='GiB'>4</memory>\n  \
                 <vcpu>2</vcpu>\n  <os>\n    <type arch='x86_64' machine='pc-q35-7.2'>hvm</type>\n  \
                 </os>\n  <devices>\n{function}  </devices>\n</domain>\n"
            );
            host.write(&format!("etc/libvirt/qemu/{name}.xml"), &text);
        }
        host.write(
            "_tree.json",
            "{\"schema\": \"passthru-tree/1\", \"title\": \"a\", \"source\": \"a\", \"complete\": true}\n",
        );
        host
    }

    fn write(&self, path: &str, text: &str) {
        let file = self.0.join(path);
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(file, text).unwrap();
    }

    fn run(&self, words: &[&str]) -> Run {
        let root = self.0.to_str().unwrap();
        passthru(&[words, &["--root", root]].concat())
    }

    fn plan(&self, words: &[&str]) -> Value {
        let run = self.run(&[&["plan", "--json"], words].concat());
        assert!(run.err.is_empty(), "{}", run.err);
        run.json()
    }
}

const HOSTDEV: &str = "    <hostdev mode='subsystem' type='pci' managed='yes'>\n      <source>\n        \
     <address domain='0x0000' bus='0x03' slot='0x00' function='0x0'/>\n      </source>\n    \
     </hostdev>\n";

fn steps(plan: &Value) -> Vec<&str> {
    let steps = plan["manual_steps"].as_array().unwrap().iter();
    steps.map(|step| step["step"].as_str().unwrap()).collect()
}

#[test]
fn a_guest_that_the_host_does_not_have_is_refused() {
    let host = Host::new();
    let run = host.run(&["plan", "03:00.0", "--for", "libvirt", "--vm", "on"]);
    assert_eq!(run.status, 2, "{}", run.out);
    assert!(
        run.err
            .contains("no guest on in /etc/libvirt/qemu: expected one of one, two"),
        "{}",
        run.err
    );
    // The name of a file moves no cursor.
    host.write("etc/libvirt/qemu/a\u{1b}[31m.xml", "");
    let run = host.run(&["plan", "03:00.0", "--for", "libvirt", "--vm", "on"]);
    assert!(run.err.contains("a\u{fffd}[31m"), "{}", run.err);
    assert!(!run.err.contains('\u{1b}'), "{}", run.err);
    fs::remove_file(host.0.join("etc/libvirt/qemu/a\u{1b}[31m.xml")).unwrap();
    // A host without any may have them elsewhere.
    for name in ["one", "two"] {
        fs::remove_file(host.0.join(format!("etc/libvirt/qemu/{name}.xml"))).unwrap();
    }
    host.plan(&["03:00.0", "--for", "libvirt", "--vm", "on"]);
}

#[test]
fn another_guest_of_the_card_is_named() {
    let host = Host::new();
    let of_one = host.plan(&["03:00.0", "--for", "libvirt", "--vm", "one"]);
    assert!(steps(&of_one).contains(&"other-guests"), "{of_one}");
    let of_two = host.plan(&["03:00.0", "--for", "libvirt", "--vm", "two"]);
    assert!(!steps(&of_two).contains(&"other-guests"), "{of_two}");
}

/// `apply` takes no plan of a system that the host is not.
#[test]
fn a_host_of_another_system_is_an_assumption() {
    let host = Host::new();
    for (target, vm) in [
        ("unraid", "one"),
        ("proxmox", "100"),
        ("esxi", "one"),
        ("truenas", "1"),
    ] {
        let plan = host.plan(&["03:00.0", "--for", target, "--vm", vm]);
        let assumption = &plan["assumptions"][0];
        assert_eq!(assumption["fact"], "hypervisor", "{target}: {plan}");
        let reason = assumption["reason"].as_str().unwrap();
        assert!(reason.contains("a host of libvirt"), "{reason}");
    }
    for target in ["libvirt", "qemu", "incus"] {
        let plan = host.plan(&["03:00.0", "--for", target, "--vm", "one"]);
        assert_eq!(plan["assumptions"].as_array().unwrap().len(), 0, "{target}");
    }
}

#[test]
fn a_controller_of_disks_is_bound_at_boot_alone() {
    let host = Host::new();
    host.write(
        "_commands/dmesg",
        "[    0.100000] DMAR: IOMMU enabled\n\
         [    0.536462] pci 0000:04:00.0: Adding to iommu group 17\n",
    );
    let plan = [
        "plan", "04:00.0", "--for", "libvirt", "--vm", "one", "--bind", "runtime",
    ];
    let run = host.run(&plan);
    assert_eq!(run.status, 1, "{}", run.out);
    assert!(run.err.contains("released at boot alone"), "{}", run.err);
}

/// The middleware of TrueNAS has the kernel options, and writes some of them itself.
#[test]
fn kernel_options_of_truenas_are_those_of_its_middleware() {
    let host = Host::new();
    host.write(
        "proc/cmdline",
        "BOOT_IMAGE=/ROOT/24.10.1@/boot/vmlinuz-6.6.44-production+truenas root=ZFS=boot-pool ro \
         amd_iommu=on iommu=pt intel_iommu=on pci=nommconf\n",
    );
    host.write("data/freenas-v1.db", "");
    host.write("etc/version", "TrueNAS-SCALE-24.10.0-BETA.1\n");
    host.write(
        "proc/version",
        "Linux version 6.6.44-production+truenas (root@builder) #1 SMP\n",
    );
    let plan = host.plan(&["03:00.0", "--for", "truenas", "--vm", "1"]);
    assert_eq!(plan["edits"].as_array().unwrap().len(), 0, "{plan}");
    let text = plan.to_string();
    assert!(!text.contains("amd_iommu"), "{text}");
    // The form of its release.
    assert!(
        text.contains("\\\"dtype\\\": \\\"PCI\\\", \\\"attributes\\\""),
        "{text}"
    );
}

/// A root that is not written to gets its initramfs and its menu in a new snapshot.
#[test]
fn snapshots_of_a_read_only_root_are_continued() {
    let host = Host::new();
    host.write("etc/os-release", "ID=opensuse-microos\n");
    host.write("usr/sbin/transactional-update", "");
    host.write("usr/lib/dracut/modules.d/x", "");
    for file in ["usr/sbin/update-initramfs", "usr/sbin/update-grub"] {
        fs::remove_file(host.0.join(file)).unwrap();
    }
    host.write(
        "proc/cmdline",
        "BOOT_IMAGE=/boot/vmlinuz-6.15.8-1-default root=UUID=1 ro\n",
    );
    host.write("boot/grub2/grub.cfg", "");
    let plan = host.plan(&["03:00.0", "--for", "libvirt", "--vm", "one"]);
    let commands = plan["commands"].as_array().unwrap().iter();
    let commands: Vec<String> = commands
        .map(|command| {
            let words = command["argv"].as_array().unwrap().iter();
            words
                .map(|word| word.as_str().unwrap())
                .collect::<Vec<_>>()
                .join(" ")
        })
        .filter(|command| !command.starts_with("virsh"))
        .collect();
    assert_eq!(
        commands,
        [
            "transactional-update --continue grub.cfg",
            "transactional-update --continue initrd"
        ],
        "{plan}"
    );
}
