//! Notations of addresses and IDs in other programs.
//!
//! Each is a type that prints ([`Display`](core::fmt::Display)) and parses
//! ([`FromStr`](core::str::FromStr)) it; a syntax error has the byte offset and the expected text.
//! All accept either case.
//!
//! | program | type | example |
//! | --- | --- | --- |
//! | lspci, sysfs, Linux logs | [`Address`](crate::Address) | `0000:01:00.0`, `01:00.0` |
//! | `nvidia-smi` | [`Address`](crate::Address) | `00000000:01:00.0` |
//! | `lspci -P` | [`AddressPath`](crate::AddressPath) | `00:01.0/00.0` |
//! | sysfs | [`SysfsPath`] | `/sys/devices/pci0000:00/0000:00:01.0` |
//! | Linux's `pci=` | [`PciDevice`] | `0000:00:01.0/00.0`, `pci:10de:2d04` |
//! | vfio-pci's `ids=`, `new_id` | [`DynamicId`] | `10de:2d04:10b0:205e` |
//! | Linux, `modules.alias` | [`Modalias`](crate::Modalias) | `pci:v000010DEd00002D04…` |
//! | udev | [`IdPath`] | `pci-0000:01:00.0` |
//! | libvirt | [`NodeDeviceName`] | `pci_0000_01_00_0` |
//! | QEMU | [`HostOption`], [`AddrOption`] | `host=0000:01:00.0`, `addr=1f.7` |
//! | Proxmox VE | [`HostAddresses`] | `0000:01:00`, `01:00.0;01:00.1` |
//! | Xen | [`HideList`], [`PciSpec`] | `(01:00.0)(01:00.1)`, `01:00.0@20` |
//! | ESXi | [`DecimalAddress`] | `00000:001:00.0` |
//! | FreeBSD | [`PciSelector`], [`PassthruDevice`] | `pci0:1:0:0`, `1/0/0` |
//! | Windows | [`HardwareId`], [`InstanceId`] | `PCI\VEN_10DE&DEV_2D04` |
//! | Windows | [`LocationPath`], [`LocationInformation`] | `PCIROOT(0)#PCI(0100)#PCI(0000)` |
//! | UEFI | [`UefiDevicePath`] | `PciRoot(0x0)/Pci(0x1,0x0)` |
//! | Xorg | [`BusId`] | `PCI:1:0:0` |
//!
//! [`address`] and [`id`] parse any of them that has one function or one ID:
//!
//! ```
//! use pci_core::notation;
//! for text in ["01:00.0", "pci_0000_01_00_0", "host=01:00.0", "1/0/0", "00000:001:00.0",
//!     "pci-0000:01:00.0", "ppt0@pci0:1:0:0:", "PCI:1:0:0"] {
//!     assert_eq!(notation::address(text)?.to_string(), "0000:01:00.0");
//! }
//! for text in ["10de:2d04", r"PCI\VEN_10DE&DEV_2D04&REV_A1", "pci:10de:2d04"] {
//!     assert_eq!(notation::id(text)?.to_string(), "10de:2d04");
//! }
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod any;
mod dynamic_id;
mod esxi;
mod freebsd;
mod libvirt;
mod pci_device;
mod proxmox;
mod qemu;
mod root_path;
mod sysfs;
#[cfg(test)]
mod tests;
mod udev;
mod uefi;
mod windows;
mod windows_location;
mod xen;
mod xorg;

pub use any::{address, id};
pub use dynamic_id::{DynamicId, NewId};
pub use esxi::DecimalAddress;
pub use freebsd::{PassthruDevice, PciSelector};
pub use libvirt::NodeDeviceName;
pub use pci_device::PciDevice;
pub use proxmox::HostAddresses;
pub use qemu::{AddrOption, HostOption};
pub use root_path::RootPath;
pub use sysfs::SysfsPath;
pub use udev::IdPath;
pub use uefi::UefiDevicePath;
pub use windows::{HardwareId, InstanceId};
pub use windows_location::{LocationInformation, LocationPath};
pub use xen::{HiddenDevice, HideList, PciSpec};
pub use xorg::BusId;
