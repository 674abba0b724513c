//! A host as a tree of files: the one way in for everything that is known
//! about a machine, the lines that prove it, and the edits of its files.
//!
//! The same code reads a running host, a directory that somebody unpacked, a
//! snapshot, and a few pasted texts. What differs is what an answer means when a
//! path is not there, and [`Lookup`] keeps that apart: on a running host it is
//! [`Absent`](Lookup::Absent), in a forum post it is
//! [`NotShown`](Lookup::NotShown), and neither may be taken for the other.
//!
//! ```
//! use host_tree::{HostTree, Lookup, MemoryTree};
//! let mut tree = MemoryTree::partial();
//! tree.insert_file("/etc/modules", "vfio\n");
//! assert_eq!(tree.read("/etc/modules"), Lookup::Found(b"vfio\n".to_vec()));
//! assert_eq!(tree.read("/etc/default/grub"), Lookup::NotShown);
//! ```
//!
//! | you have | you call | and get |
//! | --- | --- | --- |
//! | the host that runs | `DirTree::live` | a [`HostTree`] |
//! | a directory or a snapshot of a host | `DirTree::open`, `MemoryTree::from_snapshot` | a [`HostTree`] |
//! | texts, by the path or the command that each is of | [`MemoryTree::partial`] | a [`HostTree`] |
//! | a fact that was read | [`Evidence`], [`Located`] | the file or command, the line, and the text there |
//! | a file to change | [`Edit`], [`lines`] | its text before and after, with every other byte kept |
//!
//! Reading a directory needs the feature `std`, which is on by default; all else is
//! `no_std` + `alloc`. Nothing here writes.

#![cfg_attr(not(feature = "std"), no_std)]

extern crate alloc;

#[cfg(feature = "std")]
mod dir;
#[cfg(feature = "std")]
mod dir_answers;
mod directory;
mod edit;
#[cfg(feature = "std")]
mod error;
mod evidence;
#[cfg(feature = "std")]
mod kmsg;
pub mod lines;
mod located;
mod lookup;
#[cfg(feature = "std")]
mod manifest;
mod memory;
#[cfg(feature = "std")]
mod open_dir;
mod overlay;
#[cfg(feature = "std")]
mod record;
mod setting_change;
mod shared_text;
#[cfg(feature = "std")]
mod snapshot;
#[cfg(feature = "std")]
mod walk;

#[cfg(feature = "std")]
pub use dir::DirTree;
pub use directory::{Directory, open};
pub use edit::Edit;
#[cfg(feature = "std")]
pub use error::{Error, ErrorKind, Result};
pub use evidence::{Evidence, numbered_lines};
pub use located::Located;
#[cfg(feature = "std")]
pub use lookup::DENIED;
pub use lookup::{CommandText, Listing, Lookup};
pub use memory::MemoryTree;
pub use overlay::Overlay;
#[cfg(feature = "std")]
pub use record::{Recorder, Refusal};
pub use setting_change::SettingChange;
pub use shared_text::SharedText;

pub use crate::directory::{HostTree, presence};
