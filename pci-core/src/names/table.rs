//! A table of the blob: rows of `R` bytes, a key of `W` bytes and a name reference, found by a hash
//! of the key.

use core::cmp::Ordering;

/// Name reference: offset in the pool in the upper 24 bits, length in bytes in the lower 8.
pub(super) const LENGTH_BITS: u32 = 8;

/// Bytes of a name reference.
pub(super) const REFERENCE: usize = 4;

/// Rows that a lookup compares without checking the end of its bucket: the following rows have
/// other keys. This avoids a mispredicted branch, which costs more than the comparisons.
const AT_ONCE: usize = 6;

/// Number of buckets of a table, as a power of two: two to four rows per bucket, so that most
/// lookups read one cache line.
pub(super) const fn bucket_bits(rows: usize) -> u32 {
    match (rows / 2).checked_ilog2() {
        Some(bits) => bits,
        None => 0,
    }
}

/// Bytes of a row number: two if sufficient.
pub(super) const fn number_width(rows: usize) -> usize {
    if rows <= 0xffff { 2 } else { 4 }
}

/// Bucket of `key` among 2 to the power of `bits`: the top bits of its product with 2^64 over the
/// golden ratio (D. Knuth, The Art of Computer Programming, volume 3, section 6.4), which
/// distributes consecutive IDs.
pub(super) const fn bucket_of(key: u64, bits: u32) -> usize {
    let hash = key.wrapping_mul(0x9e37_79b9_7f4a_7c15);
    // Two shifts: one by 64 is none.
    ((hash >> 1) >> (u64::BITS - 1 - bits)) as usize
}

/// For each bucket the number of its first row, and at the end the number of rows; then the rows,
/// bucket by bucket, by ascending key. All numbers are little-endian. The bytes are untrusted: a
/// read past the end is `None`.
#[derive(Clone, Copy)]
pub(super) struct Table<'a, const W: usize, const R: usize> {
    starts: &'a [u8],
    rows: &'a [u8],
    bits: u32,
    width: usize,
}

impl<'a, const W: usize, const R: usize> Table<'a, W, R> {
    pub(super) const EMPTY: Self = Self {
        starts: &[],
        rows: &[],
        bits: 0,
        width: 2,
    };

    /// The table of `rows` rows at the start of `rest`, which is advanced past it.
    pub(super) const fn take(rest: &mut &'a [u8], rows: u32) -> Option<Self> {
        let rows = rows as usize;
        let (bits, width) = (bucket_bits(rows), number_width(rows));
        let Some(bytes) = rows.checked_mul(R) else {
            return None;
        };
        let Some((starts, after)) = rest.split_at_checked(((1 << bits) + 1) * width) else {
            return None;
        };
        let Some((rows, after)) = after.split_at_checked(bytes) else {
            return None;
        };
        *rest = after;
        Some(Self {
            starts,
            rows,
            bits,
            width,
        })
    }

    pub(super) const fn rows(&self) -> usize {
        self.rows.len() / R
    }

    /// The first row of a bucket, and the row after its last.
    fn bucket(&self, bucket: usize) -> Option<(usize, usize)> {
        let at = self.starts.get(bucket.wrapping_mul(self.width)..)?;
        if self.width == 2 {
            let [a, b, c, d] = *at.first_chunk()?;
            let (start, end) = (u16::from_le_bytes([a, b]), u16::from_le_bytes([c, d]));
            Some((start.into(), end.into()))
        } else {
            let [a, b, c, d, e, f, g, h] = *at.first_chunk()?;
            let start = u32::from_le_bytes([a, b, c, d]);
            Some((start as usize, u32::from_le_bytes([e, f, g, h]) as usize))
        }
    }

    fn bucket_rows(&self, start: usize, end: usize) -> Option<&'a [u8]> {
        self.rows.get(start.checked_mul(R)?..end.checked_mul(R)?)
    }

    /// The name of `key`.
    pub(super) fn find(&self, key: u64, pool: &'a str) -> Option<&'a str> {
        let (start, end) = self.bucket(bucket_of(key, self.bits))?;
        let wanted = key.to_le_bytes();
        let wanted: &[u8; W] = wanted.first_chunk()?;
        // The compiler must know the number of rows to unroll the loop.
        let after = self.rows.get(start.checked_mul(R)?..);
        let Some(rows) = after.and_then(|rows| rows.get(..AT_ONCE * R)) else {
            return self.find_by_halving(start, end, key, pool);
        };
        let place = if R == 8 && W == 4 {
            place_in_words(rows, key)
        } else {
            let place =
                |row: &[u8]| place_of::<W>(row).filter(|_| row.first_chunk() == Some(wanted));
            rows.chunks_exact(R).find_map(place)
        };
        match place {
            Some(place) => name_at(pool, place),
            None if end > start + AT_ONCE => self.find_by_halving(start, end, key, pool),
            None => None,
        }
    }

    /// The name of `key` in a bucket of any size: in a malicious text all IDs may be in one.
    #[cold]
    fn find_by_halving(
        &self,
        start: usize,
        end: usize,
        key: u64,
        pool: &'a str,
    ) -> Option<&'a str> {
        let rows = self.bucket_rows(start, end)?;
        let (mut low, mut high) = (0, rows.len() / R);
        while low < high {
            let middle = low + (high - low) / 2;
            let row = rows.get(middle * R..)?.get(..R)?;
            match key_of::<W>(row)?.cmp(&key) {
                Ordering::Equal => return name_at(pool, place_of::<W>(row)?),
                Ordering::Less => low = middle + 1,
                Ordering::Greater => high = middle,
            }
        }
        None
    }

    /// All keys with their names, in row order. A row with an invalid name reference is skipped.
    pub(super) fn iter(
        &self,
        pool: &'a str,
    ) -> impl Iterator<Item = (u64, &'a str)> + use<'a, W, R> {
        self.rows
            .chunks_exact(R)
            .filter_map(move |row| Some((key_of::<W>(row)?, name_at(pool, place_of::<W>(row)?)?)))
    }

    /// The first row that is not in ascending order in its bucket, belongs to another bucket, or
    /// has an invalid name reference.
    pub(super) fn first_bad_row(&self, pool: &'a str) -> Option<usize> {
        let mut row_number = 0;
        for bucket in 0..1 << self.bits {
            let rows = self.bucket(bucket);
            let Some(rows) = rows.and_then(|(start, end)| self.bucket_rows(start, end)) else {
                return Some(row_number);
            };
            let mut before = None;
            for row in rows.chunks_exact(R) {
                let key = key_of::<W>(row);
                let placed = key.is_some_and(|key| bucket_of(key, self.bits) == bucket);
                let name = place_of::<W>(row).and_then(|place| name_at(pool, place));
                if key <= before || !placed || name.is_none() {
                    return Some(row_number);
                }
                before = key;
                row_number += 1;
            }
        }
        // Rows that are in no bucket.
        (row_number != self.rows()).then_some(row_number)
    }
}

/// The name reference of `key` among rows of a four-byte key and a four-byte reference, each read
/// as one number: with a mask instead of an unpredictable branch. No name is empty, so no reference
/// is 0.
fn place_in_words(rows: &[u8], key: u64) -> Option<u32> {
    let mut place = 0;
    for row in rows.chunks_exact(8) {
        let row = u64::from_le_bytes(*row.first_chunk()?);
        let same = u64::from(row & 0xffff_ffff == key);
        place |= row >> 32 & same.wrapping_neg();
    }
    u32::try_from(place).ok().filter(|place| *place != 0)
}

fn key_of<const W: usize>(row: &[u8]) -> Option<u64> {
    let key: &[u8; W] = row.first_chunk()?;
    Some(
        key.iter()
            .rev()
            .fold(0, |key, &byte| key << 8 | u64::from(byte)),
    )
}

fn place_of<const W: usize>(row: &[u8]) -> Option<u32> {
    let place = row.get(W..)?.first_chunk()?;
    Some(u32::from_le_bytes(*place))
}

/// The text at `place` of the pool.
pub(super) fn name_at(pool: &str, place: u32) -> Option<&str> {
    let start = (place >> LENGTH_BITS) as usize;
    let length = (place & ((1 << LENGTH_BITS) - 1)) as usize;
    pool.get(start..start.checked_add(length)?)
}
