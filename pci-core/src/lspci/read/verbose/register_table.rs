//! What the lines of `lspci -vv` show of registers: the table.

use alloc::vec::Vec;
use core::ops::Range;

use super::encoding::Encoding;
use super::prefix::{Prefix, SomeBytes};

const TABLE: &str = include_str!("registers.tsv");

/// The table, for one reading of a text.
pub(super) struct RegisterTable {
    rows: Vec<Row>,
    fields: Vec<Field>,
}

/// What one label is followed by.
#[derive(Clone, Debug)]
pub(super) struct Row {
    structure: &'static str,
    /// What begins the line; `-` for a capability's first line.
    pub(super) label: &'static str,
    /// The offset of the register from the structure.
    pub(super) offset: u16,
    fields: Range<usize>,
}

/// Bits that a text shows.
#[derive(Clone, Debug)]
pub(super) struct Field {
    /// The name of a flag, or what stands before a value.
    pub(super) text: Prefix,
    /// How the value is written; `None` for a flag.
    pub(super) value: Option<Encoding>,
    /// The lowest bit, counted from the register's own bit 0.
    pub(super) bit: u16,
    /// How many bits: 1 for a flag.
    pub(super) width: u16,
    /// What this field, and each behind it in its row, begins with.
    pub(super) firsts: SomeBytes,
}

impl RegisterTable {
    pub(super) fn new() -> Self {
        let mut table = Self {
            rows: Vec::new(),
            fields: Vec::new(),
        };
        for line in TABLE.lines().filter(|line| !line.starts_with('#')) {
            // A row that does not read is one of fewer fields: a test reads all.
            let _ = table.add(line);
        }
        table
    }

    fn add(&mut self, line: &'static str) -> Option<()> {
        let mut columns = line.split('\t');
        let structure = columns.next()?;
        let label = columns.next()?;
        let offset = u16::from_str_radix(columns.next()?, 16).ok()?;
        let start = self.fields.len();
        for text in columns.next()?.split("; ") {
            self.fields.push(field(text)?);
        }
        let mut firsts = SomeBytes::NONE;
        for field in self.fields.iter_mut().skip(start).rev() {
            firsts = match field.text.first() {
                // A value with nothing before it.
                0 => SomeBytes::ALL,
                first => firsts.with(first),
            };
            field.firsts = firsts;
        }
        self.rows.push(Row {
            structure,
            label,
            offset,
            fields: start..self.fields.len(),
        });
        Some(())
    }

    /// The rows of a structure, which stand together.
    pub(super) fn structure(&self, structure: &str) -> Range<usize> {
        let is_own = |row: &Row| row.structure == structure;
        let start = self.rows.iter().position(is_own).unwrap_or(0);
        let rest = self.rows.get(start..).unwrap_or_default();
        start..start + rest.iter().take_while(|row| is_own(row)).count()
    }

    /// The row of `label` among those of a structure. Lines come in the order of the
    /// rows, so that it is mostly the one at `next` or soon behind.
    pub(super) fn row(&self, rows: Range<usize>, next: usize, label: &str) -> Option<usize> {
        let next = next.clamp(rows.start, rows.end);
        let is_it = |row: &Row| row.label == label;
        let behind = self.rows(next..rows.end).iter().position(is_it);
        let before = || self.rows(rows.start..next).iter().position(is_it);
        behind
            .map(|at| next + at)
            .or_else(|| before().map(|at| rows.start + at))
    }

    pub(super) fn rows(&self, range: Range<usize>) -> &[Row] {
        self.rows.get(range).unwrap_or_default()
    }

    pub(super) fn fields(&self, row: &Row) -> &[Field] {
        self.fields.get(row.fields.clone()).unwrap_or_default()
    }
}

/// `NAME@BIT`, or `TEXT{VALUE}@BIT+WIDTH`.
fn field(text: &'static str) -> Option<Field> {
    let (what, place) = text.rsplit_once('@')?;
    let (bit, width) = place.split_once('+').unwrap_or((place, "1"));
    let (text, value) = match what.split_once('{') {
        Some((text, value)) => (text, Some(Encoding::named(value.strip_suffix('}')?))),
        None => (what, None),
    };
    Some(Field {
        text: Prefix::new(text),
        value,
        bit: bit.parse().ok()?,
        width: width.parse().ok()?,
        firsts: SomeBytes::NONE,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_reads() {
        let table = RegisterTable::new();
        let rows = TABLE.lines().filter(|line| !line.starts_with('#'));
        assert_eq!(table.rows.len(), rows.clone().count());
        for line in rows {
            assert_eq!(
                line.split('\t').filter(|c| !c.is_empty()).count(),
                5,
                "{line}"
            );
        }
        for row in &table.rows {
            assert!(!table.fields(row).is_empty());
            for field in table.fields(row) {
                // No field lies across two registers but serial numbers.
                let last = field.bit + field.width - 1;
                assert!(
                    field.bit / 32 == last / 32 || field.width == 64,
                    "{field:?}"
                );
            }
            let own = table.structure(row.structure);
            let count = table
                .rows
                .iter()
                .filter(|other| other.structure == row.structure);
            assert_eq!(own.len(), count.count(), "{}", row.structure);
            let same = table.rows(own.clone()).iter();
            let same = same.filter(|other| other.label == row.label);
            assert_eq!(same.count(), 1, "{} {}", row.structure, row.label);
        }
        assert!(table.structure("none").is_empty());
    }
}
