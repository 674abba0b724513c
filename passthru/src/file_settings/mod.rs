//! Effect of an edit on settings: the settings of a file before and after, parsed by this crate's
//! readers, and the intended changes.
//!
//! [`of`] parses a file of any format into [`FileSetting`]s; any other line is a setting, too, so that
//! all text is covered. [`differences`] returns what an edit removes, and [`resolve`] compares that
//! with the intended effect of the step ([`Intent`]). A new setting is not a difference: an edit
//! may add.
//!
//! A format is a row of one table (`format.rs`) with its reader.
//!
//! ```
//! use passthru::file_settings::{Intent, resolve};
//! let path = "/etc/modprobe.d/vfio.conf";
//! let before = "options vfio-pci ids=10de:2d04 disable_vga=1\n";
//! let meant = [Intent::changes("vfio-pci.disable_vga")];
//! let changes = resolve(path, before, "options vfio-pci ids=10de:2d04\n", &meant).unwrap();
//! assert_eq!(changes[0].to_string(), "line 1: vfio_pci.disable_vga=1 is removed");
//! // A card's id goes, and nothing says why.
//! let others = resolve(path, before, "options vfio-pci ids=1002:ab28\n", &meant).unwrap_err();
//! assert_eq!(others[0].to_string(), "line 1: vfio_pci.ids=10de:2d04 changes to 1002:ab28");
//! ```

mod compare;
mod documents;
mod format;
mod guests;
mod intent;
mod kernel_lines;
mod lists;
mod own;
mod patch;
mod setting;

pub(crate) use compare::resolve_edit;
pub use compare::{differences, differences_of, resolve};
pub use format::of;
pub use intent::Intent;
pub use patch::object;
pub use setting::FileSetting;
