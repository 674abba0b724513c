//! Texts in UTF-16, as PowerShell's `>` and Notepad write them.

/// Number of bytes that suffices to decide.
const SAMPLE: usize = 1024;

/// The text that the bytes are in UTF-16, with a byte order mark or without; `None` for
/// other bytes. Lone surrogates become U+FFFD.
pub(super) fn text(bytes: &[u8]) -> Option<String> {
    let (body, is_little) = match bytes {
        [0xff, 0xfe, body @ ..] => (body, true),
        [0xfe, 0xff, body @ ..] => (body, false),
        _ if is_latin(bytes, 1) => (bytes, true),
        _ if is_latin(bytes, 0) => (bytes, false),
        _ => return None,
    };
    let units = body.chunks_exact(2).map(|unit| match *unit {
        [one, two] if is_little => u16::from_le_bytes([one, two]),
        [one, two] => u16::from_be_bytes([one, two]),
        _ => 0,
    });
    let text = char::decode_utf16(units).map(|unit| unit.unwrap_or(char::REPLACEMENT_CHARACTER));
    let text: String = text.collect();
    // Text contains none; other files do.
    (!text.contains('\0')).then_some(text)
}

/// Whether nearly all units have a zero in the byte at `high`, and hardly one in the other:
/// letters, digits and blanks of Latin.
fn is_latin(bytes: &[u8], high: usize) -> bool {
    let sample = bytes.get(..bytes.len().min(SAMPLE)).unwrap_or_default();
    let units = || sample.chunks_exact(2);
    let zeros = |at: usize| units().filter(|unit| unit.get(at) == Some(&0)).count();
    let count = units().count();
    count >= 4 && zeros(1 - high) * 10 < count && zeros(high) * 10 > count * 8
}

#[cfg(test)]
mod tests;
