//! Sorting of short lists by a part of their elements.
//!
//! The standard library compiles one sort for each type and key, together a twentieth of the static
//! command. Here one sort of places is compiled for all of them.

use std::cmp::Ordering;

/// A list that can be sorted by a part of its elements. The sort is stable.
pub(crate) trait Order<T> {
    /// Sorts by a comparison.
    fn order_by(&mut self, compare: impl FnMut(&T, &T) -> Ordering);

    /// Sorts by a key.
    fn order_by_key<K: Ord>(&mut self, key: impl FnMut(&T) -> K);
}

impl<T> Order<T> for [T] {
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
