//! The format that a text is in.

use super::declaration::{Declaration, Order, Sign, is_program};
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

/// The place in `all` of the format whose sign comes first.
pub(super) fn recognized(all: &[&Declaration], text: &str) -> Option<usize> {
    let text = text.trim_start_matches('\u{feff}');
    let by_text = |wanted: Order| {
        by_sign(
            all,
            |sign| matches!(sign, Sign::Text(order, shows) if *order == wanted && shows(text)),
        )
    };
    let by_program = || {
        by_sign(all, |sign| match sign {
            Sign::Program(program) => words_of(text, |word| is_program(word, program)).is_ok(),
            _ => false,
        })
    };
    FIRST
        .into_iter()
        .find_map(by_text)
        .or_else(|| by_document(all, text))
        .or_else(|| by_text(Order::CommandLine))
        .or_else(by_program)
        .or_else(|| by_text(Order::UsualKeys))
}

/// JSON is YAML, too.
fn by_document(all: &[&Declaration], text: &str) -> Option<usize> {
    let documents = load(text).unwrap_or_default();
    let format = |document: &Node| {
        by_sign(
            all,
            |sign| matches!(sign, Sign::Kind(shows) if shows(document)),
        )
        .or_else(|| {
            by_sign(
                all,
                |sign| matches!(sign, Sign::Devices(shows) if shows(document)),
            )
        })
    };
    documents.iter().find_map(format)
}

/// The first format with a sign that `shows` accepts.
fn by_sign(all: &[&Declaration], shows: impl Fn(&Sign) -> bool) -> Option<usize> {
    all.iter()
        .position(|declaration| declaration.signs.iter().any(&shows))
}
