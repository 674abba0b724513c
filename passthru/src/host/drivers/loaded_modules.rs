//! Modules for guests that `lsmod` lists.

use host_tree::{CommandText, Evidence, numbered_lines};

use crate::host::fact::Fact;

/// The modules that matter to assignment, as the kernel writes their names.
const NAMES: [&str; 11] = [
    "vendor_reset",
    "vfio_pci",
    "vfio_pci_core",
    "vfio_iommu_type1",
    "vfio_virqfd",
    "vfio",
    "mdev",
    "kvmgt",
    "kvm_intel",
    "kvm_amd",
    "nvidia_vgpu_vfio",
];

/// The rows of `lsmod` in the texts, each module once.
pub(in crate::host) fn read(texts: &[CommandText]) -> Vec<Fact<&'static str>> {
    let mut found: Vec<Fact<&'static str>> = Vec::new();
    for text in texts {
        for (number, line) in numbered_lines(&text.text) {
            let names = row(line).map_or_else(|| joined(line), |name| vec![name]);
            for name in names {
                if !found.iter().any(|known| known.value == name) {
                    let evidence = Evidence::new(&*text.command, number, line.trim());
                    found.push(Fact::new(name, evidence));
                }
            }
        }
    }
    found
}

/// `vfio_pci  16384  0`: a module, its size and the number of its users (Linux
/// kernel/module/procfs.c, `m_show`).
fn row(line: &str) -> Option<&'static str> {
    let line = line.trim_start_matches(['>', ' ', '\t']);
    let name = NAMES.iter().find(|name| {
        let rest = line.strip_prefix(**name);
        rest.is_some_and(|rest| rest.starts_with([' ', '\t']))
    })?;
    let mut words = line.split_ascii_whitespace().skip(1);
    let is_number = |word: &str| word.bytes().all(|b| b.is_ascii_digit());
    let size = words
        .next()
        .filter(|word| word.len() >= 4 && is_number(word));
    let users = words
        .next()
        .filter(|word| word.len() <= 4 && is_number(word));
    (size.is_some() && users.is_some()).then_some(*name)
}

/// The modules of rows that lost their blanks and line breaks: `vfio_pci163840vfio614403 vfio_pci`.
/// A name counts where a size follows it; one name alone is not such a text.
fn joined(line: &str) -> Vec<&'static str> {
    if !line.contains("vfio") {
        return Vec::new();
    }
    let has_size = |name: &&str| {
        line.match_indices(*name).any(|(at, _)| {
            let rest = line.get(at + name.len()..).unwrap_or_default();
            let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
            // A size of 4096 bytes or more, and the number of users.
            (5..=13).contains(&digits)
        })
    };
    let names: Vec<&str> = NAMES
        .iter()
        .filter(|name| has_size(name))
        .copied()
        .collect();
    if names.len() < 2 { Vec::new() } else { names }
}

/// Whether the line has rows of `lsmod` without blanks between them.
pub(crate) fn is_joined(line: &str) -> bool {
    line.len() < 65536 && !joined(line).is_empty()
}

#[cfg(test)]
mod tests;
