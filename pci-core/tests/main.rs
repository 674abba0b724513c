//! What this crate reads and writes: made by hand, compared with other programs, and timed.

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

mod config;
mod oracles;
mod scaling;
mod text;
