//! `passthru ids --json`.

use pci_core::{ClassCode, DeviceId, SubsystemId, VendorId};
use serde::Serialize;

use crate::names::{NameDatabase, NameQuery, classes_of};

/// The names of an ID or a class, or the IDs whose names contain all words.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Ids {
    /// The version of this form.
    pub schema: &'static str,
    /// The database of the names.
    pub database: String,
    /// The results, the best first; empty for a class.
    pub ids: Vec<NamedId>,
    /// The requested class; empty without one.
    pub classes: Vec<NamedClass>,
}

/// An id with its names.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct NamedId {
    /// Vendor id.
    pub vendor: VendorId,
    /// Device ID; `null` for a vendor.
    pub device: Option<DeviceId>,
    /// The vendor's name.
    pub vendor_name: String,
    /// Name of the device; `null` if the database has none.
    pub device_name: Option<String>,
    /// Subsystem ID; `null` without one.
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
    /// Name of the programming interface; `null` if the database has none.
    pub prog_if_name: Option<String>,
}

/// Returns the entries of a database for an ID (`10de:2d04`), a vendor (`10de`), a class (`0300`) or
/// words of a name; `None` without an entry.
#[must_use]
pub fn ids(database: &NameDatabase, words: &str) -> Option<Ids> {
    let names = database.names();
    let named = |vendor, vendor_name: &str| NamedId {
        vendor,
        device: None,
        vendor_name: vendor_name.to_owned(),
        device_name: None,
        subsystem: None,
        subsystem_name: None,
    };
    let (mut found, mut classes) = (Vec::new(), Vec::new());
    match NameQuery::of(names, words) {
        NameQuery::Function(id, card) => found.push(NamedId {
            device: Some(id.device),
            device_name: names.device(id).map(str::to_owned),
            subsystem: card,
            subsystem_name: card.map(|card| names.subsystem_text(id, card).to_string()),
            ..named(id.vendor, names.vendor(id.vendor)?)
        }),
        NameQuery::Vendor(vendor) => found.push(named(vendor, names.vendor(vendor)?)),
        NameQuery::Class(class) => classes.push(NamedClass {
            class_code: class,
            name: names.class_text(class).to_string(),
            prog_if_name: names.prog_if(class).map(str::to_owned),
        }),
        NameQuery::BaseClass(base) => classes.extend(classes_of(names, base).map(|class| {
            let name = names.class_text(class).to_string();
            NamedClass {
                class_code: class,
                name,
                prog_if_name: None,
            }
        })),
        NameQuery::Words => found.extend(names.search(words).into_iter().map(|found| NamedId {
            device: Some(found.id.device),
            device_name: Some(found.device.to_owned()),
            ..named(found.id.vendor, found.vendor)
        })),
    }
    (!found.is_empty() || !classes.is_empty()).then(|| Ids {
        schema: "passthru-ids/1",
        database: database.origin(),
        ids: found,
        classes,
    })
}
