//! Links from functions to their groups.

use std::collections::BTreeMap;

use host_tree::numbered_lines;
use pci_core::Address;

use crate::group::Completeness;
use crate::listed_member::ListedMember;
use crate::ls_row::{is_name, name_in};

/// The numbers of groups that other lines of the text have for functions: the target of a link that
/// `readlink` prints, and messages of the kernel.
pub(crate) fn own_numbers(text: &str) -> BTreeMap<Address, u32> {
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

/// `/sys/bus/pci/devices/0000:01:00.0/iommu_group -> ../../../../kernel/iommu_groups/17`
pub(crate) fn link((number, line): (u32, &str)) -> Option<ListedMember<'_>> {
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
pub(crate) fn targets(text: &str) -> Vec<ListedMember<'_>> {
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
