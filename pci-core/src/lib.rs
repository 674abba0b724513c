//! PCI addresses, IDs, class codes and names, configuration space, and parsers for `lspci`, sysfs
//! and other listings.
//!
//! ```
//! use pci_core::{lspci, notation};
//! // Parse a pasted listing...
//! let listing = lspci::parse(
//!     "01:00.0 VGA compatible controller [0300]: NVIDIA Corporation Device [10de:2d04] (rev a1)\n\
//!      \tKernel driver in use: nouveau\n",
//! );
//! let gpu = &listing.records[0];
//! assert_eq!(gpu.id.map(|id| id.to_string()).as_deref(), Some("10de:2d04"));
//! assert_eq!(gpu.driver.as_ref().map(|driver| driver.value.as_str()), Some("nouveau"));
//! // ... and find the same function in another program's notation.
//! assert_eq!(gpu.address, notation::address("pci_0000_01_00_0").ok());
//! ```
//!
//! | input | function | result |
//! | --- | --- | --- |
//! | `01:00.0`, as in `lspci` and the kernel | [`Address`]'s `parse` | an [`Address`] |
//! | an address or ID in any notation | [`notation::address`], [`notation::id`] | an [`Address`], a [`PciId`] |
//! | the running host | `host_tree::DirTree::live`, then [`sysfs::read`] | [`sysfs::SysfsDevice`]s |
//! | a directory or snapshot of a host | `host_tree::DirTree::open`, [`host_tree::MemoryTree`] | the same, with [`sysfs::read`] |
//! | `lspci` text of any form, damaged or not | [`lspci::parse`] | [`lspci::Record`]s |
//! | a long `lspci -vmm` listing | [`lspci::LazyRecords`] | records, parsed on demand |
//! | hex of `lspci -x` to `-xxxx` | [`lspci::dump::parse`] | [`config::ConfigBytes`] |
//! | bytes of sysfs `config` | [`config::ConfigSpace::new`] | header and capabilities |
//! | a listing of `virsh`, `pvesh`, `esxcli`, Windows, … | a module of [`listing`] | functions with their lines |
//! | IDs or names | [`Names::embedded`] | names or IDs |
//! | a [`Modalias`] | [`modules::Modules::read`] | the matching drivers, as [`modules::Claim`]s |
//! | functions of a host | [`topology::Topology::from_sysfs`], [`topology::TopologyBuilder`] | the PCI tree, a [`topology::Topology`] |
//! | functions, configuration space and names | [`lspci::write`] | the text of `lspci`, byte for byte |
//!
//! # Terms
//!
//! | term | meaning | item |
//! | --- | --- | --- |
//! | function | a unit with its own drivers and memory; a card has one or more | [`Address`] |
//! | configuration space | registers that identify and control a function | [`config`] |
//! | capability | an optional structure in configuration space | [`config::conventional`], [`config::extended`] |
//! | BAR | base address register, of a function's memory or I/O ports | [`config::header::BaseAddress`], [`sysfs::Resource`] |
//! | expansion ROM | code on the card for the firmware; the video BIOS of a graphics card | [`config::header::ExpansionRom`]; the crate `vbios` |
//! | bridge, port | a function between two buses; on PCI Express each port is one | [`config::header::BridgeHeader`], [`topology`] |
//! | requester ID | bus, device and function number in each DMA request, by which an IOMMU identifies the function | [`RequesterId`] |
//! | IOMMU group | functions that the IOMMU does not isolate from each other; they are assigned together | [`sysfs::SysfsDevice::iommu_group`]; the crate `iommu` |
//! | driver, module | kernel code for a function, and the file that contains it | [`sysfs::SysfsDevice::driver`], [`modules`] |
//! | virtual function | a function created by another one (SR-IOV), for assignment | [`config::extended::SrIov`], [`sysfs::Sriov`] |
//!
//! # Addresses
//!
//! A PCI device has one or more *functions*: a graphics card has one for its display and one for
//! its audio, each with its own drivers, memory and [`Address`]. The fields of `0000:01:00.1`, in
//! hex digits, are
//!
//! | field | example | meaning |
//! | --- | --- | --- |
//! | domain | `0000` | a set of buses with its own numbers; "segment" in firmware. Nearly all machines have only 0, which `lspci` then omits |
//! | bus | `01` | a bus below a bridge; numbered by firmware or kernel at each boot |
//! | device | `00` | the device on its bus, `00` to `1f`: on PCI Express mostly 0 |
//! | function | `1` | the function of the device, 0 to 7 |
//!
//! Without the function it is a [`Slot`], without the domain a [`RequesterId`]. Because bus numbers
//! change when a card is added, an [`AddressPath`] identifies a function by its upstream bridges.
//! Hypervisors and operating systems have their own notations for all of these, which [`notation`]
//! parses and prints.
//!
//! ```
//! use pci_core::{Address, notation};
//! let audio: Address = "01:00.1".parse()?;
//! assert_eq!((audio.bus(), audio.device(), audio.function()), (1, 0, 1));
//! assert_eq!(audio.slot().function(0), "0000:01:00.0".parse().ok());
//! assert_eq!(notation::address("pci_0000_01_00_1")?, audio);
//! # Ok::<(), pci_core::Error>(())
//! ```
//!
//! # IDs and classes
//!
//! Each function has three identifiers in its configuration space:
//!
//! - *Vendor and device ID*, a [`PciId`] such as `10de:2d04`: the chip. PCI-SIG assigns vendor IDs,
//!   each vendor its own device IDs.
//! - *Subsystem vendor and subsystem ID*, a [`SubsystemId`] such as `10b0:205e`: the card.
//! - The [`ClassCode`], such as `030000`: its purpose. Base class 03 is a display controller, its
//!   sub-class 00 is VGA-compatible, and the last two digits are the programming interface.
//!
//! A kernel selects drivers by all of them together, in one text: the [`Modalias`].
//!
//! ```
//! use pci_core::{ClassCode, PciId, VendorId};
//! let id: PciId = "10de:2d04".parse()?;
//! assert_eq!(id.vendor, VendorId::NVIDIA);
//! let class: ClassCode = "0x030000".parse()?;
//! assert!(class.is_a(ClassCode::VGA_CONTROLLER) && class.is_display());
//! # Ok::<(), pci_core::Error>(())
//! ```
//!
//! IDs without a name are valid.
//!
//! # Names
//!
//! [`Names`] is the embedded `pci.ids` database: from IDs to names as `lspci` prints them, and
//! back.
//!
//! ```
//! # #[cfg(feature = "names")] {
//! use pci_core::Names;
//! let names = Names::embedded();
//! let gpu = names.search("rtx 5060 ti")[0];
//! assert_eq!((gpu.id.to_string().as_str(), gpu.device), ("10de:2d04", "GB206 [GeForce RTX 5060 Ti]"));
//! # }
//! ```
//!
//! # Sources
//!
//! [`host_tree::HostTree`] is a host as a tree of files, from any source; [`sysfs`] and [`lspci`]
//! read its functions. Each parsed fact has its [`Evidence`](host_tree::Evidence): the file or
//! command, the line, and its text.
//!
//! The crate is `no_std` + `alloc`, except for listings in JSON and XML, which need the feature
//! `std`, on by default.
#![cfg_attr(not(feature = "std"), no_std)]

extern crate alloc;

mod address;
mod address_fields;
mod address_path;
mod bus;
mod class;
mod class_codes;
pub mod config;
mod cursor;
mod error;
mod hex_digit;
mod hex_text;
mod ids;
mod line_ends;
pub mod listing;
pub mod lspci;
mod modalias;
pub mod modules;
pub mod names;
pub mod notation;
mod numbers;
mod padded;
mod requester_id;
#[cfg(feature = "serde")]
mod serde_text;
mod slot;
pub mod sysfs;
pub mod topology;

pub use address::Address;
pub use address_path::{AddressPath, Hop};
pub use bus::Bus;
pub use class::ClassCode;
pub use error::{Error, ErrorKind, Result};
pub use ids::{DeviceId, PciId, SubsystemId, VendorId};
pub use modalias::Modalias;
pub use names::Names;
pub use numbers::{BusNumber, DeviceNumber, DomainNumber, FunctionNumber};
pub use requester_id::RequesterId;
pub use slot::{AddressOrSlot, Slot};
