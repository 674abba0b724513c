//! The compact form of the database, read in place.
//!
//! All numbers are little-endian. The header is 56 bytes:
//!
//! | offset | size | what |
//! | ---: | ---: | --- |
//! | 0 | 8 | `pci.ids` and a zero byte |
//! | 8 | 4 | the format: 2 |
//! | 12 | 4 | CRC-32 of everything from offset 16 to the end |
//! | 16 | 28 | rows of the seven tables, four bytes each |
//! | 44 | 4 | bytes in the pool |
//! | 48 | 4 | name reference: the version |
//! | 52 | 4 | name reference: the date |
//!
//! The seven tables follow, each row a key and a name reference: vendors (2-byte keys), devices
//! (vendor, device), subsystems (vendor, device, subsystem vendor, subsystem), subsystems of any
//! device (subsystem vendor, subsystem), base classes (1 byte), sub-classes (2), programming
//! interfaces (3); see `table` for the lookup. The pool is last: every distinct name once, without
//! separators; a name that is a prefix or suffix of another is stored within it.
//!
//! This crate's data folder has the pool as a separate file, so that the compiler checks its UTF-8
//! and lookups need not.

use super::checksum::crc32;
use super::fault::{BlobError, FORMAT};
use super::table::{REFERENCE, Table, name_at};

pub(super) const MAGIC: [u8; 8] = *b"pci.ids\0";
/// Start of the bytes that the checksum covers.
pub(super) const COVERED: usize = 16;
const CHECKSUM: usize = 12;
const POOL_LENGTH: usize = 44;

/// The tables of one blob.
#[derive(Clone, Copy)]
pub(super) struct Blob<'a> {
    pub(super) vendors: Table<'a, 2, { 2 + REFERENCE }>,
    pub(super) devices: Table<'a, 4, { 4 + REFERENCE }>,
    pub(super) subsystems: Table<'a, 8, { 8 + REFERENCE }>,
    pub(super) generic_subsystems: Table<'a, 4, { 4 + REFERENCE }>,
    pub(super) base_classes: Table<'a, 1, { 1 + REFERENCE }>,
    pub(super) sub_classes: Table<'a, 2, { 2 + REFERENCE }>,
    pub(super) prog_ifs: Table<'a, 3, { 3 + REFERENCE }>,
    pub(super) pool: &'a str,
    version: u32,
    date: u32,
}

impl<'a> Blob<'a> {
    pub(super) const EMPTY: Self = Self {
        vendors: Table::EMPTY,
        devices: Table::EMPTY,
        subsystems: Table::EMPTY,
        generic_subsystems: Table::EMPTY,
        base_classes: Table::EMPTY,
        sub_classes: Table::EMPTY,
        prog_ifs: Table::EMPTY,
        pool: "",
        version: 0,
        date: 0,
    };

    /// Locates the tables from the header without checking them, as the compiler does for the
    /// embedded blob.
    pub(super) const fn open(head: &'a [u8], pool: &'a str) -> Result<Self, BlobError> {
        let found = head.len().saturating_add(pool.len());
        let short = Err(BlobError::Short { found });
        let mut rest = head;
        let Some(magic) = take_u64(&mut rest) else {
            return short;
        };
        if magic != u64::from_le_bytes(MAGIC) {
            return Err(BlobError::Magic);
        }
        let Some(format) = take_u32(&mut rest) else {
            return short;
        };
        if format != FORMAT {
            return Err(BlobError::Format { found: format });
        }
        let (Some(_checksum), Some(vendors), Some(devices), Some(subsystems), Some(generic)) = (
            take_u32(&mut rest),
            take_u32(&mut rest),
            take_u32(&mut rest),
            take_u32(&mut rest),
            take_u32(&mut rest),
        ) else {
            return short;
        };
        let (Some(bases), Some(subs), Some(prog_ifs), Some(length), Some(version), Some(date)) = (
            take_u32(&mut rest),
            take_u32(&mut rest),
            take_u32(&mut rest),
            take_u32(&mut rest),
            take_u32(&mut rest),
            take_u32(&mut rest),
        ) else {
            return short;
        };
        let (Some(vendors), Some(devices), Some(subsystems), Some(generic_subsystems)) = (
            Table::take(&mut rest, vendors),
            Table::take(&mut rest, devices),
            Table::take(&mut rest, subsystems),
            Table::take(&mut rest, generic),
        ) else {
            return short;
        };
        let (Some(base_classes), Some(sub_classes), Some(prog_ifs)) = (
            Table::take(&mut rest, bases),
            Table::take(&mut rest, subs),
            Table::take(&mut rest, prog_ifs),
        ) else {
            return short;
        };
        // The head must be consumed, and the pool complete.
        let length = length as usize;
        if pool.len() < length {
            return short;
        }
        let excess = rest.len().saturating_add(pool.len() - length);
        if excess > 0 {
            return Err(BlobError::Long { found, excess });
        }
        Ok(Self {
            vendors,
            devices,
            subsystems,
            generic_subsystems,
            base_classes,
            sub_classes,
            prog_ifs,
            pool,
            version,
            date,
        })
    }

    /// Locates the tables and checks their contents.
    pub(super) fn open_checked(bytes: &'a [u8]) -> Result<Self, BlobError> {
        let (head, pool) = split(bytes)?;
        let blob = Self::open(head, pool)?;
        let found = bytes.get(COVERED..).map(|covered| crc32([covered]));
        if number_at(bytes, CHECKSUM) != found {
            return Err(BlobError::Checksum);
        }
        let bad_rows = [
            ("vendors", blob.vendors.first_bad_row(pool)),
            ("devices", blob.devices.first_bad_row(pool)),
            ("subsystems", blob.subsystems.first_bad_row(pool)),
            (
                "subsystems of any device",
                blob.generic_subsystems.first_bad_row(pool),
            ),
            ("base classes", blob.base_classes.first_bad_row(pool)),
            ("sub-classes", blob.sub_classes.first_bad_row(pool)),
            ("programming interfaces", blob.prog_ifs.first_bad_row(pool)),
            (
                "version",
                name_at(pool, blob.version).is_none().then_some(0),
            ),
            ("date", name_at(pool, blob.date).is_none().then_some(0)),
        ];
        match bad_rows
            .iter()
            .find_map(|&(table, row)| Some((table, row?)))
        {
            Some((table, row)) => Err(BlobError::Row { table, row }),
            None => Ok(blob),
        }
    }

    pub(super) fn version(&self) -> &'a str {
        name_at(self.pool, self.version).unwrap_or("")
    }

    pub(super) fn date(&self) -> &'a str {
        name_at(self.pool, self.date).unwrap_or("")
    }
}

/// A blob in two parts: the header with the tables, and the pool of names.
///
/// # Errors
/// If the bytes are too few, or the pool is not UTF-8.
pub fn head_and_pool(blob: &[u8]) -> crate::Result<(&[u8], &str)> {
    Ok(split(blob)?)
}

fn split(blob: &[u8]) -> Result<(&[u8], &str), BlobError> {
    let short = BlobError::Short { found: blob.len() };
    if !blob.starts_with(&MAGIC) && blob.len() >= MAGIC.len() {
        return Err(BlobError::Magic);
    }
    let length = number_at(blob, POOL_LENGTH).ok_or(short)? as usize;
    let head = blob.len().checked_sub(length).ok_or(short)?;
    let (head, pool) = blob.split_at_checked(head).ok_or(short)?;
    let pool = core::str::from_utf8(pool).map_err(|error| BlobError::Pool {
        offset: error.valid_up_to(),
    })?;
    Ok((head, pool))
}

fn number_at(blob: &[u8], offset: usize) -> Option<u32> {
    let bytes = blob.get(offset..)?.first_chunk()?;
    Some(u32::from_le_bytes(*bytes))
}

const fn take_u32(rest: &mut &[u8]) -> Option<u32> {
    let Some((number, after)) = rest.split_first_chunk() else {
        return None;
    };
    *rest = after;
    Some(u32::from_le_bytes(*number))
}

const fn take_u64(rest: &mut &[u8]) -> Option<u64> {
    let Some((number, after)) = rest.split_first_chunk() else {
        return None;
    };
    *rest = after;
    Some(u64::from_le_bytes(*number))
}

#[cfg(test)]
mod tests {
    use alloc::string::ToString;
    use alloc::vec::Vec;

    use super::*;
    use crate::names::{Database, Names};
    use crate::{ClassCode, Error, PciId, SubsystemId};

    fn sample() -> Vec<u8> {
        let text = "# Version: 2026.10.24\n# Date: now\n10b0  Gainward\n10de  NVIDIA\n\
            \t2d04  GB206\n\t\t10b0 205e  Card\nS 10b0\n\t2060  Any\n\
            C 03  Display\n\t00  VGA\n\t\t00  VGA controller\n";
        Database::parse(text.as_bytes()).unwrap().to_blob().unwrap()
    }

    /// Recomputes the checksum, so that later checks are reached.
    fn sealed(mut blob: Vec<u8>) -> Vec<u8> {
        let sum = crc32([&blob[COVERED..]]).to_le_bytes();
        blob[12..COVERED].copy_from_slice(&sum);
        blob
    }

    fn error(blob: &[u8]) -> Error {
        Names::from_blob(blob).unwrap_err()
    }

    #[test]
    fn each_damage_has_its_error() {
        let blob = sample();
        assert_eq!(Names::from_blob(&blob).unwrap().date(), "now");
        for end in 0..blob.len() {
            let cut = error(&blob[..end]);
            let short = Error::from(BlobError::Short { found: end });
            // A pool that begins among the tables need not even be text.
            assert!(
                cut == short || cut.to_string().contains(" of the pool"),
                "{cut}"
            );
        }
        let mut longer = blob.clone();
        longer.insert(57, 0);
        let (found, excess) = (longer.len(), 1);
        assert_eq!(error(&longer), BlobError::Long { found, excess }.into());
        let changed = |at: usize, byte: u8| {
            let mut blob = blob.clone();
            blob[at] = byte;
            blob
        };
        assert_eq!(error(&changed(0, b'P')), BlobError::Magic.into());
        assert_eq!(error(&changed(8, 1)), BlobError::Format { found: 1 }.into());
        for (at, byte) in blob.iter().enumerate().skip(COVERED) {
            let damaged = changed(at, byte ^ 1);
            assert!(Names::from_blob(&damaged).is_err(), "byte {at}");
        }
        // A key that belongs to another bucket; then a name not UTF-8.
        let row = |table, row| Error::from(BlobError::Row { table, row });
        let first_row = 56 + 3 * 2;
        assert_eq!(error(&sealed(changed(first_row, 0xff))), row("vendors", 0));
        let pool = blob.len() - 1;
        let offset = number_at(&blob, POOL_LENGTH).unwrap() as usize - 1;
        assert_eq!(
            error(&changed(pool, 0xff)),
            BlobError::Pool { offset }.into()
        );
        assert_eq!(error(&sealed(changed(48, 0xff))), row("version", 0));
    }

    #[test]
    fn no_blob_makes_a_lookup_panic() {
        let blob = sample();
        let mut random = testkit::Random::new(0x9e37_79b9);
        let mut opened = 0;
        for _ in 0..20_000 {
            let mut hostile = blob.clone();
            for _ in 0..=random.below(3) {
                let at = COVERED + random.below(blob.len() - COVERED);
                hostile[at] = [0, 1, 0x7f, 0x80, 0xff][random.below(5)];
            }
            // Without any check, which is how the embedded blob is opened.
            let Ok((head, pool)) = head_and_pool(&hostile) else {
                continue;
            };
            let Ok(blob) = Blob::open(head, pool) else {
                continue;
            };
            opened += 1;
            let names = Names { blob };
            let gpu = PciId::new(0x10de, 0x2d04);
            let found = [
                names.vendor(gpu.vendor),
                names.device(gpu),
                names.subsystem(gpu, SubsystemId::new(0x10b0, 0x2060)),
                names.prog_if(ClassCode::new(3, 0, Some(0))),
                names.search("a").first().map(|found| found.device),
                Some(names.version()),
            ];
            assert!(found.iter().flatten().all(|name| name.len() <= 255));
        }
        assert!(opened > 5_000, "{opened}");
    }
}
