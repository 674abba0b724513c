//! Which modules of the kernel say that they drive a function.
//!
//! Each module carries the patterns of the functions that it drives, and
//! depmod(8) gathers them: those of modules that can be loaded in
//! `/lib/modules/RELEASE/modules.alias`, those of what is built into the kernel in
//! `modules.builtin.modinfo`. When a function turns up, udev has the modules loaded
//! whose patterns match its modalias. [`Modules`] answers as kmod does, so
//! as `modprobe --resolve-alias` and the `Kernel modules:` of `lspci -k`.
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

mod aliases;
mod fields;
mod name;
mod pattern;
mod read;

pub use aliases::{Alias, Aliases};
pub use name::{ModuleName, ModuleNameError};
pub use pattern::{alias_matches, matches};
pub use read::{Claim, Modules};
