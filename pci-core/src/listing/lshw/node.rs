//! A node of lshw's tree.

use alloc::string::String;
use alloc::vec::Vec;

use crate::listing::ListedFunction;

/// A PCI function in lshw's output.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct LshwNode {
    /// The function. Its driver is `Absent` if lshw prints `UNCLAIMED`.
    pub function: ListedFunction,
    /// lshw class: `display`, `network`, `bridge`.
    pub class: Option<String>,
    /// Logical names of its devices: `/dev/fb0`, `eth0`.
    pub logical_names: Vec<String>,
}
