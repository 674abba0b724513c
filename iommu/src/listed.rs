//! Groups in `find` and `ls` output of `/sys/kernel/iommu_groups`.

use std::collections::BTreeSet;

use host_tree::{Evidence, numbered_lines};

use crate::enumerated::enumerated;
use crate::group::Completeness;
use crate::groups::Groups;
use crate::listed_member::ListedMember;

const FOLDER: &str = "/sys/kernel/iommu_groups/";

/// The members of the groups that a text lists. `source` is the command that printed it, if known.
///
/// Formats: `find /sys/kernel/iommu_groups -type l`; `ls`, short or long, of one group's folder
/// after its command, or of several with headings; `ls -l` of functions' `iommu_group` links;
/// `talosctl list -l -r`; and
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
    }
    members.sort_by_key(|member| member.line);
    members
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

/// The rows of `find`: `/sys/kernel/iommu_groups/17/devices/0000:01:00.0`.
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
            let paths = line.split(FOLDER).skip(1);
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

/// Whether the line is `find /sys/kernel/iommu_groups -type l`, optionally sorted: any other option
/// or filter may omit members.
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
}

/// The rows of `ls` below a heading `/sys/kernel/iommu_groups/17/devices:`, or below a command that
/// names one folder.
fn folders<'a>(source: &str, text: &'a str) -> Vec<ListedMember<'a>> {
    let filtered = |line: &str| line.contains("iommu_groups") && line.contains('|');
    let may_be_filtered = filtered(source) || text.lines().any(filtered);
    let mut found: Vec<ListedMember<'a>> = Vec::new();
    let mut folder = command(source).map(|group| Folder { group, first: 0 });
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
        let first = found.len();
        folder = opened.map(|group| Folder { group, first });
    }
    found
}

/// The group of `/sys/kernel/iommu_groups/17/devices:`.
fn heading(line: &str) -> Option<u32> {
    let rest = line.trim().strip_suffix(':')?.strip_prefix(FOLDER)?;
    let rest = rest.strip_suffix('/').unwrap_or(rest);
    rest.strip_suffix("/devices")?.parse().ok()
}

/// The group of a command that lists exactly one group's folder: `ls -l
/// /sys/kernel/iommu_groups/17/devices`.
fn command(line: &str) -> Option<u32> {
    let mut words = line.split_ascii_whitespace();
    words.find(|word| *word == "ls")?;
    let path = words.find(|word| !word.starts_with('-'))?;
    if words.next().is_some() {
        return None;
    }
    let rest = path.strip_prefix(FOLDER)?;
    let rest = rest.strip_suffix('/').unwrap_or(rest);
    rest.strip_suffix("/devices")?.parse().ok()
}

/// The names in a row of `ls`, long or short; `None` for other lines.
fn names(line: &str) -> Option<Vec<&str>> {
    if let Some((front, target)) = line.split_once(" -> ") {
        let name = front.split_ascii_whitespace().next_back()?;
        let is_link = front.trim_start().starts_with('l');
        let leads_there = target.trim_end().rsplit('/').next() == Some(name);
        return (is_link && leads_there && is_name(name)).then(|| vec![name]);
    }
    let names: Vec<&str> = line.split_ascii_whitespace().collect();
    // A word of prose is not a device name.
    let is_short = |name: &&str| {
        is_name(name) && name.contains([':', '.']) && name.contains(|c: char| c.is_ascii_digit())
    };
    (!names.is_empty() && names.iter().all(is_short)).then_some(names)
}

/// `/sys/bus/pci/devices/0000:01:00.0/iommu_group -> ../../../../kernel/iommu_groups/17`
fn link((number, line): (u32, &str)) -> Option<ListedMember<'_>> {
    let (front, target) = line.split_once("/iommu_group -> ")?;
    let name = front.rsplit(['/', ' ']).next()?;
    let group = target.trim_end().rsplit_once("/iommu_groups/")?.1;
    Some(ListedMember {
        name: Some(name).filter(|name| is_name(name))?,
        group: group.parse().ok()?,
        line: number,
        text: line,
        completeness: Completeness::MayHaveMore,
    })
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

/// Whether a word may be a device name in sysfs.
fn is_name(word: &str) -> bool {
    let allowed = |c: char| c.is_ascii_alphanumeric() || ":._-@,".contains(c);
    !word.is_empty()
        && word.chars().all(allowed)
        && word.contains(|c: char| c.is_ascii_alphanumeric())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(source: &str, text: &str) -> Vec<(String, u32, bool)> {
        let members = listed_members(source, text).into_iter();
        let row = |member: ListedMember<'_>| {
            let whole = member.completeness == Completeness::Whole;
            (member.name.to_owned(), member.group, whole)
        };
        members.map(row).collect()
    }

    fn row(name: &str, group: u32, whole: bool) -> (String, u32, bool) {
        (name.to_owned(), group, whole)
    }

    #[test]
    fn a_quoted_listing_is_read() {
        let text =
            "> $ ls /sys/kernel/iommu_groups/6/devices/\n> 0000:86:00.0  0000:86:00.1\n> $\n";
        let names: Vec<(String, u32, bool)> = rows("a post", text);
        let first = ("0000:86:00.0".to_owned(), 6, true);
        assert_eq!(names, [first, ("0000:86:00.1".to_owned(), 6, true)]);
    }

    #[test]
    fn only_an_unfiltered_find_is_whole() {
        let folder = "/sys/kernel/iommu_groups";
        let rows = format!(
            "{folder}/1/devices/0000:01:00.0\n{folder}/0/devices/0000:00:00.0\n\
             {folder}/x/devices/0000:01:00.0\n{folder}/2/devices/AMDI0020:00\n"
        );
        let command = format!("find {folder} -type l");
        let whole = |command: &str, text: &str| -> Vec<u32> {
            let members = listed_members(command, text).into_iter();
            members
                .filter(|member| member.completeness == Completeness::Whole)
                .map(|member| member.group)
                .collect()
        };
        assert_eq!(whole(&command, &rows), [1, 0]);
        assert!(whole("a.txt", &rows).is_empty());
        assert_eq!(whole(&format!("{command} | sort -V"), &rows), [1, 0]);
        assert!(whole(&format!("{command} | grep 01:00"), &rows).is_empty());
        assert!(whole(&format!("{command} -name '0000:0*'"), &rows).is_empty());
        assert!(whole(&format!("find {folder}/1/devices -type l"), &rows).is_empty());
        assert!(whole(&command, &rows.replace("/0/", "/7/")).is_empty());
        assert_eq!(listed_members("a.txt", &rows)[2].name, "AMDI0020:00");
    }

    const LONG: &str = "total 0\nlrwxrwxrwx. 1 root root 0 Nov 20 07:00 0000:01:00.0 -> \
        ../../../../devices/pci0000:00/0000:00:01.0/0000:01:00.0\nlrwxrwxrwx. 1 root root 0 \
        Nov 20 07:00 serial8250 -> ../../../../devices/platform/serial8250\n";

    #[test]
    fn one_folder_below_its_command() {
        let text = format!("$ ls -l /sys/kernel/iommu_groups/17/devices/\n{LONG}$ uname\n");
        let members = [row("0000:01:00.0", 17, true), row("serial8250", 17, true)];
        assert_eq!(rows("x", &text), members);
        // The text ends with the listing: it may have been cut.
        let members = [row("0000:01:00.0", 17, false), row("serial8250", 17, false)];
        assert_eq!(
            rows("ls -l /sys/kernel/iommu_groups/17/devices", LONG),
            members
        );
        let filtered = text.replace("devices/\n", "devices/ | grep -v x\n");
        assert_eq!(rows("x", &filtered), []);
        let short = "$ ls /sys/kernel/iommu_groups/3/devices\n0000:00:1f.0  0000:00:1f.3\n\nThat\n";
        let members = [row("0000:00:1f.0", 3, true), row("0000:00:1f.3", 3, true)];
        assert_eq!(rows("x", short), members);
        let prose = "$ ls /sys/kernel/iommu_groups/3/devices\nNothing there, see 0.1\n";
        assert_eq!(rows("x", prose), []);
    }

    #[test]
    fn folders_below_headings() {
        let text = format!(
            "/sys/kernel/iommu_groups/0/devices:\n{LONG}\n/sys/kernel/iommu_groups/1/devices:\n\
             0000:00:02.0\n"
        );
        let members = [
            row("0000:01:00.0", 0, true),
            row("serial8250", 0, true),
            row("0000:00:02.0", 1, false),
        ];
        assert_eq!(rows("x", &text), members);
    }

    #[test]
    fn links_of_functions() {
        let text = "lrwxrwxrwx 1 root root 0 Nov 20 07:00 \
                    /sys/bus/pci/devices/0000:01:00.0/iommu_group -> \
                    ../../../../kernel/iommu_groups/17\n";
        assert_eq!(rows("x", text), [row("0000:01:00.0", 17, false)]);
    }

    #[test]
    fn any_text_is_read() {
        let all = format!(
            "$ ls -l /sys/kernel/iommu_groups/17/devices/\n{LONG}/sys/kernel/iommu_groups/1/devices:\
             \n0000:00:02.0\n/a/iommu_group -> /iommu_groups/4\n"
        );
        for from in (0..all.len()).filter(|at| all.is_char_boundary(*at)) {
            for to in (from..=all.len()).step_by(7) {
                let part = all.get(from..to).unwrap();
                for member in listed_members(part, part) {
                    assert!(member.text.contains(member.name));
                    let mut groups = Groups::default();
                    groups.add_listing(part, part);
                    assert!(groups.get(member.group).is_some());
                }
            }
        }
        // Linear.
        let many = "/sys/kernel/iommu_groups/1/devices:\n0000:00:02.0\n".repeat(100_000);
        assert_eq!(listed_members("x", &many).len(), 100_000);
    }
}
