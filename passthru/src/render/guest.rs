//! The steps inside a guest, for people.

use std::fmt::Write as _;

use hvconf::emitted::Emitted;

use super::style::Style;
use super::wrap::{clean, paragraph};
use crate::remedy::shown;
use crate::text::{Text, text};

/// The setup inside a guest: each file with the purpose of its lines, commands, manual steps.
#[must_use]
pub fn guest(emitted: &Emitted, style: Style) -> String {
    let mut text = String::new();
    for file in &emitted.files {
        let _ = writeln!(text, "{}:", clean(&file.path));
        for line in &file.lines {
            // As a plan shows a new file's lines, which are not broken.
            let _ = writeln!(text, "    +{}", clean(&line.text));
        }
        text.push('\n');
    }
    if !emitted.commands.is_empty() {
        let _ = writeln!(text, "{}", style.say(&text!("run in the guest:")));
    }
    for command in &emitted.commands {
        let _ = writeln!(text, "    {}", clean(&shown(&command.argv)));
        let why = match command.versions {
            Some(versions) => text!(
                "{why} ({versions})",
                why = Text::of_english(&command.purpose),
                versions
            ),
            None => Text::of_english(&command.purpose),
        };
        text.push_str(&paragraph("      ", &style.say(&why), style.columns));
    }
    if !emitted.steps.is_empty() {
        if !emitted.commands.is_empty() {
            text.push('\n');
        }
        let _ = writeln!(text, "{}", style.say(&text!("manual steps:")));
    }
    for step in &emitted.steps {
        text.push_str(&paragraph(
            "  - ",
            &style.say(&Text::of_english(&step.text)),
            style.columns,
        ));
    }
    text
}
