//! Text into lines that fit.

use std::borrow::Cow;

use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// The columns that a terminal gives `text`.
#[must_use]
pub fn width(text: &str) -> usize {
    text.width()
}

/// `text` with blanks after it up to `columns`.
#[must_use]
pub fn pad(text: &str, columns: usize) -> String {
    let missing = columns.saturating_sub(width(text));
    format!("{text}{}", " ".repeat(missing))
}

/// `text` without what would move a terminal's cursor or change its state:
/// quoted input is somebody else's.
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

/// The same, where each of `whole`, such as a command, stays on one line even where it is too
/// long: what is copied has no line break then.
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
        let needed = width(word) + usize::from(!line.is_empty());
        if width(&line) + needed > room && !line.is_empty() {
            lines.push(std::mem::take(&mut line));
        }
        if !line.is_empty() {
            line.push(' ');
        }
        if word.contains(tie) {
            line.push_str(word);
            continue;
        }
        for c in word.chars() {
            if width(&line) + c.width().unwrap_or(0) > room {
                lines.push(std::mem::take(&mut line));
            }
            line.push(c);
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_fit_and_nothing_is_lost() {
        let text = "one two three four five six seven eight nine ten eleven";
        let wrapped = paragraph("  - ", text, 30);
        assert!(wrapped.lines().all(|line| width(line) <= 30), "{wrapped}");
        let words: Vec<_> = wrapped.split_whitespace().skip(1).collect();
        assert_eq!(words.join(" "), text);
        assert!(
            paragraph("", &"显卡直通".repeat(20), 40)
                .lines()
                .all(|line| width(line) <= 40)
        );
    }

    #[test]
    fn commands_stay_on_their_line() {
        let command = "passthru plan 01:00 --from a.txt".to_owned();
        let text = format!("run: {command}, then read on");
        let wrapped = paragraph_with("-> ", &text, std::slice::from_ref(&command), 30);
        assert!(
            wrapped
                .lines()
                .any(|line| line.trim() == format!("{command},")),
            "{wrapped}"
        );
    }

    #[test]
    fn escapes_do_not_reach_the_terminal() {
        assert_eq!(clean("a\x1b[2Jb\tc"), "a\u{fffd}[2Jb c");
        assert_eq!(clean("plain"), "plain");
    }
}
