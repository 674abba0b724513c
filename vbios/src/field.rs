//! Little-endian fields of a byte slice, where they are there.

use alloc::string::{String, ToString};

/// The two bytes at `offset`.
pub(crate) fn u16_at(bytes: &[u8], offset: usize) -> Option<u16> {
    let field = bytes.get(offset..)?.first_chunk()?;
    Some(u16::from_le_bytes(*field))
}

/// The four bytes at `offset`.
pub(crate) fn u32_at(bytes: &[u8], offset: usize) -> Option<u32> {
    let field = bytes.get(offset..)?.first_chunk()?;
    Some(u32::from_le_bytes(*field))
}

/// A number from a file as an offset; what no address space holds is past any
/// file's end.
pub(crate) fn offset(value: u32) -> usize {
    usize::try_from(value).unwrap_or(usize::MAX)
}

/// Lengths in headers count blocks of this many bytes (PCI Firmware
/// Specification 3.3, section 5.1.1).
pub(crate) const BLOCK: usize = 512;

/// Whether all bytes are alike, and 0x00 or 0xff, as what fills a chip up is; so it
/// is where there are none.
pub(crate) fn is_padding(bytes: &[u8]) -> bool {
    let Some((first, behind)) = bytes.split_first() else {
        return true;
    };
    // Each byte is like the one before it: to compare slices is quicker than to look
    // at each byte.
    matches!(first, 0x00 | 0xff) && bytes.get(..behind.len()) == Some(behind)
}

/// The text at `offset`, up to a NUL and no longer than `most` bytes, on one line.
/// What is no printable ASCII is escaped, since a terminal may act on it. `None`
/// where nothing is left.
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
