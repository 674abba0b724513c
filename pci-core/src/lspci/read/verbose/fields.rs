//! Register fields in the text after a label.

use super::prefix::{SomeBytes, Start};
use super::register_table::{Field, Row};
use super::registers::{Bits, Place, Registers};
use crate::lspci::read::digits::part;

/// Sets the fields of `row` in `text`, from the field `seen` on; returns the index after the last
/// one found.
pub(super) fn set_fields(
    registers: &mut Registers,
    row: &Row,
    base: u16,
    mut seen: usize,
    text: &str,
    place: &Place,
) -> usize {
    let list = row.fields.as_slice();
    let start = u32::from(base) * 8;
    let mut bits = Bits::default();
    let mut at = 0;
    while let (Some(first), Some(next)) = (text.as_bytes().get(at), list.get(seen)) {
        let left = list.get(seen..).unwrap_or_default();
        let found = if next.firsts.may_have(*first) {
            find(left, text, at)
        } else {
            None
        };
        if let Some(found) = found {
            let first = start + u32::from(found.field.bit);
            let width = found.field.width;
            let fresh = if width == 1 {
                Bits::flag(first, found.value == 1)
            } else if width < 64 {
                Bits::field(first, width, found.value)
            } else {
                registers.put(&bits, place);
                bits = Bits::default();
                registers.set_from(first, width, found.value, place);
                bits
            };
            // An oversized value is ignored.
            let fits = width >= 64 || found.value >> width == 0;
            if fits && !bits.add(&fresh) {
                registers.put(&bits, place);
                bits = fresh;
            }
            seen += found.skipped + 1;
            at += found.length;
        }
        at = next_word(text, at);
    }
    registers.put(&bits, place);
    seen
}

/// A field found in a text.
struct Found<'f> {
    field: &'f Field,
    /// Number of fields before it.
    skipped: usize,
    value: u64,
    /// Length of the text with its value.
    length: usize,
}

/// The first of `fields` at `at` of `text`.
fn find<'f>(fields: &'f [Field], text: &str, at: usize) -> Option<Found<'f>> {
    let bytes = text.as_bytes().get(at..)?;
    let start = Start::of(bytes);
    fields.iter().enumerate().find_map(|(skipped, field)| {
        if !field.text.begins(start, bytes) {
            return None;
        }
        let before = field.text.len();
        let (value, length) = match &field.value {
            None => match bytes.get(before)? {
                b'+' => (u64::from(!field.is_inverted), 1),
                b'-' => (u64::from(field.is_inverted), 1),
                _ => return None,
            },
            Some(encoding) => encoding.read(part(text, at + before, text.len()))?,
        };
        Some(Found {
            field,
            skipped,
            value,
            length: before + length,
        })
    })
}

/// Offset of the next word of `text` after `at`.
fn next_word(text: &str, at: usize) -> usize {
    let bytes = text.as_bytes().get(at..).unwrap_or_default();
    if let [b' ', next, ..] = bytes {
        if !is_blank(*next) {
            return at + 1;
        }
    }
    let end = bytes
        .iter()
        .position(|byte| is_blank(*byte) || *byte == b'/');
    let Some(end) = end else {
        return text.len();
    };
    let rest = bytes.get(end..).unwrap_or_default();
    // A slash belongs to the word that it starts (`/32` of a count).
    let blanks = rest.iter().take_while(|byte| is_blank(**byte)).count();
    if blanks == 0 && end == 0 {
        return at + 1;
    }
    at + end + blanks
}

/// Whether `byte` separates words.
const fn is_blank(byte: u8) -> bool {
    const BLANKS: SomeBytes = SomeBytes::NONE
        .with(b' ')
        .with(b'\t')
        .with(b',')
        .with(b';')
        .with(b'(');
    byte < 64 && BLANKS.may_have(byte)
}
