//! Reading what `lspci` printed for people: anchors, labels, and what was done to
//! the text since.

mod address_anchor;
mod class_names;
mod command;
mod digits;
mod head;
mod label;
mod parse;
mod piece;
mod record;
mod value;

#[cfg(test)]
mod guides_tests;
#[cfg(test)]
mod tests;

pub use command::EchoedCommand;
pub use parse::{parse, parse_output};
pub use record::{Damage, DamageKind, Fields, Listing, Record};
