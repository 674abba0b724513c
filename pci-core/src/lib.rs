//! The PCI vocabulary: where a function is ([`Address`]), what it is
//! ([`PciId`], [`ClassCode`]), what people call it ([`Names`]), and where a fact
//! about it was read ([`Evidence`], [`tree::HostTree`]).
//!
//! All that does no I/O is `no_std` + `alloc`; reading a directory needs the
//! feature `std`, which is on by default.
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
mod evidence;
mod ids;
pub mod listing;
mod located;
pub mod lspci;
mod modalias;
pub mod modules;
pub mod names;
mod numbers;
mod requester_id;
#[cfg(feature = "serde")]
mod serde_text;
mod slot;
pub mod spelling;
pub mod sysfs;
pub mod topology;
pub mod tree;

pub use address::{Address, AddressError};
pub use address_path::{AddressPath, Hop};
pub use bus::Bus;
pub use class::ClassCode;
pub use evidence::{Evidence, numbered_lines};
pub use ids::{DeviceId, IdError, PciId, SubsystemId, VendorId};
pub use located::Located;
pub use modalias::Modalias;
pub use names::Names;
pub use numbers::{BusNumber, DeviceNumber, DomainNumber, FunctionNumber, NumberError};
pub use requester_id::RequesterId;
pub use slot::{AddressOrSlot, Slot};
