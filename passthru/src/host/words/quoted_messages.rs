//! Lines that a text quotes apart from a log, because it asks about them: its title, and lines that a
//! sentence announces as an error or a warning.

#[cfg(test)]
mod tests;

use host_tree::{CommandText, Evidence, numbered_lines};

use crate::host::words::phrases::quoted_messages::ANNOUNCES;
use crate::host::words::prose::is_sentence;
use crate::input::is_logged;
use crate::prompt::Prompt;

/// The longest line that announces another, in bytes.
const LONGEST: usize = 400;

/// Maximum number of lines.
const MOST: usize = 16;

/// The lines that the texts ask about.
pub(in crate::host) fn read(texts: &[CommandText]) -> Vec<Evidence> {
    let mut found = Vec::new();
    for text in texts.iter().filter(|text| !text.is_output) {
        let mut before = "";
        for (number, line) in numbered_lines(&text.text) {
            let shown = line.trim();
            if shown.is_empty() || shown.starts_with("```") {
                continue;
            }
            let is_title = number == 1 && is_headed(&text.text);
            let is_bare = !is_logged(shown) && Prompt::read(line).is_none();
            let is_quoted =
                announces(before) || announces(shown) && shown.contains(['`', '"', '“']);
            if is_bare && (is_title || is_quoted) && found.len() < MOST {
                found.push(Evidence::new(&*text.command, number, shown));
            }
            before = shown;
        }
    }
    found
}

/// Whether a blank line is behind the first one, and a sentence behind that: a title.
fn is_headed(text: &str) -> bool {
    let mut lines = text
        .lines()
        .skip(1)
        .skip_while(|line| line.trim().is_empty());
    let is_apart = text
        .lines()
        .nth(1)
        .is_some_and(|line| line.trim().is_empty());
    is_apart && lines.next().is_some_and(is_sentence)
}

/// Whether the line is a sentence that announces a message.
fn announces(line: &str) -> bool {
    if line.is_empty() || line.len() > LONGEST || is_logged(line) {
        return false;
    }
    let lower = line.to_lowercase();
    let is_program = lower.starts_with("error:") || lower.starts_with("warning:");
    !is_program && ANNOUNCES.iter().any(|word| lower.contains(word))
}
