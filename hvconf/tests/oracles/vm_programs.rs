//! Running libvirt's programs without a daemon.

use std::process::{Command, Output};

use testkit::Scratch;

/// Runs `script`, virsh commands with `;` between, with libvirt's QEMU driver
/// inside virsh itself. It runs without privileges: root would need the account
/// libvirt-qemu, so root becomes the account nobody.
pub(crate) fn virsh(scratch: &Scratch, script: &str) -> Output {
    let home = scratch.path();
    let mut command = if is_root() {
        let mut command = Command::new("setpriv");
        command.args([
            "--reuid",
            "65534",
            "--regid",
            "65534",
            "--clear-groups",
            "virsh",
        ]);
        command
    } else {
        Command::new("virsh")
    };
    command
        .env("HOME", home)
        .env("XDG_RUNTIME_DIR", home)
        .env("XDG_CACHE_HOME", home)
        .env("LC_ALL", "C")
        .current_dir(home)
        .arg("-c")
        .arg(format!("qemu:///embed?root={}", home.display()))
        .arg(script);
    command.output().unwrap()
}

fn is_root() -> bool {
    let id = Command::new("id").arg("-u").output().unwrap();
    id.stdout == b"0\n"
}

/// The programs that [`virsh`] needs.
pub(crate) const VIRSH: &[&str] = &["virsh", "qemu-system-x86_64", "setpriv"];
