//! The format that a text is in.

use super::declaration::{Order, Sign, is_program};
use super::format::Format;
use crate::qemu::words_of;
use crate::yaml::{Node, load};

/// The orders of signs before documents and programs.
const FIRST: [Order; 5] = [
    Order::Markup,
    Order::OwnKey,
    Order::SectionKey,
    Order::Assignments,
    Order::Grammar,
];

/// The format whose sign comes first.
pub(super) fn recognised(text: &str) -> Option<Format> {
    let text = text.trim_start_matches('\u{feff}');
    let by_text = |wanted: Order| {
        by_sign(|sign| matches!(sign, Sign::Text(order, shows) if *order == wanted && shows(text)))
    };
    let by_program = || {
        by_sign(|sign| match sign {
            Sign::Program(program) => words_of(text, |word| is_program(word, program)).is_ok(),
            _ => false,
        })
    };
    FIRST
        .into_iter()
        .find_map(by_text)
        .or_else(|| by_document(text))
        .or_else(|| by_text(Order::CommandLine))
        .or_else(by_program)
        .or_else(|| by_text(Order::UsualKeys))
}

/// JSON is YAML, too.
fn by_document(text: &str) -> Option<Format> {
    let documents = load(text).unwrap_or_default();
    let format = |document: &Node| {
        by_sign(|sign| matches!(sign, Sign::Kind(shows) if shows(document)))
            .or_else(|| by_sign(|sign| matches!(sign, Sign::Devices(shows) if shows(document))))
    };
    documents.iter().find_map(format)
}

/// The first format with a sign that `shows` accepts.
fn by_sign(shows: impl Fn(&Sign) -> bool) -> Option<Format> {
    let mut all = Format::ALL.into_iter();
    all.find(|format| format.declaration().signs.iter().any(&shows))
}
