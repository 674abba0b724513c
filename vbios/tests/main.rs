//! Option ROMs: made by hand, read by other programs, booted in guests.

// clippy.toml lets `#[test]` functions assert so; here all code is for tests.
#![allow(
    clippy::unwrap_used,
    clippy::cast_possible_truncation,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::print_stderr
)]

mod built;
mod edits;
mod efi;
mod guests;
mod oracles;
mod reading;
