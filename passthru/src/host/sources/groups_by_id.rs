//! Lists of IOMMU groups that have the ids of functions and no addresses.

use std::collections::BTreeMap;

use host_tree::{CommandText, Evidence, numbered_lines};
use iommu::Completeness;
use pci_core::{Address, ClassCode, PciId};

use crate::host::hardware::device::Device;
use crate::host::model::Member;
use crate::host::words::addresses_in::addresses_in;
use crate::host::words::outputs::is_whole_log;

/// As many rows are read.
const MOST: usize = 1024;

/// A function of a group, by its id.
struct Row {
    group: u32,
    id: PciId,
    class: Option<ClassCode>,
    /// Whether the row itself has the number of the group.
    is_headed: bool,
    evidence: Evidence,
}

/// The members of groups: functions whose ID occurs in one row and in one function of the host.
pub(in crate::host) fn members(
    texts: &[CommandText],
    devices: &BTreeMap<Address, Device>,
) -> Vec<Member> {
    let mut found = Vec::new();
    for rows in texts.iter().map(rows) {
        let mut by_id: BTreeMap<PciId, Vec<Address>> = BTreeMap::new();
        if !rows.is_empty() {
            for device in devices.values() {
                if let Some(id) = &device.id {
                    by_id.entry(id.value).or_default().push(device.address);
                }
            }
        }
        let mut times: BTreeMap<PciId, usize> = BTreeMap::new();
        for row in &rows {
            *times.entry(row.id).or_default() += 1;
        }
        for row in rows {
            let is_once = times.get(&row.id) == Some(&1);
            let Some([address]) = by_id.get(&row.id).map(Vec::as_slice) else {
                continue;
            };
            if is_once {
                found.push(Member {
                    device: Ok(*address),
                    group: row.group,
                    line: row.evidence,
                    completeness: Completeness::MayHaveMore,
                });
            }
        }
    }
    found
}

/// The row of a bridge, which has a group only if an IOMMU is enabled, or the first of several
/// groups with numbers in each row.
pub(in crate::host) fn iommu_at_work(texts: &[CommandText]) -> Option<Evidence> {
    let rows: Vec<Row> = texts.iter().flat_map(rows).collect();
    let is_bridge = |row: &&Row| row.class.is_some_and(|class| class.base == 0x06);
    let mut headed = rows.iter().filter(|row| row.is_headed);
    let first = headed.next();
    let first = first.filter(|first| headed.any(|row| row.group != first.group));
    let proof = rows.iter().find(is_bridge).or(first)?;
    Some(proof.evidence.clone())
}

/// The numbers of the lines of such lists.
pub(crate) fn lines(text: &str) -> Vec<u32> {
    let text = CommandText::new(String::new(), text);
    let rows = rows(&text);
    rows.iter().filter_map(|row| row.evidence.line).collect()
}

fn rows(text: &CommandText) -> Vec<Row> {
    let mut found = Vec::new();
    if is_whole_log(text) || !text.text.contains("roup ") {
        return found;
    }
    let mut group: Option<u32> = None;
    for (number, line) in numbered_lines(&text.text) {
        let message = line.trim_start_matches(|c: char| c.is_whitespace() || ">*#|-".contains(c));
        let message = message.trim_end().trim_end_matches(['*', '|', ' ']);
        if message.is_empty() {
            continue;
        }
        let heading = heading(message);
        let row = match heading {
            Some((_, rest)) => rest,
            None => message,
        };
        group = heading.map(|(number, _)| number).or(group);
        if row.is_empty() {
            continue;
        }
        let is_headed = heading.is_some() && message.starts_with("IOMMU ");
        let mut functions = bare_ids(row);
        functions.extend(function(row, is_headed));
        if functions.is_empty() || found.len() >= MOST {
            group = None;
            continue;
        }
        for (id, class) in functions {
            if let Some(group) = group {
                let evidence = Evidence::new(&*text.command, number, line.trim());
                found.push(Row {
                    group,
                    id,
                    class,
                    is_headed,
                    evidence,
                });
            }
        }
    }
    found
}

/// The ids of a row that has nothing else: `8086:1901 10de:1c82, 10de:0fb9`.
fn bare_ids(row: &str) -> Vec<(PciId, Option<ClassCode>)> {
    let is_mark = |c: char| matches!(c, '[' | ']' | ',' | ';');
    let words = row.split_ascii_whitespace();
    let ids = words.map(|word| {
        let word = word.trim_matches(is_mark);
        let id = word.parse().ok().filter(|_| word.len() == 9)?;
        Some((id, None))
    });
    ids.collect::<Option<Vec<_>>>().unwrap_or_default()
}

/// The number in `IOMMU Group 17:`, and the text after it.
fn heading(line: &str) -> Option<(u32, &str)> {
    let rest = line.strip_prefix("IOMMU ").unwrap_or(line);
    let rest = rest
        .strip_prefix("Group ")
        .or_else(|| rest.strip_prefix("group "))?
        .trim_start_matches(' ');
    let end = rest
        .find(|c: char| !c.is_ascii_digit())
        .unwrap_or(rest.len());
    let (number, rest) = rest.split_at_checked(end)?;
    let is_end = rest.is_empty() || rest.starts_with([':', ' ']);
    let rest = rest.trim_start_matches([':', ' ', '\t']);
    Some((number.parse().ok().filter(|_| is_end)?, rest))
}

/// The id and the class in `PCI bridge [0604]: Intel Corporation … [8086:0c01] (rev 06)`, a row
/// without an address. Behind the number of its group the class may be missing.
fn function(row: &str, is_headed: bool) -> Option<(PciId, Option<ClassCode>)> {
    let mut id = None;
    let mut class = None;
    for part in row.split('[').skip(1) {
        let Some((part, _)) = part.split_once(']') else {
            continue;
        };
        match part.len() {
            9 => id = part.parse().ok().or(id),
            4 => class = class.or(part.parse().ok()),
            _ => {}
        }
    }
    // A sentence may name an id, and has no number of a class.
    let is_row = (class.is_some() || is_headed) && addresses_in(row).next().is_none();
    Some((id.filter(|_| is_row)?, class))
}

#[cfg(test)]
mod tests;
