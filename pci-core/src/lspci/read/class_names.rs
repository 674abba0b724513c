//! Class names of `lspci`.

use core::cmp::Ordering;

use crate::ClassCode;

/// Rows of a name, a class and its source, sorted by name; comments sort before all names.
const TABLE: &str = include_str!("class_names.tsv");

/// The class with that name; no two sub-classes share one.
pub(crate) fn class_named(name: &str) -> Option<ClassCode> {
    let mut left = TABLE;
    loop {
        let start = left.get(..left.len() / 2)?.rfind('\n');
        let start = start.map_or(0, |end| end + 1);
        let row = left.get(start..)?.split('\n').next()?;
        let (known, rest) = row.split_once('\t').unwrap_or((row, ""));
        left = match name.cmp(known) {
            Ordering::Less => left.get(..start)?,
            Ordering::Greater => left.get(start + row.len() + 1..)?,
            Ordering::Equal => return rest.split_once('\t')?.0.parse().ok(),
        };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_is_found_under_its_name() {
        let rows = TABLE.lines().filter(|line| !line.starts_with('#'));
        for row in rows {
            let (name, rest) = row.split_once('\t').unwrap();
            let (class, _) = rest.split_once('\t').unwrap();
            // The end of the class in a line is its first colon.
            assert!(!name.contains(':'), "{name}");
            assert_eq!(class_named(name), class.parse().ok(), "{name}");
            assert!(class_named(name).is_some(), "{name}");
        }
        assert_eq!(
            class_named("VGA compatible controller"),
            "0300".parse().ok()
        );
        for unknown in ["No such controller", "", "0", "zzz", "# name"] {
            assert_eq!(class_named(unknown), None, "{unknown}");
        }
    }
}
