//! Real option ROMs, and what another program reads in them.
#![allow(clippy::print_stderr, clippy::unwrap_used, clippy::panic)]

mod romheaders;

/// Says that a test was skipped; fails where all oracles must be there.
fn skipped(what: &str) {
    eprintln!("skipped: {what} is not installed");
    assert!(
        std::env::var("PASSTHRU_ORACLES").as_deref() != Ok("required"),
        "{what} is required"
    );
}
