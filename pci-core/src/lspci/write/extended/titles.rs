//! What extended capabilities are called.

use crate::lspci::write::version::Version;

/// The table: id, release since which, title.
const TITLES: &str = include_str!("titles.tsv");

/// The title of the capability `id`; `None` where that release knows none.
pub(super) fn title(id: u16, version: Version) -> Option<&'static str> {
    let rows = TITLES.lines().filter(|line| !line.starts_with('#'));
    let mut rows = rows.filter_map(|line| {
        let mut cells = line.split('\t');
        let row_id = u16::from_str_radix(cells.next()?, 16).ok()?;
        let since: Version = cells.next()?.parse().ok()?;
        (row_id == id && since <= version).then_some(cells.next()?)
    });
    rows.next_back()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_is_read() {
        let rows = TITLES.lines().filter(|line| !line.starts_with('#'));
        for row in rows {
            let cells: alloc::vec::Vec<_> = row.split('\t').collect();
            let id = u16::from_str_radix(cells[0], 16).unwrap();
            let since = cells[1].parse().unwrap();
            assert_eq!(title(id, since), Some(cells[2]), "{row}");
        }
        assert_eq!(title(0x2f, Version::V3_13), None);
        assert_eq!(title(0x2f, Version::V3_15), Some("Device 3"));
    }
}
