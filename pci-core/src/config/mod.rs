//! Configuration space: header and capabilities of a function.
//!
//! [`ConfigSpace`] is a view of the bytes, from the sysfs file `config` or, with
//! [`lspci::dump`](crate::lspci::dump), from the output of `lspci -x`. [`Header`] is its first 64
//! bytes. Two lists of capability structures follow: [`Capabilities`] in the first 256 bytes
//! ([`conventional`]), and [`ExtendedCapabilities`] from 0x100 on ([`extended`]).
//!
//! Structures relevant to passthrough are plain data: each field of the specification is a field
//! here, with a code type if its values have names, and single bits are flags. Undefined bits and
//! codes are kept. All other structures that `lspci` decodes are available by the names of their
//! bits: [`lspci::decode`](crate::lspci::decode).
//!
//! Questions about passthrough, and their items:
//!
//! | question | item |
//! | --- | --- |
//! | which chip and card? | [`CommonHeader::id`], [`DeviceHeader::subsystem`](header::DeviceHeader::subsystem) |
//! | endpoint or port? | [`Express`](conventional::Express)`.capabilities.device_type` |
//! | which reset methods? | [`ResetMethods`] |
//! | which peer-to-peer requests bypass the IOMMU? | [`AccessControlServices`](extended::AccessControlServices) of it and of its upstream ports |
//! | how large can its BARs be? | [`ResizableBars`](extended::ResizableBars) |
//! | does it have virtual functions? | [`SrIov`](extended::SrIov) |
//! | which power state? | [`PowerManagement`](conventional::PowerManagement)`.control.power_state` |
//!
//! Section numbers are those of the named specification. For PCI Express it is revision 6; chapters
//! 7, 9 and 10 are numbered differently in older ones.
//!
//! ```
//! use pci_core::config::{ConfigSpace, Header, HeaderLayout, header::Command};
//! let mut bytes = [0; 64];
//! bytes[..16].copy_from_slice(&[
//!     0xde, 0x10, 0x04, 0x2d, 0x06, 0x04, 0x10, 0x00, // ids, command, status
//!     0xa1, 0x00, 0x00, 0x03, 0x10, 0x00, 0x80, 0x00, // class, header type
//! ]);
//! let header = Header::read(ConfigSpace::new(&bytes))?;
//! assert_eq!(header.common.id.to_string(), "10de:2d04");
//! assert!(header.common.command.contains(Command::BUS_MASTER));
//! assert!(header.common.header_type.is_multifunction());
//! assert!(matches!(header.layout, HeaderLayout::Device(_)));
//! # Ok::<(), pci_core::Error>(())
//! ```

mod bytes;
mod capabilities;
mod capability_id;
pub mod conventional;
mod express_link;
pub mod extended;
mod extended_capabilities;
pub(crate) mod field;
pub mod header;
mod registers;
mod reset;
mod space;
mod structure;

pub use bytes::ConfigBytes;
pub use capabilities::{Capabilities, Capability, ListEnd};
pub use capability_id::{CapabilityId, ExtendedCapabilityId};
pub(crate) use express_link::device_type;
pub use extended_capabilities::{ExtendedCapabilities, ExtendedCapability};
pub use header::{CommonHeader, Header, HeaderLayout};
pub use reset::{ResetMethod, ResetMethods};
pub use space::{CONVENTIONAL_SIZE, ConfigSpace, EXTENDED_SIZE};
pub use structure::{ConventionalStructure, ExtendedStructure};
