//! One HTML page: the selected card, findings, a drawing of the topology, IOMMU groups, a plan, and
//! explanations. It has no scripts or external resources.

mod cards;
mod explanations;
mod findings;
mod groups;
mod plan;
mod whole;

pub use whole::{Planned, host_fragment, page};
