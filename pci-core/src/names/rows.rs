//! The entries of one kind, as in the text.

use alloc::collections::BTreeMap;
use alloc::vec::Vec;
use core::marker::PhantomData;
use core::ops::Range;

use super::key::Key;

/// Span of a name in the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Span {
    pub(super) start: u32,
    pub(super) length: u32,
}

impl Span {
    /// `None` beyond four gigabytes.
    pub(super) fn new(range: &Range<usize>) -> Option<Self> {
        Some(Self {
            start: u32::try_from(range.start).ok()?,
            length: u32::try_from(range.len()).ok()?,
        })
    }

    pub(super) fn of(self, text: &str) -> &str {
        let start = self.start as usize;
        text.get(start..start + self.length as usize)
            .unwrap_or_default()
    }
}

/// Entries being parsed. Nearly all lines of a text are sorted, so most entries are appended.
#[derive(Clone, Debug, Default)]
pub(super) struct Rows {
    sorted: Vec<(u64, Span)>,
    late: BTreeMap<u64, Span>,
}

impl Rows {
    pub(super) fn with_capacity(rows: usize) -> Self {
        Self {
            sorted: Vec::with_capacity(rows),
            late: BTreeMap::new(),
        }
    }

    /// Appends an entry if it is in order; returns whether it is.
    pub(super) fn push(&mut self, key: u64, name: Span) -> bool {
        let is_next = self.sorted.last().is_none_or(|(last, _)| *last < key);
        let plain = is_next && self.late.is_empty();
        if plain {
            self.sorted.push((key, name));
        }
        plain
    }

    /// Adds an entry.
    ///
    /// # Errors
    /// The existing name of the key.
    pub(super) fn add(&mut self, key: u64, name: Span) -> Result<(), Span> {
        if self.push(key, name) {
            return Ok(());
        }
        self.add_late(key, name)
    }

    #[cold]
    fn add_late(&mut self, key: u64, name: Span) -> Result<(), Span> {
        if let Some(first) = self.get(key) {
            return Err(first);
        }
        if self.sorted.last().is_none_or(|(last, _)| *last < key) {
            self.sorted.push((key, name));
        } else {
            self.late.insert(key, name);
        }
        Ok(())
    }

    pub(super) fn get(&self, key: u64) -> Option<Span> {
        match self.sorted.binary_search_by_key(&key, |(row, _)| *row) {
            Ok(at) => self.sorted.get(at).map(|(_, name)| *name),
            Err(_) => self.late.get(&key).copied(),
        }
    }

    /// All entries by ascending key.
    pub(super) fn into_sorted(mut self) -> Vec<(u64, Span)> {
        if !self.late.is_empty() {
            self.sorted.extend(self.late);
            self.sorted.sort_unstable_by_key(|(key, _)| *key);
        }
        self.sorted
    }
}

/// Entries of one kind in a [`Database`](super::Database), by ascending id.
#[derive(Clone, Copy, Debug)]
pub struct Entries<'d, 'a, K> {
    rows: &'d [(u64, Span)],
    text: &'a str,
    keys: PhantomData<K>,
}

impl<'d, 'a, K: Key> Entries<'d, 'a, K> {
    pub(super) const fn new(rows: &'d [(u64, Span)], text: &'a str) -> Self {
        Self {
            rows,
            text,
            keys: PhantomData,
        }
    }

    /// Number of entries.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.rows.len()
    }

    /// Whether there are none.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// The name of `key`.
    #[must_use]
    pub fn get(&self, key: K) -> Option<&'a str> {
        let key = key.to_number();
        let at = self.rows.binary_search_by_key(&key, |(row, _)| *row).ok()?;
        self.rows.get(at).map(|(_, name)| name.of(self.text))
    }

    /// Entries with names, by ascending ID.
    pub fn iter(&self) -> impl Iterator<Item = (K, &'a str)> + use<'d, 'a, K> {
        let text = self.text;
        self.rows
            .iter()
            .map(move |(key, name)| (K::of_number(*key), name.of(text)))
    }

    pub(super) const fn rows(&self) -> &'d [(u64, Span)] {
        self.rows
    }
}
