//! Tables of posts that have a function and its driver: in columns, or as rows of names and values.

use std::ops::RangeInclusive;

use host_tree::{CommandText, Evidence, numbered_lines};
use pci_core::Address;

use super::addresses_in::addresses_in;
use crate::host::guests::guest_parts;
use crate::host::model::{Entry, Naming, Source, Value};
use crate::host::words::phrases::bound::{DRIVER_NAMES, DRIVERS};

/// What the rows of the table above a line have said.
#[derive(Default)]
struct Table {
    /// The column with drivers, if the table has a header.
    column: Option<usize>,
    /// The function of the rows of names and values.
    function: Option<Address>,
    is_open: bool,
}

/// The functions of tables, each with its driver.
pub(in crate::host) fn read(text: &CommandText, of_guests: &[RangeInclusive<u32>]) -> Vec<Entry> {
    let mut entries = Vec::new();
    if !text.text.contains('|') {
        return entries;
    }
    let mut table = Table::default();
    for (number, line) in numbered_lines(&text.text) {
        let row = line.trim_start_matches(['>', ' ', '\t']).trim_end();
        if !row.starts_with('|') || guest_parts::has(of_guests, number) {
            table = Table::default();
            continue;
        }
        let marks = |c: char| c.is_whitespace() || matches!(c, '*' | '`');
        let cells: Vec<&str> = row.trim_matches('|').split('|').collect();
        let cells: Vec<&str> = cells
            .into_iter()
            .map(|cell| cell.trim_matches(marks))
            .collect();
        let Some((address, driver)) = table.row(&cells) else {
            continue;
        };
        let shown = Evidence::new(&*text.command, number, line.trim());
        let mut entry = Entry::named(address, Source::Prose, shown, Naming::Subject);
        entry.see(Some(Value::Driver(Some(driver.to_owned()))));
        entries.push(entry);
    }
    entries
}

impl Table {
    /// The function and the driver of a row.
    fn row(&mut self, cells: &[&str]) -> Option<(Address, &'static str)> {
        let is_first = !std::mem::replace(&mut self.is_open, true);
        if is_first {
            self.column = cells.iter().position(|cell| is_driver_name(cell));
            if self.column.is_some_and(|column| column > 0) {
                return None;
            }
        }
        if let Some(column) = self.column.filter(|column| *column > 0) {
            let address = cells.iter().find_map(|cell| only_address(cell));
            return Some((address?, driver(cells.get(column)?)?));
        }
        let [name, value, ..] = cells else {
            return None;
        };
        if let Some(address) = only_address(value) {
            self.function = Some(address);
        }
        let driver = driver(value).filter(|_| is_driver_name(name))?;
        Some((self.function?, driver))
    }
}

fn is_driver_name(cell: &str) -> bool {
    DRIVER_NAMES.contains(&&*cell.to_lowercase())
}

/// The driver at the start of a cell: `vfio-pci (for the guest)`.
fn driver(cell: &str) -> Option<&'static str> {
    let is_part = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
    let word = cell.split(|c| !is_part(c)).next()?;
    DRIVERS.iter().copied().find(|driver| *driver == word)
}

fn only_address(cell: &str) -> Option<Address> {
    let mut found = addresses_in(cell);
    let first = found.next()?;
    found.all(|other| other == first).then_some(first)
}

#[cfg(test)]
mod tests;
