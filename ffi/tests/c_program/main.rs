//! libpassthru as C programs meet it: installed, found by pkg-config, compiled
//! against and run.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::print_stderr,
    reason = "tests fail by panicking, and say what they skip"
)]

mod header;
mod installed;
mod memory;
mod output;
mod rom;
