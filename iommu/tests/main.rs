//! What this crate says, held to booted kernels, pasted logs and other programs.

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
mod captured;
mod claimed;
mod functions;
mod nodes;
mod oracles;
mod pastes;
mod predicted;
mod robustness;
mod vfio_errors;
