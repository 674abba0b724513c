//! Kind of a text, from its content.

use super::config_file::config_file;
use super::recognized::recognized;
use super::text_kind::TextKind;

/// The kind of binary data, if the bytes are not text.
pub(super) fn binary(bytes: &[u8]) -> Option<&'static str> {
    let known: [(&[u8], &str); 8] = [
        (b"\xff\xd8\xff", "a JPEG image"),
        (b"\x89PNG", "a PNG image"),
        (b"GIF8", "a GIF image"),
        (b"%PDF", "a PDF document"),
        (b"PK\x03\x04", "a ZIP archive"),
        (b"\x1f\x8b", "a gzip file"),
        (b"\x28\xb5\x2f\xfd", "a zstd file"),
        (b"\x55\xaa", "an option ROM (see passthru rom info)"),
    ];
    if let Some((_, what)) = known.iter().find(|(magic, _)| bytes.starts_with(magic)) {
        return Some(what);
    }
    let head = bytes.get(..bytes.len().min(4096)).unwrap_or_default();
    head.contains(&0).then_some("a binary file")
}

/// The signature of a complete ACPI table of an IOMMU, as a file (`acpidump -b`, a copy of
/// `/sys/firmware/acpi/tables/DMAR`).
pub(super) fn iommu_table(bytes: &[u8]) -> Option<&'static str> {
    let length = bytes.get(4..8)?.first_chunk()?;
    let is_complete = usize::try_from(u32::from_le_bytes(*length)).ok()? == bytes.len();
    let mut known = iommu::acpi::SIGNATURES.into_iter();
    known.find(|known| is_complete && bytes.starts_with(known.as_bytes()))
}

/// Whether the bytes are a snapshot, complete or not.
pub(super) fn is_snapshot(bytes: &[u8]) -> bool {
    let head = bytes.get(..bytes.len().min(256)).unwrap_or_default();
    let head = String::from_utf8_lossy(head);
    head.trim_start().starts_with('{') && head.contains("\"passthru-snapshot/")
}

/// Returns the kinds of text in `text`; empty if it is not recognized.
///
/// The text of a configuration file is of exactly that kind; output of commands may be mixed, as in
/// a pasted terminal.
#[must_use]
pub fn kinds(text: &str) -> Vec<TextKind> {
    if let Some(kind) = config_file(text) {
        return vec![kind];
    }
    recognized(text).kinds
}

#[cfg(test)]
mod tests;
