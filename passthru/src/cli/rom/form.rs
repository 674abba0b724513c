//! The output form of results.

use crate::render::Style;

/// The output form of a result.
#[derive(Clone, Copy)]
pub(super) struct Form {
    pub(super) style: Style,
    pub(super) json: bool,
}
