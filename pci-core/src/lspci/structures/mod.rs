//! Registers in `lspci` output, each described once: bits, labels, units or words, and the releases
//! of pciutils that print them.
//!
//! A [`Structure`](structure::Structure) has a list of [`Row`](row::Row)s, most of which are lines
//! of `lspci` with the bits in [braces](template). Both the writer and the parser use these rows.
//! The few structures whose layout depends on their contents name a function in [`variable_layout`] for
//! that part.
//!
//! | file | structures |
//! | --- | --- |
//! | `header.rs` | the header of configuration space |
//! | `conventional.rs` | the capabilities in the first 256 bytes |
//! | `express.rs`, `hyper_transport.rs`, `vendor.rs` | the longer of these |
//! | `extended.rs` | the extended capabilities: from 0x100 on |
//! | `cxl.rs`, `encryption.rs` | two of them with variable parts |

mod conventional;
mod cxl;
mod decoded;
mod encryption;
mod express;
mod extended;
mod header;
mod hyper_transport;
mod names;
mod registers;
mod row;
mod structure;
mod template;
mod units;
mod variable_layout;
mod vendor;

pub use decoded::{DecodedField, DecodedStructure, decode};
pub(in crate::lspci) use header::{
    BRIDGE_CONTROL, BUSES, CARDBUS_CONTROL, HEADER, SECONDARY_STATUS,
};
pub(in crate::lspci) use names::{TITLE, Walk};
pub(in crate::lspci) use registers::{Layout, Registers};
pub(in crate::lspci) use row::{Part, Row};
pub use structure::CapabilityKind;
pub(in crate::lspci) use structure::Structure;
pub(in crate::lspci) use template::Form;
pub(in crate::lspci) use units::numbered;

pub(in crate::lspci) use super::structures::row::Context;
use crate::config::{CapabilityId, ExtendedCapabilityId};

/// The extended capability with this ID, if known.
pub(in crate::lspci) fn extended_capability(
    id: ExtendedCapabilityId,
) -> Option<&'static Structure> {
    let id = CapabilityKind::Extended(id);
    extended::EXTENDED.iter().find(|one| one.kind == id)
}

/// The conventional capability with this ID, if known.
pub(in crate::lspci) fn capability(id: CapabilityId) -> Option<&'static Structure> {
    let id = CapabilityKind::Conventional(id);
    conventional::CONVENTIONAL.iter().find(|one| one.kind == id)
}

/// All capabilities: those of the first 256 bytes, or those from 0x100 on.
pub(in crate::lspci) const fn all(is_extended: bool) -> &'static [Structure] {
    if is_extended {
        extended::EXTENDED
    } else {
        conventional::CONVENTIONAL
    }
}
