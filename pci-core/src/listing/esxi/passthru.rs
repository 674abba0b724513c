//! `esxcli hardware pci pcipassthru list`: functions enabled for passthrough.

use alloc::vec::Vec;

use host_tree::Located;

use crate::Address;
use crate::listing::lines::{has_any, lines};

/// A row of `esxcli hardware pci pcipassthru list`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct PassthruState {
    /// The function.
    pub address: Address,
    /// Whether it is enabled for passthrough, now or after the next reboot.
    pub enabled: bool,
}

/// Parses the rows of the table, if its header (`Device ID`, `Enabled`) or its command precedes
/// them: `true` after an address is ambiguous elsewhere.
///
/// ```
/// use pci_core::listing::esxi;
/// let rows = esxi::pcipassthru_list(
///     "Device ID     Enabled\n------------  -------\n0000:01:00.0     true\n",
/// );
/// assert!(rows[0].value.enabled);
/// ```
#[must_use]
pub fn pcipassthru_list(text: &str) -> Vec<Located<PassthruState>> {
    let mut rows = Vec::new();
    if !has_any(text, &["Enabled", "pcipassthru list"]) {
        return rows;
    }
    let mut headed = false;
    for line in lines(text) {
        let words: Vec<&str> = line.text.split_whitespace().take(4).collect();
        headed |= words == ["Device", "ID", "Enabled"] || line.text.contains("pcipassthru list");
        let [address, enabled] = words.as_slice() else {
            continue;
        };
        if let (true, Ok(address), Ok(enabled)) = (headed, address.parse(), enabled.parse()) {
            rows.push(line.located(PassthruState { address, enabled }));
        }
    }
    rows
}
