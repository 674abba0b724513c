//! Meanings of the finding codes.

use alloc::vec::Vec;

/// A row per code: code, meaning, source.
const TABLE: &str = include_str!("../../data/findings.tsv");

fn rows() -> impl Iterator<Item = (&'static str, &'static str, &'static str)> {
    let lines = TABLE.lines().filter(|line| !line.starts_with('#'));
    lines.filter_map(|line| {
        let mut fields = line.split('\t');
        Some((fields.next()?, fields.next()?, fields.next()?))
    })
}

/// All codes of findings of [`verify`](super::verify()).
#[must_use]
pub fn codes() -> Vec<&'static str> {
    rows().map(|(code, ..)| code).collect()
}

/// Meaning of a code, and its source.
///
/// ```
/// let (meaning, source) = vbios::verify::explain("rom-checksum").unwrap();
/// assert!(meaning.contains("SeaBIOS") && source.contains("optionroms.c"));
/// ```
#[must_use]
pub fn explain(code: &str) -> Option<(&'static str, &'static str)> {
    rows()
        .find(|(known, ..)| *known == code)
        .map(|(_, meaning, source)| (meaning, source))
}
