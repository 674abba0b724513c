//! The command and its plans: applied, interrupted, undone; no unrelated setting removed; odd files; the cost on large hosts.

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

mod apply;
mod harmless;
mod odd_files;
mod privilege;
mod scale;
mod standard_input;
mod terminal;
