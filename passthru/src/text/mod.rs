//! Sentences for people, in English and in the languages of the catalogues.
//!
//! A sentence is whole: its pattern (`"{functions} of group {group} are with {driver}"`) stays
//! beside the check that says it and is the key under which a catalogue, a PO file of
//! `passthru/lang/`, has its translation. Values are arguments with names, so that a
//! translation orders them as its grammar does.

mod argument;
mod catalogue;
mod language;
mod list;
mod macros;
mod pattern;
mod po;
mod sentence;
mod translate;

pub use argument::IntoArgument;
pub use catalogue::Catalogue;
pub use language::Language;
pub(crate) use list::{all_of, any_of, listed};
pub(crate) use macros::{plural, text, value};
pub use pattern::placeholders;
pub use po::PoError;
pub use sentence::{Argument, Text};
