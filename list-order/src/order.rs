//! One stable sort for lists of all types: their places are sorted, then their elements exchanged.

use alloc::vec;
use alloc::vec::Vec;
use core::cmp::Ordering;

/// A list that can be sorted. The sort is stable: equal elements stay in their order.
///
/// ```
/// use core::cmp::Reverse;
/// use list_order::Order as _;
/// let mut numbers = [3, 1, 2];
/// numbers.order();
/// assert_eq!(numbers, [1, 2, 3]);
/// numbers.order_by_key(|number| Reverse(*number));
/// assert_eq!(numbers, [3, 2, 1]);
/// ```
pub trait Order<T> {
    /// Sorts by the order of the type.
    fn order(&mut self)
    where
        T: Ord;

    /// Sorts by a comparison. If that is not a total order, the order is unspecified; the elements
    /// stay the same.
    fn order_by(&mut self, compare: impl FnMut(&T, &T) -> Ordering);

    /// Sorts by a key, which is computed for each comparison.
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
                (Some(one), Some(other)) => compare(one, other).is_gt(),
                _ => false,
            },
        );
        arrange(&mut places, &mut |one, other| self.swap(one, other));
    }

    fn order_by_key<K: Ord>(&mut self, mut key: impl FnMut(&T) -> K) {
        self.order_by(|one, other| key(one).cmp(&key(other)));
    }
}

/// The place of each of `count` elements in their order, by a merge sort; nothing for a sorted list.
fn places(count: usize, is_greater: &mut dyn FnMut(usize, usize) -> bool) -> Vec<usize> {
    if !(1..count).any(|at| is_greater(at - 1, at)) {
        return Vec::new();
    }
    let mut order: Vec<usize> = (0..count).collect();
    let mut merged = Vec::with_capacity(count);
    let mut width = 1;
    while width < count {
        for pair in order.chunks(width * 2) {
            merge(pair, width, &mut merged, is_greater);
        }
        core::mem::swap(&mut order, &mut merged);
        merged.clear();
        width *= 2;
    }
    let mut places = vec![0; count];
    for (place, element) in order.into_iter().enumerate() {
        if let Some(known) = places.get_mut(element) {
            *known = place;
        }
    }
    places
}

/// Adds the two sorted runs of `pair`, the first of `width` elements, as one.
fn merge(
    pair: &[usize],
    width: usize,
    merged: &mut Vec<usize>,
    is_greater: &mut dyn FnMut(usize, usize) -> bool,
) {
    let (mut left, mut right) = pair.split_at(width.min(pair.len()));
    let is_sorted = match (left.last(), right.first()) {
        (Some(one), Some(other)) => !is_greater(*one, *other),
        _ => true,
    };
    if !is_sorted {
        while let ([one, rest_of_left @ ..], [other, rest_of_right @ ..]) = (left, right) {
            if is_greater(*one, *other) {
                merged.push(*other);
                right = rest_of_right;
            } else {
                merged.push(*one);
                left = rest_of_left;
            }
        }
    }
    merged.extend_from_slice(left);
    merged.extend_from_slice(right);
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
