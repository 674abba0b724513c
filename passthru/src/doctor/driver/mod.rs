//! Drivers of the functions, now and after the next boot.

pub(super) mod binding;
pub(super) mod driver_first;
pub(super) mod drivers;
pub(super) mod initramfs_conf;
pub(super) mod modprobe;
pub(super) mod module_builds;
pub(super) mod new_id;
pub(super) mod nixos_modules;
pub(super) mod not_bound_at_boot;
pub(super) mod override_script;
pub(super) mod package_files;
pub(super) mod rebinding;
pub(super) mod searched;
pub(super) mod stub_claims;
pub(super) mod unmatched_ids;
pub(super) mod vfio_ids;
