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

/// One function, as `dpdk-devbind.py --status` shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DevbindRow {
    /// Where it is.
    pub address: Located<Address>,
    /// Its name; DPDK since 17.11 puts the device id behind it.
    pub name: String,
    /// Who holds it; `Absent` where the whole row is shown without `drv=`.
    pub driver: Lookup<Located<String>>,
    /// Its network interfaces.
    pub interfaces: Vec<String>,
    /// Modules that are loaded, or may be, and do not hold it.
    pub unused: Vec<String>,
    /// Whether the host routes through it (`*Active*`).
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
    let (address, rest) = line.text.split_once(" '")?;
    let address = (address.len() >= 12).then(|| address.parse().ok())??;
    // A name may hold quotes; what follows it does not.
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
