//! Detection of the boot loader, and so of the file with the kernel options.
//!
//! The detection does not rely on facts that are missing in the tree, nor on the distribution's
//! name alone: the program that started the running kernel decides, and the files of the programs
//! that write boot menus. Each loader declares its signs in a file of `boot/loaders/`.

mod by_files;
pub(super) mod declaration;
mod find;
mod kind;
mod sign;
pub(super) mod started;
mod table;
#[cfg(test)]
mod tests;

pub use find::{etc_not_kept, find};
pub use kind::Loader;
pub use table::table;

pub use declaration::ByHand;

pub use super::loaders::{LoaderKind, SDBOOT_MANAGE, UPDATE_EXTLINUX, XEN_CMDLINE};
