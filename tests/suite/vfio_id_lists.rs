//! `ids=` of vfio-pci that is set more than once: a plan writes one list with the IDs of
//! all files, and keeps all other settings.

use host_tree::{HostTree, MemoryTree, Overlay};
use passthru::Host;
use passthru::doctor::{self, Question};
use passthru::plan::{self, Plan, Request};

/// A NIC that goes to a guest, beside a graphics card and a drive that others have.
const LISTING: &str = "\
01:00.0 Ethernet controller [0200]: Intel Corporation I210 [8086:1533] (rev 03)
\tKernel driver in use: igb
02:00.0 VGA compatible controller [0300]: NVIDIA Corporation GA106 [10de:2503] (rev a1)
\tKernel driver in use: vfio-pci
03:00.0 Non-Volatile memory controller [0108]: Samsung Electronics Co Ltd NVMe [144d:a80a]
\tKernel driver in use: vfio-pci
";

struct Case {
    name: &'static str,
    /// Files of the host.
    files: &'static [(&'static str, &'static str)],
    /// What is in them afterwards.
    after: &'static [(&'static str, &'static str)],
}

const GRUB: &str = "/etc/default/grub";
const VFIO: &str = "/etc/modprobe.d/vfio.conf";

const CASES: [Case; 11] = [
    Case {
        name: "twice in one variable",
        files: &[
            (
                GRUB,
                "# boot\nGRUB_CMDLINE_LINUX_DEFAULT=\"rd.lvm.lv=vg/root vfio-pci.ids=10de:2503 \
                 cryptdevice=UUID=1:c vfio-pci.ids=144d:a80a root=/dev/vg/root\"\nGRUB_TIMEOUT=5\n",
            ),
            ("/proc/cmdline", "BOOT_IMAGE=/vmlinuz root=/dev/vg/root\n"),
        ],
        after: &[(
            GRUB,
            "# boot\nGRUB_CMDLINE_LINUX_DEFAULT=\"rd.lvm.lv=vg/root cryptdevice=UUID=1:c \
             vfio-pci.ids=10de:2503,144d:a80a,8086:1533 root=/dev/vg/root\"\nGRUB_TIMEOUT=5\n",
        )],
    },
    Case {
        name: "in both variables",
        files: &[
            (
                GRUB,
                "GRUB_CMDLINE_LINUX_DEFAULT=\"quiet vfio-pci.ids=144d:a80a splash\"\n\
                 GRUB_CMDLINE_LINUX=\"rd.lvm.lv=vg/root vfio_pci.ids=10de:2503 cryptdevice=/dev/sda2:c\"\n",
            ),
            ("/proc/cmdline", "BOOT_IMAGE=/vmlinuz root=/dev/sda1\n"),
        ],
        after: &[(
            GRUB,
            "GRUB_CMDLINE_LINUX_DEFAULT=\"quiet vfio-pci.ids=10de:2503,144d:a80a,8086:1533 splash\"\n\
             GRUB_CMDLINE_LINUX=\"rd.lvm.lv=vg/root cryptdevice=/dev/sda2:c\"\n",
        )],
    },
    Case {
        name: "the variable has nothing else",
        files: &[
            (
                GRUB,
                "GRUB_CMDLINE_LINUX=\"vfio-pci.ids=10de:2503\"\n\
                 GRUB_CMDLINE_LINUX_DEFAULT='quiet vfio-pci.ids=144d:a80a'\n",
            ),
            ("/proc/cmdline", "BOOT_IMAGE=/vmlinuz root=/dev/sda1\n"),
        ],
        after: &[(
            GRUB,
            "GRUB_CMDLINE_LINUX=\"\"\n\
             GRUB_CMDLINE_LINUX_DEFAULT='quiet vfio-pci.ids=10de:2503,144d:a80a,8086:1533'\n",
        )],
    },
    Case {
        name: "/etc/kernel/cmdline",
        files: &[
            (
                "/etc/kernel/cmdline",
                "root=ZFS=rpool/ROOT/pve-1 vfio-pci.ids=10de:2503 boot=zfs vfio-pci.ids=144d:a80a\n",
            ),
            ("/etc/kernel/proxmox-boot-uuids", "AAAA-BBBB\n"),
            (
                "/proc/cmdline",
                "initrd=\\EFI\\proxmox\\6.8.12-1-pve\\initrd.img-6.8.12-1-pve root=ZFS=rpool/ROOT/pve-1 boot=zfs\n",
            ),
        ],
        after: &[(
            "/etc/kernel/cmdline",
            "root=ZFS=rpool/ROOT/pve-1 boot=zfs vfio-pci.ids=10de:2503,144d:a80a,8086:1533\n",
        )],
    },
    Case {
        name: "lines of one entry of systemd-boot",
        files: &[
            (
                "/boot/loader/entries/arch.conf",
                "title Arch\nlinux /vmlinuz-linux\noptions root=/dev/sda2 rw vfio-pci.ids=10de:2503\n\
                 options quiet vfio-pci.ids=144d:a80a\n",
            ),
            ("/boot/loader/loader.conf", "default arch.conf\n"),
            (
                "/proc/cmdline",
                "initrd=\\initramfs-linux.img root=/dev/sda2 rw\n",
            ),
        ],
        after: &[(
            "/boot/loader/entries/arch.conf",
            "title Arch\nlinux /vmlinuz-linux\noptions root=/dev/sda2 rw\n\
             options quiet vfio-pci.ids=10de:2503,144d:a80a,8086:1533\n",
        )],
    },
    Case {
        name: "one line of an entry of systemd-boot",
        files: &[
            (
                "/boot/loader/entries/arch.conf",
                "title Arch\nlinux /vmlinuz-linux\n\
                 options vfio-pci.ids=10de:2503 vfio-pci.ids=144d:a80a root=/dev/sda2 rw\n",
            ),
            ("/boot/loader/loader.conf", "default arch.conf\n"),
            (
                "/proc/cmdline",
                "initrd=\\initramfs-linux.img root=/dev/sda2 rw\n",
            ),
        ],
        after: &[(
            "/boot/loader/entries/arch.conf",
            "title Arch\nlinux /vmlinuz-linux\n\
             options vfio-pci.ids=10de:2503,144d:a80a,8086:1533 root=/dev/sda2 rw\n",
        )],
    },
    Case {
        name: "kernelstub",
        files: &[
            (
                "/etc/kernelstub/configuration",
                "{\n  \"user\": {\n    \"kernel_options\": [\n      \"quiet\",\n      \
                 \"vfio-pci.ids=10de:2503\",\n      \"splash\",\n      \
                 \"vfio-pci.ids=144d:a80a\"\n    ]\n  }\n}\n",
            ),
            ("/etc/os-release", "ID=pop\nPRETTY_NAME=\"Pop!_OS\"\n"),
            (
                "/proc/cmdline",
                "initrd=\\EFI\\Pop_OS-1\\initrd.img root=UUID=1 ro quiet splash\n",
            ),
        ],
        after: &[(
            "/etc/kernelstub/configuration",
            "{\n  \"user\": {\n    \"kernel_options\": [\n      \"quiet\",\n      \"splash\",\n      \
             \"vfio-pci.ids=10de:2503,144d:a80a,8086:1533\"\n    ]\n  }\n}\n",
        )],
    },
    Case {
        name: "a line of modprobe.d that has more",
        files: &[
            (
                VFIO,
                "# cards\noptions vfio-pci ids=10de:2503 disable_vga=1\noptions vfio_pci ids=144d:a80a\n",
            ),
            (GRUB, "GRUB_CMDLINE_LINUX_DEFAULT=\"quiet\"\n"),
            ("/proc/cmdline", "BOOT_IMAGE=/vmlinuz root=/dev/sda1\n"),
        ],
        after: &[(
            VFIO,
            "# cards\noptions vfio-pci disable_vga=1\noptions vfio_pci ids=10de:2503,144d:a80a,8086:1533\n\
             softdep igb pre: vfio-pci\n",
        )],
    },
    Case {
        name: "two files of modprobe.d, and wildcards",
        files: &[
            (
                "/etc/modprobe.d/gpu.conf",
                "options vfio-pci ids=10de:ffffffff:ffffffff:ffffffff:030000:ff0000 disable_idle_d3=1\n",
            ),
            (
                VFIO,
                "options vfio-pci ids=144D:A80A,10de:FFFFFFFF:ffffffff:ffffffff:00040300:ffffffff\n",
            ),
            (GRUB, "GRUB_CMDLINE_LINUX_DEFAULT=\"quiet\"\n"),
            ("/proc/cmdline", "BOOT_IMAGE=/vmlinuz root=/dev/sda1\n"),
        ],
        after: &[
            (
                "/etc/modprobe.d/gpu.conf",
                "options vfio-pci disable_idle_d3=1\n",
            ),
            (
                VFIO,
                "options vfio-pci ids=10de:ffffffff:ffffffff:ffffffff:030000:ff0000,144D:A80A,\
                 10de:FFFFFFFF:ffffffff:ffffffff:00040300:ffffffff,8086:1533\n\
                 softdep igb pre: vfio-pci\n",
            ),
        ],
    },
    Case {
        name: "modprobe.d and the kernel command line",
        files: &[
            (VFIO, "options vfio-pci ids=10de:2503 disable_vga=1\n"),
            (
                GRUB,
                "GRUB_CMDLINE_LINUX_DEFAULT=\"quiet vfio-pci.ids=144d:a80a\"\n",
            ),
            ("/proc/cmdline", "BOOT_IMAGE=/vmlinuz root=/dev/sda1\n"),
        ],
        after: &[
            (
                VFIO,
                "options vfio-pci disable_vga=1\nsoftdep igb pre: vfio-pci\n",
            ),
            (
                GRUB,
                "GRUB_CMDLINE_LINUX_DEFAULT=\"quiet vfio-pci.ids=10de:2503,144d:a80a,8086:1533\"\n",
            ),
        ],
    },
    Case {
        name: "a list that the boot loader does not read",
        files: &[
            (
                GRUB,
                "GRUB_CMDLINE_LINUX_DEFAULT=\"quiet vfio-pci.ids=10de:2503\"\n",
            ),
            (
                "/etc/kernel/cmdline",
                "root=ZFS=rpool/ROOT/pve-1 boot=zfs vfio-pci.ids=144d:a80a\n",
            ),
            ("/etc/kernel/proxmox-boot-uuids", "AAAA-BBBB\n"),
            (
                "/proc/cmdline",
                "initrd=\\EFI\\proxmox\\6.8.12-1-pve\\initrd.img-6.8.12-1-pve root=ZFS=rpool/ROOT/pve-1 boot=zfs\n",
            ),
        ],
        after: &[
            (
                GRUB,
                "GRUB_CMDLINE_LINUX_DEFAULT=\"quiet vfio-pci.ids=10de:2503\"\n",
            ),
            (
                "/etc/kernel/cmdline",
                "root=ZFS=rpool/ROOT/pve-1 boot=zfs vfio-pci.ids=144d:a80a,8086:1533\n",
            ),
        ],
    },
];

fn tree(files: &[(&str, &str)]) -> MemoryTree {
    let mut tree = MemoryTree::complete();
    tree.insert_text("lspci -nnk", LISTING);
    let log =
        "[    0.1] DMAR: IOMMU enabled\n[    0.5] pci 0000:01:00.0: Adding to iommu group 17\n";
    tree.insert_text("dmesg", log);
    tree.insert_file("/etc/initramfs-tools/modules", "");
    for (path, text) in files {
        tree.insert_file(path, *text);
    }
    tree
}

fn plan(tree: &dyn HostTree, device: &str) -> Plan {
    let request = Request {
        devices: vec![device.parse().unwrap()],
        target: Some(passthru::Target::Libvirt),
        ..Request::default()
    };
    plan::make(tree, &Host::read(tree), &request).unwrap()
}

fn says(tree: &dyn HostTree, code: &str) -> bool {
    let question = Question {
        devices: Vec::new(),
        target: None,
    };
    let report = doctor::examine(&Host::read(tree), &question);
    report.findings.iter().any(|finding| finding.code == code)
}

#[test]
fn all_lists_become_one_and_nothing_else_is_removed() {
    for case in &CASES {
        let before = tree(case.files);
        let is_problem = !case.name.contains("does not read");
        assert_eq!(
            says(&before, "vfio-ids-overridden"),
            is_problem,
            "{}",
            case.name
        );
        assert!(!says(&before, "vfio-ids-malformed"), "{}", case.name);
        let plan = plan(&before, "01:00.0");
        let left = Overlay::new(&before, plan::applied(&plan.edits));
        for (path, wanted) in case.after {
            let text = left.read_text(path).found().unwrap();
            // What else the plan adds is of the IOMMU.
            let text = text.replace(" intel_iommu=on", "");
            assert_eq!(text, *wanted, "{}: {path}", case.name);
        }
        for (path, text) in case.files {
            if case.after.iter().all(|(known, _)| known != path) {
                let now = left.read_text(path).found();
                assert_eq!(now.as_deref(), Some(*text), "{}: {path}", case.name);
            }
        }
        assert!(!says(&left, "vfio-ids-overridden"), "{}", case.name);
        let again = self::plan(&left, "01:00.0");
        assert_eq!(
            again.edits,
            [],
            "{}: a second plan edits nothing",
            case.name
        );
    }
}

#[test]
fn a_plan_for_another_way_of_binding_merges_them_too() {
    // A duplicate ID: the NIC is bound by address, and its ID is removed from each list.
    let files = [
        (
            GRUB,
            "GRUB_CMDLINE_LINUX=\"root=/dev/sda1 vfio-pci.ids=10de:2503,8086:1533\"\n\
             GRUB_CMDLINE_LINUX_DEFAULT=\"vfio-pci.ids=144d:a80a quiet\"\n",
        ),
        ("/proc/cmdline", "BOOT_IMAGE=/vmlinuz root=/dev/sda1\n"),
    ];
    let mut tree = tree(&files);
    let duplicate =
        "04:00.0 Ethernet controller [0200]: Intel Corporation I210 [8086:1533] (rev 03)\n";
    tree.insert_text("lspci -nn", &format!("{LISTING}{duplicate}"));
    let plan = plan(&tree, "01:00.0");
    let grub = plan.edits.iter().find(|edit| edit.path == GRUB).unwrap();
    assert_eq!(
        grub.after.replace(" intel_iommu=on", ""),
        "GRUB_CMDLINE_LINUX=\"root=/dev/sda1\"\n\
         GRUB_CMDLINE_LINUX_DEFAULT=\"vfio-pci.ids=10de:2503,144d:a80a quiet\"\n"
    );
}

#[test]
fn a_value_that_is_not_a_list_is_a_manual_step() {
    let files = [
        (
            VFIO,
            "options vfio-pci ids=10de:2503\noptions vfio-pci ids=10de:2503,144d:a80\n",
        ),
        (GRUB, "GRUB_CMDLINE_LINUX_DEFAULT=\"quiet\"\n"),
        ("/proc/cmdline", "BOOT_IMAGE=/vmlinuz root=/dev/sda1\n"),
    ];
    let tree = tree(&files);
    let host = Host::read(&tree);
    let question = Question {
        devices: Vec::new(),
        target: None,
    };
    let report = doctor::examine(&host, &question);
    let mut found = report.findings.iter();
    let found = found
        .find(|finding| finding.code == "vfio-ids-overridden")
        .unwrap();
    assert!(
        found
            .remedy
            .as_ref()
            .unwrap()
            .to_string()
            .starts_with("write one ids=")
    );
    // What cannot be read stays too: a person knows what was meant.
    let plan = plan(&tree, "01:00.0");
    let edit = plan.edits.iter().find(|edit| edit.path == VFIO).unwrap();
    let wanted = "options vfio-pci ids=10de:2503,144d:a80,8086:1533\n";
    assert!(edit.after.starts_with(wanted), "{}", edit.after);
}

/// The line of `modprobe.d` is removed with all of its continuations, and no other line.
#[test]
fn a_removed_line_is_that_of_the_finding() {
    let files = [
        (
            VFIO,
            "# nvidia\nblacklist nouveau\nblacklist nvidia* \\\n  # all of them\noptions vfio-pci ids=8086:1533\n\
             blacklist nouveau\n",
        ),
        (GRUB, "GRUB_CMDLINE_LINUX_DEFAULT=\"quiet\"\n"),
        ("/proc/cmdline", "BOOT_IMAGE=/vmlinuz root=/dev/sda1\n"),
    ];
    let plan = plan(&tree(&files), "01:00.0");
    let edit = plan.edits.iter().find(|edit| edit.path == VFIO).unwrap();
    assert_eq!(
        edit.after,
        "# nvidia\nblacklist nouveau\noptions vfio-pci ids=8086:1533\nblacklist nouveau\n\
         softdep igb pre: vfio-pci\n"
    );
}

#[test]
fn ids_without_a_function_are_one_finding() {
    for (count, wanted) in [
        (1, "1af4:0000 in ids= of vfio-pci matches no function"),
        (
            2,
            "1af4:0000, 1af4:0001 in ids= of vfio-pci match no function",
        ),
        (
            9,
            "1af4:0007, 1 more ID in ids= of vfio-pci match no function",
        ),
        (
            11,
            "1af4:0007, 3 more IDs in ids= of vfio-pci match no function",
        ),
    ] {
        let mut tree = MemoryTree::complete();
        tree.insert_text("lspci -nnk", LISTING);
        let ids: Vec<String> = (0..count).map(|at| format!("1af4:{at:04x}")).collect();
        tree.insert_file(VFIO, format!("options vfio-pci ids={}\n", ids.join(",")));
        let host = Host::read(&tree);
        let report = doctor::examine(&host, &Question::default());
        let found = report.findings.iter();
        let found: Vec<_> = found
            .filter(|finding| finding.code == "vfio-ids-match-nothing")
            .collect();
        assert_eq!(found.len(), 1, "{count}");
        let title = found[0].title.to_string();
        assert!(title.contains(wanted), "{title}");
    }
}
