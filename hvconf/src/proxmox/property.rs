//! Property strings: `0000:01:00,pcie=1`, the value of many keys.
//!
//! The grammar is the one which Proxmox VE's own reader applies (`pve-common`,
//! `PVE::JSONSchema::parse_property_string`): parts between commas, no escape for a comma, each
//! `key=value`, one without `=` being the value of the schema's default key, wherever it is.
//! Parts of blanks only are skipped; nothing else is trimmed, so a blank after a comma is a part
//! of the key.

use core::fmt;

use nom::Parser;
use nom::bytes::complete::{tag, take_till, take_till1};
use nom::combinator::{opt, rest};
use nom::sequence::terminated;

use crate::error::{Cause, Error};

/// The parts of a property string, in their order.
///
/// ```
/// use hvconf::proxmox::PropertyString;
/// let string = PropertyString::parse("0000:01:00,pcie=1", "host")?;
/// assert_eq!(string.get("host"), Some("0000:01:00"));
/// assert_eq!(string.get("pcie"), Some("1"));
/// assert!(PropertyString::parse("pcie=1,pcie=0", "host").is_err());
/// # Ok::<(), hvconf::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PropertyString<'a> {
    parts: Vec<Property<'a>>,
}

/// One part of a property string.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Property<'a> {
    /// The key; the default key if the text has none.
    pub key: &'a str,
    /// The value; never empty, never with a comma.
    pub value: &'a str,
    /// Byte offset of the part in the property string.
    pub offset: usize,
}

/// The most parts that are read. Proxmox VE's richest format, a disk, has about
/// forty keys (`qm.conf(5)`), and a key occurs once.
const MOST_PARTS: usize = 128;

impl<'a> PropertyString<'a> {
    /// The parts of `text`, of a format whose default key is `default_key`.
    ///
    /// # Errors
    /// If a part has an empty key or value, a key occurs twice, or there are more than 128 parts.
    pub fn parse(text: &'a str, default_key: &'a str) -> Result<Self, Error> {
        let mut parts: Vec<Property<'a>> = Vec::new();
        let mut left = text;
        while !left.is_empty() {
            let offset = text.len() - left.len();
            let (after, part) = split_part(left);
            left = after;
            if part.bytes().all(is_blank) {
                continue;
            }
            let (key, value) = split_key(part, default_key).ok_or(Cause::MissingHalf { offset })?;
            if parts.iter().any(|earlier| earlier.key == key) {
                let key = key.to_owned();
                return Err(Cause::PropertyTwice { key, offset }.into());
            }
            if parts.len() == MOST_PARTS {
                return Err(Cause::TooManyProperties {
                    most: MOST_PARTS,
                    offset,
                }
                .into());
            }
            parts.push(Property { key, value, offset });
        }
        Ok(Self { parts })
    }

    /// The value of `key`.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&'a str> {
        self.parts
            .iter()
            .find(|part| part.key == key)
            .map(|part| part.value)
    }

    /// The parts, in the order of the text.
    #[must_use]
    pub fn parts(&self) -> &[Property<'a>] {
        &self.parts
    }
}

fn is_blank(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\r' | b'\n' | 0x0b | 0x0c)
}

/// The text after the first comma, and the text before it.
fn split_part(text: &str) -> (&str, &str) {
    let mut part = terminated(
        take_till::<_, _, nom::error::Error<&str>>(|c| c == ','),
        opt(tag(",")),
    );
    part.parse(text).unwrap_or(("", text))
}

/// Key and value of a part: the key ends at the first `=`.
fn split_key<'a>(part: &'a str, default_key: &'a str) -> Option<(&'a str, &'a str)> {
    if !part.contains('=') {
        return Some((default_key, part));
    }
    let key = take_till1::<_, _, nom::error::Error<&str>>(|c| c == '=');
    let (_, (key, _, value)) = (key, tag("="), rest).parse(part).ok()?;
    (!value.is_empty()).then_some((key, value))
}

/// A boolean as Proxmox VE reads it: `1`, `on`, `yes`, `true` and their
/// opposites in either case (`PVE::JSONSchema::parse_boolean`).
pub(super) fn boolean(text: &str) -> Option<bool> {
    let is = |word: &&str| text.eq_ignore_ascii_case(word);
    if ["1", "on", "yes", "true"].iter().any(is) {
        Some(true)
    } else if ["0", "off", "no", "false"].iter().any(is) {
        Some(false)
    } else {
        None
    }
}

impl fmt::Display for PropertyString<'_> {
    /// Every part as `key=value`, which reads back as the same parts.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, part) in self.parts.iter().enumerate() {
            let comma = if index == 0 { "" } else { "," };
            write!(f, "{comma}{}={}", part.key, part.value)?;
        }
        Ok(())
    }
}

/// The `cpu` value with an option: in place where it is, else at the end.
pub(super) fn with_option(text: &str, key: &str, value: &str) -> Result<String, Error> {
    let options = PropertyString::parse(text, "cputype")?;
    let Some(part) = options.parts().iter().find(|part| part.key == key) else {
        return Ok(format!("{text},{key}={value}"));
    };
    // `on` says what 1 says.
    if part.value == value || (boolean(value) == Some(true) && boolean(part.value) == Some(true)) {
        return Ok(text.to_owned());
    }
    let (before, rest) = text.split_at_checked(part.offset).unwrap_or((text, ""));
    let after = rest.find(',').and_then(|end| rest.get(end..));
    Ok(format!(
        "{before}{key}={value}{}",
        after.unwrap_or_default()
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_are_read_in_any_order() {
        let string = PropertyString::parse("pcie=1,,01:00.0, ,romfile=a=b,", "host").unwrap();
        assert_eq!(string.to_string(), "pcie=1,host=01:00.0,romfile=a=b");
        assert_eq!(string.parts()[1].offset, 8);
        assert_eq!(PropertyString::parse("", "host").unwrap().parts(), &[]);
    }

    #[test]
    fn a_blank_after_the_comma_is_a_part_of_the_key() {
        let string = PropertyString::parse("01:00.0, pcie=1", "host").unwrap();
        assert_eq!(string.get(" pcie"), Some("1"));
        assert_eq!(string.get("pcie"), None);
    }

    #[test]
    fn refused_values() {
        let error = |text| PropertyString::parse(text, "host").unwrap_err().to_string();
        assert_eq!(
            error("01:1f.0,01:00.0"),
            "host is set a second time at byte 8"
        );
        assert_eq!(
            error("01:00.0,host=x"),
            "host is set a second time at byte 8"
        );
        assert_eq!(error("=x"), "expected key=value at byte 0");
        assert_eq!(error("a,b="), "expected key=value at byte 2");
        let many: String = (0..129).map(|n| format!("k{n}=1,")).collect();
        assert!(error(&many).starts_with("expected at most 128 parts"));
    }

    #[test]
    fn booleans() {
        for text in ["1", "ON", "yes", "True"] {
            assert_eq!(boolean(text), Some(true));
        }
        for text in ["0", "off", "NO", "false"] {
            assert_eq!(boolean(text), Some(false));
        }
        for text in ["2", "", "y", " 1"] {
            assert_eq!(boolean(text), None);
        }
    }
}
