//! Huffman codes for decoding.

use super::algorithm::set::MAX_LEN;
use super::bit_reader::BitReader;

/// Bits of a direct table lookup.
const DIRECT_BITS: u32 = 11;
const DIRECT: usize = 1 << DIRECT_BITS;
/// In place of a length: the code is longer than a direct lookup.
const LONGER: u16 = 0x1f;

/// A canonical Huffman code: shorter codes first, codes of one length in the order of their symbols
/// (UEFI Specification 2.10, section 19.2.3).
pub(super) struct DecodeTable {
    /// By the next bits: symbol in the high bits, code length in the low five.
    direct: [u16; DIRECT],
    /// By length, the codes that are longer than a direct lookup.
    longer: [Codes; MAX_LEN + 1],
    /// Symbols in the order of their codes.
    symbols: [u16; 512],
}

/// The codes of one length, left-aligned in 16 bits.
#[derive(Clone, Copy, Default)]
struct Codes {
    first: u32,
    /// Past the last code.
    end: u32,
    /// Index of their first symbol.
    symbols: u32,
}

/// Code lengths that are not a Huffman code: incomplete or ambiguous.
#[derive(Debug)]
pub(super) struct BadLengths;

impl DecodeTable {
    pub(super) const fn new() -> Self {
        let none = Codes {
            first: 0,
            end: 0,
            symbols: 0,
        };
        Self {
            direct: [0; DIRECT],
            longer: [none; MAX_LEN + 1],
            symbols: [0; 512],
        }
    }

    /// Sets the table to only `symbol`, which needs no bits.
    pub(super) fn fill_with(&mut self, symbol: u16) {
        self.direct.fill(symbol << 5);
    }

    /// Builds the code in which symbol `i` has `lengths[i]` bits, at most 16; 0 for an unused
    /// symbol.
    ///
    /// # Errors
    ///
    /// If the lengths are not a complete prefix code.
    pub(super) fn fill(&mut self, lengths: &[u8]) -> Result<(), BadLengths> {
        let mut counts = [0u32; MAX_LEN + 1];
        for length in lengths {
            *counts.get_mut(usize::from(*length)).ok_or(BadLengths)? += 1;
        }
        let mut code = 0;
        let mut symbols = 0;
        let mut next = [0u32; MAX_LEN + 1];
        let by_length = counts.iter().zip(&mut self.longer).zip(&mut next);
        for (bits, ((count, codes), next)) in (0u32..).zip(by_length).skip(1) {
            *next = symbols;
            let end = code + (count << (16 - bits));
            *codes = Codes {
                first: code,
                end,
                symbols,
            };
            code = end;
            symbols += count;
        }
        if code != 1 << 16 {
            return Err(BadLengths);
        }
        for (symbol, length) in (0u16..).zip(lengths).filter(|(_, length)| **length > 0) {
            let place = next.get_mut(usize::from(*length)).ok_or(BadLengths)?;
            let place = core::mem::replace(place, *place + 1);
            *self.symbols.get_mut(place as usize).ok_or(BadLengths)? = symbol;
        }
        self.fill_direct(&counts);
        Ok(())
    }

    fn fill_direct(&mut self, counts: &[u32; MAX_LEN + 1]) {
        let mut rest = &mut self.direct[..];
        let mut symbols = self.symbols.iter();
        for ((bits, length), count) in (0u32..=DIRECT_BITS).zip(0u16..).zip(counts).skip(1) {
            for symbol in symbols.by_ref().take(*count as usize) {
                let Some((same, after)) = rest.split_at_mut_checked(DIRECT >> bits) else {
                    return;
                };
                same.fill(symbol << 5 | length);
                rest = after;
            }
        }
        rest.fill(LONGER);
    }

    /// Decodes a symbol, of at most 16 bits.
    #[inline]
    pub(super) fn read(&self, bits: &mut BitReader<'_>) -> u16 {
        let next = bits.peek();
        let entry = self
            .direct
            .get(usize::from(next >> (16 - DIRECT_BITS)))
            .copied()
            .unwrap_or_default();
        let (symbol, length) = match entry & 0x1f {
            LONGER => self.look_further(next),
            length => (entry >> 5, u32::from(length)),
        };
        bits.skip(length);
        symbol
    }

    #[inline(never)]
    fn look_further(&self, next: u16) -> (u16, u32) {
        let next = u32::from(next);
        let by_length = (0u32..).zip(&self.longer).skip(DIRECT_BITS as usize + 1);
        for (length, codes) in by_length {
            if next < codes.end {
                let place = codes.symbols + ((next - codes.first) >> (16 - length));
                let symbol = self.symbols.get(place as usize);
                return (symbol.copied().unwrap_or_default(), length);
            }
        }
        (0, 0)
    }
}
