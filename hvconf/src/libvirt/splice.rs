//! Replacement of parts of a text.

use core::ops::Range;

use list_order::Order as _;

pub(super) type Splice = (Range<usize>, String);

/// `text` with the spans replaced; they do not overlap.
pub(super) fn splice(text: &str, mut splices: Vec<Splice>) -> String {
    splices.order_by_key(|(span, _)| (span.start, span.end));
    let mut new = String::with_capacity(text.len());
    let mut at = 0;
    for (span, with) in splices {
        new.push_str(text.get(at..span.start).unwrap_or_default());
        new.push_str(&with);
        at = span.end;
    }
    new.push_str(text.get(at..).unwrap_or_default());
    new
}
