//! Which capability a title is that of.

use alloc::vec::Vec;

use super::capability::CapabilityKind;
use crate::config::{CapabilityId, ExtendedCapabilityId};
use crate::lspci::read::digits::hex;

const TABLE: &str = include_str!("titles.tsv");

/// The known titles, for one reading of a text.
pub(super) struct Titles {
    /// Structure, such as `c10`, and the start of the title.
    rows: Vec<(&'static str, &'static str)>,
}

impl Titles {
    pub(super) fn new() -> Self {
        let rows = TABLE.lines().filter(|line| !line.starts_with('#'));
        Self {
            rows: rows.filter_map(|line| line.split_once('\t')).collect(),
        }
    }

    /// The structure that is called `title` and begins at `offset`: its id, and its
    /// key in the table of registers.
    pub(super) fn structure(
        &self,
        offset: u16,
        title: &str,
    ) -> (Option<CapabilityKind>, Option<&'static str>) {
        let space = if offset < 0x100 { b'c' } else { b'e' };
        if let Some(id) = numbered(title) {
            return (kind(space, id), None);
        }
        let rows = self.rows.iter().filter(|(structure, start)| {
            structure.as_bytes().first() == Some(&space) && title.starts_with(start)
        });
        // `MSI-X` begins as `MSI` does.
        let row = rows.max_by_key(|(_, start)| start.len());
        let Some((structure, _)) = row else {
            return (None, None);
        };
        let id = structure.get(1..).filter(|id| id.len() == 2);
        let id = id.and_then(|id| hex(id, 2));
        (id.and_then(|id| kind(space, id)), Some(structure))
    }
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
