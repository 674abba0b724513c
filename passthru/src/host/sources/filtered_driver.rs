//! The driver's line alone, as `lspci -v -s 02:00.0 | grep driver` prints it: the command names the
//! function. People also join the head and the driver's line: `02:00.0 ... Kernel driver in use: x`.

use host_tree::{Evidence, numbered_lines};
use pci_core::Address;

use crate::host::model::{Entry, Listing, Source, Value};
use crate::prompt::Prompt;

const DRIVER: &str = "Kernel driver in use: ";

/// The drivers of functions that filtered commands of the text name.
pub(super) fn read(source: &str, text: &str) -> Listing {
    let mut listing = Listing::default();
    if !text.contains(DRIVER) {
        return listing;
    }
    let mut of: Option<Address> = None;
    for (number, line) in numbered_lines(text) {
        if let Some(address) = filtered(line) {
            of = Some(address);
        } else if let Some((before, rest)) = line.split_once(DRIVER)
            && let (Some(address), Some(driver)) = (
                function(before).or(of.take()),
                rest.split_whitespace().next(),
            )
        {
            let line = Evidence::new(source, number, line.trim());
            let mut entry = Entry::listed(address, Source::FilteredLspci, line);
            entry.see(Some(Value::Driver(Some(driver.to_owned()))));
            listing.is_of_linux = true;
            listing.entries.push(entry);
        } else {
            of = None;
        }
    }
    listing
}

/// The function of a head before the driver, on its line.
fn function(before: &str) -> Option<Address> {
    before.split_ascii_whitespace().next()?.parse().ok()
}

/// The function of `lspci -vv -s 02:00.0 | grep driver`.
fn filtered(line: &str) -> Option<Address> {
    let command = match Prompt::read(line) {
        Some(prompt) => prompt.command,
        None => line.trim().trim_start_matches(['#', '$', ' ']),
    };
    let (command, filter) = command.strip_prefix("lspci ")?.split_once('|')?;
    let (_, rest) = command.split_once("-s ")?;
    let address = rest.split_ascii_whitespace().next()?.parse().ok()?;
    filter.trim_start().starts_with("grep").then_some(address)
}

#[cfg(test)]
mod tests;
