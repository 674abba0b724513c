//! The machine that the tests run on, as other programs see it.
#![allow(
    clippy::print_stderr,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic
)]

mod acpi_tables;
mod dmesg;
mod live;

/// Says that a test was skipped; fails where all oracles must be there.
fn skipped(what: &str) {
    eprintln!("skipped: {what} is not installed");
    assert!(
        std::env::var("PASSTHRU_ORACLES").as_deref() != Ok("required"),
        "{what} is required"
    );
}
