//! A conversion, for people.

use std::fmt::Write as _;

use hvconf::emitted::Emitted;

use super::Style;
use super::wrap::clean;
use crate::remedy::shown;
use crate::text::{Text, text};

/// Where the file of a conversion is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Converted {
    /// It is printed.
    Shown,
    /// It was written: the rest is printed.
    Written,
}

/// The result of a conversion: the file, commands, manual steps, and settings that are not
/// converted.
#[must_use]
pub fn conversion(emitted: &Emitted, file: Converted, style: Style) -> String {
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
        &text!("run:"),
        emitted.commands.iter().map(|command| shown(&command.argv)),
        style,
    );
    section(
        &mut rest,
        &text!("manual steps:"),
        emitted
            .steps
            .iter()
            .map(|step| style.say(&Text::of_english(clean(&step.text)))),
        style,
    );
    section(
        &mut rest,
        &text!("not converted:"),
        emitted
            .not_converted
            .iter()
            .map(|not_converted| style.say(&Text::of_english(clean(&not_converted.to_string())))),
        style,
    );
    if !rest.is_empty() && !text.is_empty() {
        text.push('\n');
    }
    text + &rest
}

fn section(text: &mut String, title: &Text, items: impl Iterator<Item = String>, style: Style) {
    let mut items = items.peekable();
    if items.peek().is_some() {
        let _ = writeln!(text, "{}", style.say(title));
    }
    for item in items {
        let _ = writeln!(text, "  {item}");
    }
}
