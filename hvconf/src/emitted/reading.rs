//! The result of reading a configuration, with the settings that are not converted.

use list_order::Order as _;

use super::not_converted::NotConverted;
use crate::description::Description;

/// A description read from a configuration, and the settings that are not converted.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ReadBack {
    /// The description.
    pub description: Description,
    /// The settings that are not converted.
    pub not_converted: Vec<NotConverted>,
}

impl ReadBack {
    /// The description with these settings, in the order of their lines.
    pub(crate) fn in_order(description: Description, mut not_converted: Vec<NotConverted>) -> Self {
        not_converted.order_by_key(|not_converted| not_converted.line);
        Self {
            description,
            not_converted,
        }
    }
}
