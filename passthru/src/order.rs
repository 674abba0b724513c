//! Short lists in order: lists that are sorted, sets and maps.
//!
//! The standard library compiles one sort for each type and key, and one for each set and map that is
//! collected, together a twentieth of the static command. Here one sort of places is compiled for all
//! lists, and sets and maps are filled element by element.

use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};

/// Elements that can be put in order.
pub(crate) trait Inserts: Iterator + Sized {
    /// The set of the elements.
    fn into_set(self) -> BTreeSet<Self::Item>
    where
        Self::Item: Ord;

    /// The map of the elements, with the last value of each key.
    fn into_map<K: Ord, V>(self) -> BTreeMap<K, V>
    where
        Self: Iterator<Item = (K, V)>;
}

impl<I: Iterator> Inserts for I {
    fn into_set(self) -> BTreeSet<I::Item>
    where
        I::Item: Ord,
    {
        let mut set = BTreeSet::new();
        for element in self {
            set.insert(element);
        }
        set
    }

    fn into_map<K: Ord, V>(self) -> BTreeMap<K, V>
    where
        I: Iterator<Item = (K, V)>,
    {
        let mut map = BTreeMap::new();
        for (key, value) in self {
            map.insert(key, value);
        }
        map
    }
}

/// A list that can be sorted by a part of its elements. The sort is stable.
pub(crate) trait Order<T> {
    /// Sorts by the order of the type.
    fn order(&mut self)
    where
        T: Ord;

    /// Sorts by a comparison.
    fn order_by(&mut self, compare: impl FnMut(&T, &T) -> Ordering);

    /// Sorts by a key.
    fn order_by_key<K: Ord>(&mut self, key: impl FnMut(&T) -> K);
}

impl<T> Order<T> for [T] {
    fn order(&mut self)
    where
        T: Ord,
    {
        self.order_by(T::cmp);
    }

    fn order_by(&mut self, mut compare: impl FnMut(&T, &T) -> Ordering) {
        if self.len() < 2 {
            return;
        }
        let mut places = places(
            self.len(),
            &mut |one, other| match (self.get(one), self.get(other)) {
                (Some(one), Some(other)) => compare(one, other),
                _ => Ordering::Equal,
            },
        );
        arrange(&mut places, &mut |one, other| self.swap(one, other));
    }

    fn order_by_key<K: Ord>(&mut self, mut key: impl FnMut(&T) -> K) {
        self.order_by(|one, other| key(one).cmp(&key(other)));
    }
}

/// The place of each of `count` elements in their order.
fn places(count: usize, compare: &mut dyn FnMut(usize, usize) -> Ordering) -> Vec<usize> {
    let mut order: Vec<usize> = (0..count).collect();
    order.sort_by(|one, other| compare(*one, *other));
    let mut places = vec![0; count];
    for (place, element) in order.into_iter().enumerate() {
        if let Some(known) = places.get_mut(element) {
            *known = place;
        }
    }
    places
}

/// Moves each element to its place: each exchange of two brings one there.
fn arrange(places: &mut [usize], swap: &mut dyn FnMut(usize, usize)) {
    for at in 0..places.len() {
        while let Some(place) = places.get(at).copied().filter(|place| *place != at) {
            swap(at, place);
            places.swap(at, place);
        }
    }
}

#[cfg(test)]
mod tests;
