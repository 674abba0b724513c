//! Harvester's objects of the kind `PCIDevice`, in YAML or JSON, and their table of kubectl.

use host_tree::{Evidence, numbered_lines};
use iommu::Completeness;
use list_order::Order as _;
use pci_core::{Address, ClassCode, PciId};

use crate::host::model::{Entry, Listing, Member, Source, Value};

/// One object, or one row of the table.
#[derive(Debug, Default)]
struct Object<'a> {
    is_device: bool,
    address: Option<(Address, u32, &'a str)>,
    vendor: Option<&'a str>,
    device: Option<&'a str>,
    class: Option<&'a str>,
    /// The driver, with its line; an empty one is none.
    driver: Option<(&'a str, u32, &'a str)>,
    group: Option<(u32, u32, &'a str)>,
}

impl Object<'_> {
    fn is_whole(&self) -> bool {
        self.is_device && self.address.is_some()
    }

    fn id(&self) -> Option<PciId> {
        let (vendor, device) = (self.vendor?, self.device?);
        format!("{vendor:0>4}:{device:0>4}").parse().ok()
    }

    fn class(&self) -> Option<ClassCode> {
        self.class.filter(|class| class.len() == 4)?.parse().ok()
    }
}

/// The functions that the objects describe.
pub(super) fn read(source: &str, text: &str) -> Listing {
    let mut listing = Listing::default();
    for object in objects(text) {
        let Some((address, number, line)) = object.address else {
            continue;
        };
        listing.is_of_linux = true;
        let evidence = |number: u32, line: &str| Evidence::new(source, number, line.trim());
        if let Some((group, number, line)) = object.group {
            listing.members.push(Member {
                device: Ok(address),
                group,
                line: evidence(number, line),
                completeness: Completeness::MayHaveMore,
            });
        }
        let mut entry = Entry::listed(address, Source::LinuxListing, evidence(number, line));
        entry.see(object.id().map(Value::Id));
        entry.see(object.class().map(Value::Class));
        if let Some((driver, number, line)) = object.driver {
            let driver = (!driver.is_empty()).then(|| driver.to_owned());
            entry.see_at(Value::Driver(driver), evidence(number, line));
        }
        listing.entries.push(entry);
    }
    listing
}

/// The numbers of the lines of such objects.
pub(crate) fn lines(text: &str) -> Vec<u32> {
    let mut found = Vec::new();
    for object in objects(text) {
        found.extend(object.address.map(|(_, number, _)| number));
        found.extend(object.driver.map(|(_, number, _)| number));
        found.extend(object.group.map(|(_, number, _)| number));
    }
    found.order();
    found.dedup();
    found
}

fn objects(text: &str) -> Vec<Object<'_>> {
    let is_there = text.contains("PCIDevice") || text.contains("KERNEL DRIVER IN USE");
    if !is_there {
        return Vec::new();
    }
    let mut found = Vec::new();
    let mut object = Object::default();
    let mut columns: Option<Columns> = None;
    for (number, line) in numbered_lines(text) {
        if let Some(head) = Columns::of_head(line) {
            columns = Some(head);
            continue;
        }
        if let Some(table) = &columns {
            match table.row(number, line) {
                Some(row) => found.push(row),
                None => columns = None,
            }
        }
        let bare = line.trim_start_matches([' ', '\t', '-', '>', '{']);
        if bare.starts_with("apiVersion:") || bare.starts_with("\"apiVersion\"") || line == "---" {
            found.extend(Some(std::mem::take(&mut object)).filter(Object::is_whole));
        }
        let Some((key, value)) = bare.split_once(':') else {
            continue;
        };
        let is_mark = |c: char| c.is_whitespace() || matches!(c, '"' | '\'' | ',');
        let value = value.trim_matches(is_mark);
        match key.trim_matches(is_mark) {
            "kind" => object.is_device = value == "PCIDevice",
            "address" => {
                object.address = value.parse().ok().map(|address| (address, number, line));
            }
            "vendorId" => object.vendor = is_hex(value).then_some(value),
            "deviceId" => object.device = is_hex(value).then_some(value),
            "classId" => object.class = Some(value),
            "kernelDriverInUse" if is_driver(value) => object.driver = Some((value, number, line)),
            "iommuGroup" => {
                object.group = value.parse().ok().map(|group| (group, number, line));
            }
            _ => {}
        }
    }
    found.extend(Some(object).filter(Object::is_whole));
    // The first versions have the ids in decimal, and no class.
    for object in &mut found {
        if object.class.is_none() && object.group.is_none() && object.driver.is_none() {
            object.vendor = None;
        }
    }
    found
}

fn is_hex(text: &str) -> bool {
    (1..=4).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}

fn is_driver(text: &str) -> bool {
    text.len() <= 40
        && text
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"_-".contains(&byte))
}

/// The columns of `kubectl get pcidevices`, by their first character.
struct Columns {
    address: usize,
    vendor: usize,
    device: usize,
    driver: usize,
}

impl Columns {
    fn of_head(line: &str) -> Option<Self> {
        Some(Self {
            address: line.find(" ADDRESS ")? + 1,
            vendor: line.find("VENDOR ID")?,
            device: line.find("DEVICE ID")?,
            driver: line.find("KERNEL DRIVER IN USE")?,
        })
    }

    fn row<'a>(&self, number: u32, line: &'a str) -> Option<Object<'a>> {
        let cell = |at: usize| {
            let cell = line.get(at..)?;
            cell.split_ascii_whitespace()
                .next()
                .filter(|_| !cell.starts_with(' '))
        };
        let address: Address = cell(self.address)?.parse().ok()?;
        Some(Object {
            is_device: true,
            address: Some((address, number, line)),
            vendor: cell(self.vendor).filter(|text| is_hex(text)),
            device: cell(self.device).filter(|text| is_hex(text)),
            // A longer description moves the column.
            driver: cell(self.driver)
                .filter(|driver| is_driver(driver))
                .map(|driver| (driver, number, line)),
            ..Object::default()
        })
    }
}

#[cfg(test)]
mod tests;
