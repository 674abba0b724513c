//! QEMU's option strings: `a,b=c,,d`.
//!
//! A comma ends a value unless it is doubled; the first part may be a value only, for the
//! option's implied key; a key alone is `on` (`docs/system/invocation`, "Escaping Commas";
//! `util/qemu-option.c`).

use core::fmt;

use serde_json::Value;

/// A property's value.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum OptionValue {
    /// On or off.
    Switch(bool),
    /// A number.
    Number(u64),
    /// A text.
    Text(String),
}

impl OptionValue {
    /// Whether it is enabled: a lone key, or one of the words that QEMU accepts as true
    /// (`qapi_bool_parse`).
    #[must_use]
    pub fn is_on(&self) -> bool {
        match self {
            Self::Switch(on) => *on,
            Self::Text(text) => matches!(text.as_str(), "on" | "yes" | "true" | "y"),
            Self::Number(_) => false,
        }
    }

    /// Its number: decimal, hex with `0x`, or octal with `0`.
    #[must_use]
    pub fn number(&self) -> Option<u64> {
        match self {
            Self::Number(number) => Some(*number),
            Self::Text(text) => crate::integer::integer(text).map(u64::from),
            Self::Switch(_) => None,
        }
    }
}

impl fmt::Display for OptionValue {
    /// As it is in an option string, before commas are doubled.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Switch(true) => f.write_str("on"),
            Self::Switch(false) => f.write_str("off"),
            Self::Number(number) => write!(f, "{number}"),
            Self::Text(text) => f.write_str(text),
        }
    }
}

impl From<bool> for OptionValue {
    fn from(on: bool) -> Self {
        Self::Switch(on)
    }
}

impl From<u64> for OptionValue {
    fn from(number: u64) -> Self {
        Self::Number(number)
    }
}

impl From<&str> for OptionValue {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<String> for OptionValue {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

/// The parts of an option string, in their order.
///
/// ```
/// use hvconf::qemu::Options;
/// let options = Options::parse("q35,accel=kvm,x=a,,b", "type");
/// assert_eq!(options.text("type").as_deref(), Some("q35"));
/// assert_eq!(options.text("x").as_deref(), Some("a,b"));
/// assert_eq!(options.to_string(), "type=q35,accel=kvm,x=a,,b");
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Options {
    parts: Vec<(String, OptionValue)>,
}

impl Options {
    /// An empty option string.
    #[must_use]
    pub const fn new() -> Self {
        Self { parts: Vec::new() }
    }

    /// Parses `text`, whose first part may be only the value of `implied_key`. Any text is valid.
    #[must_use]
    pub fn parse(text: &str, implied_key: &str) -> Self {
        let mut parts = Vec::new();
        let mut rest = text;
        while !rest.is_empty() {
            let equals = rest.find('=');
            let comma = rest.find(',').unwrap_or(rest.len());
            let (key, after) = match equals.filter(|at| *at < comma) {
                Some(at) => (
                    Some(rest.get(..at).unwrap_or_default()),
                    rest.get(at + 1..).unwrap_or_default(),
                ),
                None => (None, rest),
            };
            let (value, after) = value(after);
            rest = after;
            match key {
                Some(key) => parts.push((key.to_owned(), OptionValue::Text(value))),
                None if parts.is_empty() && !implied_key.is_empty() => {
                    parts.push((implied_key.to_owned(), OptionValue::Text(value)));
                }
                None => parts.push((value, OptionValue::Switch(true))),
            }
        }
        Self { parts }
    }

    /// Parses the members of a JSON object whose values are numbers, texts and booleans; others are
    /// kept as text. `None` if `text` is not a JSON object.
    #[must_use]
    pub fn parse_json(text: &str) -> Option<Self> {
        let Value::Object(members) = serde_json::from_str(text).ok()? else {
            return None;
        };
        let parts = members.into_iter().map(|(key, value)| {
            let value = match value {
                Value::Bool(on) => OptionValue::Switch(on),
                Value::String(text) => OptionValue::Text(text),
                Value::Number(number) => match number.as_u64() {
                    Some(number) => OptionValue::Number(number),
                    None => OptionValue::Text(number.to_string()),
                },
                other => OptionValue::Text(other.to_string()),
            };
            (key, value)
        });
        Some(Self {
            parts: parts.collect(),
        })
    }

    /// Adds a part.
    pub fn push(&mut self, key: impl Into<String>, value: impl Into<OptionValue>) {
        self.parts.push((key.into(), value.into()));
    }

    /// The same with an additional part.
    #[must_use]
    pub fn with(mut self, key: impl Into<String>, value: impl Into<OptionValue>) -> Self {
        self.push(key, value);
        self
    }

    /// The value of `key` that takes effect: the last one. `-` and `_` are equal.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&OptionValue> {
        let same =
            |(name, _): &&(String, OptionValue)| name.bytes().map(dash).eq(key.bytes().map(dash));
        self.parts.iter().rev().find(same).map(|(_, value)| value)
    }

    /// The value of `key` as a text.
    #[must_use]
    pub fn text(&self, key: &str) -> Option<String> {
        self.get(key).map(ToString::to_string)
    }

    /// Whether `key` is there and on.
    #[must_use]
    pub fn is_on(&self, key: &str) -> bool {
        self.get(key).is_some_and(OptionValue::is_on)
    }

    /// The parts.
    #[must_use]
    pub fn parts(&self) -> &[(String, OptionValue)] {
        &self.parts
    }

    /// As a JSON object.
    #[must_use]
    pub fn to_json(&self) -> String {
        let mut json = String::from("{");
        for (index, (key, value)) in self.parts.iter().enumerate() {
            let comma = if index == 0 { "" } else { "," };
            let value = match value {
                OptionValue::Switch(on) => Value::Bool(*on),
                OptionValue::Number(number) => Value::from(*number),
                OptionValue::Text(text) => Value::from(text.as_str()),
            };
            json.push_str(&format!("{comma}{}:{value}", Value::from(key.as_str())));
        }
        json + "}"
    }
}

const fn dash(byte: u8) -> u8 {
    if byte == b'_' { b'-' } else { byte }
}

/// A value up to its comma, and what follows that.
fn value(text: &str) -> (String, &str) {
    let mut value = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once(',') {
        value.push_str(before);
        match after.strip_prefix(',') {
            Some(after) => {
                value.push(',');
                rest = after;
            }
            None => return (value, after),
        }
    }
    value.push_str(rest);
    (value, "")
}

impl fmt::Display for Options {
    /// `key=value,…`, commas in values doubled.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, (key, value)) in self.parts.iter().enumerate() {
            let comma = if index == 0 { "" } else { "," };
            let value = value.to_string().replace(',', ",,");
            write!(f, "{comma}{key}={value}")?;
        }
        Ok(())
    }
}

/// `-object` in either form.
pub(super) fn object(text: &str) -> Options {
    if text.trim_start().starts_with('{') {
        Options::parse_json(text).unwrap_or_default()
    } else {
        Options::parse(text, "qom-type")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commas_are_doubled_and_halved() {
        let options = Options::parse(
            "vfio-pci,host=01:00.0,romfile=/a,,b,multifunction",
            "driver",
        );
        assert_eq!(options.text("driver").as_deref(), Some("vfio-pci"));
        assert_eq!(options.text("romfile").as_deref(), Some("/a,b"));
        assert!(options.is_on("multifunction"));
        let again = Options::parse(&options.to_string(), "driver");
        assert_eq!(again.to_string(), options.to_string());
        let json = Options::parse_json(&options.to_json()).unwrap();
        assert_eq!(json.text("romfile").as_deref(), Some("/a,b"));
    }

    #[test]
    fn any_text_is_read() {
        for text in ["", ",", ",,", "=", "a=", "=,=", ",,,", "a,b,c"] {
            let _ = Options::parse(text, "k").to_string();
        }
        assert_eq!(Options::parse_json("[1]"), None);
        assert_eq!(Options::parse_json("{"), None);
        let nested = Options::parse_json("{\"a\":{\"b\":-1},\"c\":-1}").unwrap();
        assert_eq!(nested.text("a").as_deref(), Some("{\"b\":-1}"));
        let last = Options::parse("a=1,hv_vendor_id=x,hv-vendor-id=y", "");
        assert_eq!(last.text("hv-vendor-id").as_deref(), Some("y"));
    }
}
