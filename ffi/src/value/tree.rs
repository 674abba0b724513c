//! A JSON text as a tree, whose strings end as C wants them.

use std::fmt;

use serde::Deserialize;
use serde::de::{Deserializer, MapAccess, SeqAccess, Visitor};

use crate::string_out::ExactText;

/// A value of a JSON document: null, a boolean, a number, a string, an array or an object. It
/// is valid as long as its document; never free it. For NULL all functions return NULL, 0 or
/// false, so that look-ups can be chained.
///
/// Immutable; threads may share it.
#[derive(Debug)]
pub struct Value(pub(super) Node);

#[derive(Debug)]
pub(super) enum Node {
    Null,
    Boolean(bool),
    Unsigned(u64),
    Negative(i64),
    Number(f64),
    String(ExactText),
    Array(Vec<Value>),
    /// In the order of the text.
    Object(Vec<(ExactText, Value)>),
}

impl Value {
    /// A JSON text; `None` where it is none.
    pub(crate) fn read(text: &str) -> Option<Self> {
        serde_json::from_str(text).ok()
    }

    /// The member of that name, of an object.
    pub(super) fn member(&self, name: &str) -> Option<&Self> {
        let Node::Object(members) = &self.0 else {
            return None;
        };
        let mut members = members.iter();
        let (_, value) = members.find(|(key, _)| key.as_str() == name)?;
        Some(value)
    }

    /// The element or member with this number, from 0, and the member's name.
    pub(super) fn nth(&self, index: usize) -> Option<(Option<&ExactText>, &Self)> {
        match &self.0 {
            Node::Array(elements) => Some((None, elements.get(index)?)),
            Node::Object(members) => {
                let (key, value) = members.get(index)?;
                Some((Some(key), value))
            }
            _ => None,
        }
    }

    /// Number of its elements or members.
    pub(super) fn length(&self) -> usize {
        match &self.0 {
            Node::Array(elements) => elements.len(),
            Node::Object(members) => members.len(),
            _ => 0,
        }
    }

    /// The value that a JSON pointer (RFC 6901) names.
    pub(super) fn at(&self, pointer: &str) -> Option<&Self> {
        if pointer.is_empty() {
            return Some(self);
        }
        let mut found = self;
        for token in pointer.strip_prefix('/')?.split('/') {
            found = match &found.0 {
                Node::Object(_) if token.contains('~') => {
                    found.member(&token.replace("~1", "/").replace("~0", "~"))?
                }
                Node::Object(_) => found.member(token)?,
                Node::Array(elements) => elements.get(index(token)?)?,
                _ => return None,
            };
        }
        Some(found)
    }

    /// The string.
    pub(super) fn string(&self) -> Option<&ExactText> {
        match &self.0 {
            Node::String(text) => Some(text),
            _ => None,
        }
    }
}

/// An index as RFC 6901 writes it: digits, without a 0 before others.
fn index(token: &str) -> Option<usize> {
    let is_plain = token.bytes().all(|byte| byte.is_ascii_digit());
    let is_padded = token.len() > 1 && token.starts_with('0');
    (is_plain && !is_padded)
        .then(|| token.parse().ok())
        .flatten()
}

impl<'de> Deserialize<'de> for Value {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Builder).map(Self)
    }
}

/// Makes a node of what the reader of JSON meets.
struct Builder;

impl<'de> Visitor<'de> for Builder {
    type Value = Node;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_unit<E>(self) -> Result<Node, E> {
        Ok(Node::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Node, E> {
        Ok(Node::Boolean(value))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Node, E> {
        Ok(Node::Unsigned(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Node, E> {
        Ok(u64::try_from(value).map_or(Node::Negative(value), Node::Unsigned))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Node, E> {
        Ok(Node::Number(value))
    }

    fn visit_str<E>(self, text: &str) -> Result<Node, E> {
        Ok(Node::String(ExactText::new(text)))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut elements: A) -> Result<Node, A::Error> {
        let mut all = Vec::new();
        while let Some(element) = elements.next_element()? {
            all.push(element);
        }
        Ok(Node::Array(all))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Node, A::Error> {
        let mut all = Vec::new();
        while let Some((name, value)) = members.next_entry::<String, Value>()? {
            all.push((ExactText::new(&name), value));
        }
        Ok(Node::Object(all))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Value {
        Value::read(text).unwrap()
    }

    #[test]
    fn a_pointer_names_any_value() {
        let value = read(r#"{"a": [{"b/c": 1, "d~e": 2, "": 3}], "0": 4}"#);
        let unsigned = |pointer| match value.at(pointer).map(|found| &found.0) {
            Some(Node::Unsigned(number)) => Some(*number),
            _ => None,
        };
        assert_eq!(unsigned("/a/0/b~1c"), Some(1));
        assert_eq!(unsigned("/a/0/d~0e"), Some(2));
        assert_eq!(unsigned("/a/0/"), Some(3));
        assert_eq!(unsigned("/0"), Some(4));
        assert!(std::ptr::eq(value.at("").unwrap(), &raw const value));
        for nothing in [
            "a",
            "/a/00",
            "/a/1",
            "/a/-",
            "/a/+0",
            "/a/0/b",
            "/a/0/b~1c/0",
        ] {
            assert!(value.at(nothing).is_none(), "{nothing}");
        }
    }

    #[test]
    fn members_keep_their_order_and_strings_their_bytes() {
        let value = read("{\"z\": \"a\\u0000b\", \"a\": -1, \"m\": 1.5}");
        let names: Vec<&str> = (0..value.length())
            .filter_map(|index| Some(value.nth(index)?.0?.as_str()))
            .collect();
        assert_eq!(names, ["z", "a", "m"]);
        let string = value.member("z").and_then(Value::string).unwrap();
        assert_eq!(string.as_str(), "a\0b");
        assert!(matches!(value.member("a").unwrap().0, Node::Negative(-1)));
    }

    #[test]
    fn a_text_that_is_not_json_has_no_value() {
        assert!(Value::read("").is_none());
        assert!(Value::read("{} {}").is_none());
        assert!(Value::read(&"[".repeat(100_000)).is_none());
    }
}
