//! Parser for lists and tables.

use alloc::borrow::ToOwned;
use alloc::string::String;
use alloc::vec::Vec;

use super::device::{PnpDevice, location_paths, merged};
use super::pnp_id::{self, PnpId};
use super::record::{INSTANCE_KEYS, Record, is_hardware_key, property_key};
use crate::listing::lines::{Line, lines};

/// Parses the devices of lists, tables and prose.
pub(super) fn parse(text: &str) -> Vec<PnpDevice> {
    let mut reader = Reader::default();
    for line in lines(text) {
        reader.read(line);
    }
    reader.close();
    merged(reader.rows)
}

/// Length limit of a value.
const MAX_VALUE: usize = 16 << 10;

#[derive(Default)]
struct Reader<'a> {
    /// The column names of a table.
    columns: Vec<&'a str>,
    rows: Vec<PnpDevice>,
    record: Record,
    /// Identifiers in the record's lines, for a record without one under a key.
    loose: Vec<PnpDevice>,
}

impl<'a> Reader<'a> {
    fn read(&mut self, line: Line<'a>) {
        if line.text.is_empty() {
            self.close();
            return;
        }
        // pnputil /properties: the name of a property, its value on the next line.
        if let Some(key) = property_key(line.text) {
            self.record.push(&key, line.located(String::new()));
            return;
        }
        let named = field(line).filter(|(key, value)| {
            // Under another key an ID is a mention, as in prose.
            is_id_key(key) || pnp_id::find(value).next().is_none()
        });
        if let Some((key, value)) = named {
            // A repeated key starts another object.
            if self.record.has(key) {
                self.close();
            }
            self.record.push(key, line.located(value.to_owned()));
            return;
        }
        let mut ids = pnp_id::find(line.text);
        let Some((at, piece)) = ids.next() else {
            let words = || line.text.split_whitespace().take(8);
            if words().any(|word| word == "InstanceId") {
                self.columns = words().collect();
            }
            self.read_on(line);
            return;
        };
        let Ok(id) = piece.parse::<PnpId>() else {
            return;
        };
        let before = line.text.get(..at).unwrap_or_default();
        let after = line.text.get(at + piece.len()..).unwrap_or_default();
        let is_list_item = before.is_empty() && line.indent > 0 && after.is_empty();
        if is_list_item && self.is_in_list() {
            self.read_on(line);
        } else if before.is_empty() && after.is_empty() && id.instance.is_some() {
            // devcon: the ID, and below it `Name: …`.
            self.close();
            self.record
                .push("instanceid", line.located(line.text.to_owned()));
        } else {
            let row = self.row(line, id, before, after);
            self.loose.push(row);
            for (_, piece) in ids {
                if let Ok(id) = piece.parse() {
                    self.loose.push(PnpDevice::new(line.part(piece, id)));
                }
            }
        }
    }

    /// A continuation of the previous value: an item of a list, or a wrapped line.
    fn read_on(&mut self, line: Line<'_>) {
        let Some((key, value)) = self.record.last() else {
            return;
        };
        // An ID continues without a blank.
        let is_id = matches!(key, "instanceid" | "pnpdeviceid");
        if line.indent == 0 || value.value.len() > MAX_VALUE {
            return;
        }
        if value.value.is_empty() {
            *value = line.located(line.text.to_owned());
        } else {
            value.value.push_str(if is_id { "" } else { " " });
            value.value.push_str(line.text);
        }
    }

    fn is_in_list(&mut self) -> bool {
        self.record
            .last()
            .is_some_and(|(key, _)| is_hardware_key(key))
    }

    /// A row of a table or a line of prose.
    fn row(&self, line: Line<'_>, id: PnpId, before: &str, after: &str) -> PnpDevice {
        let mut device = PnpDevice::new(line.located(id));
        let words: Vec<&str> = before.split_whitespace().take(24).collect();
        if let Some((status, rest)) = words.split_first() {
            let known = ["OK", "Error", "Degraded", "Unknown"];
            if known.contains(status) && !before.contains(':') {
                device.status = Some(line.located((*status).to_owned()));
                // Status, Class, FriendlyName, InstanceId: the class may be missing.
                let (class, name) = match rest.split_first() {
                    Some((class, name)) if is_setup_class(class) => (Some(*class), name),
                    _ => (None, rest),
                };
                device.setup_class = class.map(str::to_owned);
                device.name = Some(name.join(" ")).filter(|name| !name.is_empty());
            }
        }
        if let Some(name) = after.trim_start().strip_prefix(": ") {
            // devcon findall.
            device.name = Some(name.trim().to_owned());
        }
        let is_name = |column: &str| matches!(column, "FriendlyName" | "Name" | "Caption");
        match self.columns.as_slice() {
            [first, "InstanceId", ..] if is_name(first) => {
                device.name = Some(words.join(" ")).filter(|name| !name.is_empty());
            }
            ["InstanceId", last] if is_name(last) => {
                device.name = Some(after.trim().to_owned()).filter(|name| !name.is_empty());
            }
            _ => {}
        }
        let path = location_paths(after).chain(location_paths(before)).next();
        device.location_path = path.map(|path| line.located(path));
        device
    }

    /// Ends the object.
    fn close(&mut self) {
        let record = core::mem::take(&mut self.record);
        let loose = core::mem::take(&mut self.loose);
        self.rows.extend(record.device());
        self.rows.extend(loose);
    }
}

/// The device setup classes of PCI devices (Microsoft Learn, "System-Defined Device
/// Setup Classes Available to Vendors").
fn is_setup_class(word: &str) -> bool {
    [
        "Display",
        "MEDIA",
        "Media",
        "System",
        "USB",
        "Net",
        "HDC",
        "SCSIAdapter",
        "ComputeAccelerator",
        "SecurityDevices",
        "SoftwareDevice",
        "Ports",
        "MTD",
        "SDHost",
        "1394",
        "AudioProcessingObject",
        "Multifunction",
        "Bluetooth",
        "Biometric",
        "Camera",
        "Image",
        "Unknown",
    ]
    .contains(&word)
}

/// Whether the values of this key identify the object itself.
fn is_id_key(key: &str) -> bool {
    let key = key.to_ascii_lowercase();
    INSTANCE_KEYS.contains(&key.as_str()) || is_hardware_key(&key)
}

/// `Key : value` of Format-List, `Key:   value` of pnputil, `Name: value` of devcon.
fn field<'a>(line: Line<'a>) -> Option<(&'a str, &'a str)> {
    let (key, value) = line.pair()?;
    let is_key = !key.is_empty()
        && key.len() <= 40
        && key.starts_with(|first: char| first.is_ascii_alphabetic())
        && key
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b" _'()".contains(&byte))
        && !key.contains('\\');
    // Prose has sentences before its colons.
    (is_key && key.split(' ').count() <= 4).then_some((key, value))
}
