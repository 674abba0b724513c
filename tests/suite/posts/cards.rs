//! The card in question, if a post names none.

use passthru::doctor::{self, Question};
use passthru::input::Input;
use passthru::{Host, Verdict};

use super::{codes, findings};

#[test]
fn a_lone_card_of_another_kind_is_the_one_in_question() {
    let asks = |post: &str| {
        let mut input = Input::new();
        input.add("post.md", post.as_bytes()).unwrap();
        let host = Host::read(&input.finish().unwrap());
        let report = doctor::examine(&host, &Question::default());
        report
            .devices
            .iter()
            .map(|device| format!("{device:#}"))
            .collect::<Vec<_>>()
    };
    let tpu = "06:00.0 System peripheral: Device 1ac1:089a (prog-if ff)\n";
    let tuner = "04:00.0 Multimedia video controller [0400]: TBS Technologies DVB [544d:6178]\n";
    let network = "05:00.0 Ethernet controller [0200]: Realtek RTL8111 [10ec:8168] (rev 15)\n";
    assert_eq!(asks(tpu), ["06:00.0"]);
    assert_eq!(asks(tuner), ["04:00.0"]);
    assert_eq!(asks(&format!("{network}{tpu}")), ["06:00.0"]);
    // A usual card is likelier; functions of a chipset are not cards.
    assert_eq!(asks(&format!("{tuner}{network}")), ["05:00.0"]);
    let chipset = "00:14.2 Signal processing controller [1180]: Intel Corporation [8086:a379]\n\
                   ff:08.0 System peripheral [0880]: Intel Corporation Xeon E7 [8086:0e80]\n";
    assert!(asks(chipset).is_empty());
}

/// A card whose virtual functions are on stays with the host: none of it is the one in question.
#[test]
fn a_card_with_virtual_functions_is_not_the_likely_one() {
    let physical = "\
00:00.0 Host bridge [0600]: Intel Corporation Device [8086:09a2] (rev 04)
00:02.0 PCI bridge [0604]: Intel Corporation Device [8086:347a] (rev 04)
\tKernel driver in use: pcieport
3b:00.0 Ethernet controller [0200]: Intel Corporation Ethernet Controller X710 for 10GbE SFP+ [8086:1572] (rev 02)
\tKernel driver in use: i40e
";
    let function = "\
3b:02.0 Ethernet controller [0200]: Intel Corporation Ethernet Virtual Function 700 Series [8086:154c] (rev 02)
\tKernel driver in use: iavf
";
    let both = format!("$ lspci -nnk\n{physical}{function}");
    assert!(
        !codes(&both).contains(&"host-driver-bound"),
        "{:?}",
        codes(&both)
    );
    // Without virtual functions, the card is the one in question.
    let alone = format!("$ lspci -nnk\n{physical}");
    assert!(
        codes(&alone).contains(&"host-driver-bound"),
        "{:?}",
        codes(&alone)
    );
}

/// A listing that is not complete and has one display: the boot display may be the only one.
#[test]
fn the_boot_display_may_be_the_only_display() {
    let card = "\
01:00.0 VGA compatible controller [0300]: NVIDIA Corporation GA106 [GeForce RTX 3060] [10de:2503] (rev a1)
\tKernel driver in use: nouveau
";
    let boot = "[    0.533110] pci 0000:01:00.0: vgaarb: setting as boot VGA device\n";
    let verdict = |post: &str| {
        let found = findings(post).into_iter();
        let mut found = found.filter(|finding| finding.code == "only-display");
        found.next().map(|finding| finding.verdict)
    };
    assert_eq!(verdict(&format!("{card}\n{boot}")), Some(Verdict::Unknown));
    assert_eq!(verdict(card), None);
    let other = "00:02.0 VGA compatible controller [0300]: Intel Corporation UHD Graphics 770 [8086:4680] (rev 0c)\n";
    assert_eq!(verdict(&format!("{other}{card}\n{boot}")), None);
}

/// The verdict names the loss of the only display; no finding is a blocker where no card is named.
#[test]
fn the_verdict_for_the_only_display_says_so() {
    let root = "examples/hosts/zfs-systemd-boot/before";
    let unnamed = crate::command::passthru(&["doctor", "--root", root]).out;
    let named = crate::command::passthru(&["doctor", "01:00", "--root", root]).out;
    for out in [&unnamed, &named] {
        assert!(out.contains("it is the only display"), "{out}");
    }
    assert!(named.contains("[only-display]") && !unnamed.contains("[only-display]"));
    let two = "examples/hosts/proxmox-rtx5060ti/before";
    let two = crate::command::passthru(&["doctor", "--root", two]).out;
    assert!(!two.contains("only display"), "{two}");
    // An APU of a desktop is no mobile GPU.
    let apu = crate::command::passthru(&["doctor", "--from", "examples/posts/apu.txt"]).out;
    assert!(
        !apu.contains("mobile GPU") && !apu.contains("laptop"),
        "{apu}"
    );
}

/// The status names the devices that Windows judges, as the doctor does.
#[test]
fn a_surveyed_device_without_an_address_is_in_the_status() {
    let root = ["--root", "examples/hosts/hyper-v/before"];
    for words in [&["check"][..], &[]] {
        let out = crate::command::passthru(&[words, &root].concat()).out;
        assert!(
            out.contains("NVIDIA RTX A2000: assignable according to Windows"),
            "{out}"
        );
        assert!(!out.contains("No assignable device"), "{out}");
    }
}

/// The driver of a network card keeps the function whose virtual functions guests have.
#[test]
fn a_function_with_virtual_functions_of_guests_keeps_its_driver() {
    let line = |text: &str| format!("I pass VFs to VMs.\n\n[  410.7] i40e 0000:01:00.0: {text}\n");
    let of_guest = line(
        "VF attempting to override administratively set MAC address, bring down and up the VF \
         interface to resume normal operation",
    );
    assert!(!codes(&of_guest).contains(&"host-driver-bound"));
    assert!(codes(&of_guest).contains(&"vf-mac-override-refused"));
}

/// sysfs refuses an address without its domain.
#[test]
fn a_write_to_sysfs_has_the_address_with_its_domain() {
    let post = "How can I give the GPU back to the host when the VM is off? Proxmox, for an LXC.\n\n\
                01:00.0 VGA compatible controller [0300]: NVIDIA Corporation GA106 [10de:2504]\n\
                \tKernel driver in use: vfio-pci\n";
    let found = findings(post);
    let card = found.iter().find(|one| one.code == "card-back-to-host");
    let steps = format!("{:?}", card.expect("the finding").remedy);
    let writes: Vec<&str> = steps.split("echo ").skip(1).collect();
    let addresses = writes.iter().filter(|write| write.contains("01:00.0"));
    assert_eq!(addresses.clone().count(), 2, "{steps}");
    assert!(
        addresses
            .clone()
            .all(|write| write.starts_with("0000:01:00.0 > ")),
        "{steps}"
    );
}

/// A port is a device of its own, and DPDK binds it by its address.
#[test]
fn a_port_that_dpdk_binds_is_the_only_one_in_question() {
    let post = "\
DPDK on Rocky Linux 9.5.

$ uname -r
5.14.0-503.40.1.el9_5.x86_64
$ dpdk-devbind.py -b vfio-pci 0000:31:00.0
Error: bind failed for 0000:31:00.0 - Cannot bind to driver vfio-pci: [Errno 22] Invalid argument
$ dpdk-devbind.py --status-dev net

Network devices using kernel driver
===================================
0000:31:00.1 'Ethernet Controller E810-XXV for SFP 159b' if=ens1f1 drv=ice unused=vfio-pci

Other Network devices
=====================
0000:31:00.0 'Ethernet Controller E810-XXV for SFP 159b' unused=ice,vfio-pci

$ dmesg | grep -i dmar
[    0.024110] ACPI: DMAR 0x000000006FBF7000 000540 (v01 DELL   PE_SC3   00000001 DELL 00000001)
[    1.801135] DMAR: DRHD base: 0x000000d37fc000 flags: 0x0
[    1.821331] DMAR-IR: Enabled IRQ remapping in x2apic mode
$ cat /proc/cmdline
BOOT_IMAGE=(hd0,gpt2)/vmlinuz-5.14.0-503.40.1.el9_5.x86_64 root=/dev/sda1 ro
$ ls /sys/kernel/iommu_groups | wc -l
0
";
    let scratch = testkit::Scratch::new();
    let file = scratch.path().join("post.txt");
    std::fs::write(&file, post).unwrap();
    let run = crate::command::passthru(&["doctor", "--from", file.to_str().unwrap()]).out;
    let run = run.split_whitespace().collect::<Vec<_>>().join(" ");
    for text in [
        "grubby --update-kernel=ALL --args=intel_iommu=on",
        "31:00.0 bound to vfio-pci again after the restart",
    ] {
        assert!(run.contains(text), "{text}: {run}");
    }
    assert!(!run.contains("ids=") && !run.contains("31:00.1"), "{run}");
}

/// The text leaves the processor's graphics to the host.
#[test]
fn graphics_that_the_host_keeps_are_not_likely() {
    let listing = "\
01:00.0 VGA compatible controller [0300]: NVIDIA Corporation AD103 [10de:2704] (rev a1)
\tKernel driver in use: nouveau
15:00.0 VGA compatible controller [0300]: Advanced Micro Devices, Inc. [AMD/ATI] Raphael [1002:164e] (rev c1)
\tKernel driver in use: amdgpu
";
    let held = |text: &str| {
        let found = findings(&format!("{text}\n\n{listing}")).into_iter();
        let found = found.filter(|one| one.code == "host-driver-bound");
        found.count()
    };
    assert_eq!(held("Passthrough of a card to a VM on Fedora."), 2);
    assert_eq!(
        held("Passthrough of a card to a VM, the iGPU is for the host."),
        1
    );
    assert_eq!(held("核显留给宿主机，独显直通给虚拟机。"), 1);
}
