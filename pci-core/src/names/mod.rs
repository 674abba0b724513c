//! Names of IDs: the embedded `pci.ids` database.
//!
//! [`Names`] reads a compact form of the database in place: there is no unpacking at startup, a
//! lookup allocates nothing, and names are borrowed. [`Names::embedded`] is the database published
//! with this crate (feature `names`, on by default; see `data/README.md` for its version). A newer
//! text, such as the system's `/usr/share/misc/pci.ids`, is parsed and compacted at run time:
//!
//! ```
//! use pci_core::names::{Database, Names};
//! use pci_core::PciId;
//!
//! let text = "# Version: 2026.10.24\n10de  NVIDIA Corporation\n\t2d04  GB206\n";
//! let blob = Database::parse(text.as_bytes())?.to_blob()?;
//! let names = Names::from_blob(&blob)?;
//! assert_eq!(names.version(), "2026.10.24");
//! assert_eq!(names.device("10de:2d04".parse()?), Some("GB206"));
//! assert_eq!(
//!     names.device_text(PciId::new(0x10de, 0x2d05)).to_string(),
//!     "NVIDIA Corporation Device 2d05"
//! );
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! A program should use the newer of the embedded and the system's database: [`version_of`] reads a
//! file's version from its head, [`SYSTEM_PATHS`] lists the system's paths, [`LoadedNames`] loads
//! it.
//!
//! Modules: `text` and `text_reader` parse the text form into `rows`, `build` and `pool` write the
//! compact form, `blob` and `table` read it, `packed` has it by columns in small programs, `lookup` is its
//! interface, `print` formats names as `lspci` does, `search` finds IDs by words, `joined` by
//! `lspci` text.

mod blob;
mod build;
mod checksum;
#[cfg(test)]
#[cfg(feature = "names")]
mod embedded_tests;
mod fault;
mod joined;
mod key;
mod loaded;
mod lookup;
#[cfg(feature = "packed-names")]
mod packed;
mod pool;
mod print;
mod rows;
mod search;
mod table;
mod text;
mod text_reader;
mod version;

pub use blob::head_and_pool;
pub(crate) use fault::TextError;
pub use key::Key;
pub use loaded::LoadedNames;
pub use lookup::Names;
pub use print::{ClassText, PairText};
pub use rows::Entries;
pub use search::Match;
pub use text::Database;
pub use version::{SYSTEM_PATHS, version_of};

pub(crate) use crate::names::fault::{BlobError, BuildError};
