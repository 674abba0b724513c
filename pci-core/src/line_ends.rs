//! Line ends of a long text.

/// Bytes per step.
const AT_ONCE: usize = 64;

/// Line ends to find before the first is used: the search has no data-dependent branch, and the use
/// does not wait for it.
const WANTED: usize = 192;

/// Line ends stored without counting: more are rare in [`AT_ONCE`] bytes.
const NOTED: usize = 4;

/// The offsets of the line feeds in a text.
///
/// Lines of `pci.ids` and `lspci -vvv` are so short that a search for each costs as much as parsing
/// it.
pub(crate) struct LineEnds<'a> {
    rest: &'a [u8],
    /// Offset of `rest`.
    offset: usize,
    found: [usize; WANTED + AT_ONCE + NOTED],
    count: usize,
    next: usize,
}

impl<'a> LineEnds<'a> {
    pub(crate) const fn new(text: &'a [u8]) -> Self {
        Self {
            rest: text,
            offset: 0,
            found: [0; WANTED + AT_ONCE + NOTED],
            count: 0,
            next: 0,
        }
    }

    /// Finds more; returns whether there are any.
    #[inline(never)]
    fn find(&mut self) -> bool {
        (self.count, self.next) = (0, 0);
        while self.count < WANTED && !self.rest.is_empty() {
            let (mut ends, after) = match self.rest.split_first_chunk::<AT_ONCE>() {
                Some((bytes, after)) => (line_feeds(bytes), after),
                None => (line_feeds(&padded(self.rest)), &[][..]),
            };
            let count = self.count + ends.count_ones() as usize;
            let mut at = self.count;
            for place in self.found.iter_mut().skip(at).take(NOTED) {
                *place = self.offset + ends.trailing_zeros() as usize;
                ends &= ends.wrapping_sub(1);
            }
            at += NOTED;
            while ends != 0 {
                if let Some(place) = self.found.get_mut(at) {
                    *place = self.offset + ends.trailing_zeros() as usize;
                }
                ends &= ends - 1;
                at += 1;
            }
            self.count = count;
            self.offset += AT_ONCE;
            self.rest = after;
        }
        self.count > 0
    }
}

impl Iterator for LineEnds<'_> {
    type Item = usize;

    fn next(&mut self) -> Option<usize> {
        if self.next == self.count && !self.find() {
            return None;
        }
        let end = *self.found.get(self.next)?;
        self.next += 1;
        Some(end)
    }
}

/// A bit for each byte, the first in bit 0: whether it is a line feed.
fn line_feeds(bytes: &[u8; AT_ONCE]) -> u64 {
    // No branch, and no byte-dependent shift: compilers vectorize it for any processor.
    let mut bits = ROW_BITS;
    for (bit, byte) in bits.iter_mut().zip(bytes) {
        *bit &= u8::from(*byte == b'\n').wrapping_neg();
    }
    let rows = bits.chunks_exact(8).map(|row| {
        let row = row.first_chunk().copied().unwrap_or_default();
        u64::from_le_bytes(row)
    });
    transposed(rows.fold(0, |all, row| all | row))
}

/// The bit of each byte's row, for eight rows of eight bytes.
const ROW_BITS: [u8; AT_ONCE] = {
    let mut bits = [0; AT_ONCE];
    let mut rest: &mut [u8] = &mut bits;
    let mut at = 0;
    while let [bit, after @ ..] = rest {
        *bit = 1 << (at / 8);
        at += 1;
        rest = after;
    }
    bits
};

/// Bit `row` of byte `column` becomes bit `column` of byte `row`: squares of one, two and
/// four bits are exchanged across the diagonal.
const fn transposed(square: u64) -> u64 {
    const fn exchanged(square: u64, low: u64, by: u32) -> u64 {
        let differ = (square ^ square >> by) & low;
        square ^ differ ^ differ << by
    }
    let square = exchanged(square, 0x00aa_00aa_00aa_00aa, 7);
    let square = exchanged(square, 0x0000_cccc_0000_cccc, 14);
    exchanged(square, 0x0000_0000_f0f0_f0f0, 28)
}

fn padded(bytes: &[u8]) -> [u8; AT_ONCE] {
    let mut padded = [0; AT_ONCE];
    for (place, byte) in padded.iter_mut().zip(bytes) {
        *place = *byte;
    }
    padded
}

#[cfg(test)]
mod tests {
    use alloc::vec::Vec;

    use super::*;

    #[test]
    fn line_ends_are_those_of_a_plain_search() {
        let mut numbers = testkit::Random::new(0x9e37_79b9_7f4a_7c15);
        for length in (0..700).chain([5_000, 20_000]) {
            for often in [2, 7, 40, 500] {
                let mut text: Vec<u8> = Vec::new();
                for _ in 0..length {
                    let state = numbers.number();
                    // Bytes that differ from a line feed in one bit, or follow it.
                    let near =
                        [0x0b, 0x8a, 0x09, 0x00, 0xff, b'a', 0x0e][(state >> 40) as usize % 7];
                    text.push(if state % often == 0 { b'\n' } else { near });
                }
                let ends: Vec<usize> = memchr::memchr_iter(b'\n', &text).collect();
                assert_eq!(LineEnds::new(&text).collect::<Vec<_>>(), ends);
            }
        }
        assert_eq!(LineEnds::new(&[b'\n'; 999]).count(), 999);
    }
}
