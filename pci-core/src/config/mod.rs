//! Configuration space: what a function says of itself in its registers.
//!
//! [`ConfigSpace`] is a view of the bytes, as sysfs gives them in `config` and as
//! [`lspci::dump`](crate::lspci::dump) reads them from the output of `lspci -x`.
//! [`Header`] is its first 64 bytes. Behind them are two lists of capability
//! structures: [`Capabilities`] in the first 256 bytes, whose structures are in
//! [`conventional`], and [`ExtendedCapabilities`] from 0x100 on, whose structures are
//! in [`extended`].
//!
//! The structures that decide on passthrough are plain data: a field of the
//! specification is a field here, with a code type where its values have names, and
//! single bits are flags. Bits and codes that this crate does not know are kept. All
//! others, that `lspci` decodes, are read by the names that it has for their bits:
//! [`lspci::decode`](crate::lspci::decode).
//!
//! A capability is an answer to a question that not every function has to answer. What
//! passthrough asks:
//!
//! | question | ask |
//! | --- | --- |
//! | which chip and card is it? | [`CommonHeader::id`], [`DeviceHeader::subsystem`](header::DeviceHeader::subsystem) |
//! | endpoint or port? | [`Express`](conventional::Express)`.capabilities.device_type` |
//! | how can it be reset? | [`ResetMethods`] |
//! | which neighbours can it reach past the IOMMU? | [`AccessControlServices`](extended::AccessControlServices) of it and of the ports above |
//! | how large can its BARs be? | [`ResizableBars`](extended::ResizableBars) |
//! | can it be split between guests? | [`SrIov`](extended::SrIov) |
//! | is it asleep? | [`PowerManagement`](conventional::PowerManagement)`.control.power_state` |
//!
//! Section numbers here are those of the specifications that a structure names. Of PCI
//! Express it is revision 6; chapters 7, 9 and 10 have other numbers in older ones.
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
