//! The catalog that a build embeds, made from the lines of `catalogs/`, which are made of PO files:
//! the keys of sentences without values are their hashes, because each sentence is in the program
//! already.

use std::ops::Range;

/// Between the parts of a record.
pub(super) const PART_END: char = '\u{1f}';
/// Between records, and behind the keys.
pub(super) const RECORD_END: char = '\u{1e}';

/// The digits of a key in a catalog.
pub(super) const DIGITS: usize = 7;

/// The key of a sentence: 28 bits of its FNV-1a hash (RFC 9923, 2). The build refuses two sentences
/// of one key.
pub(super) fn key(sentence: &str) -> u64 {
    let hash = sentence
        .bytes()
        .fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
        });
    (hash >> 32 ^ hash) & 0xfff_ffff
}

/// Between the context and the sentence of a key, as in gettext's MO files (GNU gettext manual,
/// 10.3).
const CONTEXT_END: char = '\u{4}';

/// The text of the key of a sentence whose meaning depends on a context.
pub(super) fn in_context(context: &str, sentence: &str) -> String {
    format!("{context}{CONTEXT_END}{sentence}")
}

/// A record of a catalog.
pub(super) struct Record<'a> {
    pub(super) key: u64,
    /// The sentence and its plural, empty without one, where either has values.
    pub(super) pattern: Option<(&'a str, &'a str)>,
    /// The place of the translations by plural form, with [`PART_END`] between.
    pub(super) forms: Range<usize>,
}

/// The records of a catalog.
pub(super) fn records(catalog: &str) -> impl Iterator<Item = Record<'_>> {
    let (mut keys, all) = catalog.split_once(RECORD_END).unwrap_or_default();
    let mut next = catalog.len() - all.len();
    all.split_terminator(RECORD_END).filter_map(move |record| {
        let start = next;
        let end = start + record.len();
        next = end + RECORD_END.len_utf8();
        if let Some(forms) = record.strip_prefix(PART_END) {
            let (digits, others) = keys.split_at_checked(DIGITS)?;
            keys = others;
            return Some(Record {
                key: u64::from_str_radix(digits, 16).ok()?,
                pattern: None,
                forms: end - forms.len()..end,
            });
        }
        let (first, rest) = record.split_once(PART_END)?;
        let (plural, forms) = rest.split_once(PART_END)?;
        Some(Record {
            key: key(first),
            pattern: Some((first, plural)),
            forms: end - forms.len()..end,
        })
    })
}
