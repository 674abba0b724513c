//! Conversion of the parsed text to tables.

use alloc::string::ToString;
use alloc::vec;
use alloc::vec::Vec;

use super::blob::{COVERED, MAGIC};
use super::checksum::crc32;
use super::fault::{BuildError, FORMAT};
use super::pool::Pool;
use super::rows::Span;
use super::table::{LENGTH_BITS, REFERENCE, bucket_bits, bucket_of, number_width};
use super::text::Database;
use super::version::is_version;

impl Database<'_> {
    /// The compact form, for [`Names::from_blob`](super::Names::from_blob). The same database
    /// always yields the same bytes.
    ///
    /// # Errors
    /// If there is no version of the form `YYYY.MM.DD`, or the names exceed the format.
    pub fn to_blob(&self) -> crate::Result<Vec<u8>> {
        let (version, date) = (self.version().unwrap_or(""), self.date().unwrap_or(""));
        if !is_version(version) {
            let found = version.to_string();
            return Err(BuildError::Version { found }.into());
        }
        let mut names: Vec<&str> = Vec::from([version, date]);
        names.extend(self.vendors().iter().map(|(_, name)| name));
        names.extend(self.devices().iter().map(|(_, name)| name));
        names.extend(self.subsystems().iter().map(|(_, name)| name));
        names.extend(self.generic_subsystems().iter().map(|(_, name)| name));
        names.extend(self.base_classes().iter().map(|(_, name)| name));
        names.extend(self.sub_classes().iter().map(|(_, name)| name));
        names.extend(self.prog_ifs().iter().map(|(_, name)| name));
        let pool = Pool::of(names);
        let text = self.text();
        let head = self.tables(pool.text().len(), |name| {
            let name = name.of(text);
            place(pool.start(name), name)
        })?;
        let covered = head.get(COVERED..).unwrap_or_default();
        let sum = crc32([covered, pool.text().as_bytes()]);
        let mut blob = Vec::with_capacity(head.len() + pool.text().len());
        blob.extend(MAGIC);
        blob.extend(FORMAT.to_le_bytes());
        blob.extend(sum.to_le_bytes());
        blob.extend(covered);
        blob.extend(pool.text().as_bytes());
        Ok(blob)
    }

    /// Header and tables for names that stay in the text; a version in another form is dropped. The
    /// checksum is omitted: the result is read immediately.
    pub(super) fn to_head(&self) -> Result<Vec<u8>, BuildError> {
        let text = self.text();
        self.tables(text.len(), |name| place(name.start as usize, name.of(text)))
    }

    fn tables(
        &self,
        pool: usize,
        place: impl Fn(Span) -> Result<u32, BuildError>,
    ) -> Result<Vec<u8>, BuildError> {
        let (version, date) = self.head();
        let version = version.filter(|_| self.version().is_some_and(is_version));
        let mut writer = Writer {
            counts: Vec::new(),
            tables: Vec::new(),
            place,
        };
        writer.table::<2>(self.vendors().rows())?;
        writer.table::<4>(self.devices().rows())?;
        writer.table::<8>(self.subsystems().rows())?;
        writer.table::<4>(self.generic_subsystems().rows())?;
        writer.table::<1>(self.base_classes().rows())?;
        writer.table::<2>(self.sub_classes().rows())?;
        writer.table::<3>(self.prog_ifs().rows())?;
        let version = version.map_or(Ok(0), &writer.place)?;
        let date = date.map_or(Ok(0), &writer.place)?;

        let mut head = Vec::with_capacity(COVERED + writer.counts.len() + writer.tables.len());
        head.extend(MAGIC);
        head.extend(FORMAT.to_le_bytes());
        head.extend([0; 4]);
        head.extend(writer.counts);
        head.extend(count(pool)?);
        head.extend(version.to_le_bytes());
        head.extend(date.to_le_bytes());
        head.extend(writer.tables);
        Ok(head)
    }
}

struct Writer<F> {
    counts: Vec<u8>,
    tables: Vec<u8>,
    place: F,
}

impl<F: Fn(Span) -> Result<u32, BuildError>> Writer<F> {
    /// Writes the start of each bucket, then the rows: the low `W` bytes of the key and a name
    /// reference.
    fn table<const W: usize>(&mut self, entries: &[(u64, Span)]) -> Result<(), BuildError> {
        let total = entries.len();
        self.counts.extend(count(total)?);
        let (bits, width) = (bucket_bits(total), number_width(total));
        // Sorted by counting: the entries have ascending keys.
        let mut starts = vec![0_usize; (1 << bits) + 1];
        for (key, _) in entries {
            if let Some(after) = starts.get_mut(bucket_of(*key, bits) + 1) {
                *after += 1;
            }
        }
        let mut before = 0;
        for start in &mut starts {
            before += *start;
            *start = before;
            self.tables.extend(count(before)?.iter().take(width));
        }
        let first = self.tables.len();
        self.tables.resize(first + total * (W + REFERENCE), 0);
        let rows = self.tables.get_mut(first..).unwrap_or_default();
        for (key, name) in entries {
            let next = starts.get_mut(bucket_of(*key, bits));
            let Some(next) = next else { continue };
            let row = rows
                .chunks_exact_mut(W + REFERENCE)
                .nth(*next)
                .and_then(|row| row.split_at_mut_checked(W));
            *next += 1;
            let (Some((row, reference)), key) = (row, key.to_le_bytes()) else {
                continue;
            };
            row.copy_from_slice(key.get(..W).unwrap_or_default());
            reference.copy_from_slice(&(self.place)(*name)?.to_le_bytes());
        }
        Ok(())
    }
}

/// A name reference.
fn place(start: usize, name: &str) -> Result<u32, BuildError> {
    let length = u8::try_from(name.len()).map_err(|_| BuildError::LongName {
        name: name.to_string(),
    })?;
    let start = u32::try_from(start)
        .ok()
        .filter(|start| start >> (u32::BITS - LENGTH_BITS) == 0)
        .ok_or(BuildError::TooLarge)?;
    Ok(start << LENGTH_BITS | u32::from(length))
}

fn count(rows: usize) -> Result<[u8; 4], BuildError> {
    u32::try_from(rows)
        .map(u32::to_le_bytes)
        .map_err(|_| BuildError::TooLarge)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn version(text: &str) -> crate::Result<Vec<u8>> {
        Database::parse(text.as_bytes()).unwrap().to_blob()
    }

    #[test]
    fn a_version_is_a_date() {
        assert!(version("# Version: 2026.10.24\n").is_ok());
        for text in [
            "",
            "# Version: 2026-10-24\n",
            "# Version: 2026.10.241\n",
            "# Version: 2026.10.2x\n",
        ] {
            let error = version(text).unwrap_err();
            assert_eq!(error.kind(), crate::ErrorKind::NamesForm, "{text}");
        }
    }

    #[test]
    fn a_name_of_256_bytes_is_refused_and_one_of_255_is_not() {
        let head = "# Version: 2026.10.24\n10de  ";
        assert!(version(&alloc::format!("{head}{}\n", "x".repeat(255))).is_ok());
        let error = version(&alloc::format!("{head}{}\n", "x".repeat(256))).unwrap_err();
        assert!(error.to_string().contains("found 256 bytes"), "{error}");
    }

    #[test]
    fn equal_names_are_stored_once() {
        let one = version("# Version: 2026.10.24\n10de  Some vendor\n").unwrap();
        let two = version("# Version: 2026.10.24\n10de  Some vendor\n10df  Some vendor\n").unwrap();
        // One row more, and both are in one bucket.
        assert_eq!(two.len() - one.len(), 2 + 4);
    }
}
