//! Hex and decimal numbers at a known place in a text.

use crate::{PciId, SubsystemId};

/// The bytes of `text` from `start` up to `end`, as text; empty where that is no
/// part of it.
pub(super) fn part(text: &str, start: usize, end: usize) -> &str {
    text.get(start..end).unwrap_or_default()
}

/// The first `count` characters as a hex number, where all are hex digits.
pub(super) fn hex(text: &str, count: usize) -> Option<u32> {
    let digits = text.as_bytes().get(..count)?;
    let mut value: u32 = 0;
    for digit in digits {
        let digit = char::from(*digit).to_digit(16)?;
        value = value.checked_mul(16)? | digit;
    }
    Some(value)
}

/// The first `count` (1 or 2) characters as a hex number of eight bits.
pub(super) fn hex8(text: &str, count: usize) -> Option<u8> {
    hex(text, count).and_then(|value| u8::try_from(value).ok())
}

/// The first four characters as a hex number of sixteen bits.
pub(super) fn hex16(text: &str) -> Option<u16> {
    hex(text, 4).and_then(|value| u16::try_from(value).ok())
}

/// The two ids of `hhhh:hhhh` at the start of `text`.
fn pair(text: &str) -> Option<(u16, u16)> {
    let first = hex16(text)?;
    let second = hex16(text.get(4..)?.strip_prefix(':')?)?;
    Some((first, second))
}

/// The id at the start of `text`.
pub(super) fn id(text: &str) -> Option<PciId> {
    pair(text).map(|(vendor, device)| PciId::new(vendor, device))
}

/// The subsystem id at the start of `text`.
pub(super) fn subsystem(text: &str) -> Option<SubsystemId> {
    pair(text).map(|(vendor, device)| SubsystemId::new(vendor, device))
}

/// Where the first `[hhhh:hhhh]` is in `text`. No name in pci.ids holds one.
pub(super) fn bracketed_pair(text: &str) -> Option<usize> {
    memchr::memchr_iter(b'[', text.as_bytes()).find(|at| {
        let inner = text.get(at + 1..).unwrap_or_default();
        inner.as_bytes().get(9) == Some(&b']') && pair(inner).is_some()
    })
}

/// The decimal number at the start of `text`.
pub(super) fn decimal(text: &str) -> Option<u32> {
    let count = text.bytes().take_while(u8::is_ascii_digit).take(10).count();
    text.get(..count)?.parse().ok()
}
