//! Generated configurations of each format through the editors: only the intended settings are
//! removed, by the readers of `passthru::file_settings` and, independently, by marks in the
//! texts.

mod kernel_lines;
mod lists;
mod maker;
mod read_by_programs;
