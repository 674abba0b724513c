//! One table of the blob: sorted keys of `W` bytes, and a name for each.

/// Where a name stands in the pool: the offset in the upper 24 bits, the
/// length in bytes in the lower 8.
pub(super) const LENGTH_BITS: u32 = 8;

/// Sorted big-endian keys, `W` bytes each, and as many name references of four
/// bytes. Nothing here trusts the bytes: a read beyond the end is `None`.
#[derive(Clone, Copy)]
pub(super) struct Table<'a, const W: usize> {
    keys: &'a [u8],
    names: &'a [u8],
}

impl<'a, const W: usize> Table<'a, W> {
    pub(super) const EMPTY: Self = Self {
        keys: &[],
        names: &[],
    };

    /// The table of `rows` rows at the start of `rest`, which then begins
    /// behind it.
    pub(super) const fn take(rest: &mut &'a [u8], rows: u32) -> Option<Self> {
        let rows = rows as usize;
        let (Some(keys), Some(names)) = (rows.checked_mul(W), rows.checked_mul(4)) else {
            return None;
        };
        let Some((keys, behind)) = rest.split_at_checked(keys) else {
            return None;
        };
        let Some((names, behind)) = behind.split_at_checked(names) else {
            return None;
        };
        *rest = behind;
        Some(Self { keys, names })
    }

    pub(super) const fn rows(&self) -> usize {
        self.keys.len() / W
    }

    // A row beyond the end may wrap around to another row, never out of the
    // table; `rows` bounds what is asked.
    pub(super) fn key(&self, row: usize) -> Option<u64> {
        let bytes: &[u8; W] = self.keys.get(row.wrapping_mul(W)..)?.first_chunk()?;
        Some(
            bytes
                .iter()
                .fold(0, |key, &byte| (key << 8) | u64::from(byte)),
        )
    }

    pub(super) fn name(&self, row: usize, pool: &'a str) -> Option<&'a str> {
        let place = *self.names.get(row.wrapping_mul(4)..)?.first_chunk()?;
        name_at(pool, u32::from_be_bytes(place))
    }

    /// The name of `key`, by halving; no row is looked at twice.
    pub(super) fn find(&self, key: u64, pool: &'a str) -> Option<&'a str> {
        let mut low = 0;
        let mut size = self.rows();
        while size > 1 {
            let half = size / 2;
            // A mask and no branch: which half is a coin toss, and each wrong
            // guess of the processor costs more than the comparison.
            let upper = usize::from(self.key(low + half)? <= key);
            low += half & upper.wrapping_neg();
            size -= half;
        }
        if self.key(low)? != key {
            return None;
        }
        self.name(low, pool)
    }

    /// The first row that is not above the one before it, or whose name is no
    /// text in the pool.
    pub(super) fn first_bad_row(&self, pool: &'a str) -> Option<usize> {
        let mut before = None;
        (0..self.rows()).find(|&row| {
            let key = self.key(row);
            let good = key > before && self.name(row, pool).is_some();
            before = key;
            !good
        })
    }
}

/// The text at `place` of the pool.
pub(super) fn name_at(pool: &str, place: u32) -> Option<&str> {
    let start = (place >> LENGTH_BITS) as usize;
    let length = (place & ((1 << LENGTH_BITS) - 1)) as usize;
    pool.get(start..start.checked_add(length)?)
}
