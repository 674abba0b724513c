//! Real option ROMs, and what another program reads in them.
#![allow(
    clippy::cast_possible_truncation,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stderr,
    clippy::unwrap_used
)]

mod acpica;
mod authenticode;
#[path = "../reading/builder.rs"]
mod builder;
mod firmware;
mod rom_parser;
mod romheaders;
mod uefi_firmware;

/// Says that a test was skipped; fails where all oracles must be there.
fn skipped(what: &str) {
    eprintln!("skipped: {what} is not installed");
    assert!(
        std::env::var("PASSTHRU_ORACLES").as_deref() != Ok("required"),
        "{what} is required"
    );
}
