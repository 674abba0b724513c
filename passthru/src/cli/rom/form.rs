//! How the result is printed.

use crate::render::Style;

/// How the result is printed.
#[derive(Clone, Copy)]
pub(super) struct Form {
    pub(super) style: Style,
    pub(super) json: bool,
}
