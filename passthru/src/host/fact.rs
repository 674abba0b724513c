//! A value and the line that shows it.

use host_tree::Evidence;

/// Something that the input shows, with the line that shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Fact<T> {
    /// The value.
    pub value: T,
    /// The line that shows it.
    pub evidence: Evidence,
}

impl<T> Fact<T> {
    /// `value`, as `evidence` shows it.
    pub const fn new(value: T, evidence: Evidence) -> Self {
        Self { value, evidence }
    }
}
