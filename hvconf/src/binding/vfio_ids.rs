//! The value of vfio-pci's parameter `ids=`.
//!
//! `vendor:device[:subvendor[:subdevice[:class[:class_mask]]]]`, separated by
//! commas (`MODULE_PARM_DESC(ids)` in drivers/vfio/pci/vfio_pci.c of Linux
//! 6.12). The kernel reads hex numbers of any length and stops where one ends
//! without a word, so `10de:0fc610de:0e1b` becomes a device that no card has;
//! here that is an error with its place.

use core::fmt;
use core::ops::Range;
use core::str::FromStr;

use nom::Parser;
use nom::bytes::complete::take_while_m_n;
use pci_core::{DeviceId, PciId, SubsystemId, VendorId};

/// One element of `ids=`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct VfioId {
    /// Vendor and device.
    pub id: PciId,
    /// Who made the card; `None` for anybody.
    pub subvendor: Option<VendorId>,
    /// Which card; `None` for any.
    pub subdevice: Option<DeviceId>,
    /// The class code and the bits of it that count, 24 bits each; `None` for
    /// any class.
    pub class: Option<(u32, u32)>,
}

/// The whole value.
///
/// ```
/// use hvconf::binding::vfio_ids::VfioIds;
/// let ids: VfioIds = "10de:2D04,10de:22eb".parse()?;
/// assert!(ids.matches("10de:2d04".parse().unwrap(), None));
/// assert_eq!(ids.to_string(), "10de:2d04,10de:22eb");
/// let error = "10de:0fc610de:0e1b".parse::<VfioIds>().unwrap_err();
/// assert_eq!(error.offset, 9);
/// # Ok::<(), hvconf::binding::vfio_ids::VfioIdError>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct VfioIds(pub Vec<VfioId>);

/// Why a text is no value of `ids=`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("expected {expected} at byte {offset}")]
pub struct VfioIdError {
    /// Byte offset in the text.
    pub offset: usize,
    /// What would have been right there.
    pub expected: &'static str,
}

impl From<PciId> for VfioId {
    fn from(id: PciId) -> Self {
        Self {
            id,
            subvendor: None,
            subdevice: None,
            class: None,
        }
    }
}

impl VfioId {
    /// Whether a function with these ids is meant. Without a known subsystem
    /// an element that asks for one does not match. The class is not looked at.
    #[must_use]
    pub fn matches(&self, id: PciId, subsystem: Option<SubsystemId>) -> bool {
        let vendor = subsystem.map(|subsystem| subsystem.vendor);
        let device = subsystem.map(|subsystem| subsystem.device);
        self.id == id
            && (self.subvendor.is_none() || self.subvendor == vendor)
            && (self.subdevice.is_none() || self.subdevice == device)
    }
}

impl VfioIds {
    /// Whether an element means a function with these ids.
    #[must_use]
    pub fn matches(&self, id: PciId, subsystem: Option<SubsystemId>) -> bool {
        self.0.iter().any(|element| element.matches(id, subsystem))
    }

    /// Adds an element unless it is there.
    pub fn add(&mut self, id: VfioId) {
        if !self.0.contains(&id) {
            self.0.push(id);
        }
    }
}

impl fmt::Display for VfioId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.id)?;
        if self.subvendor.is_none() && self.subdevice.is_none() && self.class.is_none() {
            return Ok(());
        }
        // PCI_ANY_ID, include/linux/mod_devicetable.h.
        match self.subvendor {
            Some(vendor) => write!(f, ":{vendor}")?,
            None => f.write_str(":ffffffff")?,
        }
        match (self.subdevice, self.class) {
            (Some(device), _) => write!(f, ":{device}")?,
            (None, Some(_)) => f.write_str(":ffffffff")?,
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
    type Err = VfioIdError;

    fn from_str(text: &str) -> Result<Self, VfioIdError> {
        let ids: Result<Vec<VfioId>, _> = elements(text).map(|(_, element)| element).collect();
        ids.map(Self)
    }
}

/// Each element on its own, so that one bad element does not hide the others:
/// the kernel skips it and goes on. Empty elements count for nothing.
pub fn elements(text: &str) -> impl Iterator<Item = (Range<usize>, Result<VfioId, VfioIdError>)> {
    let mut start = 0;
    text.split(',').filter_map(move |element| {
        let span = start..start + element.len();
        start = span.end + 1;
        (!element.is_empty()).then(|| (span.clone(), one(element, span.start)))
    })
}

fn one(text: &str, base: usize) -> Result<VfioId, VfioIdError> {
    let mut rest = text;
    let mut numbers = [None; 6];
    for (at, number) in numbers.iter_mut().enumerate() {
        let error = |rest: &str, expected| VfioIdError {
            offset: base + text.len() - rest.len(),
            expected,
        };
        let (most, expected) = match at {
            0 => (4, "a vendor id of four hex digits"),
            1 => (4, "a device id of four hex digits"),
            2 | 3 => (8, "a subsystem id of four hex digits, or ffffffff"),
            _ => (6, "a class or a class mask of six hex digits"),
        };
        let digits = take_while_m_n(1, most, |c: char| c.is_ascii_hexdigit());
        let read: nom::IResult<&str, &str> = { digits }.parse(rest);
        let (after, digits) = read.map_err(|_| error(rest, expected))?;
        let value = u32::from_str_radix(digits, 16).map_err(|_| error(rest, expected))?;
        if at < 4 && digits.len() != 4 && value != u32::MAX {
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
    let narrow = |number: Option<u32>| number.and_then(|number| u16::try_from(number).ok());
    let (Some(vendor), Some(device)) = (narrow(vendor), narrow(device)) else {
        return Err(VfioIdError {
            offset: base,
            expected: "a vendor and a device id of four hex digits",
        });
    };
    Ok(VfioId {
        id: PciId::new(vendor, device),
        subvendor: narrow(subvendor).map(VendorId),
        subdevice: narrow(subdevice).map(DeviceId),
        // A mask of zero is what the kernel starts with: any class.
        class: class.zip(mask).filter(|(_, mask)| *mask != 0),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn errors_say_where() {
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
            assert_eq!(error.offset, offset, "{text}: {error}");
        }
        let all: Vec<_> = elements("10de,10de:22eb,,x").collect();
        assert_eq!(all.len(), 3);
        assert!(all[1].1.is_ok() && all[1].0 == (5..14));
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
        ] {
            assert_eq!(text.parse::<VfioIds>().unwrap().to_string(), text);
        }
    }

    #[test]
    fn a_subsystem_tells_twins_of_two_makers_apart() {
        let ids: VfioIds = "10de:2203:1462:5052".parse().unwrap();
        let id = PciId::new(0x10de, 0x2203);
        assert!(ids.matches(id, Some(SubsystemId::new(0x1462, 0x5052))));
        assert!(!ids.matches(id, Some(SubsystemId::new(0x1043, 0x5052))));
        assert!(!ids.matches(id, None));
    }

    #[test]
    fn no_text_makes_it_fail() {
        let sample = "10de:2203:1462:5052:030000:ff0000,1002:ab28";
        for end in 0..=sample.len() {
            let _ = sample.get(..end).unwrap().parse::<VfioIds>();
        }
        let mut random = 88_172_645_463_325_252_u64;
        for _ in 0..5000 {
            let mut text = sample.as_bytes().to_vec();
            for _ in 0..3 {
                random ^= random << 13;
                random ^= random >> 7;
                random ^= random << 17;
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
