//! Posts whose sentences name the state themselves: an earlier release, another processor, no IOMMU, a success.
//! Repairs of something else, and checks of later stages, are wrong or needless beside it.

use passthru::Host;
use passthru::Verdict::{self, Blocker, Check, Fix, NoEffect, Ok};
use passthru::answer::Readiness;
use passthru::doctor::{self, Question};
use passthru::input::Input;

use crate::stated_posts::{findings, verdict};

/// The step of the finding, or an empty text without it.
fn step(post: &str, code: &str) -> String {
    let found = findings(post);
    let one = found.iter().find(|finding| finding.code == code);
    one.map(|one| format!("{:?}", one.remedy))
        .unwrap_or_default()
}

/// Whether the report has a prerequisite.
fn has_checks(post: &str) -> bool {
    let found = findings(post);
    found.iter().any(|one| one.code.ends_with("-prerequisite"))
}

const LIMIT: &str = "\
qemu-system-x86_64: -device vfio-pci,host=0000:03:10.2: vfio 0000:03:10.2: failed to setup container for group 54: memory listener initialization failed: Region pc.ram: vfio_dma_map(0x55ce, 0x0, 0xa0000, 0x7ef) = -12 (Cannot allocate memory)
[  379.368222] VFIO - User Level meta-driver version: 0.3
[  379.764947] vfio_pin_pages_remote: RLIMIT_MEMLOCK (9663676416) exceeded
";

const GIVEN_BACK: &str = "\
[  379.979310] ixgbevf 0000:03:10.2: enabling device (0000 -> 0002)
[  380.043490] ixgbevf 0000:03:10.2: NIC Link is Up 1 Gbps
";

#[test]
fn an_earlier_release_that_works_outweighs_the_limit_on_locked_memory() {
    for release in [
        "The VM with the VF fails on kernel 5.9-rc1, it works fine on 5.8.1.\n",
        "Mit Kernel 5.9.1 geht der VM-Start nicht mehr, with kernel 5.8.1 it works, with 5.9.1 the VM fails.\n",
    ] {
        let post = format!("{release}\n{LIMIT}");
        assert_eq!(verdict(&post, "regression-reported"), Some(Fix), "{post}");
        assert_eq!(
            verdict(&post, "vfio-memlock-exceeded"),
            Some(Check),
            "{post}"
        );
        let found = findings(&post);
        assert!(found.iter().all(|one| one.verdict != Blocker), "{found:?}");
    }
    let alone = format!("The VM with the VF fails.\n\n{LIMIT}");
    assert_eq!(
        verdict(&alone, "vfio-memlock-exceeded"),
        Some(Blocker),
        "{alone}"
    );
}

#[test]
fn a_driver_to_which_the_function_returned_is_not_bound_before_the_start() {
    let start = "The libvirt guest with the VF does not start.\n\n";
    let returned = format!("{start}{LIMIT}{GIVEN_BACK}");
    assert_eq!(verdict(&returned, "host-driver-bound"), None, "{returned}");
    // Without the line of QEMU the order of the kernel's lines shows it.
    let pinned = "qemu-system-x86_64: -device vfio-pci,host=0000:03:10.2: VFIO_MAP_DMA failed: Cannot allocate memory\n\
                  [  101.100000] vfio_pin_pages_remote: RLIMIT_MEMLOCK (67108864) exceeded\n";
    let of_kernel = format!("{start}{pinned}{}", GIVEN_BACK.replace("[  3", "[ 13"));
    assert_eq!(
        verdict(&of_kernel, "host-driver-bound"),
        None,
        "{of_kernel}"
    );
    let before = format!("{start}{}{pinned}", GIVEN_BACK.replace("[  3", "[   "));
    assert_eq!(verdict(&before, "host-driver-bound"), Some(Fix), "{before}");
}

#[test]
fn the_expected_state_names_the_release_that_works() {
    for post in [
        "PCI passthrough breaks on v1.9.0\n\nThe VM with the GPU fails to start.\n\n**What you expected to happen**:\n\n\
         VMs with PCI host devices should successfully boot as they did on v1.8.\n",
        "Incus 6.20: GPU passthrough fails. The VM does not start as it did on 6.12.\n",
        "GPU passthrough with QEMU 9.1: the VM fails. It should start like it did with 8.2.\n",
    ] {
        assert_eq!(verdict(post, "regression-reported"), Some(Fix), "{post}");
    }
    for post in [
        "The GPU passthrough to the VM works as it did on 6.12, thanks for 6.20.\n",
        "Incus 6.20: GPU passthrough fails. The VM does not start as it did before.\n",
        "Incus 6.20: GPU passthrough fails. If it does not start as it did on 6.12, I downgrade.\n",
    ] {
        assert_eq!(verdict(post, "regression-reported"), None, "{post}");
    }
}

#[test]
fn the_maker_of_a_new_processor_decides_the_option() {
    let code = "named-option-of-other-vendor";
    for change in [
        "The previous motherboard+cpu was amd, currently one is intel.",
        "I moved from AMD to an Intel board.",
        "我把主板从AMD换成了Intel。",
    ] {
        let post = format!(
            "My GPU passthrough fails since then. {change}\n\nI have this in grub: quiet splash amd_iommu=on\n"
        );
        assert_eq!(verdict(&post, code), Some(Fix), "{post}");
        assert_eq!(verdict(&post, "amd-iommu-by-default"), None, "{post}");
        assert_eq!(verdict(&post, "amd-iommu-on"), None, "{post}");
    }
    // A file of the boot loader, and libvirt's words as people type them.
    let refused = "Last week I moved from an AMD to an Intel board, and libvirt says \
                   that the host doesn't support passthrought of host PCI devices.\n\n\
                   GRUB_CMDLINE_LINUX_DEFAULT=\"quiet amd_iommu=on\"\n";
    assert_eq!(
        verdict(refused, "libvirt-backend-not-chosen"),
        Some(Blocker)
    );
    assert_eq!(verdict(refused, "option-of-other-vendor"), Some(Fix));
    let both = refused.replace("amd_iommu=on", "amd_iommu=on intel_iommu=on");
    assert_eq!(verdict(&both, "option-of-other-vendor"), None);
    assert_eq!(verdict(&both, "amd-iommu-on"), Some(NoEffect));
    let of_amd =
        "My GPU passthrough fails. I moved from Intel to an AMD board, and set amd_iommu=on.\n";
    assert_eq!(verdict(of_amd, code), None);
    assert_eq!(verdict(of_amd, "amd-iommu-by-default"), Some(Ok));
}

#[test]
fn a_write_of_a_complete_address_needs_no_domain() {
    let code = "sysfs-write-invalid";
    for written in [
        "binding device 0000:00:06.0\n/bin/vfio-manage.sh: line 113: echo: write error: Invalid argument\n",
        "Binden von 0000:41:00.0 an vfio-pci\n./bind.sh: Zeile 7: echo: Schreibfehler: Das Argument ist ungültig\n",
    ] {
        let found = step(written, code);
        let is_fitting = found.contains("iommu_group") && !found.contains("with its domain");
        assert!(is_fitting, "{written}: {found}");
    }
    for open in [
        "./bind.sh: line 7: echo: write error: Invalid argument\n",
        "binding device 01:00.0\n./bind.sh: line 7: echo: write error: Invalid argument\n",
    ] {
        assert!(step(open, code).contains("with its domain"), "{open}");
    }
}

#[test]
fn a_host_of_arm_has_an_smmu() {
    let code = "hypervisor-without-iommu";
    let refused = "PCIe passthrough: No IOMMU detected, please activate it.\n";
    for sign in [
        "The host is an Ampere Altra with Proxmox arm64.",
        "My board has a Rockchip RK3588.",
    ] {
        let found = step(&format!("{refused}\n{sign}\n"), code);
        assert!(
            found.contains("SMMU") && !found.contains("VT-d"),
            "{sign}: {found}"
        );
    }
    // Other messages of a host without groups.
    let bind = "# echo 0000:01:00.0 > /sys/bus/pci/drivers/vfio-pci/bind\n-bash: echo: write error: Invalid argument\n";
    let of_arm = format!("PCIe passthrough on an Ampere Altra fails.\n\n{bind}");
    let found = step(&of_arm, "vfio-bind-without-group");
    assert!(found.contains("SMMU") && !found.contains("VT-d"), "{found}");
    let option = format!("{refused}\nI have this in grub: iommu.passthrough=1\n");
    let found = step(&option, code);
    assert!(found.contains("SMMU") && found.contains("VT-d"), "{found}");
    for other in [
        format!("{refused}\nThe host is an Intel i5-12400, I have iommu.passthrough=1 in grub.\n"),
        refused.to_owned(),
    ] {
        assert!(!step(&other, code).contains("SMMU"), "{other}");
    }
}

#[test]
fn without_an_iommu_no_later_stage_is_checked() {
    for sentence in [
        "我给windows11虚拟机配置核显直通，但是 IOMMU没起来，所以有了这个issue。",
        "PVE 里想把核显直通给 windows11 虚拟机，IOMMU 没有开启成功。",
        "Ich will die iGPU an eine Windows-11-VM durchreichen, aber das IOMMU ist nicht aktiv. Die VM hat kein Bild.",
        "Je veux faire un passthrough de l'iGPU vers une VM, mais l'IOMMU n'est pas activé.",
        "Quiero hacer passthrough de la iGPU a una VM, pero el IOMMU no está habilitado.",
        "Хочу пробросить iGPU в виртуальную машину, но IOMMU не включается.",
    ] {
        assert_eq!(
            verdict(sentence, "iommu-absent-reported"),
            Some(Blocker),
            "{sentence}"
        );
        assert!(!has_checks(sentence), "{sentence}");
        assert_eq!(verdict(sentence, "intel-graphics-needs-rom"), None);
    }
    for open in [
        "PVE 核显直通给虚拟机黑屏，如果IOMMU没有开启会怎么样？",
        "PVE 核显直通黑屏，IOMMU 未启用时没有这个问题。",
        "PVE 核显直通，BIOS 里未检测到IOMMU选项。",
        "Wenn das IOMMU nicht aktiv ist, startet die VM mit dem Passthrough nicht.",
        "Раньше IOMMU не включался, проброс в виртуальную машину.",
    ] {
        assert_eq!(verdict(open, "iommu-absent-reported"), None, "{open}");
    }
}

#[test]
fn a_failure_now_and_then_is_no_retry() {
    let code = "retry-starts-reported";
    for post in [
        "domain fails to start sometimes due to a PCI passthrough issue\n",
        "My VM with the passed through GPU occasionally fails, it happened for the first time.\n",
    ] {
        assert_eq!(verdict(post, code), None, "{post}");
    }
    let again = "My VM with the passed through GPU fails, but on the second try it starts fine.\n";
    assert_eq!(verdict(again, code), Some(Ok));
}

#[test]
fn a_word_of_success_is_no_proof_beside_a_host_without_an_iommu() {
    for post in [
        "我开通PCIe直通 已经可以直通了并且可用 但是在添加pci的界面还是显示no immou 的黄标\n",
        "GPU passthrough to my VM works fine on Proxmox, but the dialog still shows \"No IOMMU\".\n",
    ] {
        assert_eq!(verdict(post, "iommu-on"), None, "{post}");
    }
    let works = "GPU passthrough to my VM works fine on Proxmox.\n";
    assert_eq!(verdict(works, "iommu-on"), Some(Ok));
}

#[test]
fn a_report_of_success_has_no_failure() {
    for post in [
        "I can confirm that the Coral works very well on ESXi 7.0 by PCI passthrough. I disconnected the iGPU (not \
         showing a picture of ESXi) and gave it to the VM.\n",
        "Just wanted to confirm that the Tesla P4 works great with passthrough in a VM. It does not show up on the \
         host any longer.\n",
    ] {
        assert_eq!(verdict(post, "failure-not-shown"), None, "{post}");
        assert!(!has_checks(post), "{post}");
    }
    for post in [
        "I can confirm that the passthrough works, but the VM cannot reboot. Any help?\n",
        "I can confirm this bug: with passthrough the VM fails to start.\n",
    ] {
        let asked = verdict(post, "failure-not-shown");
        assert_eq!(asked, Some(Verdict::Unknown), "{post}");
    }
}

#[test]
fn a_question_about_a_program_needs_no_facts_of_a_host() {
    let questions = ["iommu-not-shown", "group-not-shown", "driver-not-shown"];
    let file = "<hostdev mode='subsystem' type='pci'>\n<source>\n<address domain='0x0000' bus='0x21' slot='0x03' \
                function='0x1'/>\n</source>\n</hostdev>\n";
    for question in [
        "Is terraform libvirt provider supports attaching SR-IOV VFs by passthrough?\n",
        "How do I attach a VF with Ansible?\n",
    ] {
        let post = format!("{question}\n{file}");
        for code in questions {
            assert_eq!(verdict(&post, code), None, "{post}");
        }
        assert_eq!(readiness(&post), [Readiness::NoProblemFound], "{post}");
    }
    let failing = format!(
        "The VM with the passthrough of the VF does not start with the Terraform provider.\n\n{file}"
    );
    assert_eq!(readiness(&failing), [Readiness::NotEnoughInput]);
}

fn readiness(post: &str) -> Vec<Readiness> {
    let mut input = Input::new();
    input.add("post.md", post.as_bytes()).unwrap();
    let host = Host::read(&input.finish().unwrap());
    let report = doctor::examine(&host, &Question::default());
    let cards = report.cards.into_iter();
    cards.map(|card| card.readiness).collect()
}

#[test]
fn a_link_names_the_system_where_nothing_else_does() {
    let asked = |post: &str| step(post, "failure-not-shown");
    let of_xen = "PCI passthrough\n\nFollowed https://xenserver.org/blog/entry/pci-pass-through.html but cannot get pci \
                  pass-through working.\n";
    assert!(asked(of_xen).contains("xl dmesg"), "{}", asked(of_xen));
    let of_esxi = "PCI passthrough\n\nI followed https://a.example/2020/01/esxi-passthrough-guide/ but my card can \
                   not be passed to the VM.\n";
    assert!(asked(of_esxi).contains("vmware.log"), "{}", asked(of_esxi));
    let of_kvm = of_esxi.replace("PCI passthrough\n", "PCI passthrough on Ubuntu with KVM\n");
    assert!(!asked(&of_kvm).contains("vmware.log"), "{}", asked(&of_kvm));
}

#[test]
fn a_kepler_card_has_a_last_branch() {
    let code = "nvidia-driver-before-465";
    for card in ["GTX 680", "GTX 770", "gtx660"] {
        let post = format!("Proxmox VM with a {card}, code 43. NVIDIA driver version 391.24.\n");
        assert!(step(&post, code).contains("branch 470"), "{post}");
    }
    for card in ["GTX 1070", "GTX 750 Ti"] {
        let post = format!("Proxmox VM with a {card}, code 43. NVIDIA driver version 391.24.\n");
        assert!(step(&post, code).contains("465 on"), "{post}");
    }
}

#[test]
fn a_group_with_the_disk_of_the_host_is_not_assigned_as_a_whole() {
    let code = "acs-override-written";
    let lost = "我的系统盘和 GPU 在同一个 IOMMU 组，直通后整个 IOMMU 组被 vfio-pci 接管导致系统开机即崩溃。\n\n在 grub 中添加 `pcie_acs_override=downstream`。\n";
    let other = "The GPU is for my VM. I have `pcie_acs_override=downstream` in grub.\n";
    assert!(
        !step(lost, code).contains("assign all"),
        "{}",
        step(lost, code)
    );
    assert!(
        step(other, code).contains("assign all"),
        "{}",
        step(other, code)
    );
}

#[test]
fn a_list_whose_group_is_the_pattern_shows_no_groups() {
    for post in [
        "I don't have any iommu groups\n\nmy script:\nIOMMU Group * 00:00.0 Host bridge [0600]: Intel Corporation Xeon [8086:3ec2]\n\
         00:02.0 VGA compatible controller [0300]: Intel Corporation UHD [8086:3e92]\n",
        "VFIO passthrough of my GPU does not work. The script prints:\n\nGroup *:\n",
        "看不到任何IOMMU组，直通显卡失败，CPU是 i5-8400\n",
    ] {
        assert_eq!(
            verdict(post, "iommu-absent-reported"),
            Some(Blocker),
            "{post}"
        );
        assert_eq!(verdict(post, "iommu-on"), None, "{post}");
    }
    for post in [
        "VFIO: there are no IOMMU groups that are shared, the card is in IOMMU group 14. Passthrough gives a black screen.\n",
        "IOMMU Group 1 01:00.0 VGA compatible controller [0300]: NVIDIA Corporation GP104 [10de:1b80] (rev a1)\n",
    ] {
        assert_eq!(verdict(post, "iommu-absent-reported"), None, "{post}");
    }
}

#[test]
fn the_desktop_of_the_host_is_no_guest_with_its_device() {
    let host = "bhyve passthrough: the VM fails to start with the NIC.\n\nThe base FreeBSD system and desktop work well with WiFi and \
                GPU all working as expected.\n";
    assert_eq!(verdict(host, "guest-runs-reported"), None);
    assert!(has_checks(host));
    let guest = "bhyve passthrough\n\nThe GPU is passed to the guest, and the Linux desktop of the guest works well.\n";
    assert_eq!(verdict(guest, "guest-runs-reported"), Some(Ok));
}

#[test]
fn a_start_without_the_device_does_not_show_the_device_in_the_guest() {
    for without in [
        "Without passthrough the VM starts.",
        "When that passthru is removed the VM starts without issue.",
    ] {
        let post = format!(
            "FreeBSD host.\n\nWhen I pass through the GPU with vm-bhyve the VM does not start. {without}\n"
        );
        assert!(has_checks(&post), "{post}");
    }
}

#[test]
fn an_address_used_twice_is_an_address_in_the_guest() {
    for message in [
        "error: XML error: Attempted double use of PCI Address 0000:00:05.0",
        "XML error: Attempted double use of PCI slot 0000:00:05.0 (may need \"multifunction='on'\" for device on function 0)",
    ] {
        let post = format!("I add the PCI host device to the VM:\n{message}\n");
        assert_eq!(
            verdict(&post, "libvirt-guest-address-in-use"),
            Some(Blocker),
            "{post}"
        );
        assert_eq!(readiness(&post), [], "{post}");
    }
}

#[test]
fn ports_of_one_card_in_several_guests_go_down_together() {
    let of_host = [
        "host-free-of-device-prerequisite",
        "esxi-passthrough-active-prerequisite",
        "esxi-memory-reserved-prerequisite",
        "router-driver-package",
    ];
    for post in [
        "esxi直通i350T4，openwrt分配两个网口，群晖一个。只要启动群晖，openwrt就会掉线，四个端口会reset。\n",
        "ESXi 7: a quad port i350 is passed through, two ports to OpenWrt, one to another VM. When I start the other VM, \
         OpenWrt loses its network.\n",
    ] {
        assert_eq!(verdict(post, "ports-reset-together"), Some(Check), "{post}");
        let found = findings(post);
        let needless = found.iter().find(|one| of_host.contains(&one.code));
        assert!(needless.is_none(), "{needless:?}");
    }
}

#[test]
fn a_drive_of_dda_is_no_boot_device() {
    let post = "用黑魔法直通NVME控制器后虚拟机启动项看不到NVME盘\n\n我用安装镜像引导，在安装界面能看到nvme盘，但是管理界面的引导项看不到硬盘，提示无引导项。\n";
    assert_eq!(verdict(post, "dda-device-not-bootable"), Some(Check));
    let proxmox = "Proxmox: an NVMe SSD is passed through, the setup sees it, but there is no boot entry for it.\n";
    assert_eq!(verdict(proxmox, "dda-device-not-bootable"), None);
    let seen = "Proxmox: the setup in the VM sees the passed through NVMe drive, but the VM has no boot entry for it.\n";
    assert_eq!(verdict(seen, "nvme-not-in-boot-order"), Some(Check));
}

#[test]
fn a_device_that_the_guest_does_not_list_needs_no_settings_of_its_port() {
    let has = |post: &str| {
        findings(post)
            .iter()
            .any(|one| one.code == "vf-settings-prerequisite")
    };
    let absent = "Proxmox: a VF of the X710 is passed through to my VM. The guest can't find the network card.\n";
    let silent =
        "Proxmox: the VF of the X710 passed through to my VM has no traffic, ping does not work.\n";
    assert!(!has(absent));
    assert!(has(silent));
}

#[test]
fn a_guest_that_works_needs_no_other_firmware() {
    let has = |post: &str| {
        let found = findings(post);
        found
            .iter()
            .any(|one| one.code == "guest-ovmf-prerequisite")
    };
    let card = "Proxmox: the RTX 3060 is passed through to my Windows VM";
    let works = format!(
        "{card} and works fine there. Since then the network of the host is lost when the VM starts.\n"
    );
    let fails = format!("{card}, black screen on the monitor.\n");
    assert!(!has(&works));
    assert!(has(&fails));
}

#[test]
fn the_same_processor_in_args_loses_no_setting() {
    let config = |cpu: &str| {
        format!(
            "The guest has code 43.\n\n# cat /etc/pve/qemu-server/100.conf\nargs: -cpu 'host,-hypervisor,kvm=off'\nbios: ovmf\n\
             cpu: {cpu}\nhostpci0: 0000:c5:00.0,pcie=1\nmachine: pc-q35-9.0\nmemory: 8192\nscsihw: virtio-scsi-single\n"
        )
    };
    assert_eq!(verdict(&config("host"), "proxmox-vm-config"), None);
    assert_eq!(
        verdict(&config("host,flags=+pcid"), "proxmox-vm-config"),
        Some(Check)
    );
}

#[test]
fn the_request_fits_the_stage_that_fails() {
    let asked = |text: &str| step(&format!("{text}\n"), "failure-not-shown");
    for (text, named) in [
        (
            "Proxmox: I cannot create VFs on my ConnectX-5, I want to pass them through to VMs.",
            "sriov_totalvfs",
        ),
        (
            "Proxmox: creating vGPU types fails on the host, I want to pass the vGPU to VMs. It does not work.",
            "vgpu -s",
        ),
        (
            "GPU passthrough with libvirt to a VM: the start script hangs after the line that unbinds the framebuffer.",
            "bash -x",
        ),
        (
            "GPU passthrough on Arch: vfio-pci fails to bind to the card, what am I doing wrong?",
            "/etc/modprobe.d",
        ),
        (
            "Proxmox: GPU passthrough, the VM does not start with the card.",
            "qm start",
        ),
    ] {
        let found = asked(text);
        assert!(found.contains(named), "{text}: {found}");
    }
}

#[test]
fn a_guest_that_fails_by_itself_has_passed_the_conditions_of_its_host() {
    let listed = |text: &str, code: &str| findings(text).iter().any(|one| one.code == code);
    let post =
        |failure: &str| format!("ESXi 7: the HBA is passed through to the TrueNAS VM. {failure}\n");
    let (inside, start) = (
        post("The VM does not see the disks."),
        post("The VM does not start."),
    );
    for (text, code, is_listed) in [
        (&inside, "esxi-memory-reserved-prerequisite", false),
        (&inside, "device-guest-driver-prerequisite", true),
        (&start, "esxi-memory-reserved-prerequisite", true),
        (&start, "device-guest-driver-prerequisite", false),
    ] {
        assert_eq!(listed(text, code), is_listed, "{text}{code}");
    }
}

#[test]
fn a_reboot_as_the_remedy_is_no_reboot_of_the_host_by_itself() {
    let post = |failure: &str| format!("GPU passthrough with libvirt: {failure}\n");
    let remedy =
        post("the card is gone once booting the guest again until rebooting the host machine.");
    assert_eq!(verdict(&remedy, "host-restart-reported"), None);
    let reboots = post("starting the VM reboots the host.");
    assert_eq!(
        verdict(&reboots, "host-restart-reported"),
        Some(Verdict::Unknown)
    );
}

#[test]
fn a_system_in_a_guest_is_not_that_of_the_host() {
    let code = "inside-virtual-machine";
    let post = |place: &str| {
        format!(
            "{place}\n\nOS: Ubuntu 22.04.2 LTS\nKernel: Linux 5.15.0-70-generic\n\nThe iGPU is passed through, and \
             vainfo fails.\n"
        )
    };
    let guest = post("I am running Jellyfin on a VM hosted on an Unraid server.");
    assert!(verdict(&guest, code).is_some());
    let host = post("I am running a Jellyfin VM.");
    assert_eq!(verdict(&host, code), None);
}
