//! What this crate writes, read by the programs that read it for real, and booted.

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

mod booted;
mod oracles;
