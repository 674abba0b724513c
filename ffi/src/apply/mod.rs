//! Carrying plans out.

mod options;
mod run;

pub use options::*;
pub use run::*;
