//! Running the real programs, in scratch directories.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::atomic::{AtomicU32, Ordering};

/// Where `name` is installed. Without it the test is skipped, or fails when
/// `PASSTHRU_ORACLES=required`.
pub fn find(name: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let unpacked = oracles().join("boot-loaders/usr/bin");
    let places = std::env::split_paths(&path).chain(["/usr/sbin".into(), "/sbin".into(), unpacked]);
    let found = places
        .map(|place| place.join(name))
        .find(|file| file.is_file());
    if found.is_none() {
        missing(name);
    }
    found
}

/// What scripts/oracles unpacked.
fn oracles() -> PathBuf {
    let repository = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let target = std::env::var_os("CARGO_TARGET_DIR").unwrap_or_else(|| "target".into());
    repository.join(target).join("oracles")
}

/// The file of a package at `path`, installed or unpacked. Without it the test is
/// skipped, or fails, as with [`find`].
pub fn file(path: &str) -> Option<PathBuf> {
    let unpacked = oracles()
        .join("boot-loaders")
        .join(path.trim_start_matches('/'));
    let found = [PathBuf::from(path), unpacked]
        .into_iter()
        .find(|file| file.is_file());
    if found.is_none() {
        missing(path);
    }
    found
}

/// Where ukify and what it imports lie under their own paths: installed, or unpacked by
/// scripts/oracles.
pub fn ukify() -> Option<PathBuf> {
    let unpacked = oracles().join("ukify");
    let mut roots = [PathBuf::from("/"), unpacked].into_iter();
    let found = roots.find(|root| root.join("usr/bin/ukify").is_file());
    if found.is_none() {
        missing("ukify");
    }
    found
}

/// A `udevadm` that knows `verify`: the system's, or one that scripts/oracles unpacked.
pub fn udevadm_verify() -> Option<PathBuf> {
    let unpacked = oracles().join("udevadm");
    let systems = find("udevadm")?;
    let found = [systems, unpacked]
        .into_iter()
        .find(|udevadm| udevadm.is_file() && run(udevadm, &["verify", "--help"]).status.success());
    if found.is_none() {
        missing("a udevadm with verify");
    }
    found
}

/// Says that `name` is not there.
pub fn missing(name: &str) {
    let required = std::env::var("PASSTHRU_ORACLES").is_ok_and(|value| value == "required");
    assert!(!required, "{name} is not installed");
    eprintln!("skipped: {name} is not installed");
}

/// A directory that is removed when dropped.
pub struct Scratch(PathBuf);

impl Default for Scratch {
    fn default() -> Self {
        Self::new()
    }
}

impl Scratch {
    /// A new, empty directory below the directory for temporary files.
    pub fn new() -> Self {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let name = format!("passthru-test-{}-{number}", std::process::id());
        let place = std::env::temp_dir().join(name);
        std::fs::create_dir_all(&place).unwrap();
        Self(place)
    }

    /// Its path.
    pub fn path(&self) -> &Path {
        &self.0
    }

    /// Makes a directory below the directory.
    pub fn directory(&self, path: &str) -> PathBuf {
        let place = self.0.join(path);
        std::fs::create_dir_all(&place).unwrap();
        place
    }

    /// Writes a file below the directory.
    pub fn write(&self, path: &str, text: &str) -> PathBuf {
        let file = self.0.join(path);
        std::fs::create_dir_all(file.parent().unwrap()).unwrap();
        std::fs::write(&file, text).unwrap();
        file
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// Runs a program with an empty environment but for `PATH`.
pub fn run(program: &Path, arguments: &[&str]) -> Output {
    Command::new(program)
        .args(arguments)
        .env_clear()
        .env("PATH", "/usr/sbin:/usr/bin:/sbin:/bin")
        .output()
        .unwrap()
}
