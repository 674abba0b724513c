//! The IOMMU, its groups, and what widens or splits them.

pub(super) mod acs_override;
pub(super) mod groups;
pub(super) mod iommu;
