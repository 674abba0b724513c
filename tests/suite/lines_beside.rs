//! Requests and verdicts that other lines of the same post decide.

use passthru::Verdict::{self, Blocker, Check, Fix};

use crate::stated_posts::{findings, verdict};

/// The step of the finding, or an empty text without it.
fn step(post: &str, code: &str) -> String {
    let found = findings(post);
    let one = found.iter().find(|finding| finding.code == code);
    one.map(|one| format!("{:?}", one.remedy))
        .unwrap_or_default()
}

const DOMAIN: &str = "\
<domain type='kvm'>
  <name>win</name>
  <memory unit='KiB'>8388608</memory>
  <devices>
    <hostdev mode='subsystem' type='pci' managed='yes'>
      <source>
        <address domain='0x0000' bus='0x01' slot='0x00' function='0x0'/>
      </source>
    </hostdev>
  </devices>
</domain>
";

const VM: &str = "\
boot: order=scsi0
cores: 4
hostpci0: 0000:01:00.0,pcie=1
machine: q35
memory: 16384
name: win
scsi0: local-lvm:vm-100-disk-0,size=64G
smbios1: uuid=8fa4b7a1-0a0c-4d2c-b6ef-7f1d8a9f5a11
vmgenid: 5d9d2f0c-2f5e-4b44-8b19-1a6b0b0e7a25
";

#[test]
fn a_configuration_in_the_text_is_not_requested() {
    let posts = [
        (
            "PCI passthrough: poor throughput of the card in the VM",
            DOMAIN,
        ),
        (
            "The Windows VM does not see the GPU of the passthrough.",
            DOMAIN,
        ),
        (
            "The VM of Proxmox does not see the device of the passthrough.",
            VM,
        ),
        (
            "libvirt: the VM with the passed GPU does not start.",
            DOMAIN,
        ),
        ("Proxmox: the VM with the passthrough does not start.", VM),
    ];
    for (sentence, configuration) in posts {
        let asked = |post: &str| step(post, "failure-not-shown");
        let names = |text: &str| {
            ["configuration", "qm config", "its XML"]
                .iter()
                .any(|word| text.contains(word))
        };
        let without = asked(&format!("{sentence}\n"));
        assert!(names(&without), "{sentence}: {without}");
        let with = asked(&format!("{sentence}\n\n{configuration}"));
        assert!(!with.is_empty() && !names(&with), "{sentence}: {with}");
    }
}

#[test]
fn a_slow_card_on_an_older_kernel_of_an_amd_host_needs_a_newer_one() {
    const KERNEL: &str = "Linux host 4.10.0-40-generic #44-Ubuntu SMP Thu Nov 9 14:49:09 UTC 2017 x86_64 GNU/Linux\n";
    const AMD: &str = "[ 0.986776] AMD-Vi: Interrupt remapping enabled\n";
    const INTEL: &str = "[ 0.986776] DMAR-IR: Enabled IRQ remapping in x2apic mode\n";
    const SLOW: &str =
        "The Win10 VM with the GTX 1060 (PCI passthrough) works, but it is very slow in games.\n";
    let code = "amd-nested-paging-slow";
    let post = format!("{SLOW}{KERNEL}{AMD}");
    assert_eq!(verdict(&post, code), Some(Check));
    assert_eq!(verdict(&post, "speed-of-assigned-gpu"), None);
    let quiet = [
        format!("{SLOW}{KERNEL}{INTEL}"),
        format!("{SLOW}{AMD}"),
        format!(
            "{SLOW}{}{AMD}",
            KERNEL.replace("4.10.0-40-generic", "4.15.0-20-generic")
        ),
        format!(
            "{SLOW}{}{AMD}",
            KERNEL.replace("4.10.0-40-generic", "3.10.0-1160.el7.x86_64")
        ),
    ];
    for post in quiet {
        assert_eq!(verdict(&post, code), None::<Verdict>, "{post}");
    }
}

#[test]
fn an_iommu_that_the_text_denies_needs_the_option_where_the_boot_loader_reads_it() {
    let code = "iommu-absent-reported";
    for post in [
        "I cannot pass the GPU to the VM on Proxmox.\n\n1. install pve\n2. reboot\n3. iommu is not enabled\n",
        "PVE on an N5105: PCI passthrough of the NIC shows no eommu detected since the update.\n",
        "Proxmox: No IOMMU deteced, please activate it. I want to pass the card to a VM.\n",
        "更新到PVE最新的7.2-11后，使用pvetools无法开启硬件直通\n",
        "在pve上直通显卡，提示没有检测到IOMMU，请激活\n",
        "用脚本开启pve的PCIE直通，重启后直通并未开启\n",
    ] {
        assert_eq!(verdict(post, code), Some(Blocker), "{post}");
        let step = step(post, code);
        for part in [
            "/proc/cmdline",
            "proxmox-boot-tool status",
            "/etc/kernel/cmdline",
            "/etc/default/grub",
        ] {
            assert!(step.contains(part), "{post}: {step}");
        }
    }
    for post in [
        "Is GPU passthrough to a VM possible if iommu is not enabled in Proxmox?\n",
        "IOMMU is not enabled by default on Proxmox, so for GPU passthrough to a VM set intel_iommu=on.\n",
        "pve显卡直通还没有开启，请问怎么弄\n",
        "ESXi 6.7 直通没有开启\n",
    ] {
        assert_eq!(verdict(post, code), None, "{post}");
    }
    // The firmware setup is no step where the text has it done.
    let set = "VT-d is enabled in the BIOS. Proxmox shows iommu is not enabled for the GPU passthrough to a VM.\n";
    let step = step(set, code);
    assert!(step.contains("proxmox-boot-tool status"), "{step}");
    assert!(!step.contains("firmware setup"), "{step}");
}

#[test]
fn a_missing_iommu_outweighs_a_release_that_works() {
    let broken = "我安装了PVE 7.2-3，直通成功，更新到7.2-11后硬件直通又变成了no eommu detected。\n";
    assert_eq!(verdict(broken, "iommu-absent-reported"), Some(Blocker));
    assert_eq!(verdict(broken, "regression-reported"), None);
    let hangs =
        "With PVE 7.2-3 the GPU passthrough works, after the update to 7.2-11 the VM hangs.\n";
    assert_eq!(verdict(hangs, "regression-reported"), Some(Fix));
}

#[test]
fn a_host_that_crashes_before_any_assignment_needs_no_check_of_one() {
    let has_checks = |post: &str| {
        let found = findings(post);
        found.iter().any(|one| one.code.ends_with("-prerequisite"))
    };
    for post in [
        "按照教程安装i915-sriov在pve7.4-3，启动后十几分钟pve主机就自动重启了（还没直通sriov出来的核显）\n",
        "Proxmox VE 8.1, i915-sriov-dkms with 7 VFs for a GPU passthrough to VMs. The host reboots by itself after \
         ten minutes, although I have not passed anything through yet.\n",
        "pve 8 装了 i915-sriov 驱动，主机经常死机，还没有把虚拟核显直通给虚拟机\n",
    ] {
        assert!(!has_checks(post), "{post}");
        let codes = ["host-restart-reported", "host-freeze-reported"];
        let steps: String = codes.iter().map(|code| step(post, code)).collect();
        assert!(steps.contains("journalctl -b -1"), "{post}: {steps}");
        assert!(!steps.contains("guest's start"), "{post}: {steps}");
    }
    // A question for the way, and a crash at the guest's start.
    let asks = "Proxmox: GPU passthrough to a VM. I have not passed the card through yet: how do I do that?\n";
    assert!(has_checks(asks), "{asks}");
    let at_start = "Proxmox: the host reboots as soon as the VM with the GPU passthrough starts.\n";
    let found = findings(at_start);
    let one = found
        .iter()
        .find(|one| one.code == "host-restart-reported")
        .unwrap();
    assert!(one.title.contains("device's reset"), "{}", one.title);
}

#[test]
fn a_device_that_was_awake_needs_no_setting_of_its_sleep() {
    let post = |change: &str| {
        format!(
            "GPU passthrough to a VM fails.\n\n```\n[  100.1] vfio-pci 0000:01:00.0: Unable to change power state from \
             {change}, device inaccessible\n```\n"
        )
    };
    let code = "device-stuck-in-low-power";
    for (change, is_asleep) in [
        ("D3cold to D0", true),
        ("D3hot to D0", true),
        ("D0 to D3hot", false),
        ("D0 to D3cold", false),
    ] {
        let post = post(change);
        assert_eq!(verdict(&post, code), Some(Blocker), "{post}");
        let step = step(&post, code);
        assert_eq!(step.contains("disable_idle_d3"), is_asleep, "{step}");
    }
}
