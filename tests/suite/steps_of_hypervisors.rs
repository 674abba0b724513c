//! Steps and requests in the words of the hypervisor and the system that a text names.

use passthru::input::Input;
use passthru::{Host, Invocation, Verdict, doctor};

use crate::stated_posts::{findings, verdict};

/// The step of the finding, or an empty text without it.
fn step(post: &str, code: &str) -> String {
    let found = findings(post);
    let one = found.iter().find(|finding| finding.code == code);
    one.map(|one| format!("{:?}", one.remedy))
        .unwrap_or_default()
}

/// The step as `passthru doctor` prints it for a post.
fn printed(post: &str, code: &str) -> String {
    let mut input = Input::new();
    input.add("post.md", post.as_bytes()).unwrap();
    let tree = input.finish().unwrap();
    let host = Host::read(&tree);
    let report = doctor::examine(&host, &doctor::Question::default());
    let call = Invocation::new(Vec::new(), None).foreseen(&tree, &host, &report);
    let found = report.findings.iter().find(|finding| finding.code == code);
    let remedy = found.and_then(|finding| finding.remedy.as_ref());
    remedy
        .map(|remedy| call.remedy(remedy).to_string())
        .unwrap_or_default()
}

#[test]
fn the_window_of_a_guest_is_set_as_its_hypervisor_sets_it() {
    let line =
        "[   67.4] pci 0000:00:06.0: BAR 1: no space for [mem size 0x400000000 64bit pref]\n";
    let log = "level=info msg=\"[   67.480726] pci 0000:00:06.0: [10de:15f8] type 00 class 0x030200\\n\"\n\
               level=info msg=\"[   67.492525] pci 0000:00:06.0: BAR 1: no space for [mem size 0x400000000 \
               64bit pref]\\n\"\n";
    let kata = format!(
        "I hot-plug a GPU by VFIO.\n\n# docker run -itd --runtime kata-runtime --device /dev/vfio/18 ubuntu bash\n\n\
         journalctl -t kata-proxy:\n{log}"
    );
    let found = step(&kata, "bar-no-space");
    assert!(
        found.contains("pcie_root_port") && !found.contains("OVMF"),
        "{found}"
    );
    for (system, named, other) in [
        ("KubeVirt", "firmware.bootloader.efi", "-fw_cfg"),
        ("LXD", "raw.qemu", "qm set"),
        ("QEMU", "X-PciMmio64Mb", "raw.qemu"),
    ] {
        let post = format!(
            "{system}: in the VM the P100 that I passed through has no driver. dmesg in the VM:\n\n{line}"
        );
        let post = match system {
            "KubeVirt" => format!("{post}\n$ kubectl get vmi\n$ virtctl console vm1\n"),
            "LXD" => format!("{post}\n$ lxc config device add vm1 gpu gpu\n"),
            _ => format!("{post}\n$ qemu-system-x86_64 -device vfio-pci,host=01:00.0\n"),
        };
        let found = step(&post, "bar-no-space");
        assert!(
            found.contains(named) && !found.contains(other),
            "{system}: {found}"
        );
    }
}

#[test]
fn conditions_are_checked_with_the_commands_of_the_hypervisor() {
    const COMPLAINT: &str = "I followed the guide for GPU passthrough of an RTX 3060 to a Windows VM, and the VM does not \
                             start. What am I doing wrong?\n";
    let inside = COMPLAINT.replace("the VM does not start", "Windows shows code 43");
    let code = "all-functions-assigned-prerequisite";
    let libvirt = step(&format!("I use libvirt and virt-manager. {inside}"), code);
    assert!(
        libvirt.contains("virsh dumpxml") && !libvirt.contains("qm "),
        "{libvirt}"
    );
    let proxmox = step(&format!("I use Proxmox VE 8.2. {inside}"), code);
    assert!(
        proxmox.contains("qm config") && !proxmox.contains("virsh"),
        "{proxmox}"
    );
    // Without a hypervisor both are named.
    let open = step(&format!("I use KVM. {inside}"), code);
    assert!(
        open.contains("qm config") && open.contains("virsh"),
        "{open}"
    );
    let asked = step(
        &format!("I use libvirt and virt-manager. {COMPLAINT}"),
        "failure-not-shown",
    );
    assert!(
        asked.contains("virsh dumpxml") && !asked.contains("qm "),
        "{asked}"
    );
}

#[test]
fn a_session_that_ends_has_one_question() {
    const ENDS: &str = "I followed the guide for GPU passthrough with virt-manager. When I try to start my VM I simply log \
                        out of the session. I also edited qemu.conf.\n";
    assert_eq!(
        verdict(ENDS, "session-end-reported"),
        Some(Verdict::Unknown)
    );
    assert_eq!(verdict(ENDS, "failure-not-shown"), None);
    assert_eq!(verdict(ENDS, "firmware-iommu-prerequisite"), None);
    let other = ENDS.replace("I simply log out of the session", "it does not start");
    assert_eq!(verdict(&other, "failure-not-shown"), Some(Verdict::Unknown));
}

const NIXOS: &str = "On NixOS nvidia still has the GTX 1080 for the passthrough to the VM. What am I missing?\n\n\
                     ```\n  boot.extraKernelParams = [\n    \"intel_iommu=on\"\n    \"STUB\"\n    \
                     \"vfio-pci.ids=10de:1b80,10de:10f0\"\n  ];\n```\n";

#[test]
fn pci_stub_and_vfio_pci_do_not_share_ids() {
    let code = "named-pci-stub-ids";
    let with = |stub: &str| NIXOS.replace("STUB", stub);
    for same in ["pci-stub.ids=10de:1b80,10de:10f0", "pci_stub.ids=10DE:10F0"] {
        assert_eq!(verdict(&with(same), code), Some(Verdict::Fix), "{same}");
    }
    let prose = "The passthrough fails. I set `pci-stub.ids=1002:73bf` and `vfio-pci.ids=1002:73bf` in GRUB.\n";
    assert_eq!(verdict(prose, code), Some(Verdict::Fix));
    // Another card may be reserved by pci-stub.
    assert_eq!(verdict(&with("pci-stub.ids=8086:10d3"), code), None);
    let bound = format!(
        "{prose}\n01:00.0 VGA compatible controller [0300]: AMD Navi 21 [1002:73bf]\n\tKernel driver in use: vfio-pci\n"
    );
    assert_eq!(verdict(&bound, code), None);
    // The command line of the kernel, or the list that NixOS reads, has the finding of the option itself.
    let list =
        with("pci-stub.ids=10de:1b80").replace("boot.extraKernelParams", "boot.kernelParams");
    assert_eq!(verdict(&list, "pci-stub-ids"), Some(Verdict::Fix));
    let running = "# cat /proc/cmdline\nquiet pci-stub.ids=10de:1b80 vfio-pci.ids=10de:1b80\n";
    assert_eq!(verdict(running, "pci-stub-ids"), Some(Verdict::Fix));
    assert_eq!(verdict(running, code), None);
}

#[test]
fn an_option_that_is_set_is_not_asked_for() {
    let post = NIXOS.replace("    \"STUB\"\n", "");
    let found = step(&post, "firmware-iommu-prerequisite");
    assert!(
        found.is_empty() || found.contains("grep intel_iommu=on"),
        "{found}"
    );
    let without = post.replace("    \"intel_iommu=on\"\n", "");
    let found = step(&without, "firmware-iommu-prerequisite");
    assert!(!found.contains("grep intel_iommu=on"), "{found}");
    let found = step(&post, "bound-to-vfio-pci-prerequisite");
    assert!(!found.contains("/etc/modprobe.d"), "{found}");
}

#[test]
fn an_update_of_xcp_ng_is_repaired_in_dom0() {
    let code = "kernel-update-broke-assignment";
    let post = |system: &str| {
        format!(
            "After the update of {system} the PCI passthrough of my HBA to the VM no longer works.\n"
        )
    };
    let found = step(&post("XCP-ng to 8.3"), code);
    assert!(
        found.contains("xen-pciback.hide") && !found.contains("proxmox-boot-tool"),
        "{found}"
    );
    let found = step(&post("Proxmox VE to 8.3"), code);
    assert!(found.contains("proxmox-boot-tool"), "{found}");
    let found = step(&post("Fedora and libvirt"), code);
    assert!(
        found.contains("dkms status") && !found.contains("proxmox-boot-tool"),
        "{found}"
    );
    let missing = "libxl: error: libxl_pci.c:427:libxl_device_pci_assignable_list: Looks like pciback driver not loaded\n";
    let own = step(
        &format!("XCP-ng 8.1, PCI passthrough:\n\n{missing}"),
        "xen-pciback-missing",
    );
    assert!(own.contains("a part of dom0's kernel"), "{own}");
    let debian = step(
        &format!("Debian 12 with Xen 4.17, xl:\n\n{missing}"),
        "xen-pciback-missing",
    );
    assert!(debian.contains("where the driver is a module"), "{debian}");
}

#[test]
fn words_of_libvirt_are_not_those_of_proxmox() {
    let title = "7840HS - Inappropriate ioctl for device/failed to reset PCI device\n\n";
    let proxmox = format!(
        "{title}```\nroot@pve:~# qm start 110\nerror writing '1' to '/sys/bus/pci/devices/0000:c6:00.0/reset': \
         Inappropriate ioctl for device\nfailed to reset PCI device '0000:c6:00.0', but trying to continue as not all \
         devices need a reset\n```\n"
    );
    assert_eq!(verdict(&proxmox, "reattach-failed"), None);
    let libvirt = "libvirt, virt-manager: after the guest's end\n\nerror: Failed to reset PCI device '0000:01:00.0'\n";
    assert_eq!(verdict(libvirt, "reattach-failed"), Some(Verdict::Fix));
}

#[test]
fn a_remark_behind_a_rom_file_is_no_part_of_its_name() {
    let config = |file: &str, bios: &str| {
        format!(
            "**/etc/pve/qemu-server/110.conf**\n```\nballoon: 0\n{bios}boot: order=ide0\ncores: 6\nhostpci0: \
             0000:c6:00.0,pcie=1,romfile={file}\nmachine: pc-q35-9.0\nmemory: 16384\nname: w\nostype: win10\n```\n"
        )
    };
    let remark = "AMDGopDriver.rom # from the internet";
    let code = "rom-needs-uefi";
    assert_eq!(verdict(&config(remark, ""), code), Some(Verdict::Fix));
    assert_eq!(
        verdict(&config("amd-gop.rom", ""), code),
        Some(Verdict::Fix)
    );
    assert_eq!(verdict(&config(remark, "bios: ovmf\n"), code), None);
}

#[test]
fn a_setting_of_harvester_is_kept_in_its_own_file() {
    let post = |system: &str| {
        format!(
            "I have a {system} cluster, and passthrough of the P5000 to a VM fails.\n\n```\n\
             vfio-pci 0000:b3:00.0: BAR 1: can't reserve [mem 0xe0000000-0xefffffff 64bit pref]\n```\n"
        )
    };
    let found = printed(&post("Harvester v1.3.1"), "bar-not-reserved");
    assert!(found.contains("third_party_kernel_args"), "{found}");
    let found = printed(&post("KubeVirt"), "bar-not-reserved");
    assert!(!found.contains("third_party_kernel_args"), "{found}");
}

#[test]
fn a_plan_of_the_boot_names_the_order_and_the_ids_that_are_set() {
    let card = "```\n06:00.0 VGA compatible controller: NVIDIA Corporation TU106 (rev a1)\n06:00.1 Audio device: NVIDIA \
                Corporation TU106 (rev a1)\n\tKernel driver in use: snd_hda_intel\n\tKernel modules: snd_hda_intel\n```\n";
    let post = format!("The passthrough of the card with libvirt fails.\n\n{card}");
    let found = printed(&post, "host-driver-bound");
    assert!(
        found.contains("softdep snd_hda_intel pre: vfio-pci"),
        "{found}"
    );
    // A part of the card without a driver is no good news beside it.
    assert_eq!(verdict(&post, "driver-not-bound"), None);
    let line = "[    0.0] Command line: BOOT_IMAGE=/vmlinuz quiet intel_iommu=on vfio-pci.ids=8086:9c31\n\
                qemu-system-x86_64: -device vfio-pci,host=00:14.0: vfio 0000:00:14.0: no iommu_group found: No such file \
                or directory\n";
    let found = printed(line, "hypervisor-without-iommu");
    assert!(found.contains("ids= of vfio-pci is set"), "{found}");
}

#[test]
fn a_hook_that_is_not_run_leaves_the_card_with_the_host() {
    let post = "I start the VM with the passthrough GPU in virt-manager. Hooks don't run, and libvirtd locks up.\n";
    let found = step(post, "libvirt-hang-reported");
    assert!(
        found.contains("modprobe -r") && found.contains("ssh"),
        "{found}"
    );
    let other = post.replace("Hooks don't run, and", "The hooks run, and");
    let found = step(&other, "libvirt-hang-reported");
    assert!(
        found.contains("the hook scripts") && !found.contains("modprobe -r"),
        "{found}"
    );
}

#[test]
fn a_loader_that_sets_vmm_is_not_asked_for_it() {
    let post = |load: &str| {
        format!(
            "/boot/loader.conf:\n```\n{load}pptdevs=\"3/0/0\"\n```\nHowever, ixgbe still has the card for bhyve.\n```\n\
             # pciconf -l\nix0@pci0:3:0:0: class=0x020000 card=0x152815d9 chip=0x15288086 rev=0x01 hdr=0x00\n```\n"
        )
    };
    let found = step(&post("vmm_load=\"YES\"\n"), "ppt-not-bound");
    assert!(
        found.contains("kenv pptdevs") && !found.contains("vmm_load"),
        "{found}"
    );
    let found = step(&post(""), "ppt-not-bound");
    assert!(found.contains("vmm_load"), "{found}");
}

#[test]
fn a_driver_of_a_guest_of_xenserver_is_asked_for_in_its_words() {
    let post = "I have a XenServer and have set up PCI passthrough for my TBS-6285 tuner. In the VM the frontend is not \
                attached, and the card fails.\n\n```\nroot@tv:~# lspci -v\n00:00.0 Multimedia controller: Philips \
                Semiconductors SAA7160 (rev 02)\n\tKernel driver in use: SAA716x Budget\n```\n";
    let found = step(post, "failure-not-shown");
    assert!(
        !found.contains("virsh") && !found.contains("qm config"),
        "{found}"
    );
}

const STUB: &str = "GPU passthrough fails.\n\n$ cat /proc/cmdline\nBOOT_IMAGE=/vmlinuz root=/dev/sda1 intel_iommu=on \
                    pci-stub.ids=10de:1b80,10de:10f0\n\n$ lspci -nnk\n01:00.0 VGA compatible controller [0300]: NVIDIA \
                    Corporation GP104 [GeForce GTX 1080] [10de:1b80] (rev a1)\n\tKernel driver in use: pci-stub\n\
                    01:00.1 Audio device [0403]: NVIDIA Corporation GP104 [10de:10f0] (rev a1)\n\tKernel driver in use: \
                    pci-stub\n\n";

#[test]
fn pci_stub_reserves_devices_that_are_bound_to_vfio_pci_later() {
    const DOMAIN: &str = "<domain type='kvm'>\n  <name>win</name>\n  <devices>\n    <hostdev mode='subsystem' type='pci' \
                          managed='yes'>\n      <source>\n        <address domain='0x0000' bus='0x01' slot='0x00' \
                          function='0x0'/>\n      </source>\n    </hostdev>\n  </devices>\n</domain>\n";
    let with = |rest: &str| verdict(&format!("{STUB}{rest}"), "pci-stub-ids");
    let qemu = "qemu-system-x86_64 -enable-kvm -device vfio-pci,host=01:00.0\n";
    let bound = "echo 0000:01:00.0 > /sys/bus/pci/drivers/vfio-pci/bind\n";
    for harmless in [
        DOMAIN.to_owned(),
        "# virsh nodedev-detach pci_0000_01_00_0\n".to_owned(),
        format!(
            "echo 0000:01:00.0 > /sys/bus/pci/devices/0000:01:00.0/driver/unbind\n{bound}{qemu}"
        ),
        "# cat /etc/pve/qemu-server/100.conf\nhostpci0: 01:00,pcie=1\nmachine: q35\nmemory: 8192\n"
            .to_owned(),
        "# virsh start win\nerror: Failed to start domain win\nerror: internal error: process exited while connecting \
         to monitor: qemu-system-x86_64: -device vfio-pci,host=01:00.0: vfio: failed to get group 1\n"
            .to_owned(),
    ] {
        assert_eq!(with(&harmless), Some(Verdict::Harmless), "{harmless}");
    }
    for faulty in [
        qemu.to_owned(),
        DOMAIN.replace("managed='yes'", "managed='no'"),
        // Another device's guest.
        DOMAIN.replace("bus='0x01'", "bus='0x05'"),
        "echo 0000:05:00.0 > /sys/bus/pci/drivers/vfio-pci/bind\n".to_owned(),
        format!("{bound}bash: echo: write error: No such device\n{qemu}"),
    ] {
        assert_eq!(with(&faulty), Some(Verdict::Fix), "{faulty}");
    }
}

#[test]
fn a_command_for_pci_stub_is_no_fault_beside_libvirt() {
    let code = "command-binds-pci-stub";
    let write = "# echo 0000:01:00.0 > /sys/bus/pci/drivers/pci-stub/bind\n";
    let listing = STUB.split("$ lspci").nth(1).unwrap_or_default();
    let with = |rest: &str| {
        verdict(
            &format!("Passthrough fails.\n\n$ lspci{listing}{rest}"),
            code,
        )
    };
    assert_eq!(with(write), Some(Verdict::Fix));
    let start = "# virsh start tv\nerror: Failed to start domain tv\nerror: internal error: qemu unexpectedly closed \
                 the monitor: -device vfio-pci,host=0000:01:00.0: vfio: error getting device from group 1\n";
    assert_eq!(with(&format!("{start}{write}")), Some(Verdict::Harmless));
    let moved = "# echo 0000:01:00.0 > /sys/bus/pci/drivers/vfio-pci/bind\n";
    assert_eq!(with(&format!("{write}{moved}")), Some(Verdict::Harmless));
    // The last command counts.
    assert_eq!(with(&format!("{moved}{write}")), Some(Verdict::Fix));
}
