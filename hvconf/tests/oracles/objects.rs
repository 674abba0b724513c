//! Kubernetes' objects: as values, merged with patches (RFC 7386), and written as YAML by
//! many hands.

use std::fmt::Write as _;

use saphyr_parser::{Event, Parser, ScalarStyle};
use serde_json::{Map, Value, json};
use testkit::Random;

/// The documents of a text, by YAML's core schema.
pub(crate) fn values(text: &str) -> Vec<Value> {
    let mut all = Vec::new();
    let mut open: Vec<(Value, Option<String>)> = Vec::new();
    for event in Parser::new_from_str(text) {
        let (event, _) = event.unwrap_or_else(|error| panic!("{error}: {text}"));
        let done = match event {
            Event::Scalar(text, style, _, tag) => {
                assert!(tag.is_none());
                scalar(&text, style)
            }
            Event::SequenceStart(..) => {
                open.push((Value::Array(Vec::new()), None));
                continue;
            }
            Event::MappingStart(..) => {
                open.push((Value::Object(Map::new()), None));
                continue;
            }
            Event::SequenceEnd | Event::MappingEnd => open.pop().unwrap().0,
            Event::Alias(_) => panic!("an alias"),
            _ => continue,
        };
        match open.last_mut() {
            None => all.push(done),
            Some((Value::Array(items), _)) => items.push(done),
            Some((Value::Object(entries), key)) => match key.take() {
                None => *key = Some(done.as_str().unwrap().to_owned()),
                Some(key) => assert!(entries.insert(key, done).is_none()),
            },
            Some(_) => unreachable!(),
        }
    }
    all
}

fn scalar(text: &str, style: ScalarStyle) -> Value {
    if style != ScalarStyle::Plain {
        return text.into();
    }
    match text {
        "" | "~" | "null" => Value::Null,
        "true" => true.into(),
        "false" => false.into(),
        _ => match text.parse::<i64>() {
            Ok(number) => number.into(),
            Err(_) => text.into(),
        },
    }
}

/// `MergePatch` of RFC 7386, section 2.
pub(crate) fn merge(target: &mut Value, patch: &Value) {
    let Value::Object(patch) = patch else {
        *target = patch.clone();
        return;
    };
    if !target.is_object() {
        *target = Value::Object(Map::new());
    }
    let target = target.as_object_mut().unwrap();
    for (key, value) in patch {
        if value.is_null() {
            target.remove(key);
        } else {
            merge(target.entry(key.clone()).or_insert(Value::Null), value);
        }
    }
}

/// The example of RFC 7386, section 3.
#[test]
fn a_patch_is_merged_as_in_the_rfc() {
    let mut target = values(
        "{title: Goodbye!, author: {givenName: John, familyName: Doe}, tags: [example, sample], \
         content: This will be unchanged}",
    )
    .remove(0);
    let patch = values(
        "{title: Hello!, phoneNumber: +01-123-456-7890, author: {familyName: null}, tags: [example]}",
    );
    merge(&mut target, &patch[0]);
    let wanted = "{title: Hello!, author: {givenName: John}, tags: [example], content: This will \
                  be unchanged, phoneNumber: +01-123-456-7890}";
    assert_eq!(target, values(wanted)[0]);
}

/// `value` as YAML: blocks and flows, quotes, indents and comments by chance.
pub(crate) fn written(value: &Value, random: &mut Random) -> String {
    if random.below(4) == 0 {
        return serde_json::to_string_pretty(value).unwrap() + "\n";
    }
    let mut text = String::new();
    block(value, 0, random, &mut text);
    text
}

fn block(value: &Value, indent: usize, random: &mut Random, out: &mut String) {
    let comment = ["", "", "", " # mine", "   # - name: x"];
    let step = 1 + random.below(4);
    match value {
        Value::Array(items) => {
            for item in items {
                let _ = write!(out, "{:indent$}-", "");
                match item {
                    Value::Object(entries) if !entries.is_empty() && random.below(2) == 0 => {
                        let mut inner = String::new();
                        block(item, indent + 2, random, &mut inner);
                        out.push_str(inner.get(indent + 1..).unwrap());
                    }
                    _ => child(item, indent + step, random, out),
                }
            }
        }
        Value::Object(entries) => {
            for (place, (key, value)) in entries.iter().enumerate() {
                if place > 0 && random.below(9) == 0 {
                    let _ = writeln!(out, "{:1$}# about {key}: x\n", "", random.below(9));
                }
                let key = if random.below(5) == 0 {
                    format!("\"{key}\"")
                } else {
                    key.clone()
                };
                let _ = write!(out, "{:indent$}{key}:", "");
                child(value, indent + step, random, out);
            }
        }
        _ => {
            let one = flow(value, random);
            let _ = writeln!(out, "{:indent$}{one}{}", "", random.pick(&comment));
        }
    }
}

/// What follows `key:` or `-`.
fn child(value: &Value, indent: usize, random: &mut Random, out: &mut String) {
    let empty = match value {
        Value::Array(items) => items.is_empty(),
        Value::Object(entries) => entries.is_empty(),
        _ => true,
    };
    if empty || random.below(8) == 0 {
        let one = flow(value, random);
        let blanks = ["", " ", "   "][random.below(3)];
        let _ = writeln!(out, " {blanks}{one}{}", random.pick(&["", "", " # mine"]));
    } else {
        out.push_str(random.pick(&["\n", " # mine\n"]));
        block(value, indent, random, out);
    }
}

fn flow(value: &Value, random: &mut Random) -> String {
    match value {
        Value::Array(items) => {
            let items: Vec<String> = items.iter().map(|item| flow(item, random)).collect();
            format!("[{}]", items.join(", "))
        }
        Value::Object(entries) => {
            let entries: Vec<String> = entries
                .iter()
                .map(|(key, value)| format!("{key}: {}", flow(value, random)))
                .collect();
            format!("{{{}}}", entries.join(", "))
        }
        Value::String(text) => {
            let plain = text.bytes().all(|byte| byte.is_ascii_alphanumeric())
                && scalar(text, ScalarStyle::Plain).is_string();
            match random.below(3) {
                0 if plain => text.clone(),
                1 if !text.contains(['\'', '\n']) => format!("'{text}'"),
                _ => serde_json::to_string(text).unwrap(),
            }
        }
        Value::Null => random.pick(&["null", "~"]).to_owned(),
        other => other.to_string(),
    }
}

#[test]
fn written_text_is_read() {
    let mut random = Random::new(0x0b7e);
    for _ in 0..300 {
        let value = json!({"k": any(&mut random, 4)});
        let text = written(&value, &mut random);
        assert_eq!(values(&text), [value], "{text}");
    }
}

fn any(random: &mut Random, depth: usize) -> Value {
    match random.below(if depth == 0 { 5 } else { 7 }) {
        0 => Value::Null,
        1 => (random.below(2) == 0).into(),
        2 => random.below(99).into(),
        3 | 4 => [
            "a", "true", "10", "01:00.0", "a # b", "é\n", "it's", "null", "",
        ][random.below(9)]
        .into(),
        5 => (0..random.below(4))
            .map(|_| any(random, depth - 1))
            .collect(),
        _ => (0..random.below(4))
            .map(|at| (format!("k{at}"), any(random, depth - 1)))
            .collect(),
    }
}
