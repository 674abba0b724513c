//! Finding the fields of a register in the text behind its label.

use super::register_table::{Field, RegisterTable, Row, Start};
use super::registers::{Bits, Place, Registers};
use crate::lspci::read::digits::part;

/// Sets the fields of `row` that stand in `text`, from the field `seen` on; gives the
/// number of the field behind the last one that was found.
pub(super) fn set_fields(
    registers: &mut Registers,
    (table, row): (&RegisterTable, &Row),
    base: u16,
    mut seen: usize,
    text: &str,
    place: &Place,
) -> usize {
    let list = table.fields(row);
    let offset = base.saturating_add(row.offset);
    let start = u32::from(offset) * 8;
    let mut bits = Bits::default();
    let mut at = 0;
    while at < text.len() {
        let left = list.get(seen..).unwrap_or_default();
        if let Some((skipped, field, value, length)) = find(left, part(text, at, text.len())) {
            if field.width >= 64 {
                registers.put(&bits, place);
                bits = Bits::default();
                registers.set(offset, field.bit, field.width, value, place);
            } else if value >> field.width == 0 {
                let field = Bits::field(start + u32::from(field.bit), field.width, value);
                if !bits.add(&field) {
                    registers.put(&bits, place);
                    bits = field;
                }
            }
            seen += skipped + 1;
            at += length;
        }
        at = next_word(text, at);
    }
    registers.put(&bits, place);
    seen
}

/// The first of `fields` that `text` begins with: which, its value, and how much of the
/// text it is.
fn find<'f>(fields: &'f [Field], text: &str) -> Option<(usize, &'f Field, u64, usize)> {
    let bytes = text.as_bytes();
    let start = Start::of(bytes);
    for (skipped, field) in fields.iter().enumerate() {
        if !field.begins(start, bytes) {
            continue;
        }
        let length = field.text.len();
        if let Some(encoding) = &field.value {
            let behind = part(text, length, text.len());
            if let Some((value, more)) = encoding.read(behind) {
                return Some((skipped, field, value, length + more));
            }
            continue;
        }
        match bytes.get(length) {
            Some(b'+') => return Some((skipped, field, 1, length + 1)),
            Some(b'-') => return Some((skipped, field, 0, length + 1)),
            _ => {}
        }
    }
    None
}

/// Where the next word of `text` begins behind `at`.
fn next_word(text: &str, at: usize) -> usize {
    let bytes = text.as_bytes().get(at..).unwrap_or_default();
    let is_blank = |byte: &u8| matches!(byte, b' ' | b'\t' | b',' | b';' | b'(');
    if let [b' ', next, ..] = bytes {
        if !is_blank(next) {
            return at + 1;
        }
    }
    let end = bytes
        .iter()
        .position(|byte| is_blank(byte) || *byte == b'/');
    let Some(end) = end else {
        return text.len();
    };
    let rest = bytes.get(end..).unwrap_or_default();
    // A slash is part of the word that it begins (`/32` of a count).
    let blanks = rest.iter().take_while(|byte| is_blank(byte)).count();
    if blanks == 0 && end == 0 {
        return at + 1;
    }
    at + end + blanks
}
