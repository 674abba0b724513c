//! Running libvirt's programs without a daemon.

use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::atomic::{AtomicU32, Ordering};
use std::{env, fs};

/// Whether all `programs` are installed; says so on stderr when one is not.
pub(crate) fn installed(programs: &[&str]) -> bool {
    let path = env::var_os("PATH").unwrap_or_default();
    for program in programs {
        if env::split_paths(&path).any(|dir| dir.join(program).is_file()) {
            continue;
        }
        let required = env::var("PASSTHRU_ORACLES").is_ok_and(|value| value == "required");
        assert!(!required, "{program} is not installed");
        #[allow(clippy::print_stderr)]
        {
            eprintln!("skipped: {program} is not installed");
        }
        return false;
    }
    true
}

/// A directory of its own that everybody may use, removed when dropped.
pub(crate) struct Scratch(PathBuf);

impl Scratch {
    pub(crate) fn new() -> Self {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let name = format!("hvconf-oracle-{}-{number}", std::process::id());
        let dir = env::temp_dir().join(name);
        fs::create_dir(&dir).unwrap();
        fs::set_permissions(&dir, fs::Permissions::from_mode(0o777)).unwrap();
        Self(dir)
    }

    pub(crate) fn path(&self) -> &Path {
        &self.0
    }

    /// Writes a file that everybody may read.
    pub(crate) fn write(&self, name: &str, text: &str) -> String {
        let path = self.0.join(name);
        fs::write(&path, text).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
        path.to_str().unwrap().to_owned()
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        // What is left behind in the temporary directory hurts nobody.
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// Runs `script`, virsh commands with `;` between, with libvirt's QEMU driver
/// inside virsh itself. It wants no privileges: root would need the account
/// libvirt-qemu, so root becomes nobody.
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

/// A small generator of numbers for tests that shall do the same each time.
pub(crate) struct Numbers(pub(crate) u64);

impl Numbers {
    /// A number from 0 up, less than `end`.
    pub(crate) fn below(&mut self, end: u8) -> u8 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        u8::try_from(self.0 % u64::from(end)).unwrap()
    }
}
