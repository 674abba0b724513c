//! `cargo xtask python`: the fields of the Python package's classes, from the schema of the
//! documents.
//!
//! A comment in a class names its type: the lines from `# Fields of the schema's Device.` up to
//! `# End of the fields.` are generated. `# Words of the schema's Verdict.` and `# Kinds of the
//! schema's Remedy, read by remedy_of.` name the class for a type in other classes.

use std::collections::BTreeMap;
use std::error::Error;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use crate::documents::{self, Field, Kind, Shape, Type};

const FIELDS: &str = "    # Fields of the schema's ";
const WORDS: &str = "    # Words of the schema's ";
const KINDS: &str = "    # Kinds of the schema's ";
const END: &str = "    # End of the fields.";

/// The Python form of a schema type.
enum Class {
    /// A class of words, called with one.
    Words(String),
    /// A class, made by its `_of`.
    Fields(String),
    /// A class with a function that makes one of its kinds.
    Kinds(String, String),
}

/// A file of the package, its text, and its generated text.
type File = (PathBuf, String, String);

/// The package's folder.
pub(crate) fn folder() -> PathBuf {
    let top = env!("CARGO_MANIFEST_DIR");
    [top, "..", "python", "python", "passthru"].iter().collect()
}

/// Writes the fields.
pub(crate) fn make(folder: &Path) -> Result<String, Box<dyn Error>> {
    let mut count = 0;
    for (path, found, expected) in files(folder)? {
        if found != expected {
            fs::write(&path, expected).map_err(|error| format!("{}: {error}", path.display()))?;
            count += 1;
        }
    }
    Ok(format!("{}: {count} files changed", folder.display()))
}

/// Fails if the committed fields do not match the schema.
pub(crate) fn check(folder: &Path) -> Result<String, Box<dyn Error>> {
    for (path, found, expected) in files(folder)? {
        if found != expected {
            let path = path.display();
            let wrong = "expected the fields of the schema, found others";
            return Err(format!("{path}: {wrong}: run 'cargo xtask python'").into());
        }
    }
    Ok(format!("{}: fresh", folder.display()))
}

/// The files of the package.
fn files(folder: &Path) -> Result<Vec<File>, Box<dyn Error>> {
    let mut texts = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.extension().is_some_and(|end| end == "py") {
            let text = fs::read_to_string(&path)?;
            texts.push((path, text));
        }
    }
    texts.sort();
    let types = documents::read(&folder.join("../../../docs/documents.schema.json"))?;
    let mut classes = BTreeMap::new();
    for (_, text) in &texts {
        find_classes(text, &types, &mut classes)?;
    }
    let write = |(path, text): (PathBuf, String)| {
        let expected = written(&text, &types, &classes)
            .map_err(|error| format!("{}: {error}", path.display()))?;
        Ok((path, text, expected))
    };
    texts.into_iter().map(write).collect()
}

fn type_of<'t>(types: &'t [Type], name: &str) -> Result<&'t Type, String> {
    let found = types.iter().find(|known| known.name == name);
    found.ok_or_else(|| format!("expected a type of the schema, found {name}"))
}

/// The class of each type.
fn find_classes(
    text: &str,
    types: &[Type],
    classes: &mut BTreeMap<String, Class>,
) -> Result<(), Box<dyn Error>> {
    let mut class = "";
    for line in text.lines() {
        if let Some(rest) = line.strip_prefix("class ") {
            class = rest.split(['(', ':']).next().unwrap_or_default();
        }
        let class = class.to_owned();
        if let Some(name) = line.strip_prefix(WORDS) {
            let name = name.trim_end_matches('.');
            if let Shape::Words(words) = &type_of(types, name)?.shape {
                let has = |word: &&String| !text.contains(&format!("\"{word}\""));
                if let Some(word) = words.iter().find(has) {
                    return Err(format!("{class}: expected the word {word}, found none").into());
                }
            }
            classes.insert(name.to_owned(), Class::Words(class));
        } else if let Some(rest) = line.strip_prefix(KINDS) {
            let (name, reader) = rest
                .trim_end_matches('.')
                .split_once(", read by ")
                .ok_or_else(|| format!("{class}: expected ', read by', found '{rest}'"))?;
            classes.insert(name.to_owned(), Class::Kinds(class, reader.to_owned()));
        } else if let Some(rest) = line.strip_prefix(FIELDS) {
            let Block { name, kind, .. } = Block::read(rest);
            if kind.is_none() {
                classes.insert(name.to_owned(), Class::Fields(class));
            }
        }
    }
    Ok(())
}

/// The type that a comment names.
struct Block<'l> {
    name: &'l str,
    /// Which of several kinds.
    kind: Option<&'l str>,
}

impl<'l> Block<'l> {
    fn read(rest: &'l str) -> Self {
        let rest = rest.trim_end_matches('.');
        match rest.split_once(' ') {
            Some((name, kind)) => Self {
                name,
                kind: Some(kind),
            },
            None => Self {
                name: rest,
                kind: None,
            },
        }
    }
}

/// The text with regenerated fields.
fn written(
    text: &str,
    types: &[Type],
    classes: &BTreeMap<String, Class>,
) -> Result<String, Box<dyn Error>> {
    let mut out = String::new();
    let mut lines = text.lines();
    while let Some(line) = lines.next() {
        writeln!(out, "{line}")?;
        let Some(rest) = line.strip_prefix(FIELDS) else {
            continue;
        };
        if !lines.any(|line| line == END) {
            return Err(format!("expected '{END}' after '{line}', found none").into());
        }
        let block = Block::read(rest);
        let of = type_of(types, block.name)?;
        fields(&block, of, types, classes, &mut out)?;
        writeln!(out, "{END}")?;
    }
    Ok(out)
}

fn fields(
    block: &Block<'_>,
    of: &Type,
    types: &[Type],
    classes: &BTreeMap<String, Class>,
    out: &mut String,
) -> Result<(), Box<dyn Error>> {
    let all = match (&of.shape, block.kind) {
        (Shape::Fields(all), None) => all,
        (Shape::Kinds(kinds), Some(kind)) => {
            let found = kinds.iter().find(|(word, _)| word == kind);
            let (_, all) = found.ok_or_else(|| format!("{} has no kind {kind}", of.name))?;
            all
        }
        _ => return Err(format!("expected fields of {}, found none", of.name).into()),
    };
    let mut parts = Vec::new();
    for field in all.iter().filter(|field| field.name != "schema") {
        let name = &field.name;
        let kind = python(&field.kind, types, classes)?;
        writeln!(out, "    {name}: {kind}")?;
        docstring(field, out)?;
        if let Some(reader) = reader(&field.kind, types, classes)? {
            parts.push(format!("\"{name}\": {reader}"));
        }
    }
    if parts.is_empty() {
        return Ok(());
    }
    let line = format!("    _parts = {{{}}}", parts.join(", "));
    if line.len() <= 95 {
        writeln!(out, "\n{line}")?;
    } else {
        let parts = parts.join(",\n        ");
        writeln!(out, "\n    _parts = {{\n        {parts},\n    }}")?;
    }
    Ok(())
}

/// Description of a field, wrapped at column 96.
fn docstring(field: &Field, out: &mut String) -> std::fmt::Result {
    let text = field.description.replace("null", "None");
    let mut line = "    \"\"\"".to_owned();
    let mut is_first = true;
    for word in text.split_whitespace() {
        if line.len() + word.len() >= 92 {
            writeln!(out, "{line}")?;
            line = "   ".to_owned();
            is_first = false;
        }
        if !is_first || !line.ends_with("\"\"\"") {
            line.push(' ');
        }
        line.push_str(word);
    }
    writeln!(out, "{line}\"\"\"")
}

/// The Python type of a field.
fn python(
    kind: &Kind,
    types: &[Type],
    classes: &BTreeMap<String, Class>,
) -> Result<String, String> {
    Ok(match kind {
        Kind::Text => "str".to_owned(),
        Kind::Boolean => "bool".to_owned(),
        Kind::Natural | Kind::Integer => "int".to_owned(),
        Kind::Optional(kind) => format!("{} | None", python(kind, types, classes)?),
        Kind::List(kind) => format!("tuple[{}, ...]", python(kind, types, classes)?),
        Kind::Pair(kind) => {
            let one = python(kind, types, classes)?;
            format!("tuple[{one}, {one}]")
        }
        Kind::Named(name) => match class(name, types, classes)? {
            None => "str".to_owned(),
            Some(Class::Words(class) | Class::Fields(class) | Class::Kinds(class, _)) => {
                class.clone()
            }
        },
    })
}

/// Conversion of a field's JSON values; `None` if unchanged.
fn reader(
    kind: &Kind,
    types: &[Type],
    classes: &BTreeMap<String, Class>,
) -> Result<Option<String>, String> {
    let Some(name) = documents::named(kind) else {
        return Ok(None);
    };
    Ok(class(name, types, classes)?.map(|class| match class {
        Class::Words(class) => class.clone(),
        Class::Fields(class) => format!("{class}._of"),
        Class::Kinds(_, reader) => reader.clone(),
    }))
}

/// The class of a type; `None` for a string.
fn class<'c>(
    name: &str,
    types: &[Type],
    classes: &'c BTreeMap<String, Class>,
) -> Result<Option<&'c Class>, String> {
    if let Shape::Address = type_of(types, name)?.shape {
        return Ok(None);
    }
    let found = classes.get(name);
    found
        .map(Some)
        .ok_or_else(|| format!("expected a class that says it is made of {name}, found none"))
}
