//! Encoding of a block.

use alloc::vec;
use alloc::vec::Vec;

use super::algorithm::Algorithm;
use super::algorithm::set::{CHARACTER_BITS, CHARACTERS, EXTRA, EXTRA_BITS, MIN_MATCH, POSITIONS};
use super::bit_writer::BitWriter;
use super::code_lengths::Code;
use super::matches::Symbol;

/// Writes a block: the number of its symbols, at most 65535, its codes, and the symbols (UEFI
/// Specification 2.10, section 19.2).
pub(super) fn write_block(bits: &mut BitWriter, symbols: &[Symbol], algorithm: Algorithm) {
    let mut characters = vec![0; CHARACTERS];
    let mut positions = vec![0; POSITIONS];
    for symbol in symbols {
        count(&mut characters, character(*symbol));
        if let Some((code, _, _)) = position(*symbol) {
            count(&mut positions, code);
        }
    }
    let characters = Code::of(&characters);
    let positions = Code::of(&positions);

    bits.put(16, number(symbols.len()));
    write_characters(bits, &characters);
    write_lengths(bits, &positions, algorithm.position_bits(), None);
    for symbol in symbols {
        characters.put(bits, character(*symbol));
        if let Some((code, count, rest)) = position(*symbol) {
            positions.put(bits, code);
            bits.put(count, rest);
        }
    }
}

fn count(counts: &mut [u32], symbol: usize) {
    if let Some(count) = counts.get_mut(symbol) {
        *count += 1;
    }
}

/// A number that is known to be small.
fn number(value: usize) -> u32 {
    u32::try_from(value).unwrap_or_default()
}

/// Index in the character set: literals, then match lengths.
fn character(symbol: Symbol) -> usize {
    match symbol {
        Symbol::Literal(byte) => usize::from(byte),
        Symbol::Match { length, .. } => 256 + length - MIN_MATCH,
    }
}

/// Position of a match: its code, which is its number of bits, the number of extra bits, and these
/// bits.
fn position(symbol: Symbol) -> Option<(usize, u32, u32)> {
    let Symbol::Match { distance, .. } = symbol else {
        return None;
    };
    let position = number(distance - 1);
    let bits = u32::BITS - position.leading_zeros();
    let rest = bits.saturating_sub(1);
    // The first bit is 1 and is not written.
    Some((bits as usize, rest, position & !(1 << rest)))
}

/// An element of the character code lengths.
enum Run {
    /// A length, or a run without extra bits; as a symbol of the extra set.
    Extra(usize),
    /// A run of zeros: a symbol of the extra set, and its extra bits.
    Zeroes(usize, u32, u32),
}

/// Writes the character code lengths, encoded in the extra set.
fn write_characters(bits: &mut BitWriter, characters: &Code) {
    if let Some(symbol) = characters.only() {
        // No symbol of the extra set follows.
        for count_bits in [EXTRA_BITS, EXTRA_BITS, CHARACTER_BITS] {
            bits.put(count_bits, 0);
        }
        return bits.put(CHARACTER_BITS, number(symbol));
    }
    let lengths: Vec<u8> = characters.lengths().collect();
    let runs = runs(&lengths);
    let mut extra = vec![0; EXTRA];
    for run in &runs {
        let (Run::Extra(symbol) | Run::Zeroes(symbol, _, _)) = run;
        count(&mut extra, *symbol);
    }
    let extra = Code::of(&extra);
    write_lengths(bits, &extra, EXTRA_BITS, Some(3));
    bits.put(CHARACTER_BITS, number(lengths.len()));
    for run in &runs {
        match *run {
            Run::Extra(symbol) => extra.put(bits, symbol),
            Run::Zeroes(symbol, count, rest) => {
                extra.put(bits, symbol);
                bits.put(count, rest);
            }
        }
    }
}

fn runs(lengths: &[u8]) -> Vec<Run> {
    let mut runs = Vec::new();
    for same in lengths.chunk_by(|a, b| *a == 0 && *b == 0) {
        match (same, same.len()) {
            ([length, ..], _) if *length > 0 => runs.push(Run::Extra(usize::from(*length) + 2)),
            (_, zeroes @ (1 | 2)) => runs.extend((0..zeroes).map(|_| Run::Extra(0))),
            (_, zeroes @ 3..=18) => runs.push(Run::Zeroes(1, 4, number(zeroes - 3))),
            // One more than the maximum of the short run, one less than the minimum of the long
            // one.
            (_, 19) => runs.extend([Run::Extra(0), Run::Zeroes(1, 4, 15)]),
            (_, zeroes) => runs.push(Run::Zeroes(2, CHARACTER_BITS, number(zeroes - 20))),
        }
    }
    runs
}

/// Writes the code lengths of the extra set or the position set. After length number `run_after`
/// follows a two-bit count of zeros.
fn write_lengths(bits: &mut BitWriter, code: &Code, count_bits: u32, run_after: Option<usize>) {
    if let Some(symbol) = code.only() {
        bits.put(count_bits, 0);
        return bits.put(count_bits, number(symbol));
    }
    let lengths: Vec<u8> = code.lengths().collect();
    bits.put(count_bits, number(lengths.len()));
    let mut rest = lengths.iter().copied().map(u32::from);
    let mut written = 0;
    while let Some(length) = rest.next() {
        match length {
            0..7 => bits.put(3, length),
            // As many 1 bits as it exceeds 4, and a 0.
            _ => bits.put(length - 3, (1 << (length - 3)) - 2),
        }
        written += 1;
        if Some(written) == run_after {
            let zeroes = rest
                .clone()
                .take(3)
                .take_while(|length| *length == 0)
                .count();
            bits.put(2, number(zeroes));
            if zeroes > 0 {
                rest.nth(zeroes - 1);
            }
        }
    }
}
