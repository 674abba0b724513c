//! Escapes of web pages and Markdown in a pasted text: `&lt;`, `vfio\_pci`, `\[10de:1b06\]`.

use std::borrow::Cow;

use super::html::without_tags;

/// HTML entities and their characters; `&amp;` is the last, since it is in no other.
const ENTITIES: [(&str, &str); 9] = [
    ("&lt;", "<"),
    ("&gt;", ">"),
    ("&quot;", "\""),
    ("&apos;", "'"),
    ("&#39;", "'"),
    ("&#x27;", "'"),
    ("&#34;", "\""),
    ("&nbsp;", " "),
    ("&amp;", "&"),
];

/// Characters that Markdown escapes, but neither a shell nor an address does.
const ESCAPES: [(&str, &str); 7] = [
    ("\\_", "_"),
    ("\\-", "-"),
    ("\\*", "*"),
    ("\\[", "["),
    ("\\]", "]"),
    ("\\<", "<"),
    ("\\>", ">"),
];

/// Commands whose patterns contain backslashes.
const PATTERNS: [&str; 5] = ["grep", "sed ", "awk ", "PS1", "find "];

/// The text without escapes; line numbers are unchanged.
///
/// In a line with `<` that is not of a page, entities are those of XML, and remain.
pub(super) fn plain(text: &str) -> Cow<'_, str> {
    let page = without_tags(text);
    if page.is_none() && !has_entity(text) && !has_escape(text) {
        return Cow::Borrowed(text);
    }
    let is_page = page.is_some();
    let text = page.as_deref().unwrap_or(text);
    let mut plain = String::with_capacity(text.len());
    for line in text.split_inclusive('\n') {
        let mut line = Cow::Borrowed(line);
        if has_entity(&line) && (is_page || !line.contains('<')) {
            line = Cow::Owned(replaced(&line, &ENTITIES));
        }
        // `C:\>` is a prompt of Windows.
        let is_pattern = PATTERNS.iter().any(|name| line.contains(name)) || line.contains(":\\>");
        if has_escape(&line) && !is_pattern {
            line = Cow::Owned(replaced(&line, &ESCAPES));
        }
        plain.push_str(&line);
    }
    Cow::Owned(plain)
}

fn has_entity(text: &str) -> bool {
    text.contains('&') && ENTITIES.iter().any(|(entity, _)| text.contains(entity))
}

fn has_escape(text: &str) -> bool {
    text.contains('\\') && ESCAPES.iter().any(|(escape, _)| text.contains(escape))
}

/// One pass over the text: replaced text is not read again.
fn replaced(text: &str, table: &[(&str, &str)]) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(['&', '\\']) {
        let (before, from) = rest.split_at_checked(at).unwrap_or((rest, ""));
        out.push_str(before);
        let known = table.iter().find(|(escaped, _)| from.starts_with(escaped));
        let (plain, length) =
            known.map_or((None, 1), |(escaped, plain)| (Some(*plain), escaped.len()));
        let (mark, after) = from.split_at_checked(length).unwrap_or((from, ""));
        out.push_str(plain.unwrap_or(mark));
        rest = after;
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests;
