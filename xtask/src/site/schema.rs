//! The page of the JSON documents, from their schema.

use std::error::Error;
use std::fmt::Write as _;

use serde_json::Value;

use super::markdown::escaped;

/// A page with each form of the schema: its meaning and its fields.
///
/// # Errors
///
/// If the schema is not JSON, or has no `$defs`.
pub(crate) fn page(schema: &str) -> Result<String, Box<dyn Error>> {
    let schema: Value = serde_json::from_str(schema)?;
    let forms = at(&schema, "$defs")
        .as_object()
        .ok_or("the schema has no $defs")?;
    let mut page = "# JSON schema\n\nThis page is generated from \
                    [documents.schema.json](../documents.schema.json). [JSON](../json.md) has the \
                    forms by command.\n"
        .to_owned();
    for (name, form) in forms {
        let about = at(form, "description").as_str().unwrap_or_default();
        write!(page, "\n## {name}\n\n{}\n", cell(about))?;
        let Some(fields) = at(form, "properties").as_object() else {
            writeln!(page, "\nValue: {}", kind(form))?;
            continue;
        };
        page.push_str("\n| field | value | meaning |\n| --- | --- | --- |\n");
        for (field, value) in fields {
            let about = at(value, "description").as_str().unwrap_or_default();
            writeln!(page, "| `{field}` | {} | {} |", kind(value), cell(about))?;
        }
    }
    Ok(page)
}

/// The value of a key, or null.
fn at<'a>(value: &'a Value, key: &str) -> &'a Value {
    value.get(key).unwrap_or(&Value::Null)
}

/// Text in a cell of a table.
fn cell(text: &str) -> String {
    escaped(text).replace('|', "\\|")
}

/// The kind of a value, with links to other forms.
fn kind(value: &Value) -> String {
    if let Some(form) = at(value, "$ref").as_str() {
        let name = form.trim_start_matches("#/$defs/");
        return format!("[{name}](#{})", name.to_lowercase());
    }
    if let Some(text) = at(value, "const").as_str() {
        return format!("`{text}`");
    }
    if let Some(words) = at(value, "enum").as_array() {
        let words = words.iter().map(|word| match word.as_str() {
            Some(word) => format!("`{word}`"),
            None => word.to_string(),
        });
        return words.collect::<Vec<_>>().join(", ");
    }
    if let Some(kinds) = at(value, "anyOf").as_array() {
        return kinds.iter().map(kind).collect::<Vec<_>>().join(" or ");
    }
    let name = |name: &str| match name {
        "array" => format!("list of {}", kind(at(value, "items"))),
        name => name.to_owned(),
    };
    match at(value, "type") {
        Value::String(one) => name(one),
        Value::Array(several) => {
            let several = several.iter().filter_map(Value::as_str);
            several.map(name).collect::<Vec<_>>().join(" or ")
        }
        _ => "any value".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_form_has_its_fields() {
        let schema = r##"{"$defs": {"A": {"description": "An a|b.", "properties": {
            "one": {"type": ["string", "null"], "description": "First."},
            "two": {"type": "array", "items": {"$ref": "#/$defs/B"}}}},
            "B": {"enum": ["x", "y"], "description": "Words."}}}"##;
        let page = page(schema).unwrap();
        let (_, forms) = page.split_once("\n## ").unwrap();
        assert_eq!(
            forms,
            "A\n\nAn a\\|b.\n\n| field | value | meaning |\n| --- | --- | --- |\n\
             | `one` | string or null | First. |\n| `two` | list of [B](#b) |  |\n\
             \n## B\n\nWords.\n\nValue: `x`, `y`\n"
        );
    }
}
