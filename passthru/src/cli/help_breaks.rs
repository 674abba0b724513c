//! Line breaks in help without blanks between words, as in Chinese.
//!
//! clap breaks lines only at blanks, and counts one column for each character. So each wide character
//! is followed by a blank where a line may break, and by [`TIE`] elsewhere: clap then counts two
//! columns for it. Both are removed from the rendered help.

use crate::render::{units, width};

/// Counts as one column, and is not printed: of Unicode's private use area.
const TIE: char = '\u{e000}';

/// The columns for clap, which counts only one for a wide character at the end of a line.
pub(super) const fn columns(columns: usize) -> usize {
    columns.saturating_sub(1)
}

/// `text` with a blank at each place where a line may break.
pub(super) fn added(text: &str) -> String {
    let mut added = String::with_capacity(text.len());
    for piece in text.split_inclusive([' ', '\n']) {
        let word = piece.trim_end_matches([' ', '\n']);
        let mut units = units(word).peekable();
        while let Some(unit) = units.next() {
            let mut characters = unit.chars().peekable();
            while let Some(c) = characters.next() {
                added.push(c);
                if is_wide(c) {
                    let may_break = characters.peek().is_none() && units.peek().is_some();
                    added.push(if may_break { ' ' } else { TIE });
                }
            }
        }
        added.extend(piece.strip_prefix(word));
    }
    added
}

/// Rendered help without the characters of [`added`].
pub(super) fn removed(text: &str) -> String {
    let mut removed = String::with_capacity(text.len());
    let mut was_wide = false;
    for c in text.chars() {
        let is_added = c == TIE || (was_wide && c == ' ');
        if !is_added {
            removed.push(c);
        }
        was_wide = !is_added && is_wide(c);
    }
    removed
}

fn is_wide(c: char) -> bool {
    width(c.encode_utf8(&mut [0; 4])) == 2
}

#[cfg(test)]
mod tests;
