//! The JSON schema of the documents, as far as classes are generated from it.

use std::error::Error;
use std::fs;
use std::path::Path;

use serde_json::Value;

/// A type of the schema.
pub(crate) struct Type {
    pub(crate) name: String,
    pub(crate) description: String,
    pub(crate) shape: Shape,
}

/// Shape of a type.
pub(crate) enum Shape {
    /// The address of a function.
    Address,
    /// One of several words; more may be added.
    Words(Vec<String>),
    /// An object.
    Fields(Vec<Field>),
    /// An object whose `kind` determines its further fields.
    Kinds(Vec<KindOf>),
}

/// A word of `kind`, and the further fields of such an object.
pub(crate) type KindOf = (String, Vec<Field>);

/// A field of an object.
pub(crate) struct Field {
    pub(crate) name: String,
    pub(crate) description: String,
    pub(crate) kind: Kind,
}

/// Type of a field.
#[derive(Clone)]
pub(crate) enum Kind {
    Text,
    Boolean,
    Natural,
    Integer,
    Named(String),
    Optional(Box<Kind>),
    List(Box<Kind>),
    Pair(Box<Kind>),
}

/// Reads the types, each after those that it uses.
pub(crate) fn read(path: &Path) -> Result<Vec<Type>, Box<dyn Error>> {
    let text = fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()))?;
    let schema: Value = serde_json::from_str(&text)?;
    let all = schema.get("$defs").and_then(Value::as_object);
    let all = all.ok_or("expected $defs")?;
    let mut sorted = Vec::new();
    for (name, schema) in all {
        add(name, schema, &schema_of(all), &mut sorted)?;
    }
    Ok(sorted)
}

/// Looks a type up by its name.
fn schema_of(all: &serde_json::Map<String, Value>) -> impl Fn(&str) -> Result<Value, String> {
    move |name| {
        let found = all.get(name).cloned();
        found.ok_or_else(|| format!("expected a type in $defs, found no {name}"))
    }
}

/// Adds a type after those that it uses.
fn add(
    name: &str,
    schema: &Value,
    find: &dyn Fn(&str) -> Result<Value, String>,
    sorted: &mut Vec<Type>,
) -> Result<(), Box<dyn Error>> {
    if sorted.iter().any(|known| known.name == name) {
        return Ok(());
    }
    let shape = shape(name, schema)?;
    let fields: Vec<&Field> = match &shape {
        Shape::Fields(fields) => fields.iter().collect(),
        Shape::Kinds(kinds) => kinds.iter().flat_map(|(_, fields)| fields).collect(),
        _ => Vec::new(),
    };
    for field in fields {
        if let Some(part) = named(&field.kind) {
            add(part, &find(part)?, find, sorted)?;
        }
    }
    sorted.push(Type {
        name: name.to_owned(),
        description: text(schema, "description")?,
        shape,
    });
    Ok(())
}

/// The type of a field's values.
pub(crate) fn named(kind: &Kind) -> Option<&str> {
    match kind {
        Kind::Named(name) => Some(name),
        Kind::Optional(kind) | Kind::List(kind) | Kind::Pair(kind) => named(kind),
        _ => None,
    }
}

fn shape(name: &str, schema: &Value) -> Result<Shape, Box<dyn Error>> {
    if name == "Address" {
        return Ok(Shape::Address);
    }
    if let Some(words) = schema["enum"].as_array() {
        let words = words.iter().filter_map(Value::as_str);
        return Ok(Shape::Words(words.map(str::to_owned).collect()));
    }
    if let Some(kinds) = schema["oneOf"].as_array() {
        return Ok(Shape::Kinds(of_kinds(kinds)?));
    }
    Ok(Shape::Fields(fields(schema)?))
}

/// The fields of an object, required ones first, in order.
fn fields(schema: &Value) -> Result<Vec<Field>, Box<dyn Error>> {
    let properties = schema["properties"]
        .as_object()
        .ok_or("expected properties")?;
    let required = schema["required"].as_array().ok_or("expected required")?;
    let mut names: Vec<&str> = required.iter().filter_map(Value::as_str).collect();
    let is_required = |name: &str| required.iter().any(|known| known == name);
    names.extend(
        properties
            .keys()
            .map(String::as_str)
            .filter(|name| !is_required(name)),
    );
    let field = |name: &str| -> Result<Field, Box<dyn Error>> {
        let schema = properties.get(name).unwrap_or(&Value::Null);
        let kind = kind(schema).map_err(|error| format!("{name}: {error}"))?;
        Ok(Field {
            name: name.to_owned(),
            description: described(schema),
            kind: if is_required(name) {
                kind
            } else {
                optional(kind)
            },
        })
    };
    names.into_iter().map(field).collect()
}

/// Description of a field, with its words.
fn described(schema: &Value) -> String {
    let mut description = text(schema, "description").unwrap_or_default();
    if let Some(words) = schema["enum"].as_array() {
        let words: Vec<&str> = words.iter().filter_map(Value::as_str).collect();
        if !words.iter().any(|word| description.contains(word)) {
            description = format!("{description} One of {}.", words.join(", "));
        }
    }
    description
}

/// Each kind with its fields.
fn of_kinds(kinds: &[Value]) -> Result<Vec<KindOf>, Box<dyn Error>> {
    let read = |schema: &Value| {
        let word = schema.pointer("/properties/kind").unwrap_or(&Value::Null);
        let word = text(word, "const")?;
        let mut fields = fields(schema)?;
        fields.retain(|field| field.name != "kind");
        Ok((word, fields))
    };
    kinds.iter().map(read).collect()
}

/// The fields of objects of several kinds, all optional.
pub(crate) fn merged(kinds: &[KindOf]) -> Vec<Field> {
    let words: Vec<&str> = kinds.iter().map(|(word, _)| word.as_str()).collect();
    let mut all = vec![Field {
        name: "kind".to_owned(),
        description: format!("Which it is: {}.", words.join(", ")),
        kind: Kind::Text,
    }];
    for (word, fields) in kinds {
        for field in fields {
            let of = format!("Of {word}: {}", field.description);
            match all.iter_mut().find(|known| known.name == field.name) {
                Some(known) => known.description = format!("{} {of}", known.description),
                None => all.push(Field {
                    description: of,
                    kind: optional(field.kind.clone()),
                    name: field.name.clone(),
                }),
            }
        }
    }
    all
}

/// Nullable values.
fn optional(kind: Kind) -> Kind {
    match kind {
        Kind::Optional(_) => kind,
        kind => Kind::Optional(Box::new(kind)),
    }
}

fn kind(schema: &Value) -> Result<Kind, Box<dyn Error>> {
    if let Some(reference) = schema["$ref"].as_str() {
        let name = reference.trim_start_matches("#/$defs/");
        return Ok(Kind::Named(name.to_owned()));
    }
    if let Some([one, null]) = schema["anyOf"].as_array().map(Vec::as_slice)
        && null["type"] == "null"
    {
        return Ok(optional(kind(one)?));
    }
    if let Some(words) = schema["enum"].as_array() {
        let has_null = words.iter().any(Value::is_null);
        return Ok(if has_null {
            optional(Kind::Text)
        } else {
            Kind::Text
        });
    }
    if schema["const"].is_string() {
        return Ok(Kind::Text);
    }
    Ok(match schema["type"].as_str() {
        Some("string") => Kind::Text,
        Some("boolean") => Kind::Boolean,
        Some("integer") if schema["minimum"] == 0 => Kind::Natural,
        Some("integer") => Kind::Integer,
        Some("array") if schema["minItems"] == 2 && schema["maxItems"] == 2 => {
            Kind::Pair(Box::new(kind(&schema["items"])?))
        }
        Some("array") => Kind::List(Box::new(kind(&schema["items"])?)),
        _ => return Err(format!("expected a type that classes have, found {schema}").into()),
    })
}

fn text(schema: &Value, name: &str) -> Result<String, Box<dyn Error>> {
    let found = schema[name].as_str().map(str::to_owned);
    found.ok_or_else(|| format!("expected {name}, found {schema}").into())
}
