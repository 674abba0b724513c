//! A libvirt node device.

use alloc::string::String;
use alloc::vec::Vec;

use host_tree::Located;

use crate::Address;
use crate::listing::ListedFunction;

/// A PCI function in `virsh nodedev-dumpxml`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NodeDevice {
    /// The function and its driver. The driver is `Absent` if the complete device has none.
    pub function: ListedFunction,
    /// libvirt name: `pci_0000_01_00_0`.
    pub name: String,
    /// sysfs directory.
    pub path: Option<String>,
    /// Name of the parent device.
    pub parent: Option<String>,
    /// Further capabilities.
    pub capabilities: Vec<NodeDeviceCapability>,
    /// IOMMU group.
    pub iommu_group: Option<IommuGroup>,
    /// NUMA node; -1 if the firmware names none.
    pub numa_node: Option<i32>,
    /// Whether the device is complete.
    pub whole: bool,
}

/// An IOMMU group, with all members if the device is complete: libvirt lists them from
/// `/sys/kernel/iommu_groups`.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct IommuGroup {
    /// Group number.
    pub number: Located<u32>,
    /// Members.
    pub members: Vec<Located<Address>>,
}

/// NodeDeviceCapability of a PCI function.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum NodeDeviceCapability {
    /// Virtual function of this physical function (`phys_function`).
    VirtualFunctionOf(Option<Address>),
    /// Physical function with virtual functions (`virt_functions`).
    VirtualFunctions {
        /// Maximum number of virtual functions.
        most: Option<u32>,
        /// Existing virtual functions.
        functions: Vec<Address>,
    },
    /// Mediated devices of these types (`mdev_types`).
    MediatedDevices(Vec<String>),
    /// Another capability, by libvirt's name: `pci-bridge`, `vpd`.
    Other(String),
}
