//! Lines whose layout depends on other lines.

use super::encoding;
use super::registers::{Place, Registers};
use crate::lspci::read::digits::part;

/// The lines of Message Signaled Interrupts, whose offsets depend on the width of the address (PCI
/// Local Bus Specification 3.0, section 6.8.1).
pub(super) fn message_signaled(
    registers: &mut Registers,
    base: u16,
    label: &str,
    value: &str,
    place: &Place,
) -> bool {
    if !matches!(label, "Address" | "Masking") {
        return false;
    }
    let wide = registers.bit(base, 23);
    let hex = |text: &str| encoding::hexadecimal(text.trim_start()).map(|(value, _)| value);
    let second = value.split_once(':').and_then(|(_, second)| hex(second));
    let (Some(wide), Some(first), Some(second)) = (wide, hex(value), second) else {
        return true;
    };
    let data = if wide { 12 } else { 8 };
    if label == "Address" {
        registers.set(base, 32, if wide { 64 } else { 32 }, first, place);
        registers.set(base, data * 8, 16, second, place);
    } else {
        registers.set(base, (data + 4) * 8, 32, first, place);
        registers.set(base, (data + 8) * 8, 32, second, place);
    }
    true
}

/// `BAR 0: current size: 256MB, supported: 256MB 512MB`: one of up to six (PCI
/// Express Base Specification 6.0, section 7.8.6).
pub(super) fn resizable(
    registers: &mut Registers,
    base: u16,
    label: &str,
    value: &str,
    place: &Place,
) -> bool {
    let Some(bar) = label
        .strip_prefix("BAR ")
        .and_then(|bar| bar.parse::<u64>().ok())
    else {
        return false;
    };
    // The control register of each entry shows its BAR first.
    let taken = (0u16..6).find(|entry| registers.bit(base, 64 + entry * 64).is_none());
    // The field has three bits; an undefined number has its entry, too.
    let Some(entry) = taken.filter(|_| bar < 8) else {
        return true;
    };
    registers.set(base, 64 + entry * 64, 3, bar, place);
    let after = |word: &str| {
        value
            .find(word)
            .map(|at| part(value, at + word.len(), value.len()))
    };
    if let Some(size) = after("current size: ").and_then(size_code) {
        registers.set(base, 64 + entry * 64 + 8, 6, size, place);
    }
    if let Some(list) = after("supported: ") {
        let codes = list.split_whitespace().map_while(size_code);
        let bits = codes.fold(0u64, |bits, code| {
            bits | 1u64
                .checked_shl(u32::try_from(code).unwrap_or(63))
                .unwrap_or(0)
        });
        // Sizes from 2^48 on are in the control register.
        registers.set(base, 32 + entry * 64 + 4, 28, bits & 0x0fff_ffff, place);
        registers.set(base, 64 + entry * 64 + 16, 16, bits >> 28, place);
    }
    true
}

/// The code of `256MB`: the exponent of its megabytes.
fn size_code(text: &str) -> Option<u64> {
    let (number, length) = encoding::power_of_two(text)?;
    let unit = part(text, length, text.len());
    let scale = ["MB", "GB", "TB", "PB", "EB"];
    let (shift, _) = (0u64..)
        .step_by(10)
        .zip(scale)
        .find(|(_, unit_text)| unit.starts_with(unit_text))?;
    Some(number + shift)
}
