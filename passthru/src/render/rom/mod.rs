//! Option ROMs for people.

mod change;
mod difference;
mod extracted;
mod found;
mod hex;
mod info;
mod map;
mod verify;

pub use change::edited_rom;
pub use difference::rom_differences;
pub use extracted::extracted;
pub use found::{carved_roms, vfct};
pub use hex::rom_hex;
pub use info::rom;
pub use map::rom_file;
pub use verify::rom_report;
