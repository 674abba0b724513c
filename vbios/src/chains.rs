//! Search for chains of images by their signatures.

use alloc::collections::BTreeSet;
use alloc::vec::Vec;

use crate::image::Image;

/// Searches chains in a file. Failed chains are cached, so that each image is parsed once, however
/// many chains contain it.
pub(crate) struct Chains<'a> {
    file: &'a [u8],
    dead: BTreeSet<usize>,
}

impl<'a> Chains<'a> {
    pub(crate) const fn new(file: &'a [u8]) -> Self {
        Self {
            file,
            dead: BTreeSet::new(),
        }
    }

    /// The offsets of all images that may start a chain, from `start` on.
    pub(crate) fn candidates(file: &'a [u8], start: usize) -> impl Iterator<Item = usize> + 'a {
        let rest = file.get(start..).unwrap_or_default();
        memchr::memmem::find_iter(rest, &[0x55, 0xaa])
            .map(move |offset| start + offset)
            .filter(move |offset| Image::is_at(file, *offset))
    }

    /// End of the chain that starts at `first`, if one of its images has the last-image indicator
    /// and the file contains all of them.
    pub(crate) fn end(&mut self, first: usize) -> Option<usize> {
        let mut visited = Vec::new();
        let mut offset = first;
        while !self.dead.contains(&offset) {
            let Some((length, last)) = Image::peek(self.file, offset) else {
                break;
            };
            visited.push(offset);
            let end = offset.saturating_add(length);
            if length == 0 || end > self.file.len() {
                break;
            }
            if last {
                return Some(end);
            }
            offset = end;
        }
        self.dead.extend(visited);
        None
    }
}
