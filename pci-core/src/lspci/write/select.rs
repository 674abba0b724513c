//! Selection of functions: `-s` and `-d`.

use core::str::FromStr;

use super::output_function::OutputFunction;
use crate::error::{Cause, Error, Result};

/// A selection by address, in the syntax of `-s`:
/// `[[[[<domain>]:]<bus>]:][<device>][.[<function>]]` in hex, in which each part may be omitted or
/// `*` (lspci(8)). The default is all addresses.
///
/// ```
/// use pci_core::lspci::write::SlotSelection;
/// let selection: SlotSelection = "01:.0".parse()?;
/// assert!(selection.contains("01:1f.0".parse()?));
/// assert!(!selection.contains("01:1f.1".parse()?));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct SlotSelection {
    domain: Option<u32>,
    bus: Option<u32>,
    device: Option<u32>,
    function: Option<u32>,
}

/// A selection by ID, in the syntax of `-d`: `[<vendor>]:[<device>][:<class>[:<programming
/// interface>]]` in hex, in which each part may be omitted or `*`, and each digit of the class may
/// be `x` (lspci(8)). The default is all IDs.
///
/// ```
/// use pci_core::lspci::write::IdSelection;
/// assert!("10de:".parse::<IdSelection>().is_ok());
/// assert!("::03xx".parse::<IdSelection>().is_ok());
/// assert!("10de".parse::<IdSelection>().is_err());
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct IdSelection {
    vendor: Option<u32>,
    device: Option<u32>,
    /// Value and mask.
    class: Option<(u32, u32)>,
    prog_if: Option<u32>,
}

fn expected(expected: &'static str) -> Error {
    Cause::Selection { expected }.into()
}

/// A part of a selection: `None` for any value.
fn part(text: &str, most: u32, wanted: &'static str) -> Result<Option<u32>> {
    if text.is_empty() || text == "*" {
        return Ok(None);
    }
    let hex = text.bytes().all(|byte| byte.is_ascii_hexdigit());
    let value = u32::from_str_radix(text, 16).ok().filter(|_| hex);
    let value = value.filter(|value| *value <= most);
    value.map(Some).ok_or_else(|| expected(wanted))
}

impl SlotSelection {
    /// Whether a function at `address` is selected.
    #[must_use]
    pub fn contains(&self, address: crate::Address) -> bool {
        let is = |wanted: Option<u32>, value: u32| wanted.is_none_or(|wanted| wanted == value);
        is(self.domain, address.domain())
            && is(self.bus, address.bus().into())
            && is(self.device, address.device().into())
            && is(self.function, address.function().into())
    }

    /// This selection with the parts of `other` in place of its own, as with a repeated `-s`.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        Self {
            domain: other.domain.or(self.domain),
            bus: other.bus.or(self.bus),
            device: other.device.or(self.device),
            function: other.function.or(self.function),
        }
    }
}

impl FromStr for SlotSelection {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        let (bus, slot) = match text.rsplit_once(':') {
            Some((bus, slot)) => (Some(bus), slot),
            None => (None, text),
        };
        let mut selection = Self::default();
        if let Some(bus) = bus {
            let bus = match bus.split_once(':') {
                Some((domain, bus)) => {
                    let wanted = "a domain of at most eight hex digits";
                    selection.domain = part(domain, 0x7fff_ffff, wanted)?;
                    bus
                }
                None => bus,
            };
            selection.bus = part(bus, 0xff, "a bus from 00 to ff")?;
        }
        let (device, function) = slot.split_once('.').unwrap_or((slot, ""));
        selection.device = part(device, 0x1f, "a device from 00 to 1f")?;
        selection.function = part(function, 7, "a function from 0 to 7")?;
        Ok(selection)
    }
}

impl IdSelection {
    /// Whether `function` is selected.
    #[must_use]
    pub fn contains(&self, function: &OutputFunction<'_>) -> bool {
        let is = |wanted: Option<u32>, value: u32| wanted.is_none_or(|wanted| wanted == value);
        let (id, class) = (function.id(), function.class());
        let code = u32::from(class.base) << 8 | u32::from(class.sub);
        is(self.vendor, id.vendor.0.into())
            && is(self.device, id.device.0.into())
            && self.class.is_none_or(|(value, mask)| code & mask == value)
            && is(self.prog_if, class.prog_if.unwrap_or(0).into())
    }

    /// This selection with the parts of `other` in place of its own, as with a repeated `-d`.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        Self {
            vendor: other.vendor.or(self.vendor),
            device: other.device.or(self.device),
            class: other.class.or(self.class),
            prog_if: other.prog_if.or(self.prog_if),
        }
    }
}

impl FromStr for IdSelection {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        let mut parts = text.split(':');
        let mut next = || parts.next();
        let vendor = next().unwrap_or_default();
        let device = next().ok_or_else(|| expected("':' after the vendor"))?;
        let class = next().unwrap_or_default();
        let prog_if = next().unwrap_or_default();
        if next().is_some() {
            return Err(expected("at most three ':'"));
        }
        Ok(Self {
            vendor: part(vendor, 0xffff, "a vendor from 0000 to ffff")?,
            device: part(device, 0xffff, "a device from 0000 to ffff")?,
            class: class_part(class)?,
            prog_if: part(prog_if, 0xff, "a programming interface from 00 to ff")?,
        })
    }
}

/// A class, in which each digit may be `x`: value and mask.
fn class_part(text: &str) -> Result<Option<(u32, u32)>> {
    let error = || expected("a class of at most four hex digits or x");
    if text.is_empty() || text == "*" {
        return Ok(None);
    }
    if text.len() > 4 {
        return Err(error());
    }
    let (mut value, mut mask) = (0, 0);
    for digit in text.chars() {
        let (digit, care) = match digit {
            'x' | 'X' => (0, 0),
            _ => (digit.to_digit(16).ok_or_else(error)?, 0xf),
        };
        value = value << 4 | digit;
        mask = mask << 4 | care;
    }
    // Omitted digits are zeros.
    let given = 4 * u32::try_from(text.len()).unwrap_or(4);
    mask |= 0xffff & !((1 << given) - 1);
    Ok(Some((value, mask)))
}
