//! One HTML page: the host, a drawing of its topology, its IOMMU groups in color, findings and a
//! plan. It has no scripts or external resources.

mod findings;
mod groups;
mod markup;
mod plan;
mod topology;
mod whole;

pub use whole::{Planned, page};
