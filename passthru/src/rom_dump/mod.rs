//! A ROM, read from the card by the kernel's `rom` file, and why that fails.
//!
//! The file is empty until 1 is written to it, and the ROM remains readable for all until 0 is
//! written (`Documentation/PCI/sysfs-pci.rst` of Linux).

mod error;
mod function;
mod kernel_log;
mod read;

pub use function::{Function, RomResource};
pub use kernel_log::Complaint;
pub use read::{Dump, dump};
