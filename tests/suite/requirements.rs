//! One requirement, three uses: the doctor says that it is not met, the plan's changes meet
//! it, and `verify` evaluates it again.

use host_tree::{HostTree, MemoryTree};
use passthru::doctor::{self, Question};
use passthru::plan::{self, Plan, Request, When};
use passthru::requirement::{Requirement, State};
use passthru::{Change, Host, Remedy, Target, Verdict, verify};
use pci_core::Address;

const CARD: &str = "03:00.0";

const LSPCI: &str = "03:00.0 Ethernet controller [0200]: Intel Corporation 82574L Gigabit Network \
                     Connection [8086:10d3]\n\tKernel driver in use: e1000e\n";

const GRUB: &str = "/etc/default/grub";

/// Files by path, and outputs by `text:COMMAND`.
type Files<'a> = &'a [(&'a str, &'a str)];

fn card() -> Address {
    CARD.parse().unwrap()
}

/// A host of Proxmox VE that boots by GRUB, with these files beside.
fn tree(files: Files<'_>) -> MemoryTree {
    let mut tree = MemoryTree::partial();
    tree.insert_text("lspci -nnk", LSPCI);
    tree.insert_file("/etc/pve/.version", "{}");
    tree.insert_file("/etc/initramfs-tools/modules", "");
    tree.insert_file(
        "/proc/cmdline",
        "BOOT_IMAGE=/vmlinuz root=/dev/sda1 quiet\n",
    );
    tree.insert_file("/boot/grub/grub.cfg", "menuentry 'Debian' {\n}\n");
    for (path, text) in files {
        match path.strip_prefix("text:") {
            Some(command) => tree.insert_text(command, text),
            None => tree.insert_file(path, text.as_bytes()),
        }
    }
    tree
}

fn request() -> Request {
    Request {
        devices: vec![card()],
        target: Some(Target::Proxmox),
        ..Request::default()
    }
}

fn change(tree: &MemoryTree, code: &str) -> Change {
    let question = Question {
        devices: vec![card()],
        target: Some(Target::Proxmox),
    };
    let report = doctor::examine(&Host::read(tree), &question);
    let finding = report.findings.iter().find(|one| one.code == code);
    let remedy = finding.unwrap_or_else(|| panic!("{code}: {:#?}", report.findings));
    match &remedy.remedy {
        Some(Remedy::Change(change)) => change.clone(),
        other => panic!("{code}: {other:?}"),
    }
}

fn planned(tree: &MemoryTree) -> Plan {
    plan::make(tree, &Host::read(tree), &request()).unwrap()
}

fn commands(plan: &Plan) -> Vec<&str> {
    let commands = plan.commands.iter();
    commands.map(|command| command.argv[0].as_str()).collect()
}

fn grub(plan: &Plan) -> Option<&str> {
    let mut edits = plan.edits.iter();
    let edit = edits.find(|edit| edit.path == GRUB)?;
    edit.after
        .lines()
        .find(|line| line.contains("CMDLINE_LINUX_DEFAULT"))
}

#[test]
fn an_option_that_does_not_run_yet_is_brought_into_effect() {
    let host = tree(&[(
        GRUB,
        "GRUB_CMDLINE_LINUX_DEFAULT=\"quiet intel_iommu=on\"\n",
    )]);
    assert_eq!(
        change(&host, "boot-options-not-running"),
        Change::RegenerateBootLoader
    );
    let plan = planned(&host);
    assert_eq!(grub(&plan), None, "the file is right");
    assert!(commands(&plan).contains(&"update-grub"), "{plan:#?}");
    assert!(plan.reboot_reason.is_some());
}

#[test]
fn an_initramfs_that_is_older_than_its_files_is_generated_again() {
    let conf = "options vfio-pci ids=8086:10d3\nsoftdep e1000e pre: vfio-pci\n";
    let host = tree(&[
        ("/etc/modprobe.d/vfio.conf", conf),
        ("/etc/modules", "vfio\nvfio_iommu_type1\nvfio_pci\n"),
        (
            "text:dmesg",
            "[    3.136462] vfio_pci: add [10de:2d04[ffffffff:ffffffff]] class 0x000000/00000000\n",
        ),
    ]);
    assert_eq!(
        change(&host, "vfio-ids-not-added"),
        Change::RegenerateInitramfs
    );
    let plan = planned(&host);
    assert!(commands(&plan).contains(&"update-initramfs"), "{plan:#?}");
    assert!(plan.reboot_reason.is_some());
}

#[test]
fn an_initramfs_is_generated_again_for_a_function_that_another_driver_has() {
    let files = |ids: &str| {
        tree(&[
            (
                "/etc/modprobe.d/vfio.conf",
                &format!("options vfio-pci ids={ids}\nsoftdep e1000e pre: vfio-pci\n"),
            ),
            ("/etc/modules", "vfio\nvfio_iommu_type1\nvfio_pci\n"),
        ])
    };
    let plan = planned(&files("8086:10d3"));
    assert!(plan.edits.is_empty(), "{plan:#?}");
    assert_eq!(commands(&plan).first(), Some(&"update-initramfs"));
    assert!(plan.reboot_reason.is_some());
    // Bound by its driver at boot, it needs nothing more.
    let mut bound = files("8086:10d3");
    bound.insert_text("lspci -nnk", &LSPCI.replace("e1000e", "vfio-pci"));
    let plan = planned(&bound);
    assert!(!commands(&plan).contains(&"update-initramfs"), "{plan:#?}");
    assert_eq!(plan.reboot_reason, None);
}

#[test]
fn an_option_that_gives_up_protection_is_not_corrected_into_effect() {
    for typed in [
        "pcie_acs_overide=downstream",
        "intremp=off",
        "intel_iomu=relax_rmrr",
        "amd_iomu=on",
        "vfio_iommu_type1.allow_unsafe_interupts=1",
    ] {
        let text = format!("GRUB_CMDLINE_LINUX_DEFAULT=\"quiet intel_iommu=on {typed}\"\n");
        let host = tree(&[(GRUB, &text)]);
        let code = match typed.starts_with("vfio") {
            true => "vfio-option-misspelled",
            false => "option-misspelled",
        };
        let removed = Change::RemoveKernelOption {
            option: typed.to_owned(),
        };
        assert_eq!(change(&host, code), removed);
        let plan = planned(&host);
        let line = grub(&plan).unwrap();
        let value = typed.split('=').next_back().unwrap();
        assert!(
            !line.contains(&format!("={value}")) || value == "on",
            "{line}"
        );
        assert!(!line.contains(typed), "{line}");
    }
}

#[test]
fn an_option_that_is_written_wrong_is_replaced() {
    for (typed, code, right) in [
        ("intel_iommu=true", "iommu-value-unknown", "intel_iommu=on"),
        (
            "intel_iommu=true,igfx_off",
            "iommu-value-unknown",
            "intel_iommu=on,igfx_off",
        ),
        ("intel_iomu=on", "option-misspelled", "intel_iommu=on"),
        ("iommu=on,pt iommu=off", "", ""),
    ] {
        let text = format!("GRUB_CMDLINE_LINUX_DEFAULT=\"quiet {typed}\"\n");
        let host = tree(&[(GRUB, &text)]);
        if code.is_empty() {
            // Of two that exclude each other the plan leaves none that switches the IOMMU off.
            let plan = planned(&host);
            assert!(!grub(&plan).unwrap().contains("iommu=off"), "{plan:#?}");
            continue;
        }
        let replaced = Change::ReplaceKernelOption {
            option: typed.to_owned(),
            replacement: right.to_owned(),
        };
        assert_eq!(change(&host, code), replaced);
        let plan = planned(&host);
        let line = grub(&plan).unwrap();
        assert!(line.contains(right) && !line.contains(typed), "{line}");
        // The doctor has nothing left to say of it on the host that the plan leaves.
        let mut after = tree(&[]);
        for edit in &plan.edits {
            after.insert_file(&edit.path, edit.after.as_bytes());
        }
        let findings = doctor::examine(&Host::read(&after), &Question::default()).findings;
        assert!(findings.iter().all(|finding| finding.code != code));
    }
}

#[test]
fn each_requirement_has_each_state() {
    let address = card();
    let of = |requirement: &Requirement, files: Files<'_>| {
        requirement.evaluate(&Host::read(&tree(files)))
    };
    let group = "[    0.536462] pci 0000:03:00.0: Adding to iommu group 17\n";
    let log = |text: &'static str| [("text:dmesg", text)];
    let held = log(group);
    let cases: &[(Requirement, Files<'_>, State)] = &[
        (Requirement::IommuEnabled, &held, State::Met),
        (Requirement::IommuEnabled, &[], State::Unknown),
        (
            Requirement::InterruptRemapping,
            &log("[    0.736462] AMD-Vi: Interrupt remapping enabled\n"),
            State::Met,
        ),
        (Requirement::InterruptRemapping, &[], State::Unknown),
        (Requirement::InGroup { address }, &held, State::Met),
        (Requirement::InGroup { address }, &[], State::Unknown),
        (Requirement::GroupViable { address }, &held, State::Unmet),
        (Requirement::GroupViable { address }, &[], State::Unknown),
        (
            Requirement::GroupMembers {
                address,
                members: vec![],
            },
            &held,
            State::Unmet,
        ),
        (
            Requirement::KernelOption {
                option: "quiet".to_owned(),
            },
            &[],
            State::Met,
        ),
        (
            Requirement::KernelOption {
                option: "iommu=pt".to_owned(),
            },
            &[],
            State::Unmet,
        ),
        (Requirement::AssignmentDriver { address }, &[], State::Unmet),
        (Requirement::HostDriver { address }, &[], State::Met),
        (
            Requirement::Driver {
                address,
                driver: "e1000e".to_owned(),
            },
            &[],
            State::Met,
        ),
        (
            Requirement::NoBootFramebuffer { address },
            &[("/proc/iomem", "c0000000-cfffffff : 0000:03:00.0\n")],
            State::Met,
        ),
        (
            Requirement::NoBootFramebuffer { address },
            &[(
                "/proc/iomem",
                "c0000000-cfffffff : 0000:03:00.0\n  c0000000-c02fffff : BOOTFB\n",
            )],
            State::Unmet,
        ),
        (
            Requirement::NoBootFramebuffer { address },
            &[],
            State::Unknown,
        ),
    ];
    for (requirement, files, state) in cases {
        let found = of(requirement, files);
        assert_eq!(found.state, *state, "{requirement:?}: {found:?}");
        let proved = found.state == State::Unknown || !found.evidence.is_empty();
        assert!(proved, "{requirement:?}: {found:?}");
        assert!(!requirement.look().is_empty());
    }
}

/// What a plan checks after the reboot is what the doctor says of the same host.
#[test]
fn a_check_and_the_doctor_agree() {
    let host = tree(&[(
        "text:dmesg",
        "[    0.536462] pci 0000:03:00.0: Adding to iommu group 17\n",
    )]);
    let plan = planned(&host);
    let mut after = plan
        .checks
        .iter()
        .filter(|one| one.when == When::AfterReboot);
    assert!(after.any(|check| matches!(check.requirement, Some(Requirement::Driver { .. }))));
    let report = verify::verify(&host, &Host::read(&host), &plan, None);
    assert_eq!(report.devices[0].verdict, Verdict::Blocker);
    let mut because = report.devices[0].causes.iter();
    assert!(because.any(|reason| reason.code == Some("host-driver-bound")));
}

/// `ls` and `lsblk` of a host with one NVMe drive.
fn drive(below: &str) -> MemoryTree {
    let mut tree = MemoryTree::partial();
    tree.insert_text(
        "lspci -nnk",
        "01:00.0 Non-Volatile memory controller [0108]: Samsung Electronics Co Ltd NVMe SSD \
         Controller SM981 [144d:a808]\n\tKernel driver in use: nvme\n",
    );
    let link = "../../devices/pci0000:00/0000:00:1d.0/0000:01:00.0/nvme/nvme0/nvme0n1";
    tree.insert_text(
        "ls -l /sys/class/block",
        &format!("lrwxrwxrwx 1 root root 0 Nov 21 09:00 nvme0n1 -> {link}\n"),
    );
    let rows = format!(
        "NAME         TYPE FSTYPE      MOUNTPOINT\nnvme0n1      disk             \n{below}"
    );
    tree.insert_text("lsblk -o NAME,TYPE,FSTYPE,MOUNTPOINT", &rows);
    tree
}

/// A part of a pool has no mount of its own.
#[test]
fn the_host_s_use_of_a_drive_is_shown_by_the_types_of_its_file_systems() {
    let address: Address = "01:00.0".parse().unwrap();
    let state = |tree: &MemoryTree| {
        let requirement = Requirement::NotInUse { address };
        requirement.evaluate(&Host::read(tree)).state
    };
    let part = |rest: &str| drive(&format!("`-nvme0n1p1  part {rest}\n"));
    assert_eq!(state(&part("ntfs        ")), State::Met);
    assert_eq!(state(&part("ext4        /srv")), State::Unmet);
    for member in [
        "zfs_member",
        "LVM2_member",
        "linux_raid_member",
        "ceph_bluestore",
        "crypto_LUKS",
    ] {
        assert_eq!(state(&part(member)), State::Unknown, "{member}");
    }
    // A volume of the device mapper, without a type of its own.
    let held = part("ntfs\n  `-opened    crypt");
    assert_eq!(state(&held), State::Unknown);
    // Without a type anywhere lsblk cannot see any.
    assert_eq!(state(&drive("")), State::Unknown);
    let mut bare = MemoryTree::partial();
    let whole = drive("");
    for text in whole.texts() {
        if text.command.starts_with("lspci") {
            bare.insert_text(&text.command, &text.text);
        }
    }
    assert_eq!(state(&bare), State::Unknown);
}

/// A guest's file, and a list of IDs with wrong separators: the plan sets the one key and writes
/// the list, and the doctor has nothing left to say of them.
#[test]
fn a_guest_s_keys_and_unreadable_ids_are_edited() {
    let vm = "/etc/pve/qemu-server/100.conf";
    let ids = "/etc/modprobe.d/vfio.conf";
    let config = "balloon: 2048\nhostpci0: 0000:03:00,pcie=1\nhugepages: 1024\nmachine: q35\n\
                  memory: 8192\nnuma: 0\n";
    for (path, text, code, wanted) in [
        (vm, config, "proxmox-vm-config", "balloon: 0\nhostpci0"),
        (vm, config, "proxmox-vm-config", "numa: 1\n"),
        (
            ids,
            "options vfio-pci ids=8086:10d3;8086:10d4\n",
            "vfio-ids-malformed",
            "ids=8086:10d3,8086:10d4\n",
        ),
    ] {
        let host = tree(&[(path, text)]);
        let plan = planned(&host);
        let edits: Vec<_> = plan.edits.iter().filter(|edit| edit.path == path).collect();
        let [edit] = edits.as_slice() else {
            panic!("{path}: {plan:#?}");
        };
        assert!(edit.after.contains(wanted), "{}", edit.after);
        let mut after = tree(&[]);
        for edit in &plan.edits {
            after.insert_file(&edit.path, edit.after.as_bytes());
        }
        let findings = doctor::examine(&Host::read(&after), &Question::default()).findings;
        assert!(
            findings.iter().all(|finding| finding.code != code),
            "{findings:#?}"
        );
    }
}
