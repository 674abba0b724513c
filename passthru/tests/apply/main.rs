//! Plans that are carried out, interrupted and taken back.

// clippy.toml lets `#[test]` functions assert so; here all code is for tests.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::print_stderr
)]

mod attributes;
mod bound;
mod confirmed;
mod flushed;
mod hostile;
mod killed;
mod place;
mod refused;
mod rendered;
mod taken_back;
mod targets;
mod verified;
