//! What `lspci` prints, byte for byte: [`write()`] gives the text of a listing in any
//! of its forms, for hosts on which there is no `lspci`, from a dump or from what
//! the kernel shows.
//!
//! [`OutputFunction`] is what is known of a function, [`OutputOptions`] are the options of
//! `lspci(8)`, [`Version`] is the release whose text is wanted. Names are those of
//! [`Names`](crate::Names).
//!
//! The layout was found by running `lspci`, and the tests compare all forms with
//! those releases of it: see `docs/lspci.md`.

mod capabilities;
mod drivers;
mod extended;
mod function;
mod header;
mod hex;
mod listing;
mod machine;
mod names;
mod options;
mod output_function;
mod page;
mod select;
mod terse;
mod topology;
mod tree;
mod verbose;

#[cfg(test)]
mod tests;

pub use listing::write;
pub use options::{Domains, Drivers, Hex, OutputForm, OutputOptions, OutputVerbosity, Path, View};
pub use select::{IdSelection, SlotSelection};

pub use super::write::output_function::{Kernel, OutputFunction, Range};
pub use crate::lspci::version::Version;
