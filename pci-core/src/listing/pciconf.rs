//! The PCI functions that FreeBSD lists: `pciconf -l`, `-lv` and `-ll`.
//!
//! [`parse`] reads the rows of FreeBSD 8 to 15: `card=0x… chip=0x…` of older versions, `vendor=0x…
//! device=0x…` since 13.1, and the compact rows of `-ll`. The selector's numbers are decimal. An
//! unbound function is named `none` (pciconf(8)); `ppt` is the driver for assignment (bhyve(8)).
//!
//! ```
//! use pci_core::listing::pciconf;
//! let found = pciconf::parse(
//!     "ppt0@pci0:136:0:0:\tclass=0x030000 rev=0xa1 hdr=0x00 vendor=0x10de device=0x1c03 \
//!      subvendor=0x1458 subdevice=0x3733\n    vendor     = 'NVIDIA Corporation'\n",
//! );
//! let gpu = &found[0];
//! assert_eq!(gpu.address.value.to_string(), "0000:88:00.0");
//! assert_eq!(gpu.driver.clone().found().unwrap().value, "ppt");
//! ```

use alloc::borrow::ToOwned;
use alloc::format;
use alloc::vec::Vec;

use host_tree::Lookup;

use super::ListedFunction;
use super::function::hex_byte;
use super::lines::{Line, lines};
use crate::{Address, ClassCode, DeviceId, SubsystemId, VendorId};

/// Parses the functions of the list.
#[must_use]
pub fn parse(text: &str) -> Vec<ListedFunction> {
    let mut found: Vec<ListedFunction> = Vec::new();
    let has_table = text.contains("\u{2502}") && text.contains(" pci");
    if !text.contains("@pci") && !has_table {
        return found;
    }
    for line in lines(text) {
        if let Some(function) = row(line).or_else(|| boxed_row(line)) {
            found.push(function);
        } else if let (Some(last), Some((key, value))) = (found.last_mut(), quoted(line)) {
            // `-v`: the names, below the row.
            let name = match (key, &last.name) {
                ("vendor", _) => Some(value.to_owned()),
                ("device", Some(vendor)) => Some(format!("{vendor} {value}")),
                ("device", None) => Some(value.to_owned()),
                _ => continue,
            };
            last.name = name;
        }
    }
    found
}

/// `vendor     = 'NVIDIA Corporation'`.
fn quoted(line: Line<'_>) -> Option<(&str, &str)> {
    let (key, value) = line.text.split_once('=')?;
    let value = value.trim().strip_prefix('\'')?.strip_suffix('\'')?;
    Some((key.trim(), value))
}

fn row(line: Line<'_>) -> Option<ListedFunction> {
    let (named, rest) = line.text.split_once("@pci")?;
    let at = rest.find(char::is_whitespace)?;
    let (selector, rest) = rest.split_at_checked(at)?;
    let address = address(selector)?;
    let mut function = ListedFunction::new(line.located(address));
    let driver = named.trim_end_matches(|letter: char| letter.is_ascii_digit());
    let is_name = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
    if driver.len() == named.len() || driver.is_empty() || !driver.bytes().all(is_name) {
        return None;
    }
    function.driver = match driver {
        "none" => Lookup::Absent,
        _ => Lookup::Found(line.located(driver.to_owned())),
    };
    if rest.contains('=') {
        read_fields(&mut function, line, rest);
    } else {
        read_columns(&mut function, line, rest)?;
    }
    function.class.as_ref()?;
    Some(function)
}

/// `│ ppt0 │ pci0:1:0:0: │ display/VGA │ …`: the driver's unit and the selector in two cells of a
/// table.
fn boxed_row(line: Line<'_>) -> Option<ListedFunction> {
    if !line.text.contains('\u{2502}') {
        return None;
    }
    let mut driver = None;
    let mut found = None;
    for cell in line.text.split('\u{2502}').map(str::trim) {
        if let Some(selector) = cell.strip_prefix("pci").filter(|_| found.is_none()) {
            found = address(selector);
        } else if driver.is_none() && found.is_none() {
            let name = cell.trim_end_matches(|letter: char| letter.is_ascii_digit());
            let is_name = |byte: u8| byte.is_ascii_lowercase() || byte == b'_';
            let is_unit = !name.is_empty() && name.len() < cell.len() && name.bytes().all(is_name);
            driver = is_unit.then_some(name);
        }
    }
    let (address, driver) = (found?, driver?);
    let mut function = ListedFunction::new(line.located(address));
    function.driver = match driver {
        "none" => Lookup::Absent,
        _ => Lookup::Found(line.located(driver.to_owned())),
    };
    Some(function)
}

/// The address after `@pci`: `0:1:0:0:`, or `1:0:0:` without a domain.
fn address(selector: &str) -> Option<Address> {
    let mut numbers: Vec<u32> = Vec::new();
    for number in selector.strip_suffix(':')?.split(':').take(5) {
        let plain = !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit());
        numbers.push(plain.then(|| number.parse().ok())??);
    }
    let (domain, bus, slot, function) = match numbers.as_slice() {
        [domain, bus, slot, function] => (*domain, *bus, *slot, *function),
        [bus, slot, function] => (0, *bus, *slot, *function),
        _ => return None,
    };
    let (bus, slot, function) = (narrow(bus)?, narrow(slot)?, narrow(function)?);
    if slot == 0 && function > 7 {
        // With Alternative Routing-ID Interpretation the function number includes the device's five
        // bits (PCI Express Base Specification 6.0, section 6.13).
        return Address::new(domain, bus, function >> 3, function & 7);
    }
    Address::new(domain, bus, slot, function)
}

fn narrow(number: u32) -> Option<u8> {
    u8::try_from(number).ok()
}

/// `class=0x030000 rev=0xa1 hdr=0x00 vendor=0x10de …`
fn read_fields(function: &mut ListedFunction, line: Line<'_>, fields: &str) {
    let mut subsystem = (None, None);
    for field in fields.split_whitespace().take(32) {
        let Some((key, value)) = field.split_once('=') else {
            continue;
        };
        match key {
            "class" => function.class = class(value).map(|class| line.located(class)),
            "rev" => {
                function.revision = value.strip_prefix("0x").and_then(hex_byte);
            }
            "vendor" => function.vendor = value.parse().ok().map(|id| line.located(id)),
            "device" => function.device = value.parse().ok().map(|id| line.located(id)),
            "subvendor" => subsystem.0 = value.parse().ok(),
            "subdevice" => subsystem.1 = value.parse().ok(),
            // Device ID in the upper half, vendor ID in the lower.
            "chip" => {
                if let Some((device, vendor)) = halves(value) {
                    function.vendor = Some(line.located(VendorId(vendor)));
                    function.device = Some(line.located(DeviceId(device)));
                }
            }
            "card" => {
                if let Some((device, vendor)) = halves(value) {
                    subsystem = (Some(VendorId(vendor)), Some(DeviceId(device)));
                }
            }
            _ => {}
        }
    }
    if let (Some(vendor), Some(device)) = subsystem {
        function.set_subsystem(line.located(SubsystemId { vendor, device }));
    }
}

/// A class with its programming interface, or a truncated one.
fn class(value: &str) -> Option<ClassCode> {
    (value.len() == 8).then(|| value.parse().ok())?
}

fn halves(value: &str) -> Option<(u16, u16)> {
    let digits = value
        .strip_prefix("0x")
        .filter(|digits| digits.len() == 8)?;
    let value = u32::from_str_radix(digits, 16).ok()?;
    let [a, b, c, d] = value.to_be_bytes();
    Some((u16::from_be_bytes([a, b]), u16::from_be_bytes([c, d])))
}

/// `-ll`: class, revision, header type, vendor, device, subvendor, subdevice.
fn read_columns(function: &mut ListedFunction, line: Line<'_>, columns: &str) -> Option<()> {
    let words: Vec<&str> = columns.split_whitespace().take(8).collect();
    let [
        class,
        revision,
        _header,
        vendor,
        device,
        sub_vendor,
        sub_device,
    ] = words.as_slice()
    else {
        return None;
    };
    let class = (class.len() == 6).then(|| class.parse().ok())??;
    function.class = Some(line.located(class));
    function.revision = hex_byte(revision);
    function.vendor = Some(line.located(vendor.parse().ok()?));
    function.device = Some(line.located(device.parse().ok()?));
    let subsystem = SubsystemId {
        vendor: sub_vendor.parse().ok()?,
        device: sub_device.parse().ok()?,
    };
    function.set_subsystem(line.located(subsystem));
    Some(())
}
