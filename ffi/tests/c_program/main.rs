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

mod cinstall;
mod examples;
mod header;
mod installed;
mod interface;
mod memory;
mod misused;
mod output;
mod rom;
