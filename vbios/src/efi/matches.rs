//! Search for repeated bytes.

use alloc::vec;
use alloc::vec::Vec;

use super::algorithm::Algorithm;
use super::algorithm::set::{MAX_MATCH, MIN_MATCH};

/// An element of the compressed data.
#[derive(Clone, Copy)]
pub(super) enum Symbol {
    Literal(u8),
    /// A copy of `length` bytes from `distance` back.
    Match {
        length: usize,
        distance: usize,
    },
}

/// Earlier positions tried per match.
const TRIED: usize = 256;
const HASH_BITS: u32 = 15;
/// No position.
const NONE: u32 = u32::MAX;

/// `bytes` as symbols: the longest match at each position, unless the match at the next one is
/// longer.
pub(super) fn symbols(bytes: &[u8], algorithm: Algorithm) -> Vec<Symbol> {
    let mut finder = Finder {
        bytes,
        window: algorithm.window(),
        heads: vec![NONE; 1 << HASH_BITS],
        earlier: vec![NONE; bytes.len()],
        known: 0,
    };
    let mut symbols = Vec::new();
    let mut at = 0;
    let mut here = finder.longest(0);
    while let Some(byte) = bytes.get(at) {
        let next = finder.longest(at + 1);
        match here {
            Some((length, distance)) if next.is_none_or(|(longer, _)| longer <= length) => {
                symbols.push(Symbol::Match { length, distance });
                at += length;
                here = finder.longest(at);
            }
            _ => {
                symbols.push(Symbol::Literal(*byte));
                at += 1;
                here = next;
            }
        }
    }
    symbols
}

struct Finder<'a> {
    bytes: &'a [u8],
    window: usize,
    /// By hash of three bytes: the latest position.
    heads: Vec<u32>,
    /// By position: the previous one with the same hash.
    earlier: Vec<u32>,
    /// End of the indexed positions.
    known: usize,
}

impl Finder<'_> {
    /// The longest match at `at`, as length and distance; the nearest of those.
    fn longest(&mut self, at: usize) -> Option<(usize, usize)> {
        while self.known < at {
            self.learn(self.known);
            self.known += 1;
        }
        let rest = self.bytes.get(at..)?;
        let rest = rest.get(..MAX_MATCH).unwrap_or(rest);
        let mut best = None;
        let mut longest = MIN_MATCH - 1;
        let mut place = *self.heads.get(hash(rest)?)?;
        for _ in 0..TRIED {
            let from = place as usize;
            // A position must be before `at`.
            let distance = at.checked_sub(from).filter(|distance| *distance > 0);
            let Some(distance) = distance.filter(|distance| *distance <= self.window) else {
                break;
            };
            let earlier = self.bytes.get(from..)?;
            if earlier.get(longest) == rest.get(longest) {
                let same = earlier.iter().zip(rest).take_while(|(a, b)| a == b).count();
                if same > longest {
                    longest = same;
                    best = Some((same, distance));
                }
                if same == rest.len() {
                    break;
                }
            }
            place = *self.earlier.get(from)?;
        }
        best
    }

    fn learn(&mut self, at: usize) {
        let slot = self.bytes.get(at..).and_then(hash);
        let head = slot.and_then(|slot| self.heads.get_mut(slot));
        if let (Some(head), Ok(place)) = (head, u32::try_from(at)) {
            let before = core::mem::replace(head, place);
            if let Some(earlier) = self.earlier.get_mut(at) {
                *earlier = before;
            }
        }
    }
}

/// Hash of the first three bytes.
fn hash(bytes: &[u8]) -> Option<usize> {
    let [a, b, c] = *bytes.first_chunk()?;
    let word = u32::from_le_bytes([a, b, c, 0]);
    Some((word.wrapping_mul(0x9e37_79b1) >> (32 - HASH_BITS)) as usize)
}
