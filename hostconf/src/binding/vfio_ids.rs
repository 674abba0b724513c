//! The value of vfio-pci's parameter `ids=`.
//!
//! `vendor:device[:subvendor[:subdevice[:class[:class_mask]]]]`, separated by
//! commas (`MODULE_PARM_DESC(ids)` in drivers/vfio/pci/vfio_pci.c of Linux
//! 6.12). `ffffffff`, `PCI_ANY_ID` of include/linux/mod_devicetable.h, is any
//! vendor, device, subvendor or subdevice. The kernel reads hex numbers of any
//! length and stops where one ends without a word, so `10de:0fc610de:0e1b`
//! becomes a device that no card has; here that is an error with its place. A number may begin with
//! `0x`, as for `sscanf` of the kernel (lib/vsprintf.c, `vsscanf`; lib/kstrtox.c,
//! `_parse_integer_fixup_radix`).

use core::fmt;
use core::ops::Range;
use core::str::FromStr;
use std::collections::BTreeSet;

use nom::Parser;
use nom::bytes::complete::take_while_m_n;
use pci_core::{ClassCode, DeviceId, PciId, SubsystemId, VendorId};

use crate::error::{Cause, Error};

/// One element of `ids=`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub struct VfioId {
    /// The vendor; `None` for any.
    pub vendor: Option<VendorId>,
    /// The device; `None` for any.
    pub device: Option<DeviceId>,
    /// Subsystem vendor; `None` for any.
    pub subvendor: Option<VendorId>,
    /// The subsystem device; `None` for any.
    pub subdevice: Option<DeviceId>,
    /// The class code and its mask, 24 bits each. `None` for any class.
    pub class: Option<(u32, u32)>,
}

/// The complete value.
///
/// ```
/// use hostconf::binding::vfio_ids::VfioIds;
/// let ids: VfioIds = "10de:2D04,10de:22eb".parse()?;
/// assert!(ids.matches("10de:2d04".parse().unwrap(), None, None));
/// assert_eq!(ids.to_string(), "10de:2d04,10de:22eb");
/// // Each display controller of one vendor.
/// let ids: VfioIds = "10de:ffffffff:ffffffff:ffffffff:030000:ff0000".parse()?;
/// let id = "10de:2d04".parse().unwrap();
/// assert!(ids.matches(id, None, Some("0300".parse().unwrap())));
/// assert!(!ids.matches(id, None, Some("0403".parse().unwrap())));
/// let error = "10de:0fc610de:0e1b".parse::<VfioIds>().unwrap_err();
/// assert_eq!(error.offset(), Some(9));
/// # Ok::<(), hostconf::Error>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct VfioIds(pub Vec<VfioId>);

impl From<PciId> for VfioId {
    fn from(id: PciId) -> Self {
        Self {
            vendor: Some(id.vendor),
            device: Some(id.device),
            subvendor: None,
            subdevice: None,
            class: None,
        }
    }
}

impl VfioId {
    /// Vendor and device, where the element names both.
    #[must_use]
    pub fn id(&self) -> Option<PciId> {
        Some(PciId {
            vendor: self.vendor?,
            device: self.device?,
        })
    }

    /// Whether the entry matches a function with these IDs and class (Linux drivers/pci/pci.h,
    /// `pci_match_one_device`). Without a known subsystem, or class, an entry with one does not
    /// match.
    #[must_use]
    pub fn matches(
        &self,
        id: PciId,
        subsystem: Option<SubsystemId>,
        class: Option<ClassCode>,
    ) -> bool {
        let vendor = subsystem.map(|subsystem| subsystem.vendor);
        let device = subsystem.map(|subsystem| subsystem.device);
        let is_of_class = |(wanted, mask): (u32, u32)| {
            class.is_some_and(|class| {
                let interface = class.prog_if.unwrap_or_default();
                let found = u32::from_be_bytes([0, class.base, class.sub, interface]);
                // An interface that is not shown is not compared.
                let shown = if class.prog_if.is_some() {
                    u32::MAX
                } else {
                    !0xff
                };
                (wanted ^ found) & mask & shown == 0
            })
        };
        self.vendor.is_none_or(|vendor| vendor == id.vendor)
            && self.device.is_none_or(|device| device == id.device)
            && (self.subvendor.is_none() || self.subvendor == vendor)
            && (self.subdevice.is_none() || self.subdevice == device)
            && self.class.is_none_or(is_of_class)
    }
}

impl VfioIds {
    /// Whether an entry matches a function with these IDs and class.
    #[must_use]
    pub fn matches(
        &self,
        id: PciId,
        subsystem: Option<SubsystemId>,
        class: Option<ClassCode>,
    ) -> bool {
        let elements = &mut self.0.iter();
        elements.any(|element| element.matches(id, subsystem, class))
    }

    /// Adds an element unless it is there.
    pub fn add(&mut self, id: VfioId) {
        if !self.0.contains(&id) {
            self.0.push(id);
        }
    }
}

/// The entries of several values without duplicates, in order and as written: one value for all.
/// Invalid entries are kept.
///
/// ```
/// use hostconf::binding::vfio_ids::joined;
/// let values = ["10de:2d04,10de:22eb", "1002:ab28,10DE:22eb"];
/// assert_eq!(joined(values), ["10de:2d04", "10de:22eb", "1002:ab28"]);
/// ```
pub fn joined<'a>(values: impl IntoIterator<Item = &'a str>) -> Vec<&'a str> {
    let mut known = BTreeSet::new();
    values
        .into_iter()
        .flat_map(|value| value.split(','))
        .filter(|element| !element.is_empty())
        .filter(|element| known.insert(one(element, 0).map_err(|_| *element)))
        .collect()
}

impl fmt::Display for VfioId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.vendor {
            Some(vendor) => write!(f, "{vendor}")?,
            None => f.write_str(ANY)?,
        }
        match self.device {
            Some(device) => write!(f, ":{device}")?,
            None => write!(f, ":{ANY}")?,
        }
        if self.subvendor.is_none() && self.subdevice.is_none() && self.class.is_none() {
            return Ok(());
        }
        match self.subvendor {
            Some(vendor) => write!(f, ":{vendor}")?,
            None => write!(f, ":{ANY}")?,
        }
        match (self.subdevice, self.class) {
            (Some(device), _) => write!(f, ":{device}")?,
            (None, Some(_)) => write!(f, ":{ANY}")?,
            (None, None) => {}
        }
        match self.class {
            Some((class, mask)) => write!(f, ":{class:06x}:{mask:06x}"),
            None => Ok(()),
        }
    }
}

impl fmt::Display for VfioIds {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, id) in self.0.iter().enumerate() {
            let comma = if at == 0 { "" } else { "," };
            write!(f, "{comma}{id}")?;
        }
        Ok(())
    }
}

impl FromStr for VfioIds {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        let ids: Result<Vec<VfioId>, _> = elements(text).map(|(_, element)| element).collect();
        ids.map(Self)
    }
}

/// Each entry separately, so that an invalid entry does not hide the others: the kernel skips it
/// and continues. Empty entries are ignored.
pub fn elements(text: &str) -> impl Iterator<Item = (Range<usize>, Result<VfioId, Error>)> {
    let mut start = 0;
    text.split(',').filter_map(move |element| {
        let span = start..start + element.len();
        start = span.end + 1;
        (!element.is_empty()).then(|| (span.clone(), one(element, span.start)))
    })
}

/// Whether the kernel matches any function by this entry. One that is written wrong may still do
/// something: of `10de:2d04;x` it reads the first two numbers, and of `10de:0fc610de:0e1b` a
/// device that no card has (drivers/vfio/pci/vfio_pci.c, `vfio_pci_fill_ids`: `sscanf` with
/// `%x`).
///
/// ```
/// use hostconf::binding::vfio_ids::may_match;
/// assert!(may_match("10de:2d04") && may_match("10de:2d04;x") && may_match("10de:ffffffff"));
/// assert!(!may_match("10de:0fc610de:0e1b") && !may_match("10de"));
/// ```
#[must_use]
pub fn may_match(element: &str) -> bool {
    let number = |text: &str| {
        let hex = without_0x(text.trim_start());
        let end = hex.find(|c: char| !c.is_ascii_hexdigit());
        let digits = hex.get(..end.unwrap_or(hex.len())).unwrap_or_default();
        // More than 32 bits are cut off.
        let low = digits.get(digits.len().saturating_sub(8)..)?;
        u32::from_str_radix(low, 16).ok()
    };
    let is_id = |id: u32| id == u32::MAX || u16::try_from(id).is_ok();
    let Some((vendor, device)) = element.split_once(':') else {
        return false;
    };
    let ends = without_0x(vendor.trim_start());
    let whole = ends.bytes().all(|byte| byte.is_ascii_hexdigit());
    whole && number(vendor).is_some_and(is_id) && number(device).is_some_and(is_id)
}

/// The entry with its numbers in one notation, to compare it: `10de:2d04` for `0x10DE:0x2d04`.
///
/// ```
/// use hostconf::binding::vfio_ids::normal;
/// assert_eq!(normal("0x10DE:0x2d04"), normal("10de:2d04"));
/// ```
#[must_use]
pub fn normal(element: &str) -> String {
    one(element, 0).map_or_else(|_| element.to_ascii_lowercase(), |id| id.to_string())
}

/// The number without the mark of a hexadecimal one.
fn without_0x(number: &str) -> &str {
    let marked = ["0x", "0X"]
        .iter()
        .find_map(|mark| number.strip_prefix(mark));
    marked.unwrap_or(number)
}

/// `PCI_ANY_ID` (include/linux/mod_devicetable.h).
const ANY: &str = "ffffffff";

fn one(text: &str, base: usize) -> Result<VfioId, Error> {
    let mut rest = text;
    let mut numbers = [None; 6];
    for (at, number) in numbers.iter_mut().enumerate() {
        let error = |rest: &str, expected| {
            Error::from(Cause::VfioId {
                offset: base + text.len() - rest.len(),
                expected,
            })
        };
        let expected = match at {
            0 => "a vendor id of four hex digits, or ffffffff",
            1 => "a device id of four hex digits, or ffffffff",
            2 | 3 => "a subsystem id of four hex digits, or ffffffff",
            _ => "a class or a class mask of hex digits",
        };
        rest = without_0x(rest);
        let is_any = rest
            .get(..ANY.len())
            .is_some_and(|start| start.eq_ignore_ascii_case(ANY));
        // A class has six digits, and may be written with leading zeros.
        let most = if at < 4 && !is_any { 4 } else { 8 };
        let digits = take_while_m_n(1, most, |c: char| c.is_ascii_hexdigit());
        let read: nom::IResult<&str, &str> = { digits }.parse(rest);
        let (after, digits) = read.map_err(|_| error(rest, expected))?;
        let value = u32::from_str_radix(digits, 16).map_err(|_| error(rest, expected))?;
        if at < 4 && digits.len() != 4 && !is_any {
            return Err(error(rest, expected));
        }
        *number = Some(value);
        rest = after;
        if rest.is_empty() {
            if at == 0 {
                return Err(error(rest, "':' between vendor and device"));
            }
            break;
        }
        rest = match (rest.strip_prefix(':'), at) {
            (Some(after), 0..=4) => after,
            (None, 0) => return Err(error(rest, "':' between vendor and device")),
            _ => return Err(error(rest, "',' between two elements, or ':'")),
        };
    }
    let [vendor, device, subvendor, subdevice, class, mask] = numbers;
    // PCI_ANY_ID is the one number that has more than 16 bits.
    let narrow = |number: Option<u32>| number.and_then(|number| u16::try_from(number).ok());
    Ok(VfioId {
        vendor: narrow(vendor).map(VendorId),
        device: narrow(device).map(DeviceId),
        subvendor: narrow(subvendor).map(VendorId),
        subdevice: narrow(subdevice).map(DeviceId),
        // The kernel's initial mask is zero: any class.
        class: class.zip(mask).filter(|(_, mask)| *mask != 0),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn errors_have_their_place() {
        for (text, offset) in [
            ("10de:0fc610de:0e1b", 9),
            ("10de,22eb", 4),
            ("10de:2d04, 10de:22eb", 10),
            ("10de:2d04 10de:22eb", 9),
            ("10de:2g04", 5),
            ("10de", 4),
            ("10de:2d04,10d:1", 10),
            ("10de:2d04:1:2", 10),
            ("10de:2d04:1462:5052:030000:ff0000:1", 33),
            ("\u{e4}", 0),
        ] {
            let error = text.parse::<VfioIds>().unwrap_err();
            assert_eq!(error.offset(), Some(offset), "{text}: {error}");
        }
        let all: Vec<_> = elements("10de,10de:22eb,,x").collect();
        assert_eq!(all.len(), 3);
        assert!(all[1].1.is_ok() && all[1].0 == (5..14));
    }

    #[test]
    fn a_number_may_be_marked_as_hexadecimal() {
        let ids: VfioIds = "0x10de:0X2d04,10de:0x22eb:0x1462:0xffffffff"
            .parse()
            .unwrap();
        assert_eq!(ids.to_string(), "10de:2d04,10de:22eb:1462");
        assert!(may_match("0X10de:0x2d04"));
        assert_eq!(joined(["0x10de:0x2d04", "10de:2d04"]), ["0x10de:0x2d04"]);
        for text in ["0x:0x2d04", "0x0x10de:2d04", "x10de:2d04"] {
            assert!(text.parse::<VfioIds>().is_err(), "{text}");
        }
    }

    #[test]
    fn values_print_as_they_parse() {
        for text in [
            "",
            "10de:2d04",
            "10de:2203:1462:5052",
            "10de:2203:1462,1002:ab28",
            "10de:2203:ffffffff:5052",
            "10de:2203:ffffffff:ffffffff:030000:ff0000",
            "10de:ffffffff",
            "ffffffff:ffffffff:ffffffff:ffffffff:030000:ff0000",
            "10de:ffffffff:ffffffff:ffffffff:030000:ffffffff",
        ] {
            assert_eq!(text.parse::<VfioIds>().unwrap().to_string(), text);
        }
    }

    #[test]
    fn a_subsystem_distinguishes_duplicate_ids_of_two_makers() {
        let ids: VfioIds = "10de:2203:1462:5052".parse().unwrap();
        let id = PciId::new(0x10de, 0x2203);
        assert!(ids.matches(id, Some(SubsystemId::new(0x1462, 0x5052)), None));
        assert!(!ids.matches(id, Some(SubsystemId::new(0x1043, 0x5052)), None));
        assert!(!ids.matches(id, None, None));
    }

    #[test]
    fn a_wildcard_matches_by_the_other_fields() {
        let display = Some(ClassCode::new(3, 0, None));
        let audio = Some(ClassCode::new(4, 3, Some(0)));
        let id = PciId::new(0x10de, 0x2203);
        for (text, of_display, of_audio) in [
            ("10de:ffffffff", true, true),
            ("1002:ffffffff", false, false),
            ("10de:FFFFFFFF:ffffffff:ffffffff:030000:ff0000", true, false),
            (
                "10de:ffffffff:ffffffff:ffffffff:00040300:ffffff",
                false,
                true,
            ),
            ("ffffffff:2203", true, true),
            ("10de:2203:ffffffff:ffffffff:030000:0", true, true),
        ] {
            let ids: VfioIds = text.parse().unwrap();
            assert_eq!(ids.matches(id, None, display), of_display, "{text}");
            assert_eq!(ids.matches(id, None, audio), of_audio, "{text}");
        }
        for (text, offset) in [
            ("10de:fffffff", 9),
            ("10de:fffffffff", 13),
            ("fffffffe:1", 4),
        ] {
            assert_eq!(
                text.parse::<VfioIds>().unwrap_err().offset(),
                Some(offset),
                "{text}"
            );
        }
    }

    #[test]
    fn no_text_makes_it_fail() {
        let sample = "10de:2203:1462:5052:030000:ff0000,1002:ab28";
        for end in 0..=sample.len() {
            let _ = sample.get(..end).unwrap().parse::<VfioIds>();
        }
        let mut numbers = testkit::Random::new(88_172_645_463_325_252);
        for _ in 0..5000 {
            let mut text = sample.as_bytes().to_vec();
            for _ in 0..3 {
                let random = numbers.number();
                let at = usize::try_from(random % 43).unwrap();
                text[at] = b",:0fFgx "[usize::try_from((random >> 20) % 8).unwrap()];
            }
            let text = String::from_utf8(text).unwrap();
            if let Ok(ids) = text.parse::<VfioIds>() {
                assert_eq!(ids.to_string().parse(), Ok(ids));
            }
        }
    }
}
