//! The IOMMU, its groups, and the settings that merge or split them.

pub(super) mod acs_needless;
pub(super) mod acs_override;
pub(super) mod group_of_many;
pub(super) mod groups;
pub(super) mod groups_stated;
pub(super) mod groups_without_pci;
pub(super) mod iommu;
pub(super) mod iommu_function;
pub(super) mod iommu_stated;
pub(super) mod sriov_groups;
