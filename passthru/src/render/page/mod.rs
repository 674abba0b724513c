//! One page for a browser: the host, its topology drawn, its IOMMU groups coloured,
//! findings and a plan. It holds all that it shows, runs nothing and fetches nothing.

mod findings;
mod groups;
mod markup;
mod plan;
mod topology;
mod whole;

pub use whole::{Planned, page};
