//! The lines that only `lspci -v` prints.

mod capability;
mod details;
mod encoding;
mod fields;
mod flags;
mod interrupt;
mod prefix;
mod reader;
mod region;
mod register_table;
mod registers;
mod special;
mod structure_head;
mod titles;
mod window;

pub use capability::{CapabilitiesEnd, ListedCapability};
pub use details::{Details, Partial};
pub use interrupt::Interrupt;
pub(super) use reader::{Depth, DetailsReader};
pub use region::{Region, RegionAddress, RegionKind};
pub use registers::{Register, Registers};
pub use window::{BridgeWindow, WindowKind};
