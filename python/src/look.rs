//! The look of the report, for notebooks.

use passthru::render;
use pyo3::prelude::*;

/// The styles of fragments.
#[pyfunction]
pub(crate) fn style_sheet() -> String {
    render::fragment_style_sheet()
}

/// A text as character data of HTML.
#[pyfunction]
#[pyo3(signature = (text, /))]
pub(crate) fn html_text(text: &str) -> String {
    render::html_text(text).into_owned()
}

/// The hue of a group in drawings, in degrees.
#[pyfunction]
#[pyo3(signature = (group, /))]
pub(crate) fn group_hue(group: u32) -> u32 {
    render::group_hue(group)
}
