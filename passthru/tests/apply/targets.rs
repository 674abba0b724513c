//! Plans for each hypervisor, applied from start to end on a host that has no
//! `/var/lib/passthru` yet: by `apply`, by the script and by the playbook, with the same
//! bytes and modes.

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use host_tree::DirTree;
use passthru::plan::{self, Plan, Request};
use passthru::{Host, Target};
use testkit::skipped::missing;

use crate::apply::place::{self, Entry, Place, err, on, out, snapshot};

/// Each hypervisor that has a plan, with a guest of it.
const GUESTS: [(Target, &str); 20] = [
    (Target::Proxmox, "100"),
    (Target::Libvirt, "win11"),
    (Target::Qemu, "win11"),
    (Target::Esxi, "win11"),
    (Target::Xen, "win11"),
    (Target::XcpNg, "7f5ce9ac-7ec5-0a08-cf4b-0c3a2b1d4e5f"),
    (Target::HyperV, "win11"),
    (Target::Bhyve, "win11"),
    (Target::CloudHypervisor, "win11"),
    (Target::Crosvm, "win11"),
    (Target::Incus, "win11"),
    (Target::Lxd, "win11"),
    (Target::KubeVirt, "win11"),
    (Target::Harvester, "node1"),
    (Target::Nova, "gpu"),
    (Target::GpuOperator, "node1"),
    (Target::Unraid, "win11"),
    (Target::TrueNas, "3"),
    (Target::NixOs, "win11"),
    (Target::Talos, "win11"),
];

/// A host of one card that boots by GRUB, with what the hypervisor keeps of its guests.
fn host(root: &Path, target: Target) {
    place::host(root);
    fs::remove_file(root.join("etc/default/grub")).unwrap();
    place::file(root, "etc/default/grub", place::GRUB, 0o640);
    for (path, text, mode) in [
        (
            "_commands/lspci -nnk",
            "03:00.0 3D controller [0302]: NVIDIA Corporation TU104GL [Tesla T4] [10de:1eb8] (rev a1)\n\
             \tSubsystem: NVIDIA Corporation Device [10de:12a2]\n\tKernel driver in use: nouveau\n",
            0o644,
        ),
        ("boot/grub/grub.cfg", "set timeout=5\n", 0o600),
        ("usr/sbin/update-grub", "", 0o755),
        ("etc/modprobe.d/host.conf", "blacklist pcspkr\n", 0o644),
        ("etc/modules-load.d/host.conf", "loop\n", 0o644),
        (
            "proc/cmdline",
            "BOOT_IMAGE=/vmlinuz-6.1.0-50-amd64 root=/dev/sda1 ro quiet\n",
            0o444,
        ),
        (
            "etc/pve/qemu-server/100.conf",
            "bios: ovmf\nmachine: q35\nmemory: 4096\nname: a\nscsi0: local-lvm:vm-100-disk-0\n",
            0o640,
        ),
        (
            "etc/libvirt/qemu/win11.xml",
            "<domain type='kvm'>\n  <name>win11</name>\n  <memory unit='KiB'>4194304</memory>\n  \
             <vcpu>2</vcpu>\n  <os>\n    <type arch='x86_64' machine='pc-q35-7.2'>hvm</type>\n  </os>\n  \
             <devices>\n    <controller type='pci' index='0' model='pcie-root'/>\n    \
             <graphics type='vnc' port='-1' passwd='secret'/>\n  </devices>\n</domain>\n",
            0o600,
        ),
        (
            "etc/nova/nova.conf",
            "[DEFAULT]\ndebug = false\n\n[pci]\n",
            0o640,
        ),
        (
            "etc/xen/win11.cfg",
            "name = \"win11\"\ntype = \"hvm\"\nmemory = 4096\n",
            0o600,
        ),
        ("boot/loader.conf", "autoboot_delay=\"3\"\n", 0o644),
    ] {
        // They show the hypervisor.
        let of_another = [
            ("etc/pve", Target::Proxmox),
            ("etc/libvirt", Target::Libvirt),
        ]
        .iter()
        .any(|(place, of)| path.starts_with(place) && *of != target);
        if of_another {
            continue;
        }
        place::file(root, path, text, mode);
    }
}

fn plan(root: &Path, target: Target, vm: &str) -> passthru::Result<Plan> {
    let tree = DirTree::open(root).unwrap();
    let request = Request {
        devices: vec!["03:00.0".parse().unwrap()],
        target: Some(target),
        vm: Some(vm.to_owned()),
        ..Request::default()
    };
    plan::make(&tree, &Host::read(&tree), &request)
}

struct Case {
    target: Target,
    place: Place,
    root: PathBuf,
    plan: Plan,
}

impl Case {
    fn new(target: Target, vm: &str) -> Self {
        let place = Place::new();
        let root = place.join("root");
        host(&root, target);
        let plan = plan(&root, target, vm).unwrap_or_else(|error| panic!("{target}: {error}"));
        assert!(!root.join("var").exists());
        Self {
            target,
            place,
            root,
            plan,
        }
    }

    /// The words that accept blockers.
    fn accepted(&self) -> Vec<&str> {
        let blockers = self.plan.blockers.iter();
        blockers.map(|blocker| blocker.accept.as_ref()).collect()
    }

    fn apply(&self) -> Output {
        let path = self.place.join("plan.json");
        place::save(&self.plan, &path);
        let mut words = vec!["apply", path.to_str().unwrap(), "--yes"];
        for accepted in self.accepted() {
            words.extend(["--accept", accepted]);
        }
        on(&self.root, &words)
    }

    /// What `apply` leaves, on the same host at another place.
    fn applied(&self) -> BTreeMap<PathBuf, Entry> {
        fs::rename(&self.root, self.place.join("kept")).unwrap();
        host(&self.root, self.target);
        let ran = self.apply();
        assert!(ran.status.success(), "{}: {}", self.target, err(&ran));
        private(&self.root);
        let left = snapshot(&self.root);
        fs::remove_dir_all(&self.root).unwrap();
        fs::rename(self.place.join("kept"), &self.root).unwrap();
        left
    }

    fn sh(&self, action: &str) -> Output {
        let script = self.place.join("plan.sh");
        fs::write(&script, plan::script(&self.plan).unwrap()).unwrap();
        let mut command = Command::new("dash");
        let command = command.arg(&script).arg(action).arg(&self.root);
        command
            .env("PASSTHRU_ACCEPT", self.accepted().join(" "))
            .output()
            .unwrap()
    }

    fn assert_is(&self, how: &str, wanted: &BTreeMap<PathBuf, Entry>) {
        let left = snapshot(&self.root);
        let paths = wanted.keys().chain(left.keys());
        private(&self.root);
        for path in paths {
            let (left, wanted) = (left.get(path), wanted.get(path));
            assert_eq!(left, wanted, "{}: {how}: {}", self.target, path.display());
        }
    }
}

/// Asserts that all below `/var/lib/passthru` is its owner's alone; how much that is. Of
/// copies, which keep their modes, the directory says that.
fn private(root: &Path) -> usize {
    fn walk(at: &Path) -> usize {
        let Ok(metadata) = fs::symlink_metadata(at) else {
            return 0;
        };
        let mode = metadata.permissions().mode() & 0o7777;
        let copy = at.to_string_lossy().contains("-kept");
        assert!(copy || mode & 0o077 == 0, "{}: {mode:o}", at.display());
        if !metadata.is_dir() {
            return 1;
        }
        assert_eq!(mode, 0o700, "{}", at.display());
        let below = fs::read_dir(at).unwrap();
        1 + below
            .map(|entry| walk(&entry.unwrap().path()))
            .sum::<usize>()
    }
    walk(&root.join("var/lib/passthru"))
}

/// A domain of root's alone, with a password in it, is in no file that others may read: not
/// where the directory was there for all to read, and not under a careless umask.
#[test]
fn a_guests_password_stays_with_root() {
    fn by_script(case: &Case) {
        assert!(case.sh("apply").status.success());
    }
    fn by_apply(case: &Case) {
        assert!(case.apply().status.success());
    }
    fn by_playbook(case: &Case) {
        let ran = play(std::slice::from_ref(case), &[]);
        assert!(ran.status.success(), "{}{}", out(&ran), err(&ran));
    }
    let no_ansible = Command::new(ansible()).arg("--version").output().is_err();
    type Way = (&'static str, fn(&Case));
    let ways: [Way; 3] = [
        ("apply", by_apply),
        ("script", by_script),
        ("playbook", by_playbook),
    ];
    for (way, carry_out) in ways {
        if way == "playbook" && no_ansible {
            missing("ansible-playbook");
            continue;
        }
        // Without the directory the playbook is run for each hypervisor below.
        for there in [false, true]
            .into_iter()
            .skip(usize::from(way == "playbook"))
        {
            let case = Case::new(Target::Libvirt, "win11");
            if there {
                fs::create_dir_all(case.root.join("var/lib/passthru")).unwrap();
            }
            carry_out(&case);
            assert!(private(&case.root) >= 3, "{way}");
            for name in ["win11.xml", "win11.before.xml"] {
                let path = case.root.join("var/lib/passthru").join(name);
                assert!(
                    fs::read_to_string(&path).unwrap().contains("secret"),
                    "{way}"
                );
                let mode = fs::metadata(&path).unwrap().permissions().mode();
                assert_eq!(mode & 0o7777, 0o600, "{way}: {name}");
            }
        }
    }
}

/// What `-o` writes is its owner's alone, also where the file was there.
#[test]
fn written_files_of_a_host_are_private() {
    let place = Place::new();
    let root = place.join("root");
    host(&root, Target::Libvirt);
    let guest = place.join("101.conf");
    fs::write(
        &guest,
        "memory: 4096\nmachine: q35\nhostpci0: 0000:03:00,pcie=1\n",
    )
    .unwrap();
    let guest = guest.to_str().unwrap();
    let plan = ["plan", "03:00.0", "--for", "libvirt", "--vm", "win11"];
    for there in [false, true] {
        for (name, words) in [
            ("plan.json", &plan[..]),
            ("capture.json", &["capture"]),
            ("report.html", &["report"]),
            ("win11.sh", &["convert", guest, "--to", "qemu"]),
        ] {
            let path = place.join(name);
            if there {
                fs::write(&path, "x").unwrap();
                fs::set_permissions(&path, PermissionsExt::from_mode(0o644)).unwrap();
            }
            let words = [words, &["-o", path.to_str().unwrap()]].concat();
            let ran = if name == "win11.sh" {
                place::command().args(&words).output().unwrap()
            } else {
                on(&root, &words)
            };
            assert!(ran.status.code() < Some(2), "{words:?}: {}", err(&ran));
            let mode = fs::metadata(&path).unwrap().permissions().mode();
            assert_eq!(mode & 0o7777, 0o600, "{name}");
            assert!(fs::metadata(&path).unwrap().len() > 1, "{name}");
        }
    }
}

#[test]
fn each_hypervisor_that_has_plans_is_here() {
    let place = Place::new();
    host(&place.0, Target::Libvirt);
    for target in Target::ALL {
        if GUESTS.iter().any(|(known, _)| *known == target) {
            continue;
        }
        let error = plan(&place.0, target, "a").unwrap_err().to_string();
        assert!(error.contains("cannot assign PCI functions"), "{error}");
    }
}

#[test]
fn each_script_writes_the_same_as_apply_and_undoes_it() {
    if !testkit::program::installed(&["dash"]) {
        return;
    }
    let mut files = 0;
    for (target, vm) in GUESTS {
        let case = Case::new(target, vm);
        let before = snapshot(&case.root);
        let ran = case.sh("apply");
        assert!(ran.status.success(), "{target}: {}", err(&ran));
        // To the last step.
        for command in &case.plan.commands {
            let line = format!("to run: {}\n", command.argv.join(" "));
            assert!(out(&ran).contains(&line), "{target}: {}", out(&ran));
        }
        case.assert_is("script", &case.applied());
        let again = case.sh("apply");
        assert!(again.status.success(), "{target}: {}", err(&again));
        assert!(!out(&again).contains("wrote"), "{target}: {}", out(&again));
        let back = case.sh("undo");
        assert!(back.status.success(), "{target}: {}", err(&back));
        case.assert_is("undo of the script", &before);
        files += case.plan.edits.len();
    }
    assert!(files > GUESTS.len(), "{files}");
}

/// Where `scripts/setup` puts Ansible, or the one of the system.
fn ansible() -> PathBuf {
    let top = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let own = top.join(".venv/bin/ansible-playbook");
    if own.exists() {
        own
    } else {
        "ansible-playbook".into()
    }
}

impl Case {
    /// The playbook, for the host's files below the case's own root, and with commands
    /// that are only printed.
    fn playbook(&self) -> PathBuf {
        let mut text = plan::playbook(&self.plan).unwrap();
        for command in &self.plan.commands {
            let undo = match &command.undo {
                plan::Undo::Run { argv } => argv.first(),
                _ => None,
            };
            for program in command.argv.first().into_iter().chain(undo) {
                let words = format!("argv: [!unsafe \"{program}\"");
                let printed = format!("argv: [!unsafe \"echo\", !unsafe \"{program}\"");
                text = text.replace(&words, &printed);
            }
        }
        let root = self.root.display();
        for key in ["path: ", "dest: ", "src: "] {
            let (here, below) = (
                format!("{key}!unsafe \"/"),
                format!("{key}!unsafe \"{root}/"),
            );
            text = text.replace(&here, &below);
        }
        let lines: Vec<String> = text
            .lines()
            .map(|line| match line.trim_start().strip_prefix("loop: [") {
                Some(_) => line.replace("!unsafe \"/", &format!("!unsafe \"{root}/")),
                None => line.to_owned(),
            })
            .collect();
        let path = self.place.join("plan.yml");
        fs::write(&path, lines.join("\n") + "\n").unwrap();
        path
    }
}

/// Runs playbooks one after the other.
fn play(cases: &[Case], words: &[&str]) -> Output {
    let home = cases[0].place.0.path();
    let mut command = Command::new(ansible());
    let words = [
        "-i",
        "localhost,",
        "-c",
        "local",
        "-e",
        "passthru_devices=false",
    ]
    .iter()
    .chain(words);
    command.args(words).args(["-e", "ansible_become=false"]);
    command.args([
        "-e",
        "ansible_python_interpreter={{ ansible_playbook_python }}",
    ]);
    let accepted: Vec<&str> = cases.iter().flat_map(Case::accepted).collect();
    command
        .arg("-e")
        .arg(format!("passthru_accept={}", accepted.join(",")));
    command.args(cases.iter().map(Case::playbook));
    command
        .env("HOME", home)
        .env("ANSIBLE_HOME", home)
        .env("ANSIBLE_PIPELINING", "true")
        .env("ANSIBLE_DEPRECATION_WARNINGS", "false")
        .env("LC_ALL", "C.UTF-8")
        .output()
        .unwrap()
}

#[test]
fn a_playbook_writes_the_same_as_apply_and_undoes_it() {
    if has_ansible() {
        play_both_ways(&GUESTS[..1]);
    }
}

/// Of `scripts/areas`: each task starts a Python, for minutes.
mod playbooks {
    use super::{GUESTS, has_ansible, play_both_ways};

    #[test]
    fn each_writes_the_same_as_apply_and_undoes_it() {
        if !has_ansible() {
            return;
        }
        // On two processors in half the time.
        let (some, others) = GUESTS[1..].split_at(GUESTS.len() / 2);
        std::thread::scope(|threads| {
            threads.spawn(|| play_both_ways(some));
            threads.spawn(|| play_both_ways(others));
        });
    }
}

fn has_ansible() -> bool {
    let is_installed = Command::new(ansible()).arg("--version").output().is_ok();
    if !is_installed {
        missing("ansible-playbook");
    }
    is_installed
}

fn play_both_ways(guests: &[(Target, &str)]) {
    let cases: Vec<Case> = guests
        .iter()
        .map(|(target, vm)| Case::new(*target, vm))
        .collect();
    let before: Vec<_> = cases.iter().map(|case| snapshot(&case.root)).collect();
    let ran = play(&cases, &[]);
    assert!(ran.status.success(), "{}{}", out(&ran), err(&ran));
    for case in &cases {
        case.assert_is("playbook", &case.applied());
    }
    let back = play(&cases, &["--tags", "undo"]);
    assert!(back.status.success(), "{}{}", out(&back), err(&back));
    for (case, before) in cases.iter().zip(before) {
        case.assert_is("undo of the playbook", &before);
    }
}
