//! Which capability a title is that of.

use alloc::vec::Vec;
use core::ops::Range;

use super::register_table::RegisterTable;
use crate::config::{CapabilityId, ExtendedCapabilityId};
use crate::lspci::read::digits::hex;
use crate::lspci::structures::CapabilityKind;

const TABLE: &str = include_str!("titles.tsv");

/// The known titles, for one reading of a text.
pub(super) struct Titles {
    /// By the first byte of their starts.
    rows: Vec<Title>,
}

/// How titles of a structure begin.
#[derive(Clone, Debug)]
pub(super) struct Title {
    start: &'static str,
    /// The structure that is called so: `c10`.
    pub(super) structure: &'static str,
    /// What is known of its registers.
    pub(super) rows: Range<usize>,
}

impl Titles {
    pub(super) fn new(table: &RegisterTable) -> Self {
        let rows = TABLE.lines().filter(|line| !line.starts_with('#'));
        let mut rows: Vec<_> = rows
            .filter_map(|line| line.split_once('\t'))
            .map(|(structure, start)| Title {
                start,
                structure,
                rows: table.structure(structure),
            })
            .collect();
        rows.sort_by_key(|row| first(row.start));
        Self { rows }
    }

    /// The structure that is called `title` and begins at `offset`: its id, and what is
    /// known of it.
    pub(super) fn structure(
        &self,
        offset: u16,
        title: &str,
    ) -> (Option<CapabilityKind>, Option<&Title>) {
        let space = if offset < 0x100 { b'c' } else { b'e' };
        if let Some(id) = numbered(title) {
            return (kind(space, id), None);
        }
        let wanted = first(title);
        let from = self.rows.partition_point(|row| first(row.start) < wanted);
        let near = self.rows.get(from..).unwrap_or_default().iter();
        let rows = near
            .take_while(|row| first(row.start) == wanted)
            .filter(|row| {
                row.structure.as_bytes().first() == Some(&space) && title.starts_with(row.start)
            });
        // `MSI-X` begins as `MSI` does.
        let Some(row) = rows.max_by_key(|row| row.start.len()) else {
            return (None, None);
        };
        let id = row.structure.get(1..).filter(|id| id.len() == 2);
        let id = id.and_then(|id| hex(id, 2));
        (id.and_then(|id| kind(space, id)), Some(row))
    }
}

fn first(text: &str) -> Option<u8> {
    text.bytes().next()
}

fn kind(space: u8, id: u32) -> Option<CapabilityKind> {
    if space == b'c' {
        let id = u8::try_from(id).ok()?;
        Some(CapabilityKind::Conventional(CapabilityId(id)))
    } else {
        let id = u16::try_from(id).ok()?;
        Some(CapabilityKind::Extended(ExtendedCapabilityId(id)))
    }
}

/// The id in a title that is none: `Capability ID 0x15 [0000]`, `Extended
/// Capability ID 0x2a`, and `#15` of pciutils up to 3.5.
fn numbered(title: &str) -> Option<u32> {
    let number = title
        .strip_prefix("Capability ID 0x")
        .or_else(|| title.strip_prefix("Extended Capability ID 0x"))
        .or_else(|| title.strip_prefix('#'))?;
    let count = number
        .bytes()
        .take_while(u8::is_ascii_hexdigit)
        .take(5)
        .count();
    (1..=4)
        .contains(&count)
        .then(|| hex(number, count))
        .flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn titles_are_known_by_their_start_and_place() {
        let titles = Titles::new(&RegisterTable::new());
        let id = |offset, title| match titles.structure(offset, title).0 {
            Some(CapabilityKind::Conventional(id)) => Some(u16::from(id.0)),
            Some(CapabilityKind::Extended(id)) => Some(id.0),
            None => None,
        };
        assert_eq!(id(0x40, "Vendor Specific Information: Len=14 <?>"), Some(9));
        assert_eq!(
            id(0x140, "Vendor Specific Information: ID=0001"),
            Some(0x0b)
        );
        assert_eq!(id(0x40, "MSI-X: Enable+ Count=9 Masked-"), Some(0x11));
        assert_eq!(id(0x40, "MSI: Enable+ Count=1/1"), Some(5));
        assert_eq!(id(0x40, "Capability ID 0x15 [0000]"), Some(0x15));
        assert_eq!(id(0x340, "Extended Capability ID 0x2a"), Some(0x2a));
        assert_eq!(id(0x340, "#2a"), Some(0x2a));
        assert_eq!(id(0x100, "Virtual Channel"), None);
        assert_eq!(id(0x100, "New thing"), None);
    }
}
