//! `cargo xtask header`: the header for C++, from its template and the schema of the documents.

use std::error::Error;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use crate::documents::{self, Field, Kind, Shape, Type};

const NOTICE: &str = "// Made from passthru.hpp.in and docs/documents.schema.json by `cargo xtask header`: changes\n\
                      // made here are lost.";

/// The header's text.
pub(crate) fn generated(ffi: &Path) -> Result<String, Box<dyn Error>> {
    let template = fs::read_to_string(ffi.join("passthru.hpp.in"))?;
    let types = documents::read(&ffi.join("../docs/documents.schema.json"))?;
    let classes: String = types
        .iter()
        .map(|each| class(each, &types))
        .collect::<Result<_, _>>()?;
    Ok(template
        .replace("@notice@", NOTICE)
        .replace("@classes@\n", &classes))
}

/// Name of a class. Active objects have the plain one.
fn class_name(name: &str) -> &str {
    match name {
        "Plan" => "PlanContent",
        name => name,
    }
}

fn class(of: &Type, types: &[Type]) -> Result<String, std::fmt::Error> {
    let mut out = String::new();
    match &of.shape {
        Shape::Address => {}
        Shape::Words(words) => {
            comment(&of.description, "", &mut out)?;
            let namespace = snake(&of.name);
            writeln!(out, "namespace {namespace} {{")?;
            for word in words {
                let name = word.replace('-', "_");
                writeln!(
                    out,
                    "inline constexpr std::string_view {name} = \"{word}\";"
                )?;
            }
            writeln!(out, "}} // namespace {namespace}\n")?;
        }
        Shape::Fields(fields) => typed(of, fields, types, &mut out)?,
        Shape::Kinds(kinds) => typed(of, &documents::merged(kinds), types, &mut out)?,
    }
    Ok(out)
}

/// A class with these fields.
fn typed(of: &Type, fields: &[Field], types: &[Type], out: &mut String) -> std::fmt::Result {
    comment(&of.description, "", out)?;
    let name = class_name(&of.name);
    writeln!(out, "class {name} : public detail::Typed {{\npublic:")?;
    writeln!(out, "    using Typed::Typed;")?;
    for field in fields {
        member(field, types, out)?;
    }
    writeln!(out, "}};\n")
}

fn member(field: &Field, types: &[Type], out: &mut String) -> std::fmt::Result {
    comment(&field.description, "    ", out)?;
    let kind = cpp(&field.kind, types);
    let name = &field.name;
    let head = format!("    {kind} {name}() const");
    let body = format!("return detail::Read<{kind}>::of(json()[\"{name}\"]);");
    if head.len() + body.len() + 5 <= 100 {
        writeln!(out, "{head} {{ {body} }}")
    } else {
        writeln!(out, "{head}\n    {{\n        {body}\n    }}")
    }
}

/// The C++ type of a field.
fn cpp(kind: &Kind, types: &[Type]) -> String {
    match kind {
        Kind::Text => "std::string_view".to_owned(),
        Kind::Boolean => "bool".to_owned(),
        Kind::Natural => "std::uint64_t".to_owned(),
        Kind::Integer => "std::int64_t".to_owned(),
        Kind::Named(name) => {
            let mut known = types.iter().filter(|known| known.name == *name);
            let is_word = known.any(|known| matches!(known.shape, Shape::Words(_)));
            if is_word {
                "std::string_view".to_owned()
            } else {
                class_name(name).to_owned()
            }
        }
        Kind::Optional(kind) => format!("std::optional<{}>", cpp(kind, types)),
        Kind::List(kind) | Kind::Pair(kind) => format!("List<{}>", cpp(kind, types)),
    }
}

/// A comment, wrapped at column 100.
fn comment(text: &str, indent: &str, out: &mut String) -> std::fmt::Result {
    let mut line = format!("{indent}//");
    for word in text.split_whitespace() {
        if line.len() + word.len() >= 99 {
            writeln!(out, "{line}")?;
            line = format!("{indent}//");
        }
        line.push(' ');
        line.push_str(word);
    }
    writeln!(out, "{line}")
}

/// `GuestSetup` as `guest_setup`.
fn snake(name: &str) -> String {
    let mut out = String::new();
    for letter in name.chars() {
        if letter.is_ascii_uppercase() && !out.is_empty() {
            out.push('_');
        }
        out.push(letter.to_ascii_lowercase());
    }
    out
}
