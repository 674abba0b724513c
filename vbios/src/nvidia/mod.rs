//! NVIDIA structures beyond the PCI specification.

mod bit;
mod board;
mod extension;
mod flash_header;
pub(crate) mod memory;

pub use bit::{BiosVersion, Bit, BitStrings, BitToken};
pub(crate) use board::subsystem;
pub use extension::Extension;
pub use flash_header::FlashHeader;
