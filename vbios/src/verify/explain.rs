//! What each code means.

use alloc::vec::Vec;

/// A row a code: the code, what it means, the source.
const TABLE: &str = include_str!("../../data/findings.tsv");

fn rows() -> impl Iterator<Item = (&'static str, &'static str, &'static str)> {
    let lines = TABLE.lines().filter(|line| !line.starts_with('#'));
    lines.filter_map(|line| {
        let mut fields = line.split('\t');
        Some((fields.next()?, fields.next()?, fields.next()?))
    })
}

/// All codes that a finding of [`verify`](super::verify()) can have.
#[must_use]
pub fn codes() -> Vec<&'static str> {
    rows().map(|(code, ..)| code).collect()
}

/// What a code means, and where that is written.
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
