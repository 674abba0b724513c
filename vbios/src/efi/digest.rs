//! Signed digest of an executable.

use alloc::vec::Vec;

use sha2::{Digest, Sha256};

use super::executable::Executable;
use crate::field::{offset, u16_at, u32_at};

impl Executable {
    /// The Authenticode SHA-256 digest of the PE32 executable `bytes`: all bytes except the
    /// checksum, the directory entry of the certificate table, and that table (Windows Authenticode
    /// Portable Executable Signature Format 1.0, "Calculating the PE Image Hash"). Bytes after its
    /// sections are included, so padding changes the digest, as in firmware. `None` for a TE
    /// executable, which cannot be signed, and for overlapping sections.
    #[must_use]
    pub fn digest(&self, bytes: &[u8]) -> Option<[u8; 32]> {
        digest(bytes, self)
    }
}

fn digest(bytes: &[u8], executable: &Executable) -> Option<[u8; 32]> {
    let skipped = executable.skipped?;
    let table = executable.certificates.clone();
    let mut hash = Sha256::new();
    let mut take = |from: usize, to: usize| bytes.get(from..to).map(|part| hash.update(part));

    let header = offset(u32_at(bytes, 0x3c)?);
    let headers_end = offset(u32_at(bytes, header + 0x18 + 0x3c)?);
    take(0, skipped.checksum)?;
    match skipped.entry {
        Some(entry) => {
            take(skipped.checksum + 4, entry)?;
            take(entry + 8, headers_end)?;
        }
        None => take(skipped.checksum + 4, headers_end)?,
    }
    let section_count = usize::from(u16_at(bytes, header + 6)?);
    let optional_size = usize::from(u16_at(bytes, header + 0x14)?);
    let table_start = header + 0x18 + optional_size;
    let mut sections: Vec<(usize, usize)> = bytes
        .get(table_start..)?
        .chunks_exact(0x28)
        .take(section_count)
        .filter_map(|section| {
            Some((
                offset(u32_at(section, 0x14)?),
                offset(u32_at(section, 0x10)?),
            ))
        })
        .filter(|(_, length)| *length > 0)
        .collect();
    sections.sort_unstable();
    let mut taken = headers_end;
    for (start, length) in sections {
        take(start, start.checked_add(length)?)?;
        taken = taken.checked_add(length)?;
        // Overlapping sections could make this slow.
        if taken > bytes.len() {
            return None;
        }
    }
    let end = bytes
        .len()
        .checked_sub(table.map_or(0, |table| table.len()))?;
    if end > taken {
        take(taken, end)?;
    }
    Some(hash.finalize().into())
}
