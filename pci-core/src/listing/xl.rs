//! The PCI functions that Xen lists: `xl pci-assignable-list` and `xl pci-list
//! DOMAIN`.
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

/// A function that Xen's back end for PCI holds, so that it can be given to guests.
///
/// On Linux that is the driver `pciback`: libxl reads the list from that driver's
/// directory in sysfs (xl(1), `pci-assignable-list`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Assignable {
    /// Where it is.
    pub address: Address,
    /// The name it was given, which `--show-names` prints since Xen 4.15.
    pub name: Option<String>,
    /// The guest that has it, where `xl pci-list` was asked for one.
    pub domain: Option<String>,
}

/// What the lines that follow are.
enum Part<'a> {
    Other,
    AssignableList,
    /// `xl pci-list`, behind its head.
    List(Option<&'a str>),
}

/// The functions of both lists. An address alone may be anything's, so that a list
/// of assignable functions is read where the command stands before it.
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
