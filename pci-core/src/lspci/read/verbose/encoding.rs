//! Textual encodings of register values.

use alloc::vec::Vec;

use super::prefix::{Prefix, Start};
use crate::hex_digit::{NO_DIGIT, hex_digit};
use crate::lspci::read::digits::{bracketed_pair, subsystem};
use crate::lspci::structures::numbered;

/// A parsed value, and the number of text bytes.
pub(super) type Read = (u64, usize);

/// Textual encoding of a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Encoding {
    Decimal,
    Hexadecimal,
    /// One more than the register's value.
    Less1,
    /// In units of four and of eight bytes.
    Quads,
    Eighths,
    /// Two to the power of the register's value.
    Log2,
    /// Bytes of a payload: 128 is 0.
    Payload,
    /// Subsystem IDs: the vendor's in the low half.
    Subsystem,
    /// The eight bytes of a serial number, the highest first.
    Serial,
    /// The value of the longest of these at the start of the text.
    Words(Vec<(u64, Prefix)>),
}

impl Encoding {
    /// The encoding of a field from its braces; `None` for fields that are not parsed.
    pub(super) fn of(spec: &'static str) -> Option<Self> {
        Some(match spec {
            "" => Self::Decimal,
            "x" | "02x" | "03x" | "04x" | "06x" | "08x" | "016x" => Self::Hexadecimal,
            "+1" => Self::Less1,
            "quads" => Self::Quads,
            "eighths" => Self::Eighths,
            "2^" => Self::Log2,
            "payload" => Self::Payload,
            "subsystem" => Self::Subsystem,
            "serial" => Self::Serial,
            words if words.contains('|') => Self::Words(self::words(words)),
            _ => return None,
        })
    }

    /// Parses the value at the start of `text`.
    pub(super) fn read(&self, text: &str) -> Option<Read> {
        match self {
            Self::Decimal => decimal(text),
            Self::Hexadecimal => hexadecimal(text),
            Self::Less1 => change(decimal(text)?, |value| value.checked_sub(1)),
            Self::Quads => change(decimal(text)?, |value| {
                (value % 4 == 0).then_some(value / 4)
            }),
            Self::Eighths => change(hexadecimal(text)?, |value| {
                (value % 8 == 0).then_some(value / 8)
            }),
            Self::Log2 => power_of_two(text),
            Self::Payload => change(decimal(text)?, |value| log2(value)?.checked_sub(7)),
            Self::Subsystem => identity(text),
            Self::Serial => serial(text),
            Self::Words(words) => word(words, text),
        }
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

/// The exponent of a decimal power of two.
pub(super) fn power_of_two(text: &str) -> Option<Read> {
    change(decimal(text)?, log2)
}

/// A decimal number of up to 11 digits.
pub(super) fn decimal(text: &str) -> Option<Read> {
    let mut value = 0;
    let mut count = 0;
    for byte in text.bytes().take(11) {
        let digit = byte.wrapping_sub(b'0');
        if digit > 9 {
            break;
        }
        value = value * 10 + u64::from(digit);
        count += 1;
    }
    (count > 0).then_some((value, count))
}

/// A hex number that fits 64 bits.
pub(super) fn hexadecimal(text: &str) -> Option<Read> {
    let mut value: u64 = 0;
    let mut count = 0;
    for byte in text.bytes().take(17) {
        let digit = hex_digit(byte);
        if digit == NO_DIGIT {
            break;
        }
        value = value.checked_mul(16)? | u64::from(digit);
        count += 1;
    }
    (count > 0).then_some((value, count))
}

/// The words of `a|b|7=c|*d` that denote one value each.
fn words(spec: &'static str) -> Vec<(u64, Prefix)> {
    let words = (0u64..).zip(spec.split('|'));
    let words = words.map(|(at, word)| numbered(word).unwrap_or((at, word)));
    let all: Vec<(u64, &'static str)> = words.collect();
    let names_function_before = |(value, word): &(u64, &'static str)| {
        let mut others = all.iter().filter(|(other, _)| other != value);
        !word.is_empty()
            && !word.starts_with('*')
            && !others.any(|(_, other)| other.strip_prefix('*').unwrap_or(other) == *word)
    };
    let reported = all.iter().filter(|word| names_function_before(word));
    reported
        .map(|(value, word)| (*value, Prefix::new(word)))
        .collect()
}

fn word(words: &[(u64, Prefix)], text: &str) -> Option<Read> {
    let text = text.as_bytes();
    let start = Start::of(text);
    let mut best: Read = (0, 0);
    for (value, word) in words {
        if word.len() > best.1 && word.begins(start, text) {
            best = (*value, word.len());
        }
    }
    (best.1 > 0).then_some(best)
}

fn identity(text: &str) -> Option<Read> {
    let id = match bracketed_pair(text) {
        Some(at) => subsystem(text.get(at + 1..)?)?,
        None => subsystem(text.strip_prefix("Device ").unwrap_or(text))?,
    };
    let value = u64::from(id.device.0) << 16 | u64::from(id.vendor.0);
    Some((value, text.len()))
}

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
            ("", "12, x", Some((12, 2))),
            ("x", "ffg", Some((0xff, 2))),
            ("+1", "1 x", Some((0, 1))),
            ("+1", "0", None),
            ("quads", "64 bytes", Some((16, 2))),
            ("2^", "8/8", Some((3, 1))),
            ("2^", "3", None),
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
            ("", "", None),
            ("x", "é", None),
        ] {
            assert_eq!(
                Encoding::of(how).unwrap().read(text),
                wanted,
                "{how} {text}"
            );
        }
    }
}
