//! PCI functions listed by libvirt: `virsh nodedev-list` and `virsh nodedev-dumpxml`.
//!
//! [`names`] parses the names of the list, plain or with `--tree`. [`parse`] (with the feature
//! `std`) parses the XML of one or more devices, with prompts between; a cut device yields its
//! complete elements.
//!
//! The form is that of libvirt's schema `nodedev.rng` and its node device documentation. The
//! numbers in `<domain>`, `<bus>`, `<slot>` and `<function>` are decimal, those of `<address>`
//! hexadecimal.
//!
//! ```
//! use pci_core::listing::nodedev;
//! let devices = nodedev::parse(
//!     "<device>\n  <name>pci_0000_82_00_0</name>\n  <driver><name>vfio-pci</name></driver>\n  \
//!      <capability type='pci'>\n    <class>0x030200</class>\n    <domain>0</domain>\n    \
//!      <bus>130</bus>\n    <slot>0</slot>\n    <function>0</function>\n    \
//!      <product id='0x1b39'>GP102GL [Tesla P10]</product>\n    \
//!      <vendor id='0x10de'>NVIDIA Corporation</vendor>\n    <iommuGroup number='40'>\n      \
//!      <address domain='0x0000' bus='0x82' slot='0x00' function='0x0'/>\n    \
//!      </iommuGroup>\n  </capability>\n</device>\n",
//! );
//! let gpu = &devices[0];
//! assert_eq!(gpu.function.address.value.to_string(), "0000:82:00.0");
//! assert_eq!(gpu.iommu_group.as_ref().unwrap().number.value, 40);
//! ```

#[cfg(feature = "std")]
mod device;
mod list;
#[cfg(feature = "std")]
mod read;

#[cfg(all(test, feature = "std"))]
mod tests;

#[cfg(feature = "std")]
pub use device::{IommuGroup, NodeDevice, NodeDeviceCapability};
pub use list::names;
#[cfg(feature = "std")]
pub use read::parse;
