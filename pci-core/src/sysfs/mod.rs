//! The PCI functions of a host, from `/sys/bus/pci/devices`.
//!
//! [`read`] wakes no function: the kernel answers its reads from memory. `config` is read only with
//! a [`Depth`] that includes it, because that resumes a suspended function
//! (`drivers/pci/pci-sysfs.c`, `pci_read_config`), which takes over a second for some graphics
//! cards; attributes for which the kernel reads a function's registers are skipped while it is
//! suspended. `uevent` is read first, because it contains most facts. A listing of thousands of
//! functions requests only the [`Facts`] that it prints.
//!
//! Every fact distinguishes found, absent and not in the tree: see [`Lookup`](host_tree::Lookup).
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
#[cfg(feature = "std")]
mod in_parallel;
mod link;
mod power;
mod read;
mod reader;
mod resource;
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
pub use read::{read, read_device, read_each, read_wanted};
pub use resource::{BarSizes, Resource, ResourceKind, SysfsResizableBar};
pub use sriov::{Sriov, VirtualFunction};
pub use wanted::{Depth, Facts, Wanted};
