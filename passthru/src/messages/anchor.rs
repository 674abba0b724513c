//! Anchors: up to eight bytes of each pattern's fixed text, by which one pass over a line finds
//! the patterns that it may have. The build selects them, and the program searches for them.

use list_order::Order as _;

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

/// The bits of the number of a pattern beside the length of its anchor.
const PATTERN_BITS: u32 = 13;

/// An anchor: its bytes, the first lowest, and the number of its pattern, with its length in the
/// upper bits.
pub(crate) type Anchor = (u64, u16);

/// The anchor of a pattern, of its first eight bytes at most; none if it is shorter than a hash, or
/// if there are too many patterns.
pub(crate) fn anchor(text: &[u8], pattern: usize) -> Option<Anchor> {
    let mut bytes = [0; 8];
    for (byte, of_text) in bytes.iter_mut().zip(text) {
        *byte = *of_text;
    }
    let more = text.len().min(8).checked_sub(HASHED)?;
    let pattern = (pattern < 1 << PATTERN_BITS).then_some(pattern)?;
    let packed = u16::try_from(more << PATTERN_BITS | pattern).ok()?;
    Some((u64::from_le_bytes(bytes), packed))
}

/// The length of an anchor in bytes, and the number of its pattern.
pub(crate) fn unpacked(packed: u16) -> (usize, u16) {
    let more = usize::from(packed >> PATTERN_BITS);
    (HASHED + more, packed & ((1 << PATTERN_BITS) - 1))
}

/// The tables of the search.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Tables {
    /// The bytes of all anchors, by hash.
    pub(crate) anchors: Vec<u64>,
    /// The length and the pattern of each.
    pub(crate) patterns: Vec<u16>,
    /// The end of each bucket in them.
    pub(crate) buckets: Vec<u16>,
    /// A bit for each hash that an anchor has.
    pub(crate) filter: Vec<u64>,
}

impl Tables {
    pub(crate) fn new(mut all: Vec<Anchor>) -> Self {
        all.order_by_key(|&(bytes, packed)| (hash(bytes), bytes, packed));
        let mut filter = vec![0_u64; (1 << HASH_BITS) / 64];
        for (bytes, _) in &all {
            let hash = hash(*bytes);
            if let Some(bits) = filter.get_mut(hash / 64) {
                *bits |= 1 << (hash % 64);
            }
        }
        let ends = (0..1 << (HASH_BITS - BUCKET_BITS)).map(|bucket| {
            let end = all.partition_point(|(bytes, _)| hash(*bytes) >> BUCKET_BITS <= bucket);
            u16::try_from(end).unwrap_or(u16::MAX)
        });
        let buckets = ends.collect();
        let (anchors, patterns) = all.into_iter().unzip();
        Self {
            anchors,
            patterns,
            buckets,
            filter,
        }
    }
}
