//! Posts with the output of several machines, or of a host and its guests.

use passthru::doctor::{self, Question};
use passthru::input::Input;
use passthru::{Host, Verdict};

use super::{codes, findings, guide};

/// What dom0 of Xen keeps for guests is held by no driver of the host.
#[test]
fn pciback_is_xens() {
    let listing = "01:00.0 VGA compatible controller [0300]: NVIDIA Corporation GB205 [10de:2f04]\n\
                   \tKernel driver in use: pciback\n";
    let found = codes(listing);
    assert_eq!(
        found,
        [
            "system-not-judged",
            "xen-blackwell-reported",
            "bound-for-guests"
        ]
    );
}

/// A question, and another user's output from another machine.
pub(crate) const THREAD: &str = "\
> alice wrote:
```
root@pve:~# lspci -nnk
00:00.0 Host bridge [0600]: Intel Corporation Device [8086:a700] (rev 01)
01:00.0 VGA compatible controller [0300]: NVIDIA Corporation GA106 [10de:2503] (rev a1)
\tKernel driver in use: nvidia
01:00.1 Audio device [0403]: NVIDIA Corporation Device [10de:228e] (rev a1)
\tKernel driver in use: snd_hda_intel
root@pve:~# cat /etc/modprobe.d/vfio.conf
options vfio-pci ids=10de:2503
```
Mine works so:
```
root@tower:~# lspci -nnk
00:00.0 Host bridge [0600]: Advanced Micro Devices, Inc. [AMD] Device [1022:1480]
01:00.0 VGA compatible controller [0300]: AMD Navi 21 [1002:73bf] (rev c1)
\tKernel driver in use: vfio-pci
```
";

#[test]
fn machines_that_contradict_each_other_are_not_put_together() {
    let found = codes(THREAD);
    assert_eq!(found, ["several-hosts"]);
    let output = findings(THREAD);
    let lines: Vec<Option<u32>> = output[0].evidence.iter().map(|line| line.line).collect();
    assert_eq!(lines, [Some(4), Some(15), Some(5), Some(16)]);
    // Each alone is judged.
    let (one, other) = THREAD.split_once("Mine works").unwrap();
    assert!(codes(one).contains(&"host-driver-bound"));
    assert!(!codes(other).contains(&"several-hosts"));
}

#[test]
fn no_plan_is_made_of_several_machines() {
    let mut input = Input::new();
    input.add("thread.md", THREAD.as_bytes()).unwrap();
    let tree = input.finish().unwrap();
    let host = Host::read(&tree);
    let request = passthru::plan::Request {
        devices: vec!["01:00.0".parse().unwrap()],
        target: Some(passthru::Target::Libvirt),
        ..passthru::plan::Request::default()
    };
    let refused = passthru::plan::make(&tree, &host, &request).unwrap_err();
    assert!(
        refused.to_string().contains(
            "thread.md:4 contradicts thread.md:15; select one: --host pve or --host tower"
        ),
        "{refused}"
    );
    assert_eq!(
        passthru::Failure::from(&refused).help.as_deref(),
        Some("pve, tower")
    );
}

/// The host that one of the prompts of the thread names.
fn host_of(machine: &str) -> Host {
    let mut input = Input::of_host(machine);
    input.add("thread.md", THREAD.as_bytes()).unwrap();
    Host::read(&input.finish().unwrap())
}

#[test]
fn one_of_several_machines_can_be_chosen() {
    let card = "01:00.0".parse().unwrap();
    for (machine, id, driver, line) in [
        ("pve", "10de:2503", "nvidia", 5),
        ("Tower", "1002:73bf", "vfio-pci", 16),
    ] {
        let host = host_of(machine);
        assert!(!host.machines().are_several());
        let device = &host.devices()[&card];
        let shown = device.id.as_ref().unwrap();
        assert_eq!(shown.value.to_string(), id);
        assert_eq!(shown.evidence.line, Some(line), "{machine}");
        assert_eq!(device.driver.name(), Some(driver));
        // The other's file is not this one's.
        assert_eq!(host.vfio_ids().len(), usize::from(machine == "pve"));
        let report = doctor::examine(&host, &Question::default());
        let output = report.findings.iter().map(|finding| finding.code);
        assert!(
            !output.clone().any(|code| code.starts_with("several-")),
            "{machine}"
        );
        assert_eq!(
            output.clone().any(|code| code == "host-driver-bound"),
            machine == "pve"
        );
    }
    // One that contradicts itself still does.
    let twice = THREAD.replace("root@tower", "root@pve");
    let mut input = Input::of_host("pve");
    input.add("thread.md", twice.as_bytes()).unwrap();
    assert!(
        Host::read(&input.finish().unwrap())
            .machines()
            .are_several()
    );
}

#[test]
fn a_machine_that_no_prompt_names_is_refused() {
    let refused = |texts: &[(&str, &str)]| {
        let mut input = Input::of_host("box");
        for (name, text) in texts {
            if let Err(error) = input.add(name, text.as_bytes()) {
                return error.to_string();
            }
        }
        input.finish().unwrap_err().to_string()
    };
    assert_eq!(
        refused(&[("thread.md", THREAD), ("again.md", THREAD)]),
        "host \"box\": no prompt in the input names it; expected one of: pve, tower"
    );
    assert_eq!(
        refused(&[(
            "a.txt",
            "01:00.0 VGA compatible controller [0300]: A [10de:2503]\n"
        )]),
        "host \"box\": no prompt in the input names it; expected a text with prompts, such as \
         root@pve:~# lspci"
    );
    let mut input = Input::new();
    input.add("thread.md", THREAD.as_bytes()).unwrap();
    let snapshot = passthru::capture::whole(&input.finish().unwrap());
    let snapshot = snapshot.to_snapshot().unwrap();
    assert!(refused(&[("s.json", &snapshot)]).contains("several hosts (pve, tower)"));
}

/// A message is on one line: it is explained for any program that printed it.
#[test]
fn messages_of_several_machines_are_still_explained() {
    let message = "qemu-system-x86_64: -device vfio-pci,host=01:00.0: vfio 0000:01:00.0: group 1 is \
                   not viable\n";
    let found = codes(&format!("{THREAD}{message}"));
    assert_eq!(found, ["group-not-viable", "several-hosts"]);
}

/// What a guest lists of itself is not the host's.
#[test]
fn a_guest_beside_its_host_is_left_out() {
    let host = THREAD.split_once("Mine works").unwrap().0;
    let guest = "In the guest:\n```\nuser@vm:~$ lspci -nnk\n00:00.0 Host bridge [0600]: Intel \
                 Corporation 440FX - 82441FX PMC [Natoma] [8086:1237] (rev 02)\n01:00.0 VGA \
                 compatible controller [0300]: NVIDIA Corporation GA106 [10de:2503] (rev a1)\n\tKernel \
                 driver in use: nouveau\n02:00.0 Ethernet controller [0200]: Red Hat, Inc. Virtio \
                 network device [1af4:1041]\n```\n";
    let post = format!("{host}{guest}");
    let found = codes(&post);
    assert!(found.contains(&"guest-listing-ignored"), "{found:?}");
    assert!(!found.contains(&"several-hosts"), "{found:?}");
    let mut input = Input::new();
    input.add("post.md", post.as_bytes()).unwrap();
    let read = Host::read(&input.finish().unwrap());
    assert_eq!(read.devices().len(), 3);
    let card = &read.devices()[&"01:00.0".parse().unwrap()];
    assert_eq!(card.driver.name(), Some("nvidia"));
    // The guest alone is the machine that is shown.
    let mut input = Input::new();
    input.add("guest.md", guest.as_bytes()).unwrap();
    assert_eq!(Host::read(&input.finish().unwrap()).devices().len(), 3);
}

#[test]
fn a_guests_log_is_not_the_hosts() {
    let log = "pci 0000:01:02.0: [10de:1b80] type 00 class 0x030200\n\
               pci 0000:01:02.0: BAR 1: no space for [mem size 0x10000000 64bit pref]\n";
    for title in ["Guest dmesg:", "dmesg in the guest:", "**In the VM:**"] {
        let post = format!("It does not work.\n\n{title}\n\n```\n{log}```\n");
        let found = findings(&post);
        let bar = found.iter().find(|finding| finding.code == "bar-no-space");
        let bar = bar.unwrap_or_else(|| panic!("{title}"));
        assert!(
            bar.title.to_string().starts_with("the guest has"),
            "{title}"
        );
        assert!(
            found.iter().all(|finding| finding.devices.is_empty()),
            "{title}"
        );
    }
    let console = format!("```\n# journalctl -t kata-proxy\n{log}```\n");
    let of_guest = |post: &str| {
        let mut found = findings(post).into_iter();
        let bar = found.find(|finding| finding.code == "bar-no-space");
        bar.is_some_and(|bar| bar.devices.is_empty())
    };
    assert!(of_guest(&console));
    assert!(!of_guest(&format!("dmesg of the host:\n```\n{log}```\n")));
    let quoted = |line: &str| format!("level=info msg=\"[   67.480726] {line}\\n\"\n");
    let wrapped: String = log.lines().map(quoted).collect();
    assert!(of_guest(&format!("```\n{wrapped}```\n")));
}

#[test]
fn a_system_that_a_sentence_names_is_not_the_host() {
    let post = "It worked with FreeBSD 10.3 and VMware ESXi 6.\n\n```\n\
        root@bhost:~ # pciconf -lv vgapci0\n\
        vgapci0@pci0:4:0:0:\tclass=0x030000 card=0xe164174b chip=0x68f91002 rev=0x00 hdr=0x00\n\
        ```\n";
    assert!(!codes(post).contains(&"guest-listing-ignored"));
    let mut input = Input::new();
    input.add("post.md", post.as_bytes()).unwrap();
    let host = Host::read(&input.finish().unwrap());
    assert_eq!(host.system().hypervisor, None);
    assert_eq!(host.devices().len(), 1);
}

#[test]
fn the_guest_of_a_freebsd_host_is_left_out() {
    let post = "pciconf -l in the host:\nppt0@pci0:2:0:0:\tclass=0x030000 card=0xe331174b \
                chip=0x73001002 rev=0xcb hdr=0x00\n\nlspci -k in the guest:\n00:06.0 VGA \
                compatible controller: Advanced Micro Devices, Inc. [AMD/ATI] Fiji [Radeon R9 \
                FURY / NANO Series] (rev cb)\n\tKernel driver in use: amdgpu\n";
    let found = codes(post);
    assert!(!found.contains(&"host-driver-bound"), "{found:?}");
    assert!(found.contains(&"guest-listing-ignored"), "{found:?}");
    let host = guide(post);
    assert!(host.devices().contains_key(&"02:00.0".parse().unwrap()));
}

#[test]
fn a_virtual_machine_is_not_sent_into_its_firmware() {
    let log = "[    0.000000] DMI: QEMU Standard PC (Q35 + ICH9, 2009), BIOS 4.2023.08-4 02/15/2024\n\
               [    0.000000] Hypervisor detected: KVM\n";
    let listing = "$ ls /sys/class/iommu\n$ ls /sys/firmware/acpi/tables\nAPIC\nFACP\nFACS\nHPET\n\
                   MCFG\ndata\ndynamic\n";
    let codes = codes(&format!("{log}```\n{listing}```\n"));
    assert!(codes.contains(&"inside-virtual-machine"), "{codes:?}");
    for code in [
        "iommu-off",
        "iommu-not-shown",
        "interrupt-remapping-not-shown",
    ] {
        assert!(!codes.contains(&code), "{codes:?}");
    }
    // The same commands on a host without an IOMMU.
    let board = "[    0.000000] DMI: ASUS System Product Name/PRIME X570-P, BIOS 4021 08/09/2021\n";
    let codes = self::codes(&format!("{board}```\n{listing}```\n"));
    assert!(codes.contains(&"iommu-off"), "{codes:?}");
    assert!(!codes.contains(&"inside-virtual-machine"), "{codes:?}");
}

#[test]
fn questions_of_linux_are_not_put_to_other_systems() {
    for (line, name) in [
        (
            "(XEN) [VT-D]It's disallowed to assign 0000:01:00.0 with shared RMRR",
            "Xen",
        ),
        (
            "user@dom0 ~ % qvm-pci ls\nvfio-pci 0000:01:00.0: not ready 1023ms after FLR; waiting",
            "Xen",
        ),
        (
            "PS C:\\> Dismount-VMHostAssignableDevice -LocationPath $path\n\
             The operation failed. The device cannot be assigned: PCI\\VEN_10DE&DEV_1EB1\n\
             vfio-pci 0000:01:00.0: not ready 1023ms after FLR; waiting",
            "Windows",
        ),
    ] {
        let found = findings(line);
        let judged = found.iter().find(|found| found.code == "system-not-judged");
        let title = judged.map(|found| found.title.as_str()).unwrap_or_default();
        assert!(title.contains(name), "{line}: {found:?}");
        assert!(
            !found.iter().any(|found| found.code == "iommu-not-shown"),
            "{line}"
        );
    }
    let post =
        "TASK ERROR: start failed\nvfio-pci 0000:01:00.0: not ready 1023ms after FLR; waiting";
    let mut input = Input::new();
    input.add("post.md", post.as_bytes()).unwrap();
    let host = Host::read(&input.finish().unwrap());
    assert_eq!(
        host.system().hypervisor_text().as_deref(),
        Some("Proxmox VE")
    );
}

const HOST_AND_GUEST: &str = "\
Proxmox VE 8.2, RTX 3060 for a Debian guest. On the host:

```
root@pve:~# lspci -nnk -s 01:00
01:00.0 VGA compatible controller [0300]: NVIDIA Corporation GA106 [10de:2503] (rev a1)
\tKernel driver in use: vfio-pci
\tKernel modules: nouveau
```

The GPU is there in the VM, but its log has an error. Here is dmesg inside the guest:

```
[    2.100000] nvidia 0000:06:10.0: enabling device (0000 -> 0003)
[    5.200000] NVRM: GPU 0000:06:10.0: RmInitAdapter failed! (0x26:0x56:1463)
```
";

#[test]
fn each_line_of_a_post_belongs_to_its_side() {
    let found = findings(HOST_AND_GUEST);
    let output: Vec<String> = found.iter().map(|found| found.title.to_string()).collect();
    let has = |words: &str| output.iter().any(|title| title.contains(words));
    assert!(has("vfio-pci is bound to 01:00.0"), "{output:?}");
    assert!(has("the guest sees 06:10.0"), "{output:?}");
    let codes: Vec<&str> = found.iter().map(|found| found.code).collect();
    assert!(!codes.contains(&"host-driver-bound"), "{codes:?}");
    assert!(!codes.contains(&"inside-virtual-machine"), "{codes:?}");
    let failed = found
        .iter()
        .find(|found| found.code == "nvidia-init-failed");
    assert!(failed.unwrap().devices.is_empty(), "{failed:?}");
}

#[test]
fn a_log_of_a_virtual_machine_asks_nothing_of_its_host() {
    let log = "On Proxmox 8.1 my VM has this:\n```\n\
        [    0.000000] DMI: QEMU Standard PC (Q35 + ICH9, 2009), BIOS 4.2023.08-4 02/15/2024\n\
        [    3.100000] amdgpu 0000:01:00.0: amdgpu: Fatal error during GPU init\n```\n";
    let found = codes(log);
    for asked in [
        "iommu-not-shown",
        "boot-loader-not-shown",
        "host-driver-bound",
    ] {
        assert!(!found.contains(&asked), "{asked}: {found:?}");
    }
    assert!(found.contains(&"guest-sees-device"), "{found:?}");
    // The same lines on real hardware are the host's.
    let host = codes(&log.replace("QEMU Standard PC", "ASUS PRIME B650"));
    assert!(!host.contains(&"guest-sees-device"), "{host:?}");
}

/// A sentence names the manager of a Linux host, or the distribution of Xen; a system on which the
/// lines of the text cannot be is not the host.
#[test]
fn a_system_that_a_sentence_names_beside_lines() {
    let listing = "07:00.0 Ethernet controller: Intel Corporation 82599ES 10-Gigabit\n";
    for (post, target) in [
        (
            format!("The passthrough of the NIC fails in Unraid.\n\n{listing}"),
            Some(passthru::Target::Unraid),
        ),
        (
            format!("The passthrough of the NIC fails, on ESXi it does not.\n\n{listing}"),
            None,
        ),
    ] {
        let host = guide(&post);
        let found = host.system().hypervisor.as_ref().map(|found| found.value);
        assert_eq!(found, target, "{post}");
    }
    let error = "libxl: error: libxl_pci.c:1: libxl_device_pci_add failed: -3\n";
    let host = guide(&format!(
        "I use Qubes OS, and the passthrough of the NIC fails.\n\n{error}"
    ));
    assert_eq!(host.system().name.as_deref(), Some("Qubes OS"));
}

/// Output of a state before a repair stays in a post.
#[test]
fn a_message_that_the_running_host_contradicts_is_no_fault() {
    let blocker = |post: &str, code: &str| {
        let found = findings(post);
        let found = found.iter().find(|finding| finding.code == code);
        found.map(|finding| finding.verdict == Verdict::Blocker)
    };
    let refused =
        "error: unsupported configuration: host doesn't support passthrough of host PCI devices\n";
    let working = "$ lsmod | grep vfio\nvfio_pci 16384 1\nvfio_iommu_type1 49152 1\n\
                   $ dmesg | grep group\n[    0.742258] pci 0000:00:00.0: Adding to iommu group 0\n\
                   [    0.742269] pci 0000:00:02.0: Adding to iommu group 1\n\
                   [    0.742300] pci 0000:01:00.0: Adding to iommu group 12\n";
    let code = "libvirt-backend-not-chosen";
    assert_eq!(blocker(refused, code), Some(true));
    assert_eq!(blocker(&format!("{refused}\n{working}"), code), Some(false));
    let denied = format!("KubeVirt: virt-launcher reports the misleading {refused}");
    assert_ne!(blocker(&denied, code), Some(true));

    let line = "[  522.129925] vfio_iommu_type1_attach_group: No interrupt remapping support.  Use the \
                module param \"allow_unsafe_interrupts\" to enable VFIO IOMMU support on this platform\n";
    let running = "$ cat /proc/cmdline\nBOOT_IMAGE=/boot/vmlinuz root=/dev/sda3 ro intel_iommu=on \
                   vfio_iommu_type1.allow_unsafe_interrupts=1\n";
    for code in ["vfio-no-interrupt-remapping", "interrupt-remapping-off"] {
        assert_eq!(blocker(line, code), Some(true), "{code}");
        assert_eq!(
            blocker(&format!("{line}\n{running}"), code),
            Some(false),
            "{code}"
        );
    }
}

/// The audio of a processor's graphics is in a function of the chipset.
#[test]
fn audio_of_the_chipset_belongs_to_graphics_of_the_processor() {
    let post = |display: &str, id: &str| {
        format!(
            "$ lspci -nn\n{display} VGA compatible controller [0300]: Maker Graphics [{id}]\n\
             00:1f.3 Audio device [0403]: Intel Corporation cAVS [8086:a348] (rev 10)\n\n\
             /etc/modprobe.d/vfio.conf\n```\noptions vfio-pci ids={id},8086:a348\n```\n"
        )
    };
    let code = "vfio-ids-host-audio";
    assert!(codes(&post("01:00.0", "10de:2503")).contains(&code));
    assert!(!codes(&post("00:02.0", "8086:3e92")).contains(&code));
}

/// A listing of a node device has an element `<domain>` with a number.
#[test]
fn a_node_device_is_no_domain() {
    let post = "    $ virsh nodedev-dumpxml pci_0000_00_1b_0\n    <device>\n      \
                <name>pci_0000_00_1b_0</name>\n      <capability type='pci'>\n        \
                <domain>0</domain>\n        <bus>0</bus>\n      </capability>\n    </device>\n";
    assert!(!codes(post).contains(&"libvirt-domain"));
}

/// A driver that claimed the card was first, whatever a softdep says.
#[test]
fn a_softdep_without_effect_is_not_confirmed() {
    let post = |driver: &str| {
        format!(
            "$ lspci -nnk\n09:00.0 VGA compatible controller [0300]: NVIDIA GP102 [10de:1b06]\n\
             \tKernel driver in use: {driver}\n\n/etc/modprobe.d/vfio.conf\n```\n\
             softdep nvidia pre: vfio-pci\noptions vfio-pci ids=10de:1b06\n```\n"
        )
    };
    assert!(codes(&post("vfio-pci")).contains(&"softdep-valid"));
    assert!(!codes(&post("nvidia")).contains(&"softdep-valid"));
}

/// A hypervisor that a sentence only talks about is not the host's.
#[test]
fn hearsay_names_no_hypervisor() {
    for sentence in [
        "I've read that on Qubes OS the passthrough of a NIC to a VM works.",
        "My VM with GPU passthrough runs on Xubuntu. Suck it UNRAID.",
    ] {
        let host = guide(sentence);
        assert_eq!(host.system().hypervisor_text(), None, "{sentence}");
        assert_eq!(host.system().platform, None, "{sentence}");
    }
}

/// The boot loader that a report names needs no question.
#[test]
fn a_named_loader_is_not_asked_for() {
    let card = "$ lspci -nnk\n01:00.0 VGA compatible controller [0300]: NVIDIA GP102 [10de:1b06]\n\
                \tKernel driver in use: nouveau\n[    0.742300] pci 0000:01:00.0: Adding to iommu group 12\n";
    let code = "boot-loader-not-shown";
    assert!(codes(card).contains(&code));
    assert!(!codes(&format!("IOMMU is enabled in both BIOS and GRUB.\n{card}")).contains(&code));
    let proxmox = format!(
        "I edited GRUB.\nroot@pve:~# pveversion\npve-manager/8.2.7/3e0176e6bb2ade3b\n{card}"
    );
    assert!(codes(&proxmox).contains(&code));
}
