//! The explanation of an error text as copied, complete or in part.

use iommu::fits;
use list_order::Order as _;

use super::{Message, all, matches};
use crate::text::{Text, text};

/// The longest text that is searched, in characters: an error message, not a log.
const LONGEST: usize = 16384;

/// The explanation of an error text, complete or in part, and its source: from the catalog or
/// from the log lines of `iommu`.
///
/// ```
/// let (meaning, _) = passthru::messages::explain("vfio 0000:01:00.0: group 1 is not viable").unwrap();
/// assert!(meaning.contains("IOMMU group"));
/// assert!(passthru::messages::explain("it does not work").is_none());
/// ```
#[must_use]
pub fn explain(text: &str) -> Option<(Text, &'static str)> {
    let text: String = text.chars().take(LONGEST).collect();
    // Line breaks of a terminal do not end the message.
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let mut found = matches(&text);
    found.order_by_key(|found| std::cmp::Reverse(found.weight));
    let message = found.first().map(|found| found.message);
    let message = message.or_else(|| in_part(&text));
    if let Some(message) = message {
        return Some((message.explanation(), message.source()));
    }
    let folded = text.to_ascii_lowercase();
    let is_line = |pattern: &str| {
        let pattern = pattern.to_ascii_lowercase();
        let start = pattern.split('*').find(|part| !part.is_empty());
        let at = start.and_then(|start| folded.find(start));
        at.is_some_and(|at| fits(&pattern, folded.get(at..).unwrap_or_default()))
    };
    let mut lines = iommu::meanings().iter();
    let line = lines.find(|line| is_line(line.pattern))?;
    Some((
        text!(
            "A line of the kernel log: {meaning}.",
            meaning = Text::of_table(line.text)
        ),
        line.source,
    ))
}

/// The message of which `text` is a large part: at least three words and half of the fixed text.
fn in_part(text: &str) -> Option<&'static Message> {
    let asked = words(text);
    let letters =
        |word: &&String| word.len() > 1 && word.bytes().all(|byte| !byte.is_ascii_digit());
    let length: usize = asked.iter().map(String::len).sum();
    let is_short = asked.iter().filter(letters).count() < 3 || length < 16;
    if is_short || asked.len() > 40 {
        return None;
    }
    let is_part = |pattern: &str| {
        let known = words(pattern);
        let whole: usize = known.iter().map(String::len).sum();
        let is_here = |part: &[String]| {
            let mut pairs = asked.iter().zip(part);
            pairs.all(|(asked, known)| is_word(known, asked))
        };
        length * 2 >= whole && asked.len() <= known.len() && known.windows(asked.len()).any(is_here)
    };
    all().find(|message| message.lines.iter().any(|line| is_part(line.pattern)))
}

fn words(text: &str) -> Vec<String> {
    let around = |c: char| "\"'`.,!()“”。".contains(c);
    text.split_whitespace()
        .map(|word| word.trim_matches(around).to_lowercase())
        .filter(|word| !word.is_empty())
        .collect()
}

/// Whether `word` is `pattern` to its end.
fn is_word(pattern: &str, word: &str) -> bool {
    match pattern.rsplit_once('*') {
        None => pattern == word,
        Some((_, end)) => fits(pattern, word) && word.ends_with(end),
    }
}

#[cfg(test)]
mod tests;
