//! Killed at each system call, and refused space or the disk at each: the next
//! `passthru` finishes either way, and every file is whole meanwhile.
//!
//! CI kills at the calls that change something; `PASSTHRU_KILL=full` kills at each.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use host_tree::DirTree;
use passthru::plan::{self, HostState, Plan, Request};
use passthru::{Host, Target};
use testkit::environment;

use crate::apply::place::{self, Entry, Place, err, on, snapshot};

type Snapshot = BTreeMap<PathBuf, Entry>;

/// Calls that change files, and those that an interruption could part from them.
const CHANGING: [&str; 14] = [
    "write",
    "fsync",
    "fdatasync",
    "renameat",
    "renameat2",
    "unlinkat",
    "mkdirat",
    "fchmod",
    "fchown",
    "fsetxattr",
    "ftruncate",
    "flock",
    "clone3",
    "wait4",
];

/// The host, and the commands of its plan.
#[derive(Clone, Copy)]
pub(crate) enum Kind {
    /// The small host, without commands.
    Files,
    /// The small host, with commands of each kind of undo.
    Commands,
    /// An example host with the plan that `passthru plan` makes for it.
    Example(&'static Example),
}

/// An example host, and programs that its plan runs.
pub(crate) struct Example {
    /// The name of the folder in `examples/hosts`.
    name: &'static str,
    target: Target,
    /// Each program of the plan: its path, and the script that is run in its place.
    programs: &'static [(&'static str, &'static str)],
    /// The program whose result, in `/refreshed`, shows whether it has run on the final files.
    refreshes: &'static str,
}

/// systemd-boot with options in one file, copied to the EFI system partitions.
const SYSTEMD_BOOT: Example = Example {
    name: "zfs-systemd-boot",
    target: Target::Proxmox,
    programs: &[
        (
            "usr/sbin/proxmox-boot-tool",
            "/bin/busybox cp /etc/kernel/cmdline /copied",
        ),
        (
            "usr/sbin/update-initramfs",
            "/bin/busybox cat /etc/kernel/cmdline /etc/modules /etc/modprobe.d/* > /refreshed 2>&- || true",
        ),
    ],
    refreshes: "usr/sbin/update-initramfs",
};

/// dracut, and boot entries that grubby edits.
const DRACUT: Example = Example {
    name: "fedora-bls",
    target: Target::Libvirt,
    programs: &[
        ("usr/sbin/grubby", "echo $* > /copied"),
        (
            "usr/bin/dracut",
            "/bin/busybox find /etc/modprobe.d /etc/dracut.conf.d /etc/modules-load.d > /refreshed 2>&- || true",
        ),
    ],
    refreshes: "usr/bin/dracut",
};

pub(crate) struct Case {
    pub(crate) place: Place,
    plan: PathBuf,
    kind: Kind,
    /// The words that accept the plan's blockers.
    accepted: Vec<String>,
    before: Snapshot,
    after: Snapshot,
    /// `/refreshed`, made from the files as they were.
    refreshed: Vec<u8>,
}

impl Case {
    pub(crate) fn new(kind: Kind) -> Option<Self> {
        if !testkit::program::installed(&["strace"]) {
            return None;
        }
        let place = Place::new();
        let mut case = Self {
            plan: place.join("plan.json"),
            place,
            kind,
            accepted: Vec::new(),
            before: Snapshot::new(),
            after: Snapshot::new(),
            refreshed: place::GRUB.as_bytes().to_vec(),
        };
        if !matches!(kind, Kind::Files) && place::no_busybox(&case.place.0) {
            return None;
        }
        let root = case.fresh("first");
        let plan = case.planned(&root);
        let blockers = plan.blockers.iter();
        let accepted = blockers.map(|blocker| blocker.accept.to_string());
        case.accepted = accepted.collect();
        place::save(&plan, &case.plan);
        if let Kind::Example(example) = kind {
            let program = format!("/{}", example.refreshes);
            let refreshed = Command::new("chroot").arg(&root).arg(program).status();
            assert!(refreshed.unwrap().success());
            case.refreshed = fs::read(root.join("refreshed")).unwrap();
        }
        let root = case.fresh("first");
        case.before = snapshot(&root);
        let done = case.apply(&root);
        assert!(done.status.success(), "{}", err(&done));
        case.after = snapshot(&root);
        assert_ne!(case.before, case.after);
        Some(case)
    }

    fn planned(&self, root: &Path) -> Plan {
        let tree = DirTree::open(root).unwrap();
        if let Kind::Example(example) = self.kind {
            let request = Request {
                devices: ["01:00.0", "01:00.1"]
                    .map(|one| one.parse().unwrap())
                    .to_vec(),
                target: Some(example.target),
                ..Request::default()
            };
            return plan::make(&tree, &Host::read(&tree), &request).unwrap();
        }
        let mut plan = place::plan(root);
        if let Kind::Commands = self.kind {
            plan.commands = place::changes();
            plan.commands.push(place::refresh());
            plan.edits.truncate(2);
            plan.edits.push(place::guest());
            plan.host_state = HostState::of(&Host::read(&tree), &plan.edits);
        }
        plan
    }

    /// The host as it is before, in a directory of this name.
    pub(crate) fn fresh(&self, name: &str) -> PathBuf {
        let root = self.place.join(name);
        let _ = fs::remove_dir_all(&root);
        match self.kind {
            Kind::Example(example) => example.copy(&root),
            Kind::Files | Kind::Commands => {
                place::host(&root);
                place::file(&root, "etc/pve/100.conf", "cores: 2\n", 0o640);
            }
        }
        let busybox = self.place.join("bin/busybox");
        if busybox.exists() {
            fs::create_dir_all(root.join("bin")).unwrap();
            fs::hard_link(busybox, root.join("bin/busybox")).unwrap();
        }
        root
    }

    pub(crate) fn words(&self) -> Vec<&str> {
        let mut words = vec!["apply", self.plan.to_str().unwrap(), "--yes"];
        if !matches!(self.kind, Kind::Files) {
            words.push("--chroot");
        }
        for accepted in &self.accepted {
            words.extend(["--accept", accepted]);
        }
        words
    }

    fn apply(&self, root: &Path) -> Output {
        on(root, &self.words())
    }

    /// Each file is the one before or the one after, nothing between.
    fn is_complete(&self, now: &Snapshot, at: &str) {
        let paths: BTreeSet<&PathBuf> = self.before.keys().chain(self.after.keys()).collect();
        for path in paths {
            if self.is_of_commands(path) {
                continue;
            }
            let found = now.get(path);
            assert!(
                found == self.before.get(path) || found == self.after.get(path),
                "{at}: {} is torn: {found:?}",
                path.display()
            );
        }
    }

    /// What commands write is theirs: it is right when the transaction is finished.
    fn is_of_commands(&self, path: &Path) -> bool {
        let own = ["etc/pve/100.conf", "refreshed", "defined", "copied"];
        own.iter().any(|own| path == Path::new(own))
    }

    /// Both ways out of whatever state `root` is in.
    pub(crate) fn finishes(&self, root: &Path, at: &str) {
        // A command that outlives its passthru holds the lock, and may still write.
        while passthru::apply::Store::lock(root).is_err() {
            std::thread::sleep(std::time::Duration::from_millis(5));
        }
        self.is_complete(&snapshot(root), at);
        let other = self.place.join("other");
        let _ = fs::remove_dir_all(&other);
        let copied = Command::new("cp").arg("-a").args([root, &other]).status();
        assert!(copied.unwrap().success());

        let resumed = on(root, &["apply", "--resume"]);
        let now = snapshot(root);
        if resumed.status.success() {
            assert_eq!(now, self.after, "{at}: resumed");
        } else {
            // Before the journal, or after its end.
            assert!(
                err(&resumed).contains("nothing to resume"),
                "{at}: {}",
                err(&resumed)
            );
            let was = self.without_refreshed(now.clone(), at);
            assert!(was == self.before || now == self.after, "{at}: {now:?}");
        }

        let undone = on(&other, &["undo", "--yes"]);
        if !undone.status.success() {
            assert!(
                err(&undone).contains("nothing to undo"),
                "{at}: {}",
                err(&undone)
            );
        }
        let now = self.without_refreshed(snapshot(&other), at);
        assert_eq!(now, self.before, "{at}: undone");
        assert_eq!(
            on(&other, &["undo", "--yes"]).status.code(),
            Some(1),
            "{at}"
        );
    }

    /// The tree without what a command made of it, from the files as they were.
    fn without_refreshed(&self, mut now: Snapshot, at: &str) -> Snapshot {
        now.remove(Path::new("copied"));
        if let Some(Entry::File(_, bytes)) = now.remove(Path::new("refreshed")) {
            if bytes != self.refreshed {
                // Not refreshed yet: only where the files are not as they were either.
                now.insert("refreshed".into(), Entry::File(0, at.into()));
            }
        }
        now
    }

    /// How often each call comes in a run of `words` on `root`.
    fn calls(&self, root: &Path, words: &[&str]) -> BTreeMap<String, u32> {
        let log = self.place.join("log");
        let ran = strace(root, words, &["-o", log.to_str().unwrap()]);
        assert!(ran, "{words:?} on {}", root.display());
        let mut calls = BTreeMap::new();
        for line in fs::read_to_string(&log).unwrap().lines() {
            let name = line.split('(').next().unwrap();
            let is_call = name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
            // The first is strace's own, and after the last nothing comes.
            if is_call && !matches!(name, "execve" | "exit_group") {
                *calls.entry(name.to_owned()).or_insert(0) += 1;
            }
        }
        calls
    }

    /// Interrupts `words` at each of its calls, on what `prepare` makes.
    fn interrupt(&self, words: &[&str], prepare: &dyn Fn() -> PathBuf, faults: &[Fault]) {
        let calls = self.calls(&prepare(), words);
        let full = environment::text(environment::KILL).is_some_and(|value| value == "full");
        let mut points = 0;
        for (name, count) in &calls {
            for fault in faults {
                if !full && !CHANGING.contains(&name.as_str()) || !fault.fits(name) {
                    continue;
                }
                for number in 1..=*count {
                    let root = prepare();
                    let inject = format!("inject={name}:{}:when={number}", fault.words());
                    strace(&root, words, &["-e", &inject, "-o", "/dev/null"]);
                    self.finishes(&root, &format!("{words:?} {inject}"));
                    points += 1;
                }
            }
        }
        assert!(points > 10, "{calls:?}");
        eprintln!("{words:?}: interrupted at {points} points");
    }
}

impl Example {
    /// Copies the host, with its programs.
    fn copy(&self, root: &Path) {
        let examples = concat!(env!("CARGO_MANIFEST_DIR"), "/../examples/hosts");
        let host = Path::new(examples).join(self.name).join("before");
        let copied = Command::new("cp").arg("-r").args([&host, root]).status();
        assert!(copied.unwrap().success());
        for (path, script) in self.programs {
            let script = format!("#!/bin/busybox sh\nset -e\n{script}\n");
            place::file(root, path, &script, 0o755);
        }
    }
}

#[derive(Clone, Copy)]
enum Fault {
    Kill,
    NoSpace,
    /// The owner's share of the disk is used up.
    Quota,
    BrokenDisk,
}

impl Fault {
    fn words(self) -> &'static str {
        match self {
            Self::Kill => "signal=KILL",
            Self::NoSpace => "error=ENOSPC",
            Self::Quota => "error=EDQUOT",
            Self::BrokenDisk => "error=EIO",
        }
    }

    /// Whether a call of this name can end so.
    fn fits(self, name: &str) -> bool {
        match self {
            Self::Kill => true,
            Self::NoSpace => matches!(
                name,
                "write" | "openat" | "mkdirat" | "renameat" | "renameat2" | "fsync" | "fsetxattr"
            ),
            // Where a block is allocated.
            Self::Quota => matches!(name, "write" | "fsync"),
            Self::BrokenDisk => matches!(
                name,
                "write"
                    | "fsync"
                    | "fdatasync"
                    | "renameat"
                    | "renameat2"
                    | "unlinkat"
                    | "ftruncate"
                    | "fchmod"
                    | "fstat"
            ),
        }
    }
}

/// Runs `passthru` under strace; whether it ended well.
fn strace(root: &Path, words: &[&str], options: &[&str]) -> bool {
    let output = Command::new("strace")
        .args(options)
        .arg(env!("CARGO_BIN_EXE_passthru"))
        .args(words)
        .arg("--root")
        .arg(root)
        .output()
        .unwrap();
    output.status.success()
}

#[test]
fn files_are_whole_wherever_apply_is_killed() {
    let Some(case) = Case::new(Kind::Files) else {
        return;
    };
    case.interrupt(&case.words(), &|| case.fresh("root"), &[Fault::Kill]);
}

#[test]
fn files_are_whole_where_the_disk_is_full_or_broken() {
    let Some(case) = Case::new(Kind::Files) else {
        return;
    };
    let faults = [Fault::NoSpace, Fault::Quota, Fault::BrokenDisk];
    case.interrupt(&case.words(), &|| case.fresh("root"), &faults);
}

#[test]
fn undo_is_finished_wherever_it_is_killed() {
    let Some(case) = Case::new(Kind::Files) else {
        return;
    };
    let applied = || {
        let root = case.fresh("root");
        assert!(case.apply(&root).status.success());
        root
    };
    let faults = [Fault::Kill, Fault::NoSpace, Fault::BrokenDisk];
    case.interrupt(&["undo", "--yes"], &applied, &faults);
}

/// `apply`, and `undo` after a whole `apply`, killed.
fn kill_on(kind: Kind) {
    let Some(case) = Case::new(kind) else {
        return;
    };
    case.interrupt(&case.words(), &|| case.fresh("root"), &[Fault::Kill]);
    let applied = || {
        let root = case.fresh("root");
        assert!(case.apply(&root).status.success());
        root
    };
    case.interrupt(&["undo", "--yes"], &applied, &[Fault::Kill]);
}

#[test]
fn commands_are_run_again_wherever_they_are_killed() {
    kill_on(Kind::Commands);
}

#[test]
fn a_host_with_systemd_boot_is_complete_wherever_it_is_killed() {
    kill_on(Kind::Example(&SYSTEMD_BOOT));
}

#[test]
fn a_host_with_dracut_is_complete_wherever_it_is_killed() {
    kill_on(Kind::Example(&DRACUT));
}
