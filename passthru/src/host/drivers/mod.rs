//! Drivers, and the modules that hold them.

pub(super) mod host_drivers;
pub(super) mod loaded_modules;
pub(super) mod module_builds;
