//! Where the lines of a long text end.

/// So many bytes are looked at together.
const AT_ONCE: usize = 64;

/// So many ends, or a few more, are found before the first is used: finding them has
/// no branch that goes by the text, and using them none that waits for the finding.
const WANTED: usize = 192;

/// So many ends are noted without asking how many there are: more are rare in
/// [`AT_ONCE`] bytes.
const NOTED: usize = 4;

/// The offsets of the line feeds in a text.
///
/// Lines of `pci.ids` are so short that a search for each costs as much as reading it.
/// Those of `lspci` are longer, and a search by the widest registers of the processor,
/// as memchr's, is the faster one there (measured: by a tenth).
pub(crate) struct LineEnds<'a> {
    rest: &'a [u8],
    /// Where `rest` begins.
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

    /// Finds more; whether there are any.
    #[inline(never)]
    fn find(&mut self) -> bool {
        (self.count, self.next) = (0, 0);
        while self.count < WANTED && !self.rest.is_empty() {
            let (mut ends, behind) = match self.rest.split_first_chunk::<AT_ONCE>() {
                Some((bytes, behind)) => (line_feeds(bytes), behind),
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
            self.rest = behind;
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
    const LOW_BITS: u64 = u64::from_le_bytes([0x7f; 8]);
    let mut ends = 0;
    for (group, eight) in bytes.chunks_exact(8).enumerate() {
        let eight = eight.first_chunk().copied().unwrap_or_default();
        let other = u64::from_le_bytes(eight) ^ u64::from_le_bytes([b'\n'; 8]);
        // The high bit of each byte, where it is zero: no carry leaves a byte.
        let zeros = !(((other & LOW_BITS) + LOW_BITS) | other | LOW_BITS);
        // The product brings the eight bits together in the highest byte.
        let together = (zeros >> 7).wrapping_mul(0x0102_0408_1020_4080) >> 56;
        ends |= together << (8 * group);
    }
    ends
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
    use super::*;
    use alloc::vec::Vec;

    #[test]
    fn line_ends_are_those_of_a_plain_search() {
        let mut state = 0x9e37_79b9_7f4a_7c15_u64;
        for length in (0..700).chain([5_000, 20_000]) {
            for often in [2, 7, 40, 500] {
                let mut text: Vec<u8> = Vec::new();
                for _ in 0..length {
                    state ^= state << 13;
                    state ^= state >> 7;
                    state ^= state << 17;
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
