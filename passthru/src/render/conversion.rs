//! A conversion, for people.

use std::fmt::Write as _;

use hvconf::emitted::Emitted;

use super::wrap::clean;
use crate::remedy::shown;

/// Where the file of a conversion is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Converted {
    /// It is to be printed.
    Shown,
    /// It was written: the rest is to be printed.
    Written,
}

/// What was converted: the file, what to run, what to do, and what has no
/// counterpart.
#[must_use]
pub fn conversion(emitted: &Emitted, file: Converted) -> String {
    let mut text = String::new();
    for (index, each) in emitted.files.iter().enumerate() {
        if index == 0 && file == Converted::Written {
            continue;
        }
        if index > 0 {
            let _ = writeln!(text, "\n{}:", clean(&each.path));
        }
        text.push_str(&each.to_string());
    }
    let mut rest = String::new();
    section(
        &mut rest,
        "run",
        emitted.commands.iter().map(|command| shown(&command.argv)),
    );
    section(
        &mut rest,
        "do",
        emitted
            .steps
            .iter()
            .map(|step| clean(&step.text).into_owned()),
    );
    section(
        &mut rest,
        "has no counterpart",
        emitted
            .lost
            .iter()
            .map(|lost| clean(&lost.to_string()).into_owned()),
    );
    if !rest.is_empty() && !text.is_empty() {
        text.push('\n');
    }
    text + &rest
}

fn section(text: &mut String, title: &str, items: impl Iterator<Item = String>) {
    let mut items = items.peekable();
    if items.peek().is_some() {
        let _ = writeln!(text, "{title}:");
    }
    for item in items {
        let _ = writeln!(text, "  {item}");
    }
}
