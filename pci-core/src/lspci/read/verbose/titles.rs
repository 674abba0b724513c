//! Capability titles.

use alloc::vec::Vec;

use list_order::Order as _;

use crate::config::{CapabilityId, ExtendedCapabilityId};
use crate::lspci::read::digits::hex;
use crate::lspci::structures::{CapabilityKind, Part, Structure, all};

/// The known titles, built once per text.
pub(super) struct Titles {
    /// By the first byte of their starts.
    rows: Vec<Title>,
}

/// Start of a structure's title.
#[derive(Clone, Debug)]
struct Title {
    start: &'static str,
    structure: &'static Structure,
}

impl Titles {
    pub(super) fn new() -> Self {
        let structures = all(false).iter().chain(all(true));
        let mut rows: Vec<_> = structures.flat_map(titles).collect();
        rows.order_by_key(|row| first(row.start));
        Self { rows }
    }

    /// The structure with `title` at `offset`: its ID and description.
    pub(super) fn structure(
        &self,
        offset: u16,
        title: &str,
    ) -> (Option<CapabilityKind>, Option<&'static Structure>) {
        let is_extended = offset >= 0x100;
        if let Some(id) = numbered(title) {
            return (kind(is_extended, id), None);
        }
        let wanted = first(title);
        let from = self.rows.partition_point(|row| first(row.start) < wanted);
        let near = self.rows.get(from..).unwrap_or_default().iter();
        let rows = near
            .take_while(|row| first(row.start) == wanted)
            .filter(|row| {
                matches!(row.structure.kind, CapabilityKind::Extended(_)) == is_extended
                    && title.starts_with(row.start)
            });
        // `MSI-X` begins as `MSI` does.
        let Some(row) = rows.clone().max_by_key(|row| row.start.len()) else {
            return (None, None);
        };
        // Two capabilities have the title `Virtual Channel`.
        let kind = row.structure.kind;
        if rows
            .into_iter()
            .any(|other| other.start == row.start && other.structure.kind != kind)
        {
            return (None, None);
        }
        (Some(kind), Some(row.structure))
    }
}

/// The starts of a structure's titles: the first row, and those of old releases.
fn titles(structure: &'static Structure) -> impl Iterator<Item = Title> {
    let texts = structure.title.iter().filter_map(|row| match row.part {
        Part::Text(text) => Some((row, text)),
        _ => None,
    });
    let titles = texts
        .enumerate()
        .filter(|(at, (row, _))| *at == 0 || row.releases.1 <= OLD);
    titles.map(move |(_, (_, text))| Title {
        start: start(text),
        structure,
    })
}

/// The last release with titles that are parsed but not written.
const OLD: u8 = 8;

/// The constant start of a title.
fn start(title: &'static str) -> &'static str {
    let ends = ["{", ":", " (", " <", "\n"];
    let ends = ends.into_iter().filter_map(|end| title.find(end));
    let end = ends.min().unwrap_or(title.len());
    title.get(..end).unwrap_or(title).trim_end()
}

fn first(text: &str) -> Option<u8> {
    text.bytes().next()
}

fn kind(is_extended: bool, id: u32) -> Option<CapabilityKind> {
    if is_extended {
        let id = u16::try_from(id).ok()?;
        return Some(CapabilityKind::Extended(ExtendedCapabilityId(id)));
    }
    let id = u8::try_from(id).ok()?;
    Some(CapabilityKind::Conventional(CapabilityId(id)))
}

/// The ID in a numeric title: `Capability ID 0x15 [0000]`, `Extended Capability ID 0x2a`, and `#15`
/// of pciutils up to 3.5.
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
        let titles = Titles::new();
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
