//! Values that lines name before a write to /sys.

use host_tree::{CommandText, Evidence, numbered_lines};
use pci_core::Address;

use crate::host::fact::Fact;

/// The lines of the texts that name such a value, each with whether it is a complete address, with its
/// domain: an ID for new_id and a size for resourceN_resize are none.
pub(in crate::host) fn read(texts: &[CommandText]) -> Vec<Fact<bool>> {
    let mut found = Vec::new();
    for text in texts {
        for (number, line) in numbered_lines(&text.text) {
            if let Some(is_complete) = is_complete_address(line) {
                let evidence = Evidence::new(&*text.command, number, line.trim());
                found.push(Fact::new(is_complete, evidence));
            }
        }
    }
    found
}

/// Whether the value of the line is a complete address; none if the line has no value.
fn is_complete_address(line: &str) -> Option<bool> {
    if line.contains("new_id") || line.contains("_resize") {
        return Some(false);
    }
    let is_part = |c: char| c.is_ascii_hexdigit() || matches!(c, ':' | '.');
    let words = line.split(|c: char| !is_part(c));
    let words = words.map(|word| word.trim_matches(['.', ':']));
    let mut addresses = words.filter(|word| word.contains(':') && word.parse::<Address>().is_ok());
    let first = addresses.next()?;
    Some(first.matches(':').count() == 2)
}

#[cfg(test)]
mod tests;
