//! Text into HTML.

use std::borrow::Cow;

use crate::render::wrap::clean;

/// `text` as character data and in quoted attributes (HTML, 13.1.2.3 and 13.1.4), without
/// characters that change the text direction.
#[must_use]
pub fn escaped(text: &str) -> Cow<'_, str> {
    // Line ends and tabs remain: quoted files contain them.
    let mut safe = String::with_capacity(text.len());
    let mut changed = false;
    for line in text.split_inclusive(['\n', '\t']) {
        let (body, end) = match line.char_indices().next_back() {
            Some((at, c @ ('\n' | '\t'))) => (line.get(..at).unwrap_or_default(), Some(c)),
            _ => (line, None),
        };
        let cleaned = clean(body);
        changed |= cleaned != body;
        for c in cleaned.chars() {
            let entity = match c {
                '&' => "&amp;",
                '<' => "&lt;",
                '>' => "&gt;",
                '"' => "&quot;",
                '\'' => "&#39;",
                c => {
                    safe.push(c);
                    continue;
                }
            };
            changed = true;
            safe.push_str(entity);
        }
        safe.extend(end);
    }
    if changed { safe.into() } else { text.into() }
}

/// The hue of a group in drawings, in degrees: the golden angle apart from those of its neighbors.
#[must_use]
pub fn hue(group: u32) -> u32 {
    // 137.508 degrees.
    let turned = u64::from(group) * 137_508 / 1000 % 360;
    u32::try_from(turned).unwrap_or(0)
}

#[cfg(test)]
mod tests;
