//! Writes the text of `lspci`, byte for byte: [`write()`] produces a listing in any form, for hosts
//! without `lspci`, from a dump or from sysfs.
//!
//! [`OutputFunction`] contains the facts about a function, [`OutputOptions`] the options of
//! `lspci(8)`, [`Version`] is the release to imitate. Names come from [`Names`](crate::Names).
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
