//! The lines of pci-stub in the kernel's log: the IDs that it received, and the functions that it claimed.

#[cfg(test)]
mod tests;

use host_tree::{CommandText, Evidence, numbered_lines};
use pci_core::{Address, PciId};

use crate::host::fact::Fact;

/// An ID that pci-stub received.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct StubId {
    /// The ID.
    pub(crate) id: PciId,
    /// Whether the text has a later line of pci-stub: the functions with the ID are claimed before it.
    pub(crate) is_followed: bool,
}

/// The lines of pci-stub.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct StubClaims {
    /// The IDs, in the order of the lines.
    pub(crate) added: Vec<Fact<StubId>>,
    /// The functions that pci-stub claimed.
    pub(crate) claimed: Vec<Fact<Address>>,
}

/// Most IDs and functions.
const MOST: usize = 256;

/// `pci-stub: add 10DE:13C2 sub=FFFFFFFF:FFFFFFFF cls=00000000/00000000`, and after it for each function
/// with the ID that no driver has `pci-stub 0000:01:00.0: claimed by stub` (Linux drivers/pci/pci-stub.c,
/// `pci_stub_init` and `pci_stub_probe`).
pub(in crate::host) fn read(texts: &[CommandText]) -> StubClaims {
    let mut found = StubClaims::default();
    for text in texts {
        let first = found.added.len();
        for (number, line) in numbered_lines(&text.text) {
            let Some((_, rest)) = line.split_once("pci-stub") else {
                continue;
            };
            if found.added.len() + found.claimed.len() >= MOST {
                return found;
            }
            let evidence = || Evidence::new(&*text.command, number, line.trim());
            let added = rest.strip_prefix(": add ").and_then(id);
            let claimed = rest.split_once(": claimed by stub");
            if added.is_none() && claimed.is_none() {
                continue;
            }
            let earlier = found.added.get_mut(first..).unwrap_or_default();
            earlier
                .iter_mut()
                .for_each(|one| one.value.is_followed = true);
            let id = added.map(|id| StubId {
                id,
                is_followed: false,
            });
            found.added.extend(id.map(|id| Fact::new(id, evidence())));
            let function = claimed.and_then(|(function, _)| function.trim().parse().ok());
            found
                .claimed
                .extend(function.map(|function: Address| Fact::new(function, evidence())));
        }
    }
    found
}

/// The ID of `10DE:13C2 sub=…`.
fn id(rest: &str) -> Option<PciId> {
    let (id, _) = rest.split_once(" sub=")?;
    id.to_ascii_lowercase().parse().ok()
}
