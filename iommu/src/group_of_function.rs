//! Groups without a number: `ls` of the `iommu_group` folder of a function.

use host_tree::numbered_lines;
use pci_core::Address;

use crate::function_link::own_numbers;
use crate::group::Completeness;
use crate::ls_row::{IN_ROW, Place, folder_of, is_typed, names};

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
