//! `ConvertTo-Json`.

use alloc::string::String;
use alloc::vec::Vec;
use std::collections::BTreeMap;

use serde_json::value::RawValue;

use super::device::{PnpDevice, merged};
use super::record::Record;
use crate::listing::json::{objects, strings};
use crate::listing::lines::Places;

extern crate std;

/// Parses the devices of a JSON document of objects.
pub(super) fn parse(text: &str) -> Vec<PnpDevice> {
    if !text.contains("PCI\\\\VEN_") && !text.contains("PCIP\\\\VEN_") {
        return Vec::new();
    }
    let places = Places::new(text);
    let found: Vec<BTreeMap<String, &RawValue>> = objects(text);
    let rows = found.iter().filter_map(|object| {
        let mut record = Record::default();
        for (key, value) in object {
            let joined = strings(Some(value)).join(" ");
            record.push(key, places.located(value.get(), joined));
        }
        record.device()
    });
    merged(rows.collect())
}
