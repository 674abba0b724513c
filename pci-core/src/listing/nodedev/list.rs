//! The names of `virsh nodedev-list`.

use alloc::vec::Vec;

use host_tree::Located;

use crate::Address;
use crate::listing::lines::lines;

/// Parses the PCI functions in `virsh nodedev-list`, plain or with the lines of `--tree`. Other
/// devices are skipped.
///
/// ```
/// use pci_core::listing::nodedev;
/// let found = nodedev::names("computer\n  |\n  +- pci_0000_00_01_0\n  |   |\n  |   +- pci_0000_01_00_0\n");
/// assert_eq!(found[1].value.to_string(), "0000:01:00.0");
/// ```
#[must_use]
pub fn names(text: &str) -> Vec<Located<Address>> {
    if !text.contains("pci_") {
        return Vec::new();
    }
    lines(text)
        .filter_map(|line| {
            let name = line
                .text
                .trim_start_matches(['|', '+', '-', '\\', '`', ' ']);
            let address = name.starts_with("pci_").then(|| name.parse().ok())??;
            Some(line.located(address))
        })
        .collect()
}
