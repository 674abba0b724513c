//! Images that hold EFI drivers.

mod header;

pub use header::{Compression, EfiHeader, Machine, Subsystem};
