//! Compression of drivers.

use alloc::vec::Vec;

use super::algorithm::Algorithm;
use super::bit_writer::BitWriter;
use super::matches;
use super::write_block::write_block;
use crate::error::{Cause, Result};

/// Numbers of symbols per block to try. Small blocks have better codes, but more of them: the
/// optimum differs by driver.
const BLOCKS: [usize; 4] = [4 << 10, 8 << 10, 16 << 10, 32 << 10];

/// Compresses `bytes`, with a header of both sizes, for [`decompress`](super::decompress).
///
/// # Errors
///
/// If `bytes` exceeds [`Algorithm::MAX_SIZE`].
pub fn compress(bytes: &[u8], algorithm: Algorithm) -> Result<Vec<u8>> {
    let size = bytes.len();
    let too_large = || Cause::TooLong { size };
    if size > Algorithm::MAX_SIZE {
        return Err(too_large().into());
    }
    let original = u32::try_from(size).map_err(|_| too_large())?.to_le_bytes();
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
    let packed = u32::try_from(stream.len().saturating_sub(8)).map_err(|_| too_large())?;
    if let Some(field) = stream.first_chunk_mut() {
        *field = packed.to_le_bytes();
    }
    Ok(stream)
}
