//! What the lines of `lspci -vv` show of registers: the table.

use alloc::vec::Vec;
use core::ops::Range;

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
#[derive(Clone, Copy, Debug)]
pub(super) struct Field {
    /// The name of a flag, or what stands before a value.
    pub(super) text: &'static str,
    /// How the value is written; `None` for a flag.
    pub(super) value: Option<&'static str>,
    /// The lowest bit, counted from the register's own bit 0.
    pub(super) bit: u16,
    /// How many bits: 1 for a flag.
    pub(super) width: u16,
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
        Some((text, value)) => (text, Some(value.strip_suffix('}')?)),
        None => (what, None),
    };
    Some(Field {
        text,
        value,
        bit: bit.parse().ok()?,
        width: width.parse().ok()?,
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
        }
        assert!(table.structure("none").is_empty());
    }
}
