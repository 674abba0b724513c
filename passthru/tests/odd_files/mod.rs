//! Files that are not what their names promise: commands end, keep their memory, and print nothing that is
//! outside of the tree.

use std::fs::{self, File};
use std::os::unix::fs::symlink;
use std::os::unix::net::UnixListener;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use testkit::Scratch;
use testkit::sysfs_tree::{SysfsTree, functions};

/// Seconds for one command: it is not optimized, and the machine does other work.
const MOST: Duration = Duration::from_secs(60);
/// Address space of one command, in KiB: the largest file that is read, several times over.
const MEMORY: &str = "2000000";
const SECRET: &str = "root:$6$planted$secret:19000:0:99999:7:::";

const COMMANDS: [&str; 6] = [
    "lspci -vvv",
    "groups --predict",
    "doctor",
    "plan 01:00.0",
    "capture -o OUTPUT",
    "report -o OUTPUT",
];

/// Places that commands read, of each kind of reader.
const PLACES: [&str; 10] = [
    "etc/modprobe.d/odd.conf",
    "etc/default/grub",
    "etc/modules",
    "etc/os-release",
    "proc/cmdline",
    "_commands/lspci -nnk",
    "_commands/dmesg",
    "etc/pve/qemu-server/100.conf",
    "etc/libvirt/qemu/a.xml",
    "sys/bus/pci/devices/0000:01:00.0/uevent",
];

struct Host {
    scratch: Scratch,
    tree: SysfsTree,
}

impl Host {
    fn new() -> Self {
        let scratch = Scratch::new();
        let tree = SysfsTree::below(scratch.path(), "odd", &functions());
        fs::write(scratch.path().join("secret"), SECRET).unwrap();
        Self { scratch, tree }
    }

    /// A place where there is nothing yet, and a directory for it.
    fn place(&self, path: &str) -> PathBuf {
        let place = self.tree.root.join(path);
        fs::create_dir_all(place.parent().unwrap()).unwrap();
        let _ = fs::remove_file(&place);
        place
    }

    /// Runs each command; none fails otherwise than it says, and none prints the secret.
    fn read(&self, what: &str) {
        for command in COMMANDS {
            self.run(what, command, &["--root", self.tree.root.to_str().unwrap()]);
        }
    }

    fn run(&self, what: &str, command: &str, input: &[&str]) -> Output {
        let written = self.scratch.path().join("written");
        let _ = fs::remove_file(&written);
        let words = command.split(' ').map(|word| match word {
            "OUTPUT" => written.to_str().unwrap(),
            word => word,
        });
        let began = Instant::now();
        let output = Command::new("sh")
            .args(["-c", "ulimit -v \"$0\"; exec timeout 60 \"$@\"", MEMORY])
            .arg(env!("CARGO_BIN_EXE_passthru"))
            .args(words)
            .args(input)
            .output()
            .unwrap();
        let took = began.elapsed();
        assert!(took < MOST, "{what}: {command} needs {took:?}");
        let status = output.status.code();
        let err = String::from_utf8_lossy(&output.stderr);
        assert!(
            matches!(status, Some(0..=2)) && !err.contains("panicked"),
            "{what}: {command}: {status:?} {err}"
        );
        let mut all = [output.stdout.clone(), output.stderr.clone()].concat();
        all.extend(fs::read(&written).unwrap_or_default());
        let all = String::from_utf8_lossy(&all);
        assert!(!all.contains("planted"), "{what}: {command} prints it");
        output
    }
}

/// Makes an odd file at a place of the host.
type Make = fn(&Host, &Path);

fn fifo(_: &Host, at: &Path) {
    assert!(Command::new("mkfifo").arg(at).status().unwrap().success());
}

fn sparse(_: &Host, at: &Path) {
    File::create(at).unwrap().set_len(4 << 30).unwrap();
}

fn device(_: &Host, at: &Path) {
    // Root alone can make one; for others the link is as far as it goes.
    let made = Command::new("mknod").arg(at).args(["c", "1", "5"]).output();
    if !made.unwrap().status.success() {
        symlink("/dev/zero", at).unwrap();
    }
}

fn socket(host: &Host, at: &Path) {
    // A socket's path has at most 108 bytes.
    let short = host.scratch.path().join("s");
    drop(UnixListener::bind(&short).unwrap());
    fs::rename(short, at).unwrap();
}

fn directory(_: &Host, at: &Path) {
    fs::create_dir(at).unwrap();
}

fn link_loop(_: &Host, at: &Path) {
    symlink(at.file_name().unwrap(), at).unwrap();
}

fn link_out(host: &Host, at: &Path) {
    symlink(host.scratch.path().join("secret"), at).unwrap();
}

fn link_up(host: &Host, at: &Path) {
    let up = "../".repeat(30);
    let secret = host.scratch.path().join("secret");
    symlink(format!("{up}{}", secret.display()), at).unwrap();
}

fn closed(_: &Host, at: &Path) {
    fs::write(at, "closed").unwrap();
    let mut permissions = fs::metadata(at).unwrap().permissions();
    std::os::unix::fs::PermissionsExt::set_mode(&mut permissions, 0);
    fs::set_permissions(at, permissions).unwrap();
}

fn one_line(_: &Host, at: &Path) {
    fs::write(at, "x".repeat(256 << 10)).unwrap();
}

const KINDS: [(&str, Make); 10] = [
    ("a FIFO without a writer", fifo),
    ("a sparse file of 4 GiB", sparse),
    ("a device that never ends", device),
    ("a socket", socket),
    ("a directory", directory),
    ("a link to itself", link_loop),
    ("a link to a secret outside of the tree", link_out),
    ("a link through .. to that secret", link_up),
    ("a file that nobody may read", closed),
    ("a line of 256 KiB", one_line),
];

#[test]
fn odd_files_in_a_tree() {
    for (what, make) in KINDS {
        let host = Host::new();
        for path in PLACES {
            make(&host, &host.place(path));
        }
        host.read(what);
    }
}

#[test]
fn odd_files_as_inputs() {
    // A pipe is an input, and the caller waits for its writer; these are none.
    for (what, make) in KINDS {
        if what.starts_with("a FIFO") || what.contains("secret") {
            continue;
        }
        let host = Host::new();
        let file = host.scratch.path().join("odd");
        make(&host, &file);
        let file = file.to_str().unwrap();
        host.run(what, "doctor", &["--from", file]);
        host.run(what, "rom info", &[file]);
    }
}

#[test]
fn a_directory_of_20000_files() {
    let host = Host::new();
    let place = host.place("etc/modprobe.d/0.conf");
    for at in 0..20_000 {
        fs::write(
            place.with_file_name(format!("{at}.conf")),
            "options a b=1\n",
        )
        .unwrap();
    }
    for command in ["list", "doctor", "capture -o OUTPUT"] {
        let root = host.tree.root.to_str().unwrap();
        host.run("20,000 files", command, &["--root", root]);
    }
}

/// Files that are written, cut off, replaced and removed while they are read.
#[test]
fn a_tree_that_changes_while_it_is_read() {
    let host = Host::new();
    let done = AtomicBool::new(false);
    let root = &host.tree.root;
    std::thread::scope(|scope| {
        scope.spawn(|| {
            let mut round = 0_usize;
            while !done.load(Ordering::Relaxed) {
                for path in PLACES {
                    let place = root.join(path);
                    fs::create_dir_all(place.parent().unwrap()).unwrap();
                    let text = "options vfio-pci ids=10de:1b06\n".repeat(round % 500);
                    match round % 4 {
                        0 => drop(fs::write(&place, text)),
                        1 => drop(File::create(&place)),
                        2 => drop(fs::remove_file(&place)),
                        _ => {
                            let new = host.scratch.path().join("new");
                            fs::write(&new, text).unwrap();
                            let _ = fs::rename(new, &place);
                        }
                    }
                    round += 1;
                }
            }
        });
        for _ in 0..3 {
            host.read("a tree that changes");
        }
        done.store(true, Ordering::Relaxed);
    });
}

/// Each of some reads fails as a broken disk, and as a device that is gone.
#[test]
fn reads_that_fail() {
    if !testkit::program::installed(&["strace"]) {
        return;
    }
    let host = Host::new();
    fs::write(host.place("etc/modprobe.d/a.conf"), "options a b=1\n").unwrap();
    let root = host.tree.root.to_str().unwrap();
    for command in ["list", "doctor", "lspci -vvv"] {
        for error in ["EIO", "ENODEV", "EAGAIN"] {
            for call in ["read", "openat", "openat2", "getdents64", "readlinkat"] {
                for first in [1, 2, 5, 17] {
                    let inject = format!("inject={call}:error={error}:when={first}+7");
                    // The first calls are the loader's, before the program runs.
                    let path = format!("--trace-path={root}");
                    let output = Command::new("timeout")
                        .args([
                            "60",
                            "strace",
                            "-qq",
                            "-o",
                            "/dev/null",
                            "-e",
                            &inject,
                            &path,
                        ])
                        .arg(env!("CARGO_BIN_EXE_passthru"))
                        .args(command.split(' '))
                        .args(["--root", root])
                        .output()
                        .unwrap();
                    let err = String::from_utf8_lossy(&output.stderr);
                    assert!(
                        matches!(output.status.code(), Some(0..=2)) && !err.contains("panicked"),
                        "{command} {inject}: {:?} {err}",
                        output.status
                    );
                }
            }
        }
    }
}

/// A read that does not end, as of a device that does not answer: standard error names the file.
#[test]
fn a_read_that_waits_is_named() {
    if !testkit::program::installed(&["strace", "script"]) {
        return;
    }
    let host = Host::new();
    let place = host.place("etc/modprobe.d/a.conf");
    fs::write(&place, "options a b=1\n").unwrap();
    let command = format!(
        "strace -qq -o /dev/null -e inject=read:delay_enter=4000000:when=1 --trace-path={} {} \
         doctor --root {}",
        place.display(),
        env!("CARGO_BIN_EXE_passthru"),
        host.tree.root.display()
    );
    let output = Command::new("script")
        .args(["-qec", &format!("{command} > /dev/null"), "/dev/null"])
        .output()
        .unwrap();
    let shown = String::from_utf8_lossy(&output.stdout);
    let line = format!("reading {}, ", place.display());
    assert!(shown.contains(&line), "{shown}");
    assert!(shown.ends_with("\r\u{1b}[K"), "{shown}");
}
