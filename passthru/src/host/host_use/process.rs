//! Processes that use a card.

use pci_core::Address;

/// A process that runs on a card.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Process {
    /// The card's function.
    pub address: Address,
    /// The process's number.
    pub pid: u32,
    /// Its name.
    pub name: String,
}
