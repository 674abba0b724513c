//! Bit writer, most significant bit first.

use alloc::vec::Vec;

/// Appends bits to bytes.
pub(super) struct BitWriter {
    bytes: Vec<u8>,
    /// The bits of an incomplete byte, in the low `held` bits.
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

    /// Writes the low `count` bits of `bits`, at most 32; the others must be 0.
    pub(super) fn put(&mut self, count: u32, bits: u32) {
        self.buffer = self.buffer << count | u64::from(bits);
        self.held += count;
        while self.held >= 8 {
            self.held -= 8;
            let [.., byte] = (self.buffer >> self.held).to_be_bytes();
            self.bytes.push(byte);
        }
    }

    /// The bytes; zeros fill the last one.
    pub(super) fn finish(mut self) -> Vec<u8> {
        if self.held > 0 {
            self.put(8 - self.held, 0);
        }
        self.bytes
    }
}
