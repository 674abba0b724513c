//! A device of libvirt's.

use alloc::string::String;
use alloc::vec::Vec;

use host_tree::Located;

use crate::Address;
use crate::listing::Function;

/// One PCI function, as `virsh nodedev-dumpxml` shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NodeDevice {
    /// What the function is and who holds it. The driver is `Absent` where the whole
    /// device is shown and has none.
    pub function: Function,
    /// libvirt's name for it: `pci_0000_01_00_0`.
    pub name: String,
    /// Its directory in sysfs.
    pub path: Option<String>,
    /// The name of the device above it.
    pub parent: Option<String>,
    /// What more it can do.
    pub capabilities: Vec<Capability>,
    /// Its IOMMU group.
    pub iommu_group: Option<IommuGroup>,
    /// Its NUMA node; -1 where the firmware names none.
    pub numa_node: Option<i32>,
    /// Whether the device is shown to its end.
    pub whole: bool,
}

/// An IOMMU group, with all its members where the device is whole: libvirt lists
/// them from `/sys/kernel/iommu_groups`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IommuGroup {
    /// Its number.
    pub number: Located<u32>,
    /// Its members.
    pub members: Vec<Located<Address>>,
}

/// What a function can do beside being one.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Capability {
    /// It is a virtual function of this one (`phys_function`).
    VirtualFunctionOf(Option<Address>),
    /// It makes virtual functions (`virt_functions`).
    VirtualFunctions {
        /// How many it can make.
        most: Option<u32>,
        /// Those that there are.
        functions: Vec<Address>,
    },
    /// It makes mediated devices of these types (`mdev_types`).
    MediatedDevices(Vec<String>),
    /// Another one, by libvirt's word for it: `pci-bridge`, `vpd`.
    Other(String),
}
