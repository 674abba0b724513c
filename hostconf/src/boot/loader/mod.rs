//! Which boot loader a host boots by, and so which file holds its kernel options.
//!
//! Nothing is concluded from what a tree does not show, and nothing from the
//! distribution's name alone: what started the running kernel, and the files of

mod by_files;
mod by_program;
mod find;
mod kind;
mod shown;
#[cfg(test)]
mod tests;
mod whole_system;

pub(super) use by_files::limine_files;
pub(super) use by_program::ENTRIES;
pub use find::{etc_not_kept, find};
pub use kind::{
    Loader, LoaderKind, PARTITIONS, PROXMOX_BOOT_UUIDS, RUNNING_OPTIONS, SDBOOT_MANAGE,
    SUSE_BOOTLOADER, SYSLINUX_FILES, UPDATE_EXTLINUX, XEN_CMDLINE,
};
