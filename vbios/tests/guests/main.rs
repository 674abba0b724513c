//! Guests that boot with our ROMs: SeaBIOS and OVMF run those that we made or mended,
//! and refuse the damaged ones as we say that they will; Linux reads the bytes back.
//!
//! Each boot has one device for each ROM, whose code writes a word of its own to the
//! firmware's debug port. QEMU emulates the processor, so that no KVM is needed.
#![allow(
    clippy::cast_possible_truncation,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stderr,
    clippy::unwrap_used
)]

mod candidates;
mod code;
mod firmware;
mod linux;
mod qemu;

/// Says that a test was skipped; fails where all oracles must be there.
fn skipped(what: &str) {
    eprintln!("skipped: {what} is not installed");
    assert!(
        std::env::var("PASSTHRU_ORACLES").as_deref() != Ok("required"),
        "{what} is required"
    );
}
