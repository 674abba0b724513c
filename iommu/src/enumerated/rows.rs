//! Consecutive rows with a group each.

use std::collections::BTreeSet;

/// Consecutive rows of one group and one function each.
#[derive(Default)]
pub(super) struct Rows {
    /// The group of the previous row, the index of its first function, and whether a row of another
    /// group precedes it.
    open: Option<(u32, usize, bool)>,
    /// Indexes of the functions between rows of other groups.
    between: BTreeSet<usize>,
    /// Groups that ended.
    ended: BTreeSet<u32>,
    /// Whether rows of a group are apart: the list is in another order.
    is_unordered: bool,
    classes: BTreeSet<String>,
}

/// A list of fewer classes may be the output of a filter.
const CLASSES: usize = 4;

impl Rows {
    pub(super) fn row(&mut self, group: u32, place: usize, class: Option<&str>) {
        self.classes.extend(class.map(str::to_owned));
        let above = self.open.filter(|(open, ..)| *open != group);
        if let Some((ended, first, has_above)) = above {
            self.ended.insert(ended);
            if has_above {
                self.between.extend(first..place);
            }
        }
        if self.open.is_none_or(|(open, ..)| open != group) {
            self.is_unordered |= self.ended.contains(&group);
            self.open = Some((group, place, above.is_some()));
        }
    }

    /// A line between the rows.
    pub(super) fn interrupt(&mut self) {
        self.ended.extend(self.open.take().map(|(group, ..)| group));
    }

    pub(super) fn whole(&self) -> BTreeSet<usize> {
        if self.is_unordered || self.classes.len() < CLASSES {
            return BTreeSet::new();
        }
        self.between.clone()
    }
}
