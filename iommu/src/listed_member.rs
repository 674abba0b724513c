//! A member in a listing of groups.

use pci_core::Address;

use crate::group::Completeness;

/// A line, or a word of one, that lists a device in a group.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ListedMember<'a> {
    /// The device's name: the address of a PCI function, or a name such as `AMDI0020:00`.
    pub name: &'a str,
    /// Group number.
    pub group: u32,
    /// Line number, from 1.
    pub line: u32,
    /// The line.
    pub text: &'a str,
    /// Whether all members of the group are listed.
    pub completeness: Completeness,
}

impl ListedMember<'_> {
    /// The address, if the device is a PCI function.
    #[must_use]
    pub fn address(&self) -> Option<Address> {
        self.name.parse().ok()
    }
}
