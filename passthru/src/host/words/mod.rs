//! Parts of texts: addresses, messages, prose.

pub(crate) mod addresses_in;
pub(super) mod bound;
pub(super) mod complaint;
pub(super) mod good_news;
pub(super) mod lines_with;
pub(super) mod messages;
pub(super) mod prose;
pub(super) mod rom_parser;
mod sentences;
pub(super) mod symptoms;
pub(super) mod told;
