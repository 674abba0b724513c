//! `passthru ids --json`.

use pci_core::{DeviceId, Names, VendorId, spelling};
use serde::Serialize;

/// The names of an id, or the ids whose names have all of some words.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Ids {
    /// The version of this form.
    pub schema: &'static str,
    /// Which database the names are from.
    pub database: String,
    /// What was found, the best first; never empty.
    pub ids: Vec<NamedId>,
}

/// An id with its names.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct NamedId {
    /// Vendor id.
    pub vendor: VendorId,
    /// Device id; `null` where a vendor was asked for.
    pub device: Option<DeviceId>,
    /// The vendor's name.
    pub vendor_name: String,
    /// The device's; `null` where the database has none.
    pub device_name: Option<String>,
}

/// What `names` have of an id (`10de:2d04`), a vendor (`10de`) or words of a name;
/// `None` where they have nothing.
#[must_use]
pub fn ids(names: Names<'_>, words: &str) -> Option<Ids> {
    let found = if let Ok(id) = spelling::id(words) {
        vec![NamedId {
            vendor: id.vendor,
            device: Some(id.device),
            vendor_name: names.vendor(id.vendor)?.to_owned(),
            device_name: names.device(id).map(str::to_owned),
        }]
    } else if let Some((vendor, name)) = vendor(names, words) {
        vec![NamedId {
            vendor,
            device: None,
            vendor_name: name.to_owned(),
            device_name: None,
        }]
    } else {
        let matches = names.search(words).into_iter();
        let named = matches.map(|found| NamedId {
            vendor: found.id.vendor,
            device: Some(found.id.device),
            vendor_name: found.vendor.to_owned(),
            device_name: Some(found.device.to_owned()),
        });
        named.collect()
    };
    (!found.is_empty()).then(|| Ids {
        schema: "passthru-ids/1",
        database: crate::names::origin(),
        ids: found,
    })
}

fn vendor<'a>(names: Names<'a>, words: &str) -> Option<(VendorId, &'a str)> {
    let vendor = words.parse().ok()?;
    Some((vendor, names.vendor(vendor)?))
}
