//! The values of a JSON document, as C reads them.

mod read;
mod tree;

pub use read::*;
pub use tree::Value;
