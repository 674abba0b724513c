//! Records of one line of quoted strings: `lspci -mm`, and `-m`.
//!
//! The manual allows options anywhere between the strings, and tells parsers to skip unknown ones
//! (lspci(8), "Machine readable output").

use alloc::string::String;
use alloc::vec::Vec;

use super::digits::hex8;
use super::named_value::{Class, Named};

/// Number of strings: class, vendor, device, subsystem vendor and subsystem.
const STRINGS: usize = 5;

/// Contents of such a line.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct MachineLine {
    pub(super) class: Class,
    pub(super) vendor: Named,
    pub(super) device: Named,
    pub(super) revision: Option<u8>,
    pub(super) prog_if: Option<u8>,
    /// Subsystem vendor and subsystem, if the line has them: both may be empty.
    pub(super) subsystem: Option<(Named, Named)>,
    /// Offset of the line's end.
    pub(super) end: usize,
}

/// Whether the text after an address starts such a line.
pub(super) fn begins(follows: &str) -> bool {
    follows.trim_start().starts_with('"')
}

/// Parses the text after the address; `None` if class, vendor or device is missing.
pub(super) fn parse(follows: &str) -> Option<MachineLine> {
    let mut line = MachineLine::default();
    let mut strings: Vec<String> = Vec::new();
    let mut at = 0;
    loop {
        let rest = follows.get(at..)?;
        let body = rest.trim_start();
        let begin = at + rest.len() - body.len();
        if let Some(inner) = body.strip_prefix('"').filter(|_| strings.len() < STRINGS) {
            let Some((string, length)) = quoted(inner) else {
                break;
            };
            strings.push(string);
            at = begin + 1 + length;
        } else if body.starts_with('-') {
            let length = body.find(char::is_whitespace).unwrap_or(body.len());
            let option = body.get(1..length)?;
            let value = option.get(1..).filter(|value| value.len() == 2);
            let value = value.and_then(|value| hex8(value, 2));
            match option.as_bytes().first() {
                Some(b'r') => line.revision = value,
                Some(b'p') => line.prog_if = value,
                _ => {}
            }
            at = begin + length;
        } else {
            break;
        }
        line.end = at;
    }
    let mut strings = strings.iter().map(String::as_str);
    line.class = Class::read(strings.next()?);
    let numeric = line.class.is_numeric();
    line.vendor = Named::read(strings.next()?, numeric);
    line.device = Named::read(strings.next()?, numeric);
    line.subsystem = match (strings.next(), strings.next()) {
        (Some(vendor), Some(device)) => {
            Some((Named::read(vendor, numeric), Named::read(device, numeric)))
        }
        _ => None,
    };
    Some(line)
}

/// The string up to its closing quote, without escapes, and the length of its text
/// with the quote.
fn quoted(inner: &str) -> Option<(String, usize)> {
    let mut string = String::new();
    let mut rest = inner;
    loop {
        let at = memchr::memchr2(b'"', b'\\', rest.as_bytes())?;
        string.push_str(rest.get(..at)?);
        let after = rest.get(at + 1..)?;
        if rest.as_bytes().get(at) == Some(&b'"') {
            return Some((string, inner.len() - after.len()));
        }
        let escaped = after.chars().next()?;
        string.push(escaped);
        rest = after.get(escaped.len_utf8()..)?;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Option<MachineLine> {
        parse(text)
    }

    #[test]
    fn options_may_be_anywhere_and_be_unknown() {
        let wanted = read(r#" "VGA compatible controller" "A" "B" -ra1 -p00 "C" "D""#).unwrap();
        assert_eq!(wanted.revision, Some(0xa1));
        assert_eq!(wanted.prog_if, Some(0));
        for text in [
            r#" -ra1 "VGA compatible controller" -z9 "A" "B" -p00 "C" --future "D""#,
            r#" "VGA compatible controller" "A" -p00 "B" "C" "D" -ra1 -x"#,
        ] {
            let line = read(text).unwrap();
            assert_eq!(
                MachineLine {
                    end: wanted.end,
                    ..line
                },
                wanted,
                "{text}"
            );
        }
    }

    #[test]
    fn quotes_and_backslashes_are_escaped() {
        let line = read(r#""Class 4000" "a \"b\" c" "d \\ \q" "" """#).unwrap();
        assert_eq!(line.vendor.name(), Some("a \"b\" c"));
        assert_eq!(line.device.name(), Some("d \\ q"));
        assert_eq!(line.class.code.map(|class| class.base), Some(0x40));
        assert_eq!(line.subsystem, Some((Named::default(), Named::default())));
    }

    #[test]
    fn a_cut_line_has_its_complete_fields() {
        assert_eq!(read(r#" "0300" "10de" "2d"#), None);
        let line = read(r#" "0300" "10de" "2d04" -ra1 -p00 "10b"#).unwrap();
        assert_eq!((line.subsystem, line.revision), (None, Some(0xa1)));
        assert_eq!(line.device.number, Some(0x2d04));
    }
}
