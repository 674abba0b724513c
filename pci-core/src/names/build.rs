//! From the parsed text to the blob.

use alloc::collections::BTreeMap;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

use super::blob::{COVERED, FORMAT, MAGIC};
use super::checksum::crc32;
use super::key;
use super::table::LENGTH_BITS;
use super::text::Database;

impl Database<'_> {
    /// The compact form, for [`Names::from_blob`](super::Names::from_blob). The
    /// same database always gives the same bytes.
    ///
    /// # Errors
    /// [`BuildError`] when there is no version of the form `YYYY.MM.DD`, or the
    /// names do not fit the format.
    pub fn to_blob(&self) -> Result<Vec<u8>, BuildError> {
        let version = self.version.unwrap_or("");
        if !is_version(version) {
            return Err(BuildError::Version {
                found: version.to_string(),
            });
        }
        let mut writer = Writer::default();
        writer.table::<2, _>(&self.vendors, |&id| key::vendor(id))?;
        writer.table::<4, _>(&self.devices, |&id| key::device(id))?;
        writer.table::<8, _>(&self.subsystems, |&(id, subsystem)| {
            key::subsystem(id, subsystem)
        })?;
        writer.table::<4, _>(&self.generic_subsystems, |&id| key::generic_subsystem(id))?;
        writer.table::<1, _>(&self.base_classes, |&base| key::base_class(base))?;
        writer.table::<2, _>(&self.sub_classes, |&(base, sub)| key::sub_class(base, sub))?;
        writer.table::<3, _>(&self.prog_ifs, |&(base, sub, prog_if)| {
            key::prog_if(base, sub, prog_if)
        })?;
        let version = writer.pool.place(version)?;
        let date = writer.pool.place(self.date.unwrap_or(""))?;

        let mut covered = writer.counts;
        covered.extend(count(writer.pool.text.len())?);
        covered.extend(version.to_be_bytes());
        covered.extend(date.to_be_bytes());
        covered.extend(writer.tables);
        covered.extend(writer.pool.text.into_bytes());

        let mut blob = Vec::with_capacity(COVERED + covered.len());
        blob.extend(MAGIC);
        blob.extend(FORMAT.to_be_bytes());
        blob.extend(crc32(&covered).to_be_bytes());
        blob.extend(covered);
        Ok(blob)
    }
}

#[derive(Default)]
struct Writer<'a> {
    counts: Vec<u8>,
    tables: Vec<u8>,
    pool: Pool<'a>,
}

impl<'a> Writer<'a> {
    /// Writes the low `W` bytes of each key, then a reference for each name.
    /// The map's order is the keys' order: both compare the ids one by one.
    fn table<const W: usize, K>(
        &mut self,
        rows: &BTreeMap<K, &'a str>,
        key: impl Fn(&K) -> u64,
    ) -> Result<(), BuildError> {
        self.counts.extend(count(rows.len())?);
        for id in rows.keys() {
            let bytes = key(id).to_be_bytes();
            self.tables.extend(bytes.iter().skip(bytes.len() - W));
        }
        for name in rows.values() {
            self.tables.extend(self.pool.place(name)?.to_be_bytes());
        }
        Ok(())
    }
}

/// Every distinct name once: a quarter of the names are said more than once.
#[derive(Default)]
struct Pool<'a> {
    text: String,
    places: BTreeMap<&'a str, u32>,
}

impl<'a> Pool<'a> {
    fn place(&mut self, name: &'a str) -> Result<u32, BuildError> {
        if let Some(&place) = self.places.get(name) {
            return Ok(place);
        }
        let length = u8::try_from(name.len()).map_err(|_| BuildError::LongName {
            name: name.to_string(),
        })?;
        let start = u32::try_from(self.text.len())
            .ok()
            .filter(|start| start >> (u32::BITS - LENGTH_BITS) == 0)
            .ok_or(BuildError::TooLarge)?;
        let place = start << LENGTH_BITS | u32::from(length);
        self.text.push_str(name);
        self.places.insert(name, place);
        Ok(place)
    }
}

fn count(rows: usize) -> Result<[u8; 4], BuildError> {
    u32::try_from(rows)
        .map(u32::to_be_bytes)
        .map_err(|_| BuildError::TooLarge)
}

/// `YYYY.MM.DD`, which compares as a text in the order of time.
fn is_version(text: &str) -> bool {
    text.len() == 10
        && text.bytes().enumerate().all(|(at, byte)| match at {
            4 | 7 => byte == b'.',
            _ => byte.is_ascii_digit(),
        })
}

/// Why a database has no compact form.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BuildError {
    /// The head of the text holds no `# Version:` line that can be compared.
    #[error(
        "expected a line '# Version: YYYY.MM.DD' at the head of the text, found version '{found}'"
    )]
    Version {
        /// What stands there instead; empty where nothing does.
        found: String,
    },
    /// A name does not fit its length byte.
    #[error("expected names of at most 255 bytes, found {} bytes: '{name}'", .name.len())]
    LongName {
        /// The name.
        name: String,
    },
    /// All names together do not fit 24-bit offsets.
    #[error("expected at most 16 MiB of distinct names, found more")]
    TooLarge,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn version(text: &str) -> Result<Vec<u8>, BuildError> {
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
            assert!(matches!(error, BuildError::Version { .. }), "{text}");
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
        assert_eq!(two.len() - one.len(), 2 + 4);
    }
}
