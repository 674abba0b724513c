//! From words to ids: `rtx 3060` to the devices that are called so.

use super::lookup::Names;
use crate::{DeviceId, PciId, VendorId};

impl<'a> Names<'a> {
    /// The devices whose vendor's and own name hold every word of `words`, in
    /// the order of their ids. Upper and lower case ASCII letters are one;
    /// a word may be a part of a word (`5060` finds `RTX 5060M`). No word finds
    /// nothing.
    ///
    /// ```
    /// use pci_core::names::Names;
    /// let mut found = Names::embedded().search("nvidia rtx 5060 ti");
    /// assert!(found.any(|found| found.device == "GB206 [GeForce RTX 5060 Ti]"));
    /// ```
    #[must_use]
    pub fn search<'q>(&self, words: &'q str) -> Matches<'a, 'q> {
        Matches {
            names: *self,
            words,
            row: 0,
            vendor: None,
        }
    }
}

/// A device that a search found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Match<'a> {
    /// Its ids.
    pub id: PciId,
    /// Its vendor's name.
    pub vendor: &'a str,
    /// Its own name.
    pub device: &'a str,
}

/// The devices that a search finds: [`Names::search`].
#[derive(Clone, Debug)]
pub struct Matches<'a, 'q> {
    names: Names<'a>,
    words: &'q str,
    row: usize,
    /// The vendor of the row before: devices stand vendor by vendor.
    vendor: Option<(VendorId, &'a str)>,
}

impl<'a> Matches<'a, '_> {
    fn vendor_name(&mut self, vendor: VendorId) -> Option<&'a str> {
        match self.vendor {
            Some((last, name)) if last == vendor => Some(name),
            _ => {
                let name = self.names.vendor(vendor)?;
                self.vendor = Some((vendor, name));
                Some(name)
            }
        }
    }

    fn candidate(&mut self, row: usize) -> Option<Match<'a>> {
        let blob = self.names.blob;
        let key = u32::try_from(blob.devices.key(row)?).ok()?;
        let [v0, v1, d0, d1] = key.to_be_bytes();
        let id = PciId {
            vendor: VendorId(u16::from_be_bytes([v0, v1])),
            device: DeviceId(u16::from_be_bytes([d0, d1])),
        };
        Some(Match {
            id,
            vendor: self.vendor_name(id.vendor)?,
            device: blob.devices.name(row, blob.pool)?,
        })
    }
}

impl<'a> Iterator for Matches<'a, '_> {
    type Item = Match<'a>;

    fn next(&mut self) -> Option<Match<'a>> {
        self.words.split_whitespace().next()?;
        while self.row < self.names.blob.devices.rows() {
            let row = self.row;
            self.row += 1;
            let Some(found) = self.candidate(row) else {
                continue;
            };
            // A word holds no blank, so it never lies across the two names.
            if self
                .words
                .split_whitespace()
                .all(|word| holds(found.device, word) || holds(found.vendor, word))
            {
                return Some(found);
            }
        }
        None
    }
}

fn holds(name: &str, word: &str) -> bool {
    name.as_bytes()
        .windows(word.len())
        .any(|part| part.eq_ignore_ascii_case(word.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::names::Database;
    use alloc::vec::Vec;

    #[test]
    fn every_word_must_be_there() {
        let text = "# Version: 2026.10.24\n1002  AMD\n\t0001  Radeon 3060\n\
                    10de  NVIDIA\n\t0001  GA106 [GeForce RTX 3060]\n\t0002  GA104 [RTX 3070]\n\
                    \t0003  Grün\n";
        let blob = Database::parse(text.as_bytes()).unwrap().to_blob().unwrap();
        let names = Names::from_blob(&blob).unwrap();
        let ids = |words| -> Vec<_> {
            let found = names.search(words);
            found
                .map(|found| (found.id.vendor.0, found.id.device.0))
                .collect()
        };
        assert_eq!(ids("3060"), [(0x1002, 1), (0x10de, 1)]);
        assert_eq!(ids("Rtx  3060"), [(0x10de, 1)]);
        assert_eq!(ids("rtx\u{3000}nvidia"), [(0x10de, 1), (0x10de, 2)]);
        assert_eq!(ids("grün"), [(0x10de, 3)]);
        for nothing in ["", " ", "amd rtx", "nvidiag", "NVIDIA-"] {
            assert_eq!(ids(nothing), [], "{nothing}");
        }
    }
}
