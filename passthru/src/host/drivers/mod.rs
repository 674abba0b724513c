//! Drivers and their modules.

pub(super) mod driver_searches;
pub(crate) mod guest_drivers;
pub(super) mod host_drivers;
pub(super) mod loaded_modules;
pub(super) mod module_builds;
pub(super) mod stub_claims;
