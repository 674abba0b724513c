//! The IOMMU groups that Linux would form of a host's functions: under other
//! options, on another kernel, before the IOMMU is on.

mod document;
mod inputs;
mod outcome;
mod parting;
mod request;
mod whole;

pub use document::{
    ChangeDocument, ChangedFunction, GroupWithReasons, Observed, OtherDocument, PartingDocument,
    PredictedGroups, Reason, document,
};
pub use inputs::{NotPredicted, files};
pub use outcome::{Predicted, PredictedError, predict};
pub use parting::{Other, Parting, parting};
pub use request::{PredictionRequest, PredictionRequestError};
pub use whole::groups;
