//! `passthru ids --json`.

use pci_core::{ClassCode, DeviceId, Names, SubsystemId, VendorId};
use serde::Serialize;

use crate::names::Asked;

/// The names of an id or a class, or the ids whose names have all of some words.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Ids {
    /// The version of this form.
    pub schema: &'static str,
    /// Which database the names are from.
    pub database: String,
    /// What was found, the best first; empty where a class was asked for.
    pub ids: Vec<NamedId>,
    /// The class that was asked for; empty where none was.
    pub classes: Vec<NamedClass>,
}

/// An id with its names.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct NamedId {
    /// Vendor id.
    pub vendor: VendorId,
    /// Device id; `null` where a vendor was asked for.
    pub device: Option<DeviceId>,
    /// The vendor's name.
    pub vendor_name: String,
    /// The device's; `null` where the database has none.
    pub device_name: Option<String>,
    /// The card's id; `null` where none was asked for.
    pub subsystem: Option<SubsystemId>,
    /// The card in words, as lspci prints it.
    pub subsystem_name: Option<String>,
}

/// A class with its names.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct NamedClass {
    /// The class, in four digits, or six with a programming interface.
    pub class_code: ClassCode,
    /// The class in words, as lspci prints it.
    pub name: String,
    /// The programming interface's name; `null` where the database has none.
    pub prog_if_name: Option<String>,
}

/// What `names` have of an id (`10de:2d04`), a vendor (`10de`), a class (`0300`) or words
/// of a name; `None` where they have nothing.
#[must_use]
pub fn ids(names: Names<'_>, words: &str) -> Option<Ids> {
    let named = |vendor, vendor_name: &str| NamedId {
        vendor,
        device: None,
        vendor_name: vendor_name.to_owned(),
        device_name: None,
        subsystem: None,
        subsystem_name: None,
    };
    let (mut found, mut classes) = (Vec::new(), Vec::new());
    match Asked::of(names, words) {
        Asked::Function(id, card) => found.push(NamedId {
            device: Some(id.device),
            device_name: names.device(id).map(str::to_owned),
            subsystem: card,
            subsystem_name: card.map(|card| names.subsystem_text(id, card).to_string()),
            ..named(id.vendor, names.vendor(id.vendor)?)
        }),
        Asked::Vendor(vendor) => found.push(named(vendor, names.vendor(vendor)?)),
        Asked::Class(class) => classes.push(NamedClass {
            class_code: class,
            name: names.class_text(class).to_string(),
            prog_if_name: names.prog_if(class).map(str::to_owned),
        }),
        Asked::Words => found.extend(names.search(words).into_iter().map(|found| NamedId {
            device: Some(found.id.device),
            device_name: Some(found.device.to_owned()),
            ..named(found.id.vendor, found.vendor)
        })),
    }
    (!found.is_empty() || !classes.is_empty()).then(|| Ids {
        schema: "passthru-ids/1",
        database: crate::names::origin(),
        ids: found,
        classes,
    })
}
