//! The IOMMU groups that Linux would form of a host's functions: under other
//! options, on another kernel, before the IOMMU is on.

mod document;
mod inputs;
mod isolation;
mod outcome;
mod request;
mod whole;

pub use document::{
    ChangedFunction, GroupLink, IsolationChangeDocument, IsolationDocument, Observed,
    PredictedGroupDocument, PredictedGroups, SharingDocument, document,
};
pub use inputs::files;
pub use isolation::{Isolation, SharingFunction, isolation};
pub use outcome::{Predicted, predict};
pub use request::PredictionRequest;
pub use whole::groups;
