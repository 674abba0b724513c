//! Scalars that are texts to every reader.

use core::fmt::Write as _;

/// `text` in double quotes, as JSON and YAML both read it.
///
/// Without quotes `01:00.0` is the number 60 to readers of YAML 1.1, and `no` is
/// false; what is quoted is a text to all.
pub(crate) fn quoted(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    for c in text.chars() {
        match c {
            '"' | '\\' => {
                out.push('\\');
                out.push(c);
            }
            c if (' '..='~').contains(&c) => out.push(c),
            c => {
                let mut units = [0; 2];
                for unit in c.encode_utf16(&mut units) {
                    let _ = write!(out, "\\u{unit:04x}");
                }
            }
        }
    }
    out.push('"');
    out
}

#[cfg(test)]
mod tests {
    use super::quoted;

    #[test]
    fn special_characters_are_escaped() {
        assert_eq!(quoted("0000:01:00.0"), "\"0000:01:00.0\"");
        assert_eq!(quoted("a\"\\\n\u{1f600}"), r#""a\"\\\u000a\ud83d\ude00""#);
    }
}
