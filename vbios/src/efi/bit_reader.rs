//! Bit reader, most significant bit first.

/// Reads bits from bytes. Past the end it returns zeros, and [`is_spent`] reports it.
///
/// [`is_spent`]: BitReader::is_spent
#[derive(Clone, Copy)]
pub(super) struct BitReader<'a> {
    rest: &'a [u8],
    /// The next bits, from the highest on.
    buffer: u64,
    /// Number of valid bits in the buffer; negative if more were read than available. The bits
    /// after them are those of `rest`, or zeros.
    filled: i32,
    /// Number of input bits.
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

    /// Fills the buffer to at least 56 bits, including zeros past the end.
    #[inline]
    pub(super) fn refill(&mut self) {
        if let Some(word) = self.rest.first_chunk() {
            // Eight more bytes are available, so no bits past the end were read.
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

    /// The next 16 bits, without consuming them.
    #[inline]
    pub(super) const fn peek(&self) -> u16 {
        let [high, low, ..] = self.buffer.to_be_bytes();
        u16::from_be_bytes([high, low])
    }

    /// Consumes `count` bits, at most 32.
    #[inline]
    pub(super) const fn skip(&mut self, count: u32) {
        self.buffer <<= count;
        self.filled -= count as i32;
    }

    /// Consumes and returns the next `count` bits, at most 31.
    #[inline]
    pub(super) const fn take(&mut self, count: u32) -> u32 {
        let [a, b, c, d, ..] = (self.buffer >> 1).to_be_bytes();
        let bits = u32::from_be_bytes([a, b, c, d]) >> (31 - count);
        self.skip(count);
        bits
    }

    /// Whether bits past the end were consumed.
    #[inline]
    pub(super) const fn is_spent(&self) -> bool {
        self.filled < 0
    }

    /// Number of consumed bits.
    pub(super) fn taken(&self) -> usize {
        let left = self.rest.len() * 8;
        let filled = usize::try_from(self.filled).unwrap_or(0);
        self.total.saturating_sub(left).saturating_sub(filled)
    }
}
