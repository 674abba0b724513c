//! Short texts of hex digits, without allocation: most of the output for lists of functions.

use core::fmt;

/// The characters `0` to `f`.
const DIGITS: [u8; 16] = *b"0123456789abcdef";

/// A text of at most 24 ASCII characters; excess characters are dropped.
pub(crate) struct HexText {
    bytes: [u8; 24],
    length: usize,
}

impl HexText {
    pub(crate) const fn new() -> Self {
        Self {
            bytes: [0; 24],
            length: 0,
        }
    }

    /// Appends the lowest `count` hex digits of a number.
    pub(crate) fn digits(&mut self, number: u32, count: u32) -> &mut Self {
        for digit in (0..count).rev() {
            let value = number.checked_shr(4 * digit).unwrap_or(0) & 0xf;
            let character = DIGITS.get(value as usize).copied().unwrap_or(b'0');
            self.sign(character);
        }
        self
    }

    /// Appends an ASCII character.
    pub(crate) fn sign(&mut self, character: u8) -> &mut Self {
        if let Some(place) = self.bytes.get_mut(self.length) {
            *place = character;
            self.length += 1;
        }
        self
    }

    pub(crate) fn as_str(&self) -> &str {
        let bytes = self.bytes.get(..self.length).unwrap_or_default();
        core::str::from_utf8(bytes).unwrap_or_default()
    }

    /// Prints the text, padded to the width of `f`.
    pub(crate) fn print(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if f.width().is_none() && f.precision().is_none() {
            return f.write_str(self.as_str());
        }
        f.pad(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_and_signs_are_in_order() {
        let mut text = HexText::new();
        text.digits(0x10de, 4).sign(b':').digits(0x1, 2);
        assert_eq!(text.as_str(), "10de:01");
    }

    #[test]
    fn a_text_ends_where_there_is_no_room() {
        let mut text = HexText::new();
        for _ in 0..9 {
            text.digits(u32::MAX, 8);
        }
        assert_eq!(text.as_str(), "f".repeat(24));
    }
}
