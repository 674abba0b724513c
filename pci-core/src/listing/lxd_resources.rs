//! Cards listed by LXD and Incus: `lxc info --resources`, `incus info --resources`.
//!
//! ```
//! use pci_core::listing::lxd_resources;
//! let found = lxd_resources::parse(
//!     "GPU:\n  Vendor: NVIDIA Corporation (10de)\n  Product: GA106 (2503)\n  \
//!      PCI address: 0000:01:00.0\n  Driver: nvidia (550.120)\n",
//! );
//! assert_eq!(found[0].id().unwrap().value.to_string(), "10de:2503");
//! assert_eq!(found[0].driver.clone().found().unwrap().value, "nvidia");
//! ```

use alloc::borrow::ToOwned;
use alloc::vec::Vec;

use host_tree::{Located, Lookup};

use super::ListedFunction;
use super::lines::{Line, lines};
use crate::{Address, DeviceId, VendorId};

/// Parses the functions of the list (LXD and Incus, `cmd/*/info.go`, `renderGPU` and `renderNIC`).
#[must_use]
pub fn parse(text: &str) -> Vec<ListedFunction> {
    let mut found: Vec<ListedFunction> = Vec::new();
    if !text.contains("PCI address: ") {
        return found;
    }
    let mut vendor: Option<(&str, Located<VendorId>)> = None;
    let mut product: Option<(&str, Located<DeviceId>)> = None;
    let mut is_open = false;
    for line in lines(text) {
        let Some((key, value)) = line.pair() else {
            is_open = false;
            continue;
        };
        match key.trim_start_matches("- ") {
            "Vendor" => vendor = named(line, value),
            "Product" => product = named(line, value),
            "PCI address" => {
                let (vendor, product) = (vendor.take(), product.take());
                is_open = false;
                if let Ok(address) = value.parse::<Address>() {
                    let mut function = ListedFunction::new(line.located(address));
                    function.name = product.as_ref().map(|(name, _)| (*name).to_owned());
                    function.vendor = vendor.map(|(_, id)| id);
                    function.device = product.map(|(_, id)| id);
                    found.push(function);
                    is_open = true;
                }
            }
            // `nvidia (550.120)`: the driver and its version.
            "Driver" if is_open => {
                let driver = value.split(' ').next().unwrap_or_default();
                if let (Some(last), false) = (found.last_mut(), driver.is_empty()) {
                    last.driver = Lookup::Found(line.located(driver.to_owned()));
                }
                is_open = false;
            }
            "NUMA node" => {}
            _ => is_open = false,
        }
    }
    found
}

/// `NVIDIA Corporation (10de)`: a name and an ID.
fn named<'a, T: core::str::FromStr>(
    line: Line<'a>,
    value: &'a str,
) -> Option<(&'a str, Located<T>)> {
    let (name, id) = value.strip_suffix(')')?.rsplit_once(" (")?;
    Some((name, line.located(id.parse().ok()?)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_do_not_run_into_each_other() {
        let found = parse(
            "Vendor: A (10de)\nProduct: B (2503)\nPCI address: 0000:01:00.0\nVendor: C (1002)\n\
             PCI address: 0000:02:00.0\nSpeed: 1\nDriver: amdgpu (6.8)\n",
        );
        assert_eq!(found.len(), 2);
        assert_eq!(found[1].id(), None);
        assert_eq!(found[1].driver, Lookup::NotShown);
        assert_eq!(parse("PCI address: none\n"), []);
    }
}
