//! The drivers of network, crypto and other functions, as DPDK lists them:
//! `dpdk-devbind.py --status`.
//!
//! ```
//! use pci_core::listing::dpdk_devbind;
//! let found = dpdk_devbind::parse(
//!     "0000:03:00.0 'I210 Gigabit Network Connection 1533' if=enp3s0 drv=igb unused=vfio-pci *Active*\n",
//! );
//! assert_eq!(found[0].driver.clone().found().unwrap().value, "igb");
//! assert!(found[0].is_active);
//! ```

use alloc::borrow::ToOwned;
use alloc::string::String;
use alloc::vec::Vec;

use host_tree::{Located, Lookup};

use super::lines::{Line, has_any, lines};
use crate::Address;

/// A function in `dpdk-devbind.py --status`.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct DevbindRow {
    /// Address.
    pub address: Located<Address>,
    /// Name; since DPDK 17.11 followed by the device ID.
    pub name: String,
    /// Bound driver; `Absent` if the complete row has no `drv=`.
    pub driver: Lookup<Located<String>>,
    /// Network interfaces.
    pub interfaces: Vec<String>,
    /// Other usable modules (`unused=`).
    pub unused: Vec<String>,
    /// Whether the host has routes through it (`*Active*`).
    pub is_active: bool,
}

/// The rows of the lists.
#[must_use]
pub fn parse(text: &str) -> Vec<DevbindRow> {
    if !has_any(text, &["drv=", "unused="]) {
        return Vec::new();
    }
    lines(text).filter_map(row).collect()
}

fn row(line: Line<'_>) -> Option<DevbindRow> {
    // Posts have the lines as code.
    let (address, rest) = line.text.trim_matches('`').split_once(" '")?;
    let address = (address.len() >= 12).then(|| address.parse().ok())??;
    // A name may contain quotes; the fields after it do not.
    let (name, fields) = rest.rsplit_once('\'')?;
    let mut row = DevbindRow {
        address: line.located(address),
        name: name.to_owned(),
        driver: Lookup::NotShown,
        interfaces: Vec::new(),
        unused: Vec::new(),
        is_active: false,
    };
    let mut whole = false;
    let list = |value: &str| -> Vec<String> {
        let names = value.split(',').filter(|name| !name.is_empty());
        names.map(str::to_owned).collect()
    };
    for field in fields.split_whitespace() {
        match field.split_once('=') {
            Some(("drv", driver)) if !driver.is_empty() => {
                row.driver = Lookup::Found(line.located(driver.to_owned()));
            }
            Some(("if", names)) => row.interfaces = list(names),
            Some(("unused", names)) => {
                whole = true;
                row.unused = list(names);
            }
            _ => row.is_active |= field == "*Active*",
        }
    }
    if row.driver == Lookup::NotShown {
        if !whole {
            return None;
        }
        row.driver = Lookup::Absent;
    }
    Some(row)
}
