//! IOMMU groups as `find /sys/kernel/iommu_groups -type l` lists them.

use std::collections::BTreeSet;

use pci_core::{Address, numbered_lines};

const FOLDER: &str = "/sys/kernel/iommu_groups/";

/// Each line that names a member of a group: its number, the line, the function
/// and the group.
pub(crate) fn listed_groups(text: &str) -> Vec<(u32, &str, Address, u32)> {
    numbered_lines(text)
        .filter_map(|(number, line)| {
            let (_, rest) = line.split_once(FOLDER)?;
            let (group, rest) = rest.split_once("/devices/")?;
            let address = rest.split_whitespace().next()?;
            Some((number, line, address.parse().ok()?, group.parse().ok()?))
        })
        .collect()
}

/// Whether this is `find /sys/kernel/iommu_groups -type l`, perhaps sorted: any
/// other option or filter may leave members out.
fn lists_all(line: &str) -> bool {
    let Some((_, rest)) = line.split_once("find /sys/kernel/iommu_groups") else {
        return false;
    };
    let rest = rest.strip_prefix('/').unwrap_or(rest);
    let mut words = rest.split_ascii_whitespace();
    (words.next(), words.next()) == (Some("-type"), Some("l"))
        && match (words.next(), words.next()) {
            (None, _) => true,
            (Some("|"), Some("sort")) => words.all(|word| word.starts_with('-')),
            _ => false,
        }
}

/// The groups of which all members are listed: where the command that listed them
/// is shown and has no filter, and no group is left out between the first and the
/// last. The group of the very last line may go on where the text was cut.
pub(crate) fn whole_groups(command: &str, text: &str) -> BTreeSet<u32> {
    let mut groups = BTreeSet::new();
    if !lists_all(command) && !text.lines().any(lists_all) {
        return groups;
    }
    let rows = listed_groups(text);
    groups.extend(rows.iter().map(|(.., group)| *group));
    let count = groups.len();
    let last = rows.last().map(|(.., group)| *group);
    if groups
        .iter()
        .max()
        .is_none_or(|max| usize::try_from(*max) != Ok(count - 1))
    {
        return BTreeSet::new();
    }
    last.map(|last| groups.remove(&last));
    groups
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn members_are_read_and_other_lines_are_not() {
        let text = "root@pve:~# find /sys/kernel/iommu_groups -type l\n\
                    /sys/kernel/iommu_groups/17/devices/0000:01:00.1\n\
                    /sys/kernel/iommu_groups/x/devices/0000:01:00.0\n\
                    /sys/kernel/iommu_groups/1/devices/serial8250\n";
        let found = listed_groups(text);
        let [(2, _, address, 17)] = &found[..] else {
            panic!("{found:?}");
        };
        assert_eq!(format!("{address:#}"), "01:00.1");
    }

    #[test]
    fn only_an_unfiltered_listing_is_whole() {
        let folder = "/sys/kernel/iommu_groups";
        let rows = format!(
            "{folder}/1/devices/0000:01:00.0\n{folder}/0/devices/0000:00:00.0\n\
             {folder}/2/devices/0000:00:02.0\n"
        );
        let command = format!("find {folder} -type l");
        let whole = |command: &str, rows: &str| -> Vec<u32> {
            whole_groups(command, rows).into_iter().collect()
        };
        assert_eq!(whole(&command, &rows), [0, 1]);
        assert!(whole("a.txt", &rows).is_empty());
        assert_eq!(whole(&format!("{command} | sort -V"), &rows), [0, 1]);
        assert!(whole(&format!("{command} | grep 01:00"), &rows).is_empty());
        assert!(whole(&format!("{command} -name '0000:0*'"), &rows).is_empty());
        assert!(whole(&format!("find {folder}/1/devices -type l"), &rows).is_empty());
        assert!(whole(&command, &rows.replace("/0/", "/7/")).is_empty());
    }
}
