//! Sets and maps, filled element by element.

use alloc::collections::{BTreeMap, BTreeSet};

/// Elements that can be collected in a set or a map, without a sort of their own.
///
/// ```
/// use list_order::Inserts as _;
/// let names = [(2, "two"), (1, "one"), (2, "II")].into_iter().into_map();
/// assert_eq!(names.get(&2), Some(&"II"));
/// ```
pub trait Inserts: Iterator + Sized {
    /// The set of the elements.
    #[must_use]
    fn into_set(self) -> BTreeSet<Self::Item>
    where
        Self::Item: Ord;

    /// The map of the elements, with the last value of each key.
    #[must_use]
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

#[cfg(test)]
mod tests {
    use alloc::vec::Vec;

    use super::*;

    #[test]
    fn a_set_has_each_element_once_in_order() {
        let set = [3, 1, 3, 2].into_iter().into_set();
        assert_eq!(set.into_iter().collect::<Vec<_>>(), [1, 2, 3]);
    }

    #[test]
    fn a_map_keeps_the_last_value_of_a_key_as_the_standard_library_does() {
        let pairs = [("b", 1), ("a", 2), ("b", 3)];
        let map = pairs.into_iter().into_map();
        assert_eq!(map, pairs.into_iter().collect());
        assert_eq!(map.get("b"), Some(&3));
    }
}
