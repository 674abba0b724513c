//! Real programs that tests compare with.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use crate::environment;
use crate::skipped::missing;

/// Path of the program `name`. Without it the test is skipped, or fails with
/// `PASSTHRU_ORACLES=required`.
pub fn find(name: &str) -> Option<PathBuf> {
    let unpacked = |package: &str| oracles().join(package).join("usr/bin");
    let more = [unpacked("boot-loaders"), unpacked("promtool")];
    let found = look(
        name,
        ["/usr/sbin".into(), "/sbin".into()].into_iter().chain(more),
    );
    if found.is_none() {
        missing(name);
    }
    found
}

/// Whether all these programs are in `PATH`. Without one the test is skipped, or fails, as with
/// [`find`].
pub fn installed(names: &[&str]) -> bool {
    let absent = names.iter().find(|name| look(name, None).is_none());
    if let Some(name) = absent {
        missing(name);
    }
    absent.is_none()
}

fn look(name: &str, more: impl IntoIterator<Item = PathBuf>) -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&path)
        .chain(more)
        .map(|place| place.join(name))
        .find(|file| file.is_file())
}

/// Folder of the packages unpacked by scripts/oracles.
pub fn oracles() -> PathBuf {
    environment::target().join("oracles")
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

/// A busybox that needs no libraries.
pub fn busybox() -> Option<Vec<u8>> {
    let paths = ["/bin/busybox", "/usr/bin/busybox"];
    let bytes = paths.iter().find_map(|path| std::fs::read(path).ok())?;
    (!needs_a_linker(&bytes)).then_some(bytes)
}

/// Whether a 64-bit ELF file has an interpreter: a program header of type 3 (System V gABI,
/// "Program Header").
fn needs_a_linker(file: &[u8]) -> bool {
    let word = |at: usize| usize::from(u16::from_le_bytes([file[at], file[at + 1]]));
    let first = u64::from_le_bytes(file[32..40].try_into().unwrap());
    let first = usize::try_from(first).unwrap();
    let (size, count) = (word(54), word(56));
    let mut headers = (0..count).map(|index| first + index * size);
    headers.any(|at| file[at..at + 4] == 3_u32.to_le_bytes())
}

/// Path of ukify and its imports: installed, or unpacked by scripts/oracles.
pub fn ukify() -> Option<PathBuf> {
    let unpacked = oracles().join("ukify");
    let mut roots = [PathBuf::from("/"), unpacked].into_iter();
    let found = roots.find(|root| root.join("usr/bin/ukify").is_file());
    if found.is_none() {
        missing("ukify");
    }
    found
}

/// A `udevadm` with the command `verify`: the system's, or one unpacked by scripts/oracles.
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

/// Runs a program with only `PATH` in its environment.
pub fn run(program: &Path, arguments: &[&str]) -> Output {
    Command::new(program)
        .args(arguments)
        .env_clear()
        .env("PATH", "/usr/sbin:/usr/bin:/sbin:/bin")
        .output()
        .unwrap()
}
