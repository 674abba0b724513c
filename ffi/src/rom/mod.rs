//! Option ROMs: what is in them, and who takes them.

mod image;
mod read;
mod report;

pub use image::*;
pub use read::*;
pub use report::*;
