//! Windows identifiers of PCI devices.

use alloc::borrow::ToOwned;
use alloc::string::String;
use core::str::FromStr;

use crate::SubsystemId;
use crate::error::{Error, Result};
use crate::listing::function::hex_byte;
use crate::notation::HardwareId;

/// A hardware ID or instance ID of a PCI device, as listed: possibly truncated, possibly with parts
/// added by its driver
/// (`PCI\VEN_1022&DEV_1669&SUBSYS_50081D05&REV_00&USB4_MS_CM\4&1BB4CA26&0&0643`).
///
/// [`HardwareId`] and [`InstanceId`](crate::notation::InstanceId) accept only complete identifiers
/// in Windows' own form.
///
/// ```
/// use pci_core::listing::windows::PnpId;
/// let id: PnpId = r"PCI\VEN_8086&DEV_A70D&SUBSYS_8882...".parse()?;
/// assert_eq!(id.hardware.id().unwrap().to_string(), "8086:a70d");
/// assert!(id.is_cut && id.hardware.subsystem.is_none());
/// # Ok::<(), pci_core::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PnpId {
    /// The hardware ID; the vendor is always present.
    pub hardware: HardwareId,
    /// The part that distinguishes devices with the same hardware ID: `4&1293019D&0&0008`; `None`
    /// in a hardware ID.
    pub instance: Option<String>,
    /// Whether the text was truncated at `...`.
    pub is_cut: bool,
    /// Whether Hyper-V has dismounted the device from the host (`PCIP\VEN_…`), for assignment to
    /// a guest.
    pub is_dismounted: bool,
}

impl FromStr for PnpId {
    type Err = Error;

    /// Parses an identifier in either case. One that ends in `...` or `…`, as truncated by
    /// PowerShell, yields its complete parts.
    fn from_str(text: &str) -> Result<Self> {
        let error = |offset, expected| Error::syntax(offset, expected);
        let shown = text
            .strip_suffix("...")
            .or_else(|| text.strip_suffix('…'))
            .unwrap_or(text);
        let is_cut = shown.len() < text.len();
        // The path of an interface has `#` for `\`.
        let dismounted = prefixed(shown, r"PCIP\").or_else(|| prefixed(shown, "PCIP#"));
        let rest = prefixed(shown, r"PCI\").or_else(|| prefixed(shown, "PCI#"));
        let rest = rest.or(dismounted);
        let rest = rest.ok_or(error(0, r"'PCI\'"))?;
        let (parts, instance) = match rest.split_once(['\\', '#']) {
            Some((parts, instance)) => (parts, Some(instance)),
            None => (rest, None),
        };
        let mut hardware = HardwareId::default();
        // Windows writes at most six parts, a driver adds one.
        for part in parts.split('&').take(8) {
            if let Some(digits) = prefixed(part, "VEN_") {
                hardware.vendor = digits.parse().ok();
            } else if let Some(digits) = prefixed(part, "DEV_") {
                hardware.device = digits.parse().ok();
            } else if let Some(digits) = prefixed(part, "SUBSYS_") {
                hardware.subsystem = subsystem(digits);
            } else if let Some(digits) = prefixed(part, "REV_") {
                hardware.revision = (digits.len() == 2).then(|| hex_byte(digits)).flatten();
            } else if let Some(digits) = prefixed(part, "CC_") {
                let class = digits.parse().ok();
                hardware.class = class.filter(|_| digits.len() == 6 || !is_cut);
            }
        }
        if hardware.vendor.is_none() {
            return Err(error(4, "'VEN_' and four hex digits"));
        }
        if hardware.device.is_none() && !is_cut {
            return Err(error(12, "'&DEV_' and four hex digits"));
        }
        Ok(Self {
            hardware,
            instance: instance.filter(|text| !text.is_empty()).map(str::to_owned),
            is_cut,
            is_dismounted: dismounted.is_some(),
        })
    }
}

/// `SUBSYS_` has the subsystem before its vendor.
fn subsystem(digits: &str) -> Option<SubsystemId> {
    let (device, vendor) = digits.split_at_checked(4)?;
    Some(SubsystemId {
        vendor: vendor.parse().ok()?,
        device: device.parse().ok()?,
    })
}

/// The text after `prefix`, in either case.
fn prefixed<'a>(text: &'a str, prefix: &str) -> Option<&'a str> {
    let (head, rest) = text.split_at_checked(prefix.len())?;
    head.eq_ignore_ascii_case(prefix).then_some(rest)
}

/// The identifiers in a text, each with its offset and length.
pub(super) fn find(text: &str) -> impl Iterator<Item = (usize, &str)> {
    const MARKS: [&[u8]; 4] = [b"PCI\\VEN_", b"PCI#VEN_", b"PCIP\\VEN_", b"PCIP#VEN_"];
    const SHORTEST: usize = 8;
    let bytes = text.as_bytes();
    let mut from = 0;
    core::iter::from_fn(move || {
        let rest = bytes.get(from..)?;
        let starts = 0..rest.len().saturating_sub(SHORTEST - 1);
        let is_at = |start: usize, mark: &&[u8]| {
            let window = rest.get(start..start + mark.len());
            window.is_some_and(|window| window.eq_ignore_ascii_case(mark))
        };
        let (start, mark) = starts.into_iter().find_map(|start| {
            rest.get(start)
                .filter(|byte| byte.eq_ignore_ascii_case(&b'p'))?;
            let mark = MARKS.iter().find(|mark| is_at(start, mark))?;
            Some((start, *mark))
        })?;
        let at = from + start;
        let is_path = mark.contains(&b'#');
        let length = text.get(at..)?.find(|letter: char| {
            !(letter.is_ascii_alphanumeric()
                || matches!(letter, '\\' | '&' | '_' | '.' | '…' | '-')
                || is_path && letter == '#')
        });
        let end = length.map_or(text.len(), |length| at + length);
        from = end;
        let piece = text.get(at..end)?;
        // A period after it is not part of it; three are a truncation.
        let piece = if piece.ends_with("...") {
            piece
        } else {
            piece.trim_end_matches(['.', '\\', '#'])
        };
        Some((at, piece))
    })
}
