//! Driver binding: `modprobe.d`, module lists, the initramfs, and scripts that bind by address.
//!
//! Two things decide: the load order of the drivers, and which of them may claim a function.
//! [`modprobe`] says both for modules: `softdep` puts vfio-pci before a driver, and `options
//! vfio-pci ids=` lists the IDs that it claims. They take effect where drivers load, which is
//! mostly the initramfs: [`initramfs`] finds which program makes it, and [`initramfs_tools`],
//! [`dracut`], [`mkinitcpio`] and [`booster`] are those. For cards with the same ID there is
//! [`by_address`].
//!
//! [`method`] lists the ways, [`evaluate`] says which of them works on a host; `docs/driver-binding.md`
//! in the repository shows them side by side.

pub mod assignments;
pub mod booster;
pub mod by_address;
pub mod card_drivers;
pub mod dracut;
pub mod driverctl;
pub mod evaluate;
pub mod host_facts;
pub mod initramfs;
pub mod initramfs_hook;
pub mod initramfs_tools;
pub mod kernel_facts;
pub mod libvirt_hook;
pub mod method;
pub mod mkinitcpio;
pub mod modprobe;
pub mod modules;
pub mod pciback;
pub mod runtime;
pub mod service;
pub mod udev_rule;
pub mod vfio_ids;
