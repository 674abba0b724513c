//! Huffman codes for encoding.

use alloc::collections::BinaryHeap;
use alloc::vec;
use alloc::vec::Vec;
use core::cmp::Reverse;

use super::algorithm::set::MAX_LEN;
use super::bit_writer::BitWriter;

/// A canonical Huffman code, as decoded by [`DecodeTable`](super::decode_table::DecodeTable).
pub(super) struct Code {
    /// By symbol: code length, 0 without a code, and the code in that many bits.
    codes: Vec<(u8, u32)>,
    /// The only symbol, which needs no bits.
    only: Option<usize>,
}

impl Code {
    /// The code with the shortest output if symbol `i` occurs `counts[i]` times.
    pub(super) fn of(counts: &[u32]) -> Self {
        let mut used = (0..).zip(counts).filter(|(_, count)| **count > 0);
        let first: Option<(usize, _)> = used.next();
        if used.next().is_none() {
            return Self {
                codes: vec![(0, 0); counts.len()],
                only: Some(first.map_or(0, |(symbol, _)| symbol)),
            };
        }
        let mut counts = counts.to_vec();
        let lengths = loop {
            let lengths = lengths(&counts);
            if lengths.iter().all(|length| usize::from(*length) <= MAX_LEN) {
                break lengths;
            }
            // Flatter counts make shorter codes.
            for count in counts.iter_mut().filter(|count| **count > 0) {
                *count = *count / 2 + 1;
            }
        };
        let mut codes: Vec<(u8, u32)> = lengths.iter().map(|length| (*length, 0)).collect();
        let mut next = 0;
        for bits in 1..=MAX_LEN {
            next <<= 1;
            for (_, code) in codes
                .iter_mut()
                .filter(|(length, _)| usize::from(*length) == bits)
            {
                *code = next;
                next += 1;
            }
        }
        Self { codes, only: None }
    }

    /// The only symbol, if it needs no bits.
    pub(super) const fn only(&self) -> Option<usize> {
        self.only
    }

    /// The code lengths, up to the last symbol that has one.
    pub(super) fn lengths(&self) -> impl Iterator<Item = u8> + '_ {
        let used = self.codes.iter().rposition(|(length, _)| *length > 0);
        let used = used.map_or(0, |last| last + 1);
        self.codes.iter().take(used).map(|(length, _)| *length)
    }

    /// Writes a symbol.
    pub(super) fn put(&self, bits: &mut BitWriter, symbol: usize) {
        if let Some((length, code)) = self.codes.get(symbol) {
            bits.put(u32::from(*length), *code);
        }
    }
}

/// Huffman code lengths: the two rarest nodes are merged until one is left.
fn lengths(counts: &[u32]) -> Vec<u8> {
    let leaves = (0usize..).zip(counts).filter(|(_, count)| **count > 0);
    let mut heap: BinaryHeap<_> = leaves
        .map(|(node, count)| Reverse((*count, node)))
        .collect();
    // Leaves first, then inner nodes in order of creation.
    let mut parents: Vec<usize> = vec![0; counts.len()];
    while let (Some(Reverse((a, left))), Some(Reverse((b, right)))) = (heap.pop(), heap.pop()) {
        let node = parents.len();
        for child in [left, right] {
            if let Some(parent) = parents.get_mut(child) {
                *parent = node;
            }
        }
        parents.push(0);
        heap.push(Reverse((a.saturating_add(b), node)));
        if heap.len() == 1 {
            break;
        }
    }
    let mut depths = vec![0u8; parents.len()];
    for node in (0..parents.len()).rev() {
        let depth = match parents.get(node) {
            Some(0) | None => 0,
            Some(parent) => depths
                .get(*parent)
                .map_or(0, |depth| depth.saturating_add(1)),
        };
        if let Some(slot) = depths.get_mut(node) {
            *slot = depth;
        }
    }
    depths.truncate(counts.len());
    depths
}
