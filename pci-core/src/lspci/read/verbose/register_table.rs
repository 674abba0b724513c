//! Registers in the lines of `lspci -vv`: the rows of [`structures`](crate::lspci::structures), by
//! label.

use alloc::vec::Vec;
use core::ops::Range;

use super::encoding::Encoding;
use super::prefix::{Prefix, SomeBytes};
use crate::lspci::structures::{
    BRIDGE_CONTROL, BUSES, Form, HEADER, Row as Line, SECONDARY_STATUS, Structure, TITLE, Walk,
};

/// The rows of the structures in a text, built once per text.
pub(super) struct RegisterTable {
    rows: Vec<Row>,
    /// The rows of each structure that was looked up.
    known: Vec<(&'static Structure, Range<usize>)>,
    header: Range<usize>,
    bridge: Range<usize>,
}

/// The fields of a label.
#[derive(Clone, Debug)]
pub(super) struct Row {
    /// The start of the line; [`TITLE`] for a capability's first line.
    pub(super) label: &'static str,
    pub(super) fields: Vec<Field>,
}

/// Bits that a text shows.
#[derive(Clone, Debug)]
pub(super) struct Field {
    /// The name of a flag, or the text before a value.
    pub(super) text: Prefix,
    /// Encoding of the value; `None` for a flag, and whether 0 is `+`.
    pub(super) value: Option<Encoding>,
    pub(super) is_inverted: bool,
    /// Lowest bit, from the start of the structure.
    pub(super) bit: u16,
    /// Number of bits: 1 for a flag.
    pub(super) width: u16,
    /// First bytes of this field and of those after it in its row.
    pub(super) firsts: SomeBytes,
}

impl RegisterTable {
    pub(super) fn new() -> Self {
        let mut table = Self {
            rows: Vec::new(),
            known: Vec::new(),
            header: 0..0,
            bridge: 0..0,
        };
        table.add(HEADER, "", 1, 0);
        table.add(BUSES, "", 1, 0);
        let bridge = table.rows.len();
        table.add(SECONDARY_STATUS, "", 1, bridge);
        table.add(BRIDGE_CONTROL, "", 1, bridge);
        table.finish(0);
        table.header = 0..bridge;
        table.bridge = bridge..table.rows.len();
        table
    }

    /// The rows of the header, of any function and of a PCI-to-PCI bridge.
    pub(super) fn header(&self) -> [Range<usize>; 2] {
        [self.header.clone(), self.bridge.clone()]
    }

    /// The rows of a structure.
    pub(super) fn structure(&mut self, structure: &'static Structure) -> Range<usize> {
        let mut known = self.known.iter();
        if let Some((_, rows)) = known.find(|(known, _)| known.kind == structure.kind) {
            return rows.clone();
        }
        let start = self.rows.len();
        if !structure.is_ambiguous {
            self.add(structure.title, TITLE, 2, start);
            self.add(structure.rows, "", 2, start);
        }
        self.finish(start);
        let rows = start..self.rows.len();
        self.known.push((structure, rows.clone()));
        rows
    }

    /// Adds the fields of lines to the rows of a structure, from `start`.
    fn add(&mut self, lines: &[Line], label: &'static str, indent: usize, start: usize) {
        let mut walk = Walk::new(label, indent);
        for line in lines {
            walk.row(line, &mut |named| {
                let value = match named.field.form {
                    Form::Sign(_) => None,
                    Form::Value(spec) => match Encoding::of(spec) {
                        Some(encoding) if !named.is_joined => Some(encoding),
                        _ => return,
                    },
                };
                if named.label.is_empty() {
                    return;
                }
                let field = Field {
                    text: Prefix::new(named.name),
                    value,
                    is_inverted: named.field.form == Form::Sign(true),
                    bit: named.at * 8 + named.field.low,
                    width: named.field.high - named.field.low + 1,
                    firsts: SomeBytes::NONE,
                };
                let own = self.rows.get_mut(start..).unwrap_or_default();
                match own.iter_mut().rev().find(|row| row.label == named.label) {
                    Some(row) => row.fields.push(field),
                    None => self.rows.push(Row {
                        label: named.label,
                        fields: Vec::from([field]),
                    }),
                }
            });
        }
    }

    /// Sets `firsts` of each field of the rows from `start`.
    fn finish(&mut self, start: usize) {
        for row in self.rows.iter_mut().skip(start) {
            let mut firsts = SomeBytes::NONE;
            for field in row.fields.iter_mut().rev() {
                firsts = match field.text.first() {
                    // A value with nothing before it.
                    0 => SomeBytes::ALL,
                    first => firsts.with(first),
                };
                field.firsts = firsts;
            }
        }
    }

    /// The row of `label` among those of a structure. Lines are in the order of the rows, so it is
    /// usually at `next` or soon after.
    pub(super) fn row(&self, rows: Range<usize>, next: usize, label: &str) -> Option<usize> {
        let next = next.clamp(rows.start, rows.end);
        let is_it = |row: &Row| row.label == label;
        let after = self.rows(next..rows.end).iter().position(is_it);
        let before = || self.rows(rows.start..next).iter().position(is_it);
        after
            .map(|at| next + at)
            .or_else(|| before().map(|at| rows.start + at))
    }

    pub(super) fn rows(&self, range: Range<usize>) -> &[Row] {
        self.rows.get(range).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lspci::structures::all;

    #[test]
    fn no_label_is_that_of_two_rows() {
        let mut table = RegisterTable::new();
        for structure in all(false).iter().chain(all(true)) {
            let own = table.structure(structure);
            for row in table.rows(own.clone()) {
                assert!(!row.fields.is_empty());
                let rows = table.rows(own.clone()).iter();
                let same = rows.filter(|other| other.label == row.label);
                assert_eq!(same.count(), 1, "{:?} {}", structure.kind, row.label);
            }
        }
    }
}
