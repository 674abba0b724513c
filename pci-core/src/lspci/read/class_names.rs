//! Class names of `lspci`.

use alloc::vec::Vec;
use core::cell::OnceCell;

use crate::ClassCode;

const TABLE: &str = include_str!("class_names.tsv");

/// The known class names, listed at the first name of a text: most texts have the numbers.
#[derive(Default)]
pub(crate) struct ClassNames(OnceCell<Vec<(&'static str, &'static str)>>);

impl ClassNames {
    fn sorted(&self) -> &[(&'static str, &'static str)] {
        self.0.get_or_init(|| {
            let rows = TABLE.lines().filter(|line| !line.starts_with('#'));
            let fields = rows.filter_map(|line| {
                let (name, rest) = line.split_once('\t')?;
                Some((name, rest.split_once('\t')?.0))
            });
            fields.collect()
        })
    }

    /// The class with that name; no two sub-classes share one.
    pub(crate) fn class(&self, name: &str) -> Option<ClassCode> {
        let sorted = self.sorted();
        let at = sorted.binary_search_by_key(&name, |row| row.0).ok()?;
        sorted.get(at)?.1.parse().ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_is_found_under_its_name() {
        let names = ClassNames::default();
        let rows = TABLE.lines().filter(|line| !line.starts_with('#'));
        assert_eq!(names.sorted().len(), rows.count());
        for (name, class) in names.sorted() {
            // The end of the class in a line is its first colon.
            assert!(!name.contains(':'), "{name}");
            assert_eq!(names.class(name), class.parse().ok(), "{name}");
            assert!(names.class(name).is_some(), "{name}");
        }
        assert_eq!(
            names.class("VGA compatible controller"),
            "0300".parse().ok()
        );
        assert_eq!(names.class("No such controller"), None);
    }
}
