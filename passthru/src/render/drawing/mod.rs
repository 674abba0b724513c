//! The topology as a drawing: lines of text, HTML that fits a phone, SVG, and Graphviz's DOT, from
//! the same rows.

mod dot;
mod facts;
mod html;
mod icon;
mod lines;
mod model;
mod svg;

use std::collections::BTreeSet;

use pci_core::Address;

use super::style::Style;
use crate::host::Host;
use crate::predicted::Predicted;
use crate::text::Language;

pub use html::fragment_style_sheet;
pub(super) use html::icon_of;
pub(super) use html::style_sheet;
use model::Drawing;

/// The format of a drawing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum DrawingFormat {
    /// Scalable Vector Graphics: one file that needs nothing else, as wide as the columns of the
    /// style.
    Svg,
    /// The language of Graphviz.
    Dot,
}

/// The topology of the host as lines of text, with all its functions or the path to `shown`. Many
/// equal functions are two lines: the first of them, and the number of the others.
#[must_use]
pub fn tree(host: &Host, shown: &[Address], style: Style) -> String {
    Drawing::of(host, shown, &[], style.language).lines(style)
}

/// The topology of the host, with all its functions or the path to `shown`; `chosen` stand out.
/// Many equal functions are drawn as the first of them, and the number of the others.
#[must_use]
pub fn drawing(
    host: &Host,
    shown: &[Address],
    chosen: &[Address],
    format: DrawingFormat,
    style: Style,
) -> String {
    printed(
        &Drawing::of(host, shown, chosen, style.language),
        format,
        style,
    )
}

/// The topology with predicted groups, and with moved and added functions where they would be: all
/// of it, or the groups of `shown` and the path to them; `chosen` stand out.
#[must_use]
pub fn predicted_drawing(
    host: &Host,
    predicted: &Predicted,
    shown: &BTreeSet<Address>,
    chosen: &BTreeSet<Address>,
    format: DrawingFormat,
    style: Style,
) -> String {
    let drawing = Drawing::predicted(host, predicted, (shown, chosen), style.language);
    printed(&drawing, format, style)
}

/// The topology as a fragment of HTML without styles, with all functions of the host; `chosen`
/// stand out.
pub(super) fn fragment(host: &Host, chosen: &[Address], language: Language) -> String {
    Drawing::of(host, &[], chosen, language).html()
}

fn printed(drawing: &Drawing, format: DrawingFormat, style: Style) -> String {
    match format {
        DrawingFormat::Svg => drawing.svg(style.columns),
        DrawingFormat::Dot => drawing.dot(),
    }
}
