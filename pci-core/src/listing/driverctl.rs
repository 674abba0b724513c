//! The drivers of PCI functions, as driverctl lists them: `driverctl list-devices`
//! and `driverctl list-overrides`.
//!
//! ```
//! use pci_core::listing::driverctl;
//! let found = driverctl::parse("0000:00:00.0 (none)\n0000:01:00.0 vfio-pci [*]\n");
//! assert!(found[0].driver.is_absent());
//! assert!(found[1].is_overridden);
//! ```

use alloc::borrow::ToOwned;
use alloc::string::String;
use alloc::vec::Vec;

use host_tree::{Located, Lookup};

use super::lines::{Line, has_any, lines};
use crate::Address;

/// A function in the list.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct DriverctlRow {
    /// Address.
    pub address: Located<Address>,
    /// Bound driver; `Absent` for `(none)`.
    pub driver: Lookup<Located<String>>,
    /// Whether its driver is set by `driver_override` (`[*]`, driverctl(8)).
    pub is_overridden: bool,
    /// Name, printed by `--verbose`.
    pub name: Option<String>,
}

/// Parses the rows of the list; none if the text shows neither the command, nor `(none)` or `[*]`
/// after an address.
#[must_use]
pub fn parse(text: &str) -> Vec<DriverctlRow> {
    let mut rows = Vec::new();
    if !has_any(text, &["driverctl ", "(none)", "[*]"]) {
        return rows;
    }
    let mut is_driverctl = false;
    let mut is_overrides = false;
    for line in lines(text) {
        if let Some((_, command)) = line.text.split_once("driverctl ") {
            is_driverctl |= command.contains("list-");
            is_overrides = command.contains("list-overrides");
        } else if let Some(mut row) = row(line) {
            is_driverctl |= row.is_overridden || row.driver.is_absent();
            row.is_overridden |= is_overrides;
            rows.push(row);
        }
    }
    if is_driverctl { rows } else { Vec::new() }
}

/// `0000:01:00.0 vfio-pci [*] (NVIDIA Corporation …)`.
fn row(line: Line<'_>) -> Option<DriverctlRow> {
    let (address, rest) = line.text.split_once(' ')?;
    let address: Address = (address.len() >= 12).then(|| address.parse().ok())??;
    let (driver, mut rest) = rest.split_once(' ').unwrap_or((rest, ""));
    let is_overridden = rest.starts_with("[*]");
    rest = rest.strip_prefix("[*]").unwrap_or(rest).trim();
    let name = rest
        .strip_prefix('(')
        .map(|name| name.strip_suffix(')').unwrap_or(name));
    if name.is_none() && !rest.is_empty() {
        return None;
    }
    let is_name = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte);
    let driver = match driver {
        "(none)" => Lookup::Absent,
        "true" | "false" | "" => return None,
        _ if driver.bytes().all(is_name) => Lookup::Found(line.located(driver.to_owned())),
        _ => return None,
    };
    Some(DriverctlRow {
        address: line.located(address),
        driver,
        is_overridden,
        name: name.filter(|name| !name.is_empty()).map(str::to_owned),
    })
}
