//! The judgement of a message beside the failure that the post reports.

use passthru::Verdict::{self, Blocker, Harmless, Unknown};

use super::findings;

fn verdict(post: &str, code: &str) -> Option<Verdict> {
    let found = findings(post);
    let found = found.iter().find(|finding| finding.code == code);
    found.map(|finding| finding.verdict)
}

/// A missing reset is harmless only for a guest that runs, or one whose failure another message
/// explains.
#[test]
fn a_missing_reset_may_be_the_cause_of_a_failure() {
    let code = "no-reset-for-function";
    let line = "kvm: vfio: Cannot reset device 0000:01:00.0, no available reset mechanism.\n";
    for fails in [
        "With the passthrough GPU the VM hangs at boot.",
        "With the passthrough GPU the VM does not start.",
    ] {
        let post = format!("{fails}\n\n{line}");
        assert_eq!(verdict(&post, code), Some(Unknown), "{fails}");
        let explained = format!(
            "{post}kvm: -device vfio-pci,host=0000:01:00.0: vfio 0000:01:00.0: group 14 is not viable\n"
        );
        assert_eq!(verdict(&explained, code), Some(Harmless), "{fails}");
    }
    for runs in [
        "With the passthrough GPU the VM works fine.",
        "I pass my GPU to a VM.",
    ] {
        let post = format!("{runs}\n\n{line}");
        assert_eq!(verdict(&post, code), Some(Harmless), "{runs}");
    }
}

/// A card that left its slot makes everything else of it fail.
#[test]
fn a_device_that_left_its_slot_explains_the_messages_after_it() {
    let stuck = "[ 10.5] vfio-pci 0000:83:00.0: can't change power state from D0 to D3hot (config \
                 space inaccessible)\n";
    let left = "[ 10.0] pciehp: Slot(14): Link Down\n";
    let is_consequence = |post: &str| {
        let found = findings(post);
        let mut causes = found.iter().flat_map(|finding| &finding.cause_of);
        causes.any(|code| *code == "device-stuck-in-low-power")
    };
    assert!(!is_consequence(stuck));
    assert!(is_consequence(&format!("{left}{stuck}")));
}

/// The reason of a failed start may be in the line of the start itself.
#[test]
fn a_start_whose_line_has_the_reason_is_no_open_question() {
    let code = "virsh-start-failed";
    let closed = "error: internal error: QEMU unexpectedly closed the monitor (vm='win10'): \
                  qemu-system-x86_64: -device vfio-pci,host=0000:01:00.0: ";
    assert_eq!(verdict(&format!("{closed}\n"), code), Some(Unknown));
    let reason = format!("{closed}vfio 0000:01:00.0: group 14 is not viable\n");
    assert_eq!(verdict(&reason, code), None);
    assert!(verdict(&reason, "group-not-viable").is_some());
    let lost =
        "error: Failed to start domain 'win10' error: Cannot recv data: Connection reset by peer\n";
    assert_eq!(verdict(lost, code), None);
    let open = "error: Failed to start domain 'win10'\n";
    assert_eq!(verdict(open, code), Some(Unknown));
}

/// A guest that does not start has no picture.
#[test]
fn a_missing_picture_of_a_guest_that_does_not_start_is_no_question() {
    let code = "no-picture-reported";
    let post = "With the passthrough GPU the monitor stays black.\n";
    assert!(verdict(post, code).is_some());
    let refused = format!("{post}\nkvm: vfio 0000:01:00.0: group 14 is not viable\n");
    assert_eq!(verdict(&refused, code), None);
}

/// The configuration of a guest that is pasted without the name of its file is quoted by its place
/// in the post.
#[test]
fn a_pasted_configuration_is_quoted_by_its_place_in_the_post() {
    let configuration = "bios: ovmf\ncores: 4\nhostpci0: 0000:01:00.0,pcie=1\nmachine: pc-i440fx-8.1\n\
                         memory: 8192\nname: win\nostype: win11\n";
    let places = |post: &str| -> Vec<String> {
        let found = findings(post);
        let lines = found.iter().flat_map(|finding| &finding.evidence);
        let of_line = lines.filter(|line| line.text.starts_with("hostpci0"));
        of_line.map(host_tree::Evidence::place).collect()
    };
    let unnamed = places(&format!("The passthrough fails.\n\n{configuration}"));
    assert!(!unnamed.is_empty());
    assert!(
        unnamed.iter().all(|place| place == "post.md, line 5"),
        "{unnamed:?}"
    );
    let named = format!("# cat /etc/pve/qemu-server/100.conf\n{configuration}");
    let found = findings(&named);
    let mut lines = found.iter().flat_map(|finding| &finding.evidence);
    assert!(lines.any(|line| line.place().starts_with("/etc/pve/qemu-server/100.conf:")));
}

/// The finding of each code that follows from another one of the post.
fn consequences(post: &str) -> Vec<&'static str> {
    let found = findings(post);
    found.iter().flat_map(|one| one.cause_of.clone()).collect()
}

/// One cause has one finding, and the messages that follow from it stand below.
#[test]
fn messages_of_one_failure_are_below_its_cause() {
    let lost = "[   90.100000] vfio-pci 0000:0b:00.0: not ready 65535ms after FLR; giving up\n\
                0b:00.0 Non-Volatile memory controller [0108]: Intel Corporation SSD 660P \
                [8086:f1a8] (rev ff)\n\tKernel driver in use: vfio-pci\n";
    let not_bound = "bhyve: PCI device at 4/0/0 is not using the ppt(4) driver\n";
    let token = "[ 7.1] vfio-pci 0000:5e:02.0: VF token required to access device\n";
    let prose = "\nThe drive is passed through to my VM.\n";
    let no_space = "[ 9.0] ixgbe 0000:03:00.0: not enough MMIO resources for SR-IOV\n";
    let igd = "bios: seabios\ncores: 2\nhostpci0: 0000:00:02.0,legacy-igd=1\nmachine: q35\n\
               memory: 2048\nname: tv\nvga: none\n";
    for (cause, code, follows) in [
        (
            lost,
            "vfio-device-not-available",
            "vfio 0000:0b:00.0: error getting device from group 30: No such device\n",
        ),
        (
            lost,
            "stuck-in-d3",
            "vfio 0000:0b:00.0: Unable to power on device, stuck in D3\n",
        ),
        (
            lost,
            "lspci-config-space-all-ones",
            "0b:00.0 Non-Volatile memory controller [0108]: Intel Corporation SSD 660P [8086:f1a8] \
             (rev ff) (prog-if ff)\n",
        ),
        (lost, "lspci-revision-all-ones", prose),
        (
            lost,
            "works-once-reported",
            "\nThe VM starts with the passthrough SSD only once after a reboot of the host.\n",
        ),
        (
            token,
            "vfio-device-not-permitted",
            "vfio 0000:5e:02.0: error getting device from group 9: Permission denied\n",
        ),
        (
            not_bound,
            "bhyve-init-failed",
            "device emulation initialization error: No such file or directory\n",
        ),
        (
            no_space,
            "sriov-enable-failed",
            "[ 9.1] ixgbe 0000:03:00.0: Failed to enable PCI sriov: -12\n",
        ),
        (
            igd,
            "proxmox-legacy-igd-conflict",
            "\nlegacy IGD assignment is not possible on q35\n",
        ),
    ] {
        let both = format!("{cause}{follows}");
        assert!(consequences(&both).contains(&code), "{both}");
        assert!(!consequences(follows).contains(&code), "{follows}");
    }
}

/// A function whose FLR fails gets another of its own methods.
#[test]
fn a_failed_function_reset_names_the_next_method() {
    let post = |methods: &str| {
        format!(
            "root@host:~# dmesg | tail -1\n[   90.100000] vfio-pci 0000:0b:00.0: not ready 65535ms after \
             FLR; giving up\nroot@host:~# cat /sys/bus/pci/devices/0000:0b:00.0/reset_method\n\
             {methods}\nroot@host:~# lspci -nnk -s 0b:00.0\n0b:00.0 Non-Volatile memory controller \
             [0108]: Intel Corporation SSD 660P [8086:f1a8]\n\tKernel driver in use: vfio-pci\n\
             root@host:~# uname -r\n6.8.12-4-pve\n"
        )
    };
    let remedy = |methods: &str| {
        let found = findings(&post(methods));
        let found = found.iter().find(|one| one.code == "reset-failed").unwrap();
        found.remedy.as_ref().unwrap().to_string()
    };
    assert!(
        remedy("flr pm bus").contains("echo pm > /sys/bus/pci/devices/0000:0b:00.0/reset_method")
    );
    for others in ["flr", "bus flr", "flr $(reboot)"] {
        assert!(!remedy(others).contains("echo"), "{others}");
    }
}

/// A BAR without an address is no function that is merely not in use.
#[test]
fn a_bar_without_an_address_is_not_normal() {
    let card = |address: &str| {
        format!(
            "```\n07:00.0 VGA compatible controller [0300]: NVIDIA Corporation GA102 [GeForce RTX \
             3090] [10de:2204]\n\tRegion 1: Memory at {address} (64-bit, prefetchable) \
             [disabled]\n```\n"
        )
    };
    let (missing, off) = ("lspci-bar-without-address", "lspci-decoding-off");
    for address in ["<unassigned>", "<ignored>"] {
        assert_eq!(verdict(&card(address), missing), Some(Unknown));
        assert_eq!(verdict(&card(address), off), None);
    }
    assert_eq!(verdict(&card("6000000000"), missing), None);
    assert_eq!(verdict(&card("6000000000"), off), Some(Harmless));
}

/// The verdict for the card of a post, in words.
fn answer(post: &str) -> String {
    let mut input = passthru::input::Input::new();
    input.add("post.md", post.as_bytes()).unwrap();
    let host = passthru::Host::read(&input.finish().unwrap());
    let question = passthru::doctor::Question::default();
    let report = passthru::doctor::examine(&host, &question);
    let view = passthru::render::View::default();
    let call = passthru::Invocation::default();
    passthru::render::report(&host, &report, &view, &call, passthru::render::Style::PLAIN)
}

/// QEMU opens the device, and ends: no guest has it.
#[test]
fn a_guest_that_does_not_start_has_no_card() {
    let opened = "[ 40.1] vfio-pci 0000:0b:00.0: enabling device (0000 -> 0002)\n\
                  0b:00.0 Ethernet controller [0200]: Intel Corporation X710 [8086:1572]\n";
    let ends = "qemu-system-x86_64: -device vfio-pci,host=0000:0b:00.0: vfio 0000:0b:00.0: failed \
                to setup container for group 33: Failed to set iommu for container: Operation not \
                permitted\n";
    let rmrr = "[ 40.2] vfio-pci 0000:0b:00.0: Device is ineligible for IOMMU domain attach due to \
                platform RMRR requirement.  Contact your platform vendor.\n";
    assert!(answer(&format!("{opened}{rmrr}")).contains("A guest has the card"));
    let answer = answer(&format!("{opened}{ends}{rmrr}"));
    assert!(!answer.contains("A guest has the card"), "{answer}");
}

/// A failure for which the input has causes to check is not "no problem".
#[test]
fn a_reported_failure_with_causes_to_check_is_a_problem() {
    let host = "root@nas:~# lspci -nnk -s 21:00.0\n21:00.0 Serial Attached SCSI controller [0107]: \
                Broadcom / LSI SAS3008 PCI-Express Fusion-MPT SAS-3 [1000:0097]\n\tKernel driver in \
                use: vfio-pci\nroot@nas:~# dmesg | grep AMD-Vi\n[    1.200000] AMD-Vi: Interrupt \
                remapping enabled\n[    1.300000] pci 0000:21:00.0: Adding to iommu group 17\n";
    let fails = "The LSI HBA is passed through to my VM, and the VM hangs at boot in the ROM of the \
                 HBA.\n\n";
    let words = "no fault proven in the input";
    let answered = answer(&format!("{fails}{host}")).to_lowercase();
    assert!(answered.contains(words), "{answered}");
    assert!(!answer(host).to_lowercase().contains(words));
}

/// The lists of guests prove that a guest has the functions of its configuration.
#[test]
fn a_running_guest_with_the_function_proves_the_iommu() {
    let card = |driver: &str| {
        format!(
            "root@host:~# lspci -nnk -s 0b:00\n0b:00.0 Ethernet controller [0200]: Intel Corporation \
             X710 [8086:1572]\n\tKernel driver in use: {driver}\nroot@host:~# "
        )
    };
    let vm = "qm config 300\nbios: ovmf\ncores: 2\nhostpci0: 0000:0b:00.0\nmachine: q35\n\
              memory: 2048\nname: router\nroot@host:~# ";
    let domain = "virsh dumpxml router\n<domain type='kvm'><name>router</name><devices>\n\
                  <hostdev mode='subsystem' type='pci' managed='yes'><source>\n\
                  <address domain='0x0000' bus='0x0b' slot='0x00' function='0x0'/>\n\
                  </source></hostdev></devices></domain>\nroot@host:~# ";
    let unnamed = "virsh dumpxml router | grep -A4 hostdev\n\
                   <hostdev mode='subsystem' type='pci' managed='yes'><source>\n\
                   <address domain='0x0000' bus='0x0b' slot='0x00' function='0x0'/>\n\
                   </source></hostdev>\nroot@host:~# ";
    let status = |word: &str| format!("qm status 300\nstatus: {word}\n");
    let qm_list = "qm list\n      VMID NAME                 STATUS     MEM(MB)    BOOTDISK(GB) PID\n\
                   300 router               running    2048              32.00 4711\n";
    let list = |name: &str| {
        format!(
            "virsh list\n Id   Name     State\n------------------------\n 4    {name}   running\n"
        )
    };
    let vfio = card("vfio-pci");
    for (post, is_proven) in [
        (format!("{vfio}{vm}{}", status("running")), true),
        (format!("{vfio}{vm}{qm_list}"), true),
        (format!("{vfio}{domain}{}", list("router")), true),
        (format!("{vfio}{unnamed}{}", list("router")), true),
        (format!("{vfio}{vm}{}", status("stopped")), false),
        (
            format!("{vfio}{vm}{}", status("running").replace("300", "301")),
            false,
        ),
        (format!("{vfio}{domain}{}", list("other")), false),
        (format!("{}{domain}{}", card("i40e"), list("router")), false),
    ] {
        let on = verdict(&post, "iommu-on") == Some(Verdict::Ok);
        assert_eq!(on, is_proven, "{post}");
        let asks = verdict(&post, "group-not-shown").is_some();
        assert_eq!(asks, !is_proven, "{post}");
    }
}

/// Where the text asks about a line, a card that is ready has the line's meaning.
#[test]
fn a_question_about_a_line_has_its_answer() {
    let host = "kvm: vfio: Cannot reset device 0000:0b:00.0, no available reset mechanism.\n\
                0b:00.0 USB controller [0c03]: VIA Technologies, Inc. VL805 [1106:3483]\n\
                \tKernel driver in use: vfio-pci\n\
                $ ls /sys/kernel/iommu_groups/21/devices/\n0000:0b:00.0\n$ uname -r\n6.1.0-18-amd64\n";
    let code = "[no-reset-for-function]";
    let asked = answer(&format!(
        "The card works in the VM. Is this message normal?\n\n{host}"
    ));
    assert!(asked.contains("Ready for a guest"), "{asked}");
    assert!(asked.contains(code), "{asked}");
    assert!(!answer(host).contains(code));
}

const PULLED: &str = "NVMe passthrough: drive not detected\n\nI removed one drive, and saw below error in the syslog.\n\n\
                      can't change power state from D0 to D3hot (config space inaccessible)\n\n\
                      Then I put the same drive into its slot. LATER\n\n\
                      [ 10.1] pcieport 0000:80:03.2: pciehp: Slot(14): Link Down\n\
                      [ 10.2] vfio-pci 0000:83:00.0: can't change power state from D0 to D3hot (config space \
                      inaccessible)\n\
                      [ 90.1] pcieport 0000:80:03.2: pciehp: Slot(14): Attention button pressed\n\
                      [ 95.1] pcieport 0000:80:03.2: pciehp: Slot(OTHER): Card present\n\
                      [ 97.1] pcieport 0000:80:03.2: pciehp: Slot(14): No link\n";

#[test]
fn a_card_that_is_in_its_slot_again_was_not_lost() {
    let removed = "hotplug-device-removed";
    // A wrapped line: the address is on the line before the message.
    let wrapped = PULLED.replace("80:03.2: pciehp", "80:03.2:\npciehp");
    let back = wrapped.replace("OTHER", "14");
    assert_eq!(verdict(&back, removed), Some(Harmless));
    assert_eq!(verdict(&back, "hotplug-no-link"), Some(Blocker));
    assert_eq!(verdict(&back, "device-stuck-in-low-power"), Some(Harmless));
    assert!(answer(&back).contains("[device-stuck-in-low-power]"));
    let whole = PULLED.replace("OTHER", "14");
    assert_eq!(verdict(&whole, "device-stuck-in-low-power"), Some(Harmless));
    let other = PULLED.replace("OTHER", "15");
    assert_eq!(verdict(&other, "device-stuck-in-low-power"), Some(Blocker));
    // Another slot has a card.
    let other = wrapped.replace("OTHER", "15");
    assert_eq!(verdict(&other, removed), Some(Blocker));
    let gone: String = back
        .lines()
        .filter(|line| !line.contains("present"))
        .map(|line| format!("{line}\n"))
        .collect();
    assert_eq!(verdict(&gone, removed), Some(Blocker));
    // The link of a card that nobody pulled was lost for a moment.
    let lost = "GPU passthrough to a VM fails.\n\n[ 10.1] pcieport 0000:00:01.0: pciehp: Slot(1): Link Down\n\
                [ 10.2] pcieport 0000:00:01.0: pciehp: Slot(1): Card present\n\
                [ 10.3] pcieport 0000:00:01.0: pciehp: Slot(1): Link Up\n";
    assert_eq!(verdict(lost, removed), Some(Verdict::Check));
}

#[test]
fn a_harmless_message_that_the_text_asks_about_has_its_place() {
    let quoted = "Passthrough of an iGPU to a VM\n\nThe VM starts but is slow. The log has this warning:\n\
                  `vfio-pci 0000:00:02.0: Invalid PCI ROM header signature: expecting 0xaa55, got 0x0000`\n\n\
                  How do I remove it?\n\nqemu-system-x86_64: -device vfio-pci,host=00:02.0: vfio 0000:00:02.0: failed to \
                  open /dev/vfio/1: No such file or directory\n";
    let far = quoted.replace("\n\nqemu", "\n\nMore\n\nof\n\nthe\n\ntext\n\nqemu");
    let shown = answer(&far);
    assert!(shown.contains("[rom-not-readable]"), "{shown}");
    assert!(shown.contains("does not remove it"), "{shown}");
    // In a log nobody asks about it.
    let log = far
        .replace("The log has this warning:\n`", "The log:\n[ 5.2] ")
        .replace("0x0000`", "0x0000");
    let shown = answer(&log);
    assert!(!shown.contains("[rom-not-readable]"), "{shown}");
}
