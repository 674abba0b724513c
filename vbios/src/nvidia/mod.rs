//! What NVIDIA's ROMs have beyond the PCI specification.

mod extension;
mod flash_header;

pub use extension::Extension;
pub use flash_header::{FlashHeader, FlashHeaderError};
