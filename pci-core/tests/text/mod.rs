//! Texts of `lspci` that this crate writes itself, of each dump in `tests/dumps`: read
//! back, and read after all that befalls pasted texts.

mod damaged;
mod round_trip;
mod texts;
