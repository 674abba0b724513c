//! Lines that show different values of what does not change.

use host_tree::Evidence;
use pci_core::Address;

/// Two lines that show different values of one field of one function, although it does not
/// change by itself.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Contradiction {
    /// The function.
    pub address: Address,
    /// The field, in words: `class`, `id`.
    pub field: &'static str,
    /// The line that counts, with what it shows.
    pub counts: (String, Evidence),
    /// The other line, with what it shows.
    pub other: (String, Evidence),
}
