//! What commands print that the doctor asks for, and that has no shape of its own: the
//! names in a directory, a kernel's release.

use pci_core::tree::Listing;

use crate::prompt::{Prompt, after_bare_root};

/// A directory that the doctor asks for by `ls`, and how names in it look.
struct Asked {
    path: &'static str,
    is_name: fn(&str) -> bool,
    /// A name that the directory of each host has which has the directory at all.
    mark: fn(&str) -> bool,
}

const DIRECTORIES: [Asked; 2] = [
    // A name for each unit of a working IOMMU (Linux drivers/iommu/intel/dmar.c, "dmar%d";
    // drivers/iommu/amd/init.c, "ivhd%d").
    Asked {
        path: "/sys/class/iommu",
        is_name: is_unit,
        mark: is_unit,
    },
    // Signatures of tables, with a number where there are several (Linux
    // Documentation/ABI/testing/sysfs-firmware-acpi). Each firmware has the FADT, whose
    // signature is FACP (ACPI 6.5, section 5.2.9).
    Asked {
        path: "/sys/firmware/acpi/tables",
        is_name: is_table,
        mark: |name| name == "FACP",
    },
];

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

/// The directories that `ls` lists in the text: behind a prompt, or as all of the text.
/// Only behind the command itself is the list known to be whole.
pub(super) fn directories(text: &str) -> Vec<(&'static str, Listing)> {
    let mut found = Vec::new();
    for asked in &DIRECTORIES {
        let names = behind_prompt(asked, text);
        if !names.is_empty() {
            found.push((asked.path, listing(names, true)));
            continue;
        }
        let mut words = text.split_ascii_whitespace().peekable();
        let is_all = words.peek().is_some() && words.all(asked.is_name);
        let mut words = text.split_ascii_whitespace();
        if is_all && words.any(asked.mark) {
            found.push((asked.path, listing(text.split_ascii_whitespace(), false)));
        }
    }
    found
}

/// The numbers of the lines that have the names.
pub(super) fn lines(text: &str) -> Vec<u32> {
    let found = directories(text);
    let is_named = |line: &str| {
        let mut words = line.split_ascii_whitespace().peekable();
        let is_name = |word: &str| {
            let mut lists = found.iter().map(|(_, listing)| &listing.names);
            lists.any(|names| names.iter().any(|name| name == word))
        };
        words.peek().is_some() && words.all(is_name)
    };
    pci_core::numbered_lines(text)
        .filter(|(_, line)| !found.is_empty() && is_named(line))
        .map(|(number, _)| number)
        .collect()
}

fn listing<'a>(names: impl IntoIterator<Item = &'a str>, whole: bool) -> Listing {
    let mut names: Vec<String> = names.into_iter().map(str::to_owned).collect();
    names.sort_unstable();
    names.dedup();
    Listing { names, whole }
}

/// What `ls` printed behind its prompt, up to a line that is no list of such names.
fn behind_prompt<'a>(asked: &Asked, text: &'a str) -> Vec<&'a str> {
    let is_ls = |line: &str| {
        let command = Prompt::read(line).map(|prompt| prompt.command);
        let command = command.or_else(|| after_bare_root(line));
        let path = command.and_then(|command| command.strip_prefix("ls "));
        let path = path.map(|path| path.trim_start_matches("-1 ").trim());
        path.is_some_and(|path| path.trim_end_matches('/') == asked.path)
    };
    let mut lines = text.lines().skip_while(|line| !is_ls(line)).skip(1);
    let mut names = Vec::new();
    while let Some(line) = lines.next().filter(|line| !line.trim().is_empty()) {
        let words: Vec<&str> = line.split_ascii_whitespace().collect();
        if !words.iter().all(|word| (asked.is_name)(word)) {
            break;
        }
        names.extend(words);
    }
    names
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Vec<(&'static str, usize, bool)> {
        directories(text)
            .iter()
            .map(|(path, listing)| (*path, listing.names.len(), listing.whole))
            .collect()
    }

    #[test]
    fn what_ls_printed_is_a_directory() {
        let class = "/sys/class/iommu";
        let tables = "/sys/firmware/acpi/tables";
        let typed = "root@pve:~# ls /sys/class/iommu\ndmar0  dmar1\nroot@pve:~# ls -1 \
                     /sys/firmware/acpi/tables/\nAPIC\nFACP\nSSDT10\ndynamic\nthe DMAR is missing\n";
        assert_eq!(found(typed), [(class, 2, true), (tables, 4, true)]);
        assert_eq!(found("dmar0\n"), [(class, 1, false)]);
        assert_eq!(found("APIC  DMAR  FACP  data\n"), [(tables, 4, false)]);
        for text in [
            "",
            "APIC DMAR\n",
            "root@pve:~# ls /sys/class/iommu\nroot@pve:~# ls /sys/class/iommu | grep x\ndmar0\n",
            "dmar0 is there\n",
        ] {
            assert_eq!(found(text), [], "{text}");
        }
    }
}
