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
    let start = u32::from(base.saturating_add(row.offset)) * 8;
    let mut bits = Bits::default();
    let mut at = 0;
    while at < text.len() {
        let left = list.get(seen..).unwrap_or_default();
        if let Some((skipped, field, shown)) = find(left, text, at) {
            let first = start + u32::from(field.bit);
            let found = match shown {
                Found::Flag(is_set) => Some(Bits::flag(first, is_set)),
                Found::Value(value, _) if field.width >= 64 => {
                    registers.put(&bits, place);
                    bits = Bits::default();
                    registers.set_from(first, field.width, value, place);
                    None
                }
                Found::Value(value, _) => {
                    (value >> field.width == 0).then(|| Bits::field(first, field.width, value))
                }
            };
            if let Some(found) = found.filter(|found| !bits.add(found)) {
                registers.put(&bits, place);
                bits = found;
            }
            seen += skipped + 1;
            at += shown.in_text(field);
        }
        at = next_word(text, at);
    }
    registers.put(&bits, place);
    seen
}

/// What stands behind the text of a field, or is the value of its flag.
#[derive(Clone, Copy, Debug)]
enum Found {
    Flag(bool),
    /// A value, and how much of the text it is.
    Value(u64, usize),
}

impl Found {
    /// How much of the text the field and its value are.
    const fn in_text(self, field: &Field) -> usize {
        field.text.len()
            + match self {
                Self::Flag(_) => 1,
                Self::Value(_, length) => length,
            }
    }
}

/// The first of `fields` that stands at `at` of `text`: which, and its value.
fn find<'f>(fields: &'f [Field], text: &str, at: usize) -> Option<(usize, &'f Field, Found)> {
    let bytes = text.as_bytes().get(at..).unwrap_or_default();
    let start = Start::of(bytes);
    for (skipped, field) in fields.iter().enumerate() {
        if !field.begins(start, bytes) {
            continue;
        }
        let length = field.text.len();
        if let Some(encoding) = &field.value {
            let behind = part(text, at + length, text.len());
            if let Some((value, more)) = encoding.read(behind) {
                return Some((skipped, field, Found::Value(value, more)));
            }
            continue;
        }
        match bytes.get(length) {
            Some(b'+') => return Some((skipped, field, Found::Flag(true))),
            Some(b'-') => return Some((skipped, field, Found::Flag(false))),
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
