//! The assigned devices of a [`Description`](crate::description::Description) and of an edit.

mod bars;
mod function;
mod guest_placement;
mod rom_file;
mod slot;

pub use bars::{Bar, BarSize, BarWidth, Bars, Prefetchable};
pub use function::{AssignedFunction, SriovRole};
pub(crate) use guest_placement::{FIRST_PORT_SLOT, MOST_PORTS, Root, guest_slots};
pub use rom_file::{ROM_DIRECTORY, RomFile};
pub use slot::{AssignedDevices, AssignedSlot, Coverage, DisplayRole, GuestSlot, RomBar, SeenIds};
