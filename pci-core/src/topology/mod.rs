//! The PCI tree of a host: root buses, bridges, and the functions below them.
//!
//! A [`Topology`] is built from any input: sysfs directories, bus numbers from configuration space
//! or from `lspci -v` and `-t`, and paths of `lspci -PP`. Facts in none of these stay unknown: a
//! function whose bus has no known bridge has no parent.
//!
//! ```
//! use pci_core::topology::{Parent, TopologyBuilder};
//! let mut builder = TopologyBuilder::new();
//! builder.buses("00:01.0".parse()?, 1, 1);
//! builder.function("01:00.0".parse()?);
//! builder.function("02:00.0".parse()?);
//! let topology = builder.build();
//! assert_eq!(topology.parent("01:00.0".parse()?), Parent::Bridge("00:01.0".parse()?));
//! assert_eq!(topology.root_port("01:00.0".parse()?), Some("00:01.0".parse()?));
//! assert_eq!(topology.parent("02:00.0".parse()?), Parent::Unknown);
//! # Ok::<(), pci_core::Error>(())
//! ```

mod build;
mod draw;
mod place;
mod tree;

#[cfg(test)]
mod tests;

pub use build::TopologyBuilder;
pub use draw::Branch;
pub use tree::{Parent, RootBus, Topology};
