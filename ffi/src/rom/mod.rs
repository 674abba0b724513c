//! Option ROMs: what is in them, who takes them, and edits.

mod diff;
mod dump;
mod edit;
mod image;
mod new_image;
mod parts;
mod read;
mod report;
mod ssdt;

pub use diff::*;
pub use dump::*;
pub use edit::*;
pub use image::*;
pub use new_image::*;
pub use parts::*;
pub use read::*;
pub use report::*;
pub use ssdt::*;
