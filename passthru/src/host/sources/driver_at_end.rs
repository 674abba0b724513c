//! Heads of lspci behind which people write the driver: `01:00.2 USB controller [0c03]: … [10de:1ad8]
//! xhci_hcd`.

use host_tree::{Evidence, numbered_lines};
use pci_core::{Address, PciId};

use crate::host::model::{Entry, Listing, Source, Value};
use crate::host::words::phrases::bound::DRIVERS;

/// Drivers of functions beside those that people assign.
const OTHERS: [&str; 4] = ["pcieport", "nvidia-gpu", "ehci-pci", "i801_smbus"];

/// The drivers at the ends of heads.
pub(super) fn read(source: &str, text: &str) -> Listing {
    let mut listing = Listing::default();
    for (number, line) in numbered_lines(text) {
        let Some((address, driver)) = head(line) else {
            continue;
        };
        let line = Evidence::new(source, number, line.trim());
        let mut entry = Entry::listed(address, Source::FilteredLspci, line);
        entry.see(Some(Value::Driver(Some(driver.to_owned()))));
        listing.is_of_linux = true;
        listing.entries.push(entry);
    }
    listing
}

/// The function and the driver of a head: the ID, a revision or none, and one more word.
fn head(line: &str) -> Option<(Address, &'static str)> {
    let line = line.trim_start_matches(['>', ' ', '\t', '-', '*']);
    let address = line.split_ascii_whitespace().next()?.parse().ok()?;
    let (before, rest) = line.rsplit_once(']')?;
    let (_, id) = before.rsplit_once('[')?;
    id.parse::<PciId>().ok()?;
    let rest = rest.trim();
    let rest = match rest.strip_prefix("(rev ") {
        Some(revision) => revision.split_once(')')?.1.trim(),
        None => rest,
    };
    let word = rest.trim_matches(['(', ')', '-', '>', '=', ' ', '`', ':']);
    let mut known = DRIVERS.iter().chain(&OTHERS);
    Some((address, known.find(|driver| **driver == word)?))
}

#[cfg(test)]
mod tests;
