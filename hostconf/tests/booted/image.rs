//! Images: what mkinitramfs makes of a configuration, and files laid over it.

use std::path::{Path, PathBuf};
use std::process::Command;

use testkit::{Archive, Scratch};

use crate::booted::machine::Kernel;

/// A file of an image or of a host: path, text and permissions.
pub(crate) type File = (String, String, u32);

pub(crate) fn file(path: &str, text: &str) -> File {
    (path.to_owned(), text.to_owned(), 0o644)
}

pub(crate) fn script(path: &str, text: &str) -> File {
    (path.to_owned(), text.to_owned(), 0o755)
}

/// The image that the system's mkinitramfs makes on a host with these files in
/// `/etc/initramfs-tools`, `/etc/modprobe.d` and `/etc/udev/rules.d`, and nothing else
/// there.
pub(crate) fn mkinitramfs(kernel: &Kernel, scratch: &Scratch, files: &[File]) -> PathBuf {
    let base = "MODULES=list\nBUSYBOX=y\nKEYMAP=n\nCOMPRESS=gzip\nDEVICE=\nNFSROOT=auto\nRUNSIZE=10%\nFSTYPE=auto\n";
    scratch.write_mode("/etc/initramfs-tools/initramfs.conf", base, 0o644);
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
        scratch.write_mode(path, text, *mode);
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
    let mut archive = Archive::after(std::fs::read(image).unwrap());
    for (path, text, mode) in files {
        archive.file(path, *mode, text.as_bytes());
    }
    scratch.write(name, archive.finish())
}
