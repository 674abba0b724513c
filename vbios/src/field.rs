//! Little-endian fields of a byte slice.

use alloc::string::{String, ToString};

/// The two bytes at `offset`, if present.
pub(crate) fn u16_at(bytes: &[u8], offset: usize) -> Option<u16> {
    let field = bytes.get(offset..)?.first_chunk()?;
    Some(u16::from_le_bytes(*field))
}

/// The four bytes at `offset`, if present.
pub(crate) fn u32_at(bytes: &[u8], offset: usize) -> Option<u32> {
    let field = bytes.get(offset..)?.first_chunk()?;
    Some(u32::from_le_bytes(*field))
}

/// An offset from a file; a value beyond the address space is past the end of any file.
pub(crate) fn offset(value: u32) -> usize {
    usize::try_from(value).unwrap_or(usize::MAX)
}

/// Unit of the lengths in headers, in bytes (PCI Firmware Specification 3.3, section 5.1.1).
pub(crate) const BLOCK: usize = 512;

/// Whether all bytes are 0x00 or all are 0xff, as in unused flash; true for an empty slice.
pub(crate) fn is_padding(bytes: &[u8]) -> bool {
    let Some((first, after)) = bytes.split_first() else {
        return true;
    };
    // Each byte equals the previous one: comparing slices is faster than comparing bytes.
    matches!(first, 0x00 | 0xff) && bytes.get(..after.len()) == Some(after)
}

/// The text at `offset`, up to a NUL and at most `most` bytes, on one line. Unprintable and
/// non-ASCII bytes are escaped: a terminal may interpret them. `None` if empty.
pub(crate) fn text_at(bytes: &[u8], offset: usize, most: usize) -> Option<String> {
    let rest = bytes.get(offset..)?;
    let rest = rest.get(..most).unwrap_or(rest);
    let mut text = String::new();
    let line = rest.split(|byte| *byte == 0).next()?;
    for word in line
        .split(u8::is_ascii_whitespace)
        .filter(|word| !word.is_empty())
    {
        if !text.is_empty() {
            text.push(' ');
        }
        text.push_str(&word.escape_ascii().to_string());
    }
    (!text.is_empty()).then_some(text)
}
