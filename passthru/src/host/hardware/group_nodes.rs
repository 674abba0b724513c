//! The device files of IOMMU groups that `ls -l /dev/vfio` lists.

use host_tree::{CommandText, Evidence, numbered_lines};

use crate::host::fact::Fact;

/// Maximum number of lines of a directory listing after its heading.
const MOST_LINES: u32 = 64;

/// The groups that have a device file, each with its line: a row of `ls -l`, or the names that `ls`
/// prints. VFIO's mode without an IOMMU names its files `noiommu-0` (Linux drivers/vfio/group.c,
/// `vfio_group_alloc`).
pub(in crate::host) fn read(texts: &[CommandText]) -> Vec<Fact<u32>> {
    let mut found: Vec<Fact<u32>> = Vec::new();
    for text in texts {
        if !text.text.contains("vfio") {
            continue;
        }
        let mut until = 0;
        let mut is_after_heading = false;
        // Rows of a folder that is not named: `vfio` is in no other.
        let mut rows: Vec<(u32, u32, &str)> = Vec::new();
        let mut is_folder = false;
        let mut is_other_folder = false;
        for (number, line) in numbered_lines(&text.text) {
            let group = row(line);
            let mut groups: Vec<u32> = Vec::new();
            if is_after_heading {
                groups = names(line).unwrap_or_default();
                is_after_heading = !groups.is_empty() || line.trim() == "vfio";
            }
            let is_headed = is_heading(line);
            is_after_heading |= is_headed;
            match group {
                // Files of other folders have numbers for names, too: terminals.
                None if is_headed => until = number + MOST_LINES,
                None if line.contains("ls ") => until = 0,
                _ => {}
            }
            let is_path = line.contains(" /dev/vfio/");
            groups.extend(group.filter(|_| number <= until || is_path));
            if line.contains("ls ") || line.trim().is_empty() {
                is_other_folder = line.contains("ls ") && !is_headed;
            }
            if let (Some(group), [], false) = (group, groups.as_slice(), is_other_folder) {
                rows.push((group, number, line));
            }
            is_folder |= is_container(line) && !rows.is_empty();
            if group.is_none() && !is_container(line) && !line.trim_start().starts_with("drwx") {
                if !is_folder {
                    rows.clear();
                }
                is_folder = false;
            }
            if is_folder {
                for (group, number, line) in rows.drain(..) {
                    add(&mut found, group, &text.command, number, line);
                }
            }
            for group in groups {
                add(&mut found, group, &text.command, number, line);
            }
        }
    }
    found
}

fn add(found: &mut Vec<Fact<u32>>, group: u32, source: &str, number: u32, line: &str) {
    if !found.iter().any(|known| known.value == group) {
        let evidence = Evidence::new(source, number, line.trim());
        found.push(Fact::new(group, evidence));
    }
}

/// The groups in a line of nothing but names in the folder: `2  vfio`, `/dev/vfio/2`.
fn names(line: &str) -> Option<Vec<u32>> {
    let mut groups = Vec::new();
    for word in line
        .trim_start_matches(['>', ' ', '\t'])
        .split_ascii_whitespace()
    {
        let name = word.strip_prefix("/dev/vfio/").unwrap_or(word);
        match name.parse() {
            Ok(group) if name.len() <= 4 => groups.push(group),
            _ if matches!(name, "vfio" | "devices") => {}
            _ => return None,
        }
    }
    (!groups.is_empty()).then_some(groups)
}

/// The row of the container's file, whose numbers are fixed (Linux include/linux/miscdevice.h,
/// `VFIO_MINOR`).
fn is_container(line: &str) -> bool {
    line.contains("10, 196") && line.trim_end().ends_with("vfio")
}

/// The row of `/dev/vfio/vfio` in a listing of the folder that has no file of a group.
pub(in crate::host) fn without_groups(texts: &[CommandText]) -> Option<Evidence> {
    let mut found = None;
    for text in texts.iter().filter(|text| text.text.contains("/dev/vfio")) {
        let mut is_inside = false;
        for (number, line) in numbered_lines(&text.text) {
            let bare = line.trim_start_matches(['>', ' ', '\t']).trim_end();
            if is_heading(line) {
                is_inside = true;
                continue;
            }
            let is_row = bare.starts_with("total ")
                || bare.starts_with("drwx")
                || bare.starts_with("crw")
                || bare.starts_with("```");
            is_inside &= is_row;
            if !is_inside {
                continue;
            }
            if row(line).is_some() {
                return None;
            }
            if is_container(bare) && found.is_none() {
                found = Some(Evidence::new(&*text.command, number, bare));
            }
        }
    }
    found
}

/// The command that lists the folder alone, or the heading of one of several folders.
fn is_heading(line: &str) -> bool {
    let line = line.trim_end_matches(['`', ' ', '/', '*']);
    line.trim_start() == "/dev/vfio:" || line.contains("ls ") && line.ends_with("/dev/vfio")
}

/// `crw------- 1 root root 509, 1 Sep  5 20:27 337`.
fn row(line: &str) -> Option<u32> {
    let line = line.trim_start_matches(['>', ' ', '\t']).trim_end();
    let mut words = line.split_ascii_whitespace();
    let mode = words.next()?;
    let is_device = mode.len() >= 10 && mode.starts_with("crw");
    let major = words.nth(3)?;
    let name = words.next_back()?;
    let name = name.strip_prefix("/dev/vfio/").unwrap_or(name);
    (is_device && major.ends_with(',')).then(|| name.parse().ok())?
}

#[cfg(test)]
mod tests;
