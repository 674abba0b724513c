//! Whole posts, as people put them into forums: prose in any language, Markdown, what
//! a filter left, and error messages quoted.

mod cards;
mod failures;
mod forms;
pub(crate) mod machines;
mod requested_output;

use passthru::doctor::{self, Question};
use passthru::input::Input;
use passthru::{Host, Remedy, Verdict};

use crate::stated_posts::findings;

fn codes(post: &str) -> Vec<&'static str> {
    findings(post).iter().map(|finding| finding.code).collect()
}

const CHINESE: &str = "\
# 求助:显卡直通报错

大家好,我按教程做的 PVE 8.4 显卡直通,虚拟机起不来。显卡是 RTX 3060。

显卡信息(已过滤):

```
root@pve:~# lspci -nnk | grep -A3 NVIDIA
01:00.0 VGA compatible controller [0300]: NVIDIA Corporation GA106 [GeForce RTX 3060] [10de:2503] (rev a1)
\tSubsystem: Micro-Star International Co., Ltd. [MSI] Device [1462:397d]
\tKernel driver in use: vfio-pci
--
01:00.1 Audio device [0403]: NVIDIA Corporation GA106 High Definition Audio Controller [10de:228e] (rev a1)
\tSubsystem: Micro-Star International Co., Ltd. [MSI] Device [1462:397d]
\tKernel driver in use: snd_hda_intel
```

内核参数:

```
root@pve:~# cat /proc/cmdline
BOOT_IMAGE=/boot/vmlinuz-6.8.12-9-pve root=/dev/mapper/pve-root ro quiet amd_iommu=on iommu=pt
```

启动时报错:

```
kvm: -device vfio-pci,host=0000:01:00.0,id=hostpci0: vfio 0000:01:00.0: group 14 is not viable
Please ensure all devices within the iommu_group are bound to their vfio bus driver.
TASK ERROR: start failed: QEMU exited with code 1
```

有人说设备管理器里会出现“代码 43”,我还没到那一步。谢谢!
";

#[test]
fn a_post_in_chinese_is_read_for_what_it_shows() {
    let found = findings(CHINESE);
    let verdict = |code: &str| {
        let found = found.iter().find(|finding| finding.code == code);
        found.map(|finding| finding.verdict)
    };
    assert_eq!(verdict("group-not-viable"), Some(Verdict::Blocker));
    assert_eq!(verdict("host-driver-bound"), Some(Verdict::Fix));
    assert_eq!(verdict("amd-iommu-on"), Some(Verdict::NoEffect));
    // The post mentions the error without its line.
    assert_eq!(verdict("guest-code-43"), None);
    let cause = found
        .iter()
        .find(|finding| finding.code == "host-driver-bound");
    assert!(cause.unwrap().cause_of.contains(&"group-not-viable"));
}

/// `grep` dropped the other display and whatever else there is: nothing rests on that.
#[test]
fn dropped_lines_have_no_verdict() {
    let found = codes(CHINESE);
    for code in [
        "only-display",
        "guest-device-missing",
        "group-alone",
        "iommu-off",
    ] {
        assert!(!found.contains(&code), "{code}");
    }
    assert!(found.contains(&"group-not-shown") || found.contains(&"group-members-not-shown"));
}

/// A guide's example of an error is not a finding about a host.
#[test]
fn a_guide_that_quotes_errors_is_not_a_host_with_them() {
    let guide = "\
## Troubleshooting

If QEMU says that group 1 is not viable, bind the other functions too. On some boards
\"BAR 1: can't reserve [mem 0xc0000000-0xcfffffff]\" is in dmesg; Code 43 is another story.
The message `vfio: failed to set iommu for container: Operation not permitted` means that
interrupts are not remapped.

    root@pve:~# cat /proc/cmdline
    BOOT_IMAGE=/vmlinuz root=/dev/sda1 quiet
";
    let found = codes(guide);
    for code in [
        "group-not-viable",
        "bar-not-reserved",
        "guest-code-43",
        "vfio-container-refused",
    ] {
        assert!(!found.contains(&code), "{code}: {found:?}");
    }
}

/// The error alone is input enough.
#[test]
fn a_single_error_is_recognized() {
    let found = codes("modprobe: FATAL: Module nvidia_drm is in use.\n");
    assert!(found.contains(&"driver-module-in-use"), "{found:?}");
    let libvirt = "error: Failed to start domain 'win11'\nerror: unsupported configuration: host \
                   doesn't support passthrough of host PCI devices\n";
    assert!(codes(libvirt).contains(&"libvirt-backend-not-chosen"));
    // A message that libvirt translated, but for its end.
    let russian = "ошибка: внутренняя ошибка: qemu unexpectedly closed the monitor: \
                   qemu-system-x86_64: -device vfio-pci,host=0000:01:00.0: vfio 0000:01:00.0: group \
                   1 is not viable\n";
    assert!(codes(russian).contains(&"group-not-viable"));
}

/// Consequences stand under their cause.
#[test]
fn the_first_fault_is_named_first() {
    let mut input = Input::new();
    input.add("post.md", CHINESE.as_bytes()).unwrap();
    let host = Host::read(&input.finish().unwrap());
    let report = doctor::examine(&host, &Question::default());
    let style = passthru::render::Style::PLAIN;
    let view = passthru::render::View::default();
    let call = passthru::Invocation::default();
    let text = passthru::render::report(&host, &report, &view, &call, style);
    let cause = text.find("[host-driver-bound]").unwrap();
    let consequence = text.find("[group-not-viable]").unwrap();
    assert!(cause < consequence, "{text}");
    assert_eq!(text.matches("group-not-viable").count(), 1, "{text}");
}

#[test]
fn output_and_titles_are_no_symptoms() {
    const CARD: &str = "\nI use PCI passthrough for the VM.\n";
    for (post, code) in [
        (
            "# VM failed to start after a NIC is set for passthrough, it loops to restart the VM\n",
            "works-once-reported",
        ),
        (
            "I ran the command for the GPU passthrough to the VM (no output, but no error).\n",
            "no-picture-reported",
        ),
        (
            "```\nThe graphics card that you pass through cannot be in a group with others.\n```\n",
            "cause-not-shown",
        ),
        (
            "docker run --runtime kata-runtime --device /dev/vfio/18 ubuntu bash\n",
            "container-without-vfio",
        ),
    ] {
        let post = format!("{post}{CARD}");
        assert!(!codes(&post).contains(&code), "{code}: {post}");
    }
    for (post, code) in [
        (
            "The VM fails to start after I shut down the VM once.\n",
            "works-once-reported",
        ),
        (
            "The GPU in the VM has no output on the monitor.\n",
            "no-picture-reported",
        ),
        (
            "docker run --device /dev/vfio/18 ubuntu bash\n",
            "container-without-vfio",
        ),
    ] {
        let post = format!("{post}{CARD}");
        assert!(codes(&post).contains(&code), "{code}: {post}");
    }
}

const DENIED: &str = "\
qemu-system-x86_64: -device vfio-pci,host=0000:0e:00.0,romfile=/home/user/vbios/card.rom: failed to find romfile \
\"/home/user/vbios/card.rom\"
[ 1203.551232] audit: type=1400 audit(1726338602.767:81): apparmor=\"DENIED\" operation=\"open\" \
profile=\"libvirt-2a9f38d3\" name=\"PATH\" pid=8121 comm=\"qemu-system-x86\" requested_mask=\"r\"
";

#[test]
fn a_denial_of_another_file_is_no_reason() {
    let found = findings(&DENIED.replace("PATH", "/run/user/1000/pulse/native"));
    let denial = found.iter().find(|one| one.code == "apparmor-denies-guest");
    assert!(
        denial.is_some_and(|one| one.cause_of.is_empty()),
        "{found:#?}"
    );
}

/// The refusal is of an earlier attempt.
#[test]
fn a_reason_in_the_same_line_is_nearer() {
    let post = "qemu-system-x86_64: vfio 0000:01:00.0: failed to open /dev/vfio/15: Permission denied\n\
                qemu-system-x86_64: vfio 0000:01:00.0: failed to setup container for group 15: memory \
                listener initialization failed: Region pc.ram: vfio_dma_map(0x55d0c9a6f0a0, 0x100000000, \
                0x180000000, 0x7f2b3fe00000) = -12 (Cannot allocate memory)\n";
    let found = findings(post);
    let refused = found
        .iter()
        .find(|one| one.code == "vfio-group-not-permitted");
    assert!(
        refused.is_some_and(|one| one.cause_of.is_empty()),
        "{found:#?}"
    );
}

#[test]
fn a_prompt_of_windows_is_quoted_as_it_is() {
    let found = findings("PS C:\\> Dismount-VMHostAssignableDevice : The operation failed.\n");
    let lines = found.iter().flat_map(|one| &one.evidence);
    let mut lines = lines.filter(|line| line.text.contains("Dismount"));
    assert!(
        lines.all(|line| line.text.starts_with("PS C:\\>")),
        "{found:#?}"
    );
}

#[test]
fn a_busy_group_names_the_other_guest() {
    let post = "root@pve:~# qm start 103\n\
                kvm: -device vfio-pci,host=0000:03:00.0: vfio 0000:03:00.0: failed to open /dev/vfio/17: \
                Device or resource busy\n\
                root@pve:~# qm config 103\ncores: 2\nhostpci0: 0000:03:00.0\nmemory: 4096\n\
                root@pve:~# qm config 102\ncores: 2\nhostpci0: 0000:03:00.1\nmemory: 4096\n\
                IOMMU Group 17 03:00.0 Ethernet controller [0200]: Intel Corporation 82576 [8086:10c9]\n\
                IOMMU Group 17 03:00.1 Ethernet controller [0200]: Intel Corporation 82576 [8086:10c9]\n";
    let found = findings(post);
    let busy = found
        .iter()
        .find(|one| one.code == "vfio-group-busy")
        .unwrap();
    let remedy = format!("{:?}", busy.remedy);
    assert!(
        remedy.contains("102 (0000:03:00.1)") || remedy.contains("102 (03:00.1)"),
        "{remedy}"
    );
}

#[test]
fn a_known_reason_is_reported_alone() {
    let rmrr = "vfio-pci 0000:04:00.1: DMAR: Device is ineligible for IOMMU domain attach due to \
                platform RMRR requirement.  Contact your platform vendor.\n";
    let dismount = "Dismount-VMHostAssignableDevice : The operation failed.\n\
                    The current configuration does not allow for OS control of the PCI Express \
                    bus. Please check your BIOS or UEFI settings.\n";
    let denied = DENIED.replace("PATH", "/home/user/vbios/card.rom");
    let asleep = "[ 6123.881277] vfio-pci 0000:41:00.0: Unable to change power state from D3cold to D0, \
                  device inaccessible\n\
                  qemu-system-x86_64: -device vfio-pci,host=41:00.0: vfio 0000:41:00.0: error getting \
                  device from group 32: Invalid argument\n";
    let mediated = "[    3.990121] i915 0000:00:02.0: [drm] Unsupported device. GVT-g is disabled\n\
                    ls: cannot access '/sys/bus/pci/devices/0000:00:02.0/mdev_supported_types': No such \
                    file or directory\n";
    let unity = "vfio-pci 0000:0a:00.0: Firmware has requested this device have a 1:1 IOMMU mapping, \
                 rejecting configuring the device without a 1:1 mapping. Contact your platform vendor.\n\
                 qemu-system-x86_64: -device vfio-pci,host=0a:00.0: vfio 0000:0a:00.0: error getting \
                 device from group 20: Invalid argument\n";
    let locked = "vfio_pin_pages_remote: RLIMIT_MEMLOCK (8589934592) exceeded\n\
                  qemu-kvm: -device vfio-pci,host=5e:00.0: VFIO_MAP_DMA failed: Cannot allocate memory\n";
    let root = "Gave up waiting for root file system device.\n\n# cat /etc/modprobe.d/a.conf\noptions vfio-pci \
                ids=144d:a80a\n\nBefore I changed the file:\n# lspci -nnk -d 144d:\n\
                04:00.0 Non-Volatile memory controller [0108]: Samsung 980 PRO [144d:a80a]\n\
                \tKernel driver in use: nvme\n\
                05:00.0 Non-Volatile memory controller [0108]: Samsung 980 PRO [144d:a80a]\n\
                \tKernel driver in use: nvme\n";
    let moved = "vmm_load=\"YES\"\npptdevs=\"5/0/0\"\n\
                 em0@pci0:5:0:0:\tclass=0x020000 rev=0x00 hdr=0x00 vendor=0x8086 device=0x10d3\n\
                 ahci0@pci0:6:0:0:\tclass=0x010601 rev=0x02 hdr=0x00 vendor=0x1b21 device=0x0612\n\
                 # bhyve -S -s 4,passthru,6/0/0 vm\n\
                 bhyve: PCI device at 6/0/0 is not using the ppt(4) driver\n";
    for (post, code, explained) in [
        (rmrr, "rmrr-ineligible", "iommu-direct-map-required"),
        (unity, "rmrr-ineligible", "vfio-device-not-opened"),
        (locked, "vfio-memlock-exceeded", "memlock-too-small"),
        (
            root,
            "vfio-ids-match-duplicate",
            "root-file-system-not-found",
        ),
        (moved, "ppt-not-bound", "bhyve-ppt-not-bound"),
        (dismount, "hyperv-no-native-pcie", "hyperv-dismount-failed"),
        (&denied, "apparmor-denies-device-file", "romfile-missing"),
        (
            "qemu-kvm: -device vfio-pci,host=0000:65:00.0: failed to find romfile \"/home/a/w.rom\"\n\
             type=AVC msg=audit(1762845242.770:512): avc:  denied  { search } for  pid=8121 \
             comm=\"qemu-kvm\" name=\"admin\" scontext=system_u:system_r:svirt_t:s0\n",
            "selinux-denies-guest",
            "romfile-missing",
        ),
        (
            asleep,
            "device-stuck-in-low-power",
            "vfio-device-not-opened",
        ),
        (
            mediated,
            "gvt-g-without-hardware",
            "mdevctl-parent-unsupported",
        ),
    ] {
        let found = findings(post);
        let reason = found.iter().find(|finding| finding.code == code);
        let reason = reason.unwrap_or_else(|| panic!("{code}"));
        assert!(reason.cause_of.contains(&explained), "{reason:#?}");
    }
}

#[test]
fn a_remedy_is_that_of_the_system() {
    let remedy = |post: &str, code: &str| -> String {
        let found = findings(post);
        let found = found.iter().find(|finding| finding.code == code);
        let found = found.unwrap_or_else(|| panic!("{code}"));
        match &found.remedy {
            Some(Remedy::Manual { text, .. }) => text.to_string(),
            other => panic!("{other:?}"),
        }
    };
    let unity = "vfio-pci 0000:0a:00.0: Firmware has requested this device have a 1:1 IOMMU mapping, \
                 rejecting configuring the device without a 1:1 mapping. Contact your platform vendor.\n";
    assert!(remedy(unity, "rmrr-ineligible").contains("relax_rmrr"));
    let of_amd = format!("model name\t: AMD EPYC 7302P 16-Core Processor\n{unity}");
    let text = remedy(&of_amd, "rmrr-ineligible");
    assert!(
        text.contains("IVRS") && !text.contains("relax_rmrr"),
        "{text}"
    );
    // The network of the host is on one of two ports that the guest has.
    let ports = "# cat /etc/network/interfaces\niface vmbr3 inet static\n\tgateway 192.0.2.1\n\
                 \tbridge-ports enp7s0f0\n\n# qm config 105\nboot: order=scsi0\nhostpci2: 0000:07:00\n\n\
                 # lspci -nnk -s 07:00\n\
                 07:00.0 Ethernet controller [0200]: Intel I350 [8086:1521]\n\tKernel driver in use: igb\n\
                 07:00.1 Ethernet controller [0200]: Intel I350 [8086:1521]\n\tKernel driver in use: igb\n";
    let text = remedy(ports, "network-on-device");
    assert!(text.contains("--hostpci2 '0000:07:00.1'"), "{text}");
    assert!(!codes(ports).contains(&"host-driver-bound"));
    let group = "/sys/kernel/iommu_groups/3/devices/0000:07:00.0\n\
                 /sys/kernel/iommu_groups/3/devices/0000:07:00.1\n";
    let text = remedy(&format!("{ports}\n{group}"), "network-on-device");
    assert!(!text.contains("qm set"), "{text}");
    let nixos = "NixOS 25.11\nboot.kernelParams = [ \"vfio-pci.ids=1002:744c,1002:ab30\" ];\n\
                 boot.initrd.kernelModules = [ \"amdgpu\" \"vfio_pci\" ];\n\n\
                 03:00.0 VGA compatible controller [0300]: AMD Navi 31 [1002:744c]\n\
                 \tKernel driver in use: amdgpu\n\
                 03:00.1 Audio device [0403]: AMD Navi 31 [1002:ab30]\n\
                 \tKernel driver in use: snd_hda_intel\n";
    let text = remedy(nixos, "vfio-pci-late");
    assert!(
        text.contains("before amdgpu in boot.initrd.kernelModules"),
        "{text}"
    );
    let seabios = "# qm config 9\nboot: order=scsi0\nhostpci0: 0000:81:00.0\nname: gpt\n\n\
                   me@gpt:~$ dmesg\n\
                   [    0.5] pci 0000:00:10.0: BAR 1: no space for [mem size 0x400000000 64bit pref]\n";
    assert!(remedy(seabios, "bar-no-space").contains("bios: ovmf"));
    let with_ovmf = seabios.replace("boot: order", "bios: ovmf\nboot: order");
    assert!(!remedy(&with_ovmf, "bar-no-space").contains("bios: ovmf"));
}

/// A listing of an earlier state shows no driver of now.
#[test]
fn what_was_before_a_change_is_no_evidence_against_it() {
    let post = |title: &str| {
        format!(
            "# cat /etc/modprobe.d/v.conf\noptions vfio-pci ids=1b21:0612\n\n{title}\n\
             root@a:~# lspci -nnk -d 1b21:\n\
             06:00.0 SATA controller [0106]: ASMedia ASM1062 [1b21:0612]\n\
             \tKernel driver in use: ahci\n"
        )
    };
    assert!(codes(&post("Now:")).contains(&"vfio-pci-late"));
    for title in [
        "Before the change:",
        "**Vorher:**",
        "Avant le changement :",
        "修改前：",
    ] {
        assert!(!codes(&post(title)).contains(&"vfio-pci-late"), "{title}");
    }
}

fn guide(text: &str) -> Host {
    let mut input = Input::new();
    input.add("guide.txt", text.as_bytes()).unwrap();
    Host::read(&input.finish().unwrap())
}

/// A guide for both makers' processors shows the lines of both: they prove neither.
#[test]
fn lines_of_both_makers_prove_no_processor() {
    let text = "One of these is right:\n\
                • AMD-Vi: Interrupt remapping enabled\n\
                • DMAR-IR: Enabled IRQ remapping in x2apic mode\n\
                then edit /etc/default/grub:\n\
                GRUB_CMDLINE_LINUX_DEFAULT=\"quiet intel_iommu=on\"\n";
    let host = guide(text);
    assert!(host.system().processor.is_none());
    let one = text.replace("• DMAR-IR: Enabled IRQ remapping in x2apic mode\n", "");
    let host = guide(&one);
    assert!(host.system().processor.is_some());
}

/// A person may quote the one line that guides ask for: its command does not prove that the other
/// lines are missing.
#[test]
fn a_filter_for_dmar_does_not_show_that_the_firmware_has_no_table() {
    let log = "[    0.019620] DMAR: IOMMU enabled\n";
    for command in ["dmesg | grep -e DMAR -e IOMMU", "sudo dmesg | grep -i dmar"] {
        let post = format!("```\nroot@a:~# {command}\n{log}root@a:~# uname -r\n6.1.0\n```\n");
        let found = codes(&post);
        assert!(!found.contains(&"iommu-off"), "{command}: {found:?}");
        assert!(found.contains(&"iommu-not-shown"), "{command}: {found:?}");
    }
}

/// A driver that refused a function is not bound to it.
#[test]
fn a_failed_probe_binds_nothing() {
    let failed =
        "[   26.895721] vfio-pci 0000:01:00.0: probe with driver vfio-pci failed with error -22\n";
    let found = codes(failed);
    assert!(
        found.contains(&"vfio-probe-refused") && !found.contains(&"bound-to-vfio"),
        "{found:?}"
    );
}

#[test]
fn files_of_vfio_prove_an_iommu() {
    let card = "17:00.0 3D controller [0302]: NVIDIA Corporation GA102GL [A10] [10de:2236] (rev a1)\n\
                \tKernel driver in use: vfio-pci\n";
    for shown in [
        "$ ls /dev/vfio/\n2  vfio\n",
        "# ls -lah /dev/vfio/25\ncrw-rw---- 1 root kvm 241, 0 Aug 14 18:43 /dev/vfio/25\n",
        "crw------- 1 root root 237,   0 Mar  3 10:12 15\n\
         crw-rw-rw- 1 root root  10, 196 Mar  3 10:12 vfio\n",
        "kvm: vfio 0000:17:00.0: error getting device from group 1: Invalid argument\n",
        "kvm: vfio 0000:17:00.0: Failed to set vIOMMU: aw-bits 48 > host aw-bits 39\n",
        "vfio-pci 0000:17:00.0: Invalid PCI ROM header signature: expecting 0xaa55, got 0xffff\n",
    ] {
        let found = codes(&format!("{shown}\n{card}"));
        assert!(found.contains(&"iommu-on"), "{shown}: {found:?}");
        assert!(!found.contains(&"iommu-not-shown"), "{shown}: {found:?}");
    }
    // VFIO's mode without an IOMMU, and no file of a group.
    for open in [
        "$ ls /dev/vfio\nnoiommu-0  vfio\n",
        "$ ls /dev/vfio\nvfio\n",
        "",
    ] {
        let found = codes(&format!("{open}\n{card}"));
        assert!(!found.contains(&"iommu-on"), "{open}: {found:?}");
    }
    // The group of the function is in its listing: whether there is an IOMMU is not asked.
    let grouped = card.replace(
        "\tKernel",
        "\tFlags: fast devsel, IRQ 5, IOMMU group 2\n\tKernel",
    );
    assert!(!codes(&grouped).contains(&"iommu-not-shown"));
}

/// A remedy for a part of the hosts is for no other host.
#[test]
fn a_remedy_fits_the_host() {
    let step = |post: &str, code: &str| {
        let found = findings(post).into_iter();
        let mut found = found.filter(|finding| finding.code == code);
        let finding = found.next().unwrap_or_else(|| panic!("{code}: {post}"));
        match finding.remedy {
            Some(Remedy::Manual { step, .. }) => step,
            _ => "",
        }
    };
    let opened = "kvm: vfio ADDRESS: error getting device from group 1: Invalid argument\n";
    let vfs =
        "tee: /sys/bus/pci/devices/0000:03:00.0/sriov_numvfs: Numerical result out of range\n";
    let bar = "pci 0000:3e:00.0: BAR 0: no space for [mem size 0x10000000 64bit pref]\n";
    let libvirt =
        "error: unsupported configuration: host doesn't support passthrough of host PCI devices\n";
    let map = "kvm: vfio 0000:17:00.0: failed to setup container for group 5: memory listener initialization failed: \
               Region dimm1: vfio_dma_map(0x3e, 0x40000000, 0x500000000, 0xff) = -14 (Bad address)\n";
    for (post, code, wanted) in [
        (
            opened.replace("ADDRESS", "0000:00:02.0"),
            "vfio-device-not-opened",
            "igd-not-opened",
        ),
        (
            opened.replace("ADDRESS", "0000:08:00.0"),
            "vfio-device-not-opened",
            "usual-repairs",
        ),
        (
            format!("I want 16 VFs of my ConnectX-5.\n\n{vfs}"),
            "sriov-more-vfs-than-supported",
            "mellanox-num-of-vfs",
        ),
        (
            String::from(
                "The ConnectX-5 has 8 VFs.\n\nixgbe 0000:03:00.0: 64 VFs requested; only 63 available\n",
            ),
            "sriov-more-vfs-than-supported",
            "",
        ),
        (
            format!("I want 16 VFs of my X710.\n\n{vfs}"),
            "sriov-more-vfs-than-supported",
            "",
        ),
        (
            format!("The card is in a Thunderbolt enclosure.\n\n{bar}"),
            "bar-no-space",
            "thunderbolt-window",
        ),
        (
            format!("The card is in the first slot.\n\n{bar}"),
            "bar-no-space",
            "firmware-above-4g",
        ),
        (
            format!("The virtual machine does not start in the pod.\n\n{libvirt}"),
            "libvirt-backend-not-chosen",
            "vfio-device-of-pod",
        ),
        (
            libvirt.to_owned(),
            "libvirt-backend-not-chosen",
            "libvirt-vfio",
        ),
        (
            format!("$ kata-runtime env\n{map}"),
            "dma-map-guest-memory",
            "kata-memory-file",
        ),
        (map.to_owned(), "dma-map-guest-memory", "static-memory"),
    ] {
        assert_eq!(step(&post, code), wanted, "{post}");
    }
    let region = findings(map).into_iter();
    let mut region = region.filter(|finding| finding.code == "dma-map-guest-memory");
    let title = region.next().unwrap().title.to_string();
    assert!(title.ends_with("(dimm1: 20G from 0x40000000)"), "{title}");
}

/// ESXi names the device whose reset failed, beside a listing of others.
#[test]
fn the_card_is_the_one_that_esxi_could_not_reset() {
    let listing = "[root@esxi:~] lspci\n\
                   0000:08:00.1 USB controller: Advanced Micro Devices, Inc. [AMD] Matisse USB 3.0 Host Controller\n";
    let failed = "vmkernel: cpu7:2100020)WARNING: PCI: 471: Dev 0000:0d:00.3 is unresponsive after reset\n\
                  vmx| I125: PCIPassthru: Failed to register device 0000:0d:00.3 error = 0xffffffff\n\
                  vmx| I125: Module 'DevicePowerOn' power on failed.\n";
    let read = guide(&format!("{listing}{failed}"));
    let intended: Vec<String> = read
        .intended()
        .map(|device| device.address.to_string())
        .collect();
    assert_eq!(intended, ["0000:0d:00.3"]);
    assert_eq!(guide(listing).intended().count(), 0);
    let found = findings(&format!("{listing}{failed}"));
    let reset = found
        .iter()
        .find(|one| one.code == "esxi-reset-unresponsive");
    let causes = &reset.unwrap().cause_of;
    for code in ["esxi-register-device-failed", "esxi-device-power-on-failed"] {
        assert!(causes.contains(&code), "{causes:?}");
    }
}

/// A hint that follows each error, the view of a container, a remark at a line's end and a driver
/// that failed do not show a fault of their own.
#[test]
fn lines_beside_the_cause_are_not_separate_problems() {
    let verdict = |post: &str, code: &str| {
        let found = findings(post).into_iter();
        let mut found = found.filter(|finding| finding.code == code);
        found.next().map(|finding| finding.verdict)
    };
    let hint = "vfio-pci is bound to 0000:01:00.0.\nqemu-system-x86_64: Verify all devices in group \
                14 are bound to vfio-<bus> or pci-stub and not already in use\n";
    assert_eq!(verdict(hint, "vfio-device-not-available"), None);
    assert_eq!(verdict(hint, "vfio-group-hint"), Some(Verdict::Unknown));

    let pass = "  QEMU: Checking for device assignment IOMMU support                         : PASS\n\
                \x20 QEMU: Checking if IOMMU is enabled by kernel                               : PASS\n";
    let warn = "  QEMU: Checking for device assignment IOMMU support                         : WARN \
                (No ACPI DMAR table found, IOMMU either disabled in BIOS or not supported by this \
                hardware platform)\n";
    let code = "validate-no-iommu-table";
    assert_eq!(verdict(warn, code), Some(Verdict::Blocker));
    let both = format!("{pass}and from the pod\n{warn}");
    assert_eq!(verdict(&both, code), Some(Verdict::Harmless));

    let remark =
        "$ cat /etc/modprobe.d/vfio.conf\noptions vfio_pci ids=10de:11c0,10de:0e0b # IDs\n";
    assert!(!codes(remark).contains(&"vfio-option-misspelled"));
    let typed = remark.replace("ids=10de:11c0,10de:0e0b # IDs", "IDs=10de:11c0");
    assert!(codes(&typed).contains(&"vfio-option-misspelled"));

    let guest = "lspci -nnk in the guest VM:\n\n01:00.0 VGA compatible controller [0300]: Advanced Micro \
                 Devices, Inc. [AMD/ATI] Rembrandt [Radeon 680M] [1002:1681]\n\tSubsystem: ASUSTeK \
                 Device [1043:8822]\n\tKernel modules: amdgpu\n";
    assert!(codes(guest).contains(&"guest-driver-missing"));
    let failed =
        format!("{guest}\n[    5.0] amdgpu 0000:01:00.0: amdgpu: Fatal error during GPU init\n");
    assert!(!codes(&failed).contains(&"guest-driver-missing"));

    // A command that is commented out after a remark was not run.
    let remark = "```\n$ uname -r\n6.8.12-4-pve\nupdate-grub\n\n# only if remapping is not supported\n# echo \"options \
                  vfio_iommu_type1 allow_unsafe_interrupts=1\" > /etc/modprobe.d/unsafe.conf\n```\n";
    let unsafe_interrupts = |post: &str| {
        let mut found = findings(post).into_iter();
        found.any(|finding| finding.verdict == Verdict::Security)
    };
    assert!(!unsafe_interrupts(remark));
    assert!(unsafe_interrupts(
        &remark.replace("# only if remapping is not supported\n", "")
    ));
}
