//! The string pool of all names.

use alloc::string::String;
use alloc::vec::Vec;

/// Every distinct name once: a quarter of the names repeat. A name that is a prefix or suffix of
/// another is stored within it.
pub(super) struct Pool<'a> {
    text: String,
    /// Each distinct name and its offset, by name.
    starts: Vec<(&'a str, usize)>,
}

impl<'a> Pool<'a> {
    pub(super) fn of(mut names: Vec<&'a str>) -> Self {
        names.sort_unstable();
        names.dedup();
        // Sorted by name, a prefix directly precedes a name that it starts.
        let whole = |at: usize| match (names.get(at), names.get(at + 1)) {
            (Some(name), Some(next)) => !next.starts_with(name),
            _ => true,
        };
        let mut roots: Vec<&str> = (0..names.len())
            .filter(|at| whole(*at))
            .filter_map(|at| names.get(at).copied())
            .collect();
        // Sorted by reversed name, a suffix directly follows.
        roots.sort_unstable_by(|a, b| b.bytes().rev().cmp(a.bytes().rev()));
        let mut text = String::new();
        let mut placed: Vec<(&str, usize)> = Vec::with_capacity(roots.len());
        for name in roots {
            let start = match placed.last() {
                Some((before, start)) if before.ends_with(name) => {
                    start + before.len() - name.len()
                }
                _ => {
                    let start = text.len();
                    text.push_str(name);
                    start
                }
            };
            placed.push((name, start));
        }
        placed.sort_unstable();
        // From the last: a prefix of the next starts at the same offset.
        let mut starts: Vec<(&str, usize)> = Vec::with_capacity(names.len());
        for name in names.into_iter().rev() {
            let start = match placed.last() {
                Some((root, start)) if *root == name => {
                    let start = *start;
                    placed.pop();
                    start
                }
                _ => starts.last().map_or(0, |(_, start)| *start),
            };
            starts.push((name, start));
        }
        starts.reverse();
        Self { text, starts }
    }

    pub(super) fn text(&self) -> &str {
        &self.text
    }

    /// Offset of `name`; 0 for an unknown one.
    pub(super) fn start(&self, name: &str) -> usize {
        let at = self.starts.binary_search_by_key(&name, |(name, _)| *name);
        let found = at.ok().and_then(|at| self.starts.get(at));
        found.map_or(0, |(_, start)| *start)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_is_found_where_it_starts() {
        let names = [
            "", "a", "ab", "abc", "bc", "c", "xabc", "abd", "d", "é", "xé", "éx", "abc",
        ];
        let pool = Pool::of(names.to_vec());
        for name in names {
            let start = pool.start(name);
            assert_eq!(pool.text().get(start..start + name.len()), Some(name));
        }
        let wanted: usize = ["xabc", "abc", "abd", "xé", "éx"]
            .iter()
            .map(|n| n.len())
            .sum();
        assert_eq!(pool.text().len(), wanted - "abc".len());
    }
}
