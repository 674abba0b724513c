//! What reading a configuration gives, and what goes lost.

use super::lost::Lost;
use crate::description::Description;

/// A description read from a configuration, and what of the configuration it has
/// no place for.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ReadBack {
    /// What was read.
    pub description: Description,
    /// What was not taken.
    pub lost: Vec<Lost>,
}
