//! Drivers in compressed form.

use alloc::vec::Vec;
use core::fmt;

use super::algorithm::Algorithm;
use super::bit_writer::BitWriter;
use super::matches;
use super::write_block::write_block;

/// How many symbols may share their codes. Fewer make better codes, and more of
/// them: which is best differs from driver to driver.
const BLOCKS: [usize; 4] = [4 << 10, 8 << 10, 16 << 10, 32 << 10];

/// Bytes that are not compressed: there are more than [`Algorithm::LARGEST`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CompressError {
    /// How many there are.
    pub size: usize,
}

impl fmt::Display for CompressError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "expected {} bytes at most, found {}",
            Algorithm::LARGEST,
            self.size
        )
    }
}

impl core::error::Error for CompressError {}

/// Compresses `bytes`, with the header that says both sizes: what
/// [`decompress`](super::decompress) reads.
///
/// # Errors
///
/// When there are more than [`Algorithm::LARGEST`] bytes.
pub fn compress(bytes: &[u8], algorithm: Algorithm) -> Result<Vec<u8>, CompressError> {
    let size = bytes.len();
    let too_large = CompressError { size };
    if size > Algorithm::LARGEST {
        return Err(too_large);
    }
    let original = u32::try_from(size).map_err(|_| too_large)?.to_le_bytes();
    let header = [[0; 4], original].concat();
    let symbols = matches::symbols(bytes, algorithm);
    let streams = BLOCKS.iter().map(|block| {
        let mut bits = BitWriter::new(header.clone());
        for symbols in symbols.chunks(*block) {
            write_block(&mut bits, symbols, algorithm);
        }
        bits.finish()
    });
    let mut stream = streams.min_by_key(Vec::len).unwrap_or_default();
    let packed = u32::try_from(stream.len().saturating_sub(8)).map_err(|_| too_large)?;
    if let Some(field) = stream.first_chunk_mut() {
        *field = packed.to_le_bytes();
    }
    Ok(stream)
}
