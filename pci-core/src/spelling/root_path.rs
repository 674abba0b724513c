//! The way from a root bridge, as firmware and Windows tell it.

use alloc::vec::Vec;

use crate::Hop;

/// The way to a function from a root bridge: device and function for each bridge
/// that is passed, the function last. Unlike an
/// [`AddressPath`](crate::AddressPath) it has no bus number at all: the root bridge
/// is known by a number of the firmware's, its ACPI `_UID`, which is 0 for the only
/// one of a desktop machine and says neither domain nor bus.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RootPath {
    /// The root bridge's `_UID`.
    pub root: u32,
    /// The functions on the way, without their buses.
    pub hops: Vec<Hop>,
}
