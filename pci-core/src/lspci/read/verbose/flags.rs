//! The line `Flags:`, which `-v` prints in place of registers.

use super::encoding;
use super::registers::{Place, Registers};
use crate::lspci::read::digits::part;

/// Sets the bits of the words in `Flags:`.
pub(super) fn set_flags(registers: &mut Registers, value: &str, place: &Place) {
    let has = |word: &str| u64::from(value.contains(word));
    registers.set(0x04, 2, 1, has("bus master"), place);
    for (value, word) in (0u64..).zip(["fast devsel", "medium devsel", "slow devsel"]) {
        if has(word) == 1 {
            registers.set(0x06, 9, 2, value, place);
        }
    }
    if let Some(at) = value.find("latency ") {
        if let Some((latency, _)) = encoding::decimal(part(value, at + 8, value.len())) {
            registers.set(0x0d, 0, 8, latency, place);
        }
    }
}
