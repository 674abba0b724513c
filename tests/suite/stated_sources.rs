//! Posts in which one line decides about another: a later line of the same function, the console of a guest,
//! a listing relative to its folder, a search of the log that shows no table.

use passthru::Verdict::{Blocker, Check, Fix, Harmless, Ok, Unknown};

use crate::stated_posts::{findings, verdict};

/// The step of the finding, or an empty text without it.
fn step(post: &str, code: &str) -> String {
    let found = findings(post);
    let one = found.iter().find(|finding| finding.code == code);
    one.map(|one| format!("{:?}", one.remedy))
        .unwrap_or_default()
}

#[test]
fn a_later_refusal_disputes_a_binding() {
    let bound = "SPDK on an instance:\n0000:00:1f.0 (1d0f 8061): nvme -> vfio-pci\n";
    assert_eq!(verdict(bound, "spdk-bound-vfio"), Some(Ok));
    let refused =
        format!("{bound}0000:00:1f.0 (1d0f 8061): failed to bind to vfio-pci, aborting\n");
    assert_eq!(verdict(&refused, "spdk-bound-vfio"), Some(Unknown));
    assert_eq!(verdict(&refused, "spdk-bind-refused"), Some(Blocker));
}

#[test]
fn the_console_of_a_guest_of_kata_is_not_the_host() {
    let console = "time=\"2025-02-17T13:44:29\" level=debug msg=\"reading guest console\" \
        vmconsole=\"{\\\"msg\\\":\\\"error injecting devices: unresolvable CDI devices nvidia.com/gpu=0\\\"}\"\n";
    assert_eq!(verdict(console, "cdi-device-of-kata-guest"), Some(Blocker));
    assert_ne!(verdict(console, "cdi-specification-missing"), Some(Blocker));
    let host = "docker: CDI device injection failed: unresolvable CDI devices nvidia.com/gpu=all: unknown\n";
    assert_eq!(verdict(host, "cdi-specification-missing"), Some(Blocker));
    assert_eq!(verdict(host, "cdi-device-of-kata-guest"), None);
}

#[test]
fn a_group_of_a_mediated_device_has_no_cause_of_an_iommu() {
    let line = |device: &str| {
        format!(
            "qemu-system-x86_64: -device vfio-pci,sysfsdev={device}: vfio x: failed to setup container for group \
             11: Failed to set iommu for container: Input/output error\n"
        )
    };
    let mediated = line("/sys/bus/mdev/devices/00000000-0000-0000-0000-000000000100");
    assert_eq!(verdict(&mediated, "mediated-group-refused"), Some(Blocker));
    let whole = line("/sys/bus/pci/devices/0000:01:00.0");
    assert_eq!(verdict(&whole, "mediated-group-refused"), None);
}

#[test]
fn a_hang_of_graphics_that_a_guest_uses_is_of_the_guests_driver() {
    let hang = "[10584.054965] i915 0000:02:00.0: [drm] GPU HANG: ecode 11:0:00000000\n";
    let used = format!(
        "Proxmox: the VM with the passed through iGPU works, hardware decoding too, but transcoding fails.\n{hang}"
    );
    assert!(step(&used, "i915-gpu-hang").contains("guest-graphics-driver"));
    assert!(!step(hang, "i915-gpu-hang").contains("guest-graphics-driver"));
}

#[test]
fn a_search_without_a_table_beside_the_statement_is_the_firmwares_setting() {
    let search = "root@host:~# dmesg | grep -e DMAR -e IOMMU\n[    0.000000] DMAR: IOMMU enabled\n";
    let post =
        format!("There are no IOMMU groups for passthrough, kvm-ok is fine.\n\n```\n{search}```\n");
    assert_eq!(verdict(&post, "iommu-off"), Some(Blocker));
    assert_eq!(verdict(&post, "iommu-absent-reported"), None);
    // The table is there, or nothing is said.
    let table = "[    0.000000] ACPI: DMAR 0x0000000079F0F4E8 0000A8 (v01 INTEL  EDK2     00000002      01000013)\n";
    let with_table = format!("{post}```\n{search}{table}```\n");
    assert_ne!(verdict(&with_table, "iommu-off"), Some(Blocker));
    assert_ne!(verdict(search, "iommu-off"), Some(Blocker));
}

#[test]
fn a_listing_relative_to_its_folder_names_the_members() {
    let post = "vfio 0000:01:00.0: group 1 is not viable\n\
        /sys/kernel/iommu_groups# find . -type l\n./0/devices/0000:00:00.0\n\
        ./1/devices/0000:01:00.0\n./1/devices/0000:02:00.0\n./2/devices/0000:00:14.0\n\
        01:00.0 Multimedia controller: Philips Semiconductors SAA7160 (rev 02)\n\
        02:00.0 Serial Attached SCSI controller: LSI Logic / Symbios Logic SAS2308 (rev 05)\n";
    assert_eq!(verdict(post, "group-shared"), Some(Fix));
}

#[test]
fn commands_below_a_solution_are_the_solution() {
    let solved = "The GPU is not recognized by the platform for passthrough.\n\nThe following command fixes this problem:\n\n```\nupdate-pciids\n```\n";
    assert_eq!(verdict(solved, "solution-reported"), Some(Ok));
    assert_eq!(verdict(solved, "failure-not-shown"), None);
}

#[test]
fn an_answer_without_output_is_no_missing_picture() {
    let post = "GPU passthrough on KVM. I ran:\n\n```\nfind /sys/kernel/iommu_groups -type l\n```\nGives me no output.\n";
    assert_eq!(verdict(post, "no-picture-reported"), None);
    let picture = "GPU passthrough on KVM: the card gives no picture.\n";
    assert_eq!(verdict(picture, "no-picture-reported"), Some(Unknown));
}

#[test]
fn a_guest_that_repeats_its_name_does_not_start() {
    let post = "ESXi: with the USB controller passed through Windows and Ubuntu work. But if I attach it to my \
        hassos VM, my hassos doesn't start.\n";
    let failure = findings(post);
    let failure = failure.iter().find(|one| one.code == "failure-not-shown");
    let title = failure.map(|one| one.title.to_string()).unwrap_or_default();
    assert!(title.contains("failed start"), "{title}");
}

#[test]
fn a_device_of_the_chip_is_no_pci_function() {
    let post = "是否有可能在Proxmox虚拟机内直通RK3588的NPU？\n";
    assert_eq!(
        verdict(post, "platform-device-not-pci"),
        Some(passthru::Verdict::Impossible)
    );
    assert_eq!(verdict(post, "bound-to-vfio-pci-prerequisite"), None);
    let card = "Passthrough of a Hailo-8 (M.2 NPU) on RK3588 with Proxmox to the VM fails.\n";
    assert_eq!(verdict(card, "platform-device-not-pci"), None);
}

#[test]
fn wsl_has_no_pci_device_of_the_host() {
    let post = "PCI devices not showing up in WSL. Kernel: 4.19.121-microsoft-standard\n";
    assert_eq!(verdict(post, "wsl-lspci-without-gpu"), Some(Check));
    assert_eq!(verdict(post, "inside-virtual-machine"), None);
}

#[test]
fn a_line_without_an_interrupt_is_harmless() {
    let post = "显卡直通后无法启动\nUnable to locate IOAPIC for GSI -1\n";
    assert_eq!(verdict(post, "ioapic-not-located"), Some(Harmless));
}

#[test]
fn a_failure_inside_a_started_guest_answers_the_checks_of_the_host() {
    let of_host = [
        "firmware-iommu-prerequisite",
        "bound-to-vfio-pci-prerequisite",
        "group-alone-prerequisite",
    ];
    for post in [
        "PVE虚拟机安装openwrt，设置网卡直通，OP识别不到网卡\n",
        "I pass my GTX 1660 through to a Windows 10 VM on Proxmox, but the VM does not see the card.\n",
    ] {
        for code in of_host {
            assert_eq!(verdict(post, code), None, "{code}: {post}");
        }
    }
    let start =
        "I pass my GTX 1660 through to a Windows 10 VM on Proxmox, but the VM does not start.\n";
    assert_eq!(verdict(start, "firmware-iommu-prerequisite"), Some(Unknown));
}

#[test]
fn an_error_of_somebody_else_is_no_message_of_the_host() {
    let line = "[34060.617993] vfio-pci 0000:4e:00.0: BAR 3: can't reserve [mem 0x60000000-0x61ffffff 64bit pref]\n";
    let post =
        |sentence: &str| format!("GPU passthrough, the VM has no picture. {sentence}\n\n{line}");
    for own in [
        "I am getting this error on my host.",
        "Without the card I don't get this error.",
        "If the card is in the other slot, I don't get this error, as he said.",
        "I do not have this problem with kernel 5.15.",
    ] {
        assert_eq!(
            verdict(&post(own), "bar-not-reserved"),
            Some(Blocker),
            "{own}"
        );
    }
    let quoted = post(
        "In that thread he was getting an error. However, I'm not getting this error on my host.",
    );
    assert_eq!(verdict(&quoted, "bar-not-reserved"), None);
    let later =
        format!("{quoted}\nAfter the update of today I have the same line in my log:\n\n{line}");
    assert_eq!(verdict(&later, "bar-not-reserved"), Some(Blocker));
}

#[test]
fn a_binding_that_an_earlier_kernel_makes_needs_no_other_firmware_setting() {
    let line = "[  221.639343] vfio-pci: probe of 0003:01:00.0 failed with error -22\n";
    let post = format!(
        "After the upgrade from 5.18 to 5.19 vfio-pci can no longer bind to the USB controller. Falling back to 5.15 works.\n{line}"
    );
    assert!(step(&post, "vfio-probe-refused").contains("kernel-of-binding"));
    assert!(!step(line, "vfio-probe-refused").contains("kernel-of-binding"));
}

#[test]
fn a_bar_that_is_not_mapped_is_no_limit_on_memory() {
    let fatal = "qemu: hardware error: vfio: DMA mapping failed, unable to continue\n";
    let of_bar = format!("qemu-system-x86_64: VFIO_MAP_DMA: -14\n{fatal}");
    assert!(step(&of_bar, "dma-map-fatal").contains("map-of-bar"));
    assert!(!step(fatal, "dma-map-fatal").contains("map-of-bar"));
}

#[test]
fn a_refused_address_beside_the_host_driver_of_the_function_is_of_no_guest() {
    let refused = "igb 0000:02:00.0: VF 0 attempted to override administratively set MAC address\n";
    assert_eq!(verdict(refused, "vf-mac-override-refused"), Some(Fix));
    let of_host = format!("igbvf 0000:03:10.0: enabling device (0000 -> 0002)\n{refused}");
    assert_eq!(verdict(&of_host, "vf-mac-override-refused"), Some(Harmless));
}

#[test]
fn an_error_that_came_again_before_its_solution_is_over() {
    let line = "qemu-system-x86_64: -device vfio-pci,host=0000:2b:00.0,romfile=/a.rom: failed to find romfile \"/a.rom\"\n";
    let post = format!(
        "GPU passthrough to a VM\n{line}\nI found that my problem was fixed by doing chmod.\n\nSince I tried again after \
         each step and kept getting the same error, I assume that it was the last line.\n"
    );
    assert_eq!(verdict(&post, "romfile-missing"), Some(Harmless));
    assert_eq!(verdict(&post, "iommu-not-shown"), None);
    let open = format!("{post}Now I get the same error with another VM.\n");
    assert_eq!(verdict(&open, "romfile-missing"), Some(Blocker));
}

#[test]
fn a_card_that_a_hypervisor_emulates_needs_a_virtual_iommu() {
    let post = |name: &str| {
        format!(
            "Attach port failed in DPDK\n\nNetwork devices using kernel driver\n0000:02:01.0 '{name}' if=ens33 drv=e1000 \
             unused=vfio-pci *Active*\n\n\
             EAL: Driver cannot attach the device (0000:02:01.0)\nEAL: Failed to attach device on primary process\n"
        )
    };
    let code = "dpdk-attach-failed";
    let emulated = post("82545EM Gigabit Ethernet Controller (Copper) 100f");
    assert!(
        step(&emulated, code).contains("noiommu"),
        "{}",
        step(&emulated, code)
    );
    let real = post("82599ES 10-Gigabit SFI/SFP+ Network Connection 10fb");
    assert!(
        !step(&real, code).contains("noiommu"),
        "{}",
        step(&real, code)
    );
}

#[test]
fn a_failure_of_an_old_driver_in_a_guest_is_of_its_branch() {
    let post = |release: &str| {
        format!(
            "GTX 980 to a VM\n\nI install the NVIDIA driver ({release}) in the guest.\n\nOn the host:\n\n\
             $ lspci -nnk\n82:00.0 VGA compatible controller [0300]: NVIDIA Corporation GM204 [GeForce GTX 980] [10de:13c0] (rev a1)\n\
             \tKernel driver in use: vfio-pci\n\nIn the guest:\n\n$ dmesg\n[   32.920601] NVRM: RmInitAdapter failed! (0x23:0x56:451)\n\
             $ lspci\n00:00.0 Host bridge: Intel Corporation 440FX - 82441FX PMC [Natoma] (rev 02)\n\
             00:05.0 VGA compatible controller: NVIDIA Corporation GM204 [GeForce GTX 980] (rev a1)\n"
        )
    };
    let code = "nvidia-driver-before-465";
    assert_eq!(verdict(&post("375.20"), code), Some(Fix));
    assert_eq!(verdict(&post("535.54"), code), None);
}

#[test]
fn other_guests_with_such_devices_are_no_success_of_this_one() {
    let post =
        "PVE，定制的虚拟机无法识别直通的pcie网卡，该网卡是sriov出来的vf（其他vm正常使用vf）。\n";
    assert_eq!(verdict(post, "guest-runs-reported"), None);
    assert_eq!(verdict(post, "other-guest-works-reported"), Some(Ok));
}

#[test]
fn an_address_above_the_width_of_the_iommu_ends_the_guest() {
    let post = |line: &str| {
        format!(
            "QEMU with -cpu host stops with my iGPU's VF.\n\n```\n{line}\n\
             qemu: hardware error: vfio: DMA mapping failed, unable to continue\n```\n"
        )
    };
    let code = "dma-map-fatal";
    let wide = "qemu-system-x86_64: vfio_container_dma_map(0x57669e003370, 0x380020000000, 0x2000000, 0x7d9601fff000) = \
                -22 (Invalid argument)";
    assert!(step(&post(wide), code).contains("host-phys-bits-limit=39"));
    let narrow = wide.replace("0x380020000000", "0x38000000");
    assert!(!step(&post(&narrow), code).contains("host-phys-bits-limit=39"));
    let other = "qemu-system-x86_64: vfio_container_dma_map(0x57669e003370, 0xfe000000, 0x4000, 0x7d9601fff000) = \
                 -14 (Bad address)";
    assert!(!step(&post(other), code).contains("host-phys-bits-limit"));
}

#[test]
fn a_rom_with_another_start_is_no_option_rom() {
    let post = |start: &str| {
        format!(
            "iGPU in an Ubuntu VM with romfile=vbios.bin\n\namdgpu 0000:01:00.0: Invalid PCI ROM header signature: expecting \
             0xaa55, got {start}\namdgpu 0000:01:00.0: amdgpu: Unable to locate a BIOS ROM\n"
        )
    };
    let code = "amdgpu-no-vbios";
    assert!(step(&post("0x4556"), code).contains("55 aa"));
    assert!(step(&post("0xffff"), code).contains("rom dump"));
}

#[test]
fn logins_have_another_limit_than_the_qemu_of_libvirt() {
    let line =
        "vfio_pin_page_external: Task qemu-system-x86 (2296) RLIMIT_MEMLOCK (65536) exceeded\n";
    let code = "vfio-memlock-exceeded";
    let libvirt =
        format!("My guest of virsh hangs, the VM is started by virsh start win10.\n\n{line}");
    assert!(
        step(&libvirt, code).contains("memtune"),
        "{}",
        step(&libvirt, code)
    );
    let qemu = format!("My guest hangs, I start QEMU by hand.\n\n{line}");
    assert!(
        step(&qemu, code).contains("limits.d and a new login"),
        "{}",
        step(&qemu, code)
    );
}

#[test]
fn a_port_of_kata_that_is_set_is_not_set_again() {
    let line = "failed to create shim task: cold_plug_vfio= or hot_plug_vfio= port is not set for device 0000:5e:02.1 \
                (BridgePort | RootPort | SwitchPort): unknown\n";
    let code = "kata-vfio-port-missing";
    assert!(step(line, code).contains("set cold_plug_vfio"));
    let done = format!(
        "I have set cold_plug_vfio in configuration.toml of Kata for the GPU passthrough.\n\n```\n{line}```\n"
    );
    assert!(
        step(&done, code).contains("kata-runtime env"),
        "{}",
        step(&done, code)
    );
}

#[test]
fn a_device_off_the_bus_after_an_update_needs_the_earlier_release() {
    let line =
        "Start failed: internal error: Unknown PCI header type '127' for device '0000:01:00.0'\n";
    let code = "config-space-lost";
    let updated = format!(
        "Qubes OS: reverting dom0 kernel to 6.12.54 makes everything work fine again.\n\nsys-net fails:\n\n{line}"
    );
    assert!(
        step(&updated, code).contains("with which the device worked"),
        "{}",
        step(&updated, code)
    );
    let xen = format!("Qubes OS: sys-net fails:\n\n{line}");
    assert!(
        step(&xen, code).contains("hide_pci"),
        "{}",
        step(&xen, code)
    );
}

#[test]
fn a_card_that_a_hook_takes_is_bound_on_purpose() {
    let listing = "01:00.0 VGA compatible controller [0300]: NVIDIA Corporation GP106 [10de:1c03]\n\
        \tKernel driver in use: nvidia\n";
    let hooked = format!("The GPU for the VM, while logged into GNOME (lspci -nnk):\n{listing}");
    assert_eq!(verdict(&hooked, "host-driver-bound"), Some(Harmless));
    let plain = format!("The GPU for the VM (lspci -nnk):\n{listing}");
    assert_eq!(verdict(&plain, "host-driver-bound"), Some(Fix));
}

#[test]
fn a_request_for_a_feature_has_no_host_to_check() {
    let text = "Passthrough of a NIC to the VM fails where its group is shared:\n\
        vfio 0000:02:00.1: group 75 is not viable. Please ensure all devices within the iommu_group are bound\n";
    assert_eq!(verdict(text, "group-members-not-shown"), Some(Unknown));
    let request = format!("{text}\n/kind feature\n");
    assert_eq!(verdict(&request, "group-members-not-shown"), None);
}

#[test]
fn a_guest_that_runs_proves_its_group() {
    let card = "IOMMU group 15: [10de:1eb1] 41:00.0 VGA compatible controller: NVIDIA Corporation TU104GL\n";
    let open = format!("Will the RTX 4000 work in a guest?\n{card}");
    assert_eq!(verdict(&open, "group-members-not-shown"), Some(Unknown));
    let works = format!("The RTX 4000 in my Ubuntu VM is seen by nvidia-smi.\n{card}");
    assert_eq!(verdict(&works, "group-members-not-shown"), None);
}

#[test]
fn two_devices_that_each_work_fail_as_a_pair() {
    let text = "XCP-ng: passthrough for PCI works, passthrough for USB works. But doing both at the same time fails, \
        and the VM does not boot. If I remove the GPU and only pass USB devices, the VM boots successfully.\n";
    assert_eq!(verdict(text, "pair-fails-reported"), Some(Check));
    assert_eq!(verdict(text, "guest-runs-without-reported"), None);
    let one = "XCP-ng: passthrough for PCI works. But doing both at the same time fails, and the VM does not boot.\n";
    assert_eq!(verdict(one, "pair-fails-reported"), None);
}

#[test]
fn a_fix_of_the_first_error_is_no_solution_of_the_next() {
    let text = "Hyper-V with a GTX 1060: the start failed. This was fixed by setting the window to 512 MB.\n\n\
        After that the VM boots, but the card has error code 43.\n";
    assert_eq!(verdict(text, "solution-reported"), None);
    let solved = "Hyper-V with a GTX 1060: the start of the VM failed. This was fixed by setting the window to 512 MB.\n\n\
        After that the VM boots, and the card works.\n";
    assert_eq!(verdict(solved, "solution-reported"), Some(Ok));
}

#[test]
fn a_splash_screen_of_the_board_is_a_restart_of_the_host() {
    let text = "Single GPU passthrough: when I start the VM, the screen goes black and then shows my motherboards loading \
        screen.\n";
    assert_eq!(verdict(text, "host-restart-reported"), Some(Unknown));
    let guest = "Single GPU passthrough: when I start the VM, the screen goes black and then shows the Windows loading \
        screen.\n";
    assert_eq!(verdict(guest, "host-restart-reported"), None);
}

#[test]
fn a_second_start_that_needs_the_computer_restarted_is_a_reset() {
    let text = "The VM has the AMD GPU after boot. If I restart the VM, it stops using the GPU and I have error 43. I need to \
        restart the computer each time.\n";
    assert_eq!(verdict(text, "works-once-reported"), Some(Fix));
    assert_eq!(verdict(text, "code-43-reported"), None);
}

#[test]
fn code_43_may_have_no_blank() {
    let text = "The passthrough of my GT 710 to the Windows VM always ends with code43.\n";
    assert_eq!(verdict(text, "code-43-reported"), Some(Unknown));
}

#[test]
fn a_display_that_does_not_return_is_the_hosts() {
    let text = "Single GPU passthrough: the VM works, but when I shutdown the VM, I get stuck with no display.\n";
    assert_eq!(verdict(text, "host-display-not-back"), Some(Unknown));
    assert_eq!(verdict(text, "no-picture-reported"), None);
}

#[test]
fn an_error_after_a_step_that_was_left_out_is_of_this_host() {
    let text = "Single GPU passthrough: I created a new VM without adding a vBIOS and I got this error (vfio: Unable to \
        power on device, stuck in D3)\n";
    assert_eq!(verdict(text, "stuck-in-d3"), Some(Blocker));
    let general = "Single GPU passthrough: without adding a ROM some cards print vfio: Unable to power on device, stuck in D3\n";
    assert_ne!(verdict(general, "stuck-in-d3"), Some(Blocker));
}

#[test]
fn the_parent_of_a_mediated_device_is_not_assigned() {
    let device = |path: &str| {
        format!(
            "qemu-system-x86_64 -enable-kvm \\\n -device vfio-pci,sysfsdev=/sys/bus/pci/devices/0000:00:02.0{path} \\\n -m 8192\n"
        )
    };
    let mediated = device("/a297db4a-f4c2-11e6-90f6-d3b88d6c9525");
    assert_eq!(verdict(&mediated, "group-not-shown"), None);
    assert_eq!(verdict(&device(""), "group-not-shown"), Some(Unknown));
}

#[test]
fn the_function_that_has_virtual_functions_keeps_its_driver() {
    let listing = "00:02.0 VGA compatible controller [0300]: Intel Corporation AlderLake-S GT1 [8086:4680]\n\
        \tKernel driver in use: i915\nproxmox: qm set 100 -hostpci0 00:02.0\n";
    assert_eq!(verdict(listing, "host-driver-bound"), Some(Fix));
    let with_functions =
        format!("{listing}[    5.1] i915 0000:00:02.1: Running in SR-IOV VF mode\n");
    assert_eq!(verdict(&with_functions, "host-driver-bound"), None);
}

#[test]
fn a_hint_of_the_driver_xe_is_no_option() {
    let line = |rest: &str| {
        format!(
            "[0.083357] Kernel command line: BOOT_IMAGE=/boot/vmlinuz-6.8 ro i915.max_vfs=7 {rest}\n"
        )
    };
    let set = line("i915.force_probe='!46a6'");
    assert_eq!(verdict(&set, "force-probe-negated"), Some(Fix));
    let hint = line("use xe.force_probe='46a6' and i915.force_probe='!46a6'");
    assert_eq!(verdict(&hint, "force-probe-negated"), None);
    assert_eq!(verdict(&hint, "command-line-prose"), None);
    assert_eq!(verdict(&hint, "xe-leaves-device"), Some(Unknown));
}

#[test]
fn an_address_of_a_guide_is_no_code_43() {
    let link = "GPU passthrough: the link for error 43 errors at https://wiki.example.org/#Error_43:_Driver_failed is dead.\n";
    assert_eq!(verdict(link, "code-43-reported"), None);
}

#[test]
fn a_trace_and_its_script_have_an_order_of_their_own() {
    let script = "#!/bin/bash\nmodprobe -r nvidia_drm\nmodprobe -r nvidia\nvirsh nodedev-detach pci_0000_01_00_0\n";
    let both = format!(
        "Single GPU: the trace is:\n++ modprobe -r nvidia_drm\n++ modprobe -r nvidia\n\nMy script:\n{script}"
    );
    assert_eq!(verdict(&both, "script-removes-module-in-use"), None);
    let wrong = script
        .replace("modprobe -r nvidia_drm\n", "")
        .replace("virsh", "modprobe -r nvidia_drm\nvirsh");
    assert_eq!(verdict(&wrong, "script-removes-module-in-use"), Some(Check));
}

#[test]
fn a_driver_of_dpdk_is_no_driver_of_the_host() {
    let listing = |driver: &str| {
        format!(
            "DPDK with VFIO:\n0b:00.0 Ethernet controller [0200]: VMware VMXNET3 [15ad:07b0]\n\tKernel driver in use: {driver}\n"
        )
    };
    assert_eq!(verdict(&listing("igb_uio"), "host-driver-bound"), None);
}

#[test]
fn a_host_that_hangs_on_suspend_hangs_by_no_guest() {
    let text = "Intel SR-IOV passthrough: the host hangs on suspend, even if no VM is running.\n";
    assert_eq!(verdict(text, "host-freeze-reported"), None);
    let guest = "Intel SR-IOV passthrough: the host hangs when the VM starts.\n";
    assert_eq!(verdict(guest, "host-freeze-reported"), Some(Unknown));
}

#[test]
fn the_latest_source_is_no_release_that_worked() {
    let text = "用最新更新的源码编译的固件，在PVE虚拟机上直通的网卡无法正确识别。\n";
    assert_eq!(verdict(text, "regression-reported"), None);
}
