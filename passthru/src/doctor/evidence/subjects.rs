//! The functions that messages are about.

use std::collections::{BTreeMap, BTreeSet};

use pci_core::Address;

use crate::doctor::rule::Context;
use crate::host::LogMessage;

/// Codes of the errors that a port reports for the link below it.
const OF_LINK: [&str; 3] = ["aer-fatal", "aer-nonfatal", "aer-device-silent"];

/// The function of each message, by tables that are read once.
pub(super) struct Subjects {
    /// By port, the first function in question behind it.
    behind: BTreeMap<Address, Address>,
    /// The functions that a message names as ports.
    ports: BTreeSet<Address>,
}

impl Subjects {
    pub(super) fn of(context: &Context<'_>) -> Self {
        let mut behind = BTreeMap::new();
        for one in context.functions() {
            let address = one.address;
            let above = context.host.topology.bridge_above(address);
            // Firmware numbers the buses from the first port on.
            let first = || Address::new(address.domain(), 0, 1, 0).filter(|_| address.bus() == 1);
            if let Some(port) = above.or_else(first) {
                behind.entry(port).or_insert(address);
            }
        }
        let named = context.host.log_messages.iter().filter_map(|logged| {
            let device = logged.device?;
            let line = &logged.evidence.text;
            let is_port = line.contains(&format!("{device}: PCI bridge to [bus"))
                || line.contains(&format!("pcieport {device}: "));
            is_port.then_some(device)
        });
        Self {
            behind,
            ports: named.collect(),
        }
    }

    /// The function that a message is about: of an error that a port reports, the function in
    /// question behind the port.
    pub(super) fn subject(&self, logged: &LogMessage) -> Option<Address> {
        let device = logged.device?;
        if !OF_LINK.contains(&logged.message.code) {
            return Some(device);
        }
        Some(self.behind.get(&device).copied().unwrap_or(device))
    }

    /// Whether the message is about a BAR of a port itself, which works without: the log names the
    /// function as a bridge. The BARs from 7 on are the port's windows.
    pub(super) fn is_of_port(&self, logged: &LogMessage, device: Address) -> bool {
        const OWN: [&str; 3] = [": BAR 0", ": BAR 1:", ": BAR 1 "];
        let is_own = OWN.iter().any(|bar| logged.evidence.text.contains(bar));
        logged.message.code == "bar-no-space" && is_own && self.ports.contains(&device)
    }
}
