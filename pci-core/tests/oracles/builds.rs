//! Every `lspci` that texts are taken from, whatever its release: the one that is
//! installed, those that `scripts/oracles` unpacked, and those that `PASSTHRU_LSPCI`
//! names, which are programs or folders of programs whose names begin with `lspci`,
//! divided by colons. The dumps are those in `tests/dumps` and those in the folder that
//! `PASSTHRU_DUMPS` names.
#![allow(clippy::expect_used, reason = "a test may fail so")]

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::Command;

use pci_core::lspci::Release;
use testkit::environment;
use testkit::program::installed;

use crate::oracles::samples::{Sample, dumps, samples};

/// A program, and the release that it is.
#[derive(Clone)]
pub(crate) struct Build {
    pub(crate) release: Release,
    /// The whole version, as it says it: `3.6.4`.
    pub(crate) version: String,
    program: PathBuf,
    /// Whether it may ask the hardware database of udev, which before 3.12 names a
    /// subsystem after its device.
    has_hwdb: bool,
}

/// All that run here, the oldest first; one of each version.
pub(crate) fn builds() -> Vec<Build> {
    if !installed(&["lspci"]) {
        return Vec::new();
    }
    let mut programs = vec![PathBuf::from("lspci")];
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).parent();
    let target = target.expect("a folder in the target folder");
    programs.extend(in_folder(&target.join("oracles")));
    let named = environment::path(environment::LSPCI).unwrap_or_default();
    for path in std::env::split_paths(&named) {
        if path.is_dir() {
            programs.extend(in_folder(&path));
        } else if !path.as_os_str().is_empty() {
            programs.push(path);
        }
    }
    let mut builds: Vec<Build> = programs.into_iter().filter_map(build).collect();
    builds.sort_by_key(|build| numbers(&build.version));
    builds.dedup_by(|later, first| later.version == first.version);
    builds
}

/// The programs in a folder whose names begin with `lspci`.
fn in_folder(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).into_iter().flatten();
    let mut found: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
    let is_program = |path: &PathBuf| {
        let name = path.file_name().and_then(OsStr::to_str);
        name.is_some_and(|name| name.starts_with("lspci")) && path.is_file()
    };
    found.retain(is_program);
    found
}

fn build(program: PathBuf) -> Option<Build> {
    let output = Command::new(&program).arg("--version").output().ok()?;
    let text = String::from_utf8(output.stdout).ok()?;
    let version = text.trim().rsplit(' ').next()?.to_owned();
    let mut parts = version.split('.').map(str::parse);
    let (Some(Ok(major)), Some(Ok(minor))) = (parts.next(), parts.next()) else {
        return None;
    };
    let release = Release { major, minor };
    Some(Build {
        release,
        version,
        has_hwdb: knows_hwdb(&program),
        program,
    })
}

fn knows_hwdb(program: &Path) -> bool {
    let output = Command::new(program).args(["-O", "help"]).output();
    output.is_ok_and(|output| {
        let message = [output.stdout, output.stderr].concat();
        String::from_utf8_lossy(&message).contains("hwdb.disable")
    })
}

fn numbers(version: &str) -> Vec<u32> {
    version
        .split('.')
        .filter_map(|part| part.parse().ok())
        .collect()
}

impl Build {
    /// What it prints for the dump at `path`, with the names of `ids`; `None` where it
    /// crashed.
    pub(crate) fn print(&self, ids: &Path, path: &Path, flags: &str) -> Option<String> {
        let mut command = Command::new(&self.program);
        if self.has_hwdb {
            command.args(["-O", "hwdb.disable=1"]);
        }
        command.arg("-i").arg(ids).arg("-F").arg(path);
        command.args(flags.split_whitespace()).env("LC_ALL", "C");
        let output = command.output().expect("lspci runs");
        output.status.code().filter(|code| *code < 128)?;
        Some(String::from_utf8_lossy(&output.stdout).into_owned())
    }
}

/// The dumps to print, those of `PASSTHRU_DUMPS` too.
pub(crate) fn all_samples() -> Vec<Sample> {
    let more = environment::path(environment::DUMPS);
    let folders = [Some(dumps()), Some(dumps().join("extended")), more];
    folders
        .into_iter()
        .flatten()
        .flat_map(|folder| samples(&folder))
        .collect()
}
