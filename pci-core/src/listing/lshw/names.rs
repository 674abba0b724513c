//! The IDs that `-numeric` appends to names.

use crate::{DeviceId, PciId, VendorId};

/// Splits `GA104 [GeForce RTX 3070] [10DE:2484]` into name and IDs, which lshw prints without
/// leading zeros.
pub(super) fn product(text: &str) -> (&str, Option<PciId>) {
    let found = bracketed(text).and_then(|(name, ids)| {
        let (vendor, device) = ids.split_once(':')?;
        let vendor = VendorId(number(vendor)?);
        let device = DeviceId(number(device)?);
        Some((name, PciId { vendor, device }))
    });
    found.map_or((text, None), |(name, id)| (name, Some(id)))
}

/// The name in `NVIDIA Corporation [10DE]`.
pub(super) fn vendor(text: &str) -> &str {
    bracketed(text)
        .filter(|(_, id)| number(id).is_some())
        .map_or(text, |(name, _)| name)
}

fn bracketed(text: &str) -> Option<(&str, &str)> {
    let (name, id) = text.strip_suffix(']')?.rsplit_once('[')?;
    Some((name.trim_end(), id))
}

fn number(digits: &str) -> Option<u16> {
    let plain =
        (1..=4).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_hexdigit());
    plain.then(|| u16::from_str_radix(digits, 16).ok())?
}
