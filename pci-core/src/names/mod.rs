//! Names for ids: the `pci.ids` database, in the program.
//!
//! [`Names`] answers from a compact form of the database that is read where it
//! lies: nothing is unpacked at the start, a lookup takes no heap, and names
//! are borrowed. [`Names::embedded`] is the database that this crate was
//! published with (feature `names`, on by default; `data/README.md` says which
//! it is). A newer text, such as the system's `/usr/share/misc/pci.ids`, is
//! parsed and compacted at run time:
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
//! Which database a program should ask, its own or the system's, is the newer one:
//! [`version_of`] tells a file's version by its head, [`SYSTEM_PATHS`] where systems
//! keep it, [`LoadedNames`] reads it.
//!
//! The map: `text` and `text_reader` read the text form into `rows`, `build` and `pool`
//! write the compact form, `blob` and `table` read it, `lookup` asks it, `print` says
//! the answers as `lspci` does, `search` goes from words to ids, `joined` from what
//! `lspci` prints.

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
