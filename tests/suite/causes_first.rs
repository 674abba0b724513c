//! Texts whose cause has several consequences: the cause is named, and its consequences are none of
//! their own.

use std::fmt::Write as _;

use passthru::answer::{Readiness, check};
use passthru::doctor::{self, Question};
use passthru::input::Input;
use passthru::{Finding, Host, Verdict};

use crate::command::passthru;

fn host(text: &str) -> Host {
    let mut input = Input::new();
    input.add("post.txt", text.as_bytes()).unwrap();
    Host::read(&input.finish().unwrap())
}

fn findings(text: &str) -> Vec<Finding> {
    doctor::examine(&host(text), &Question::default()).findings
}

/// The code has this verdict, and the others are its consequences.
fn is_cause(text: &str, code: &str, verdict: Verdict, consequences: &[&str]) {
    let found = findings(text);
    let cause = found.iter().find(|one| one.code == code);
    let cause = cause.unwrap_or_else(|| panic!("{code}: {found:#?}"));
    assert_eq!(cause.verdict, verdict, "{code}");
    for consequence in consequences {
        assert!(
            found.iter().any(|one| one.code == *consequence),
            "{consequence}"
        );
        assert!(
            cause.cause_of.contains(consequence),
            "{code}: {consequence}"
        );
    }
}

fn has(text: &str, code: &str) -> bool {
    findings(text).iter().any(|one| one.code == code)
}

/// A guest of Unraid has the address at which another device is now.
#[test]
fn a_card_at_another_address() {
    let post = "root@Tower:~# cat /boot/config/vfio-pci.cfg\n\
        BIND=0000:01:00.0|10de:2484 0000:01:00.1|10de:228b\n\
        root@Tower:~# cat /var/log/vfio-pci\n\
        Processing 0000:01:00.0 10de:2484\n\
        Error: Vendor:Device 10de:2484 not found at 0000:01:00.0, unable to bind device\n\
        root@Tower:~# lspci -nnk\n\
        00:00.0 Host bridge [0600]: Intel Corporation Host Bridge [8086:3ec2] (rev 07)\n\
        00:02.0 Display controller [0380]: Intel Corporation UHD 630 [8086:3e92]\n\
        \tKernel driver in use: i915\n\
        00:1b.0 PCI bridge [0604]: Intel Corporation Root Port [8086:a2e7] (rev f0)\n\
        \tKernel driver in use: pcieport\n\
        01:00.0 Non-Volatile memory controller [0108]: Samsung SM981 [144d:a808]\n\
        \tKernel driver in use: nvme\n\
        02:00.0 VGA compatible controller [0300]: NVIDIA GA104 [10de:2484] (rev a1)\n\
        02:00.1 Audio device [0403]: NVIDIA GA104 Audio [10de:228b] (rev a1)\n\
        \tKernel driver in use: snd_hda_intel\n\
        root@Tower:~# virsh dumpxml w\n\
        <domain type='kvm'>\n<name>w</name>\n<devices>\n\
        <hostdev mode='subsystem' type='pci' managed='yes'>\n<source>\n\
        <address domain='0x0000' bus='0x01' slot='0x00' function='0x0'/>\n\
        </source>\n</hostdev>\n</devices>\n</domain>\n";
    let follows = ["unraid-vfio-bind-failed", "host-driver-bound"];
    is_cause(
        post,
        "override-script-address-stale",
        Verdict::Blocker,
        &follows,
    );
    let found = findings(post);
    let moved = found
        .iter()
        .find(|one| one.code == "override-script-address-stale");
    let remedy = format!("{:?}", moved.unwrap().remedy);
    assert!(remedy.contains("02:00.0"), "{remedy}");
    // Nothing is said of the drive as if a guest were to have it.
    assert!(!has(post, "unraid-functions-bound") && !has(post, "hostdev-managed"));
    let only_file = post.split("root@Tower:~# virsh").next().unwrap();
    is_cause(
        only_file,
        "override-script-address-stale",
        Verdict::Fix,
        &[],
    );
}

#[test]
fn options_in_a_file_that_no_loader_reads() {
    let post = "root@pve:~# proxmox-boot-tool status\nSystem currently booted with uefi\n\
        5F2B-4C7E is configured with: uefi (versions: 6.8.12-4-pve)\n\
        root@pve:~# cat /proc/cmdline\n\
        initrd=\\EFI\\proxmox\\6.8.12-4-pve\\initrd.img-6.8.12-4-pve root=ZFS=rpool/ROOT/pve-1\n\
        root@pve:~# grep CMDLINE /etc/default/grub\n\
        GRUB_CMDLINE_LINUX_DEFAULT=\"quiet intel_iommu=on\"\n\
        root@pve:~# dmesg | grep -e DMAR\n\
        [    0.158736] DMAR: Host address width 39\n\
        [    0.158737] DMAR: DRHD base: 0x000000fed90000 flags: 0x0\n\
        root@pve:~# qm start 100\nerror: no iommu_group found for 0000:01:00.0\n";
    let code = "boot-options-in-unread-file";
    is_cause(post, code, Verdict::Fix, &["hypervisor-without-iommu"]);
    let found = findings(post);
    let remedy = found.iter().find(|one| one.code == code);
    let remedy = format!("{:?}", remedy.unwrap().remedy);
    assert!(
        remedy.contains("/etc/kernel/cmdline") && remedy.contains("proxmox-boot-tool refresh"),
        "{remedy}"
    );
    // Other options have nothing to do with it.
    let other = post.replace("intel_iommu=on", "nomodeset");
    let found = findings(&other);
    let unread = found.iter().find(|one| one.code == code);
    assert!(unread.is_none_or(|one| !one.cause_of.contains(&"hypervisor-without-iommu")));
}

#[test]
fn a_processor_without_vt_d() {
    let post = "root@pve:~# lscpu | grep -i model\n\
        Model name:                      Intel(R) Core(TM) i7-4770K CPU @ 3.50GHz\n\
        root@pve:~# ls /sys/kernel/iommu_groups/\n\
        root@pve:~# qm start 100\nkvm: -device vfio-pci,host=0000:01:00.0: vfio 0000:01:00.0: no \
        iommu_group found: No such file or directory\n";
    let follows = ["iommu-off", "hypervisor-without-iommu"];
    is_cause(post, "processor-without-vtd", Verdict::Impossible, &follows);
}

/// A loop that prints the folder of each group: its members are on lines of their own.
#[test]
fn groups_that_a_loop_prints() {
    let mut post =
        "truenas# for g in $(find /sys/kernel/iommu_groups/* -maxdepth 0 -type d | sort \
        -V); do echo \"Group $(basename $g): $(ls $g/devices)\"; done\n\
        Group 0: 0000:00:01.0\nGroup 1: 0000:00:01.2\n0000:21:00.0\n0000:22:00.0\n\
        Group 2: 0000:00:03.0\ntruenas# lspci -nnk\n"
            .to_owned();
    for (address, class, id, driver) in [
        ("00:01.2", "PCI bridge [0604]", "1022:1483", "pcieport"),
        (
            "21:00.0",
            "Serial Attached SCSI controller [0107]",
            "1000:0087",
            "mpt3sas",
        ),
        (
            "22:00.0",
            "VGA compatible controller [0300]",
            "10de:1cb3",
            "nouveau",
        ),
    ] {
        let _ = writeln!(
            post,
            "{address} {class}: A Device [{id}]\n\tKernel driver in use: {driver}"
        );
    }
    post += "truenas# midclt call vm.start 3\nqemu-system-x86_64: -device vfio-pci,host=0000:22:00.0: \
        vfio 0000:22:00.0: group 1 is not viable\n";
    is_cause(
        &post,
        "group-shared",
        Verdict::Blocker,
        &["group-not-viable"],
    );
}

/// Two sources name different groups for a member: whether it blocks the card is unknown.
#[test]
fn a_disputed_member_blocks_no_card() {
    let list = |group: u32| {
        format!(
            "$ find /sys/kernel/iommu_groups -type l\n\
             /sys/kernel/iommu_groups/3/devices/0000:01:00.0\n\
             /sys/kernel/iommu_groups/{group}/devices/0000:02:00.0\n$\n"
        )
    };
    let listing = "01:00.0 VGA compatible controller [0300]: NVIDIA AD107 [10de:2882]\n\
        \tKernel driver in use: vfio-pci\n\
        02:00.0 Non-Volatile memory controller [0108]: Samsung S4LV008 [144d:a80c]\n\
        \tKernel driver in use: nvme\n";
    let answer = |groups: &[u32]| {
        let mut input = Input::new();
        input.add("lspci.txt", listing.as_bytes()).unwrap();
        for (at, group) in groups.iter().enumerate() {
            input
                .add(&format!("{at}.txt"), list(*group).as_bytes())
                .unwrap();
        }
        let host = Host::read(&input.finish().unwrap());
        let check = check(&host, &[], None);
        let mut cards = check.candidates.iter().map(|one| &one.answer);
        let card = cards.find(|card| card.devices.contains(&"01:00.0".parse().unwrap()));
        card.unwrap().readiness
    };
    assert_eq!(answer(&[3]), Readiness::Blocked);
    assert_eq!(answer(&[3, 17]), Readiness::NotEnoughInput);
}

/// The disks of the host: by links of udev and the rows of its pool, and by the label of a stick.
#[test]
fn disks_by_links_of_udev() {
    let pool = "I want to give the HBA to a TrueNAS VM. Prepared but not started yet:\n\n\
        root@pve:~# qm config 200\nhostpci0: 0000:02:00.0,pcie=1\nmachine: q35\nmemory: 32768\n\
        root@pve:~# lspci -nnk\n\
        02:00.0 Serial Attached SCSI controller [0107]: Broadcom SAS3008 [1000:0097] (rev 02)\n\
        \tKernel driver in use: mpt3sas\n\
        root@pve:~# zpool status\n  pool: rpool\n state: ONLINE\nconfig:\n\n\
        \tNAME                      STATE     READ WRITE CKSUM\n\
        \trpool                     ONLINE       0     0     0\n\
        \t  ata-INTEL_X-part3       ONLINE       0     0     0\n\n\
        errors: No known data errors\n\
        root@pve:~# ls -l /dev/disk/by-id/\n\
        lrwxrwxrwx 1 root root  9 Jun 14 09:00 ata-INTEL_X -> ../../sda\n\
        root@pve:~# ls -l /dev/disk/by-path\n\
        lrwxrwxrwx 1 root root  9 Jun 14 09:00 pci-0000:02:00.0-sas-phy0-lun-0 -> ../../sda\n";
    is_cause(pool, "file-system-on-device", Verdict::Blocker, &[]);
    // The pool of another controller.
    assert!(!has(
        &pool.replace("pci-0000:02:00.0-sas", "pci-0000:03:00.0-sas"),
        "file-system-on-device"
    ));
    let stick = "root@Tower:~# cat /boot/config/vfio-pci.cfg\nBIND=0000:00:14.0|8086:7ae0\n\
        root@Tower:~# lspci -nn\n\
        00:14.0 USB controller [0c03]: Intel Corporation XHCI Controller [8086:7ae0] (rev 11)\n\
        root@Tower:~# ls -l /dev/disk/by-label/\n\
        lrwxrwxrwx 1 root root 10 Jan 25 10:11 UNRAID -> ../../sda1\n\
        root@Tower:~# ls -l /dev/disk/by-path/\n\
        lrwxrwxrwx 1 root root  9 Jan 25 10:11 pci-0000:00:14.0-usb-0:3:1.0-scsi-0:0:0:0 -> ../../sda\n";
    is_cause(stick, "file-system-on-device", Verdict::Blocker, &[]);
    assert!(!has(
        &stick.replace(" UNRAID ", " DATA "),
        "file-system-on-device"
    ));
}

/// A line of the survey is about the device whose name is above it.
#[test]
fn a_survey_s_lines_have_their_devices() {
    let directory = "examples/hosts/hyper-v/before";
    let shown = |device: &str| passthru(&["doctor", device, "--root", directory]).out;
    assert!(!shown("01:00.0").contains("hyperv-survey-rmrr"));
    assert!(shown("00:02.0").contains("Cannot be assigned."));
}

const I350: &str = "root@Tower:~# lspci -nnk\n\
    00:00.0 Host bridge [0600]: Intel Corporation Host Bridge [8086:3ec2] (rev 07)\n\
    04:00.0 Ethernet controller [0200]: Intel Corporation I350 [8086:1521] (rev 01)\n\
    \tKernel driver in use: igb\n\
    04:00.1 Ethernet controller [0200]: Intel Corporation I350 [8086:1521] (rev 01)\n\
    \tKernel driver in use: igb\n\
    04:00.2 Ethernet controller [0200]: Intel Corporation I350 [8086:1521] (rev 01)\n\
    \tKernel driver in use: igb\n\
    04:00.3 Ethernet controller [0200]: Intel Corporation I350 [8086:1521] (rev 01)\n\
    \tKernel driver in use: igb\n\
    05:00.0 Non-Volatile memory controller [0108]: Samsung SM981 [144d:a808]\n\
    \tKernel driver in use: nvme\nroot@Tower:~# uname -r\n6.12.24-Unraid\n";

fn remedy(text: &str, code: &str) -> String {
    let found = findings(text);
    let one = found.iter().find(|one| one.code == code);
    format!("{:?}", one.and_then(|one| one.remedy.clone()))
}

/// Ports of a card have one ID: each entry of the file is for the port with its function number.
#[test]
fn ports_that_moved_are_told_apart() {
    let code = "override-script-address-stale";
    let listing = I350.replace("05:00.0", "05:00.2");
    let bound = |entries: &str| {
        format!("root@Tower:~# cat /boot/config/vfio-pci.cfg\nBIND={entries}\n{listing}")
    };
    let said = remedy(&bound("0000:05:00.2|8086:1521"), code);
    assert!(
        said.contains("04:00.2") && !said.contains("04:00.0"),
        "{said}"
    );
    // The file has the port that is there already: the other one is gone.
    let said = remedy(
        &bound("0000:05:00.2|8086:1521 0000:04:00.2|8086:1521"),
        code,
    );
    assert!(
        said.contains("remove 05:00.2") && !said.contains("04:00"),
        "{said}"
    );
}

/// Another card is in the slot, for the same guest.
#[test]
fn a_replaced_card_stops_no_guest() {
    let post = format!(
        "root@Tower:~# cat /boot/config/vfio-pci.cfg\nBIND=0000:05:00.0|10de:1c82\n{I350}\
         root@Tower:~# virsh dumpxml w\n<domain type='kvm'>\n<name>w</name>\n<devices>\n\
         <hostdev mode='subsystem' type='pci' managed='yes'>\n<source>\n\
         <address domain='0x0000' bus='0x05' slot='0x00' function='0x0'/>\n\
         </source>\n</hostdev>\n</devices>\n</domain>\n"
    );
    let code = "override-script-address-stale";
    is_cause(&post, code, Verdict::Fix, &[]);
    let said = remedy(&post, code);
    assert!(said.contains("select it again"), "{said}");
}

/// AMD's IOMMU needs no option: that of a file which no loader reads is not the cause.
#[test]
fn an_option_of_amd_is_no_cause() {
    let post = "root@pve:~# proxmox-boot-tool status\nSystem currently booted with uefi\n\
        5F2B-4C7E is configured with: uefi (versions: 6.8.12-4-pve)\n\
        root@pve:~# grep CMDLINE /etc/default/grub\n\
        GRUB_CMDLINE_LINUX_DEFAULT=\"quiet amd_iommu=on iommu=pt\"\n\
        root@pve:~# qm start 100\nerror: no iommu_group found for 0000:01:00.0\n";
    let found = findings(post);
    let unread = found
        .iter()
        .find(|one| one.code == "boot-options-in-unread-file");
    assert!(unread.is_none_or(|one| !one.cause_of.contains(&"hypervisor-without-iommu")));
    assert!(has(post, "hypervisor-without-iommu"));
}

/// The stick of a guest with Unraid is no disk of its host.
#[test]
fn a_stick_for_a_guest_is_not_the_hosts() {
    let post = "root@pve:~# qm config 100\nhostpci0: 0000:03:00.0\nname: unraid\n\
        root@pve:~# lspci -nnk\n\
        03:00.0 USB controller [0c03]: Renesas uPD720201 [1912:0014] (rev 03)\n\
        \tKernel driver in use: xhci_hcd\n\
        root@pve:~# blkid\n/dev/sdb1: LABEL=\"UNRAID\" UUID=\"272C-EBE2\" TYPE=\"vfat\"\n\
        root@pve:~# ls -l /dev/disk/by-path\n\
        lrwxrwxrwx 1 root root  9 Jun 14 09:00 pci-0000:03:00.0-usb-0:3:1.0-scsi-0:0:0:0 -> ../../sdb\n";
    assert!(!has(post, "file-system-on-device"));
}

/// Each of two cards is where the file has the other one.
#[test]
fn cards_that_changed_places_are_both_judged() {
    let post = "root@Tower:~# cat /boot/config/vfio-pci.cfg\n\
        BIND=0000:01:00.0|10de:2484 0000:02:00.0|8086:10d3\n\
        root@Tower:~# lspci -nnk\n\
        01:00.0 Ethernet controller [0200]: Intel Corporation 82574L [8086:10d3]\n\
        \tKernel driver in use: e1000e\n\
        02:00.0 VGA compatible controller [0300]: NVIDIA GA104 [10de:2484] (rev a1)\n\
        \tKernel driver in use: nouveau\n";
    let report = doctor::examine(&host(post), &Question::default());
    assert_eq!(
        report.devices,
        ["01:00.0".parse().unwrap(), "02:00.0".parse().unwrap()]
    );
}

/// A device that did not return from a reset, in the texts of three hypervisors.
#[test]
fn what_follows_from_a_failed_reset() {
    let libvirt = "libvirt auf Arch: nach dem Herunterfahren startet die VM nicht mehr.\n\
        kernel: vfio-pci 0000:0b:00.0: not ready 65535ms after FLR; giving up\n\
        kernel: vfio-pci 0000:0b:00.0: Refused to change power state, currently in D3\n\
        kernel: AMD-Vi: Completion-Wait loop timed out\n\
        qemu-system-x86_64: -device vfio-pci,host=0000:0b:00.0: vfio 0000:0b:00.0: error getting \
        device from group 17: Invalid argument\n\
        qemu-system-x86_64: vfio: Unable to power on device, stuck in D3\n";
    let consequences = [
        "reset-timeout",
        "power-state-refused",
        "amdvi-completion-timeout",
        "vfio-device-not-opened",
        "stuck-in-d3",
    ];
    is_cause(libvirt, "reset-failed", Verdict::Blocker, &consequences);
    let unraid = "Unraid 6.12，显卡直通，虚拟机重启后黑屏。\n\
        kernel: vfio-pci 0000:0c:00.0: not ready 65535ms after FLR; giving up\n\
        kernel: DMAR: VT-d detected Invalidation Time-out Error: SID 0c00\n\
        qemu-system-x86_64: -device vfio-pci,host=0000:0c:00.0: vfio 0000:0c:00.0: failed to setup \
        INTx fd: Device or resource busy\n\
        libvirt: internal error: Unknown PCI header type '127' for device '0000:0c:00.0'\n";
    let consequences = [
        "vtd-invalidation-timeout",
        "intx-setup-failed",
        "config-space-lost",
    ];
    is_cause(unraid, "reset-failed", Verdict::Blocker, &consequences);
    let proxmox = "Proxmox 8.2, RX 580 passthrough. After the second VM start the host hangs.\n\
        vfio-pci 0000:0a:00.0: not ready 65535ms after bus reset; giving up\n\
        AMD-Vi: Completion-Wait loop timed out\n\
        0a:00.0 VGA compatible controller [0300]: AMD/ATI Ellesmere [1002:67df] (rev e7)\n\
        \tKernel driver in use: vfio-pci\n";
    let consequences = [
        "reset-failed",
        "amdvi-completion-timeout",
        "host-freeze-reported",
    ];
    is_cause(proxmox, "reset-once", Verdict::Blocker, &consequences);
    // Without a failed reset each is a finding of its own.
    let alone = libvirt.replace("not ready 65535ms after FLR; giving up", "enabling device");
    assert!(!has(&alone, "reset-failed"));
    is_cause(&alone, "amdvi-completion-timeout", Verdict::Blocker, &[]);
    // An interrupt of another device does not follow.
    let other = unraid.replace("0000:0c:00.0: not ready", "0000:0d:00.0: not ready");
    let found = findings(&other);
    let cause = found.iter().find(|one| one.code == "reset-failed");
    assert!(!cause.unwrap().cause_of.contains(&"intx-setup-failed"));
}
