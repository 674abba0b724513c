//! The PCI vocabulary: where a function is, what it is, what people call it, and
//! the listings that show it.
//!
//! ```
//! use pci_core::{lspci, spelling};
//! // Read what somebody pasted...
//! let listing = lspci::parse(
//!     "01:00.0 VGA compatible controller [0300]: NVIDIA Corporation Device [10de:2d04] (rev a1)\n\
//!      \tKernel driver in use: nouveau\n",
//! );
//! let gpu = &listing.records[0];
//! assert_eq!(gpu.id.map(|id| id.to_string()).as_deref(), Some("10de:2d04"));
//! assert_eq!(gpu.driver.as_ref().map(|driver| driver.value.as_str()), Some("nouveau"));
//! // ... and find the same function where another program names it.
//! assert_eq!(gpu.address, spelling::address("pci_0000_01_00_0").ok());
//! ```
//!
//! | you have | you call | and get |
//! | --- | --- | --- |
//! | `01:00.0`, as `lspci` and the kernel write it | [`Address`]'s `parse` | an [`Address`] |
//! | an address or id in whatever spelling | [`spelling::address`], [`spelling::id`] | an [`Address`], a [`PciId`] |
//! | the host that runs | `host_tree::DirTree::live`, then [`sysfs::read`] | [`sysfs::SysfsDevice`]s |
//! | a directory or snapshot of a host | `host_tree::DirTree::open`, [`host_tree::MemoryTree`] | the same, by [`sysfs::read`] |
//! | text of `lspci`, of any form, damaged too | [`lspci::parse`] | [`lspci::Record`]s |
//! | very much of it, and few fields wanted | [`lspci::records`], [`lspci::machine_records`] | records that borrow |
//! | hex of `lspci -x` to `-xxxx` | [`lspci::dump::parse`] | [`config::ConfigBytes`] |
//! | bytes of `config` | [`config::ConfigSpace::new`] | header and capabilities, by name |
//! | a listing of `virsh`, `pvesh`, `esxcli`, Windows, … | a module of [`listing`] | functions with their lines |
//! | ids, and you want names, or the other way | [`Names::embedded`] | [`Names`] |
//! | a [`Modalias`], and you want drivers | [`modules::Modules::read`] | [`modules::Claim`]s |
//! | functions, and you want what hangs on what | [`topology::Topology::from_sysfs`], [`topology::TopologyBuilder`] | a [`topology::Topology`] |
//! | all that, and want `lspci`'s text | [`lspci::write`] | text, byte for byte as `lspci`'s |
//!
//! # The words
//!
//! | word | what it is | here |
//! | --- | --- | --- |
//! | function | what has drivers and memory of its own: a card is one or more | [`Address`] |
//! | configuration space | registers in which a function says what it is | [`config`] |
//! | capability | a part of them that not every function has | [`config::conventional`], [`config::extended`] |
//! | BAR, base address register | where a function's memory or I/O ports are | [`config::header::BaseAddress`], [`sysfs::Resource`] |
//! | ROM | a program on the card for the firmware: of a graphics card its video BIOS | [`config::header::ExpansionRom`]; the crate `vbios` |
//! | bridge, port | what leads from one bus to another; on PCI Express each port is one | [`config::header::BridgeHeader`], [`topology`] |
//! | requester ID | by what an IOMMU knows who asks for memory | [`RequesterId`] |
//! | IOMMU group | functions that the IOMMU cannot keep apart: they go to a guest together | [`sysfs::SysfsDevice::iommu_group`]; the crate `iommu` |
//! | driver, module | what of the kernel works with a function, and the file it is in | [`sysfs::SysfsDevice::driver`], [`modules`] |
//! | virtual function | a function that another one made, to be given away | [`config::extended::SrIov`], [`sysfs::Sriov`] |
//!
//! # Where a function is
//!
//! What a machine calls a PCI device is mostly one *function* of it: a graphics card
//! has one for its display and one for its audio, and each has drivers, memory and an
//! [`Address`] of its own. `0000:01:00.1` is, in hex digits,
//!
//! | part | example | what |
//! | --- | --- | --- |
//! | domain | `0000` | a set of buses with numbers of its own; firmware calls it a segment. Nearly all machines have only 0, and `lspci` leaves it out then |
//! | bus | `01` | what a bridge leads to; firmware or kernel numbers buses at each boot |
//! | device | `00` | the device on its bus, `00` to `1f`: on PCI Express mostly 0 |
//! | function | `1` | the function of the device, 0 to 7 |
//!
//! Without the function it is a [`Slot`]: all that shares one plug. Without the domain
//! it is a [`RequesterId`], by which an IOMMU knows the function. Because bus numbers
//! change when a card is put in, an [`AddressPath`] names a function by the bridges
//! above it. Hypervisors and operating systems write all of these in their own ways,
//! which [`spelling`] reads and prints.
//!
//! ```
//! use pci_core::{Address, spelling};
//! let audio: Address = "01:00.1".parse()?;
//! assert_eq!((audio.bus(), audio.device(), audio.function()), (1, 0, 1));
//! assert_eq!(audio.slot().function(0), "0000:01:00.0".parse().ok());
//! assert_eq!(spelling::address("pci_0000_01_00_1")?, audio);
//! # Ok::<(), pci_core::AddressError>(())
//! ```
//!
//! # What it is
//!
//! Each function says three things of itself in its configuration space:
//!
//! - *Vendor and device id*, a [`PciId`] such as `10de:2d04`: which chip it is. PCI-SIG
//!   gives out vendor ids, each vendor its own device ids.
//! - *Subsystem vendor and subsystem id*, a [`SubsystemId`] such as `10b0:205e`: whose
//!   card the chip is on, and which.
//! - The [`ClassCode`], such as `030000`: what it does. Base class 03 is a display
//!   controller, sub-class 00 of it VGA-compatible, and the last two digits tell the
//!   programming interface.
//!
//! A kernel chooses drivers by all of them together, in one text: the [`Modalias`].
//!
//! ```
//! use pci_core::{ClassCode, PciId, VendorId};
//! let id: PciId = "10de:2d04".parse()?;
//! assert_eq!(id.vendor, VendorId::NVIDIA);
//! let class: ClassCode = "0x030000".parse()?;
//! assert!(class.is_a(ClassCode::VGA_CONTROLLER) && class.is_display());
//! # Ok::<(), pci_core::IdError>(())
//! ```
//!
//! Numbers that nobody has named yet are as good as others here: they are kept, compare
//! and print.
//!
//! # What people call it
//!
//! [`Names`] is the `pci.ids` database, in the program: from ids to names as `lspci`
//! prints them, and back.
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
//! # Where it was read
//!
//! [`host_tree::HostTree`] is a host as a tree of files, wherever they come from; [`sysfs`]
//! and [`lspci`] read the functions in it. A fact that was read carries its
//! [`Evidence`](host_tree::Evidence): the file or command, the line, and the text there.
//!
//! The crate is `no_std` + `alloc` but for listings in JSON and XML, which need the
//! feature `std`, on by default.
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
mod hex_digit;
mod hex_text;
mod ids;
mod line_ends;
pub mod listing;
pub mod lspci;
mod modalias;
pub mod modules;
pub mod names;
mod numbers;
mod padded;
mod requester_id;
#[cfg(feature = "serde")]
mod serde_text;
mod slot;
pub mod spelling;
pub mod sysfs;
pub mod topology;

pub use address::{Address, AddressError};
pub use address_path::{AddressPath, Hop};
pub use bus::Bus;
pub use class::ClassCode;
pub use ids::{DeviceId, IdError, PciId, SubsystemId, VendorId};
pub use modalias::Modalias;
pub use names::Names;
pub use numbers::{BusNumber, DeviceNumber, DomainNumber, FunctionNumber, NumberError};
pub use requester_id::RequesterId;
pub use slot::{AddressOrSlot, Slot};
