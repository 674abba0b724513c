//! Systems other than Linux with KVM.

pub(super) mod bhyve;
pub(super) mod bhyve_slots;
pub(super) mod bhyve_unattached;
pub(super) mod esxi;
pub(super) mod esxi_coral;
pub(super) mod esxi_owner;
