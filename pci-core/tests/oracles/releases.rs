//! The releases of `lspci` that are compared with: the one that is installed, and
//! those that `scripts/oracles` unpacked.
#![allow(clippy::expect_used, reason = "a test may fail so")]

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use pci_core::lspci::write::Version;
use testkit::environment;
use testkit::program::{installed, oracles};
use testkit::skipped::optional;

/// A release, and how to run it.
pub(crate) struct Release {
    pub(crate) version: Version,
    program: PathBuf,
}

/// All that can be run. What cannot says so on standard error; where
/// `PASSTHRU_ORACLES=required`, one of them must.
pub(crate) fn releases() -> Vec<Release> {
    if !installed(&["lspci"]) {
        return Vec::new();
    }
    let unpacked = oracles();
    let system = system_version();
    let mut releases = Vec::new();
    for version in Version::ALL {
        let program = unpacked.join(format!("lspci-{version}.0"));
        if system == Some(version) {
            releases.push(Release {
                version,
                program: "lspci".into(),
            });
        } else if program.exists() {
            releases.push(Release { version, program });
        } else {
            optional(
                &format!("no lspci {version} is unpacked"),
                "scripts/oracles",
            );
        }
    }
    let required = environment::all_required();
    assert!(
        !(required && releases.is_empty()),
        "no lspci that is written like"
    );
    releases
}

fn system_version() -> Option<Version> {
    let output = Command::new("lspci").arg("--version").output().ok()?;
    let text = String::from_utf8(output.stdout).ok()?;
    text.trim().rsplit(' ').next()?.parse().ok()
}

impl Release {
    /// What it prints for the dump at `path`, with the names of `ids`.
    pub(crate) fn print(&self, ids: &Path, path: &Path, flags: &[&str]) -> Option<String> {
        self.run(ids, &["-F", &path.to_string_lossy()], flags)
    }

    /// Its output for the input `source`, with the names of `ids`. `None` if it crashed:
    /// `-t` and `-P` do for bridges that are downstream of themselves.
    pub(crate) fn run(&self, ids: &Path, source: &[&str], flags: &[&str]) -> Option<String> {
        let output = self.output(ids, source, flags);
        output.status.code().filter(|code| *code < 128)?;
        let message = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{source:?} {flags:?}: {message}");
        Some(String::from_utf8_lossy(&output.stdout).into_owned())
    }

    /// The address of the function in the dump at `path` at which it aborts: it reads
    /// registers that it has not fetched, or crashes.
    pub(crate) fn aborts_at(&self, ids: &Path, path: &Path, flags: &[&str]) -> Option<String> {
        let output = self.output(ids, &["-F", &path.to_string_lossy()], flags);
        if output.status.success() {
            return None;
        }
        let text = String::from_utf8_lossy(&output.stdout);
        let head = |line: &&str| line.starts_with(|first: char| first.is_ascii_hexdigit());
        let last = text.lines().rfind(head).expect("a function");
        Some(last.split(' ').next().unwrap_or(last).to_owned())
    }

    /// The hardware database of udev is another version of the names, and answers
    /// for unknown cards with the device's.
    fn output(&self, ids: &Path, source: &[&str], flags: &[&str]) -> Output {
        let mut command = Command::new(&self.program);
        command.args(["-O", "hwdb.disable=1", "-i"]).arg(ids);
        command.args(source).args(flags).env("LC_ALL", "C");
        command.output().expect("lspci runs")
    }
}
