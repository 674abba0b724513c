//! Rows of `ls`, and the folder of its command.

use pci_core::Address;

pub(crate) const FOLDER: &str = "/sys/kernel/iommu_groups/";

/// The most names of a row that a terminal of 80 columns does not wrap: each has 12 characters and
/// two blanks.
pub(crate) const IN_ROW: usize = 5;

/// Whether the line has a prompt before its command, whose output has columns.
pub(crate) fn is_typed(line: &str) -> bool {
    line.split_once("ls ").is_some_and(|(before, after)| {
        let mut options = after.split_ascii_whitespace();
        let is_in_lines = |word: &str| word.starts_with('-') && word.contains(['1', 'l']);
        before.trim_end().ends_with(['$', '#', '%', '>']) && !options.any(is_in_lines)
    })
}

/// The folder that `ls` lists: of a group by its number, or of the group of a function.
pub(crate) enum Place {
    Group(u32),
    Function(Address),
}

/// The folder of a command that lists exactly one: `ls -l /sys/kernel/iommu_groups/17/devices`, `ls
/// /sys/bus/pci/devices/0000:01:00.0/iommu_group/devices`.
pub(crate) fn folder_of(line: &str) -> Option<Place> {
    let mut words = line.split_ascii_whitespace();
    words.find(|word| *word == "ls")?;
    let path = words.find(|word| !word.starts_with('-'))?;
    if words.next().is_some() {
        return None;
    }
    let path = path.strip_suffix('/').unwrap_or(path);
    let path = path.strip_suffix("/devices")?;
    if path.ends_with("/iommu_group") {
        return name_in(path)?.parse().ok().map(Place::Function);
    }
    let number = path.strip_prefix(FOLDER)?.parse().ok()?;
    Some(Place::Group(number))
}

/// The names in a row of `ls`, long or short; `None` for other lines.
pub(crate) fn names(line: &str) -> Option<Vec<&str>> {
    if let Some((front, target)) = line.split_once(" -> ") {
        let name = front.split_ascii_whitespace().next_back()?;
        let is_link = front.trim_start().starts_with('l');
        // `ls -F` marks a folder.
        let target = target.trim_end().trim_end_matches('/');
        let leads_there = target.rsplit('/').next() == Some(name);
        return (is_link && leads_there && is_name(name)).then(|| vec![name]);
    }
    // `ls -F` marks a link.
    let names = line.split_ascii_whitespace();
    let names: Vec<&str> = names.map(|name| name.trim_end_matches('@')).collect();
    // A word of prose is not a device name.
    let is_short = |name: &&str| {
        is_name(name) && name.contains([':', '.']) && name.contains(|c: char| c.is_ascii_digit())
    };
    (!names.is_empty() && names.iter().all(is_short)).then_some(names)
}

/// The name of the function in a path `/sys/bus/pci/devices/0000:01:00.0/iommu_group`.
pub(crate) fn name_in(line: &str) -> Option<&str> {
    let (front, _) = line.split_once("/iommu_group")?;
    let name = front.rsplit('/').next()?;
    name.parse::<Address>().is_ok().then_some(name)
}

/// Whether a word may be a device name in sysfs.
pub(crate) fn is_name(word: &str) -> bool {
    let allowed = |c: char| c.is_ascii_alphanumeric() || ":._-@,".contains(c);
    !word.is_empty()
        && word.chars().all(allowed)
        && word.contains(|c: char| c.is_ascii_alphanumeric())
}
