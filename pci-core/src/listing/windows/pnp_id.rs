//! The identifiers that Windows gives PCI devices.

use alloc::borrow::ToOwned;
use alloc::string::String;
use core::str::FromStr;

use crate::listing::function::hex_byte;
use crate::{ClassCode, DeviceId, PciId, SubsystemId, VendorId};

/// A hardware id or instance id of a PCI device:
/// `PCI\VEN_10DE&DEV_2684&SUBSYS_88E41043&REV_A1\4&1293019D&0&0008`
/// (Microsoft Learn, "Identifiers for PCI devices").
///
/// ```
/// use pci_core::listing::windows::PnpId;
/// let id: PnpId = r"PCI\VEN_8086&DEV_A70D&CC_060400".parse()?;
/// assert!(id.class.unwrap().is_pci_bridge());
/// assert_eq!(id.instance, None);
/// # Ok::<(), pci_core::listing::windows::PnpIdError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PnpId {
    /// `VEN_`: who made it.
    pub vendor: VendorId,
    /// `DEV_`: which of the vendor's devices it is; `None` where the text was cut.
    pub device: Option<DeviceId>,
    /// `SUBSYS_`, which has the subsystem id before its vendor's; `None` too where it
    /// is 00000000, that of no card.
    pub subsystem: Option<SubsystemId>,
    /// `REV_`.
    pub revision: Option<u8>,
    /// `CC_`, with or without the programming interface.
    pub class: Option<ClassCode>,
    /// What tells devices with the same id apart: `4&1293019D&0&0008`. Windows makes
    /// it; its parts mean nothing that is written anywhere.
    pub instance: Option<String>,
    /// Whether the text was cut at `...`.
    pub is_cut: bool,
}

/// Why a text is no identifier of a PCI device: what was expected, and at which
/// byte.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("expected {expected} at byte {offset}")]
pub struct PnpIdError {
    /// Byte offset in the text that was parsed.
    pub offset: usize,
    /// What would have been right there.
    pub expected: &'static str,
}

impl PnpId {
    /// Vendor and device id, where both are shown.
    #[must_use]
    pub fn pci_id(&self) -> Option<PciId> {
        let vendor = self.vendor;
        self.device.map(|device| PciId { vendor, device })
    }
}

impl FromStr for PnpId {
    type Err = PnpIdError;

    /// Reads an identifier in either case. One that ends in `...` or `…`, as
    /// PowerShell cuts it, gives the fields that stand there whole.
    fn from_str(text: &str) -> Result<Self, PnpIdError> {
        let error = |offset, expected| PnpIdError { offset, expected };
        let shown = text
            .strip_suffix("...")
            .or_else(|| text.strip_suffix('…'))
            .unwrap_or(text);
        let is_cut = shown.len() < text.len();
        let rest = prefixed(shown, r"PCI\").ok_or(error(0, r"'PCI\'"))?;
        let (fields, instance) = match rest.split_once('\\') {
            Some((fields, instance)) => (fields, Some(instance)),
            None => (rest, None),
        };
        let mut fields = fields.split('&').take(8);
        let vendor = fields.next().unwrap_or_default();
        let vendor = prefixed(vendor, "VEN_")
            .and_then(|digits| digits.parse().ok())
            .ok_or(error(4, "'VEN_' and four hex digits"))?;
        let mut id = Self {
            vendor,
            device: None,
            subsystem: None,
            revision: None,
            class: None,
            instance: instance.filter(|text| !text.is_empty()).map(str::to_owned),
            is_cut,
        };
        for field in fields {
            if let Some(digits) = prefixed(field, "DEV_") {
                id.device = digits.parse().ok();
            } else if let Some(digits) = prefixed(field, "SUBSYS_") {
                id.subsystem = subsystem(digits);
            } else if let Some(digits) = prefixed(field, "REV_") {
                id.revision = (digits.len() == 2).then(|| hex_byte(digits)).flatten();
            } else if let Some(digits) = prefixed(field, "CC_") {
                let class = digits.parse().ok();
                id.class = class.filter(|_| digits.len() == 6 || !is_cut);
            }
        }
        if id.device.is_none() && !is_cut {
            return Err(error(4 + 8, "'&DEV_' and four hex digits"));
        }
        Ok(id)
    }
}

fn subsystem(digits: &str) -> Option<SubsystemId> {
    let (device, vendor) = digits.split_at_checked(4)?;
    let vendor: VendorId = vendor.parse().ok()?;
    (vendor != VendorId(0)).then(|| {
        Some(SubsystemId {
            vendor,
            device: device.parse().ok()?,
        })
    })?
}

/// What follows `prefix`, whatever its case.
fn prefixed<'a>(text: &'a str, prefix: &str) -> Option<&'a str> {
    let (head, rest) = text.split_at_checked(prefix.len())?;
    head.eq_ignore_ascii_case(prefix).then_some(rest)
}

/// The identifiers in a piece of text: each with its offset and its length there.
pub(super) fn find(text: &str) -> impl Iterator<Item = (usize, &str)> {
    const MARK: &[u8] = b"PCI\\VEN_";
    let bytes = text.as_bytes();
    let mut from = 0;
    core::iter::from_fn(move || {
        let rest = bytes.get(from..)?;
        let mut windows = rest.windows(MARK.len());
        let at = from + windows.position(|window| window.eq_ignore_ascii_case(MARK))?;
        let length = text.get(at..)?.find(|letter: char| {
            !(letter.is_ascii_alphanumeric()
                || matches!(letter, '\\' | '&' | '_' | '.' | '…' | '-'))
        });
        let end = length.map_or(text.len(), |length| at + length);
        from = end;
        let piece = text.get(at..end)?;
        // The end of a sentence is no part of it; three points are where it was cut.
        let piece = if piece.ends_with("...") {
            piece
        } else {
            piece.trim_end_matches(['.', '\\'])
        };
        Some((at, piece))
    })
}
