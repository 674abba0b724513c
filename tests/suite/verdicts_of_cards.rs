//! The verdicts of the cards of a host agree with each other, with the findings, and with the exit
//! status.

use host_tree::MemoryTree;
use passthru::answer::{Check, Readiness, check};
use passthru::doctor::{self, Question};
use passthru::{Host, Target, Verdict, plan};
use testkit::Scratch;

use crate::command::passthru;

/// Integrated graphics, a GPU that guests have, and a network card.
const LISTING: &str = "\
00:00.0 Host bridge [0600]: Intel Corporation 8th Gen Core Host Bridge [8086:3ec2] (rev 07)
00:01.0 PCI bridge [0604]: Intel Corporation Xeon PCIe x16 [8086:1901] (rev 07)
\tKernel driver in use: pcieport
00:02.0 VGA compatible controller [0300]: Intel Corporation UHD Graphics 630 [8086:3e92]
\tKernel driver in use: i915
00:1f.6 Ethernet controller [0200]: Intel Corporation I219-V [8086:15bc] (rev 10)
\tKernel driver in use: e1000e
01:00.0 VGA compatible controller [0300]: NVIDIA Corporation GP106 [10de:1c03] (rev a1)
\tKernel driver in use: vfio-pci
01:00.1 Audio device [0403]: NVIDIA Corporation GP106 Audio [10de:10f1] (rev a1)
\tKernel driver in use: vfio-pci
";

const GROUPS: &str = "\
/sys/kernel/iommu_groups/0/devices/0000:00:00.0
/sys/kernel/iommu_groups/1/devices/0000:00:01.0
/sys/kernel/iommu_groups/1/devices/0000:01:00.0
/sys/kernel/iommu_groups/1/devices/0000:01:00.1
/sys/kernel/iommu_groups/2/devices/0000:00:02.0
/sys/kernel/iommu_groups/3/devices/0000:00:1f.6
";

/// A guest that does not start: pcie=1 is for q35.
const OLD_MACHINE: &str = "bios: ovmf\nhostpci0: 0000:01:00,pcie=1\nmachine: pc-i440fx-8.1\n\
    memory: 4096\nname: a\n";

/// A guest with a function that moved.
const MOVED: &str =
    "bios: ovmf\nhostpci0: 0000:03:00.0,pcie=1\nmachine: q35\nmemory: 4096\nname: a\n";

const VM: &str = "/etc/pve/qemu-server/101.conf";

fn tree(guest: &str) -> MemoryTree {
    let mut tree = MemoryTree::partial();
    tree.insert_text("lspci -nnk", LISTING);
    tree.insert_text("find /sys/kernel/iommu_groups -type l", GROUPS);
    if !guest.is_empty() {
        tree.insert_file(VM, guest);
    }
    tree
}

fn host(guest: &str) -> Host {
    Host::read(&tree(guest))
}

fn readiness(check: &Check, address: &str) -> Readiness {
    let address = address.parse().unwrap();
    let mut all = check.candidates.iter();
    let found = all.find(|one| one.answer.devices.contains(&address));
    found.unwrap().answer.readiness
}

fn codes(host: &Host, asked: &str) -> Vec<(Verdict, &'static str)> {
    let question = Question {
        devices: vec![asked.parse().unwrap()],
        target: None,
    };
    let report = doctor::examine(host, &question);
    let codes = report.findings.iter();
    codes
        .map(|finding| (finding.verdict, finding.code))
        .collect()
}

#[test]
fn a_guest_s_fault_is_of_its_functions() {
    let host = host(OLD_MACHINE);
    let check = check(&host, &[], None);
    assert_eq!(readiness(&check, "01:00.0"), Readiness::Blocked);
    assert_eq!(readiness(&check, "00:1f.6"), Readiness::NotPrepared);
    assert_eq!(check.host_findings, []);
    let fault = (Verdict::Blocker, "proxmox-vm-config");
    assert!(codes(&host, "01:00.0").contains(&fault));
    assert!(!codes(&host, "00:1f.6").contains(&fault));
}

/// The screen of the host is not on a GPU that guests have.
#[test]
fn the_last_display_of_the_host_is_the_only_one() {
    let only = (Verdict::Blocker, "only-display");
    let host = host("");
    assert!(codes(&host, "00:02.0").contains(&only));
    assert!(!codes(&host, "01:00.0").contains(&only));
    let request = plan::Request {
        devices: vec!["00:02.0".parse().unwrap()],
        target: Some(Target::Proxmox),
        ..plan::Request::default()
    };
    let mut tree = tree("");
    tree.insert_text(
        "pveversion",
        "pve-manager/8.2.2/9355359cd7afbae4 (running kernel: 6.8.4-2-pve)\n",
    );
    let plan = plan::make(&tree, &Host::read(&tree), &request).unwrap();
    assert!(plan.blockers.iter().any(|one| one.code == "only-display"));
}

/// A physical function without virtual functions can be assigned; another port has no fault.
#[test]
fn virtual_functions_that_cannot_be_enabled_block_no_port() {
    let mut tree = tree("");
    tree.insert_text(
        "a.txt",
        "# echo 8 > /sys/class/net/eno1/device/sriov_numvfs\n-bash: echo: write error: Numerical \
         result out of range\nigb 0000:00:1f.6: not enough MMIO resources for SR-IOV\n",
    );
    let host = Host::read(&tree);
    let refused = (Verdict::Blocker, "sriov-no-mmio");
    assert!(codes(&host, "00:1f.6").contains(&refused));
    let check = check(&host, &[], None);
    assert_ne!(readiness(&check, "00:1f.6"), Readiness::Blocked);
}

/// Runs the command on a pasted text.
fn run(command: &str, text: &str) -> crate::command::Run {
    let scratch = Scratch::new();
    let file = scratch.file("post.txt", text.as_bytes());
    passthru(&[command, &file])
}

#[test]
fn the_status_of_check_is_that_of_the_best_card() {
    let held = "02:00.0 Non-Volatile memory controller [0108]: Samsung NVMe [144d:a808]\n\
        \tKernel driver in use: nvme\n";
    assert_eq!(run("check", &format!("$ lspci -nnk\n{held}")).status, 1);
    let prompt = "root@pve:~# ";
    let all = format!(
        "{prompt}find /sys/kernel/iommu_groups -type l\n{GROUPS}{prompt}lspci -nnk\n{LISTING}"
    );
    assert_eq!(run("check", &all).status, 0);
    // The only card has a guest that does not start.
    let alone = LISTING.split("00:02.0").next().unwrap();
    let (_, gpu) = LISTING.split_once("01:00.0").unwrap();
    let fault = format!("{prompt}cat {VM}\n{OLD_MACHINE}{prompt}lspci -nnk\n{alone}01:00.0{gpu}");
    assert_eq!(run("check", &fault).status, 1);
}

/// A fault of another device is announced below a card that is ready.
#[test]
fn a_ready_card_has_no_fault_of_another_device() {
    let prompt = "root@pve:~# ";
    let text = format!(
        "{prompt}find /sys/kernel/iommu_groups -type l\n{GROUPS}{prompt}cat \
         {VM}\n{MOVED}{prompt}lspci -nnk\n{LISTING}"
    );
    let doctor = run("doctor", &text);
    let note = "the problems below are of other devices: 03:00.0";
    assert!(doctor.out.contains("Ready for a guest."), "{}", doctor.out);
    assert!(doctor.out.contains(note), "{}", doctor.out);
    assert_eq!(doctor.status, 1);
    // Of the card's own guest the fault is the card's.
    let own = MOVED.replace("machine:", "hostpci1: 0000:01:00,pcie=1\nmachine:");
    let check = check(&host(&own), &[], None);
    assert_eq!(readiness(&check, "01:00.0"), Readiness::Blocked);
}

/// Without a device in question the list names the cause, and no sentence says that there is none.
#[test]
fn the_answer_without_a_device_names_the_cause_of_a_blocked_card() {
    let prompt = "root@nas:~# ";
    let text = format!(
        "{prompt}lspci -nnk\n\
         00:01.0 PCI bridge [0604]: Intel Corporation Xeon PCIe x16 [8086:1901] (rev 07)\n\
         00:17.0 SATA controller [0106]: Intel Corporation SATA [8086:a102] (rev 31)\n\
         \tKernel driver in use: ahci\n\
         01:00.0 Serial Attached SCSI controller [0107]: Broadcom SAS2308 [1000:0087] (rev 05)\n\
         \tKernel driver in use: mpt3sas\n\
         {prompt}ls -l /sys/block\n\
         lrwxrwxrwx 1 root root 0 May 1 10:00 sda -> ../devices/pci0000:00/0000:00:01.0/0000:01:00.0/host0/block/sda\n\
         {prompt}findmnt /dev/sda2\n/ /dev/sda2 ext4 rw,relatime\n"
    );
    let doctor = run("doctor", &text);
    let out = doctor.out.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(
        out.contains("01:00.0 has the host's boot disk, with / [file-system-on-device]"),
        "{out}"
    );
    assert!(
        out.contains("No card is named; for one of these, run"),
        "{out}"
    );
    assert!(!out.contains("no known cause"), "{out}");
    // Nobody asks for that card.
    assert_eq!(doctor.status, 0);
}

#[test]
fn a_pool_of_a_guest_or_of_another_machine_is_not_the_hosts() {
    let table = "  pool: tank\n state: ONLINE\nconfig:\n\n\tNAME        STATE     READ WRITE CKSUM\n\
                 \ttank        ONLINE       0     0     0\n\t  sda       ONLINE       0     0     0\n\n";
    let disk = "lrwxrwxrwx 1 root root 0 Nov  1 10:00 sda -> \
                ../devices/pci0000:00/0000:00:1c.0/0000:03:00.0/host0/target0:0:0/0:0:0:0/block/sda\n";
    let hba =
        "03:00.0 Serial Attached SCSI controller [0107]: Broadcom SAS2008 [1000:0072] (rev 03)\n";
    let doctor = |shell: &str| {
        let scratch = Scratch::new();
        let file = scratch.join("post.txt");
        let text = format!(
            "root@pve:~# lspci -nn\n{hba}root@pve:~# ls -l /sys/block\ntotal 0\n{disk}{shell}{table}"
        );
        std::fs::write(&file, text).unwrap();
        passthru(&["doctor", "03:00.0", "--from", file.to_str().unwrap()]).out
    };
    let of_host = doctor("root@pve:~# zpool status\n");
    assert!(of_host.contains("[file-system-on-device]"), "{of_host}");
    for shell in [
        "In the TrueNAS VM:\nroot@truenas[~]# zpool status\n",
        "root@nas:~# zpool status\n",
        "In the guest it looks like this:\n",
    ] {
        let out = doctor(shell);
        assert!(!out.contains("[file-system-on-device]"), "{shell}{out}");
    }
}

/// A host of sysfs with a display of its own, and a second card.
fn of_sysfs(driver: &str) -> MemoryTree {
    let mut tree = MemoryTree::default();
    tree.insert_file("/proc/cmdline", "root=/dev/sda1 intel_iommu=on\n");
    let functions = [
        ("0000:00:02.0", "30000", "8086:3E92", "i915", 2, true),
        ("0000:01:00.0", "30000", "10DE:1C03", driver, 1, false),
    ];
    for (address, class, id, driver, group, is_boot) in functions {
        let path = format!("/sys/bus/pci/devices/{address}");
        tree.insert_link(&path, &format!("../../../devices/pci0000:00/{address}"));
        let uevent =
            format!("DRIVER={driver}\nPCI_CLASS={class}\nPCI_ID={id}\nPCI_SLOT_NAME={address}\n");
        tree.insert_file(&format!("{path}/uevent"), uevent);
        let bound = format!("../../../bus/pci/drivers/{driver}");
        tree.insert_link(&format!("{path}/driver"), &bound);
        let flag = if is_boot { "1\n" } else { "0\n" };
        tree.insert_file(&format!("{path}/boot_vga"), flag);
        let of_group = format!("/sys/kernel/iommu_groups/{group}");
        let link = format!("../../../kernel/iommu_groups/{group}");
        tree.insert_link(&format!("{path}/iommu_group"), &link);
        let member = format!("../../../../devices/pci0000:00/{address}");
        tree.insert_link(&format!("{of_group}/devices/{address}"), &member);
    }
    tree
}

#[test]
fn without_a_device_the_answer_for_a_card_is_that_of_check() {
    // (driver of the card, its readiness)
    let cases = [
        ("nouveau", Readiness::NotPrepared),
        ("nvidia", Readiness::NotPrepared),
        ("vfio-pci", Readiness::NoProblemFound),
    ];
    for (driver, expected) in cases {
        let host = Host::read(&of_sysfs(driver));
        let report = doctor::examine(&host, &Question::default());
        let [card] = report.cards.as_slice() else {
            panic!("{driver}: {:?}", report.cards);
        };
        assert_eq!(card.readiness, expected, "{driver}");
        let all = check(&host, &[], None);
        assert_eq!(readiness(&all, "01:00.0"), expected, "{driver}");
        // A host without passthrough has no fault.
        assert!(!report.has_problem(), "{driver}: {:?}", report.findings);
    }
}

/// The doctor's screen for a host of the examples.
fn doctor_of(host: &str, more: &[&str]) -> crate::command::Run {
    let folder = format!("{}/../examples/hosts/{host}", env!("CARGO_MANIFEST_DIR"));
    let call = [&["doctor", "--root", folder.as_str()], more].concat();
    passthru(&call)
}

#[test]
fn a_host_without_passthrough_is_healthy_and_not_prepared() {
    for host in [
        "arch-mkinitcpio/before",
        "esxi8/before",
        "secure-boot/before",
    ] {
        let run = doctor_of(host, &[]);
        assert_eq!(run.status, 0, "{host}");
        let words: Vec<&str> = run.out.split_whitespace().collect();
        let text = words.join(" ");
        assert!(text.contains("not prepared for it yet"), "{host}: {text}");
        assert!(
            text.contains("No device is prepared for passthrough"),
            "{host}: {text}"
        );
        assert!(!text.contains("No problem found"), "{host}: {text}");
    }
    // A host that a guide has prepared.
    let run = doctor_of("esxi8/after", &[]);
    assert!(!run.out.contains("prepared"), "{}", run.out);
}

#[test]
fn the_status_screen_has_the_exit_status_of_the_doctor() {
    for host in [
        "proxmox-rtx5060ti/after",
        "arch-mkinitcpio/before",
        "esxi8/after",
        "nixos/before",
    ] {
        let folder = format!("examples/hosts/{host}");
        let status = passthru(&["--root", &folder]).status;
        assert_eq!(
            status,
            passthru(&["doctor", "--root", &folder]).status,
            "{host}"
        );
        assert_eq!(
            status,
            passthru(&["--root", &folder, "--json"]).status,
            "{host}"
        );
    }
}
