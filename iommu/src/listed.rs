//! Groups in `find` and `ls` output of `/sys/kernel/iommu_groups`.

use std::collections::{BTreeMap, BTreeSet};

use host_tree::{Evidence, numbered_lines};
use pci_core::Address;

use crate::enumerated::enumerated;
use crate::group::Completeness;
use crate::groups::Groups;
use crate::listed_member::ListedMember;

const FOLDER: &str = "/sys/kernel/iommu_groups/";

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
    members.sort_by_key(|member| member.line);
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
    /// Whether the command was typed in a terminal, where `ls` prints columns.
    is_typed: bool,
}

/// The most names of a row that a terminal of 80 columns does not wrap: each has 12 characters and
/// two blanks.
const IN_ROW: usize = 5;

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

/// Whether the line has a prompt before its command, whose output has columns.
fn is_typed(line: &str) -> bool {
    line.split_once("ls ").is_some_and(|(before, after)| {
        let mut options = after.split_ascii_whitespace();
        let is_in_lines = |word: &str| word.starts_with('-') && word.contains(['1', 'l']);
        before.trim_end().ends_with(['$', '#', '%', '>']) && !options.any(is_in_lines)
    })
}

/// The folder that `ls` lists: of a group by its number, or of the group of a function.
enum Place {
    Group(u32),
    Function(Address),
}

/// The members of a function's group by `ls /sys/bus/pci/devices/ADDRESS/iommu_group/devices`, where the
/// text has no number for the group.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct GroupOfFunction<'a> {
    /// The function in the path.
    pub function: Address,
    /// The functions of its group, itself included.
    pub members: Vec<Address>,
    /// Number of the line with the first of them, from 1.
    pub line: u32,
    /// That line.
    pub text: &'a str,
    /// Whether all members of the group are listed.
    pub completeness: Completeness,
}

/// The groups without a number that a text lists by their functions' paths.
///
/// ```
/// let text = "$ ls /sys/bus/pci/devices/0000:05:00.0/iommu_group/devices\n0000:05:00.0\n$\n";
/// let groups = iommu::groups_of_functions(text);
/// assert_eq!(groups[0].members, ["05:00.0".parse()?]);
/// assert_eq!(groups[0].completeness, iommu::Completeness::Whole);
/// # Ok::<(), pci_core::Error>(())
/// ```
#[must_use]
pub fn groups_of_functions(text: &str) -> Vec<GroupOfFunction<'_>> {
    let mut found: Vec<GroupOfFunction<'_>> = Vec::new();
    if !text.contains("/iommu_group/") {
        return found;
    }
    let numbers = own_numbers(text);
    let filtered = |line: &str| line.contains("/iommu_group/") && line.contains('|');
    let is_filtered = text.lines().any(filtered);
    // The function whose group is listed, and whether the command was typed in a terminal.
    let mut open: Option<(Address, bool)> = None;
    let mut is_of_unraid = false;
    for (line, text) in numbered_lines(text) {
        if text.starts_with("total ") {
            continue;
        }
        let by_path = member_path(text).filter(|_| is_of_unraid);
        let named = match (by_path, open) {
            (Some((function, member)), _) => {
                let is_other = open.is_some_and(|(before, _)| before != function);
                if is_other {
                    end(&mut found, open);
                }
                open = Some((function, false));
                Some((function, vec![member])).filter(|_| !numbers.contains_key(&function))
            }
            (None, Some((function, _))) => names(text).map(|names| {
                let members = names.iter().filter_map(|name| name.parse().ok());
                (function, members.collect())
            }),
            (None, None) => None,
        };
        let Some((function, members)) = named else {
            if by_path.is_some() {
                continue;
            }
            end(&mut found, open.take());
            // The start script of Unraid, /usr/local/sbin/vfio-pci, prints the paths below this line.
            is_of_unraid = text
                .trim_end()
                .ends_with("IOMMU group members (sans bridges):");
            let function = match folder_of(text) {
                Some(Place::Function(function)) if !text.contains('|') => Some(function),
                _ => function_heading(text).filter(|_| !is_filtered),
            };
            let function = function.filter(|function| !numbers.contains_key(function));
            open = function.map(|function| (function, is_typed(text)));
            continue;
        };
        match found.last_mut().filter(|last| last.function == function) {
            Some(last) => {
                // A further row: the first one was not all.
                open = Some((function, false));
                last.members.extend(members);
            }
            None => found.push(GroupOfFunction {
                function,
                members,
                line,
                text,
                completeness: Completeness::MayHaveMore,
            }),
        }
    }
    // One row in a terminal has no further row.
    if let Some((_, true)) = open {
        let last = found.last();
        if last.is_some_and(|last| last.members.len() <= IN_ROW) {
            end(&mut found, open);
        }
    }
    found.retain(|group| group.members.contains(&group.function));
    found
}

/// Ends the list of the function's group: what follows in the text is no member.
fn end(found: &mut [GroupOfFunction<'_>], open: Option<(Address, bool)>) {
    let Some((function, _)) = open else { return };
    if let Some(last) = found.last_mut().filter(|last| last.function == function) {
        last.completeness = Completeness::Whole;
    }
}

/// The numbers of groups that other lines of the text have for functions: the target of a link that
/// `readlink` prints, and messages of the kernel.
fn own_numbers(text: &str) -> BTreeMap<Address, u32> {
    let mut numbers = BTreeMap::new();
    if !text.contains("/iommu_group/") && !text.contains("/iommu_group\n") {
        return numbers;
    }
    let links = targets(text).into_iter();
    numbers.extend(links.filter_map(|member| Some((member.address()?, member.group))));
    for line in text.lines() {
        if let Some((front, number)) = line.rsplit_once("Adding to iommu group ") {
            let address = front.trim_end().trim_end_matches(':').rsplit(' ').next();
            let address: Option<Address> = address.and_then(|word| word.parse().ok());
            numbers.extend(address.zip(number.trim_end().parse().ok()));
        }
    }
    numbers
}

/// The name of the function in a path `/sys/bus/pci/devices/0000:01:00.0/iommu_group`.
fn name_in(line: &str) -> Option<&str> {
    let (front, _) = line.split_once("/iommu_group")?;
    let name = front.rsplit('/').next()?;
    name.parse::<Address>().is_ok().then_some(name)
}

/// The group of `/sys/kernel/iommu_groups/17/devices:`.
fn heading(line: &str) -> Option<u32> {
    let rest = line.trim().strip_suffix(':')?.strip_prefix(FOLDER)?;
    let rest = rest.strip_suffix('/').unwrap_or(rest);
    rest.strip_suffix("/devices")?.parse().ok()
}

/// The function of `/sys/bus/pci/devices/0000:01:00.0/iommu_group/devices/:`.
fn function_heading(line: &str) -> Option<Address> {
    let path = line.trim().strip_suffix(':')?;
    let path = path.strip_suffix('/').unwrap_or(path);
    let path = path.strip_suffix("/iommu_group/devices")?;
    path.strip_prefix("/sys/bus/pci/devices/")?.parse().ok()
}

/// The function and the member of `/sys/bus/pci/devices/0000:01:00.0/iommu_group/devices/0000:01:00.1`.
fn member_path(line: &str) -> Option<(Address, Address)> {
    let (path, member) = line.trim().split_once("/iommu_group/devices/")?;
    let function = path.strip_prefix("/sys/bus/pci/devices/")?;
    Some((function.parse().ok()?, member.parse().ok()?))
}

/// The folder of a command that lists exactly one: `ls -l /sys/kernel/iommu_groups/17/devices`, `ls
/// /sys/bus/pci/devices/0000:01:00.0/iommu_group/devices`.
fn folder_of(line: &str) -> Option<Place> {
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
fn names(line: &str) -> Option<Vec<&str>> {
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

/// The line that `readlink /sys/bus/pci/devices/0000:01:00.0/iommu_group` prints, and those of a loop
/// that prints each function before its number: `01:00.0 17`.
fn targets(text: &str) -> Vec<ListedMember<'_>> {
    let mut found = Vec::new();
    let mut link = None;
    let mut is_loop = false;
    for (line, text) in numbered_lines(text) {
        let number = text.trim_end().rsplit_once("kernel/iommu_groups/");
        let number = number.and_then(|(_, number)| number.parse().ok());
        let row = loop_row(text).filter(|_| is_loop);
        is_loop = row.is_some() || text.contains("readlink") && text.contains("/iommu_group");
        if let Some((name, group)) = row.or(link.zip(number)) {
            found.push(ListedMember {
                name,
                group,
                line,
                text,
                completeness: Completeness::MayHaveMore,
            });
        }
        link = name_in(text).filter(|_| text.contains("readlink"));
    }
    found
}

/// A function and its group's number, of which the path may be before it.
fn loop_row(line: &str) -> Option<(&str, u32)> {
    let (name, group) = line.trim().split_once(' ')?;
    let name = name.rsplit('/').next()?;
    let group = group.trim_start().rsplit('/').next()?.parse().ok()?;
    let is_function = name.parse::<Address>().is_ok();
    is_function.then_some((name, group))
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
    fn folders_that_ls_marks() {
        let command = "$ ls /sys/kernel/iommu_groups/4/devices\n";
        assert_eq!(
            rows("x", &format!("{command}0000:01:00.0@  0000:01:00.1@\n$ \n")),
            [row("0000:01:00.0", 4, true), row("0000:01:00.1", 4, true)]
        );
        let long = LONG.replace("01:00.0\n", "01:00.0/\n");
        let rows = rows(
            "x",
            &format!("$ ls -lF /sys/kernel/iommu_groups/4/devices\n{long}$ \n"),
        );
        assert_eq!(rows[0], row("0000:01:00.0", 4, true));
    }

    #[test]
    fn the_group_of_a_function() {
        let path = "/sys/bus/pci/devices/0000:05:00.0/iommu_group";
        let listing = format!("$ ls {path}/devices/\n0000:05:00.0  0000:05:00.1\n");
        let without = groups_of_functions(&listing);
        let members: Vec<String> = without[0].members.iter().map(Address::to_string).collect();
        assert_eq!(
            (members.join(" ").as_str(), without[0].line),
            ("0000:05:00.0 0000:05:00.1", 2)
        );
        assert_eq!(rows("x", &listing), []);
        for (numbered, line) in [
            (
                format!("$ readlink {path}\n../../../../kernel/iommu_groups/18\n{listing}"),
                1,
            ),
            (
                format!("pci 0000:05:00.0: Adding to iommu group 18\n{listing}"),
                0,
            ),
        ] {
            let found = rows("x", &numbered);
            let both = [row("0000:05:00.0", 18, true), row("0000:05:00.1", 18, true)];
            assert_eq!(found.get(line..), Some(&both[..]), "{numbered}");
            assert_eq!(groups_of_functions(&numbered), []);
        }
        // Of another function, or filtered.
        let other = listing.replace(
            &format!("{path}/"),
            "/sys/bus/pci/devices/0000:06:00.0/iommu_group/",
        );
        assert_eq!(groups_of_functions(&other), []);
        let filtered = listing.replace("devices/\n", "devices/ | head -1\n");
        assert_eq!(groups_of_functions(&filtered), []);
    }

    #[test]
    fn groups_of_several_functions_below_headings() {
        let path = |name: &str| format!("/sys/bus/pci/devices/{name}/iommu_group/devices/");
        let (a, b) = (path("0000:05:00.0"), path("0000:06:00.0"));
        let text =
            format!("$ ls {a} {b}\n{a}:\n0000:05:00.0  0000:05:00.1\n\n{b}:\n0000:06:00.0\n");
        let counts = |text: &str| -> Vec<usize> {
            let groups = groups_of_functions(text).into_iter();
            groups.map(|group| group.members.len()).collect()
        };
        assert_eq!(counts(&text), [2, 1]);
        let filtered = text.replacen(" /sys", " | grep -v 00.2 /sys", 1);
        assert_eq!(counts(&filtered), [0; 0]);
        // The log of Unraid's start script, and a group's folder that a filter may have cut.
        let cut = "ls -l /sys/kernel/iommu_groups/*/devices | grep 05:00\n\
                   /sys/kernel/iommu_groups/9/devices:\n0000:05:00.0\n";
        assert_eq!(rows("x", cut), [row("0000:05:00.0", 9, false)]);
        let log = format!("IOMMU group members (sans bridges):\n{a}0000:05:00.0\n\n{cut}");
        assert_eq!(counts(&log), [1]);
        assert_eq!(rows("x", &log), [row("0000:05:00.0", 9, true)]);
        let two = log.replace("\n\n", &format!("\n{a}0000:05:00.1\n\n"));
        assert_eq!(counts(&two), [2]);
        assert_eq!(rows("x", &two), [row("0000:05:00.0", 9, false)]);
    }

    #[test]
    fn a_loop_prints_functions_and_numbers() {
        let text = "$ for i in 3b:00.0 3b:00.1; do echo \"$i $(basename $(readlink \
                    /sys/bus/pci/devices/0000:$i/iommu_group))\"; done\n3b:00.0 41\n3b:00.1 42\n";
        let found = [row("3b:00.0", 41, false), row("3b:00.1", 42, false)];
        assert_eq!(rows("x", text), found);
        // Rows of another command.
        let other = text.replacen("done\n", "done\n$ ./list.sh\n", 1);
        assert_eq!(rows("x", &other), []);
    }

    #[test]
    fn a_group_of_a_function_is_whole_where_its_list_ends() {
        let path = "/sys/bus/pci/devices/0000:05:00.0/iommu_group/devices";
        let is_whole = |text: &str| {
            let groups = groups_of_functions(text);
            groups[0].completeness == Completeness::Whole
        };
        let one = "0000:05:00.0\n";
        assert!(is_whole(&format!("$ ls {path}\n{one}")));
        assert!(is_whole(&format!("$ ls -1 {path}\n{one}$ uname\n")));
        assert!(is_whole(&format!("{path}:\n{one}\n")));
        // The text may be cut.
        assert!(!is_whole(&format!("$ ls -1 {path}\n{one}")));
        assert!(!is_whole(&format!("{path}:\n{one}")));
        assert!(!is_whole(&format!("$ ls {path}\n{one}{one}")));
    }

    #[test]
    fn one_row_in_a_terminal_is_whole() {
        let text = "kai@lab:~$ ls /sys/kernel/iommu_groups/22/devices\n0000:82:00.0\n";
        assert_eq!(rows("x", text), [row("0000:82:00.0", 22, true)]);
        let in_lines = text.replace("ls ", "ls -1 ");
        assert_eq!(rows("x", &in_lines), [row("0000:82:00.0", 22, false)]);
        let full = text.replace(
            "\n0000",
            "\n0000:82:00.1 0000:82:00.2 0000:82:00.3 0000:82:00.4 0000:82:00.5 0000",
        );
        assert!(rows("x", &full).iter().all(|(_, _, whole)| !whole));
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
