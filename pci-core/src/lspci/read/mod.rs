//! Parser for `lspci` text: anchors, labels, and damage.

mod address_anchor;
mod begin;
mod class_names;
mod command;
#[cfg(feature = "serde")]
mod config_text;
mod digits;
mod draft;
mod finish;
mod form;
mod head;
mod label;
mod labeled_lines;
mod lazy;
mod line_numbers;
mod machine_line;
mod machine_record;
mod named_value;
mod normal;
mod parse;
mod paths;
mod piece;
mod reader;
mod record;
mod source;
mod strict;
mod tagged_lines;
mod tree;
mod value;
mod verbose;
mod version;
mod wrapped;

#[cfg(test)]
mod guides_tests;
#[cfg(test)]
mod hostile_tests;
#[cfg(test)]
mod tests;
mod wrapped_text;

pub(crate) use class_names::class_named;
pub use command::EchoedCommand;
pub use form::{Form, Layout, Numbers, Verbosity};
pub use lazy::LazyRecords;
pub use parse::{parse, parse_output};
pub use record::{BridgeBuses, Damage, DamageKind, Fields, Listing, Record};
pub use verbose::{
    BridgeWindow, CapabilitiesEnd, Details, Interrupt, ListedCapability, Partial, Region,
    RegionAddress, RegionKind, Register, Registers, WindowKind,
};
pub use version::{Release, Releases};
