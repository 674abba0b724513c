//! Search for devices by words, such as `rtx 3060`.

use alloc::vec::Vec;
use core::cmp::Reverse;

use super::key::Key;
use super::lookup::Names;
use crate::PciId;

impl<'a> Names<'a> {
    /// The devices whose vendor and device name contain every word of `words`, best match first.
    /// ASCII case is ignored; a word may be part of a word (`5060` finds `RTX 5060M`). An empty
    /// query finds nothing.
    ///
    /// A name that contains more of the words as whole words is better, then a shorter one; equal
    /// matches are ordered by ID.
    ///
    /// ```
    /// use pci_core::names::Names;
    /// let found = Names::embedded().search("nvidia rtx 5060 ti");
    /// assert_eq!(found[0].device, "GB206 [GeForce RTX 5060 Ti]");
    /// ```
    #[must_use]
    pub fn search(&self, words: &str) -> Vec<Match<'a>> {
        let words: Vec<&[u8]> = words.split_whitespace().map(str::as_bytes).collect();
        if words.is_empty() {
            return Vec::new();
        }
        let mut found: Vec<(usize, Match<'a>)> = self
            .devices()
            .filter_map(|(id, device)| {
                // Most devices fail at the first word, without their vendor's name.
                let in_device = |word: &&[u8]| holding(device, word).max();
                let mut whole = 0;
                let mut vendor = None;
                for word in &words {
                    let best = in_device(word);
                    let best = if best == Some(Holds::AsAWord) {
                        best
                    } else {
                        let vendor = *vendor.get_or_insert_with(|| self.vendor(id.vendor));
                        best.max(vendor.and_then(|vendor| holding(vendor, word).max()))
                    };
                    whole += usize::from(best? == Holds::AsAWord);
                }
                let vendor = vendor.unwrap_or_else(|| self.vendor(id.vendor))?;
                Some((whole, Match { id, vendor, device }))
            })
            .collect();
        found.sort_unstable_by_key(|(whole, found)| {
            (
                Reverse(*whole),
                found.vendor.len() + found.device.len(),
                found.id,
            )
        });
        found.into_iter().map(|(_, found)| found).collect()
    }

    /// All devices, unordered.
    pub(super) fn devices(&self) -> impl Iterator<Item = (PciId, &'a str)> + use<'a> {
        let entries = self.blob.devices.iter(self.blob.pool);
        entries.map(|(key, name)| (PciId::of_number(key), name))
    }
}

/// A found device.
///
/// ```
/// # #[cfg(feature = "names")] {
/// use pci_core::Names;
/// let found = Names::embedded().search("82574L")[0];
/// assert_eq!((found.id.to_string().as_str(), found.vendor), ("8086:10d3", "Intel Corporation"));
/// # }
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct Match<'a> {
    /// Its IDs.
    pub id: PciId,
    /// Vendor name.
    pub vendor: &'a str,
    /// Device name.
    pub device: &'a str,
}

/// Quality of a word's match in a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Holds {
    Within,
    AsAWord,
}

/// The matches of `word` in `name`.
fn holding(name: &str, word: &[u8]) -> impl Iterator<Item = Holds> {
    let bytes = name.as_bytes();
    let is_end = move |byte: Option<&u8>| {
        byte.is_none_or(|byte| byte.is_ascii() && !byte.is_ascii_alphanumeric())
    };
    bytes
        .windows(word.len())
        .enumerate()
        .filter(move |(_, part)| part.eq_ignore_ascii_case(word))
        .map(move |(at, part)| {
            let before = at.checked_sub(1).and_then(|before| bytes.get(before));
            if is_end(before) && is_end(bytes.get(at + part.len())) {
                Holds::AsAWord
            } else {
                Holds::Within
            }
        })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::names::Database;

    #[test]
    fn every_word_must_be_there_and_whole_words_come_first() {
        let text = "# Version: 2026.10.24\n1002  AMD\n\t0001  Radeon 3060\n\
                    10de  NVIDIA\n\t0001  GA106 [GeForce RTX 3060M]\n\t0002  GA104 [RTX 3070]\n\
                    \t0003  Grün\n\t0004  GA106 [GeForce RTX 3060 Lite]\n\
                    \t0005  GA106 [GeForce RTX 3060]\n";
        let blob = Database::parse(text.as_bytes()).unwrap().to_blob().unwrap();
        let names = Names::from_blob(&blob).unwrap();
        let ids = |words| -> Vec<_> {
            let found = names.search(words).into_iter();
            found
                .map(|found| (found.id.vendor.0, found.id.device.0))
                .collect()
        };
        assert_eq!(
            ids("3060"),
            [(0x1002, 1), (0x10de, 5), (0x10de, 4), (0x10de, 1)]
        );
        assert_eq!(ids("Rtx  3060"), [(0x10de, 5), (0x10de, 4), (0x10de, 1)]);
        assert_eq!(ids("rtx\u{3000}nvidia 3070"), [(0x10de, 2)]);
        assert_eq!(ids("grün"), [(0x10de, 3)]);
        for nothing in ["", " ", "amd rtx", "nvidiag", "NVIDIA-"] {
            assert_eq!(ids(nothing), [], "{nothing}");
        }
    }
}
