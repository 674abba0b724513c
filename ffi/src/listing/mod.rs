//! What `lspci` printed, as records.

mod damage;
mod read;
mod record;

pub use damage::*;
pub use read::*;
pub use record::*;
