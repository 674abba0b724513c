//! The PCI functions of a host, from `/sys/bus/pci/devices`.
//!
//! [`read`] wakes no function: what it reads the kernel answers from memory.
//! `config` is read only where a [`Depth`] asks for it, because that resumes a
//! function that sleeps (`drivers/pci/pci-sysfs.c`, `pci_read_config`), which takes
//! over a second for some graphics cards; the attributes for which the kernel
//! looks at a function's registers are left alone while it sleeps. `uevent` comes
//! first, as it has most of what is wanted in one read. A listing of thousands of
//! functions asks for the [`Facts`] that it shows, and pays for these alone.
//!
//! Every fact keeps apart what the host has, what it is known not to have, and
//! what the tree does not show: see [`Lookup`](host_tree::Lookup).
//!
//! ```
//! use pci_core::sysfs;
//! use host_tree::{Lookup, MemoryTree};
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
mod bridges;
mod config;
mod device;
mod link;
mod power;
mod read;
mod reader;
mod resource;
#[cfg(feature = "std")]
mod side_by_side;
mod slots;
mod sriov;
mod wanted;

#[cfg(all(test, feature = "std"))]
mod document_tests;
#[cfg(test)]
mod tests;

pub use config::{ConfigExtent, SysfsConfig};
pub use device::{BusRange, Coverage, SysfsDevice, SysfsDevices};
pub use link::{Link, LinkSpeed};
pub use power::Power;
pub use read::{read, read_device, read_wanted};
pub use resource::{BarSizes, ResizableBar, Resource, ResourceKind};
pub use sriov::{Sriov, VirtualFunction};
pub use wanted::{Depth, Facts, Wanted};
