//! Driver binding: `modprobe.d`, module lists, the initramfs, and scripts that bind by address.
//!
//! Two facts decide: the load order of the drivers, and which of them may claim a function. For
//! modules, [`modprobe`] has both: `softdep` loads vfio-pci before a driver, and `options vfio-pci
//! ids=` lists the IDs that it claims. They take effect where drivers load, mostly in the
//! initramfs: [`initramfs`] detects the generator, and [`initramfs_tools`], [`dracut`],
//! [`mkinitcpio`] and [`booster`] are the generators. For cards with the same ID there is
//! [`by_address`].
//!
//! [`method`] lists the methods, [`evaluate`] determines which of them works on a host;
//! `docs/driver-binding.md` in the repository compares them.

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
