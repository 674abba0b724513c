//! Text into lines that fit.

use std::borrow::Cow;

use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// The width of `text` on a terminal, in columns.
#[must_use]
pub fn width(text: &str) -> usize {
    // Most cells; the tables of Unicode are slower.
    if text.bytes().all(|byte| matches!(byte, b' '..=b'~')) {
        return text.len();
    }
    text.width()
}

/// `text` with blanks after it up to `columns`.
#[must_use]
pub fn pad(text: &str, columns: usize) -> String {
    let mut padded = text.to_owned();
    push_padded(&mut padded, "", columns.saturating_sub(width(text)));
    padded
}

/// Adds `text` to `line`, with blanks after it up to `columns`.
pub(super) fn push_padded(line: &mut String, text: &str, columns: usize) {
    line.push_str(text);
    let missing = columns.saturating_sub(width(text));
    line.extend(std::iter::repeat_n(' ', missing));
}

/// `text` without characters that move a terminal's cursor or change its state: quoted input is
/// untrusted.
#[must_use]
pub fn clean(text: &str) -> Cow<'_, str> {
    let unsafe_to_print =
        |c: char| c.is_control() || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    if !text.contains(unsafe_to_print) {
        return Cow::Borrowed(text);
    }
    text.chars()
        .map(|c| match c {
            '\t' => ' ',
            c if unsafe_to_print(c) => '\u{fffd}',
            c => c,
        })
        .collect::<String>()
        .into()
}

/// `text` in lines of at most `columns`, broken at blanks; the first line starts
/// with `first`, the others with as many blanks as `first` is wide. A word that
/// is too long for a line is broken.
#[must_use]
pub fn paragraph(first: &str, text: &str, columns: usize) -> String {
    lines(first, text, columns, '\0')
}

/// The same, with each of `whole`, such as a command, on one line even if it is too long: copied
/// text then has no line break.
pub(super) fn paragraph_with(first: &str, text: &str, whole: &[String], columns: usize) -> String {
    let tie = |text: &str| text.replace(' ', &TIE.to_string());
    let mut text = clean(text).into_owned();
    for part in whole {
        let part = clean(part);
        text = text.replace(&*part, &tie(&part));
    }
    lines(first, &text, columns, TIE).replace(TIE, " ")
}

/// Stands for a blank at which no line is broken: of Unicode's private use area.
const TIE: char = '\u{e000}';

fn lines(first: &str, text: &str, columns: usize, tie: char) -> String {
    let indent = width(first);
    let room = columns.saturating_sub(indent).max(20);
    let mut lines: Vec<String> = Vec::new();
    let mut line = String::new();
    for word in clean(text).split(' ') {
        let mut blank = !line.is_empty();
        for unit in units(word) {
            let needed = width(unit) + usize::from(blank);
            if width(&line) + needed > room && !line.is_empty() {
                lines.push(std::mem::take(&mut line));
                blank = false;
            }
            if std::mem::take(&mut blank) {
                line.push(' ');
            }
            if unit.contains(tie) {
                line.push_str(unit);
                continue;
            }
            for c in unit.chars() {
                if width(&line) + c.width().unwrap_or(0) > room {
                    lines.push(std::mem::take(&mut line));
                }
                line.push(c);
            }
        }
    }
    lines.push(line);
    let blank = " ".repeat(indent);
    let mut result = String::new();
    for (index, line) in lines.iter().enumerate() {
        result.push_str(if index == 0 { first } else { &blank });
        result.push_str(line);
        result.push('\n');
    }
    result
}

/// The parts of a word between which a line may be broken: Chinese, Japanese and Korean have no
/// blanks, and a line may break between any two letters, except before closing and after opening
/// punctuation (Unicode Standard Annex 14, classes CL, CP, EX and OP).
pub(crate) fn units(word: &str) -> impl Iterator<Item = &str> {
    let is_wide = |c: char| c.width() == Some(2);
    let closes = |c: char| "，。：；、！？）】》”’".contains(c);
    let opens = |c: char| "（【《“‘".contains(c);
    let mut before: Option<char> = None;
    let mut starts: Vec<usize> = vec![0];
    for (at, c) in word.char_indices() {
        if let Some(previous) = before.replace(c) {
            let is_break = is_wide(c) || is_wide(previous);
            if is_break && !closes(c) && !opens(previous) {
                starts.push(at);
            }
        }
    }
    let ends: Vec<usize> = starts.iter().skip(1).copied().chain([word.len()]).collect();
    let pairs = starts.into_iter().zip(ends);
    pairs.filter_map(|(start, end)| word.get(start..end))
}

/// `text` cut to `room` columns, with `…` at the cut.
pub(super) fn shortened(text: &str, room: usize) -> String {
    if width(text) <= room {
        return text.to_owned();
    }
    let mut short = String::new();
    for c in text.chars() {
        if width(&short) + 2 > room {
            break;
        }
        short.push(c);
    }
    format!("{}…", short.trim_end())
}

#[cfg(test)]
mod tests;
