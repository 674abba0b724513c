//! Plans, applied to a copy of the tree by patch(1): the doctor must then have no
//! finding that needs a fix, and a second plan must have no edit.

use std::fs;
use std::io::Write;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Command, Stdio};

use host_tree::Edit;
use testkit::Scratch;

use crate::command::{passthru, top};

pub(crate) struct Copy(Scratch);

impl Copy {
    pub(crate) fn of(tree: &str) -> Self {
        let place = Scratch::new();
        copy(&top().join(tree), &place);
        Self(place)
    }

    pub(crate) fn root(&self) -> &str {
        self.0.to_str().unwrap()
    }

    /// Has patch(1) carry the edits out.
    fn apply(&self, patch: &str) {
        let mut child = Command::new("patch")
            .args([
                "-p1",
                "--no-backup-if-mismatch",
                "--fuzz=0",
                "-d",
                self.root(),
            ])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        child
            .stdin
            .take()
            .unwrap()
            .write_all(patch.as_bytes())
            .unwrap();
        let output = child.wait_with_output().unwrap();
        assert!(
            output.status.success(),
            "{}",
            String::from_utf8_lossy(&output.stdout)
        );
    }
}

pub(crate) fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).unwrap();
        }
    }
}

fn plan_and_apply(tree: &str, words: &[&str]) -> Option<Copy> {
    if !testkit::program::installed(&["patch"]) {
        return None;
    }
    let host = Copy::of(tree);
    let arguments = [&["plan"], words, &["--root", host.root()]].concat();
    let patch = passthru(&[&arguments[..], &["--patch"]].concat());
    assert_eq!(patch.status, 0, "{}", patch.err);
    host.apply(&patch.out);
    let again = passthru(&[&arguments[..], &["--json"]].concat());
    assert_eq!(
        again.json()["edits"],
        serde_json::json!([]),
        "a second plan edits nothing"
    );
    Some(host)
}

/// Each edit of a file in one patch, by both programs that read it.
#[test]
fn a_patch_leaves_the_bytes_that_the_edit_names() {
    if !testkit::program::installed(&["patch", "git"]) {
        return;
    }
    let pieces = [
        "a", "b", " ", "\r", "\n", "\r\n", "\n\r", "\t", "-", "+", "@@", "\\", "ü", "\u{2028}",
        "\u{c}", "\u{b}", "\u{85}", "\0", "--- a", "\n\n", "\n",
    ];
    let mut random = testkit::Random::new(0x2545_f491_4f6c_dd1d);
    let mut edits = vec![
        Edit::change("/etc/lone", "a\rb\nc\n", "a\rb\nc\nd\n"),
        Edit::change("/etc/last", "a\r", "a\rb\r"),
    ];
    for number in 0..400 {
        let mut text = |most| -> String {
            (0..random.below(most))
                .map(|_| pieces[random.below(pieces.len())])
                .collect()
        };
        let before = text(40);
        let at = (0..=before.len()).filter(|at| before.is_char_boundary(*at));
        let at: Vec<usize> = at.collect();
        let added = text(6);
        let cut = at[random.below(at.len())];
        let after = format!("{}{added}{}", &before[..cut], &before[cut..]);
        let path = format!("/etc/{number}");
        edits.push(match number % 5 {
            0 if !after.is_empty() => Edit::new_file(path, after),
            1 => Edit::change(path, after, before),
            _ => Edit::change(path, before, after),
        });
    }
    edits.retain(|edit| !edit.is_noop());
    let patch = passthru::plan::patch::of_all(&edits);
    for program in [
        &["patch", "-p1", "--no-backup-if-mismatch"][..],
        &["git", "apply", "-p1"],
    ] {
        let scratch = Scratch::new();
        fs::create_dir_all(scratch.path().join("etc")).unwrap();
        let place = |edit: &Edit| scratch.path().join(edit.path.trim_start_matches('/'));
        for edit in &edits {
            if let Some(before) = &edit.before {
                fs::write(place(edit), before).unwrap();
            }
        }
        let file = scratch.file("all.patch", patch.as_bytes());
        let mut command = Command::new(program[0]);
        command.args(&program[1..]).current_dir(scratch.path());
        command.stdin(fs::File::open(file).unwrap());
        let output = command.output().unwrap();
        let message = [output.stdout, output.stderr].concat();
        assert!(
            output.status.success(),
            "{program:?}: {}",
            String::from_utf8_lossy(&message)
        );
        for edit in &edits {
            let after = fs::read_to_string(place(edit)).unwrap_or_default();
            assert_eq!(after, edit.after, "{program:?}: {:?}", edit.before);
        }
    }
}

#[test]
fn proxmox_before_the_guide() {
    let words = ["01:00.0", "--for", "proxmox", "--vm", "100"];
    let tree = "examples/hosts/proxmox-rtx5060ti/before";
    let Some(host) = plan_and_apply(tree, &words) else {
        return;
    };
    let file = |path: &str| fs::read_to_string(host.0.join(path)).unwrap();
    assert!(
        file("etc/modprobe.d/vfio.conf").starts_with("options vfio-pci ids=10de:2d04,10de:22eb\n")
    );
    assert!(file("etc/default/grub").contains("=\"quiet initcall_blacklist=sysfb_init\"\n"));
    assert!(file("etc/modules").ends_with("vfio\nvfio_iommu_type1\nvfio_pci\n"));
    let doctor = passthru(&[
        "doctor",
        "01:00.0",
        "--for",
        "proxmox",
        "--root",
        host.root(),
    ]);
    assert_eq!(doctor.status, 0, "{}", doctor.out);
}

#[test]
fn proxmox_before_the_guide_has_what_an_expert_would_do() {
    let root = "examples/hosts/proxmox-rtx5060ti/before";
    let run = passthru(&[
        "plan", "01:00.0", "--for", "proxmox", "--vm", "100", "--json", "--root", root,
    ]);
    let plan = run.json();
    let commands: Vec<String> = plan["commands"]
        .as_array()
        .unwrap()
        .iter()
        .map(|command| {
            let argv = command["argv"].as_array().unwrap();
            argv.iter()
                .map(|word| word.as_str().unwrap())
                .collect::<Vec<_>>()
                .join(" ")
        })
        .collect();
    assert_eq!(
        commands,
        [
            "update-grub",
            "update-initramfs -u -k all",
            "qm set 100 --hostpci0 0000:01:00",
        ]
    );
    assert_eq!(plan["binding"], "by-id");
    assert!(plan["reboot_reason"].is_string());
    let checks = plan["checks"].to_string();
    assert!(
        checks.contains("/sys/bus/pci/devices/0000:01:00.1/driver"),
        "{checks}"
    );
}

#[test]
fn proxmox_after_the_guide() {
    let words = ["01:00.0", "--for", "proxmox", "--vm", "100"];
    let tree = "examples/hosts/proxmox-rtx5060ti/after";
    let Some(host) = plan_and_apply(tree, &words) else {
        return;
    };
    let file = |path: &str| fs::read_to_string(host.0.join(path)).unwrap_or_default();
    assert!(file("etc/modprobe.d/vfio.conf").contains("ids=10de:2d04,10de:22eb disable_vga=1\n"));
    assert!(!file("etc/modules").contains("vfio_virqfd"));
    assert!(!file("etc/default/grub").contains("amd_iommu"));
    assert!(file("etc/default/grub").contains("iommu=pt"));
    assert!(!file("etc/modprobe.d/iommu_unsafe_interrupts.conf").contains("unsafe"));
    let doctor = passthru(&[
        "doctor",
        "01:00.0",
        "--for",
        "proxmox",
        "--root",
        host.root(),
    ]);
    // The plan keeps pcie_acs_override=, since the groups without it are not in the tree.
    assert_eq!(doctor.status, 1, "{}", doctor.out);
    assert!(doctor.out.contains("1 security"), "{}", doctor.out);
    assert!(
        doctor.out.contains("acs-override-unproven"),
        "{}",
        doctor.out
    );
    assert!(!doctor.out.contains("no-effect"), "{}", doctor.out);
}

#[test]
fn one_of_two_equal_cards_is_bound_by_address() {
    let words = ["01:00.0", "--for", "libvirt", "--vm", "win10"];
    let tree = "examples/hosts/ubuntu-twin-rtx3090ti/before";
    let Some(host) = plan_and_apply(tree, &words) else {
        return;
    };
    let run = passthru(&[
        "plan", "01:00.0", "--for", "libvirt", "--json", "--root", tree,
    ]);
    assert_eq!(run.json()["binding"], "by-address");
    // Nothing is bound by ID, and nothing names the other card or affects its driver.
    assert!(!run.out.contains("ids="), "{}", run.out);
    assert!(!run.out.contains("05:00"), "{}", run.out);
    assert!(
        !run.out.contains("softdep") && !run.out.contains("blacklist nv"),
        "{}",
        run.out
    );
    let script = "etc/initramfs-tools/scripts/init-top/00-passthru-vfio";
    let text = fs::read_to_string(host.0.join(script)).unwrap();
    for address in ["0000:01:00.0", "0000:01:00.1"] {
        assert!(text.contains(&format!("take {address} 0x10de")), "{text}");
    }
    for executable in [script, "etc/initramfs-tools/hooks/passthru-vfio"] {
        let mode = fs::metadata(host.0.join(executable))
            .unwrap()
            .permissions()
            .mode();
        assert_eq!(mode & 0o777, 0o755, "{executable}");
    }
    assert!(
        script.rsplit('/').next().unwrap() < "udev",
        "runs before udev binds drivers"
    );
    let doctor = passthru(&["doctor", "01:00.0", "--json", "--root", host.root()]);
    assert!(!doctor.out.contains("override-script"), "{}", doctor.out);
}

/// A host of a few files, and its plan for 01:00.0.
fn plan_of(grub: &str, second: &str, vfio: &str) -> passthru::plan::Plan {
    let mut tree = host_tree::MemoryTree::complete();
    tree.insert_text(
        "lspci -nnk",
        &format!(
            "01:00.0 Ethernet controller [0200]: Intel Corporation I210 [8086:1533] (rev 03)\n\
             \tKernel driver in use: igb\n{second}"
        ),
    );
    tree.insert_file("/etc/initramfs-tools/modules", "");
    let options = format!("GRUB_CMDLINE_LINUX_DEFAULT=\"{grub}\"\n");
    tree.insert_file("/etc/default/grub", options);
    tree.insert_file(
        "/proc/cmdline",
        "BOOT_IMAGE=/vmlinuz root=/dev/sda1 quiet\n",
    );
    tree.insert_file("/etc/modprobe.d/vfio.conf", vfio);
    let host = passthru::Host::read(&tree);
    let request = passthru::plan::Request {
        devices: vec!["01:00.0".parse().unwrap()],
        target: Some(passthru::Target::Libvirt),
        vm: None,
        bind: None,
        ..passthru::plan::Request::default()
    };
    passthru::plan::make(&tree, &host, &request).unwrap()
}

fn after<'a>(plan: &'a passthru::plan::Plan, path: &str) -> &'a str {
    let edit = plan.edits.iter().find(|edit| edit.path == path);
    &edit
        .unwrap_or_else(|| panic!("no edit of {path}: {:#?}", plan.edits))
        .after
}

const DUPLICATE: &str = "02:00.0 Ethernet controller [0200]: Intel Corporation I210 [8086:1533] (rev 03)\n\
                    \tKernel driver in use: igb\n";

#[test]
fn ids_are_written_where_they_take_effect() {
    let plan = plan_of("quiet", "", "");
    assert!(
        after(&plan, "/etc/modprobe.d/vfio.conf").starts_with("options vfio-pci ids=8086:1533\n")
    );
    // An ids= on the kernel command line wins over one in modprobe.d.
    let plan = plan_of("quiet vfio-pci.ids=10de:2d04", "", "");
    assert!(after(&plan, "/etc/default/grub").contains("vfio-pci.ids=10de:2d04,8086:1533\""));
    assert!(!after(&plan, "/etc/modprobe.d/vfio.conf").contains("ids="));
}

#[test]
fn lines_that_kmod_misreads_are_written_right() {
    let conf = |text: &str| {
        let plan = plan_of("quiet", "", text);
        after(&plan, "/etc/modprobe.d/vfio.conf").to_owned()
    };
    let right = "options vfio-pci ids=8086:1533\nsoftdep igb pre: vfio-pci\n";
    for text in [
        // Misspelled, so the line has no effect.
        "option vfio-pci ids=8086:1533\n",
        "Options vfio-pci ids=8086:1533\n",
        // A blank that ends the list.
        "options vfio-pci ids=8086:1533, 8086:1533\n",
        // A blank that is missing.
        "options vfio-pci ids=8086:1533\nsoftdep igb pre:vfio-pci\n",
    ] {
        assert_eq!(conf(text), right, "{text}");
    }
    assert_eq!(
        conf("options vfio-pci ids=10de:1c03, 0x8086:0x1533 disable_vga=1\n"),
        "options vfio-pci ids=10de:1c03,0x8086:0x1533 disable_vga=1\nsoftdep igb pre: vfio-pci\n"
    );
    // An ID that is written in another notation is no second one.
    assert_eq!(
        conf("options vfio-pci ids=0x8086:0x1533\n"),
        "options vfio-pci ids=0x8086:0x1533\nsoftdep igb pre: vfio-pci\n"
    );
    let plan = plan_of(
        "quiet vfio-pci.ids=8086:1533, 10de:2d04",
        "",
        "options vfio-pci ids=0x8086:0x1533\n",
    );
    assert!(
        after(&plan, "/etc/default/grub").contains("\"quiet vfio-pci.ids=8086:1533,10de:2d04"),
        "{plan:#?}"
    );
}

#[test]
fn a_duplicate_id_is_removed_from_every_list() {
    let plan = plan_of("quiet vfio-pci.ids=8086:1533,10de:2d04", DUPLICATE, "");
    assert!(after(&plan, "/etc/default/grub").contains("vfio-pci.ids=10de:2d04\""));
    let plan = plan_of(
        "quiet",
        DUPLICATE,
        "options vfio-pci ids=8086:1533 disable_vga=1\n",
    );
    assert_eq!(
        after(&plan, "/etc/modprobe.d/vfio.conf"),
        "options vfio-pci disable_vga=1\n"
    );
}

#[test]
fn a_second_plan_keeps_the_functions_of_the_first() {
    let mut tree = host_tree::MemoryTree::complete();
    let listing: String = ["01", "02", "03"]
        .iter()
        .map(|bus| format!("{bus}:00.0 Ethernet controller [0200]: Intel Corporation I210 [8086:1533] (rev 03)\n"))
        .collect();
    tree.insert_text("lspci -nn", &listing);
    tree.insert_file("/etc/initramfs-tools/modules", "");
    let mut script = String::new();
    for address in ["01:00.0", "02:00.0"] {
        let host = passthru::Host::read(&tree);
        let request = passthru::plan::Request {
            devices: vec![address.parse().unwrap()],
            target: Some(passthru::Target::Libvirt),
            vm: None,
            bind: None,
            ..passthru::plan::Request::default()
        };
        let plan = passthru::plan::make(&tree, &host, &request).unwrap();
        script = after(
            &plan,
            "/etc/initramfs-tools/scripts/init-top/00-passthru-vfio",
        )
        .to_owned();
        for edit in &plan.edits {
            tree.insert_file(&edit.path, edit.after.as_bytes());
        }
    }
    assert!(
        script.contains("take 0000:01:00.0") && script.contains("take 0000:02:00.0"),
        "{script}"
    );
    assert!(!script.contains("0000:03:00.0"), "{script}");
}

#[test]
fn settings_that_disable_the_iommu_are_removed() {
    let plan = plan_of("quiet intel_iommu=off iommu=off intremap=off", "", "");
    let grub = after(&plan, "/etc/default/grub");
    assert!(!grub.contains("=off"), "{grub}");
}

#[test]
fn vfio_pci_loads_where_no_driver_calls_for_it() {
    let plan = plan_of("quiet", "", "");
    assert_eq!(
        after(&plan, "/etc/modules-load.d/passthru.conf"),
        "vfio-pci\n"
    );
}

#[test]
fn the_first_softdep_of_a_driver_counts() {
    let plan = plan_of("quiet", "", "softdep igb post: i2c_dev\n");
    let text = after(&plan, "/etc/modprobe.d/vfio.conf");
    assert!(
        text.contains("softdep igb pre: vfio-pci post: i2c_dev\n"),
        "{text}"
    );
}

#[test]
fn blockers_are_part_of_the_plan() {
    let root = [
        "--root",
        "examples/hosts/ubuntu-gtx1080ti/before",
        "--for",
        "libvirt",
    ];
    let run = passthru(&[&["plan", "02:00.0", "--json"][..], &root].concat());
    let plan = run.json();
    assert_eq!(plan["blockers"], serde_json::json!([]), "{}", run.err);
    // nvidia-smi shows another card, whose ids are not shown: not by id.
    assert_eq!(plan["binding"], "by-address");
    assert!(!run.out.contains("ids="), "{}", run.out);
    assert_eq!(run.status, 0);
    // The second card's ids are not shown: a plan could take another card.
    let run = passthru(&[&["plan", "81:00.0"][..], &root].concat());
    assert_eq!(run.status, 1);
    assert!(run.err.contains("lspci -nn -s"), "{}", run.err);
}

/// The table of pvesh as it is without an IOMMU.
pub(crate) fn without_groups(table: &str) -> String {
    let groups = (0..64).map(|group| format!("│ {group} │ 0x"));
    groups.fold(table.to_owned(), |table, group| {
        table.replace(&group, "│ -1 │ 0x")
    })
}

#[test]
fn a_plan_names_what_it_assumes_and_what_would_show_it() {
    let host = Copy::of("examples/hosts/proxmox-gtx650/before");
    // Its groups show that the IOMMU is on already.
    let listing = host.0.join("_commands/pvesh-pci.txt");
    let shown = fs::read_to_string(&listing).unwrap();
    fs::write(&listing, without_groups(&shown)).unwrap();
    let run = passthru(&["plan", "02:00.0", "--vm", "105", "--root", host.root()]);
    assert_eq!(run.status, 0, "{}", run.err);
    let (_, assumed) = run.out.split_once("Assumptions; check first").unwrap();
    let assumed = assumed.split("\n\n").next().unwrap();
    assert!(
        assumed.contains("boot loader: GRUB") && assumed.contains("proxmox-boot-tool status"),
        "{assumed}"
    );
}

/// A pipe into patch(1) loses the exit status.
#[test]
fn a_plan_with_blockers_has_no_patch() {
    let host = Copy::of("examples/hosts/proxmox-rtx5060ti/before");
    let mounts = host.0.join("proc/1/mountinfo");
    fs::create_dir_all(mounts.parent().unwrap()).unwrap();
    fs::write(
        mounts,
        "26 1 259:2 / / rw shared:1 - ext4 /dev/nvme0n1p2 rw\n",
    )
    .unwrap();
    let link = host.0.join("sys/dev/block/259:2");
    fs::create_dir_all(link.parent().unwrap()).unwrap();
    let target = "../../devices/pci0000:00/0000:01:00.0/nvme/nvme0/nvme0n1/nvme0n1p2";
    std::os::unix::fs::symlink(target, link).unwrap();

    let words = ["plan", "01:00.0", "--for", "proxmox", "--root", host.root()];
    let run = passthru(&[&words[..], &["--patch"]].concat());
    assert_eq!(run.status, 1, "{}", run.out);
    assert!(run.out.is_empty(), "{}", run.out);
    assert!(
        run.err.contains("01:00.0 has the host's boot disk, with /"),
        "{}",
        run.err
    );
    let run = passthru(&[&words[..], &["--json"]].concat());
    assert_eq!(run.status, 1);
    assert_eq!(run.json()["blockers"][0]["code"], "file-system-on-device");
    assert_ne!(run.json()["edits"], serde_json::json!([]));
}
