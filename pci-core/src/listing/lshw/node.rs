//! A node of lshw's tree.

use alloc::string::String;
use alloc::vec::Vec;

use crate::listing::ListedFunction;

/// One PCI function, as lshw shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct LshwNode {
    /// What the function is. Its driver is `Absent` where lshw calls it `UNCLAIMED`.
    pub function: ListedFunction,
    /// lshw's word for its kind: `display`, `network`, `bridge`.
    pub class: Option<String>,
    /// The devices that it makes: `/dev/fb0`, `eth0`.
    pub logical_names: Vec<String>,
}
