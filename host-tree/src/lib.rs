//! A host as a tree of files, the lines that prove facts about it, and edits of its files.
//!
//! The same code reads a running host, an unpacked directory, a snapshot and a few pasted texts.
//! [`Lookup`] distinguishes [`Absent`](Lookup::Absent) (the host has no such file) from
//! [`NotShown`](Lookup::NotShown) (the input does not include it).
//!
//! ```
//! use host_tree::{HostTree, Lookup, MemoryTree};
//! let mut tree = MemoryTree::partial();
//! tree.insert_file("/etc/modules", "vfio\n");
//! assert_eq!(tree.read("/etc/modules"), Lookup::Found(b"vfio\n".to_vec()));
//! assert_eq!(tree.read("/etc/default/grub"), Lookup::NotShown);
//! ```
//!
//! | task | item | result |
//! | --- | --- | --- |
//! | read the running host | `DirTree::live` | a [`HostTree`] |
//! | read a directory or snapshot of a host | `DirTree::open`, `MemoryTree::from_snapshot` | a [`HostTree`] |
//! | read texts, each with its path or command | [`MemoryTree::partial`] | a [`HostTree`] |
//! | cite a fact that was read | [`Evidence`], [`Located`] | the file or command, the line, and its text |
//! | change a file | [`Edit`], [`lines`] | its text before and after, with every other byte kept |
//!
//! Reading a directory needs the feature `std`, on by default; everything else is `no_std` +
//! `alloc`. Nothing here writes to disk.

#![cfg_attr(not(feature = "std"), no_std)]
// Only `DirTree` uses it, which needs Linux.
#![cfg_attr(not(target_os = "linux"), allow(dead_code))]

extern crate alloc;

#[cfg(feature = "std")]
#[cfg_attr(not(target_os = "linux"), path = "no_dir.rs")]
mod dir;
mod directory;
mod edit;
#[cfg(feature = "std")]
mod error;
mod evidence;
pub mod lines;
mod located;
mod lookup;
mod memory;
mod origin;
mod overlay;
#[cfg(feature = "std")]
mod record;
mod setting_change;
mod shared_text;
#[cfg(feature = "std")]
mod snapshot;

#[cfg(feature = "std")]
pub use dir::DirTree;
pub use directory::{Directory, open};
pub use edit::Edit;
#[cfg(feature = "std")]
pub use error::{Error, ErrorKind, Result, is_newer_schema};
pub use evidence::{Evidence, numbered_lines};
pub use located::Located;
#[cfg(feature = "std")]
pub use lookup::DENIED;
pub use lookup::{CommandText, Listing, Lookup};
pub use memory::MemoryTree;
pub use origin::Origin;
pub use overlay::Overlay;
#[cfg(feature = "std")]
pub use record::{Recorder, UnreadablePath};
pub use setting_change::SettingChange;
pub use shared_text::SharedText;

pub use crate::directory::{HostTree, presence};
