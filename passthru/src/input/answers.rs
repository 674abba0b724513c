//! Outputs for the doctor without a shape of their own: the names in a directory, a kernel's
//! release.

use host_tree::Listing;
use list_order::Order as _;

use super::shapes;
use super::shapes::bare;
use crate::prompt::{Prompt, after_bare_root, headed, without_layout};

/// A directory that the doctor reads through `ls`, and the form of names in it.
struct Asked {
    path: &'static str,
    is_name: fn(&str) -> bool,
    /// A name that the directory of each host has which has the directory at all.
    mark: fn(&str) -> bool,
}

/// The directory that only a kernel has which EFI firmware booted.
const EFI: &str = "/sys/firmware/efi";

const DIRECTORIES: [Asked; 6] = [
    // A name for each unit of a working IOMMU (Linux drivers/iommu/intel/dmar.c, "dmar%d";
    // drivers/iommu/amd/init.c, "ivhd%d").
    Asked {
        path: "/sys/class/iommu",
        is_name: is_unit,
        mark: is_unit,
    },
    // Signatures of tables, with a number if there are several (Linux
    // Documentation/ABI/testing/sysfs-firmware-acpi). Each firmware has the FADT, whose signature
    // is FACP (ACPI 6.5, section 5.2.9).
    Asked {
        path: "/sys/firmware/acpi/tables",
        is_name: is_table,
        mark: |name| name == "FACP",
    },
    // Linux Documentation/ABI/testing/sysfs-firmware-efi: only a kernel that EFI firmware
    // booted has the directory.
    Asked {
        path: EFI,
        is_name: is_plain,
        mark: |name| name == "efivars",
    },
    Asked {
        path: "/sys/class/net",
        is_name: is_plain,
        mark: |_| false,
    },
    Asked {
        path: "/boot",
        is_name: is_plain,
        mark: |_| false,
    },
    Asked {
        path: "/dev/vfio",
        is_name: is_plain,
        mark: |_| false,
    },
];

fn is_plain(name: &str) -> bool {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"._+:-@".contains(&byte);
    name.len() <= 128 && name.bytes().all(is_plain)
}

/// The directories that do not exist, by `ls`.
pub(super) fn absent(text: &str) -> Vec<&'static str> {
    if !text.contains("No such file") {
        return Vec::new();
    }
    let lines = text.lines().filter_map(missing);
    let asked = lines.filter_map(|path| {
        let path = path.trim_end_matches('/');
        let mut all = DIRECTORIES.iter().map(|asked| asked.path);
        all.find(|asked| *asked == path)
    });
    asked.collect()
}

/// `ls: cannot access '/sys/firmware/efi': No such file or directory` (GNU coreutils,
/// src/ls.c), and busybox's `ls: /sys/firmware/efi: No such file or directory`.
fn missing(line: &str) -> Option<&str> {
    let (_, rest) = line.split_once("ls: ")?;
    let (path, why) = rest.rsplit_once(": ")?;
    let path = path.strip_prefix("cannot access ").unwrap_or(path);
    (why.trim() == "No such file or directory").then(|| path.trim_matches(['\'', '"', '‘', '’']))
}

fn is_unit(name: &str) -> bool {
    let number = name
        .strip_prefix("dmar")
        .or_else(|| name.strip_prefix("ivhd"));
    number.is_some_and(|number| {
        !number.is_empty() && number.len() <= 3 && number.bytes().all(|b| b.is_ascii_digit())
    })
}

fn is_table(name: &str) -> bool {
    let is_letter = |byte: u8| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'_';
    matches!(name, "data" | "dynamic")
        || (matches!(name.len(), 4..=6) && name.bytes().all(is_letter))
}

/// The directories that `ls` lists in the text: after a prompt, or as the entire text. Only after
/// the command the list is known to be complete.
pub(super) fn directories(text: &str) -> Vec<(&'static str, Listing)> {
    let mut found = Vec::new();
    for asked in &DIRECTORIES {
        let names = match text.contains(asked.path) {
            true => behind_prompt(asked, text),
            false => Vec::new(),
        };
        if !names.is_empty() {
            found.push((asked.path, listing(names, true)));
            continue;
        }
        let words = || text.split_ascii_whitespace().filter(|word| *word != ">");
        let mut words_of = words().peekable();
        let is_all = words_of.peek().is_some() && words_of.all(asked.is_name);
        if is_all && words().any(asked.mark) {
            found.push((asked.path, listing(words(), false)));
        }
    }
    let is_listed = |(path, _): &(&str, Listing)| *path == EFI;
    if !found.iter().any(is_listed) && shapes::is_booted_by_efi(text) {
        found.push((EFI, listing(["efivars"], false)));
    }
    found
}

/// The numbers of the lines that have the names.
pub(super) fn lines(text: &str) -> Vec<u32> {
    let found = directories(text);
    let has_absent = !absent(text).is_empty();
    let is_named = |line: &str| {
        let mut words = line.split_ascii_whitespace().peekable();
        let is_name = |word: &str| {
            let mut lists = found.iter().map(|(_, listing)| &listing.names);
            lists.any(|names| names.iter().any(|name| name == word))
        };
        words.peek().is_some() && words.all(is_name)
    };
    host_tree::numbered_lines(text)
        .filter(|(_, line)| {
            let is_absent = || has_absent && !absent(line).is_empty();
            let line = bare(line);
            !found.is_empty() && (is_named(line) || is_named(listed(line))) || is_absent()
        })
        .map(|(number, _)| number)
        .collect()
}

fn listing<'a>(names: impl IntoIterator<Item = &'a str>, complete: bool) -> Listing {
    let mut names: Vec<String> = names.into_iter().map(str::to_owned).collect();
    names.order();
    names.dedup();
    Listing { names, complete }
}

/// The name in a row of `ls -l`: `drwxr-xr-x 2 root root 0 Jan 1 10:00 efivars`, or the line.
fn listed(line: &str) -> &str {
    let mut words = line.split_ascii_whitespace();
    let is_mode = |mode: &str| {
        mode.len() >= 10
            && mode.starts_with(['d', 'l', 'c', 'b', '-'])
            && mode
                .bytes()
                .skip(1)
                .take(9)
                .all(|byte| b"rwxsStT-".contains(&byte))
    };
    if !words.next().is_some_and(is_mode) {
        return line;
    }
    let name = line.split_once(" -> ").map_or(line, |(name, _)| name);
    name.split_ascii_whitespace().next_back().unwrap_or(line)
}

/// Output of `ls` after its prompt, up to a line that is not a list of such names.
fn behind_prompt<'a>(asked: &Asked, text: &'a str) -> Vec<&'a str> {
    let is_ls = |line: &str| {
        let command = Prompt::read(line).map(|prompt| prompt.command);
        let command = command.or_else(|| after_bare_root(line));
        let command = command.unwrap_or_else(|| headed(line));
        let words = without_layout(command).strip_prefix("ls ");
        let mut paths = words
            .unwrap_or_default()
            .split_ascii_whitespace()
            .filter(|word| !word.starts_with('-'));
        let is_asked = |path: &str| path.trim_end_matches('/') == asked.path;
        paths.next().is_some_and(is_asked) && paths.next().is_none()
    };
    let mut lines = text.lines().skip_while(|line| !is_ls(line)).skip(1);
    let mut names = Vec::new();
    while let Some(line) = lines.next().filter(|line| !line.trim().is_empty()) {
        let is_fence = line.trim_start().starts_with("```") && names.is_empty();
        if line.starts_with("total ") || is_fence {
            continue;
        }
        let words: Vec<&str> = listed(line).split_ascii_whitespace().collect();
        if !words.iter().all(|word| (asked.is_name)(word)) {
            break;
        }
        names.extend(words);
    }
    names
}

#[cfg(test)]
mod tests;
