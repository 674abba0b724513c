//! Files of assignments that bash sources: `mkinitcpio.conf`, `dracut.conf`.
//!
//! Unlike `/etc/default/grub`, which a POSIX shell reads, these have arrays and `+=` (bash(1),
//! "Arrays" and "PARAMETERS"). Literal values are read; a value that only bash can evaluate is
//! reported as such, with its line.

mod assignment;
mod file;
mod reader;
#[cfg(test)]
mod tests;

pub use assignment::{Assignment, Form, Word};
pub use file::AssignmentFile;
