//! YAML: read as YAML 1.2, written so that every reader agrees on it.

mod load;
mod quoted;
mod write;

pub use load::{Node, Style, Value, load};
pub(crate) use quoted::quoted;
pub(crate) use write::lines;
