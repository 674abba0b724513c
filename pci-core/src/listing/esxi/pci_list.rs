//! `esxcli hardware pci list`: a block of `Key: value` lines per function.

use alloc::borrow::ToOwned;
use alloc::string::String;
use alloc::vec::Vec;

use host_tree::{Located, Lookup};

use crate::listing::ListedFunction;
use crate::listing::lines::{Line, has_any, lines};
use crate::{Address, ClassCode, DeviceId, SubsystemId, VendorId};

/// A function in `esxcli hardware pci list`.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct EsxcliFunction {
    /// The function. Its driver is the VMkernel module (`Module Name`), `pciPassthru` while it is
    /// assignable.
    pub function: ListedFunction,
    /// VMkernel name: `vmnic0`, `vmhba2`.
    pub vmkernel_name: Option<String>,
    /// Configured owner: `VMkernel`, `VM Passthru`, `Unknown`.
    pub configured_owner: Option<Located<String>>,
    /// Current owner.
    pub current_owner: Option<Located<String>>,
    /// Whether it is passthrough capable.
    pub passthru_capable: Option<Located<bool>>,
    /// Reset method: `Function reset`, `Bridge reset`, `D3/D0 reset`.
    pub reset_method: Option<Located<String>>,
    /// Dependent device, which the VMkernel releases with it: the function itself, or a bridge
    /// (vSphere Web Services API, `HostPciPassthruInfo`).
    pub dependent_device: Option<Located<Address>>,
    /// Whether functions of its device can be assigned to different guests.
    pub sharable: Option<Located<bool>>,
}

/// Keys of which a block has at least one.
const KEYS: [&str; 5] = [
    "Configured Owner",
    "Vendor ID",
    "VMkernel Name",
    "Device Name",
    "Passthru Capable",
];

/// Parses the functions of the list, with the remaining keys of a block that `grep` cut.
#[must_use]
pub fn pci_list(text: &str) -> Vec<EsxcliFunction> {
    let mut found = Vec::new();
    if !has_any(text, &KEYS) {
        return found;
    }
    let mut block: Option<Block<'_>> = None;
    for line in lines(text) {
        if let Some(heading) = heading(line) {
            // The line Address follows the heading of the same block.
            let is_same = block
                .as_ref()
                .is_some_and(|block| block.fields.is_empty() && block.heading.text == heading.text);
            if !is_same {
                found.extend(
                    block
                        .replace(Block::new(line, heading))
                        .and_then(Block::read),
                );
            }
        } else if line.text == "--" {
            // grep omitted lines here.
            found.extend(block.take().and_then(Block::read));
        } else if let (Some(pair), Some(block)) = (line.pair(), &mut block) {
            // There are 33 keys.
            if block.fields.len() < 64 {
                block.fields.push((line, pair.0, pair.1));
            }
        }
    }
    found.extend(block.and_then(Block::read));
    found
}

/// The address in the heading of a block, alone or as `Address: 0000:01:00.0`.
#[derive(Clone, Copy)]
struct Heading<'a> {
    text: &'a str,
}

fn heading(line: Line<'_>) -> Option<Heading<'_>> {
    let text = line.text.strip_prefix("Address:").unwrap_or(line.text);
    let text = text.trim();
    // ESXi 5 writes 000:004:00.0.
    let is_address = text.len() >= 10
        && text.len() <= 14
        && text.bytes().filter(|byte| *byte == b':').count() == 2
        && text.bytes().filter(|byte| *byte == b'.').count() == 1
        && text
            .bytes()
            .all(|byte| byte.is_ascii_hexdigit() || matches!(byte, b':' | b'.'));
    is_address.then_some(Heading { text })
}

struct Block<'a> {
    line: Line<'a>,
    heading: Heading<'a>,
    fields: Vec<(Line<'a>, &'a str, &'a str)>,
}

impl<'a> Block<'a> {
    const fn new(line: Line<'a>, heading: Heading<'a>) -> Self {
        Self {
            line,
            heading,
            fields: Vec::new(),
        }
    }

    fn field(&self, key: &str) -> Option<(Line<'a>, &'a str)> {
        let mut fields = self.fields.iter();
        let (line, _, value) = fields.find(|(_, found, _)| *found == key)?;
        (!value.is_empty()).then_some((*line, *value))
    }

    fn text(&self, key: &str) -> Option<Located<String>> {
        let (line, value) = self.field(key)?;
        Some(line.located(value.to_owned()))
    }

    fn parsed<T: core::str::FromStr>(&self, key: &str) -> Option<Located<T>> {
        let (line, value) = self.field(key)?;
        Some(line.located(value.parse().ok()?))
    }

    fn number(&self, key: &str) -> Option<u32> {
        let digits = self.field(key)?.1.strip_prefix("0x")?;
        u32::from_str_radix(digits, 16).ok()
    }

    /// The address from the numbers, whose base is unambiguous, or else from the heading.
    fn address(&self) -> Option<Address> {
        let narrow = |key: &str| u8::try_from(self.number(key)?).ok();
        let numbers = || {
            Address::new(
                self.number("Segment")?,
                narrow("Bus")?,
                narrow("Slot")?,
                narrow("Function")?,
            )
        };
        numbers().or_else(|| self.heading.text.parse().ok())
    }

    /// `PCI 0:174:0:1`: segment, bus, device and function, in decimal.
    fn dependent_device(&self) -> Option<Located<Address>> {
        let (line, value) = self.field("Dependent Device")?;
        let mut numbers = value.strip_prefix("PCI ")?.split(':');
        let segment = numbers.next()?.parse().ok()?;
        let mut narrow = || numbers.next()?.parse::<u8>().ok();
        let address = Address::new(segment, narrow()?, narrow()?, narrow()?)?;
        numbers.next().is_none().then(|| line.located(address))
    }

    fn read(self) -> Option<EsxcliFunction> {
        // An address alone is ambiguous.
        if KEYS.iter().all(|key| self.field(key).is_none()) {
            return None;
        }
        let mut function = ListedFunction::new(self.line.located(self.address()?));
        function.vendor = self.parsed("Vendor ID");
        function.device = self.parsed("Device ID");
        let sub_vendor: Option<Located<VendorId>> = self.parsed("SubVendor ID");
        if let (Some(vendor), Some(device)) = (sub_vendor, self.parsed("SubDevice ID")) {
            let device: Located<DeviceId> = device;
            let subsystem = SubsystemId {
                vendor: vendor.value,
                device: device.value,
            };
            function.set_subsystem(device.with(subsystem));
        }
        function.class = self.parsed::<ClassCode>("Device Class").map(|class| {
            class.map(|class| ClassCode {
                prog_if: self
                    .number("Programming Interface")
                    .and_then(|number| u8::try_from(number).ok()),
                ..class
            })
        });
        function.revision = self
            .number("Revision ID")
            .and_then(|revision| u8::try_from(revision).ok());
        let words = ["Vendor Name", "Device Name"].map(|key| self.field(key).map(|(_, v)| v));
        let name: Vec<&str> = words.into_iter().flatten().collect();
        function.name = (!name.is_empty()).then(|| name.join(" "));
        function.driver = match self.text("Module Name") {
            Some(module) if module.value == "None" => Lookup::Absent,
            Some(module) => Lookup::Found(module),
            None => Lookup::NotShown,
        };
        Some(EsxcliFunction {
            function,
            vmkernel_name: self.text("VMkernel Name").map(|name| name.value),
            configured_owner: self.text("Configured Owner"),
            current_owner: self.text("Current Owner"),
            passthru_capable: self.parsed("Passthru Capable"),
            reset_method: self.text("Reset Method"),
            dependent_device: self.dependent_device(),
            sharable: self.parsed("FPT Sharable"),
        })
    }
}
