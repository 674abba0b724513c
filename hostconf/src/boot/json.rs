//! JSON (RFC 8259), as far as needed to find a list of strings: without recursion, and with an
//! unchanged text.

use core::ops::Range;

use super::string_list::StringList;

/// Maximum depth of values; kernelstub's file has 3.
const DEEPEST: usize = 64;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Token<'a> {
    Mark(char),
    /// A string as it is written, without its quotes.
    String(&'a str),
    /// A number, `true`, `false` or `null`.
    Word,
}

enum Level {
    Object { key: Option<String>, on: bool },
    List { on: bool },
}

/// The list of strings at `place`, keys from the outside in; `Err` with the offset
/// where reading ended.
pub(super) fn string_list(text: &str, place: &[&str]) -> Result<StringList, usize> {
    let mut levels: Vec<Level> = Vec::new();
    // Number of keys of `place` that the open objects match.
    let mut found: Option<StringList> = None;
    let mut taken: Option<StringList> = None;
    let mut at = 0;
    while let Some((token, span)) = token(text, at)? {
        at = span.end;
        let depth = levels.len();
        match token {
            Token::Mark('{' | '[') => {
                if depth >= DEEPEST || (found.is_some() && taken.is_none()) {
                    return Err(span.start);
                }
                let on = match levels.last() {
                    None => true,
                    Some(Level::Object { key, on }) => {
                        let wanted = place.get(depth - 1);
                        *on && wanted.is_some() && key.as_deref() == wanted.copied()
                    }
                    Some(Level::List { .. }) => false,
                };
                if token == Token::Mark('{') {
                    levels.push(Level::Object { key: None, on });
                } else {
                    let here = on && depth == place.len();
                    levels.push(Level::List { on: here });
                    if here {
                        // Of two equal keys the last one takes effect in Python.
                        taken = None;
                        found = Some(StringList {
                            inner: span.end..span.end,
                            items: Vec::new(),
                            separator: ",",
                        });
                    }
                }
            }
            Token::Mark('}') if matches!(levels.last(), Some(Level::Object { .. })) => {
                levels.pop();
            }
            Token::Mark(']') => match levels.pop() {
                Some(Level::List { on: true }) => {
                    if let Some(list) = found.as_mut() {
                        list.inner.end = span.start;
                    }
                    taken.clone_from(&found);
                }
                Some(Level::List { on: false }) => {}
                _ => return Err(span.start),
            },
            Token::Mark(',') => {
                if let Some(Level::Object { key, .. }) = levels.last_mut() {
                    *key = None;
                }
            }
            Token::Mark(':')
                if matches!(levels.last(), Some(Level::Object { key: Some(_), .. })) => {}
            Token::String(raw) => match levels.last_mut() {
                Some(Level::Object { key, .. }) if key.is_none() => {
                    *key = Some(unescaped(raw).ok_or(span.start)?);
                }
                Some(Level::List { on: true }) => {
                    let item = unescaped(raw).ok_or(span.start)?;
                    if let Some(list) = found.as_mut() {
                        list.items.push((span, item));
                    }
                }
                Some(_) => {}
                None => return Err(span.start),
            },
            Token::Word => {
                if !matches!(
                    levels.last(),
                    Some(Level::Object { .. } | Level::List { on: false })
                ) {
                    return Err(span.start);
                }
            }
            Token::Mark(_) => return Err(span.start),
        }
    }
    if levels.is_empty() {
        taken.ok_or(at)
    } else {
        Err(at)
    }
}

/// The token at or after `at`, and its place.
fn token(text: &str, at: usize) -> Result<Option<(Token<'_>, Range<usize>)>, usize> {
    let rest = text.get(at..).unwrap_or_default();
    let inner = rest.trim_start_matches([' ', '\t', '\r', '\n']);
    let start = at + rest.len() - inner.len();
    let Some(first) = inner.chars().next() else {
        return Ok(None);
    };
    if "{}[],:".contains(first) {
        return Ok(Some((Token::Mark(first), start..start + 1)));
    }
    if first == '"' {
        let mut escaped = false;
        for (offset, c) in inner.char_indices().skip(1) {
            match c {
                _ if escaped => escaped = false,
                '\\' => escaped = true,
                '"' => {
                    let raw = inner.get(1..offset).unwrap_or_default();
                    return Ok(Some((Token::String(raw), start..start + offset + 1)));
                }
                c if c < ' ' => return Err(start + offset),
                _ => {}
            }
        }
        return Err(start);
    }
    let end = inner
        .find(|c: char| !c.is_ascii_alphanumeric() && !"+-.".contains(c))
        .unwrap_or(inner.len());
    if end == 0 {
        return Err(start);
    }
    Ok(Some((Token::Word, start..start + end)))
}

/// The value of a string; `None` for an invalid escape.
fn unescaped(raw: &str) -> Option<String> {
    let mut out = String::with_capacity(raw.len());
    let mut chars = raw.chars();
    while let Some(c) = chars.next() {
        if c != '\\' {
            out.push(c);
            continue;
        }
        out.push(match chars.next()? {
            c @ ('"' | '\\' | '/') => c,
            'b' => '\u{8}',
            'f' => '\u{c}',
            'n' => '\n',
            'r' => '\r',
            't' => '\t',
            'u' => {
                let hex: String = chars.by_ref().take(4).collect();
                let code = u32::from_str_radix(&hex, 16)
                    .ok()
                    .filter(|_| hex.len() == 4)?;
                // Surrogates do not occur in kernel options.
                char::from_u32(code)?
            }
            _ => return None,
        });
    }
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn items(text: &str) -> Option<Vec<String>> {
        let list = string_list(text, &["user", "kernel_options"]).ok()?;
        Some(list.items.into_iter().map(|(_, item)| item).collect())
    }

    #[test]
    fn the_list_is_found_by_its_keys() {
        let text = r#"{"default": {"kernel_options": ["a"]}, "x": [1, {"user": {"kernel_options": ["b"]}}],
            "user": {"esp": true, "kernel_options": ["quiet", "a=\u0041\"b\""], "z": null}}"#;
        assert_eq!(items(text).unwrap(), ["quiet", "a=A\"b\""]);
        assert_eq!(
            items(r#"{"user": {"kernel_options": "quiet splash"}}"#),
            None
        );
        assert_eq!(items(r#"{"user": {"kernel_options": ["a", 1]}}"#), None);
        assert_eq!(items(r#"{"user": {"kernel_options": ["a"]}"#), None);
        assert_eq!(
            items(r#"{"user": {"kernel_options": ["a"]},}"#).unwrap(),
            ["a"]
        );
        assert_eq!(items(&"[".repeat(100_000)), None);
    }
}
