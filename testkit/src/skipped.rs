//! Skipped tests: reported on standard error, which a passing test hides, and recorded in
//! `target/skipped.txt`, which scripts/test prints at its end.

use std::io::Write as _;

use crate::environment;

/// The command that installs the programs of the tests.
const SETUP: &str = "scripts/setup";

/// Skips a test because the program or package `name` is not installed; fails if `PASSTHRU_ORACLES`
/// requires it.
#[track_caller]
pub fn missing(name: &str) {
    skip(&format!("{name} is not installed"), SETUP);
}

/// Skips a test; fails if `PASSTHRU_ORACLES` forbids it. `why` is the missing part, `remedy` the
/// command or condition with which the test runs.
#[track_caller]
pub fn skip(why: &str, remedy: &str) {
    assert!(!environment::all_required(), "{why} ({remedy})");
    optional(why, remedy);
}

/// Skips a test even with `PASSTHRU_ORACLES=required`: no distribution has the missing part, or it
/// needs hours.
pub fn optional(why: &str, remedy: &str) {
    eprintln!("skipped: {why} ({remedy})");
    let package = std::env::var("CARGO_PKG_NAME").unwrap_or_default();
    let thread = std::thread::current();
    let test = thread.name().unwrap_or_default();
    let line = format!(
        "{package} {test}\t{}\t{remedy}\n",
        why.replace(['\t', '\n'], " ")
    );
    // The list is informational: a missing target folder is not an error.
    let list = environment::target().join("skipped.txt");
    let opened = std::fs::OpenOptions::new()
        .create(true)
        .append(true)
        .open(list);
    if let Ok(mut list) = opened {
        let _ = list.write_all(line.as_bytes());
    }
}
