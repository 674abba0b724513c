//! The output of a command that runs step by step.

use std::io::Write;

use crate::render::Style;

/// How it is asked, told and ended.
pub(in crate::cli) struct Console<'a> {
    pub(super) style: Style,
    pub(super) json: bool,
    pub(super) out: &'a mut dyn Write,
    pub(super) err: &'a mut dyn Write,
}
