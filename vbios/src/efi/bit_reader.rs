//! Bits, the highest of each byte first.

/// Reads bits from bytes. Behind the end there are zeroes, and [`is_spent`] says
/// that they were read.
///
/// [`is_spent`]: BitReader::is_spent
#[derive(Clone, Copy)]
pub(super) struct BitReader<'a> {
    rest: &'a [u8],
    /// The next bits, from the highest on.
    buffer: u64,
    /// How many bits of the buffer count; less than 0 where more were taken than
    /// there are. Those behind them are what follows in `rest`, or zeroes.
    filled: i32,
    /// How many bits there were to read.
    total: usize,
}

impl<'a> BitReader<'a> {
    pub(super) const fn new(bytes: &'a [u8]) -> Self {
        Self {
            rest: bytes,
            buffer: 0,
            filled: 0,
            total: bytes.len() * 8,
        }
    }

    /// Has at least 56 bits in the buffer, those behind the end among them.
    #[inline]
    pub(super) fn refill(&mut self) {
        if let Some(word) = self.rest.first_chunk() {
            // There are eight more bytes, so that no bits behind the end were taken.
            let filled = self.filled.unsigned_abs() & 63;
            self.buffer |= u64::from_be_bytes(*word) >> filled;
            let bytes = ((63 - filled) >> 3) as usize;
            self.rest = self.rest.get(bytes..).unwrap_or_default();
            self.filled |= 56;
        } else {
            self.refill_near_the_end();
        }
    }

    fn refill_near_the_end(&mut self) {
        while let (0..56, [byte, rest @ ..]) = (self.filled, self.rest) {
            self.buffer |= u64::from(*byte) << (56 - self.filled);
            self.filled += 8;
            self.rest = rest;
        }
    }

    /// The next 16 bits, which stay.
    #[inline]
    pub(super) const fn peek(&self) -> u16 {
        let [high, low, ..] = self.buffer.to_be_bytes();
        u16::from_be_bytes([high, low])
    }

    /// Goes on by `count` bits, 32 at most.
    #[inline]
    pub(super) const fn skip(&mut self, count: u32) {
        self.buffer <<= count;
        self.filled -= count as i32;
    }

    /// The next `count` bits, 31 at most, as a number.
    #[inline]
    pub(super) const fn take(&mut self, count: u32) -> u32 {
        let [a, b, c, d, ..] = (self.buffer >> 1).to_be_bytes();
        let bits = u32::from_be_bytes([a, b, c, d]) >> (31 - count);
        self.skip(count);
        bits
    }

    /// Whether bits behind the end were taken.
    #[inline]
    pub(super) const fn is_spent(&self) -> bool {
        self.filled < 0
    }

    /// How many of the bits were taken.
    pub(super) fn taken(&self) -> usize {
        let left = self.rest.len() * 8;
        let filled = usize::try_from(self.filled).unwrap_or(0);
        self.total.saturating_sub(left).saturating_sub(filled)
    }
}
