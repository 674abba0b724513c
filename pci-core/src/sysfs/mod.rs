//! The PCI functions of a host, from `/sys/bus/pci/devices`.
//!
//! Nothing here wakes a device: the kernel answers all of these attributes from
//! memory. `config` is never read, because reading it resumes a function that
//! sleeps (`drivers/pci/pci-sysfs.c`, `pci_read_config`), which takes over a
//! second for some graphics cards. `uevent` comes first, as it has most of what
//! is wanted in one read.
//!
//! Every fact keeps apart what the host has, what it is known not to have, and
//! what the tree does not show: see [`Lookup`](crate::tree::Lookup).
//!
//! ```
//! use pci_core::sysfs;
//! use pci_core::tree::{Lookup, MemoryTree};
//! let mut tree = MemoryTree::partial();
//! tree.insert_file(
//!     "/sys/bus/pci/devices/0000:01:00.0/uevent",
//!     "DRIVER=vfio-pci\nPCI_CLASS=30000\nPCI_ID=10DE:2D04\n",
//! );
//! let found = sysfs::read(&tree);
//! let gpu = &found.devices[0];
//! assert_eq!(gpu.driver, Lookup::Found("vfio-pci".to_string()));
//! assert!(matches!(&gpu.class, Lookup::Found(class) if class.is_vga()));
//! assert_eq!(gpu.iommu_group, Lookup::NotShown);
//! ```

mod attributes;
mod device;
mod resource;

#[cfg(test)]
mod tests;

pub use device::{Coverage, SysfsDevice, SysfsDevices, read};
pub use resource::{Resource, ResourceKind};
