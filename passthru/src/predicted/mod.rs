//! The IOMMU groups that Linux would form of a host's functions: under other
//! options, on another kernel, before the IOMMU is on.

mod asked;
mod document;
mod inputs;
mod outcome;

pub use asked::{Asked, AskedError};
pub use document::{GroupWithReasons, Observed, PredictedGroups, Reason, document};
pub use inputs::{NotPredicted, files};
pub use outcome::{Predicted, PredictedError, predict};
