//! Hex and decimal numbers at a known place in a text.

use crate::hex_digit::{self, NO_DIGIT};
use crate::{PciId, SubsystemId};

/// The bytes of `text` from `start` to `end`, as text; empty if out of range.
pub(super) fn part(text: &str, start: usize, end: usize) -> &str {
    text.get(start..end).unwrap_or_default()
}

/// The first `count` characters as a hex number, where all are hex digits.
pub(super) fn hex(text: &str, count: usize) -> Option<u32> {
    let digits = text.as_bytes().get(..count)?;
    let mut value: u32 = 0;
    for digit in digits {
        let digit = hex_digit::hex_digit(*digit);
        value = value.checked_mul(16)? | u32::from(digit);
        if digit == NO_DIGIT {
            return None;
        }
    }
    Some(value)
}

/// The first `count` (1 or 2) characters as a hex number of eight bits.
pub(super) fn hex8(text: &str, count: usize) -> Option<u8> {
    hex(text, count).and_then(|value| u8::try_from(value).ok())
}

/// The first four characters as a hex number of sixteen bits.
pub(super) fn hex16(text: &str) -> Option<u16> {
    hex_digit::hex4(*text.as_bytes().first_chunk()?)
}

/// The two IDs of `hhhh:hhhh` at the start of `text`.
fn pair(text: &str) -> Option<(u16, u16)> {
    let [a, b, c, d, b':', e, f, g, h] = *text.as_bytes().first_chunk()? else {
        return None;
    };
    let (first, second) = (hex_digit::hex4([a, b, c, d]), hex_digit::hex4([e, f, g, h]));
    first.zip(second)
}

/// The ID at the start of `text`.
pub(super) fn id(text: &str) -> Option<PciId> {
    pair(text).map(|(vendor, device)| PciId::new(vendor, device))
}

/// The subsystem ID at the start of `text`.
pub(super) fn subsystem(text: &str) -> Option<SubsystemId> {
    pair(text).map(|(vendor, device)| SubsystemId::new(vendor, device))
}

/// Offset of the first `[hhhh:hhhh]` in `text`. No name in pci.ids contains one.
pub(super) fn bracketed_pair(text: &str) -> Option<usize> {
    // Names have fewer colons than brackets.
    memchr::memchr_iter(b':', text.as_bytes()).find_map(|colon| bracketed_pair_at(text, colon))
}

/// Offset of the `[hhhh:hhhh]` whose colon is at `colon`.
pub(super) fn bracketed_pair_at(text: &str, colon: usize) -> Option<usize> {
    let open = colon.checked_sub(5)?;
    let bytes = text.as_bytes();
    let is_bracketed = bytes.get(open) == Some(&b'[') && bytes.get(colon + 5) == Some(&b']');
    (is_bracketed && pair(text.get(open + 1..)?).is_some()).then_some(open)
}

/// The decimal number at the start of `text`.
pub(super) fn decimal(text: &str) -> Option<u32> {
    let count = text.bytes().take_while(u8::is_ascii_digit).take(10).count();
    text.get(..count)?.parse().ok()
}
