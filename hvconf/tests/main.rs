//! Configurations of virtual machines: read, written, converted, and read by the programs of their own.

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

mod converted;
mod hostile;
mod oracles;
mod targets;
