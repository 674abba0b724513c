//! All names in one text.

use alloc::string::String;
use alloc::vec::Vec;

/// Every distinct name once: a quarter of the names are said more than once. A name
/// that another begins or ends with stands in that one.
pub(super) struct Pool<'a> {
    text: String,
    /// Each distinct name and where it starts, by name.
    starts: Vec<(&'a str, usize)>,
}

impl<'a> Pool<'a> {
    pub(super) fn of(mut names: Vec<&'a str>) -> Self {
        names.sort_unstable();
        names.dedup();
        // By name, so one that begins another stands right before one that it begins.
        let whole = |at: usize| match (names.get(at), names.get(at + 1)) {
            (Some(name), Some(next)) => !next.starts_with(name),
            _ => true,
        };
        let mut roots: Vec<&str> = (0..names.len())
            .filter(|at| whole(*at))
            .filter_map(|at| names.get(at).copied())
            .collect();
        // By their ends, so one that ends another stands right behind it.
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
        // From the last: what begins the next starts where that starts.
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

    /// Where `name` starts; 0 for one that is not there.
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
