//! Kernel modules with aliases for a function.
//!
//! Each module contains patterns of the functions that it supports, and depmod(8) collects them:
//! those of loadable modules in `/lib/modules/RELEASE/modules.alias`, those of built-in code in
//! `modules.builtin.modinfo`. When a function is added, udev loads the modules whose patterns match
//! its modalias. [`Modules`] matches like kmod, that is, like `modprobe --resolve-alias` and the
//! `Kernel modules:` of `lspci -k`.
//!
//! ```
//! use pci_core::modules::{Claim, Modules};
//! use host_tree::MemoryTree;
//! let mut host = MemoryTree::partial();
//! host.insert_file(
//!     "/lib/modules/6.1.0-56-amd64/modules.alias",
//!     "alias pci:v000010DEd*sv*sd*bc03sc*i* nouveau\n\
//!      alias pci:v00008086d*sv*sd*bc03sc*i* i915\n",
//! );
//! let modules = Modules::read(&host, "6.1.0-56-amd64").found().unwrap();
//! let gpu = "pci:v000010DEd00002D04sv000010B0sd0000205Ebc03sc00i00";
//! assert_eq!(modules.resolve(gpu), ["nouveau"]);
//! assert_eq!(modules.claims(gpu), [Claim::Loadable("nouveau")]);
//! ```
//!
//! The strings in the modules themselves (`.modinfo`) are not read. A kernel has about 4,000 modules
//! (380 MiB in Debian 12, beside 1.3 MiB of `modules.alias`), which most distributions compress with
//! xz or zstd; and without `modules.alias` neither udev nor modprobe loads a driver for a function.

mod aliases;
mod fields;
mod name;
mod pattern;
mod read;

pub use aliases::{Alias, Aliases};
pub use name::ModuleName;
pub use pattern::{alias_matches, matches};
pub use read::{Claim, Modules};
