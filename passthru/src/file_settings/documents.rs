//! Documents as trees: XML, YAML and JSON. A setting's name is the way to it.

use core::hash::{Hash, Hasher};
use core::ops::Range;
use std::hash::DefaultHasher;

use host_tree::lines::spans;
use hostconf::binding::booster;
use hvconf::yaml::{Node, Value, load};
use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};
use serde_json::Value as Json;

use super::setting::Found;

/// Maximum depth of a path; the rest of a document counts as one value.
const DEEPEST: usize = 256;

/// The longest way, in bytes, that is spelled out.
const LONGEST: usize = 256;

/// An XML document: each element, attribute, text and remark.
pub(super) fn xml(found: &mut Found<'_>) {
    let text = found.text;
    let body = text.strip_prefix('\u{feff}').unwrap_or(text);
    let base = text.len() - body.len();
    let mut reader = Reader::from_str(body);
    let mut all: Vec<(String, String, Range<usize>)> = Vec::new();
    let mut ways: Vec<String> = Vec::new();
    loop {
        let at = |offset: u64| base + usize::try_from(offset).unwrap_or(usize::MAX);
        let start = at(reader.buffer_position());
        let Ok(event) = reader.read_event() else {
            return;
        };
        let span = start..at(reader.buffer_position());
        match event {
            Event::Start(tag) => {
                if ways.len() == DEEPEST {
                    return;
                }
                let way = below(ways.last(), &tag);
                element(&way, &tag, &span, &mut all);
                ways.push(way);
            }
            Event::Empty(tag) => element(&below(ways.last(), &tag), &tag, &span, &mut all),
            Event::End(_) => {
                if ways.pop().is_none() {
                    return;
                }
            }
            Event::Eof => break,
            // Remarks, texts, declarations.
            _ => {
                let raw = text.get(span.clone()).unwrap_or_default().trim();
                if !raw.is_empty() {
                    let way = ways.last().map_or("", String::as_str);
                    all.push((format!("{way}/text()"), raw.to_owned(), span));
                }
            }
        }
    }
    if !ways.is_empty() {
        return;
    }
    for (name, value, span) in all {
        found.add("", &name, &value, span);
    }
    found.cover(0..text.len());
}

fn below(way: Option<&String>, tag: &BytesStart<'_>) -> String {
    let name = tag.name();
    step(
        way.map_or("", String::as_str),
        "/",
        &String::from_utf8_lossy(name.as_ref()),
    )
}

/// The path extended by `name`. A long path is replaced by its digest, so that a document with many
/// values below long names needs little memory.
fn step(way: &str, between: &str, name: &str) -> String {
    let way = format!("{way}{between}{name}");
    if way.len() <= LONGEST {
        return way;
    }
    let mut hasher = DefaultHasher::new();
    way.hash(&mut hasher);
    format!("...{:016x}", hasher.finish())
}

fn element(
    way: &str,
    tag: &BytesStart<'_>,
    span: &Range<usize>,
    all: &mut Vec<(String, String, Range<usize>)>,
) {
    all.push((way.to_owned(), String::new(), span.clone()));
    for attribute in tag.attributes().with_checks(false).flatten() {
        let key = String::from_utf8_lossy(attribute.key.as_ref()).into_owned();
        let value = String::from_utf8_lossy(&attribute.value).into_owned();
        all.push((format!("{way}@{key}"), value, span.clone()));
    }
}

/// A YAML file of any number of documents.
pub(super) fn yaml(found: &mut Found<'_>) {
    let text = found.text;
    let Ok(documents) = load(text) else {
        return;
    };
    for document in &documents {
        node(document, "", found);
    }
    for (_, span, content) in spans(text) {
        // The remaining lines are comments.
        if !content.trim_start().starts_with('#') {
            found.cover(span);
        }
    }
}

pub(super) fn node(node: &Node, way: &str, found: &mut Found<'_>) {
    match &node.value {
        Value::Scalar(text) => {
            let is_list = booster::LISTS.contains(&way);
            let items = text.split(',').filter(|_| is_list).map(str::trim);
            let items: Vec<&str> = items.filter(|item| !item.is_empty()).collect();
            if !is_list {
                found.note("", way, text, node.line);
            }
            for item in items {
                found.note("", way, item, node.line);
            }
        }
        Value::Alias => found.note("", way, "*", node.line),
        Value::Sequence(items) => {
            found.note("", way, "[]", node.line);
            for item in items {
                self::node(item, &step(way, "", "[]"), found);
            }
        }
        Value::Mapping(entries) => {
            found.note("", way, "{}", node.line);
            for (key, value) in entries {
                let key = key.text().unwrap_or_default();
                let dot = if way.is_empty() { "" } else { "." };
                self::node(value, &step(way, dot, key), found);
            }
        }
    }
}

/// A JSON file without the value at `but`.
pub(super) fn json_but(found: &mut Found<'_>, but: &str) {
    let Ok(value) = serde_json::from_str::<Json>(found.text) else {
        return;
    };
    json_value(&value, "", but, found);
    found.cover(0..found.text.len());
}

fn json_value(value: &Json, way: &str, but: &str, found: &mut Found<'_>) {
    if way == but {
        return;
    }
    match value {
        Json::Object(entries) => {
            found.note("", way, "{}", 0);
            let dot = if way.is_empty() { "" } else { "." };
            for (key, value) in entries {
                json_value(value, &step(way, dot, key), but, found);
            }
        }
        Json::Array(items) => {
            found.note("", way, "[]", 0);
            for item in items {
                json_value(item, &step(way, "", "[]"), but, found);
            }
        }
        scalar => found.note("", way, &scalar.to_string(), 0),
    }
}
