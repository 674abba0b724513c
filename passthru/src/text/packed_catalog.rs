//! The catalog that a build embeds, made from the lines of `passthru-translations/catalogs/`, which
//! are made of PO files: the keys of sentences without values are their hashes, because each
//! sentence is in the program already.

use std::ops::Range;

/// Between the parts of a record: a byte of ASCII, which coded characters
/// ([`super::short_characters`]) have none of.
pub(super) const PART_END: u8 = 0x1f;
/// Between records, and behind the keys.
pub(super) const RECORD_END: u8 = 0x1e;

/// The bits of a key.
const BITS: u64 = 0xfff_ffff;

/// The bits of one character of a difference, the lowest first.
const OF_CHARACTER: u32 = 5;

/// The characters of a difference, from which the last differs by [`LAST`].
const FIRST: u8 = b'0';

/// Added to the last character of a difference.
const LAST: u8 = 1 << OF_CHARACTER;

/// Appends a key as its difference from the one before. The lines are in the order of their keys:
/// the differences are small.
#[allow(
    dead_code,
    reason = "the build writes keys, and the program reads them"
)]
pub(super) fn push_key(keys: &mut String, before: u64, key: u64) {
    let mut rest = key.wrapping_sub(before) & BITS;
    loop {
        let digit = (rest & (u64::from(LAST) - 1)).to_le_bytes()[0];
        rest >>= OF_CHARACTER;
        let last = if rest == 0 { LAST } else { 0 };
        keys.push(char::from(FIRST + digit + last));
        if rest == 0 {
            return;
        }
    }
}

/// The first key of a list, where `before` is the one before, and the rest of the list.
fn split_key(keys: &[u8], before: u64) -> Option<(u64, &[u8])> {
    let mut difference = 0_u64;
    for (at, byte) in keys.iter().enumerate() {
        let digit = byte.checked_sub(FIRST).filter(|digit| *digit < 2 * LAST)?;
        let shift = u32::try_from(at).ok()?.checked_mul(OF_CHARACTER)?;
        difference |= u64::from(digit % LAST).checked_shl(shift)?;
        if digit >= LAST {
            let key = before.wrapping_add(difference) & BITS;
            return Some((key, keys.get(at + 1..)?));
        }
    }
    None
}

/// The key of a sentence: 28 bits of its FNV-1a hash (RFC 9923, 2). The build refuses two sentences
/// of one key.
pub(super) fn key(sentence: &str) -> u64 {
    let hash = sentence
        .bytes()
        .fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
        });
    (hash >> 32 ^ hash) & BITS
}

/// Between the context and the sentence of a key, as in gettext's MO files (GNU gettext manual,
/// 10.3).
const CONTEXT_END: char = '\u{4}';

/// The text of the key of a sentence whose meaning depends on a context.
pub(super) fn in_context(context: &str, sentence: &str) -> String {
    format!("{context}{CONTEXT_END}{sentence}")
}

/// A record of a catalog, as coded bytes.
pub(super) struct Record<'a> {
    /// The key of a sentence without values.
    pub(super) key: Option<u64>,
    /// The sentence and its plural, empty without one, where either has values.
    pub(super) pattern: (&'a [u8], &'a [u8]),
    /// The place of the translations by plural form, with [`PART_END`] between.
    pub(super) forms: Range<usize>,
}

/// The records of a catalog.
pub(super) fn records(catalog: &[u8]) -> impl Iterator<Item = Record<'_>> {
    let (mut keys, all) = split_at(catalog, RECORD_END).unwrap_or_default();
    let of_all = catalog.len() - all.len();
    let (mut next, mut before) = (0, 0);
    memchr::memchr_iter(RECORD_END, all).filter_map(move |end| {
        let record = all.get(next..end).unwrap_or_default();
        next = end + 1;
        let end = of_all + end;
        let (first, rest) = split_at(record, PART_END)?;
        if first.is_empty() {
            (before, keys) = split_key(keys, before)?;
            return Some(Record {
                key: Some(before),
                pattern: (first, first),
                forms: end - rest.len()..end,
            });
        }
        let (plural, forms) = split_at(rest, PART_END)?;
        Some(Record {
            key: None,
            pattern: (first, plural),
            forms: end - forms.len()..end,
        })
    })
}

/// The bytes before and behind a mark.
pub(super) fn split_at(bytes: &[u8], mark: u8) -> Option<(&[u8], &[u8])> {
    let at = memchr::memchr(mark, bytes)?;
    Some((bytes.get(..at)?, bytes.get(at + 1..)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_read_as_written() {
        let keys = [0, 1, 31, 32, 0x1234, 0x1234, 0x0b_568c, BITS, 5];
        let (mut list, mut before) = (String::new(), 0);
        for key in keys {
            push_key(&mut list, before, key);
            before = key;
        }
        let (mut rest, mut before) = (list.as_bytes(), 0);
        for key in keys {
            (before, rest) = split_key(rest, before).unwrap();
            assert_eq!(before, key);
        }
        assert!(rest.is_empty() && split_key(rest, before).is_none());
        // Damaged lists have no key, and end.
        for damaged in ["0000000000000000", " ", "é"] {
            assert!(split_key(damaged.as_bytes(), 0).is_none(), "{damaged}");
        }
    }
}
