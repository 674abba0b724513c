//! A plan: what is to be done, in order, and how to see that it worked.

mod blockers;
mod edit;
mod steps;
mod summary;
mod texts;

pub use blockers::*;
pub use edit::*;
pub use steps::*;
pub use summary::*;
pub use texts::*;
