//! The PCI functions that hwinfo lists: `hwinfo --pci`, `--gfxcard`, `--netcard`
//! and the like.
//!
//! ```
//! use pci_core::listing::hwinfo;
//! let found = hwinfo::parse(
//!     "46: PCI 100.0: 0300 VGA compatible controller (VGA)\n  SysFS BusID: 0000:01:00.0\n  \
//!      Vendor: pci 0x10de \"nVidia Corporation\"\n  Device: pci 0x1c82 \"GP107\"\n  \
//!      Driver: \"nouveau\"\n",
//! );
//! assert_eq!(found[0].id().unwrap().value.to_string(), "10de:1c82");
//! assert_eq!(found[0].driver.clone().found().unwrap().value, "nouveau");
//! ```

use alloc::borrow::ToOwned;
use alloc::vec::Vec;

use host_tree::{Located, Lookup};

use super::ListedFunction;
use super::function::hex_byte;
use super::lines::{Line, lines};
use crate::{DeviceId, Modalias, SubsystemId, VendorId};

/// Quotation marks around values: those of hwinfo, and those of web pages.
const QUOTES: [char; 3] = ['"', '\u{201c}', '\u{201d}'];

/// Parses the functions of the list. Blocks of other buses than PCI are skipped. The driver is
/// `Absent` if the block is complete, up to its last line `Config Status`, without one.
#[must_use]
pub fn parse(text: &str) -> Vec<ListedFunction> {
    let mut found = Vec::new();
    if !text.contains("SysFS BusID") {
        return found;
    }
    let mut block: Option<Block<'_>> = None;
    for line in lines(text) {
        if is_heading(line.text) {
            found.extend(block.replace(Block::default()).and_then(Block::finish));
        } else if let (Some(block), Some((key, value))) = (&mut block, line.pair()) {
            block.read(line, key, value);
        }
    }
    found.extend(block.and_then(Block::finish));
    found
}

/// `46: PCI 100.0: 0300 VGA compatible controller (VGA)`, or another bus.
fn is_heading(text: &str) -> bool {
    let Some((number, rest)) = text.split_once(": ") else {
        return false;
    };
    !number.is_empty()
        && number.bytes().all(|byte| byte.is_ascii_digit())
        && rest.starts_with(|first: char| first.is_ascii_uppercase())
}

#[derive(Default)]
struct Block<'a> {
    function: Option<ListedFunction>,
    name: Option<&'a str>,
    sub_vendor: Option<VendorId>,
    /// The lines before the address.
    early: Vec<(Line<'a>, &'a str, &'a str)>,
    whole: bool,
}

impl<'a> Block<'a> {
    fn read(&mut self, line: Line<'a>, key: &'a str, value: &'a str) {
        if key == "SysFS BusID" {
            if let (Ok(address), None) = (value.parse(), &self.function) {
                self.function = Some(ListedFunction::new(line.located(address)));
                for (line, key, value) in core::mem::take(&mut self.early) {
                    self.read(line, key, value);
                }
            }
            return;
        }
        let Some(function) = &mut self.function else {
            // hwinfo prints three lines before it.
            if self.early.len() < 8 {
                self.early.push((line, key, value));
            }
            return;
        };
        match key {
            "Model" => self.name = Some(value.trim_matches(QUOTES)),
            "Vendor" => function.vendor = id(line, value),
            "Device" => function.device = id(line, value),
            "SubVendor" => self.sub_vendor = id(line, value).map(|id| id.value),
            "SubDevice" => {
                if let (Some(vendor), Some(device)) = (self.sub_vendor, id(line, value)) {
                    let device: Located<DeviceId> = device;
                    let subsystem = SubsystemId {
                        vendor,
                        device: device.value,
                    };
                    function.set_subsystem(device.with(subsystem));
                }
            }
            "Revision" => {
                function.revision = value.strip_prefix("0x").and_then(hex_byte);
            }
            "Driver" => {
                // The first one, if several are listed.
                let driver = value.split(QUOTES).nth(1);
                if let Some(driver) = driver.filter(|driver| !driver.is_empty()) {
                    function.driver = Lookup::Found(line.located(driver.to_owned()));
                }
            }
            "Module Alias" => {
                function.class = value
                    .trim_matches(QUOTES)
                    .parse()
                    .ok()
                    .map(|alias: Modalias| line.located(alias.class()));
            }
            "Config Status" => self.whole = true,
            _ => {}
        }
    }

    fn finish(self) -> Option<ListedFunction> {
        let mut function = self.function?;
        // hwinfo reads the subsystem IDs from configuration space, and omits them without
        // permission.
        if self.whole && function.driver == Lookup::NotShown {
            function.driver = Lookup::Absent;
        }
        function.name = self.name.map(str::to_owned);
        Some(function)
    }
}

/// The number of `pci 0x10de "nVidia Corporation"`.
fn id<T: core::str::FromStr>(line: Line<'_>, value: &str) -> Option<Located<T>> {
    let number = value.strip_prefix("pci ")?.split_whitespace().next()?;
    Some(line.located(number.parse().ok()?))
}
