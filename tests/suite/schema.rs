//! Documents against docs/documents.schema.json: each field has the type that the schema says,
//! and the schema says each field.

use std::collections::BTreeSet;
use std::fs;
use std::sync::LazyLock;

use serde_json::Value;

use crate::command::top;

static SCHEMA: LazyLock<Value> = LazyLock::new(|| {
    let text = fs::read_to_string(top().join("docs/documents.schema.json")).unwrap();
    serde_json::from_str(&text).unwrap()
});

fn definition(name: &str) -> &'static Value {
    let name = name.trim_start_matches("#/$defs/");
    let found = SCHEMA["$defs"].get(name);
    found.unwrap_or_else(|| panic!("the schema has no {name}"))
}

/// The definitions that are forms, and the form of each.
pub(crate) fn forms() -> Vec<(&'static str, &'static Value)> {
    let all = SCHEMA["oneOf"].as_array().unwrap();
    let form = |each: &'static Value| {
        let definition = definition(each["$ref"].as_str().unwrap());
        let form = definition["properties"]["schema"]["const"].as_str();
        (form.unwrap(), definition)
    };
    all.iter().map(form).collect()
}

/// Fails unless a document is as the schema says, and has no other fields.
pub(crate) fn conforms(document: &Value, what: &str) {
    let form = document["schema"].as_str();
    let form = form.unwrap_or_else(|| panic!("{what}: no schema"));
    let forms = forms();
    let found = forms.iter().find(|(known, _)| *known == form);
    let (_, definition) = found.unwrap_or_else(|| panic!("{what}: the schema has no {form}"));
    if let Err(wrong) = check(document, definition, form) {
        panic!("{what}: {wrong}");
    }
}

fn check(value: &Value, schema: &Value, place: &str) -> Result<(), String> {
    if let Some(name) = schema["$ref"].as_str() {
        return check(value, definition(name), place);
    }
    for any in ["anyOf", "oneOf"] {
        if let Some(ways) = schema[any].as_array() {
            let tried = ways.iter().map(|way| check(value, way, place));
            let wrong: Result<Vec<String>, ()> = tried.map(|found| found.err().ok_or(())).collect();
            return wrong.map_or(Ok(()), |wrong| Err(wrong.join("; ")));
        }
    }
    if schema.get("const").is_some_and(|word| word != value) {
        return Err(format!(
            "{place}: expected {}, found {value}",
            schema["const"]
        ));
    }
    if let Some(words) = schema["enum"].as_array()
        && !words.contains(value)
    {
        return Err(format!("{place}: expected one of {words:?}, found {value}"));
    }
    let is_right = match schema["type"].as_str() {
        Some("string") => value.is_string(),
        Some("boolean") => value.is_boolean(),
        Some("integer") if schema["minimum"] == 0 => value.is_u64(),
        Some("integer") => value.is_i64() || value.is_u64(),
        Some("null") => value.is_null(),
        Some("array") => value.is_array(),
        Some("object") => value.is_object(),
        Some(other) => panic!("{place}: the schema has a type {other}"),
        None => true,
    };
    if !is_right {
        return Err(format!(
            "{place}: expected {}, found {value}",
            schema["type"]
        ));
    }
    for (index, element) in value.as_array().into_iter().flatten().enumerate() {
        check(element, &schema["items"], &format!("{place}/{index}"))?;
    }
    let Some(members) = value.as_object() else {
        return Ok(());
    };
    for name in schema["required"].as_array().into_iter().flatten() {
        let name = name.as_str().unwrap();
        if !members.contains_key(name) {
            return Err(format!("{place}: expected {name}, found none"));
        }
    }
    for (name, member) in members {
        let Some(schema) = schema["properties"].get(name) else {
            return Err(format!("{place}: the schema has no field {name}"));
        };
        check(member, schema, &format!("{place}/{name}"))?;
    }
    Ok(())
}

#[test]
fn every_form_of_the_page_has_a_schema_and_every_schema_is_on_the_page() {
    let page = fs::read_to_string(top().join("docs/json.md")).unwrap();
    let on_page: BTreeSet<&str> = page
        .split('`')
        .skip(1)
        .step_by(2)
        .filter(|code| code.starts_with("passthru-") && code.contains('/'))
        .collect();
    let of_schema: BTreeSet<&str> = forms().into_iter().map(|(form, _)| form).collect();
    assert_eq!(on_page, of_schema);
}

#[test]
fn a_wrong_document_is_reported() {
    let schema = definition("Explanation");
    let right = serde_json::json!({
        "schema": "passthru-explanation/1", "query": "a", "meaning": "b", "source": "c",
    });
    assert_eq!(check(&right, schema, ""), Ok(()));
    let mut wrong = right.clone();
    wrong["more"] = Value::Null;
    assert!(
        check(&wrong, schema, "")
            .unwrap_err()
            .contains("no field more")
    );
    wrong = right.clone();
    wrong["query"] = Value::Null;
    assert!(check(&wrong, schema, "").unwrap_err().contains("/query"));
    wrong = right;
    wrong.as_object_mut().unwrap().remove("source");
    assert!(
        check(&wrong, schema, "")
            .unwrap_err()
            .contains("expected source")
    );
}
