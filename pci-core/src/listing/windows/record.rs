//! An object of a list, as keys and values.

use alloc::string::String;
use alloc::vec::Vec;

use host_tree::Located;

use super::device::{PnpDevice, address, location_paths};
use super::pnp_id::{self, PnpId};

/// The keys and values of an object, with places.
#[derive(Default)]
pub(super) struct Record {
    fields: Vec<(String, Located<String>)>,
}

/// Limit of keys; Windows objects have fewer.
const MAX_FIELDS: usize = 256;

/// The keys of an instance ID, by precedence.
pub(super) const INSTANCE_KEYS: [&str; 6] = [
    "instanceid",
    "instance id",
    "pnpdeviceid",
    "device instance path",
    "deviceid",
    "device id",
];

/// Whether the values of this key, in lower case, are hardware or compatible IDs.
pub(super) fn is_hardware_key(key: &str) -> bool {
    ["hardwareid", "hardware id", "compatibleid", "compatible id"]
        .iter()
        .any(|start| key.starts_with(start))
}

impl Record {
    pub(super) fn push(&mut self, key: &str, value: Located<String>) {
        if self.fields.len() < MAX_FIELDS {
            self.fields.push((key.to_ascii_lowercase(), value));
        }
    }

    pub(super) fn has(&self, key: &str) -> bool {
        self.fields
            .iter()
            .any(|(known, _)| known.eq_ignore_ascii_case(key))
    }

    /// The last value.
    pub(super) fn last(&mut self) -> Option<(&str, &mut Located<String>)> {
        let (key, value) = self.fields.last_mut()?;
        Some((key, value))
    }

    fn get(&self, key: &str) -> Option<&Located<String>> {
        let found = self.fields.iter().find(|(known, _)| known == key)?;
        Some(&found.1).filter(|value| !value.value.is_empty())
    }

    fn first(&self, keys: &[&str]) -> Option<&Located<String>> {
        keys.iter().find_map(|key| self.get(key))
    }

    /// The device, if the object has the identifier of a PCI device.
    pub(super) fn device(&self) -> Option<PnpDevice> {
        let id = |value: &Located<String>| -> Option<Located<PnpId>> {
            let (_, piece) = pnp_id::find(&value.value).next()?;
            Some(value.clone().with(piece.parse().ok()?))
        };
        let mut device = PnpDevice::new(
            INSTANCE_KEYS
                .iter()
                .filter_map(|key| self.get(key))
                .find_map(id)?,
        );
        let text = |keys: &[&str]| self.first(keys).map(|value| value.value.clone());
        device.vm = self.get("vmname").cloned();
        // An assigned device's `Name` is that of its virtual port.
        let names: &[&str] = match &device.vm {
            Some(_) => &["friendlyname"],
            None => &[
                "friendlyname",
                "device description",
                "name",
                "caption",
                "description",
            ],
        };
        device.name = text(names);
        device.setup_class = text(&["pnpclass", "class", "class name"]);
        device.status = self.get("status").cloned();
        device.service = self.get("service").cloned();
        let hardware_ids = self.fields.iter().filter(|(key, _)| is_hardware_key(key));
        device.class = hardware_ids
            .flat_map(|(_, value)| pnp_id::find(&value.value).map(move |found| (value, found.1)))
            .filter_map(|(value, piece)| {
                Some((value, piece.parse::<PnpId>().ok()?.hardware.class?))
            })
            // IDs without the programming interface follow those with it.
            .max_by_key(|(_, class)| class.prog_if.is_some())
            .map(|(value, class)| value.clone().with(class));
        // Get-PnpDeviceProperty prints the property's name next to its value.
        let property = self
            .get("keyname")
            .map(|key| key.value.to_ascii_lowercase());
        let data = |wanted: &str| {
            let named = property.as_deref().is_some_and(|key| key.ends_with(wanted));
            self.get("data").filter(|_| named)
        };
        device.location_path = self
            .fields
            .iter()
            .filter(|(key, _)| key.contains("location") || key == "data")
            .find_map(|(_, value)| {
                let path = location_paths(&value.value).next()?;
                Some(value.clone().with(path))
            });
        let location = self
            .first(&[
                "locationinfo",
                "locationinformation",
                "location",
                "location info",
            ])
            .or_else(|| data("_locationinfo"));
        device.address =
            location.and_then(|value| Some(value.clone().with(address(&value.value)?)));
        device.service = device.service.or_else(|| data("_service").cloned());
        Some(device)
    }
}

/// The name of a property of `pnputil /properties`, as a key.
pub(super) fn property_key(text: &str) -> Option<String> {
    let (name, _) = text.strip_prefix("DEVPKEY_Device_")?.split_once(' ')?;
    Some(name.to_ascii_lowercase())
}
