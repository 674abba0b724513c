//! A small host in a directory, a plan for it, and the command run on it.

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::fs;
use std::os::unix::fs::{MetadataExt, PermissionsExt, symlink};
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use host_tree::{DirTree, Edit};
use passthru::plan::{self, HostState, Plan, Request, Undo};
use passthru::{Host, Target};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use testkit::Scratch;
use testkit::skipped::skip;

/// A test's own directory, which is removed with it.
pub(crate) struct Place(pub(crate) Scratch);

impl Place {
    pub(crate) fn new() -> Self {
        // A file system in memory where there is one: these tests flush a lot.
        let shm = Path::new("/dev/shm");
        Self(if shm.is_dir() {
            Scratch::below(shm)
        } else {
            Scratch::new()
        })
    }

    pub(crate) fn join(&self, path: &str) -> PathBuf {
        self.0.join(path)
    }
}

/// Writes a file of a tree and the directories that it is in.
pub(crate) fn file(root: &Path, path: &str, text: &str, mode: u32) {
    let path = root.join(path);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(&path, text).unwrap();
    fs::set_permissions(&path, PermissionsExt::from_mode(mode)).unwrap();
}

pub(crate) const GRUB: &str = "GRUB_CMDLINE_LINUX_DEFAULT=\"quiet\"\n";

/// A host with one card, at `root`; `/etc/default/grub` is a link.
pub(crate) fn host(root: &Path) {
    file(
        root,
        "_commands/lspci -nnk",
        "03:00.0 Ethernet controller [0200]: Intel Corporation 82574L Gigabit Network Connection \
         [8086:10d3]\n\tSubsystem: Intel Corporation Gigabit CT Desktop Adapter [8086:a01f]\n\
         \tKernel driver in use: e1000e\n",
        0o644,
    );
    file(
        root,
        "_commands/dmesg",
        "[    0.5] pci 0000:03:00.0: Adding to iommu group 17\n",
        0o644,
    );
    // The host's network is on another function.
    file(
        root,
        "_commands/ip link",
        "2: enp4s0: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 qdisc mq state UP mode DEFAULT\n",
        0o644,
    );
    file(root, "etc/initramfs-tools/modules", "# none\n", 0o644);
    file(root, "etc/modules", "loop\n", 0o600);
    file(root, "etc/grub.real/grub", GRUB, 0o640);
    fs::create_dir_all(root.join("etc/default")).unwrap();
    symlink("../grub.real/grub", root.join("etc/default/grub")).unwrap();
}

/// A plan of all that a plan can have for the host at `root`: files changed, also
/// through a link, and made, also in directories that are not there.
pub(crate) fn plan(root: &Path) -> Plan {
    let tree = DirTree::open(root).unwrap();
    let host = Host::read(&tree);
    let request = Request {
        devices: vec!["03:00.0".parse().unwrap()],
        target: Some(Target::Proxmox),
        vm: None,
        bind: None,
        ..Request::default()
    };
    let mut plan = plan::make(&tree, &host, &request).unwrap();
    let wanted = GRUB.replace("quiet", "quiet intel_iommu=on");
    plan.edits
        .push(Edit::change("/etc/default/grub", GRUB, wanted));
    plan.edits
        .push(Edit::new_script("/etc/new/below/hook", "#!/bin/sh\n"));
    plan.host_state = HostState::of(&host, &plan.edits);
    plan.commands.clear();
    plan
}

/// A command that brings `/etc/default/grub` into effect: into `/refreshed`. It needs
/// a busybox in the tree.
pub(crate) fn refresh() -> plan::Command {
    let argv = ["/bin/busybox", "cp", "/etc/default/grub", "/refreshed"];
    plan::Command::refresh(
        argv.map(str::to_owned).to_vec(),
        passthru::text::Text::of_english("brings it into effect"),
    )
}

/// A part of a plan, as in its document.
pub(crate) fn part<T: DeserializeOwned>(value: Value) -> T {
    serde_json::from_value(value).unwrap()
}

/// An edit of the guest that [`changes`] change, too.
pub(crate) fn guest() -> Edit {
    let after = "cores: 2\nhostpci0: 03:00.0\n";
    Edit::change("/etc/pve/100.conf", "cores: 2\n", after)
}

/// Commands whose effect is a file's, kept, or another command's.
pub(crate) fn changes() -> Vec<plan::Command> {
    let command = |argv: &[&str], undo: Undo| -> plan::Command {
        part(json!({ "argv": argv, "purpose": "changes the guest", "undo": undo }))
    };
    let guest = "/etc/pve/100.conf";
    vec![
        command(
            &["/bin/busybox", "sed", "-i", "s/$/ changed/", guest],
            Undo::RestoreFiles {
                paths: vec![guest.to_owned()],
            },
        ),
        command(
            &["/bin/busybox", "mkdir", "-p", "/defined"],
            Undo::Run {
                argv: ["/bin/busybox", "rm", "-rf", "/defined"]
                    .map(str::to_owned)
                    .to_vec(),
            },
        ),
    ]
}

pub(crate) fn save(plan: &Plan, path: &Path) {
    fs::write(path, passthru::document::to_json(plan).unwrap()).unwrap();
}

/// What is at a path, as far as a test compares it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Entry {
    File(u32, Vec<u8>),
    Link(PathBuf),
    Directory(u32),
}

/// What only passthru reads of `/var/lib/passthru`: notes for the way back.
fn is_note(relative: &Path) -> bool {
    let Ok(below) = relative.strip_prefix("var/lib/passthru") else {
        return false;
    };
    let below = below.to_string_lossy();
    let notes = ["transactions", "lock", "script-", "playbook-"];
    notes.iter().any(|note| below.starts_with(note))
}

/// The tree without notes, and without directories that only they need.
pub(crate) fn snapshot(root: &Path) -> BTreeMap<PathBuf, Entry> {
    fn walk(root: &Path, at: &Path, all: &mut BTreeMap<PathBuf, Entry>) {
        for entry in fs::read_dir(at).unwrap() {
            let path = entry.unwrap().path();
            let relative = path.strip_prefix(root).unwrap().to_owned();
            if is_note(&relative) || relative == Path::new("bin") {
                continue;
            }
            let metadata = fs::symlink_metadata(&path).unwrap();
            let entry = if metadata.is_symlink() {
                Entry::Link(fs::read_link(&path).unwrap())
            } else if metadata.is_dir() {
                walk(root, &path, all);
                Entry::Directory(metadata.mode() & 0o7777)
            } else {
                Entry::File(metadata.mode() & 0o7777, fs::read(&path).unwrap())
            };
            all.insert(relative, entry);
        }
    }
    let mut all = BTreeMap::new();
    walk(root, root, &mut all);
    for own in ["var/lib/passthru", "var/lib", "var"].map(Path::new) {
        let mut paths = all.keys();
        if !paths.any(|path| path.starts_with(own) && path != own) {
            all.remove(own);
        }
    }
    all
}

pub(crate) fn command() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_passthru"));
    command.env("COLUMNS", "80");
    command
}

pub(crate) fn run(words: &[&OsStr]) -> Output {
    command().args(words).output().unwrap()
}

/// Runs `passthru` on the tree at `root`.
pub(crate) fn on(root: &Path, words: &[&str]) -> Output {
    let mut all: Vec<&OsStr> = words.iter().map(AsRef::as_ref).collect();
    all.extend(["--root".as_ref(), root.as_os_str()]);
    run(&all)
}

pub(crate) fn err(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

pub(crate) fn out(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

/// Copies a static busybox into the tree; whether there is none, or chroot is not
/// permitted.
pub(crate) fn no_busybox(root: &Path) -> bool {
    let found = ["/bin/busybox", "/usr/bin/busybox"]
        .into_iter()
        .find(|path| Path::new(path).exists());
    let root_user = fs::metadata("/proc/self").unwrap().uid() == 0;
    if found.is_none() || !root_user {
        skip(
            "busybox-static, run by root, is not there",
            "run as root after scripts/setup",
        );
        return true;
    }
    fs::create_dir_all(root.join("bin")).unwrap();
    fs::copy(found.unwrap(), root.join("bin/busybox")).unwrap();
    false
}
