//! Documents as trees, with the line of each node.

use saphyr_parser::{Event, Parser, ScalarStyle};

use crate::error::{Cause, Error};

/// How deep a document may be: Kubernetes' objects stay below 20.
const DEEPEST: usize = 64;

/// One node.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Node {
    /// Its value.
    pub value: Value,
    /// Its style.
    pub style: Style,
    /// Its line, from 1.
    pub line: u32,
}

/// Style of a node.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Style {
    /// Without quotes: a text, a number, `true` or `null`, which readers decide. A sequence
    /// and a mapping have this style.
    Plain,
    /// In quotes or as a block: a text.
    Text,
    /// With a tag, which decides.
    Tagged,
}

/// Content of a node. Texts are as written: the type of a plain one depends on the reader.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    /// A text, a number, a truth value or null, as it is written, without quotes.
    Scalar(String),
    /// A list.
    Sequence(Vec<Node>),
    /// Keys and values in the order of the text; a key may be there twice.
    Mapping(Vec<(Node, Node)>),
    /// Another place of the document, which is not followed.
    Alias,
}

impl Node {
    /// The value of `key`; the first one.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&Self> {
        let Value::Mapping(entries) = &self.value else {
            return None;
        };
        let is = |node: &Self| matches!(&node.value, Value::Scalar(text) if text == key);
        entries
            .iter()
            .find(|(one, _)| is(one))
            .map(|(_, value)| value)
    }

    /// The node at a path of keys.
    #[must_use]
    pub fn at(&self, way: &[&str]) -> Option<&Self> {
        way.iter().try_fold(self, |node, key| node.get(key))
    }

    /// The text of a scalar.
    #[must_use]
    pub fn text(&self) -> Option<&str> {
        match &self.value {
            Value::Scalar(text) => Some(text),
            _ => None,
        }
    }

    /// Whether it is an alias of another node.
    #[must_use]
    pub(crate) fn is_alias(&self) -> bool {
        self.value == Value::Alias
    }

    /// Whether it is null: `null`, `~` or empty, without quotes.
    #[must_use]
    pub fn is_null(&self) -> bool {
        let null = |text: &str| matches!(text, "" | "~" | "null" | "Null" | "NULL");
        self.style == Style::Plain && self.text().is_some_and(null)
    }

    /// The items of a sequence; none of another node.
    #[must_use]
    pub fn items(&self) -> &[Self] {
        match &self.value {
            Value::Sequence(items) => items,
            _ => &[],
        }
    }

    /// The entries of a mapping; none of another node.
    #[must_use]
    pub fn entries(&self) -> &[(Self, Self)] {
        match &self.value {
            Value::Mapping(entries) => entries,
            _ => &[],
        }
    }

    /// Whether both have the same content, with any lines and styles.
    #[must_use]
    pub fn same(&self, other: &Self) -> bool {
        match (&self.value, &other.value) {
            (Value::Scalar(a), Value::Scalar(b)) => a == b,
            (Value::Sequence(a), Value::Sequence(b)) => {
                a.len() == b.len() && a.iter().zip(b).all(|(a, b)| a.same(b))
            }
            (Value::Mapping(a), Value::Mapping(b)) => {
                a.len() == b.len()
                    && a.iter().all(|(key, value)| {
                        let key = key.text().unwrap_or_default();
                        other.get(key).is_some_and(|other| value.same(other))
                    })
            }
            _ => false,
        }
    }
}

enum Open {
    Sequence(Vec<Node>),
    Mapping(Vec<(Node, Node)>, Option<Node>),
}

/// The documents of a text.
///
/// # Errors
/// When the text is not YAML 1.2, or nests deeper than 64 levels.
///
/// ```
/// let documents = hvconf::yaml::load("hostDevices:\n- name: gpu\n")?;
/// let devices = documents[0].get("hostDevices").unwrap();
/// assert_eq!(devices.items()[0].get("name").and_then(|name| name.text()), Some("gpu"));
/// # Ok::<(), hvconf::Error>(())
/// ```
pub fn load(text: &str) -> Result<Vec<Node>, Error> {
    let mut documents = Vec::new();
    let mut open: Vec<(Open, u32)> = Vec::new();
    // An absent value at the end of the text has its place behind the last line.
    let last = line(text.lines().count().max(1));
    for event in Parser::new_from_str(text) {
        let (event, span) = event.map_err(|error| {
            Cause::Yaml {
                reason: error.info().to_owned(),
            }
            .at(line(error.marker().line()).min(last))
        })?;
        let here = line(span.start.line()).min(last);
        let done = match event {
            Event::Scalar(text, style, _, tag) => Some(Node {
                value: Value::Scalar(text.into_owned()),
                style: match (tag, style) {
                    (Some(_), _) => Style::Tagged,
                    (None, ScalarStyle::Plain) => Style::Plain,
                    (None, _) => Style::Text,
                },
                line: here,
            }),
            Event::Alias(_) => Some(Node {
                value: Value::Alias,
                style: Style::Plain,
                line: here,
            }),
            Event::SequenceStart(..) | Event::MappingStart(..) if open.len() == DEEPEST => {
                return Err(Cause::Yaml {
                    reason: "too deep".to_owned(),
                }
                .at(here));
            }
            Event::SequenceStart(..) => {
                open.push((Open::Sequence(Vec::new()), here));
                None
            }
            Event::MappingStart(..) => {
                open.push((Open::Mapping(Vec::new(), None), here));
                None
            }
            Event::SequenceEnd | Event::MappingEnd => open.pop().map(|(done, line)| Node {
                value: match done {
                    Open::Sequence(items) => Value::Sequence(items),
                    Open::Mapping(entries, _) => Value::Mapping(entries),
                },
                style: Style::Plain,
                line,
            }),
            Event::Nothing
            | Event::StreamStart
            | Event::StreamEnd
            | Event::DocumentStart(_)
            | Event::DocumentEnd => None,
        };
        let Some(node) = done else { continue };
        match open.last_mut() {
            None => documents.push(node),
            Some((Open::Sequence(items), _)) => items.push(node),
            Some((Open::Mapping(entries, key), _)) => match key.take() {
                None => *key = Some(node),
                Some(key) => entries.push((key, node)),
            },
        }
    }
    Ok(documents)
}

fn line(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn documents_keep_their_lines() {
        let all = load("a: 1\nb:\n  - {c: \"01:00.0\"}\n---\nd\n").unwrap();
        assert_eq!(all.len(), 2);
        let item = &all[0].get("b").unwrap().items()[0];
        assert_eq!(item.get("c").unwrap().text(), Some("01:00.0"));
        assert_eq!(item.get("c").unwrap().line, 3);
        assert_eq!(all[1].line, 5);
        assert!(
            load("{\"a\": [1, {\"b\": null}]}").unwrap()[0]
                .same(&load("a:\n- 1\n- b: null").unwrap()[0])
        );
    }

    #[test]
    fn an_absent_value_is_on_a_line_of_the_text() {
        for text in ["---", "---\n", "a:", "a: 1\n---\n", "- "] {
            let documents = load(text).unwrap();
            let lines = u32::try_from(text.lines().count()).unwrap();
            assert!(documents.iter().all(|one| one.line <= lines), "{text:?}");
        }
        assert_eq!(load("---").unwrap()[0].line, 1);
    }

    #[test]
    fn hostile_texts_are_errors() {
        assert!(load(&"[".repeat(10_000)).is_err());
        assert!(load("a: [").is_err());
        assert!(load("a: b: c").is_err());
        let loop_ = "a: &x [*x, *x]\n";
        assert_eq!(
            load(loop_).unwrap()[0].get("a").unwrap().items()[0].value,
            Value::Alias
        );
        let mut numbers = testkit::Random::new(0x51ed_2701_9abc_4433);
        for _ in 0..3000 {
            let mut text = String::new();
            for _ in 0..12 {
                let state = numbers.number();
                text.push_str(
                    [
                        "a", ": ", "- ", "\n", "  ", "[", "]", "{", "}", "\"", "*a", "&a ", "|",
                        "---", "\t", ",",
                    ][usize::try_from(state >> 60).unwrap()],
                );
            }
            let _ = load(&text);
        }
    }
}
