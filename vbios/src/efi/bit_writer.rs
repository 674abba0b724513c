//! Bits, the highest of each byte first.

use alloc::vec::Vec;

/// Writes bits behind bytes.
pub(super) struct BitWriter {
    bytes: Vec<u8>,
    /// The bits that make no whole byte yet, in the low `held` ones.
    buffer: u64,
    held: u32,
}

impl BitWriter {
    pub(super) const fn new(bytes: Vec<u8>) -> Self {
        Self {
            bytes,
            buffer: 0,
            held: 0,
        }
    }

    /// Writes the low `count` bits of `bits`, 32 at most; the others must be 0.
    pub(super) fn put(&mut self, count: u32, bits: u32) {
        self.buffer = self.buffer << count | u64::from(bits);
        self.held += count;
        while self.held >= 8 {
            self.held -= 8;
            let [.., byte] = (self.buffer >> self.held).to_be_bytes();
            self.bytes.push(byte);
        }
    }

    /// The bytes; zeroes fill the last one.
    pub(super) fn finish(mut self) -> Vec<u8> {
        if self.held > 0 {
            self.put(8 - self.held, 0);
        }
        self.bytes
    }
}
