//! Carrying a plan out, taking it back, and finishing what was interrupted.

mod check;
mod options;
mod run;
mod transaction;

pub use check::*;
pub use options::*;
pub use run::*;
pub use transaction::*;
