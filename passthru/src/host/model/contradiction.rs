//! Lines with different values of a constant field.

use host_tree::Evidence;
use pci_core::Address;

/// Two lines with different values of a field of one function that does not change.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub(crate) struct Contradiction {
    /// The function.
    pub address: Address,
    /// The field, in words: `class`, `id`.
    pub field: &'static str,
    /// The line that takes precedence, with its value.
    pub counts: (String, Evidence),
    /// The other line, with its value.
    pub other: (String, Evidence),
}
