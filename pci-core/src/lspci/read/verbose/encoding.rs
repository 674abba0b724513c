//! How values stand in a text, and what they are in a register.

use crate::lspci::read::digits::{bracketed_pair, subsystem};

/// A value that was read, and how many bytes of the text it took.
pub(super) type Read = (u64, usize);

/// Reads the value at the start of `text`, written as `how` says: the part in
/// braces of the table of registers.
pub(super) fn read(how: &str, text: &str) -> Option<Read> {
    match how {
        "d" => decimal(text),
        "x" => hexadecimal(text),
        // One less than what is printed.
        "less1" => change(decimal(text)?, |value| value.checked_sub(1)),
        // In units of four and of eight bytes.
        "quads" => change(decimal(text)?, |value| {
            (value % 4 == 0).then_some(value / 4)
        }),
        "eighths" => change(hexadecimal(text)?, |value| {
            (value % 8 == 0).then_some(value / 8)
        }),
        "log2" => change(decimal(text)?, log2),
        // The bytes of a payload: 128 is 0.
        "payload" => change(decimal(text)?, |value| log2(value)?.checked_sub(7)),
        "subsystem" => identity(text),
        "serial" => serial(text),
        words => word(words, text),
    }
}

fn change(read: Read, with: impl Fn(u64) -> Option<u64>) -> Option<Read> {
    Some((with(read.0)?, read.1))
}

fn log2(value: u64) -> Option<u64> {
    value
        .is_power_of_two()
        .then(|| u64::from(value.trailing_zeros()))
}

fn decimal(text: &str) -> Option<Read> {
    let count = text.bytes().take_while(u8::is_ascii_digit).take(11).count();
    Some((text.get(..count)?.parse().ok()?, count))
}

fn hexadecimal(text: &str) -> Option<Read> {
    let count = text
        .bytes()
        .take_while(u8::is_ascii_hexdigit)
        .take(17)
        .count();
    Some((u64::from_str_radix(text.get(..count)?, 16).ok()?, count))
}

/// The longest of `A|B|C` that `text` begins with; an empty one stands for none.
fn word(words: &str, text: &str) -> Option<Read> {
    let mut best: Option<Read> = None;
    for (value, word) in (0u64..).zip(words.split('|')) {
        if !word.is_empty()
            && text.starts_with(word)
            && best.is_none_or(|(_, length)| length < word.len())
        {
            best = Some((value, word.len()));
        }
    }
    best
}

/// The ids of a subsystem: the vendor's in the low half.
fn identity(text: &str) -> Option<Read> {
    let id = match bracketed_pair(text) {
        Some(at) => subsystem(text.get(at + 1..)?)?,
        None => subsystem(text.strip_prefix("Device ").unwrap_or(text))?,
    };
    let value = u64::from(id.device.0) << 16 | u64::from(id.vendor.0);
    Some((value, text.len()))
}

/// The eight bytes of a serial number, the highest first.
fn serial(text: &str) -> Option<Read> {
    let mut value = 0;
    for place in 0..8 {
        let byte = text.get(place * 3..place * 3 + 2)?;
        let (byte, 2) = hexadecimal(byte)? else {
            return None;
        };
        value = value << 8 | byte;
    }
    Some((value, 23))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_as_lspci_writes_them() {
        for (how, text, wanted) in [
            ("d", "12, x", Some((12, 2))),
            ("x", "ffg", Some((0xff, 2))),
            ("less1", "1 x", Some((0, 1))),
            ("less1", "0", None),
            ("quads", "64 bytes", Some((16, 2))),
            ("log2", "8/8", Some((3, 1))),
            ("log2", "3", None),
            ("payload", "4096 bytes", Some((5, 4))),
            ("payload", "64", None),
            ("a|b|ab", "abc", Some((2, 2))),
            ("|a", "b", None),
            (
                "subsystem",
                "Intel Device [8086:1234]",
                Some((0x1234_8086, 24)),
            ),
            ("subsystem", "Device 8086:1234", Some((0x1234_8086, 16))),
            ("subsystem", "Intel Device 1234", None),
            (
                "serial",
                "01-02-03-04-05-06-07-ff",
                Some((0x0102_0304_0506_07ff, 23)),
            ),
            ("serial", "01-02", None),
            ("d", "", None),
            ("x", "é", None),
        ] {
            assert_eq!(read(how, text), wanted, "{how} {text}");
        }
    }
}
