//! A host as a tree of files: the one way in for everything that is known
//! about a machine.
//!
//! The same code reads a running host, a directory that somebody unpacked, a
//! snapshot, and a few pasted texts. What differs is what an answer means when a
//! path is not there, and [`Lookup`] keeps that apart: on a running host it is
//! [`Absent`](Lookup::Absent), in a forum post it is
//! [`NotShown`](Lookup::NotShown), and neither may be taken for the other.
//!
//! ```
//! use pci_core::tree::{HostTree, Lookup, MemoryTree};
//! let mut tree = MemoryTree::partial();
//! tree.insert_file("/etc/modules", "vfio\n");
//! assert_eq!(tree.read("/etc/modules"), Lookup::Found(b"vfio\n".to_vec()));
//! assert_eq!(tree.read("/etc/default/grub"), Lookup::NotShown);
//! ```

#[cfg(feature = "std")]
mod dir;
mod directory;
#[cfg(feature = "std")]
mod kmsg;
mod lookup;
#[cfg(feature = "std")]
mod manifest;
mod memory;
#[cfg(feature = "std")]
mod open_dir;
mod overlay;
#[cfg(feature = "std")]
mod record;
#[cfg(feature = "std")]
mod snapshot;
#[cfg(feature = "std")]
mod walk;

#[cfg(feature = "std")]
pub use dir::{DirTree, ManifestError, OpenError};
pub use directory::{Directory, open};
#[cfg(feature = "std")]
pub use lookup::DENIED;
pub use lookup::{CommandText, HostTree, Listing, Lookup, presence};
pub use memory::MemoryTree;
pub use overlay::Overlay;
#[cfg(feature = "std")]
pub use record::{Recorder, Refusal};
#[cfg(feature = "std")]
pub use snapshot::SnapshotError;
