//! Groups in `find` and `ls` output of `/sys/kernel/iommu_groups`.

use std::collections::BTreeSet;

use host_tree::{Evidence, numbered_lines};
use list_order::Order as _;
use pci_core::Address;

use crate::enumerated::enumerated;
use crate::function_link::{link, own_numbers, targets};
use crate::group::Completeness;
use crate::group_of_function::groups_of_functions;
use crate::groups::Groups;
use crate::listed_member::ListedMember;
use crate::ls_row::{FOLDER, IN_ROW, Place, folder_of, is_name, is_typed, names};

/// The members of the groups that a text lists. `source` is the command that printed it, if known.
///
/// Formats: `find /sys/kernel/iommu_groups -type l`; `ls`, short or long, of one group's folder
/// after its command, or of several with headings; the folder of a function's group where the text has
/// its number; functions' `iommu_group` links by `ls -l` or `readlink`; `talosctl list -l -r`; and
/// the lists of scripts and tools: functions below, after or before `IOMMU Group 16`, and tables. A
/// group is [complete](Completeness::Whole) if the command that listed it is shown without a filter
/// and the listing continues after the group; in a script's list, if another group's heading
/// follows.
///
/// ```
/// use iommu::{Completeness, listed_members};
/// let text = "$ ls -l /sys/kernel/iommu_groups/17/devices\n\
///     total 0\n\
///     lrwxrwxrwx 1 root root 0 Nov 20 07:00 0000:01:00.0 -> ../../../../devices/pci0000:00/\
///     0000:00:01.0/0000:01:00.0\n\
///     $\n";
/// let members = listed_members("a post", text);
/// assert_eq!((members[0].name, members[0].group), ("0000:01:00.0", 17));
/// assert_eq!(members[0].completeness, Completeness::Whole);
/// ```
#[must_use]
pub fn listed_members<'a>(source: &str, text: &'a str) -> Vec<ListedMember<'a>> {
    let mut members = enumerated(text);
    if text.contains("iommu_group") || source.contains("iommu_groups") {
        members.extend(found_members(source, text));
        members.extend(folders(source, text));
        members.extend(numbered_lines(text).filter_map(link));
        members.extend(numbered_lines(text).filter_map(relative));
        members.extend(targets(text));
    }
    members.order_by_key(|member| member.line);
    complete(&mut members, text);
    members
}

/// Marks the groups whose members the text lists by a function's path, too, and no others.
fn complete(members: &mut [ListedMember<'_>], text: &str) {
    for whole in groups_of_functions(text) {
        let of = |function: Address| {
            let mut of = members.iter().filter(|one| one.address() == Some(function));
            of.next().map(|one| one.group)
        };
        let Some(group) = of(whole.function) else {
            continue;
        };
        if whole.members.iter().all(|one| of(*one) == Some(group)) {
            for member in members.iter_mut().filter(|one| one.group == group) {
                member.completeness = Completeness::Whole;
            }
        }
    }
}

impl Groups {
    /// Adds the members that [`listed_members`] finds.
    pub fn add_listing(&mut self, source: &str, text: &str) {
        for member in listed_members(source, text) {
            let evidence = Evidence::new(source, member.line, member.text.trim());
            match member.address() {
                Some(address) => {
                    self.add_rows([(address, member.group, evidence)], member.completeness);
                }
                None => {
                    let name = member.name.to_owned();
                    self.add_other(member.group, name, evidence, member.completeness);
                }
            }
        }
    }
}

/// The rows of `find`: `/sys/kernel/iommu_groups/17/devices/0000:01:00.0`, and `./17/devices/0000:01:00.0` where
/// the folder is the current one.
fn found_members<'a>(source: &str, text: &'a str) -> Vec<ListedMember<'a>> {
    let row = |line: u32, text: &'a str, rest: &'a str| {
        let (group, rest) = rest.split_once("/devices/")?;
        let name = rest.split_whitespace().next()?;
        let name = name.trim_end_matches(':');
        Some(ListedMember {
            name: Some(name).filter(|name| is_name(name))?,
            group: group.parse().ok()?,
            line,
            text,
            completeness: Completeness::MayHaveMore,
        })
    };
    let mut rows: Vec<ListedMember<'a>> = numbered_lines(text)
        .flat_map(|(number, line)| {
            let here = line.trim_start_matches(['>', ' ']).strip_prefix("./");
            let paths = line.split(FOLDER).skip(1).chain(here);
            paths.filter_map(move |path| row(number, line, path))
        })
        .collect();
    let whole = whole_groups(source, text, &rows);
    for row in &mut rows {
        if whole.contains(&row.group) {
            row.completeness = Completeness::Whole;
        }
    }
    rows
}

/// Whether the line is `find /sys/kernel/iommu_groups -type l`, or `find . -type l` behind a prompt with the folder,
/// optionally sorted: any other option or filter may omit members.
fn lists_all(line: &str) -> bool {
    let path = line.split_once("find /sys/kernel/iommu_groups");
    let here = || {
        line.split_once("/sys/kernel/iommu_groups")?
            .1
            .split_once("find .")
    };
    let Some((_, rest)) = path.or_else(here) else {
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

/// The groups whose members are all listed: the command that listed them is shown without a filter,
/// and no group number is missing between the first and the last. The last group may be cut.
fn whole_groups(source: &str, text: &str, rows: &[ListedMember<'_>]) -> BTreeSet<u32> {
    let mut groups = BTreeSet::new();
    if !lists_all(source) && !text.lines().any(lists_all) {
        return groups;
    }
    groups.extend(rows.iter().map(|row| row.group));
    let highest = groups
        .iter()
        .max()
        .and_then(|max| usize::try_from(*max).ok());
    if highest != groups.len().checked_sub(1) {
        return BTreeSet::new();
    }
    if let Some(last) = rows.last() {
        groups.remove(&last.group);
    }
    groups
}

/// A group's folder in `ls` output.
struct Folder {
    group: u32,
    /// Index of its first member among the found members.
    first: usize,
    /// Whether the command was typed in a terminal, where `ls` prints columns.
    is_typed: bool,
}

/// The rows of `ls` below a heading `/sys/kernel/iommu_groups/17/devices:`, or below a command that
/// names one folder.
fn folders<'a>(source: &str, text: &'a str) -> Vec<ListedMember<'a>> {
    let filtered = |line: &str| line.contains("iommu_groups") && line.contains('|');
    let may_be_filtered = filtered(source) || text.lines().any(filtered);
    let mut found: Vec<ListedMember<'a>> = Vec::new();
    let numbers = own_numbers(text);
    let command = |line: &str| match folder_of(line)? {
        Place::Group(group) => Some(group),
        Place::Function(function) => numbers.get(&function).copied(),
    };
    let mut folder = command(source).map(|group| Folder {
        group,
        first: 0,
        is_typed: false,
    });
    for (line, text) in numbered_lines(text) {
        // A quotation mark.
        let text = match text.strip_prefix('>') {
            Some(quoted) => quoted.trim_start(),
            None => text,
        };
        let opened = heading(text).or_else(|| command(text));
        let members = match (&folder, opened) {
            (Some(_), None) if text.starts_with("total ") => continue,
            (Some(folder), None) => names(text).map(|names| (folder.group, names)),
            _ => None,
        };
        if let Some((group, names)) = members {
            found.extend(names.into_iter().map(|name| ListedMember {
                name,
                group,
                line,
                text,
                completeness: Completeness::MayHaveMore,
            }));
            continue;
        }
        // The listing of the folder ended before the text did.
        if let Some(ended) = folder.take().filter(|_| !may_be_filtered) {
            for member in found.iter_mut().skip(ended.first) {
                member.completeness = Completeness::Whole;
            }
        }
        folder = opened.map(|group| Folder {
            group,
            first: found.len(),
            is_typed: is_typed(text),
        });
    }
    // One row in a terminal has no further row.
    let last = folder.filter(|folder| folder.is_typed && !may_be_filtered);
    if let Some(members) = last.and_then(|folder| found.get_mut(folder.first..)) {
        let first = members.first().map(|member| member.line);
        let is_row =
            |member: &ListedMember<'_>| Some(member.line) == first && !member.text.contains(" -> ");
        if members.len() <= IN_ROW && members.iter().all(is_row) {
            for member in members {
                member.completeness = Completeness::Whole;
            }
        }
    }
    found
}

/// The group of `/sys/kernel/iommu_groups/17/devices:`.
fn heading(line: &str) -> Option<u32> {
    let rest = line.trim().strip_suffix(':')?.strip_prefix(FOLDER)?;
    let rest = rest.strip_suffix('/').unwrap_or(rest);
    rest.strip_suffix("/devices")?.parse().ok()
}

/// `17/devices/0000:01:00.0 -> ../../../../devices/pci0000:00/…`, as `talosctl list -l -r` prints the
/// links below the folder of the groups.
fn relative((number, line): (u32, &str)) -> Option<ListedMember<'_>> {
    let (front, target) = line.split_once(" -> ../../../../devices/")?;
    let path = front.rsplit(' ').next()?;
    let (group, name) = path.split_once("/devices/")?;
    let is_own = target.trim_end().rsplit('/').next() == Some(name);
    Some(ListedMember {
        name: Some(name).filter(|name| is_own && is_name(name))?,
        group: group.parse().ok()?,
        line: number,
        text: line,
        completeness: Completeness::MayHaveMore,
    })
}

#[cfg(test)]
mod tests;
