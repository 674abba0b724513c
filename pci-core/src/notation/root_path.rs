//! The path from a root bridge, as in firmware and Windows.

use alloc::vec::Vec;

use crate::Hop;

/// The path to a function from a root bridge: device and function for each bridge, the function
/// last. Unlike an [`AddressPath`](crate::AddressPath) it has no bus number: the root bridge is
/// identified by its ACPI `_UID`, which is 0 for the only one of a desktop machine and implies
/// neither domain nor bus.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RootPath {
    /// The root bridge's `_UID`.
    pub root: u32,
    /// The hops, without their buses.
    pub hops: Vec<Hop>,
}
