//! Whole posts, as people put them into forums: prose in any language, Markdown, what
//! a filter left, and error messages quoted.

use passthru::doctor::{self, Question};
use passthru::input::Input;
use passthru::{Host, Verdict};

fn findings(post: &str) -> Vec<passthru::Finding> {
    let mut input = Input::new();
    input.add("post.md", post.as_bytes()).unwrap();
    let host = Host::read(&input.finish().unwrap());
    doctor::examine(&host, &Question::default()).findings
}

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
        "container-refused",
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

/// Markdown's marks around a copied line are not part of its text.
#[test]
fn an_error_may_be_code_or_a_quotation() {
    let error = "vfio 0000:01:00.0: group 1 is not viable";
    for text in [
        format!("`qemu-system-x86_64: -device vfio-pci,host=01:00.0: {error}\nPlease ensure`\n"),
        format!("`{error}`\n"),
        format!("> {error}\n"),
    ] {
        assert!(codes(&text).contains(&"group-not-viable"), "{text}");
    }
    let sentence = format!("`{error}` is what others get.\n$ uname -r\n6.8.12-9-pve\n");
    assert!(!codes(&sentence).contains(&"group-not-viable"));
}

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
    let consequence = text.find("also causes: group-not-viable").unwrap();
    assert!(cause < consequence, "{text}");
    assert_eq!(text.matches("group-not-viable").count(), 1, "{text}");
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

/// A host of bhyve runs FreeBSD: what lspci says of drivers is of its guest.
#[test]
fn a_record_that_is_cut_is_cut_in_a_quotation_too() {
    let cut = "```\nroot@a:~# lspci -nnk -d 10de:\n01:00.0 VGA compatible controller [0300]: NVIDIA \
               Corporation TU116 [10de:21c4] (rev a1)\n        Subsystem: ASUSTeK [1043:877f]\n        \
               Ker\n";
    let quoted: String = cut.lines().map(|line| format!("> {line}\n")).collect();
    for post in [cut.to_owned(), quoted.clone(), format!("{quoted}> \n")] {
        let found = codes(&post);
        assert!(found.contains(&"driver-not-shown"), "{post}: {found:?}");
        assert!(!found.contains(&"driver-not-bound"), "{post}");
    }
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

#[test]
fn a_known_reason_is_reported_alone() {
    let rmrr = "vfio-pci 0000:04:00.1: DMAR: Device is ineligible for IOMMU domain attach due to \
                platform RMRR requirement.  Contact your platform vendor.\n";
    let dismount = "Dismount-VMHostAssignableDevice : The operation failed.\n\
                    The current configuration does not allow for OS control of the PCI Express \
                    bus. Please check your BIOS or UEFI settings.\n";
    for (post, code, explained) in [
        (rmrr, "rmrr-ineligible", "iommu-direct-map-required"),
        (dismount, "hyperv-no-native-pcie", "hyperv-dismount-failed"),
    ] {
        let found = findings(post);
        let reason = found.iter().find(|finding| finding.code == code);
        let reason = reason.unwrap_or_else(|| panic!("{code}"));
        assert!(reason.cause_of.contains(&explained), "{reason:#?}");
    }
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

/// Programs whose output messages ask for and that no source reads, with the reason.
const NOT_A_SOURCE: &[(&str, &str)] = &[
    (
        "cat",
        "the file decides: those that are read have their own rows",
    ),
    ("df", "free space is for a person to see"),
    ("find", "its lists of groups are a source of their own"),
    ("Get-WinEvent", "its events are messages of the catalog"),
    ("grep", "its lines are those of the file"),
    ("incus", "resources are for a person to see"),
    ("kubectl", "its lines are messages of the catalog"),
    ("mdevctl", "mediated devices are for a person to see"),
    ("passthru", "its own answer"),
    (
        "qemu-system-x86_64",
        "the list of properties is for a person to see",
    ),
    ("tail", "its lines are messages of the catalog"),
    ("vmkernel-zdump", "its lines are messages of the catalog"),
    ("xe", "names of host devices are for a person to see"),
];

#[test]
fn each_program_that_a_message_asks_for_is_read_or_has_a_reason() {
    let mut unknown = Vec::new();
    for message in passthru::messages::all() {
        let passthru::messages::Fix::Look(command) = message.fix else {
            continue;
        };
        let program = command.split(' ').next().unwrap();
        let is_source = passthru::input::SOURCES.iter().any(|source| {
            let names = source
                .input
                .split(|c: char| !(c.is_alphanumeric() || "_-".contains(c)));
            names.into_iter().any(|name| name == program)
        });
        let has_reason = NOT_A_SOURCE.iter().any(|(name, _)| *name == program);
        if !is_source && !has_reason && !unknown.contains(&program) {
            unknown.push(program);
        }
    }
    assert_eq!(unknown, Vec::<&str>::new());
}

/// The input recognizes the output of each read-only command of a remedy, as pasted.
#[test]
fn the_doctors_requested_output_is_read() {
    for (command, printed) in [
        ("uname -r", "6.8.12-9-pve\n"),
        ("ls /sys/class/iommu", "dmar0  dmar1\n"),
        (
            "ls /sys/firmware/acpi/tables",
            "APIC  DMAR  FACP  data  dynamic\n",
        ),
        (
            "zpool status -P",
            "  pool: rpool\n state: ONLINE\nconfig:\n\n\tNAME STATE READ WRITE CKSUM\n",
        ),
        (
            "proxmox-boot-tool status",
            "System currently booted with uefi\n6D2A-1C3F is configured with: uefi (versions: \
             6.8.12-9-pve)\n",
        ),
        ("bootctl status", "      Product: systemd-boot 252.39-1\n"),
        (
            "cat /proc/driver/nvidia/version",
            "NVRM version: NVIDIA UNIX Open Kernel Module for x86_64  570.124.04  Release Build\n",
        ),
        (
            "cat /proc/cmdline",
            "BOOT_IMAGE=/boot/vmlinuz root=/dev/sda1 ro quiet\n",
        ),
        (
            "ip link",
            "2: enp5s0: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 qdisc mq state UP\n",
        ),
        (
            "cat /sys/bus/pci/devices/0000:01:00.0/reset_method",
            "flr bus\n",
        ),
        (
            "virt-host-validate",
            "  QEMU: Checking for device assignment IOMMU support : PASS\n",
        ),
        (
            "find /sys/kernel/iommu_groups -type l",
            "/sys/kernel/iommu_groups/17/devices/0000:01:00.0\n",
        ),
    ] {
        for text in [
            printed.to_owned(),
            format!("root@pve:~# {command}\n{printed}root@pve:~#\n"),
        ] {
            let taken = Input::new().add("a.txt", text.as_bytes());
            assert!(taken.is_ok_and(|kinds| !kinds.is_empty()), "{text}");
        }
    }
    let map = "root@pve:~# cat /proc/iomem\nd0000000-dfffffff : PCI Bus 0000:01\n\
               \x20 d0000000-dfffffff : 0000:01:00.0\n\x20   d0000000-d07effff : efifb\n";
    let card = "01:00.0 VGA compatible controller [0300]: NVIDIA Corporation Device [10de:2d04]\n\
                \tMemory at d0000000 (64-bit, prefetchable) [size=256M]\n";
    let mut input = Input::new();
    input
        .add("post.md", format!("{card}\n{map}").as_bytes())
        .unwrap();
    let host = Host::read(&input.finish().unwrap());
    assert_eq!(host.memory_map().boot_framebuffers.len(), 1);
    let without = |text: &str, code: &str| assert!(!codes(text).contains(&code), "{code}: {text}");
    without(
        "root@pve:~# ls /sys/class/iommu\ndmar0\n",
        "iommu-not-shown",
    );
    without(
        "6D2A-1C3F is configured with: grub (versions: 6.8.12-9-pve)\n",
        "boot-loader-not-shown",
    );
    let off = "root@pve:~# ls /sys/firmware/acpi/tables\nAPIC  FACP  SSDT\nroot@pve:~# ls /sys\n";
    assert!(codes(off).contains(&"iommu-off"), "{:?}", codes(off));
}

#[test]
fn an_option_in_a_line_of_code_and_a_group_without_a_file() {
    let post = "I get\n```\nqemu-system-x86_64: -device vfio-pci,host=0000:00:02.0: vfio 0000:00:02.0: \
                failed to open /dev/vfio/1: No such file or directory\n```\nMy /etc/default/grub:\n\n\
                `GRUB_CMDLINE_LINUX_DEFAULT=\"quiet intel_iommu=on vfio-pci-ids=8086:9a60\"`\n\n\
                ```\n$ dmesg | grep -e DMAR\n[    0.033906] DMAR: IOMMU enabled\n```\n";
    let found = codes(post);
    for code in [
        "vfio-group-file-missing",
        "vfio-option-misspelled",
        "iommu-not-shown",
    ] {
        assert!(found.contains(&code), "{code}: {found:?}");
    }
    // The line that guides have people look for is printed where VT-d is off, too.
    let title = |post: &str| {
        let found = findings(post)
            .into_iter()
            .find(|f| f.code == "iommu-not-shown");
        found.map_or_else(String::new, |finding| finding.title.to_string())
    };
    assert!(
        title(post).contains("VT-d is disabled in the firmware"),
        "{}",
        title(post)
    );
    let table = "[    0.069581] DMAR-IR: IOAPIC id 2 under DRHD base  0xfed91000 IOMMU 0\n";
    let with_table = post.replace("enabled\n", &format!("enabled\n{table}"));
    assert!(
        !title(&with_table).contains("firmware"),
        "{}",
        title(&with_table)
    );
}

#[test]
fn the_prompt_of_root_may_be_a_hash_alone() {
    let post = "Unraid 7.2\n# cat /proc/cmdline\namd_iommu=on vfio-pci.ids=10de:2805\n# dmesg | grep \
                -i vfio\n[    1.000000] vfio_pci: add [10de:2805[ffffffff:ffffffff]] class \
                0x000000/00000000\n";
    assert!(codes(post).contains(&"amd-iommu-on"), "{:?}", codes(post));
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

/// The kernel's answer to a write says nothing without the file, which the command names.
#[test]
fn a_refused_write_is_judged_by_its_file() {
    for (write, error, code) in [
        (
            "echo 4 > /sys/bus/pci/devices/0000:05:00.0/sriov_numvfs",
            "No such file or directory",
            "sriov-not-offered",
        ),
        (
            "echo 99 > /sys/bus/pci/devices/0000:05:00.0/sriov_numvfs",
            "Numerical result out of range",
            "sriov-more-vfs-than-supported",
        ),
        (
            "echo 0000:05:00.0 > /sys/bus/pci/drivers/vfio-pci/bind",
            "Invalid argument",
            "vfio-bind-refused",
        ),
        (
            "echo 0000:05:00.0 > /sys/bus/pci/drivers/igb/unbind",
            "No such device",
            "unbind-not-bound",
        ),
        (
            "echo 8086:1533 > /sys/bus/pci/drivers/vfio-pci/new_id",
            "Invalid argument",
            "new-id-malformed",
        ),
        (
            "echo 0 > /sys/class/vtconsole/vtcon1/bind",
            "No such device",
            "framebuffer-not-bound",
        ),
    ] {
        let post = format!("root@box:~# {write}\n-bash: echo: write error: {error}\n");
        let found = findings(&post);
        let one = found.iter().find(|finding| finding.code == code);
        let one = one.unwrap_or_else(|| panic!("{write}: {found:#?}"));
        assert!(!one.evidence.is_empty(), "{write}");
    }
}

/// A post that was copied from the source of a page, or out of Markdown.
#[test]
fn escapes_of_pages_and_markdown_change_nothing() {
    let plain = "\
01:00.0 VGA compatible controller [0300]: NVIDIA Corporation GP102 [10de:1b06] (rev a1)
\tKernel driver in use: vfio-pci

GRUB_CMDLINE_LINUX_DEFAULT=\"quiet amd_iommu=on\"

Error starting domain: vfio 0000:01:00.0: group 1 is not viable <1>
";
    let wanted = codes(plain);
    assert!(wanted.contains(&"group-not-viable") && wanted.contains(&"amd-iommu-on"));
    let page = plain.replace('"', "&quot;").replace('<', "&lt;");
    let page = page.replace('>', "&gt;");
    let mut markdown = String::new();
    for letter in plain.chars() {
        if "_*[]<>".contains(letter) {
            markdown.push('\\');
        }
        markdown.push(letter);
    }
    assert_eq!(codes(&page), wanted, "{page}");
    assert_eq!(codes(&markdown), wanted, "{markdown}");
}

/// Prompts without a user: of a shell of its own, of a recovery system, of an appliance.
#[test]
fn a_prompt_needs_no_user() {
    for prompt in ["bash-5.1#", "bash#", "nas:/etc#", "~ #", "sh-4.4#"] {
        let post = format!("{prompt} cat /proc/cmdline\nquiet splash amd_iommu=on iommu=pt\n");
        assert!(codes(&post).contains(&"amd-iommu-on"), "{prompt}");
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

/// An assignment ends at its quotation mark, also where prose follows without a blank.
#[test]
fn prose_after_an_assignment_is_not_an_option() {
    let text = "修改/etc/default/grub\n\
                GRUB_CMDLINE_LINUX_DEFAULT=\"quiet pci-stub.ids=10de:2203\"或者\
                GRUB_CMDLINE_LINUX_DEFAULT=\"quiet vfio-pci.ids=10de:2203\"\n";
    let host = guide(text);
    let options = host.settings().kernel_options.iter();
    let texts: Vec<&str> = options.map(|option| option.text.as_str()).collect();
    assert!(texts.contains(&"pci-stub.ids=10de:2203"), "{texts:?}");
    assert!(texts.iter().all(|text| text.is_ascii()), "{texts:?}");
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

/// Lists of scripts have the driver at the end of the line.
#[test]
fn a_driver_after_its_function_is_read() {
    let list = "Group:  16  0000:0a:00.0 VGA compatible controller [0300]: NVIDIA Corporation TU116 \
                [10de:21c4] (rev a1)   Driver: vfio-pci\n\
                Group:  17  0000:0b:00.0 VGA compatible controller [0300]: NVIDIA Corporation GP107 \
                [10de:1c82] (rev a1)   Driver: nouveau\n";
    let found = codes(list);
    for code in ["bound-to-vfio", "display-kept"] {
        assert!(found.contains(&code), "{code}: {found:?}");
    }
}

/// The parts of a table drawn with lines.
#[test]
fn a_drawn_table_of_freebsd_is_read() {
    let table = "# hoster passthru list\n\
                 │ PPT Device │ PCI ID Raw  │ Type        │ Bhyve PCI ID │ Status               │\n\
                 │ ppt0       │ pci0:1:0:0: │ display/VGA │ 1/0/0        │ In use by: test-vm-1 │\n";
    let found = codes(table);
    assert!(found.contains(&"bound-for-guests"), "{found:?}");
    assert!(!found.contains(&"iommu-not-shown"), "{found:?}");
}

/// A message that goes on in the next line is read whole.
#[test]
fn a_wrapped_message_is_the_same_message() {
    let whole = "failed to reset PCI device '0000:7b:00.0', but trying to continue as not all devices need a reset\n";
    let wrapped = "failed to reset PCI device '0000:7b:00.0', but trying to continue as not\nall devices need a reset\n";
    assert_eq!(codes(whole), codes(wrapped));
}

/// The text of a forum has a configuration file, and is none.
#[test]
fn output_after_a_configuration_is_read() {
    let config = "bios: ovmf\nhostpci0: 0000:03:00.0,pcie=1\nmachine: q35\n\n";
    let listing = "03:00.0 VGA compatible controller [0300]: AMD Navi 22 [1002:73df] (rev c1)\n\
                   \tKernel driver in use: vfio-pci\n";
    let found = codes(&format!("My VM config:\n\n{config}{listing}"));
    assert!(found.contains(&"bound-to-vfio"), "{found:?}");
    assert!(found.contains(&"guest-functions-assigned"), "{found:?}");
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
    assert_eq!(verdict(&both, code), Some(Verdict::Unknown));

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
