//! Posts that name the difference themselves: two devices of which each works, releases, a time before,
//! another system. Questions and repairs of something else are needless beside it.

use passthru::Host;
use passthru::Verdict::{Blocker, Check, Fix, Ok, Unknown};
use passthru::ask::Ask;
use passthru::input::Input;

use crate::stated_posts::{findings, verdict};

/// The step of the finding, or an empty text without it.
fn step(post: &str, code: &str) -> String {
    let found = findings(post);
    let one = found.iter().find(|finding| finding.code == code);
    one.map(|one| format!("{:?}", one.remedy))
        .unwrap_or_default()
}

/// Whether the report has one of the prerequisites.
fn checks(post: &str) -> Vec<&'static str> {
    let found = findings(post);
    let codes = found.iter().map(|finding| finding.code);
    codes
        .filter(|code| code.ends_with("-prerequisite"))
        .collect()
}

#[test]
fn a_removed_card_is_replaced_by_the_steps_of_its_hypervisor() {
    let code = "guest-with-removed-card";
    for (post, named, others) in [
        (
            "当旧显卡拔出后，绑定了显卡的虚拟机无法启动。我用 Hyper-V 和 GPU-PV。\n",
            "Remove-VMGpuPartitionAdapter",
            ["hostpci", "hostdev"],
        ),
        (
            "Proxmox VE 8.2: I replaced the GPU of my host. The Windows VM with passthrough does not start.\n",
            "hostpciN",
            ["Remove-VM", "hostdev"],
        ),
        (
            "I use libvirt and virt-manager. I replaced the GPU of my host. The Windows VM with passthrough does not start.\n",
            "hostdev",
            ["Remove-VM", "hostpci"],
        ),
        (
            "ESXi 7: I swapped the GPU for another one, and the VM with passthrough won't start.\n",
            "toggle passthrough",
            ["hostpci", "hostdev"],
        ),
    ] {
        let found = step(post, code);
        let is_other = others.iter().any(|other| found.contains(other));
        assert!(found.contains(named) && !is_other, "{post}: {found}");
    }
    // Without a hypervisor all are named.
    let open = "I replaced the GPU of my host. The Windows VM with passthrough does not start.\n";
    assert!(step(open, code).contains("on Hyper-V"));
}

#[test]
fn an_assignment_in_use_answers_the_checks_of_the_host() {
    for used in [
        "I'm passing through a couple of PCI devices to a guest VM with KVM, using the PCI address, OK, but this is \
         fragile, and any error is hard to find. How can I use the vendor ID?\n",
        "We are passing through two NICs to an OPNsense VM (libvirt) without problems, but after a change in the \
         BIOS the addresses differ. How can I assign them by ID?\n",
    ] {
        assert_eq!(verdict(used, "guest-runs-reported"), Some(Ok), "{used}");
        assert_eq!(checks(used), [""; 0], "{used}");
    }
    let open =
        "I'm passing through two NICs to an OPNsense VM on KVM, but the VM does not start.\n";
    assert_eq!(verdict(open, "guest-runs-reported"), None);
}

#[test]
fn an_interface_without_traffic_is_looked_at_in_the_guest() {
    let post = "bhyve passthrough: the device has disappeared from the host and appeared in the guest, and I have \
                assigned to it a static IP, but I can not ping it.\n";
    assert_eq!(checks(post), [""; 0]);
    assert!(step(post, "failure-not-shown").contains("vmstat -i"));
    let other = post.replace("I can not ping it", "the guest crashes");
    assert!(!step(&other, "failure-not-shown").contains("vmstat -i"));
}

#[test]
fn repairs_are_those_of_the_device_and_of_the_age_of_the_host() {
    let code = "large-bar-on-esxi";
    let nic = "ESXi 7.0, an Intel i350 T4 passed through, and the OpenWrt VM hangs.\n";
    assert_eq!(verdict(nic, code), None);
    let gpu = "ESXi 7.0, a Tesla T4 passed through: the GPU fails in the VM.\n";
    assert_eq!(verdict(gpu, code), Some(Unknown));

    let post = |host: &str| {
        format!(
            "PCI passthrough with KVM and vfio-pci to a VM fails on my {host} host. What am I doing wrong?\n"
        )
    };
    let bound = |host: &str| checks(&post(host)).contains(&"bound-to-vfio-pci-prerequisite");
    assert!(!bound("12.04") && bound("14.04"));
    // The release is that of the guest.
    let guest = post("Debian 12").replace("to a VM", "to a 12.04 VM");
    assert!(checks(&guest).contains(&"bound-to-vfio-pci-prerequisite"));
}

#[test]
fn a_release_that_works_is_the_way_back() {
    let code = "regression-reported";
    for works in [
        "ESXi, 直通i350网卡 openwrt 直接卡死。内核版本5.4.124没有这个问题。\n",
        "ESXi 8.0, X550 passthrough to OpenWrt: the VM hangs at boot. Kernel 5.15.150 does not have this problem.\n",
        "Proxmox, NIC-Passthrough an die VM, sie hängt. Mit Kernel 6.5.13 tritt das Problem nicht auf.\n",
        "TrueNAS SCALE 24.10, HBA passed through to a VM that hangs. The issue does not occur on 24.04.2.\n",
        "Proxmox, RX 6600 passed through to Windows. Drivers newer than 24.3.1 give code 43 in the VM.\n",
        "核显直通给虚拟机，驱动需要26.20.100.7262，高于这个版本会报 Code 43 错误，也就没输出。\n",
    ] {
        assert_eq!(verdict(works, code), Some(Fix), "{works}");
        for needless in ["code-43-reported", "no-picture-reported"] {
            assert_eq!(verdict(works, needless), None, "{works}");
        }
        assert_eq!(checks(works), [""; 0], "{works}");
    }
    let driver = "Proxmox, RX 6600 passed through to Windows. Drivers newer than 24.3.1 give code 43 in the VM.\n";
    assert!(step(driver, code).contains("keep the release"));
    let kernel = "Proxmox, RX 6600 in the VM: code 43. Kernel 6.5.13 does not have this problem.\n";
    assert!(step(kernel, code).contains("use the release"));
    let both = "Proxmox: with kernel 6.8 the RTX 3060 has a black screen in the VM. With kernel 6.5 and the same driver it works fine.\n";
    assert!(step(both, code).contains("use the release"));
    for other in [
        "PVE 8 直通 RTX 3060 给虚拟机，报错 43。升级驱动到 551.23 后没有这个问题了。\n",
        "Proxmox, RX 6600 in the VM: code 43. After I updated to driver 24.5.1 there is no such problem.\n",
        "Proxmox, RX 6600 in the VM: the card needs a kernel newer than 6.2, older ones fail with an error.\n",
        "Proxmox 8.2, RX 6600 in the VM: code 43. Does kernel 6.5.13 not have this problem?\n",
        "Proxmox: I have no problem with the board X570 1.2, but the VM with the GPU does not start.\n",
    ] {
        assert_eq!(verdict(other, code), None, "{other}");
    }
}

#[test]
fn two_devices_that_fail_together_are_one_matter() {
    let code = "pair-fails-reported";
    for pair in [
        "显卡和USB控制器直通给 Windows 虚拟机，单独直通都正常，但一起直通虚拟机就报43，怎么办？\n",
        "libvirt: two GPUs, each works alone in the VM, but when I pass both together the VM hangs with a black screen.\n",
        "Proxmox, zwei Karten: RTX 3060 und HBA laufen jeweils einzeln in der VM, zusammen startet die VM nicht.\n",
    ] {
        assert_eq!(verdict(pair, code), Some(Check), "{pair}");
        for needless in [
            "code-43-reported",
            "failure-not-shown",
            "no-picture-reported",
        ] {
            assert_eq!(verdict(pair, needless), None, "{pair}");
        }
        assert_eq!(checks(pair), [""; 0], "{pair}");
    }
    // The fact about such a pair says more.
    let partition = "Hyper-V，显卡是3090，想DDA直通一张USB控制器卡。单开gpu-pv和单DDA都正常，但一起开虚拟gpu就报43，怎么办？\n";
    assert_eq!(verdict(partition, code), None);
    assert_eq!(verdict(partition, "gpu-partition-with-dda"), Some(Check));
    assert_eq!(verdict(partition, "code-43-reported"), None);
    for other in [
        "libvirt: I pass the GPU and its audio function together to the VM, and it works fine. Without it the VM fails.\n",
        "libvirt: I have two GPUs. Each fails in the VM, and both together fail, too.\n",
        "libvirt: the GPU works alone in the VM, and both monitors are black after a second start.\n",
        "显卡直通给虚拟机报43，单独直通USB控制器正常。\n",
    ] {
        assert_eq!(verdict(other, code), None, "{other}");
    }
}

#[test]
fn memory_hotplug_moves_the_addresses_of_a_guest() {
    let line = "kvm: vfio_container_dma_map(0x5ae4, 0x3ffc00000000, 0x400000000, 0x706d) = -22 (Invalid argument)\n\
                kvm: kvm_set_user_memory_region: KVM_SET_USER_MEMORY_REGION failed, slot=10, start=0x400000000000, \
                size=0x2000000: Invalid argument\n";
    let post = |set: &str, system: &str| {
        format!("{system}: GPU passthrough fails.\n{set}\n```\n{line}```\n")
    };
    let code = "dma-map-out-of-range";
    for on in [
        "Hotplug CPU/Mem enabled",
        "Memory hotplug is on for the VM.",
    ] {
        assert!(
            step(&post(on, "Proxmox VE 8"), code).contains("--hotplug"),
            "{on}"
        );
    }
    assert!(
        !step(
            &post("Memory hotplug is not enabled.", "Proxmox VE 8"),
            code
        )
        .contains("--hotplug")
    );
    assert!(!step(&post("Hotplug CPU/Mem enabled", "libvirt"), code).contains("--hotplug"));
    // KVM refuses the same address.
    assert_eq!(verdict(&post("", "Proxmox VE 8"), "cause-not-shown"), None);
}

#[test]
fn a_use_that_ended_is_past() {
    for over in [
        "ESXi 7. I've used the passthrough GPU in the VM without issues. And now, it's impossible to boot the machine.\n",
        "ESXi 7. I used the passthrough GPU in the VM for months without issues. Today the VM doesn't boot.\n",
        "Unraid: die GPU ist an die VM durchgereicht, das läuft seit Monaten problemlos. Nun startet die VM nicht mehr.\n",
    ] {
        assert_eq!(verdict(over, "guest-runs-reported"), None, "{over}");
        assert_eq!(verdict(over, "guest-ran-reported"), Some(Ok), "{over}");
    }
    let current = "ESXi 7. I use the passthrough GPU in the VM without issues. Now I want to add a second card.\n";
    assert_eq!(verdict(current, "guest-runs-reported"), Some(Ok));
}

const NO_BAR: &str = "[ 1282.31] nvidia 0000:00:00.0: device not available (can't reserve [mem 0xd0000000-0xd0ffffff])\n";

#[test]
fn a_driver_whose_probe_failed_is_not_bound() {
    let listing = "```\n$ lspci\n00:00.0 3D controller: NVIDIA Corporation GK104GL [Tesla K10] (rev a1)\n```\n";
    let post = |kind: &str| {
        format!(
            "Passthrough to a {kind} guest on XenServer 6.1 fails. In the guest:\n\n{listing}\n```\n{NO_BAR}```\n"
        )
    };
    let code = "device-not-available-no-bar";
    assert!(step(&post("PV"), code).contains("e820_host=1"));
    assert!(!step(&post("HVM"), code).contains("e820_host=1"));
    let titles = |post: &str| {
        let found = findings(post);
        let titles = found.iter().map(|one| one.title.to_string());
        titles.collect::<Vec<_>>().join("\n")
    };
    assert!(!titles(&post("PV")).contains("is bound to it"));
    let bound = post("PV").replace(
        "device not available (can't reserve [mem 0xd0000000-0xd0ffffff])",
        "enabling device (0000 -> 0002)",
    );
    assert!(!titles(&bound).contains("cannot be enabled"));

    let log = "[   18.19] xhci_hcd 0000:02:00.0: can't setup: -110\n[   18.20] xhci_hcd 0000:02:00.0: USB bus 5 deregistered\n\
               [   18.21] xhci_hcd 0000:02:00.0: init 0000:02:00.0 fail, -110\n\
               [   18.22] xhci_hcd: probe of 0000:02:00.0 failed with error -110\n";
    assert_eq!(verdict(log, "xhci-setup-failed"), Some(Blocker));
    assert_eq!(verdict(log, "xhci-died"), None);
    assert!(!titles(log).contains("unbound from its driver"));
    let unbound = "[  100.1] xhci_hcd 0000:02:00.0: remove, state 4\n[  100.2] xhci_hcd 0000:02:00.0: USB bus 5 deregistered\n";
    assert!(titles(unbound).contains("unbound from its driver"));
}

#[test]
fn a_processor_without_vtd_is_one_with_xen_too() {
    let code = "processor-without-vtd";
    let qubes = "**Qubes OS version**\nR4.0.4\n\nThe installer warns \"hardware does not support iommu / vt-d\".\n\nmy \
                 processor is: MODEL\n\nI enabled VT-x.\n";
    let post = |model: &str| qubes.replace("MODEL", model);
    assert_eq!(verdict(&post("i5-3570k"), code), Some(Blocker));
    assert_eq!(verdict(&post("i7-2600K"), code), Some(Blocker));
    assert_eq!(verdict(&post("i5-3570"), code), None);
    let works = "Qubes OS 4.0, i5-3570K. PCI passthrough of the network card to sys-net works.\n";
    assert_eq!(verdict(works, code), None);
}

#[test]
fn a_folder_is_no_rom_file_and_a_slash_no_part_of_a_name() {
    let dump = "You have selected this device to dump the vbios from\n06:00.0 VGA compatible controller: AMD Cedar\n\n\
                Vbios folder already exists\n\nOkay dumping vbios file named NAME to the location /mnt/user/isos/vbios/\n";
    let code = "rom-file-name-with-slash";
    let post = |name: &str| dump.replace("NAME", name);
    assert_eq!(
        verdict(&post("AMD/ATI Radeon HD 5000/6000"), code),
        Some(Fix)
    );
    assert_eq!(verdict(&post("hd5450.rom"), code), None);
    let names = |post: &str| step_names(post).contains("ROM file");
    assert!(!names(&post("hd5450.rom")));
    assert!(names(
        "GPU passthrough with libvirt: the VM is black. I have added a vbios file to the VM.\n"
    ));
}

/// The settings that the text names as done.
fn step_names(post: &str) -> String {
    let found = findings(post);
    let one = found.iter().find(|finding| finding.code == "done-reported");
    one.map(|one| one.title.to_string()).unwrap_or_default()
}

#[test]
fn a_warning_that_stops_no_start_leaves_the_failure_open() {
    let line = "qemu-system-x86_64: vfio: Cannot reset device 0000:03:00.0, depends on group 14 which is not owned.\n";
    let dark = format!("Black screen on VM launch, single GPU passthrough.\n\n```\n{line}```\n");
    assert_eq!(verdict(&dark, "reset-needs-other-group"), Some(Check));
    assert_eq!(verdict(&dark, "no-picture-reported"), Some(Unknown));
    assert_eq!(verdict(line, "no-picture-reported"), None);
}

#[test]
fn a_package_is_installed_as_it_was_downloaded() {
    let url = "https://github.com/strongtz/i915-sriov-dkms/releases/download/2025.01.22/i915-sriov-dkms_2025.01.22_amd64.deb";
    let post = |curl: &str, file: &str| {
        format!(
            "i915 SR-IOV fails on Debian, lspci shows no VF for the VM.\n\n```\ncd /tmp\n{curl} {url} -o \
             i915-sriov-dkms_2025.01.22_amd64.deb\napt install ./{file}\n```\n"
        )
    };
    let other = post("curl", "i915-sriov-dkms_2024.12.30_amd64.deb");
    assert_eq!(verdict(&other, "package-of-other-release"), Some(Fix));
    assert_eq!(verdict(&other, "download-without-redirect"), Some(Fix));
    let right = post("curl -L", "i915-sriov-dkms_2025.01.22_amd64.deb");
    assert_eq!(verdict(&right, "package-of-other-release"), None);
    assert_eq!(verdict(&right, "download-without-redirect"), None);
}

#[test]
fn a_guest_with_its_device_settles_the_iommu_and_a_system_without_guests_needs_none() {
    let topics = |post: &str| {
        let mut input = Input::new();
        input.add("post.md", post.as_bytes()).unwrap();
        let host = Host::read(&input.finish().unwrap());
        let ask = Ask::of(&host, &findings(post), None);
        ask.topics().join(", ")
    };
    let runs = "KVM: I got the GPU passed through, and the VM boots. nvidia-smi in the VM fails with an error.\n";
    assert!(!topics(runs).contains("IOMMU"), "{}", topics(runs));
    let fails = "KVM: the VM with GPU passthrough does not start, it fails with an error.\n";
    assert!(topics(fails).contains("IOMMU groups"));
    let alone = "My NAS with DSM is not a VM. The LSI 9300-8i HBA is not recognized, is the IOMMU needed?\n";
    assert!(!topics(alone).contains("IOMMU") && topics(alone).contains("PCI devices"));
}
