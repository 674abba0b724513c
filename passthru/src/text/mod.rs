//! Sentences for people, in English and in the languages of the catalogs.
//!
//! A sentence is one unit: its pattern (`"{functions} of group {group} are with {driver}"`) is in
//! the check that prints it, and is the key of its translation in a PO file of
//! `lang/`. `passthru-translations/catalogs/` has a shorter form of the PO files
//! (`catalog_lines`), which the build packs. Values are named arguments, so that a translation can order them.

mod argument;
mod catalog;
#[cfg(test)]
mod catalog_lines;
mod language;
mod list;
mod macros;
mod packed_catalog;
#[cfg(any(test, target_family = "wasm"))]
mod page_catalog;
mod pattern;
mod place;
#[cfg(test)]
mod po;
mod sentence;
mod short_characters;
mod translate;

pub use argument::IntoArgument;
pub(crate) use catalog::Catalog;
pub use language::Language;
pub(crate) use list::{all_of, any_of, listed};
pub(crate) use macros::{plural, text, value};
pub use pattern::placeholders;
pub(crate) use place::place;
pub use sentence::{Argument, Text};
