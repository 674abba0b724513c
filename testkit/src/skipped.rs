//! Tests that are skipped because something is missing: said on standard error, which a passing
//! test swallows, and recorded in `target/skipped.txt`, which scripts/test lists at its end.

use std::io::Write as _;

use crate::environment;

/// What installs the programs that tests need.
const SETUP: &str = "scripts/setup";

/// The test is skipped because the program or package `name` is not installed; fails where
/// `PASSTHRU_ORACLES` says that it must be.
#[track_caller]
pub fn missing(name: &str) {
    skip(&format!("{name} is not installed"), SETUP);
}

/// The test is skipped; fails where `PASSTHRU_ORACLES` says that none may be. `why` is what is
/// missing, `remedy` the command or condition with which the test runs.
#[track_caller]
pub fn skip(why: &str, remedy: &str) {
    assert!(!environment::all_required(), "{why} ({remedy})");
    optional(why, remedy);
}

/// The test is skipped, even where `PASSTHRU_ORACLES` is `required`: no distribution has what
/// is missing, or it needs hours.
pub fn optional(why: &str, remedy: &str) {
    eprintln!("skipped: {why} ({remedy})");
    let package = std::env::var("CARGO_PKG_NAME").unwrap_or_default();
    let thread = std::thread::current();
    let test = thread.name().unwrap_or_default();
    let line = format!(
        "{package} {test}\t{}\t{remedy}\n",
        why.replace(['\t', '\n'], " ")
    );
    // The list is for people: without a target folder there is nothing to fail.
    let list = environment::target().join("skipped.txt");
    let opened = std::fs::OpenOptions::new()
        .create(true)
        .append(true)
        .open(list);
    if let Ok(mut list) = opened {
        let _ = list.write_all(line.as_bytes());
    }
}
