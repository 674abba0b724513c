//! Anchors: up to eight bytes of each pattern's fixed text, by which one pass over a line finds
//! the patterns that it may have. The build selects them, and the program searches for them.

/// The hashed bytes of an anchor: no pattern's longest fixed text is shorter.
pub(crate) const HASHED: usize = 5;

/// The bits of a hash.
pub(crate) const HASH_BITS: u32 = 17;

/// Hashes for each bucket of anchors, as a power of 2.
pub(crate) const BUCKET_BITS: u32 = 4;

/// The hash of the first [`HASHED`] bytes of eight, the first byte lowest.
pub(crate) fn hash(bytes: u64) -> usize {
    let hashed = bytes & (u64::MAX >> (64 - 8 * HASHED));
    // 2^64 divided by the golden ratio: neighbors are spread.
    let hash = hashed.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> (64 - HASH_BITS);
    usize::try_from(hash).unwrap_or_default()
}
