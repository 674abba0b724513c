//! Signed digest of an executable.

use list_order::Order as _;
use sha2::{Digest, Sha256};

use super::executable::Executable;

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
    let signed = executable.signed.as_ref()?;
    let table = executable.certificates.clone();
    let mut hash = Sha256::new();
    let mut take = |from: usize, to: usize| bytes.get(from..to).map(|part| hash.update(part));

    take(0, signed.checksum)?;
    match signed.entry {
        Some(entry) => {
            take(signed.checksum + 4, entry)?;
            take(entry + 8, signed.headers_end)?;
        }
        None => take(signed.checksum + 4, signed.headers_end)?,
    }
    let mut sections = signed.sections.clone();
    sections.order();
    let mut taken = signed.headers_end;
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
