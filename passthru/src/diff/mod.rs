//! Changes between two states of a host, after an update of the kernel or firmware, or a change of
//! the hardware: those that affect passthrough, worst first.
//!
//! A fact that is not in one of the two inputs is not a difference.
//!
//! ```
//! use passthru::{Host, diff};
//! use host_tree::MemoryTree;
//! let host = |bus: &str| {
//!     let mut tree = MemoryTree::partial();
//!     tree.insert_text("lspci -nn", &format!("{bus}:00.0 Ethernet controller [0200]: Intel \
//!         Corporation I210 Gigabit Network Connection [8086:1533] (rev 03)\n"));
//!     Host::read(&tree)
//! };
//! let diff = diff::between(&host("03"), &host("04"));
//! assert_eq!(diff.differences[0].kind, "device-moved");
//! assert_eq!(diff.differences[0].after.as_deref(), Some("0000:04:00.0"));
//! ```

mod between;
mod devices;
mod difference;
mod findings;
mod groups;
mod guests;
mod system;

pub use between::{Diff, between};
pub use difference::Difference;
