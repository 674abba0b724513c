//! Generated configurations of each format through the editors: nothing is taken away but
//! what was meant, neither by the readers of `passthru::file_settings` nor, read apart from them,
//! by marks in the texts.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::print_stderr
)]

mod kernel_lines;
mod lists;
mod maker;
mod read_by_programs;
