//! Which driver gets a function: `modprobe.d`, module lists and the initramfs.

pub mod card_drivers;
pub mod initramfs_hook;
pub mod initramfs_tools;
pub mod kernel_facts;
pub mod modprobe;
pub mod modules;
pub mod vfio_ids;
