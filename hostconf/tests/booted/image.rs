//! Images: what mkinitramfs makes of a configuration, and files laid over it.

use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::{AtomicU32, Ordering};

use crate::machine::Kernel;

/// A directory that is removed when dropped.
pub(crate) struct Scratch(PathBuf);

impl Scratch {
    pub(crate) fn new() -> Self {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let name = format!("hvconf-booted-{}-{number}", std::process::id());
        let place = std::env::temp_dir().join(name);
        std::fs::create_dir_all(&place).unwrap();
        Self(place)
    }

    pub(crate) fn path(&self) -> &Path {
        &self.0
    }

    pub(crate) fn write(&self, path: &str, text: &str, mode: u32) -> PathBuf {
        let file = self.0.join(path.trim_start_matches('/'));
        std::fs::create_dir_all(file.parent().unwrap()).unwrap();
        std::fs::write(&file, text).unwrap();
        std::fs::set_permissions(&file, std::fs::Permissions::from_mode(mode)).unwrap();
        file
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// A file of an image or of a host: path, text and permissions.
pub(crate) type File = (String, String, u32);

pub(crate) fn file(path: &str, text: &str) -> File {
    (path.to_owned(), text.to_owned(), 0o644)
}

pub(crate) fn script(path: &str, text: &str) -> File {
    (path.to_owned(), text.to_owned(), 0o755)
}

/// Whether a program is installed; a line, or a failure, where it has to be.
pub(crate) fn is_there(program: &str) -> bool {
    let found = Command::new("sh")
        .args(["-c", &format!("command -v {program}")])
        .output();
    let there = found.unwrap().status.success();
    if !there {
        required(program);
    }
    there
}

/// Says that something is not here; fails where it has to be.
pub(crate) fn required(what: &str) {
    eprintln!("skipped: {what} is not installed");
    let required = std::env::var("PASSTHRU_ORACLES").as_deref() == Ok("required");
    assert!(!required, "{what} is required");
}

/// The image that the system's mkinitramfs makes on a host with these files in
/// `/etc/initramfs-tools`, `/etc/modprobe.d` and `/etc/udev/rules.d`, and nothing else
/// there.
pub(crate) fn mkinitramfs(kernel: &Kernel, scratch: &Scratch, files: &[File]) -> PathBuf {
    let base = "MODULES=list\nBUSYBOX=y\nKEYMAP=n\nCOMPRESS=gzip\nDEVICE=\nNFSROOT=auto\nRUNSIZE=10%\nFSTYPE=auto\n";
    scratch.write("/etc/initramfs-tools/initramfs.conf", base, 0o644);
    for folder in [
        "hooks",
        "conf.d",
        "scripts/init-top",
        "scripts/init-premount",
    ] {
        std::fs::create_dir_all(scratch.path().join("etc/initramfs-tools").join(folder)).unwrap();
    }
    for folder in ["etc/modprobe.d", "etc/udev/rules.d"] {
        std::fs::create_dir_all(scratch.path().join(folder)).unwrap();
    }
    for (path, text, mode) in files {
        scratch.write(path, text, *mode);
    }
    let image = scratch.path().join("image");
    let etc = scratch.path().join("etc");
    let tree = &kernel.tree;
    let binds = [
        (tree.join("lib/modules"), "/lib/modules"),
        (tree.join("boot"), "/boot"),
        (etc.join("initramfs-tools"), "/etc/initramfs-tools"),
        (etc.join("modprobe.d"), "/etc/modprobe.d"),
        (etc.join("udev/rules.d"), "/etc/udev/rules.d"),
    ];
    let make = format!(
        "PATH=/usr/sbin:/usr/bin:/sbin:/bin mkinitramfs -o {} {}",
        image.display(),
        kernel.release
    );
    let mounts: Vec<String> = binds
        .iter()
        .map(|(from, to)| format!("mount --bind {} {to}", from.display()))
        .collect();
    // Folders to mount on have to be there; a system without kernels may lack one.
    let own = Command::new("unshare")
        .args([
            "-m",
            "sh",
            "-e",
            "-c",
            &format!("{}\n{make}", mounts.join("\n")),
        ])
        .output();
    if !own.is_ok_and(|output| output.status.success()) {
        let mut proot = Command::new("proot");
        for (from, to) in &binds {
            proot.arg("-b").arg(format!("{}:{to}", from.display()));
        }
        let output = proot.args(["sh", "-c", &make]).output().unwrap();
        assert!(output.status.success(), "{output:?}");
    }
    image
}

/// `image` with files laid over: the kernel unpacks archives one after the other.
pub(crate) fn overlay(image: &Path, scratch: &Scratch, name: &str, files: &[File]) -> PathBuf {
    let mut bytes = std::fs::read(image).unwrap();
    bytes.resize(bytes.len().next_multiple_of(4), 0);
    for (path, text, mode) in files {
        bytes.extend(entry(
            path.trim_start_matches('/'),
            0o100_000 | mode,
            text.as_bytes(),
        ));
    }
    bytes.extend(entry("TRAILER!!!", 0, b""));
    let path = scratch.path().join(name);
    std::fs::write(&path, bytes).unwrap();
    path
}

/// An entry of an archive that a kernel unpacks
/// (`Documentation/driver-api/early-userspace/buffer-format.rst` of Linux).
fn entry(name: &str, mode: u32, content: &[u8]) -> Vec<u8> {
    let mut entry = b"070701".to_vec();
    let (length, name_length) = (content.len(), name.len() + 1);
    let mode = mode as usize;
    for field in [0, mode, 0, 0, 1, 0, length, 0, 0, 0, 0, name_length, 0] {
        entry.extend(format!("{field:08x}").bytes());
    }
    let pad = |entry: &mut Vec<u8>| entry.resize(entry.len().next_multiple_of(4), 0);
    entry.extend(name.bytes());
    entry.push(0);
    pad(&mut entry);
    entry.extend(content);
    pad(&mut entry);
    entry
}
