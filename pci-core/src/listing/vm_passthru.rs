//! PCI functions listed by vm-bhyve on FreeBSD: `vm passthru`.
//!
//! Numbers are decimal, as in bhyve(8). An assignable function is bound to `ppt` (vm-bhyve,
//! `lib/vm-passthru`).
//!
//! ```
//! use pci_core::listing::vm_passthru;
//! let found = vm_passthru::parse(
//!     "DEVICE     BHYVE ID     READY        DESCRIPTION\n\
//!      ppt0       10/0/0       Yes          TU102 [GeForce RTX 2080 Ti]\n\
//!      em0        0/31/6       No           Ethernet Connection\n",
//! );
//! assert_eq!(found[0].address.value.to_string(), "0000:0a:00.0");
//! assert_eq!(found[0].driver.clone().found().unwrap().value, "ppt");
//! assert_eq!(found[1].driver.clone().found().unwrap().value, "em");
//! ```

use alloc::borrow::ToOwned;
use alloc::vec::Vec;

use host_tree::Lookup;

use super::ListedFunction;
use super::lines::{Line, lines};
use crate::notation::PassthruDevice;

/// Parses the functions of the table; none without its header.
#[must_use]
pub fn parse(text: &str) -> Vec<ListedFunction> {
    let mut found = Vec::new();
    if !text.contains("BHYVE ID") {
        return found;
    }
    let mut inside = false;
    for line in lines(text) {
        let words: Vec<&str> = line.text.split_whitespace().take(5).collect();
        if let ["DEVICE", "BHYVE", "ID", "READY", "DESCRIPTION"] = words.as_slice() {
            inside = true;
        } else if inside {
            match row(line) {
                Some(function) => found.push(function),
                // An empty line may follow the header.
                None => inside = line.text.is_empty(),
            }
        }
    }
    found
}

/// `ppt0       2/0/0        Yes          TU102 [GeForce RTX 2080 Ti]`
fn row(line: Line<'_>) -> Option<ListedFunction> {
    let mut words = line.text.split_whitespace();
    let (device, id, ready) = (words.next()?, words.next()?, words.next()?);
    let driver = device.trim_end_matches(|letter: char| letter.is_ascii_digit());
    let is_name = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
    if !matches!(ready, "Yes" | "No") || driver.is_empty() || !driver.bytes().all(is_name) {
        return None;
    }
    let address = id.parse::<PassthruDevice>().ok()?.address();
    let mut function = ListedFunction::new(line.located(address));
    let (_, rest) = line.text.split_once(id)?;
    let name = rest.trim_start().strip_prefix(ready)?.trim();
    function.name = (!name.is_empty() && name != "-").then(|| name.to_owned());
    function.driver = match driver {
        "none" => Lookup::Absent,
        _ => Lookup::Found(line.located(driver.to_owned())),
    };
    Some(function)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_ends_where_its_rows_end() {
        let head = "DEVICE     BHYVE ID     READY        DESCRIPTION\n";
        let rows = "\nnone3  0/20/3  No  -\nand then 1/0/0 Yes it is\nppt1 1/0/1 Yes x\n";
        let found = parse(&[head, rows].concat());
        assert_eq!(found.len(), 1);
        assert!(found[0].name.is_none() && found[0].driver == Lookup::Absent);
        assert_eq!(parse("ppt1 1/0/1 Yes x\n"), []);
    }
}
