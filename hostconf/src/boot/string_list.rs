//! Kernel options as a list of strings, one option each: in JSON, Nix and TOML.

use core::ops::Range;
use std::collections::BTreeMap;

use super::change::OptionsChange;
use super::command_line::{CommandLine, same_name};
use crate::error::{Cause, Error};

/// A list of strings in a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct StringList {
    /// Between the brackets.
    pub(super) inner: Range<usize>,
    /// The strings: byte range with quotes, and value.
    pub(super) items: Vec<(Range<usize>, String)>,
    /// The separator of items other than blanks: `,` or nothing.
    pub(super) separator: &'static str,
}

impl StringList {
    /// The options, as one line.
    pub(super) fn line(&self) -> Result<CommandLine, Error> {
        let mut text = String::new();
        for (_, item) in &self.items {
            let line = CommandLine::parse(item);
            let whole = line
                .options()
                .first()
                .is_some_and(|option| option.span == (0..item.len()));
            if line.options().len() != 1 || !whole || line.open_quote().is_some() {
                return Err(Cause::NotOne {
                    found: item.clone(),
                }
                .into());
            }
            if !text.is_empty() {
                text.push(' ');
            }
            text.push_str(item);
        }
        Ok(CommandLine::parse(&text))
    }

    /// `text`, from which the list was read, with the changed list. A new string is written after
    /// the last one, with the same text before it.
    pub(super) fn changed(&self, text: &str, change: &OptionsChange) -> Result<String, Error> {
        let before = self.line()?;
        let mut after = before.clone();
        change.apply(&mut after)?;
        let whole = after.to_string();
        let words: Vec<(&str, &str)> = (after.options().iter())
            .map(|option| {
                let raw = whole.get(option.span.clone()).unwrap_or_default();
                (option.name.as_str(), raw)
            })
            .collect();
        let mut last_at: BTreeMap<&str, usize> = BTreeMap::new();
        for (at, (_, word)) in words.iter().enumerate() {
            last_at.insert(word, at);
        }
        // The remaining options keep their order; new ones are last.
        let mut next = 0;
        let mut kept = false;
        let mut out = String::with_capacity(text.len() + 64);
        let mut done = 0;
        for (at, ((span, item), option)) in self.items.iter().zip(before.options()).enumerate() {
            let stays = last_at.get(item.as_str()).is_some_and(|at| *at >= next);
            let (cut, new) = match words.get(next) {
                Some((_, word)) if word == item => (span.end..span.end, String::new()),
                Some((name, word)) if !stays && same_name(name, &option.name) => {
                    (span.clone(), quoted(word))
                }
                _ => (self.cut(at, kept), String::new()),
            };
            if cut.is_empty() || !new.is_empty() {
                next += 1;
                kept = true;
            }
            out.push_str(text.get(done..cut.start).unwrap_or_default());
            out.push_str(&new);
            done = cut.end;
        }
        let (at, blanks) = self.end(text);
        out.push_str(text.get(done..at).unwrap_or_default());
        for (_, word) in words.iter().skip(next) {
            if kept {
                out.push_str(self.separator);
                out.push_str(blanks);
            }
            out.push_str(&quoted(word));
            kept = true;
        }
        out.push_str(text.get(at.max(done)..).unwrap_or_default());
        Ok(out)
    }

    /// The position for a new string, and the blanks before it: those before the last.
    fn end<'a>(&self, text: &'a str) -> (usize, &'a str) {
        let Some((last, _)) = self.items.last() else {
            return (self.inner.start, " ");
        };
        let from = match self
            .items
            .len()
            .checked_sub(2)
            .and_then(|at| self.items.get(at))
        {
            Some((previous, _)) => previous.end,
            None => self.inner.start,
        };
        let between = text.get(from..last.start).unwrap_or_default();
        let blanks = between.trim_start_matches(self.separator);
        let plain = blanks.chars().all(|c| c.is_ascii_whitespace()) && !blanks.is_empty();
        (last.end, if plain { blanks } else { " " })
    }

    /// The bytes that go with the string number `at`: with the blanks and the
    /// separator between it and the string before, or after where none is left
    /// before.
    fn cut(&self, at: usize, kept_before: bool) -> Range<usize> {
        let item = |at: usize| self.items.get(at).map(|(span, _)| span.clone());
        let Some(span) = item(at) else { return 0..0 };
        match (at.checked_sub(1).and_then(item), item(at + 1)) {
            (Some(previous), _) if kept_before => previous.end..span.end,
            (_, Some(next)) => span.start..next.start,
            (_, None) => span,
        }
    }
}

/// An option as a string. Of the allowed characters of an option, only those that were there before
/// may need an escape.
fn quoted(word: &str) -> String {
    format!("\"{}\"", word.replace('\\', "\\\\").replace('"', "\\\""))
}
