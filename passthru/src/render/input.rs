//! The texts of the input with the kind of each line in the margin.

use host_tree::CommandText;

use super::Style;
use super::wrap::{clean, pad};
use crate::input::{Attribution, attributions};
use crate::text::text;

/// The width of the margin, in columns.
const MARGIN: usize = 18;

/// Each text, its lines after the names of the sources that recognize them.
#[must_use]
pub fn shown_input(texts: &[CommandText], style: Style) -> String {
    let mut out = String::new();
    for text in texts {
        let lines = attributions(&text.command, &text.text);
        out.push_str(&format!("{}\n", clean(&text.command)));
        for (line, attribution) in text.text.lines().zip(&lines) {
            let name = match attribution {
                Attribution::Kind(kind) => kind.name().to_owned(),
                Attribution::Command => style.say(&text!("command")),
                Attribution::Blank => String::new(),
                Attribution::NotUnderstood => "?".to_owned(),
            };
            let name: String = name.chars().take(MARGIN).collect();
            out.push_str(format!("{} | {}", pad(&name, MARGIN), clean(line)).trim_end());
            out.push('\n');
        }
        out.push('\n');
    }
    out
}

/// The sentence with the number of lines that no source recognizes; none if all are recognized.
#[must_use]
pub fn not_understood_line((unknown, all): (usize, usize), style: Style) -> Option<String> {
    (unknown > 0).then(|| {
        style.say(&text!(
            "not recognized: {unknown} of {all} lines (--show-input marks them)",
            unknown,
            all
        ))
    })
}
