//! Decompression of drivers.

use alloc::vec;
use alloc::vec::Vec;

use super::algorithm::Algorithm;
use super::algorithm::set::{
    CHARACTER_BITS, CHARACTERS, EXTRA, EXTRA_BITS, MAX_LEN, MIN_MATCH, POSITIONS,
};
use super::bit_reader::BitReader;
use super::decode_table::DecodeTable;
use super::stream_fault::StreamFault;
use crate::error::{Cause, Error, Result};
use crate::field::{offset, u32_at};

/// Length of the header: compressed size and original size.
const HEADER: usize = 8;

/// Decompresses `stream`: a header with the compressed and the original size, and the compressed
/// bytes (UEFI Specification 2.10, section 19.2). Bytes after them are ignored, as by firmware.
///
/// Time and memory are linear in the two sizes.
///
/// # Errors
///
/// If the stream is malformed or cut off, or its original size exceeds [`Algorithm::MAX_SIZE`].
pub fn decompress(stream: &[u8], algorithm: Algorithm) -> Result<Vec<u8>> {
    let at = |bit_offset, fault| Error::from(Cause::Stream { bit_offset, fault });
    let (Some(packed), Some(size)) = (u32_at(stream, 0), u32_at(stream, 4)) else {
        return Err(at(stream.len() * 8, StreamFault::HeaderCutOff));
    };
    let (packed, size) = (offset(packed), offset(size));
    let rest = stream.get(HEADER..).unwrap_or_default();
    let Some(bytes) = rest.get(..packed) else {
        let (size, available) = (packed, rest.len());
        return Err(at(0, StreamFault::CompressedSize { size, available }));
    };
    if size > Algorithm::MAX_SIZE {
        return Err(at(32, StreamFault::OriginalSize { size }));
    }
    let mut decoder = Decoder {
        bits: BitReader::new(bytes),
        algorithm,
        extra: DecodeTable::new(),
        characters: DecodeTable::new(),
        positions: DecodeTable::new(),
    };
    decoder.run(size).map_err(|problem| {
        // Data read past the end is arbitrary.
        let problem = if decoder.bits.is_spent() {
            StreamFault::CutOff
        } else {
            problem
        };
        at(HEADER * 8 + decoder.bits.taken(), problem)
    })
}

struct Decoder<'a> {
    bits: BitReader<'a>,
    algorithm: Algorithm,
    extra: DecodeTable,
    characters: DecodeTable,
    positions: DecodeTable,
}

impl Decoder<'_> {
    fn run(&mut self, size: usize) -> Result<Vec<u8>, StreamFault> {
        let mut out = vec![0; size];
        let mut written = 0;
        while written < size {
            written = self.block(&mut out, written)?;
            if self.bits.is_spent() {
                return Err(StreamFault::CutOff);
            }
        }
        Ok(out)
    }

    /// Decompresses a block to `out` after its `written` bytes. Returns the new number of bytes.
    fn block(&mut self, out: &mut [u8], written: usize) -> Result<usize, StreamFault> {
        self.bits.refill();
        let symbols = self.bits.take(16);
        if symbols == 0 {
            return Err(StreamFault::EmptyBlock);
        }
        self.read_extra_set()?;
        self.read_character_set()?;
        self.read_position_set()?;
        // Passing the reader by value keeps it in registers.
        let (bits, result) = self.symbols(self.bits, symbols, out, written);
        self.bits = bits;
        result
    }

    fn symbols<'b>(
        &self,
        mut bits: BitReader<'b>,
        count: u32,
        out: &mut [u8],
        mut written: usize,
    ) -> (BitReader<'b>, Result<usize, StreamFault>) {
        for _ in 0..count {
            bits.refill();
            let symbol = self.characters.read(&mut bits);
            let Some(next) = out.get_mut(written) else {
                break;
            };
            if let Ok(literal) = u8::try_from(symbol) {
                *next = literal;
                written += 1;
                continue;
            }
            let length = usize::from(symbol) - 256 + MIN_MATCH;
            let distance = self.read_distance(&mut bits);
            match copy(out, written, distance, length) {
                Ok(now) => written = now,
                Err(problem) => return (bits, Err(problem)),
            }
        }
        (bits, Ok(written))
    }

    /// Reads a match distance: a code for the number of bits, then the bits after the first, which
    /// is 1 (section 19.2.4).
    #[inline]
    fn read_distance(&self, bits: &mut BitReader<'_>) -> usize {
        let code = u32::from(self.positions.read(bits));
        let position = match code {
            0 | 1 => code,
            _ => {
                // The two codes used at most 32 of the 56 bits.
                if code > 24 {
                    bits.refill();
                }
                1 << (code - 1) | bits.take(code - 1)
            }
        };
        position as usize + 1
    }

    fn read_extra_set(&mut self) -> Result<(), StreamFault> {
        // The third length is followed by a count of zeros.
        let lengths = read_lengths::<EXTRA>(&mut self.bits, EXTRA_BITS, Some(3))?;
        fill(&mut self.extra, &lengths)
    }

    fn read_position_set(&mut self) -> Result<(), StreamFault> {
        let count_bits = self.algorithm.position_bits();
        let lengths = read_lengths::<POSITIONS>(&mut self.bits, count_bits, None)?;
        fill(&mut self.positions, &lengths)
    }

    /// Reads the character code lengths, encoded in the extra set: 0 is one zero length, 1 and 2
    /// are runs of zeros, the others are the length plus two.
    fn read_character_set(&mut self) -> Result<(), StreamFault> {
        self.bits.refill();
        let count = self.bits.take(CHARACTER_BITS) as usize;
        if count == 0 {
            let symbol = self.bits.take(CHARACTER_BITS);
            return fill(&mut self.characters, &Lengths::<CHARACTERS>::One(symbol));
        }
        let mut lengths = [0; CHARACTERS];
        let mut slots = lengths
            .get_mut(..count)
            .ok_or(StreamFault::Symbol)?
            .iter_mut();
        while slots.len() > 0 {
            self.bits.refill();
            let code = self.extra.read(&mut self.bits);
            let zeroes = match code {
                0 => 1,
                1 => self.bits.take(4) as usize + 3,
                2 => self.bits.take(9) as usize + 20,
                _ => {
                    if let (Some(slot), Ok(length)) = (slots.next(), u8::try_from(code - 2)) {
                        *slot = length;
                    }
                    continue;
                }
            };
            if zeroes > slots.len() {
                return Err(StreamFault::CodeLengths);
            }
            slots.nth(zeroes - 1);
        }
        fill(&mut self.characters, &Lengths::Each(lengths))
    }
}

/// Bytes copied at once.
const ROW: usize = 16;

/// Copies `length` bytes, as far as they fit, from `distance` back.
#[inline]
fn copy(
    out: &mut [u8],
    written: usize,
    distance: usize,
    length: usize,
) -> Result<usize, StreamFault> {
    let Some(from) = written.checked_sub(distance) else {
        return Err(StreamFault::Distance { distance, written });
    };
    let end = (written + length).min(out.len());
    // Rows of fixed length are faster, if the bytes after may be overwritten.
    if distance >= ROW && end + ROW <= out.len() {
        let mut at = 0;
        while at < length {
            out.copy_within(from + at..from + at + ROW, written + at);
            at += ROW;
        }
        return Ok(end);
    }
    let mut at = written;
    while at < end {
        // Each round doubles the repeated bytes.
        let count = (at - from).min(end - at);
        out.copy_within(from..from + count, at);
        at += count;
    }
    Ok(end)
}

/// A set of codes: the length of each, or a single symbol.
enum Lengths<const SYMBOLS: usize> {
    Each([u8; SYMBOLS]),
    One(u32),
}

fn fill<const SYMBOLS: usize>(
    table: &mut DecodeTable,
    lengths: &Lengths<SYMBOLS>,
) -> Result<(), StreamFault> {
    match lengths {
        Lengths::Each(lengths) => table.fill(lengths).map_err(|_| StreamFault::CodeLengths),
        Lengths::One(symbol) => {
            let symbol = u16::try_from(*symbol).unwrap_or(u16::MAX);
            if usize::from(symbol) >= SYMBOLS {
                return Err(StreamFault::Symbol);
            }
            table.fill_with(symbol);
            Ok(())
        }
    }
}

/// Reads the code lengths of the extra set and of the position set: three bits each, and above 6
/// one more 1 bit per unit and a 0. After length number `run_after` follows a two-bit count of
/// zeros.
fn read_lengths<const SYMBOLS: usize>(
    bits: &mut BitReader<'_>,
    count_bits: u32,
    run_after: Option<usize>,
) -> Result<Lengths<SYMBOLS>, StreamFault> {
    bits.refill();
    let count = bits.take(count_bits) as usize;
    if count == 0 {
        return Ok(Lengths::One(bits.take(count_bits)));
    }
    let mut lengths = [0; SYMBOLS];
    let mut at = 0;
    while at < count {
        bits.refill();
        let mut length = bits.take(3);
        if length == 7 {
            while bits.take(1) == 1 {
                length += 1;
                if length as usize > MAX_LEN {
                    return Err(StreamFault::CodeLengths);
                }
            }
        }
        let slot = lengths.get_mut(at).ok_or(StreamFault::Symbol)?;
        *slot = u8::try_from(length).unwrap_or(u8::MAX);
        at += 1;
        if Some(at) == run_after {
            at += bits.take(2) as usize;
        }
    }
    Ok(Lengths::Each(lengths))
}
