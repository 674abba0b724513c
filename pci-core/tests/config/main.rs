//! Configuration space that was made by hand, and made to hurt.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests assert by panicking"
)]

mod builder;
mod every;
mod hostile;
mod structures;
