//! Option ROMs.

mod edit;
mod new_image;
mod parts;
mod read;

pub use edit::*;
pub use new_image::*;
pub use parts::*;
pub use read::*;
