//! The patterns of sentences: text with placeholders such as `{driver}`.

/// A piece of a pattern.
#[derive(Clone, Copy)]
pub(super) enum Piece<'a> {
    Characters(&'a str),
    Placeholder(&'a str),
}

/// The pieces of a pattern. `{{` and `}}` are braces; a brace without a name is literal.
pub(super) fn pieces(pattern: &str) -> Vec<Piece<'_>> {
    let mut pieces = Vec::new();
    let mut rest = pattern;
    while let Some(at) = rest.find(['{', '}']) {
        let (before, from) = rest.split_at(at);
        pieces.push(Piece::Characters(before));
        let name = from.strip_prefix('{').and_then(|inner| {
            let (name, _) = inner.split_once('}')?;
            is_name(name).then_some(name)
        });
        let (piece, length) = match name {
            Some(name) => (Piece::Placeholder(name), name.len() + 2),
            None => {
                let is_double = from.starts_with("{{") || from.starts_with("}}");
                let brace = from.get(..1).unwrap_or_default();
                (Piece::Characters(brace), if is_double { 2 } else { 1 })
            }
        };
        pieces.push(piece);
        rest = from.get(length..).unwrap_or_default();
    }
    pieces.push(Piece::Characters(rest));
    pieces
}

fn is_name(name: &str) -> bool {
    let is_of_name = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_';
    name.bytes().all(is_of_name) && name.starts_with(|c: char| c.is_ascii_lowercase())
}

/// The names of the placeholders of a pattern, in order, each once for each place.
///
/// ```
/// use passthru::text::placeholders;
/// assert_eq!(placeholders("{driver} has {function} of {{a}}"), ["driver", "function"]);
/// ```
#[must_use]
pub fn placeholders(pattern: &str) -> Vec<&str> {
    let pieces = pieces(pattern).into_iter();
    let names = pieces.filter_map(|piece| match piece {
        Piece::Placeholder(name) => Some(name),
        Piece::Characters(_) => None,
    });
    names.collect()
}

#[cfg(test)]
mod tests {
    use super::placeholders;

    #[test]
    fn braces_without_a_name_are_not_placeholders() {
        for pattern in [
            "", "{", "}", "{}", "{A}", "{{a}}", "}{", "{a b}", "é{é}", "{{{",
        ] {
            assert!(placeholders(pattern).is_empty(), "{pattern}");
        }
        assert_eq!(placeholders("{a}{b_2}{{{c}"), ["a", "b_2", "c"]);
    }
}
