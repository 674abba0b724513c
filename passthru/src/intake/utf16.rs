//! Texts in UTF-16, as PowerShell's `>` and Notepad write them.

/// Bytes enough to tell.
const SAMPLE: usize = 1024;

/// The text that the bytes are in UTF-16, with a byte order mark or without; `None` for
/// other bytes. Lone surrogates become U+FFFD.
pub(super) fn text(bytes: &[u8]) -> Option<String> {
    let (body, read): (&[u8], fn([u8; 2]) -> u16) = match bytes {
        [0xff, 0xfe, body @ ..] => (body, u16::from_le_bytes),
        [0xfe, 0xff, body @ ..] => (body, u16::from_be_bytes),
        _ if is_latin(bytes, 1) => (bytes, u16::from_le_bytes),
        _ if is_latin(bytes, 0) => (bytes, u16::from_be_bytes),
        _ => return None,
    };
    let (units, _) = body.as_chunks::<2>();
    let units = units.iter().map(|unit| read(*unit));
    let text = char::decode_utf16(units).map(|unit| unit.unwrap_or(char::REPLACEMENT_CHARACTER));
    let text: String = text.collect();
    // Text has none; other files do.
    (!text.contains('\0')).then_some(text)
}

/// Whether nearly all units have a zero in the byte at `high`, and hardly one in the other:
/// letters, digits and blanks of Latin.
fn is_latin(bytes: &[u8], high: usize) -> bool {
    let (units, _) = bytes
        .get(..bytes.len().min(SAMPLE))
        .unwrap_or_default()
        .as_chunks::<2>();
    let zeros = |at: usize| units.iter().filter(|unit| unit.get(at) == Some(&0)).count();
    units.len() >= 4 && zeros(1 - high) * 10 < units.len() && zeros(high) * 10 > units.len() * 8
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_orders_are_read_with_and_without_a_mark() {
        let wanted = "01:00.0 VGA Gr\u{fc}\u{df}e \u{1f600}\n";
        let bytes = |order: fn(u16) -> [u8; 2], text: &str| -> Vec<u8> {
            text.encode_utf16().flat_map(order).collect()
        };
        for order in [u16::to_le_bytes as fn(u16) -> [u8; 2], u16::to_be_bytes] {
            let marked = bytes(order, &format!("\u{feff}{wanted}"));
            assert_eq!(text(&marked).as_deref(), Some(wanted));
            assert_eq!(text(&bytes(order, wanted)).as_deref(), Some(wanted));
        }
        for other in [
            &b"plain text"[..],
            b"\0\0\0\0\0\0\0\0",
            b"\x7fELF\x02\x01\x01\0\0\0",
            b"",
        ] {
            assert_eq!(text(other), None);
        }
        assert_eq!(text(b"\xff\xfea\0\0\0"), None);
    }
}
