//! The lines of a text that have one of some words, without a look at each of the others.

use aho_corasick::{AhoCorasick, AhoCorasickBuilder, AhoCorasickKind};

/// What finds the words in a text: built in a quarter of the time of a DFA, which is most of the
/// work on a short text.
pub(in crate::host) fn finder(
    words: impl IntoIterator<Item = impl AsRef<[u8]>>,
) -> Option<AhoCorasick> {
    AhoCorasickBuilder::new()
        .kind(Some(AhoCorasickKind::NoncontiguousNFA))
        .build(words)
        .ok()
}

/// Each line that has one of the words, once, with its number from 1 on. The work is linear in
/// the text.
pub(in crate::host) fn lines_with<'a>(
    words: &'a AhoCorasick,
    text: &'a str,
) -> impl Iterator<Item = (u32, &'a str)> {
    let mut number = 1_u32;
    // The start of the line that has the number, and the end of the line that was found last.
    let mut start = 0_usize;
    let mut done = 0_usize;
    words.find_iter(text).filter_map(move |hit| {
        if hit.start() < done {
            return None;
        }
        let skipped = text.get(start..hit.start())?;
        let breaks = skipped.bytes().filter(|byte| *byte == b'\n').count();
        number = number.saturating_add(u32::try_from(breaks).unwrap_or(u32::MAX));
        start += skipped.rfind('\n').map_or(0, |at| at + 1);
        let rest = text.get(start..)?;
        let line = rest.split('\n').next().unwrap_or(rest);
        done = start + line.len() + 1;
        Some((number, line.trim_end_matches('\r')))
    })
}

#[cfg(test)]
mod tests;
