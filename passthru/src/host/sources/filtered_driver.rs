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
mod tests {
    use super::*;

    #[test]
    fn the_line_below_the_command_is_of_its_function() {
        let drivers = |text: &str| -> Vec<String> {
            let listing = read("a.txt", text);
            let entries = listing.entries.iter();
            entries
                .map(|entry| format!("{:#}", entry.address))
                .collect()
        };
        let line = "\tKernel driver in use: nouveau nouveau   (the default)\n";
        let command = "root@ubuntu:~# lspci -vv -s 02:00.0 | grep driver\n";
        assert_eq!(drivers(&format!("{command}{line}")), ["02:00.0"]);
        assert_eq!(
            drivers("03:00.0 ... [10de:1be1]  Kernel driver in use: vfio-pci\n"),
            ["03:00.0"]
        );
        for text in [
            format!("{command}\n{line}"),
            format!("{}{line}", command.replace("-s 02:00.0 ", "")),
            format!("{}{line}", command.replace("| grep driver", "")),
            line.to_owned(),
        ] {
            assert!(drivers(&text).is_empty(), "{text}");
        }
    }
}
