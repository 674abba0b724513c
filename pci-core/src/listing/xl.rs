//! PCI functions listed by Xen: `xl pci-assignable-list` and `xl pci-list DOMAIN`.
//!
//! ```
//! use pci_core::listing::xl;
//! let found = xl::parse("# xl pci-assignable-list\n0000:01:00.0\n0000:01:00.1\n");
//! assert_eq!(found[1].value.address.to_string(), "0000:01:00.1");
//! let given = xl::parse("# xl pci-list win10\nVdev Device\n05.0 0000:01:00.0\n");
//! assert_eq!(given[0].value.domain.as_deref(), Some("win10"));
//! ```

use alloc::borrow::ToOwned;
use alloc::string::String;
use alloc::vec::Vec;

use host_tree::Located;

use super::lines::{has_any, lines};
use crate::Address;

/// A function bound to Xen's PCI back end, so that it can be assigned.
///
/// On Linux that is the driver `pciback`: libxl reads the list from its sysfs directory (xl(1),
/// `pci-assignable-list`).
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Assignable {
    /// Address.
    pub address: Address,
    /// Name, printed by `--show-names` since Xen 4.15.
    pub name: Option<String>,
    /// The guest with the function, if `xl pci-list` names one.
    pub domain: Option<String>,
}

/// The kind of the following lines.
enum Part<'a> {
    Other,
    AssignableList,
    /// `xl pci-list`, after its header.
    List(Option<&'a str>),
}

/// Parses the functions of both lists. An address alone is ambiguous, so a list of assignable
/// functions is parsed only after its command.
#[must_use]
pub fn parse(text: &str) -> Vec<Located<Assignable>> {
    let mut found = Vec::new();
    if !has_any(text, &["xl pci-", "Vdev"]) {
        return found;
    }
    let mut part = Part::Other;
    let mut domain = None;
    for line in lines(text) {
        let words: Vec<&str> = line.text.split_whitespace().take(4).collect();
        if let Some((_, arguments)) = line.text.split_once("xl pci-list ") {
            domain = arguments.split_whitespace().next();
            part = Part::Other;
            continue;
        }
        if line.text.contains("xl pci-assignable-list")
            || line.text.contains("xl pci-list-assignable")
        {
            part = Part::AssignableList;
            continue;
        }
        match (words.as_slice(), &part) {
            (["Vdev", "Device"], _) => part = Part::List(domain.take()),
            ([address, name @ ..], Part::AssignableList) if name.len() <= 1 => {
                if let Some(address) = whole(address) {
                    found.push(line.located(Assignable {
                        address,
                        name: name.first().map(|name| (*name).to_owned()),
                        domain: None,
                    }));
                } else {
                    part = Part::Other;
                }
            }
            ([slot, address], Part::List(domain)) if slot.contains('.') => {
                if let Some(address) = whole(address) {
                    found.push(line.located(Assignable {
                        address,
                        name: None,
                        domain: domain.map(str::to_owned),
                    }));
                } else {
                    part = Part::Other;
                }
            }
            ([], _) => {}
            _ => part = Part::Other,
        }
    }
    found
}

/// An address with its domain.
fn whole(text: &str) -> Option<Address> {
    (text.len() >= 12).then(|| text.parse().ok())?
}
