//! Steps and questions that fit the circumstances which a text states or shows.

use passthru::answer::Readiness;
use passthru::doctor::{self, Question};
use passthru::input::Input;
use passthru::{Host, Verdict};

use crate::stated_posts::{findings, verdict};

/// The step of the finding, or `None` without the finding.
fn step(post: &str, code: &str) -> Option<String> {
    let found = findings(post);
    let one = found.iter().find(|finding| finding.code == code)?;
    Some(format!("{:?}", one.remedy))
}

#[test]
fn a_guest_with_its_device_settles_the_iommu() {
    for given in [
        "The Proxmox host has a GTX 1650 passed through to Win11. Under load it reboots.\n",
        "The Unraid host with a 6900XT passed to Windows reboots under load.\n",
        "我用 PVE 把网卡直通给虚拟机，速度很慢。\n",
        "Die Karte ist an eine Debian-VM durchgereicht, PCIe-Passthrough, und langsam.\n",
    ] {
        assert_eq!(verdict(given, "iommu-not-shown"), None, "{given}");
    }
    for planned in [
        "The Proxmox host has VT-d and a GTX 1650 that cannot be passed through to Win11.\n",
        "我想把网卡直通给虚拟机，PVE 报错，VT-d 已开。\n",
        "我想把网卡 02:00.0 整个直通给虚拟机，PVE 报错，VT-d 已开。\n",
        "Die Karte soll an eine Debian-VM durchgereicht werden, PCIe-Passthrough mit VT-d, es kommt ein Fehler.\n",
    ] {
        let asked = verdict(planned, "iommu-not-shown");
        assert_eq!(asked, Some(Verdict::Unknown), "{planned}");
    }
}

#[test]
fn steps_fit_the_circumstances_of_the_text() {
    const TIMEOUT: &str = "vfio-pci 0000:07:00.3: not ready 65535ms after FLR; giving up\n";
    const NO_SPACE: &str = "pci 0000:3c:00.0: BAR 0: no space for [mem size 0x10000000 64bit]\n";
    const STUCK: &str = "vfio-pci 0000:07:00.3: Unable to change power state from D3hot to D0, \
                         device inaccessible\n";
    const MISSING: &str = "0/4 nodes are available: 4 Insufficient nvidia.com/GA102.\n";
    const OFF_BUS: &str = "NVRM: GPU 0000:07:00.0: GPU has fallen off the bus.\n";
    const SAS: &str = "mpt3sas_cm0: SAS host is non-operational !!!!\n";
    const IN_USE: &str = "modprobe: FATAL: Module nvidia_drm is in use.\n";
    const CUDA: &str = "GPU passthrough to the VM: CUDA_ERROR_UNKNOWN: unknown error\n";
    const VFS: &str = "# echo 32 > /sys/class/net/eth0/device/sriov_numvfs\n\
                       bash: echo: write error: Numerical result out of range\n";
    const REGION: &str = "qemu: -device vfio-pci,host=0000:07:00.0: vfio 0000:07:00.0: failed to \
                          setup container for group 5: memory listener initialization failed: \
                          Region pc.ram: vfio_dma_map(0x55d2, 0x0, 0x80000000, 0x7f) = ";
    let cases = [
        ("reset-timeout", "Linux 5.4.73-1-pve\n", TIMEOUT, "", "5.15"),
        (
            "reset-timeout",
            "Linux 6.8.12-1-pve\n",
            TIMEOUT,
            "",
            "file reset_method",
        ),
        (
            "device-stuck-in-low-power",
            TIMEOUT,
            STUCK,
            "",
            "from its reset",
        ),
        (
            "device-stuck-in-low-power",
            "",
            STUCK,
            TIMEOUT,
            "disable_idle_d3",
        ),
        (
            "device-stuck-in-low-power",
            "",
            "nvidia 0000:07:00.0: Unable to change power state from D3cold to D0, device inaccessible\n",
            "",
            "power/control",
        ),
        (
            "nvidia-fallen-off-the-bus",
            "After the update to Qubes OS 4.2 the GPU passthrough no longer works in the HVM.\n",
            OFF_BUS,
            "",
            "another release",
        ),
        (
            "nvidia-fallen-off-the-bus",
            "The GPU passthrough fails under load in the VM.\n",
            OFF_BUS,
            "",
            "check power cables",
        ),
        (
            "i915-bound",
            "",
            "[drm] Initialized xe 1.1.0 for 0000:00:02.3 on minor 3\n",
            "",
            "right after they are created",
        ),
        (
            "kubevirt-resource-missing",
            "permittedHostDevices:\n  pciHostDevices:\n  - resourceName: nvidia.com/GA102\n",
            MISSING,
            "",
            "already",
        ),
        ("kubevirt-resource-missing", "", MISSING, "", "list its ID"),
        (
            "kubevirt-resource-missing",
            "",
            "0/3 nodes are available: 1 Insufficient nvidia.com/GA102, 2 node(s) didn't match Pod's node \
             affinity/selector.\n",
            "",
            "nodeSelector",
        ),
        (
            "kubevirt-not-permitted",
            "permittedHostDevices:\n  pciHostDevices:\n  - resourceName: nvidia.com/TU104GL_Tesla_T4\n",
            "GPU nvidia.com/TU104GL_T4 is not permitted in permittedHostDevices configuration\n",
            "",
            "letter by letter",
        ),
        (
            "bar-no-space",
            "The card is in a Thunderbolt enclosure of my laptop.\n",
            NO_SPACE,
            "",
            "enclosure",
        ),
        (
            "bar-no-space",
            "The card is in a slot of my server.\n",
            NO_SPACE,
            "",
            "Above 4G",
        ),
        (
            "mpt3sas-not-responding",
            "Only a power cycle of the host gets the disks back.\n",
            SAS,
            "",
            "airflow",
        ),
        (
            "mpt3sas-not-responding",
            "The disks are gone.\n",
            SAS,
            "",
            "cold",
        ),
        (
            "driver-module-in-use",
            "+ systemctl stop gdm\n",
            IN_USE,
            "",
            "stopped already",
        ),
        (
            "driver-module-in-use",
            "+ systemctl stop gdm\nFailed to stop gdm.service: Unit gdm.service not loaded.\n",
            IN_USE,
            "",
            "at boot",
        ),
        (
            "driver-module-in-use",
            "+ virsh start win\n",
            IN_USE,
            "",
            "at boot",
        ),
        (
            "nvidia-cuda-no-device",
            "In the VM nvidia-smi shows the card.\n",
            CUDA,
            "",
            "uvm",
        ),
        (
            "nvidia-cuda-no-device",
            "In the VM nvidia-smi shows nothing.\n",
            CUDA,
            "",
            "Inspect",
        ),
        (
            "sriov-more-vfs-than-supported",
            "# cat sriov_totalvfs\n8\n",
            VFS,
            "",
            "NUM_OF_VFS",
        ),
        (
            "sriov-more-vfs-than-supported",
            "# uptime\n8\n",
            VFS,
            "",
            "Inspect",
        ),
        (
            "memory-listener-failed",
            "",
            REGION,
            "-14 (Bad address)\n",
            "huge",
        ),
        (
            "memory-listener-failed",
            "",
            REGION,
            "-12 (Cannot allocate memory)\n",
            "locked memory",
        ),
    ];
    for (code, before, message, end, wanted) in cases {
        let post = format!("{before}{message}{end}");
        let found = step(&post, code).unwrap_or_default();
        assert!(found.contains(wanted), "{post}\n{found}");
    }
}

#[test]
fn an_error_at_a_port_is_of_the_card_behind_it() {
    const BOUND: &str = "vfio-pci 0000:01:00.0: enabling device (0000 -> 0003)\n";
    const FATAL: &str =
        "pcieport 0000:00:01.0: AER: Uncorrected (Fatal) error received: 0000:00:01.0\n";
    let behind = format!("{BOUND}{FATAL}");
    assert_eq!(verdict(&behind, "aer-fatal"), Some(Verdict::Blocker));
    let other = behind.replace("0000:01:00.0", "0000:05:00.0");
    assert_eq!(verdict(&other, "aer-fatal"), None);
    // A port works without a BAR of its own.
    let bar = "pci 0000:20:00.0: BAR 1: no space for [mem size 0x40000000]\n";
    assert_eq!(verdict(bar, "bar-no-space"), Some(Verdict::Blocker));
    let of_port = format!("{bar}pci 0000:20:00.0: PCI bridge to [bus 21]\n");
    assert_eq!(verdict(&of_port, "bar-no-space"), None);
    let of_card = format!("{bar}pci 0000:1f:00.0: PCI bridge to [bus 20]\n");
    assert_eq!(verdict(&of_card, "bar-no-space"), Some(Verdict::Blocker));
}

#[test]
fn a_kernel_without_reset_methods_is_not_asked_for_one() {
    const CARD: &str = "vendor_reset           90112  0\n\
                        0a:00.0 VGA compatible controller [0300]: Advanced Micro Devices, Inc. \
                        [AMD/ATI] Navi 10 [Radeon RX 5700 XT] [1002:731f] (rev c1)\n\
                        \tKernel driver in use: vfio-pci\n";
    let of = |release: &str| {
        let post = format!("# uname -a\nLinux host {release}-generic #1 SMP x86_64\n{CARD}");
        step(&post, "reset-once").unwrap()
    };
    assert!(!of("5.4.0-42").contains("device_specific"));
    assert!(of("6.8.0-42").contains("device_specific"));
}

#[test]
fn what_the_text_shows_is_not_asked_for() {
    // The cause, and a consequence of it.
    let erratum = "DMAR-IR: This system BIOS has enabled interrupt remapping\n";
    let refused = "vfio_iommu_type1_attach_group: No interrupt remapping support.\n";
    let alone = step(refused, "vfio-no-interrupt-remapping").unwrap();
    assert!(alone.contains("x2APIC"), "{alone}");
    let post = format!("{erratum}{refused}");
    let found = findings(&post);
    let refused = found
        .iter()
        .find(|finding| finding.code == "vfio-no-interrupt-remapping");
    let title = refused.unwrap().title.to_string();
    assert!(title.starts_with("consequence of"), "{title}");
    // The severity is there.
    let severity =
        "vfio-pci 0000:07:00.0: PCIe Bus Error: severity=Corrected, type=Data Link Layer\n";
    let status =
        "vfio-pci 0000:07:00.0:   device [10de:1b80] error status/mask=00001000/0000a000\n";
    assert_eq!(verdict(status, "aer-details"), Some(Verdict::Unknown));
    let both = format!("{severity}{status}");
    assert_eq!(verdict(&both, "aer-details"), Some(Verdict::Harmless));
    // Nothing can have failed.
    let worry = "Does this log mean that I can't use GPU passthrough to a VM?\n";
    let log = "AMD-Vi: AMD IOMMUv2 functionality not available on this system\n";
    let asked = verdict(&format!("{worry}{log}"), "failure-not-shown");
    assert_eq!(asked, Some(Verdict::Unknown));
    let plan = format!("{worry}I have not tried it yet.\n{log}");
    assert_eq!(verdict(&plan, "failure-not-shown"), None);
    // ESXi names the cause.
    let window = "Power on of the VM on ESXi with a Tesla T4 by passthrough fails.\n\
                  The firmware could not allocate 33554432 KB of PCI MMIO.\n";
    assert_eq!(
        verdict(window, "esxi-mmio-too-small"),
        Some(Verdict::Blocker)
    );
    assert_eq!(verdict(window, "large-bar-on-esxi"), None);
    // The physical function keeps its driver.
    let log = "ixgbe 0000:07:00.0: not enough MMIO resources for SR-IOV\n\
               07:00.0 Ethernet controller [0200]: Intel Corporation 82599 [8086:10fb]\n\
               \tKernel driver in use: ixgbe\n";
    assert_eq!(verdict(log, "host-driver-bound"), None);
    let listing = log.split_once('\n').unwrap().1;
    assert_eq!(verdict(listing, "host-driver-bound"), Some(Verdict::Fix));
}

#[test]
fn advice_for_intels_graphics_is_for_no_card_of_amd() {
    let dark = "GPU passthrough of the integrated graphics to the VM: the HDMI port stays dead.\n";
    let code = "intel-graphics-needs-rom";
    assert_eq!(verdict(dark, code), Some(Verdict::Check));
    let amd = format!("{dark}The host has the graphics of a 780M, and amdgpu is not loaded.\n");
    assert_eq!(verdict(&amd, code), None);
    // What is denied is not there.
    let code = "windows-guest-bluescreen";
    let restart = "The VM with the GPU by passthrough restarts, ";
    assert_eq!(verdict(&format!("{restart}not a BSOD.\n"), code), None);
    let stops = verdict(&format!("{restart}with a BSOD.\n"), code);
    assert_eq!(stops, Some(Verdict::Unknown));
}

#[test]
fn steps_are_for_the_host_and_the_guest_at_hand() {
    const NO_IOMMU: &str = "TASK ERROR: cannot prepare PCI pass-through, IOMMU not present\n";
    const FULL: &str = "0/1 nodes are available: 1 Insufficient nvidia.com/gpu.\n";
    const ROM: &str = "kvm: -device vfio-pci,host=0000:01:00.0,romfile=/root/a.rom: failed to find romfile \"/root/a.rom\"";
    const RESET: &str = "error: internal error: Unable to reset PCI device 0000:00:1a.0: no FLR, PM reset or bus reset available\n";
    const OPTION: &str = "[    0.135] DMAR: IOMMU enabled\n";
    let cases = [
        (
            "hypervisor-without-iommu",
            format!("Proxmox on a Ryzen 5 5600G, GPU passthrough to a VM.\n{NO_IOMMU}"),
            "the kernel needs no option",
        ),
        (
            "hypervisor-without-iommu",
            format!("Proxmox on a Core i5-12400, GPU passthrough to a VM.\n{NO_IOMMU}"),
            "intel_iommu=on",
        ),
        (
            "kubevirt-resource-missing",
            format!("The pod stays pending.\n{FULL}"),
            "device plugin",
        ),
        (
            "kubevirt-resource-missing",
            format!("With KubeVirt the VM stays pending.\n{FULL}"),
            "permittedHostDevices",
        ),
        (
            "romfile-missing",
            format!("{ROM}: Permission denied\n"),
            "readable for QEMU's user",
        ),
        ("romfile-missing", format!("{ROM}\n"), "at that path"),
        ("xen-reset-refused", RESET.to_owned(), "virsh nodedev-reset"),
        ("vtd-option-on", OPTION.to_owned(), "iommu_groups"),
        (
            "vtd-option-on",
            format!("The passthrough works.\n\n{OPTION}"),
            "None",
        ),
        (
            "amdvi-option-unknown",
            "[    0.041] AMD-Vi: Unknown option - 'on'\n".to_owned(),
            "or leave it",
        ),
    ];
    for (code, post, wanted) in cases {
        let found = step(&post, code).unwrap_or_default();
        assert!(found.contains(wanted), "{post}\n{found}");
    }
    let once = "GPU passthrough of my RX 580: the VM works once per boot of the host.\n";
    assert!(verdict(once, "reset-once-named").is_some());
    let esxi = format!("ESXi 7.0. {once}");
    assert_eq!(verdict(&esxi, "reset-once-named"), None);
}

#[test]
fn knowledge_that_nothing_proves_is_also_in_the_check_of_a_host() {
    let post = b"GPU passthrough of the integrated graphics to the VM: the HDMI port stays dead.\n";
    let mut input = Input::new();
    input.add("post.txt", post).unwrap();
    let host = Host::read(&input.finish().unwrap());
    let check = passthru::answer::check(&host, &[], None);
    let mut findings = check.host_findings.iter();
    let found = findings.find(|one| one.code == "intel-graphics-needs-rom");
    assert_eq!(found.map(|one| one.verdict), Some(Verdict::Check));
}

#[test]
fn a_known_cause_replaces_what_follows_from_it() {
    const ROOT: &str = "Gave up waiting for root device.\n";
    const IDS: &str = "/etc/modprobe.d/vfio.conf has options vfio-pci ids=144d:a80a for the NVMe passthrough, \
                       and the host drops to the initramfs shell.\n";
    assert_eq!(
        verdict(ROOT, "root-file-system-not-found"),
        Some(Verdict::Blocker)
    );
    let both = format!("{IDS}{ROOT}");
    assert_eq!(verdict(&both, "ids-take-host-drive"), Some(Verdict::Check));
    assert_eq!(
        verdict(&both, "root-file-system-not-found"),
        Some(Verdict::Blocker)
    );
    // Code 43 that goes away with resizable BAR has its cause.
    let code = "GPU passthrough to the VM: code 43 in Windows.";
    assert!(verdict(code, "code-43-reported").is_some());
    let bar = format!("{code} If I disable ReBAR, it works.\n");
    assert_eq!(verdict(&bar, "code-43-reported"), None);
    assert_eq!(verdict(&bar, "resizable-bar-reported"), Some(Verdict::Fix));
}

#[test]
fn a_shared_gpu_has_no_rom_file() {
    let step = |kind: &str| {
        let post = format!("{kind} passthrough to the VM: code 43 in Windows.\n");
        step(&post, "code-43-reported").unwrap_or_default()
    };
    assert!(step("GPU").contains("a ROM file"));
    assert!(!step("GVT-g").contains("a ROM file"));
}

#[test]
fn conditions_that_the_text_answers_are_not_listed() {
    let cases = [
        (
            "option-rom-off-prerequisite",
            "Proxmox: I passed my LSI 9211-8i to a TrueNAS VM, but the VM shows no disks",
            ".",
            " unless I set rombar=0.",
        ),
        (
            "bhyve-iommu-prerequisite",
            "FreeBSD 13 with bhyve, passthrough of a network card: it does not work",
            ".",
            ", although the card appeared in the guest.",
        ),
        (
            "program-acceleration-prerequisite",
            "Proxmox: hardware transcoding of Jellyfin in an LXC with the iGPU does not work",
            ".",
            ", as the permissions of /dev/dri are wrong.",
        ),
        (
            "container-host-driver-prerequisite",
            "Docker on Ubuntu: how do I pass the iGPU to the container? It does not work.",
            "",
            "\nMESA: warning: Driver does not support the 0xa7a0 PCI ID.\n",
        ),
    ];
    for (code, start, open, answered) in cases {
        let listed = |end: &str| verdict(&format!("{start}{end}\n"), code);
        assert_eq!(listed(open), Some(Verdict::Unknown), "{code}");
        assert_eq!(listed(answered), None, "{code}");
    }
}

#[test]
fn a_mapped_guest_that_works_asks_for_nothing() {
    let nl = "TrueNAS VM op Proxmox, HBA doorgegeven, alles draait prima al twee maanden, scrub 0 errors.\n";
    for code in ["failure-not-shown", "iommu-not-shown"] {
        assert_eq!(verdict(nl, code), None, "{code}");
    }
}

#[test]
fn the_screen_of_a_host_that_gave_its_only_card_away_is_expected() {
    let told = "Proxmox, passthrough: die RTX 3060 ist die einzige Grafik (Ryzen ohne iGPU), per vfio ids gebunden, \
                läuft in der VM einwandfrei. Beim Booten bleibt der Monitor bei loading initial ramdisk stehen. \
                Nach Herunterfahren der VM kein Bild mehr.\n";
    assert_eq!(verdict(told, "only-gpu-reported"), Some(Verdict::Harmless));
    for code in [
        "boot-card-needs-rom-file",
        "guest-reboot-leaves-card",
        "guest-runs-without-reported",
        "host-display-not-back",
        "failure-not-shown",
    ] {
        assert_eq!(verdict(told, code), None, "{code}");
    }
    let dark = "Proxmox, passthrough: die RTX 3060 ist die einzige Grafikkarte, der Gast startet, kein Bild.\n";
    assert!(verdict(dark, "boot-card-needs-rom-file").is_some());
}

#[test]
fn a_use_that_a_device_excludes_does_not_prevent_its_assignment() {
    let told = "Proxmox: live migration of the VM with PCI passthrough fails.\n\
                hostpci0: 0000:03:00.0\n\
                03:00.0 VGA compatible controller [0300]: NVIDIA Corporation GP106GL [10de:1c31] (rev a1)\n";
    let found = verdict(told, "live-migration-with-device");
    assert_eq!(found, Some(Verdict::Impossible));
    let mut input = Input::new();
    input.add("post.md", told.as_bytes()).unwrap();
    let host = Host::read(&input.finish().unwrap());
    let cards = doctor::examine(&host, &Question::default()).cards;
    assert!(!cards.is_empty());
    for card in cards {
        assert_ne!(card.readiness, Readiness::Impossible);
    }
}

#[test]
fn a_guest_that_freezes_at_its_start_needs_the_log_of_the_host() {
    let told = "Proxmox: GPU passed through to the VM, and the VM freezes as soon as it starts.\n";
    let found = step(told, "failure-not-shown").unwrap_or_default();
    assert!(found.contains("journalctl"), "{found}");
}

#[test]
fn the_last_line_of_vt_d_s_set_up_proves_that_it_is_in_use() {
    const OPTION: &str = "[    0.135] DMAR: IOMMU enabled\n";
    const LAST: &str = "[    0.702] DMAR: Intel(R) Virtualization Technology for Directed I/O\n";
    assert_eq!(verdict(OPTION, "iommu-on"), None);
    assert_eq!(verdict(OPTION, "iommu-not-shown"), Some(Verdict::Unknown));
    let both = format!("{OPTION}{LAST}");
    assert_eq!(verdict(&both, "iommu-on"), Some(Verdict::Ok));
    assert_eq!(verdict(&both, "iommu-not-shown"), None);
}

#[test]
fn a_function_that_vfio_enabled_was_opened_for_a_guest() {
    let code = "group-not-shown";
    let lines = |driver: &str| {
        format!(
            "vfio-pci 0000:0b:00.0: vgaarb: VGA decodes changed: olddecodes=io+mem,decodes=io+mem:owns=none\n\
             {driver} 0000:0b:00.0: enabling device (0002 -> 0003)\n\
             # lspci -nnk\n\
             0b:00.0 VGA compatible controller [0300]: NVIDIA Corporation GA104 [10de:2484]\n\
             \tKernel driver in use: vfio-pci\n"
        )
    };
    assert_eq!(verdict(&lines("vfio-pci"), code), None);
    assert_eq!(verdict(&lines("nvidia"), code), Some(Verdict::Unknown));
}

#[test]
fn a_guest_beside_a_container_needs_its_group_and_driver() {
    const CARD: &str = "01:00.0 VGA compatible controller [0300]: NVIDIA Corporation GP102 [10de:1b06]\n\
                        \tKernel driver in use: nouveau\n";
    let asks = |text: &str| verdict(&format!("{text}\n{CARD}"), "group-not-shown");
    let container = "Jellyfin in my LXC container does not see the NVIDIA card.";
    assert_eq!(asks(container), None);
    let beside = format!("{container} Now I assign the card to a VM, and it does not start.");
    assert_eq!(asks(&beside), Some(Verdict::Unknown));
}

/// A function may be bound in VFIO's no-IOMMU mode, or at another boot than that of the other lines.
#[test]
fn a_binding_proves_no_iommu() {
    const CARD: &str = "01:00.0 VGA compatible controller [0300]: NVIDIA Corporation GP102 [10de:1b06]\n\
                        \tKernel driver in use: vfio-pci\n";
    for post in [
        CARD.to_owned(),
        format!(
            "{CARD}# virsh nodedev-detach pci_0000_01_00_0\nDevice pci_0000_01_00_0 detached\n"
        ),
    ] {
        assert_eq!(
            verdict(&post, "iommu-not-shown"),
            Some(Verdict::Unknown),
            "{post}"
        );
        assert_eq!(verdict(&post, "iommu-on"), None, "{post}");
    }
}

#[test]
fn a_guide_asks_for_nothing_unless_its_writer_seeks_help() {
    const CARD: &str = "# lspci -nn\n\
                        00:02.0 VGA compatible controller [0300]: Intel Corporation AlderLake-S GT1 [8086:4680]\n";
    let guide = format!(
        "This guide covers the passthrough of the iGPU to a VM on Proxmox. If the VM fails to start, \
         check VT-d.\n{CARD}"
    );
    let help = format!("{guide}\nMy VM does not start. Any ideas?\n");
    for code in ["iommu-not-shown", "group-not-shown", "driver-not-shown"] {
        assert_eq!(verdict(&guide, code), None, "{code}");
        assert_eq!(verdict(&help, code), Some(Verdict::Unknown), "{code}");
    }
}

#[test]
fn a_host_that_freezes_makes_conditions_of_the_guest_needless() {
    let code = "device-guest-driver-prerequisite";
    let listed = |failure: &str| {
        let post = format!("FreeBSD 14 with bhyve, passthrough of a network card: {failure}.\n");
        verdict(&post, code)
    };
    assert_eq!(listed("the guest has no network"), Some(Verdict::Unknown));
    assert_eq!(listed("the host freezes as soon as the VM starts"), None);
}

#[test]
fn the_address_space_of_a_guest_is_that_of_its_hypervisor() {
    for (system, named) in [
        ("cloud-hypervisor v37.0.0", "CLOUDHV.fd"),
        ("Qubes OS 4.2", "the ranges of memory"),
        ("Xen 4.17, xl", "mmio_hole"),
        ("QEMU 8.2 with libvirt", "X-PciMmio64Mb"),
    ] {
        let post = format!("{system}: GPU passthrough, the Windows guest shows code 12.\n");
        let found = step(&post, "code-12-reported").unwrap();
        assert!(found.contains(named), "{system}: {found}");
    }
}

#[test]
fn dpdk_in_a_virtual_machine_proves_no_iommu() {
    let post = "I launched a VM and installed OVS-DPDK inside the VM. When I bind the NIC to the vfio-pci driver, it \
                fails and the driver is unbound.\n\
                # dpdk-devbind --bind=vfio-pci 0000:00:04.0\n\
                Error: bind failed for 0000:00:04.0 - Cannot bind to driver vfio-pci\n\
                0000:00:04.0 'Virtio network device 1000' unused=vfio-pci\n";
    assert_eq!(verdict(post, "iommu-on"), None);
    let found = step(post, "dpdk-bind-failed").unwrap();
    assert!(found.contains("noiommu"), "{found}");
}

#[test]
fn a_mediated_device_proves_no_iommu() {
    let line = |device: &str| {
        let post = format!(
            "kvm: -device vfio-pci,sysfsdev={device},id=hostpci0: vfio {device}: error getting device \
             from group 1: Invalid argument\n"
        );
        verdict(&post, "iommu-on")
    };
    assert_eq!(line("/sys/bus/pci/devices/0000:01:00.0"), Some(Verdict::Ok));
    let mediated = "/sys/bus/pci/devices/0000:01:00.0/00000000-0000-0000-0000-000000000100";
    assert_eq!(line(mediated), None);
}

#[test]
fn a_host_that_freezes_at_the_first_start_cannot_start_the_guest_twice() {
    const CARD: &str = "c4:00.0 VGA compatible controller [0300]: Advanced Micro Devices, Inc. [AMD/ATI] HawkPoint1 \
                        [Radeon 760M / 780M Graphics] [1002:1900]\n";
    let asked = |end: &str| {
        verdict(
            &format!("{CARD}\nGPU passthrough on Proxmox{end}.\n"),
            "apu-graphics",
        )
    };
    assert_eq!(asked(""), Some(Verdict::Unknown));
    assert_eq!(asked(": the host freezes when the VM starts"), None);
}

#[test]
fn a_function_on_the_root_bus_has_no_bus_reset() {
    let code = "xen-reset-refused";
    let refused = |host: &str, address: &str| {
        let post = format!(
            "{host}: internal error: Unable to reset PCI device {address}: no FLR, PM reset or bus reset \
             available\n"
        );
        step(&post, code).unwrap_or_default()
    };
    for address in ["0000:00:1f.6", "0000:00:14.0", "0000:00:19.0"] {
        let text = refused("Xen with libvirt", address);
        assert!(
            text.contains("leave the other functions as they are"),
            "{text}"
        );
        let text = refused("Qubes OS 4.1, sys-net", address);
        assert!(
            text.contains("-o no-strict-reset=True") && !text.contains("slot of its own"),
            "{text}"
        );
    }
    for address in ["0000:03:00.0", "0000:0a:00.1"] {
        let text = refused("Xen with libvirt", address);
        assert!(text.contains("for a card in a slot of its own"), "{text}");
    }
}

#[test]
fn an_option_that_is_tried_is_no_remedy() {
    const SERR: &str = "GPU passthrough with KVM: the host hangs.\n\n[  541.6] NMI: PCI system error (SERR) for \
                        reason b1 on CPU 0.\n";
    let code = "nmi-pci-serr";
    let asked = |more: &str| step(&format!("{SERR}{more}"), code).unwrap_or_default();
    for tried in [
        "\nI tried this parameter:\n\npcie_aspm=off\n\nThe host stays up, the VM hangs.\n",
        "\n# cat /proc/cmdline\nquiet intel_iommu=on pcie_aspm=off\n",
    ] {
        let text = asked(tried);
        assert!(text.contains("which the text names"), "{text}");
    }
    for open in [
        "",
        "\nShould I try pcie_aspm=off?\n",
        "\nI tried pci=noaer.\n",
    ] {
        let text = asked(open);
        assert!(text.contains("disable power saving of links"), "{text}");
    }
}

#[test]
fn a_guest_that_fails_is_compared_with_one_that_works() {
    for fails in [
        "ESXi passthrough of my USB 3.0 controller: now in Windows & Ubuntu it works. With my hassos VM the VM \
         doesnt start.\n",
        "ESXi 7 passthrough of an HBA: in another VM it works fine. The TrueNAS VM does not start.\n",
    ] {
        let text = step(fails, "failure-not-shown").unwrap_or_default();
        assert!(
            text.contains("of one that works with the device"),
            "{fails}{text}"
        );
    }
    for alone in [
        "ESXi 7 passthrough of an HBA: the TrueNAS VM does not start.\n",
        "ESXi 7 passthrough of an HBA: in another VM it does not work either. The TrueNAS VM does not start.\n",
    ] {
        let text = step(alone, "failure-not-shown").unwrap_or_default();
        assert!(
            !text.contains("of one that works with the device"),
            "{alone}{text}"
        );
    }
}

#[test]
fn a_guest_of_bhyve_with_the_function_shows_ppt() {
    const RESERVED: &str = "FreeBSD 13 with bhyve:\n\ncat /boot/loader.conf\npptdevs=\"2/0/1\"\n\n\
                            bhyve -c 2 -S -s 7:1,passthru,2/0/1 vm\n";
    let found = "igb0: <Intel(R) I350> mem 0xc0000000-0xc007ffff irq 18 at device 7.1 on pci0\n";
    let asked = |more: &str| verdict(&format!("{RESERVED}{more}"), "ppt-not-shown");
    assert_eq!(asked(""), Some(Verdict::Unknown));
    assert_eq!(
        asked("igb0: <Intel(R) I350> at device 4.0 on pci0\n"),
        Some(Verdict::Unknown)
    );
    assert_eq!(asked(found), None);
}

#[test]
fn another_driver_that_binds_first_is_the_cause() {
    let code = "driver-first-reported";
    let update = "GPU passthrough fails after kernel 6.5 -> 6.8. It worked until kernel 6.5, after the upgrade to 6.8 \
                  the VM does not start.";
    assert_eq!(verdict(update, "regression-reported"), Some(Verdict::Fix));
    for first in [
        "How do I get my GPU to use VFIO instead of nouveau?",
        "Since then amdgpu grabs the RX 6600 before vfio-pci.",
        "My kernel line has vfio-pci.ids=10de:1184. My login screen was on the monitor connected to my nVidia card \
         instead.",
    ] {
        let post = format!("{update}\n\n{first}\n");
        assert_eq!(verdict(&post, code), Some(Verdict::Fix), "{post}");
        assert_eq!(verdict(&post, "regression-reported"), None, "{post}");
    }
    for other in [
        "How do I get the host to use nouveau instead of vfio-pci after the VM stops?",
        // No setting reserves the card.
        "My login screen was on the monitor connected to my nVidia card instead.",
        "Since then lspci in the VM still shows nouveau.",
    ] {
        let post = format!("{update}\n\n{other}\n");
        assert_eq!(verdict(&post, code), None, "{post}");
    }
}

#[test]
fn a_softdep_is_not_called_right_where_the_driver_is_still_bound() {
    let post = |line: &str, still: &str| {
        format!(
            "Can't get vfio-pci to bind at boot\n\nPassthrough of a Radeon to a VM works, and its audio is bound to \
             vfio-pci. {still}\n\nIn /etc/modprobe.d/a.conf:\n{line}\n"
        )
    };
    for driver in ["xhci_hcd", "nvme", "nvidia"] {
        let line = format!("softdep {driver} pre: vfio-pci");
        let held = post(
            &line,
            &format!("But for the other card lspci always lists {driver}."),
        );
        assert_eq!(
            verdict(&held, "driver-first-reported"),
            Some(Verdict::Fix),
            "{held}"
        );
        assert_eq!(verdict(&held, "softdep-valid"), None, "{held}");
        // The binding of another device.
        assert_eq!(verdict(&held, "vfio-driver-reported"), None, "{held}");
        let bound = post(&line, "");
        assert_eq!(verdict(&bound, "driver-first-reported"), None, "{bound}");
        assert_eq!(
            verdict(&bound, "softdep-valid"),
            Some(Verdict::Ok),
            "{bound}"
        );
        // The title asks about a device that is not bound.
        assert_eq!(verdict(&bound, "vfio-driver-reported"), None, "{bound}");
        let all = bound.replace(
            "Can't get vfio-pci to bind at boot",
            "Black screen with vfio",
        );
        assert_eq!(verdict(&all, "vfio-driver-reported"), Some(Verdict::Ok));
    }
    let step = step(
        &post(
            "softdep xhci_hcd pre: vfio-pci",
            "But lspci still shows xhci_hcd for the USB card.",
        ),
        "driver-first-reported",
    );
    assert!(step.is_some_and(|step| step.contains("by its address")));
}

#[test]
fn a_known_reason_for_a_missing_binding_comes_first() {
    let post = "The passthrough to a VM fails: amdgpu is loaded instead of vfio-pci.\n";
    let code = "driver-first-reported";
    assert_eq!(verdict(post, code), Some(Verdict::Fix));
    let script = format!(
        "{post}\n```\nif [-e \"/sys/bus/pci/devices/$DEV/driver/unbind\" ]; then\n  echo $DEV > \
         /sys/bus/pci/devices/$DEV/driver/unbind\nfi\n```\n"
    );
    assert_eq!(
        verdict(&script, "shell-test-missing-blank"),
        Some(Verdict::Fix)
    );
    assert_eq!(verdict(&script, code), None);
    let softdep = format!("{post}\n# cat /etc/modprobe.d/a.conf\nsoftdep amdgpu pre:vfio-pci\n");
    assert_eq!(
        verdict(&softdep, "softdep-blank-missing"),
        Some(Verdict::Fix)
    );
    assert_eq!(verdict(&softdep, code), None);
}

#[test]
fn a_listed_driver_needs_no_sentence() {
    let post = "The passthrough of 01:00.0 to a VM fails: nvidia is loaded instead of vfio-pci.\n\n01:00.0 VGA compatible \
                controller [0300]: NVIDIA Corporation GA106 [10de:2503] (rev a1)\n\tKernel driver in use: nvidia\n";
    assert_eq!(verdict(post, "driver-first-reported"), None);
    assert_eq!(verdict(post, "host-driver-bound"), Some(Verdict::Fix));
}
