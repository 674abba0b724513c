//! PCI devices of Talos Linux: `talosctl get pcidevices -o yaml`, and its table without IDs.
//!
//! Source: Talos, `PCIDeviceSpec` and the columns of `PCIDevices.hardware.talos.dev`.
//!
//! ```
//! use pci_core::listing::talos;
//! let found = talos::parse(
//!     "node: 10.0.0.2\nmetadata:\n    namespace: hardware\n    type: \
//!      PCIDevices.hardware.talos.dev\n    id: 0000:01:00.0\nspec:\n    class_id: \"0x03\"\n    \
//!      subclass_id: \"0x00\"\n    vendor_id: \"0x10de\"\n    product_id: \"0x2504\"\n    driver: \
//!      vfio-pci\n",
//! );
//! assert_eq!(found[0].id().unwrap().value.to_string(), "10de:2504");
//! assert_eq!(found[0].driver.clone().found().unwrap().value, "vfio-pci");
//! ```

use alloc::borrow::ToOwned;
use alloc::format;
use alloc::vec::Vec;

use host_tree::Lookup;

use super::ListedFunction;
use super::function::hex_byte;
use super::lines::{Line, has_any, lines};

const TYPE: &str = "PCIDevices.hardware.talos.dev";

/// Parses the functions of all objects and rows.
#[must_use]
pub fn parse(text: &str) -> Vec<ListedFunction> {
    let mut found = Vec::new();
    if !has_any(text, &[TYPE, "PCIDevice "]) {
        return found;
    }
    let mut object = Object::default();
    for line in lines(text) {
        if let Some(function) = row(line) {
            found.push(function);
            continue;
        }
        // Each object starts with its node, or its metadata.
        let is_start = matches!(line.text, "---" | "metadata:") || line.text.starts_with("node:");
        if is_start {
            found.extend(core::mem::take(&mut object).function);
        } else if let Some((key, value)) = line.pair() {
            object.see(key, value.trim_matches(['"', '\'']), line);
        }
    }
    found.extend(object.function);
    found
}

#[derive(Default)]
struct Object {
    is_device: bool,
    class: Option<u8>,
    function: Option<ListedFunction>,
}

impl Object {
    fn see(&mut self, key: &str, value: &str, line: Line<'_>) {
        if key == "type" {
            self.is_device = value == TYPE;
        }
        if key == "id" && self.is_device {
            let address = value.parse().ok();
            self.function = address.map(|address| ListedFunction::new(line.located(address)));
        }
        let Some(function) = &mut self.function else {
            return;
        };
        let digits = value.strip_prefix("0x").unwrap_or(value);
        match key {
            "class_id" => self.class = hex_byte(digits),
            "subclass_id" => {
                let codes = self.class.zip(hex_byte(digits));
                let code = codes.map(|(class, sub)| format!("{class:02x}{sub:02x}"));
                let class = code.and_then(|code| code.parse().ok());
                function.class = class.map(|class| line.located(class));
            }
            "vendor_id" => function.vendor = digits.parse().ok().map(|id| line.located(id)),
            "product_id" => function.device = digits.parse().ok().map(|id| line.located(id)),
            "product" => function.name = Some(value.to_owned()).filter(|name| !name.is_empty()),
            "driver" => function.driver = Lookup::Found(line.located(value.to_owned())),
            _ => {}
        }
    }
}

/// A row of the table: node, `hardware`, `PCIDevice`, address, version, names in columns.
fn row(line: Line<'_>) -> Option<ListedFunction> {
    let mut words = line.text.split_ascii_whitespace().take(5);
    words.by_ref().find(|word| *word == "hardware")?;
    let is_row = words.next() == Some("PCIDevice");
    let address = words.next()?.parse().ok().filter(|_| is_row)?;
    Some(ListedFunction::new(line.located(address)))
}
