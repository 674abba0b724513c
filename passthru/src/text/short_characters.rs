//! A text with a byte for each frequent character: a Chinese character has three bytes in UTF-8,
//! and the texts pack a sixth better without two of them.
//!
//! First the characters beyond ASCII, the most frequent first, in UTF-8, and a line end. Then the
//! text: bytes of ASCII are themselves, the first [`SINGLE`] characters are a byte from 0x80 on, and
//! the others two: one of those behind, and one from 0x80 on. Without characters on the first line, the
//! text is UTF-8: the page packs that better.

use std::collections::BTreeMap;

/// The first byte beyond ASCII.
const FIRST: usize = 0x80;
/// The characters of one byte: with eight first bytes for 1,024 others, the catalogs are smallest.
const SINGLE: usize = 0x78;

/// The text in this form; `None` if it has more characters than there are codes.
#[allow(
    dead_code,
    reason = "the build codes texts, and the program reads them"
)]
pub(super) fn coded(text: &str) -> Option<Vec<u8>> {
    let mut counts: BTreeMap<char, usize> = BTreeMap::new();
    for character in text.chars().filter(|character| !character.is_ascii()) {
        *counts.entry(character).or_default() += 1;
    }
    let mut order: Vec<(char, usize)> = counts.into_iter().collect();
    order.sort_by_key(|(character, count)| (usize::MAX - count, *character));
    let order: Vec<char> = order.into_iter().map(|(character, _)| character).collect();
    let mut codes = BTreeMap::new();
    for (place, character) in order.iter().enumerate() {
        codes.insert(*character, code(place)?);
    }
    let mut bytes = order.iter().collect::<String>().into_bytes();
    bytes.push(b'\n');
    for character in text.chars() {
        match codes.get(&character) {
            Some(code) => bytes.extend(code),
            None => bytes.push(u8::try_from(character).ok()?),
        }
    }
    Some(bytes)
}

/// The bytes of the character at a place in the order.
#[allow(dead_code, reason = "as coded")]
fn code(place: usize) -> Option<Vec<u8>> {
    let byte = |value: usize| u8::try_from(FIRST + value).ok();
    Some(match place.checked_sub(SINGLE) {
        None => vec![byte(place)?],
        Some(rest) => vec![byte(SINGLE + rest / FIRST)?, byte(rest % FIRST)?],
    })
}

/// The characters beyond ASCII of a coded text.
#[derive(Clone, Debug)]
pub(super) struct Characters(Vec<char>);

impl Characters {
    /// The characters of a [`coded`] text, and the bytes of the text.
    pub(super) fn split(coded: &[u8]) -> (Self, &[u8]) {
        let mut parts = coded.splitn(2, |byte| *byte == b'\n');
        let order = parts
            .next()
            .map(String::from_utf8_lossy)
            .unwrap_or_default();
        (
            Self(order.chars().collect()),
            parts.next().unwrap_or_default(),
        )
    }

    /// The text of a part of the bytes, between two of ASCII.
    pub(super) fn text(&self, part: &[u8]) -> String {
        if self.0.is_empty() {
            return String::from_utf8_lossy(part).into_owned();
        }
        let mut text = String::with_capacity(2 * part.len());
        let mut bytes = part.iter().copied();
        while let Some(byte) = bytes.next() {
            if byte.is_ascii() {
                text.push(char::from(byte));
                continue;
            }
            let lead = usize::from(byte) - FIRST;
            let place = match lead.checked_sub(SINGLE) {
                None => lead,
                Some(lead) => {
                    let second = usize::from(bytes.next().unwrap_or_default());
                    SINGLE + lead * FIRST + second.saturating_sub(FIRST)
                }
            };
            text.extend(self.0.get(place));
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_read_as_it_was() {
        let many = |count| ('一'..).take(count).collect::<String>();
        let most = SINGLE + (FIRST - SINGLE) * FIRST;
        let read = |coded: &[u8]| {
            let (characters, text) = Characters::split(coded);
            characters.text(text)
        };
        for whole in ["", "a\n\u{1e}b", "für 设备设备 – ok", "\n", &many(most)] {
            assert_eq!(read(&coded(whole).unwrap()), whole);
        }
        assert_eq!(coded(&many(most + 1)), None);
        assert_eq!(read(&[b"\n", "设备".as_bytes()].concat()), "设备");
        let short = coded("设备 ok").unwrap();
        assert_eq!(short.len(), "设备\n?? ok".len());
        // Damaged bytes are a text.
        assert_eq!(read(&[0xff, b'\n', 0x81, 0xf9, b'a', 0xff]), "");
    }
}
