//! Functions, cards, memory and resets.

pub(super) mod apu;
pub(super) mod assigned_together;
pub(super) mod card;
pub(super) mod device;
pub(super) mod dmar_search;
pub(super) mod duplicate_ids;
pub(super) mod esxi_ownership;
pub(super) mod group_nodes;
pub(crate) mod grouping;
pub(super) mod hyper_v;
pub(super) mod iommu_proof;
pub(super) mod memory;
pub(super) mod memory_map;
mod physical_functions;
pub(super) mod placement;
pub(super) mod region;
pub(super) mod reset;
mod whole_host;
pub(super) mod without_address;
