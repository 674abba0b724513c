//! Option ROMs: what is in them, who takes them, and edits.

mod edit;
mod image;
mod read;
mod report;

pub use edit::*;
pub use image::*;
pub use read::*;
pub use report::*;
