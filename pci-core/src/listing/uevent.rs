//! udev properties of functions: `udevadm info`, also with `-a`, and the sysfs files `uevent`.
//!
//! ```
//! use pci_core::listing::uevent;
//! let found = uevent::parse(
//!     "E: DRIVER=vfio-pci\nE: PCI_CLASS=30000\nE: PCI_ID=10DE:2503\n\
//!      E: PCI_SLOT_NAME=0000:01:00.0\n",
//! );
//! assert_eq!(found[0].id().unwrap().value.to_string(), "10de:2503");
//! assert_eq!(found[0].driver.clone().found().unwrap().value, "vfio-pci");
//! ```

use alloc::borrow::ToOwned;
use alloc::string::String;
use alloc::vec::Vec;

use host_tree::{Located, Lookup};

use super::ListedFunction;
use super::lines::{Line, has_any, lines};
use crate::{Address, ClassCode, DeviceId, PciId, VendorId};

/// Parses the functions of all blocks. A block of properties has the address in `PCI_SLOT_NAME`
/// (Linux drivers/pci/pci-driver.c, `pci_uevent`); a block of attributes in the path of its heading
/// (systemd src/udev/udevadm-info.c). Only attributes show that no driver is bound.
#[must_use]
pub fn parse(text: &str) -> Vec<ListedFunction> {
    let mut found = Vec::new();
    if !has_any(text, &["PCI_SLOT_NAME=", "looking at "]) {
        return found;
    }
    let mut block = Block::default();
    for line in lines(text) {
        let field = line.text.strip_prefix("E: ").unwrap_or(line.text);
        if let Some(path) = head(field) {
            found.extend(core::mem::take(&mut block).function());
            let address = path.rsplit('/').next().and_then(|name| name.parse().ok());
            block.address = address.map(|address| line.located(address));
        } else if field.is_empty() || field.starts_with("P: ") {
            // A blank line may separate the heading from its attributes.
            if !block.is_head() {
                found.extend(core::mem::take(&mut block).function());
            }
        } else if let Some((key, value)) = field.split_once("==\"") {
            block.see(key, value.trim_end_matches('"'), line);
        } else if let Some((key, value)) = field.split_once('=') {
            // The next block of properties without a separator: it starts with the driver, or with
            // the class if there is none.
            let is_next = match key {
                "DRIVER" | "PCI_CLASS" => block.class.is_some(),
                "PCI_SLOT_NAME" => block.address.is_some(),
                _ => false,
            };
            if is_next {
                found.extend(core::mem::take(&mut block).function());
            }
            block.see(key, value, line);
        }
    }
    found.extend(block.function());
    found
}

/// `looking at device '/devices/pci0000:00/0000:00:01.0/0000:01:00.0':`, and `looking at
/// parent device`.
fn head(line: &str) -> Option<&str> {
    let rest = line.strip_prefix("looking at ")?;
    let (_, path) = rest.split_once("device '")?;
    Some(path.split('\'').next().unwrap_or(path))
}

/// The facts of a block.
#[derive(Default)]
struct Block {
    address: Option<Located<Address>>,
    vendor: Option<Located<VendorId>>,
    device: Option<Located<DeviceId>>,
    class: Option<Located<ClassCode>>,
    driver: Option<Lookup<Located<String>>>,
}

impl Block {
    /// Whether only the heading was parsed.
    fn is_head(&self) -> bool {
        self.address.is_some()
            && self.vendor.is_none()
            && self.class.is_none()
            && self.driver.is_none()
    }

    fn see(&mut self, key: &str, value: &str, line: Line<'_>) {
        match key {
            "PCI_SLOT_NAME" => {
                self.address = value.parse().ok().map(|address| line.located(address));
            }
            "PCI_ID" => {
                if let Ok(id) = value.parse::<PciId>() {
                    self.vendor = Some(line.located(id.vendor));
                    self.device = Some(line.located(id.device));
                }
            }
            // Hexadecimal, without leading zeros (`PCI_CLASS=%04X`).
            "PCI_CLASS" => {
                let class = u32::from_str_radix(value, 16).ok();
                let class = class.filter(|class| *class <= 0xff_ffff);
                self.class = class.map(|class| line.located(ClassCode::from_u24(class)));
            }
            "DRIVER" if value.is_empty() => self.driver = Some(Lookup::Absent),
            "DRIVER" => self.driver = Some(Lookup::Found(line.located(value.to_owned()))),
            "ATTR{vendor}" | "ATTRS{vendor}" => {
                self.vendor = value.parse().ok().map(|id| line.located(id));
            }
            "ATTR{device}" | "ATTRS{device}" => {
                self.device = value.parse().ok().map(|id| line.located(id));
            }
            "ATTR{class}" | "ATTRS{class}" => {
                self.class = value.parse().ok().map(|class| line.located(class));
            }
            "DRIVERS" => self.see("DRIVER", value, line),
            _ => {}
        }
    }

    fn function(self) -> Option<ListedFunction> {
        let mut function = ListedFunction::new(self.address?);
        function.vendor = self.vendor;
        function.device = self.device;
        function.class = self.class;
        function.driver = self.driver.unwrap_or(Lookup::NotShown);
        Some(function)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> Vec<String> {
        let found = parse(text);
        let shown = found.iter().map(|function| {
            let driver = match &function.driver {
                Lookup::Found(driver) => driver.value.as_str(),
                Lookup::Absent => "none",
                _ => "?",
            };
            let id = function.id().map(|id| alloc::format!("{}", id.value));
            let id = id.unwrap_or_default();
            alloc::format!("{} {id} {driver}", function.address.value)
        });
        shown.collect()
    }

    #[test]
    fn blocks_of_variables_and_attributes_are_functions() {
        let attributes = "\
  looking at device '/devices/pci0000:00/0000:00:01.0/0000:01:00.0':
    KERNEL==\"0000:01:00.0\"
    SUBSYSTEM==\"pci\"
    DRIVER==\"\"
    ATTR{class}==\"0x030000\"
    ATTR{device}==\"0x2503\"
    ATTR{vendor}==\"0x10de\"

  looking at parent device '/devices/pci0000:00/0000:00:01.0':
    KERNELS==\"0000:00:01.0\"
    DRIVERS==\"pcieport\"
    ATTRS{vendor}==\"0x8086\"
    ATTRS{device}==\"0x0c01\"

  looking at parent device '/devices/pci0000:00':
    DRIVERS==\"\"
";
        assert_eq!(
            shown(attributes),
            [
                "0000:01:00.0 10de:2503 none",
                "0000:00:01.0 8086:0c01 pcieport"
            ]
        );
        let variables = "\
DRIVER=vfio-pci
PCI_CLASS=30000
PCI_ID=10DE:2503
PCI_SLOT_NAME=0000:01:00.0
MODALIAS=pci:v000010DEd00002503sv00001462sd0000397Dbc03sc00i00
PCI_CLASS=40300
PCI_ID=10DE:228E
PCI_SLOT_NAME=0000:01:00.1
";
        let wanted = [
            "0000:01:00.0 10de:2503 vfio-pci",
            "0000:01:00.1 10de:228e ?",
        ];
        assert_eq!(shown(variables), wanted);
        assert_eq!(shown("PCI_SLOT_NAME=x\n\nDRIVER=nvidia\n"), [""; 0]);
        let class = &parse(variables)[0].class;
        assert_eq!(class.as_ref().unwrap().value.to_u24(), Some(0x03_0000));
    }
}
