//! The embedded database of a program whose size counts: `pci.ids` by columns, which pack to less
//! than half of the tables.
//!
//! | bytes | |
//! | --- | --- |
//! | | the names, each with a line feed: version, date, and one of each line |
//! | 1 of each line | its kind, see [`Kind`] |
//! | 2 of each number | four columns, each as high bytes and low bytes: vendors, subsystem vendors and base classes; devices and sub-classes; subsystem vendors below a device, and programming interfaces; subsystem devices below a device |
//! | 4 | bytes of the names, little-endian |
//! | 4 | lines, little-endian |
//!
//! The build compresses all of it behind its length, except for WebAssembly, whose modules are
//! compressed as a whole.

use alloc::string::String;
use alloc::vec;
use alloc::vec::Vec;
use std::sync::LazyLock;

use super::key::Key;
use super::rows::Span;
use super::text::Database;
use super::text_reader::Reader;
use crate::{DeviceId, PciId, SubsystemId, VendorId};

/// Header, tables and names; they are unpacked at the first call, and empty if the packed form is
/// damaged.
pub(super) fn parts() -> (&'static [u8], &'static str) {
    static PARTS: LazyLock<(Vec<u8>, String)> = LazyLock::new(|| {
        let packed = include_bytes!(concat!(env!("OUT_DIR"), "/pci.ids.packed"));
        tables(packed).unwrap_or_default()
    });
    (&PARTS.0, &PARTS.1)
}

/// Kinds of lines, by their numbers.
#[derive(Clone, Copy)]
enum Kind {
    Vendor,
    Device,
    Subsystem,
    /// A vendor whose subsystems of any device follow; without a name.
    GenericVendor,
    GenericSubsystem,
    BaseClass,
    SubClass,
    ProgIf,
}

impl Kind {
    const ALL: [Self; 8] = [
        Self::Vendor,
        Self::Device,
        Self::Subsystem,
        Self::GenericVendor,
        Self::GenericSubsystem,
        Self::BaseClass,
        Self::SubClass,
        Self::ProgIf,
    ];

    const fn columns(self) -> &'static [usize] {
        match self {
            Self::Vendor | Self::GenericVendor | Self::BaseClass => &[0],
            Self::Device | Self::GenericSubsystem | Self::SubClass => &[1],
            Self::Subsystem => &[2, 3],
            Self::ProgIf => &[2],
        }
    }
}

/// Numbers of a column.
#[derive(Default)]
struct Column<'a> {
    high: &'a [u8],
    low: &'a [u8],
}

impl Column<'_> {
    fn next(&mut self) -> Option<u16> {
        let ((high, highs), (low, lows)) = (self.high.split_first()?, self.low.split_first()?);
        (self.high, self.low) = (highs, lows);
        Some(u16::from_be_bytes([*high, *low]))
    }
}

/// Header and tables, and the names.
fn tables(packed: &[u8]) -> Option<(Vec<u8>, String)> {
    if cfg!(target_family = "wasm") {
        return unpacked(packed.to_vec());
    }
    let (length, deflated) = packed.split_first_chunk()?;
    let mut bytes = vec![0; usize::try_from(u32::from_le_bytes(*length)).ok()?];
    let input = core::iter::once(deflated);
    miniz_oxide::inflate::decompress_slice_iter_to_slice(&mut bytes, input, false, true).ok()?;
    unpacked(bytes)
}

fn unpacked(mut bytes: Vec<u8>) -> Option<(Vec<u8>, String)> {
    let length = |after: usize| {
        let number = bytes
            .get(bytes.len().checked_sub(after)?..)?
            .first_chunk()?;
        usize::try_from(u32::from_le_bytes(*number)).ok()
    };
    let (names, lines) = (length(8)?, length(4)?);
    let columns = bytes.split_off(names.min(bytes.len()));
    let names = String::from_utf8(bytes).ok()?;
    let head = database(&names, lines, &columns)?.to_head().ok()?;
    Some((head, names))
}

fn database<'a>(names: &'a str, lines: usize, columns: &[u8]) -> Option<Database<'a>> {
    let (numbers, mut rest) = columns.split_at_checked(lines)?;
    let kinds: Option<Vec<Kind>> = numbers
        .iter()
        .map(|number| Kind::ALL.get(usize::from(*number)).copied())
        .collect();
    let kinds = kinds?;
    let mut columns: [Column<'_>; 4] = Default::default();
    for (at, column) in columns.iter_mut().enumerate() {
        let rows = kinds.iter().filter(|kind| kind.columns().contains(&at));
        let rows = rows.count();
        (column.high, rest) = rest.split_at_checked(rows)?;
        (column.low, rest) = rest.split_at_checked(rows)?;
    }
    let [first, second, third, fourth] = &mut columns;

    let mut reader = Reader::new(names);
    let mut start = 0;
    let mut spans = memchr::memchr_iter(b'\n', names.as_bytes()).map_while(|end| {
        let span = Span::new(&(start..end));
        start = end + 1;
        span
    });
    reader.version = spans.next();
    reader.date = spans.next();
    let (mut of_first, mut of_second) = (0, 0);
    for (kind, name) in kinds.into_iter().zip(spans) {
        let (rows, key) = match kind {
            Kind::Vendor => {
                of_first = first.next()?;
                (&mut reader.vendors, VendorId(of_first).to_number())
            }
            Kind::Device => {
                of_second = second.next()?;
                let id = PciId::new(of_first, of_second);
                (&mut reader.devices, id.to_number())
            }
            Kind::Subsystem => {
                let id = PciId::new(of_first, of_second);
                let card = SubsystemId::new(third.next()?, fourth.next()?);
                (&mut reader.subsystems, (id, card).to_number())
            }
            Kind::GenericVendor => {
                of_first = first.next()?;
                continue;
            }
            Kind::GenericSubsystem => {
                let (vendor, device) = (VendorId(of_first), DeviceId(second.next()?));
                let id = SubsystemId { vendor, device };
                (&mut reader.generic_subsystems, id.to_number())
            }
            Kind::BaseClass => {
                of_first = first.next()?;
                (&mut reader.base_classes, low(of_first).to_number())
            }
            Kind::SubClass => {
                of_second = second.next()?;
                let class = (low(of_first), low(of_second));
                (&mut reader.sub_classes, class.to_number())
            }
            Kind::ProgIf => {
                let class = (low(of_first), low(of_second), low(third.next()?));
                (&mut reader.prog_ifs, class.to_number())
            }
        };
        rows.add(key, name).ok()?;
    }
    Some(Database::of(reader))
}

/// The number of a class.
const fn low(number: u16) -> u8 {
    let [_, low] = number.to_be_bytes();
    low
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::names::Names;

    #[test]
    fn every_entry_is_that_of_the_text() {
        let text = include_str!("../../data/pci.ids");
        let whole = Database::parse(text.as_bytes()).unwrap();
        let (head, names) = parts();
        let packed = Names::of_text(head, names);
        assert_eq!(Some(packed.version()), whole.version());
        assert_eq!(Some(packed.date()), whole.date());
        let blob = whole.to_blob().unwrap();
        let tables = Names::from_blob(&blob).unwrap();
        assert!(entries(&packed) == entries(&tables));
        assert!(entries(&packed).len() > 40_000);
    }

    fn entries<'a>(names: &Names<'a>) -> Vec<(u64, &'a str)> {
        let (blob, pool) = (names.blob, names.blob.pool);
        let ids = blob.vendors.iter(pool).chain(blob.devices.iter(pool));
        let ids = ids.chain(blob.subsystems.iter(pool));
        let ids = ids.chain(blob.generic_subsystems.iter(pool));
        let classes = blob.base_classes.iter(pool);
        let classes = classes.chain(blob.sub_classes.iter(pool));
        ids.chain(classes).chain(blob.prog_ifs.iter(pool)).collect()
    }

    #[test]
    fn damaged_columns_have_no_database() {
        let packed = include_bytes!(concat!(env!("OUT_DIR"), "/pci.ids.packed"));
        assert!(tables(&packed[..packed.len() / 2]).is_none());
        assert!(tables(b"no deflate").is_none());
        let bytes = miniz_oxide::inflate::decompress_to_vec(&packed[4..]).unwrap();
        assert!(unpacked(bytes.clone()).is_some());
        for end in [0, 4, 7, 8, 9, bytes.len() / 2, bytes.len() - 1] {
            assert!(unpacked(bytes[..end].to_vec()).is_none(), "{end}");
        }
        let mut lines = bytes;
        if let Some(last) = lines.last_chunk_mut() {
            *last = u32::MAX.to_le_bytes();
        }
        assert!(unpacked(lines).is_none());
    }
}
