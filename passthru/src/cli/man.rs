//! Man pages: clap's, followed by the end of `--help`, with its examples as typed.

use clap::Command;
use clap_mangen::roff::{Roff, roman};

use super::outcome::usage;
use crate::text::Text;

/// The page of one command.
pub(super) fn page(command: &Command, name: &str) -> Result<String, (Text, u8)> {
    let end = command.get_after_help().map(ToString::to_string);
    let named = command
        .clone()
        .display_name(name.to_owned())
        .after_help(None);
    let mut text = Vec::new();
    clap_mangen::Man::new(named)
        .section("1")
        .manual("passthru")
        .render(&mut text)
        .map_err(usage)?;
    let text = String::from_utf8(text).map_err(usage)?;
    Ok(text + &sections(&end.unwrap_or_default()))
}

/// The end of a command's help as sections: examples, the exit status, and notes.
///
/// A line of an example is never filled or broken (`man(7)`, EX): it is copied from the page.
fn sections(help: &str) -> String {
    let mut examples = Roff::new();
    let mut status = Roff::new();
    let mut notes = Roff::new();
    let is_empty = |page: &Roff| *page == Roff::new();
    for block in help
        .split("\n\n")
        .map(str::trim_end)
        .filter(|block| !block.is_empty())
    {
        if let Some(lines) = block.strip_prefix("Examples:\n") {
            examples.control("SH", ["EXAMPLES"]);
            examples.control("EX", []);
            for line in lines.lines() {
                examples.text([roman(line.strip_prefix("  ").unwrap_or(line))]);
            }
            examples.control("EE", []);
            continue;
        }
        let (section, title, text) = match block.strip_prefix("Exit status: ") {
            Some(text) => (&mut status, "EXIT STATUS", text),
            None => (&mut notes, "NOTES", block),
        };
        if is_empty(section) {
            section.control("SH", [title]);
        } else {
            section.control("PP", []);
        }
        section.text([roman(text)]);
    }
    [status, notes, examples]
        .iter()
        .map(Roff::to_roff)
        .collect()
}

#[cfg(test)]
mod tests;
