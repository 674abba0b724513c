//! Integers as the C library reads them.

/// A number as libvirt reads it: `0x` is hex, a leading 0 octal, else decimal
/// (`virStrToLong_uip` with base 0).
pub(crate) fn integer(text: &str) -> Option<u32> {
    let digits = |text: &str, radix: u32| {
        let plain = text.chars().all(|c| c.is_digit(radix));
        plain
            .then(|| u32::from_str_radix(text, radix).ok())
            .flatten()
    };
    match text.strip_prefix("0x").or_else(|| text.strip_prefix("0X")) {
        Some(hex) => digits(hex, 16),
        None if text.len() > 1 && text.starts_with('0') => digits(text, 8),
        None => digits(text, 10),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_as_libvirt_does() {
        let cases = [
            ("0x1f", Some(31)),
            ("10", Some(10)),
            ("010", Some(8)),
            ("0", Some(0)),
        ];
        for (text, value) in cases {
            assert_eq!(integer(text), value);
        }
        for text in ["08", "+1", "-1", "1f", "0x100000000"] {
            assert_eq!(integer(text), None, "{text}");
        }
    }
}
