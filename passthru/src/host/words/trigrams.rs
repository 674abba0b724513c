//! The runs of three bytes in texts: nearly all phrases of a table are absent from a text, which these
//! show without a search.

/// Bits for hashes of runs of three bytes.
const BITS: usize = 1 << 16;

/// The runs of three bytes of letters and digits in some texts.
#[derive(Default)]
pub(super) struct Trigrams(Vec<u64>);

impl Trigrams {
    pub(super) fn add(&mut self, text: &str) {
        self.0.resize(BITS / 64, 0);
        for (at, bit) in places(text) {
            if let Some(bits) = self.0.get_mut(at) {
                *bits |= bit;
            }
        }
    }

    /// Whether the phrase may be in the texts: false only if it is not. Its blanks and marks are not
    /// compared.
    pub(super) fn may_have(&self, phrase: &str) -> bool {
        !self.0.is_empty()
            && places(phrase).all(|(at, bit)| self.0.get(at).is_some_and(|bits| bits & bit != 0))
    }
}

/// The word and the bit of each run of letters and digits.
fn places(text: &str) -> impl Iterator<Item = (usize, u64)> {
    hashes(text).map(|hash| (hash / 64, 1 << (hash % 64)))
}

/// The hash of each run of letters and digits, less than 65,536.
pub(super) fn hashes(text: &str) -> impl Iterator<Item = usize> {
    let is_part = |byte: &u8| byte.is_ascii_alphanumeric() || !byte.is_ascii();
    let runs = text
        .as_bytes()
        .windows(3)
        .filter(move |run| run.iter().all(is_part));
    runs.map(|run| {
        let number = run
            .iter()
            .fold(0_u32, |all, byte| all << 8 | u32::from(*byte));
        // The upper half of the product with an odd number (Knuth's multiplicative hashing).
        let hash = number.wrapping_mul(2_654_435_761) >> 16;
        usize::try_from(hash).unwrap_or_default()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn absent_phrases_are_shown_without_a_search() {
        let mut found = Trigrams::default();
        found.add("the card is on vfio-pci, 用esxi直通显卡");
        for phrase in ["vfio-pci", "vfio pci", "esxi", "直通", "car*", "is", "显卡"] {
            assert!(found.may_have(phrase), "{phrase}");
        }
        for phrase in ["nvidia", "cards", "proxmox", "网卡直"] {
            assert!(!found.may_have(phrase), "{phrase}");
        }
    }
}
