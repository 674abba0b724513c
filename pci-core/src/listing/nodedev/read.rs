//! Parser for the XML of node devices.

use alloc::string::{String, ToString};
use alloc::vec::Vec;

use host_tree::{Located, Lookup};
use quick_xml::Reader;
use quick_xml::escape::unescape;
use quick_xml::events::{BytesStart, Event};

use super::device::{IommuGroup, NodeDevice, NodeDeviceCapability};
use crate::listing::ListedFunction;
use crate::listing::lines::Places;
use crate::{Address, DeviceId, VendorId};

/// Start of a device.
const DEVICE: &str = "<device>";

/// Depth limit of elements; libvirt's schema has eight levels.
const MAX_DEPTH: usize = 32;

/// Limit of attributes per element; the schema has at most four.
const MAX_ATTRIBUTES: usize = 16;

/// Parses the PCI functions among the devices whose XML is in the text, one or more, with any text
/// between.
///
/// A document type is skipped, and only predefined XML entities are replaced.
#[must_use]
pub fn parse(text: &str) -> Vec<NodeDevice> {
    if !text.contains(DEVICE) {
        return Vec::new();
    }
    let places = Places::new(text);
    let starts: Vec<usize> = text.match_indices(DEVICE).map(|(at, _)| at).collect();
    let ends = starts.iter().skip(1).copied().chain([text.len()]);
    let pieces = starts.iter().zip(ends);
    pieces
        .filter_map(|(start, end)| read(&places, text.get(*start..end)?))
        .collect()
}

/// An open element.
struct Open<'a> {
    name: String,
    tag: &'a str,
    kind: Option<String>,
    /// Offset of its content.
    inside: usize,
}

/// A device being parsed.
#[derive(Default)]
struct Draft {
    name: Option<Located<String>>,
    path: Option<String>,
    parent: Option<String>,
    driver: Option<Located<String>>,
    numbers: [Option<u32>; 4],
    class: Option<Located<String>>,
    product: Option<Located<u32>>,
    vendor: Option<Located<u32>>,
    device_name: String,
    vendor_name: String,
    capabilities: Vec<NodeDeviceCapability>,
    iommu_group: Option<IommuGroup>,
    numa_node: Option<i32>,
    is_pci: bool,
    whole: bool,
}

fn read(places: &Places<'_>, xml: &str) -> Option<NodeDevice> {
    let mut reader = Reader::from_str(xml);
    let mut open: Vec<Open<'_>> = Vec::new();
    let mut draft = Draft::default();
    let mut is_short = false;
    loop {
        let start = position(&reader);
        let Ok(event) = reader.read_event() else {
            break;
        };
        let end = position(&reader);
        let piece = xml.get(start..end).unwrap_or_default();
        match event {
            Event::Start(tag) => {
                if open.len() == MAX_DEPTH {
                    break;
                }
                draft.opened(places, piece, &tag, &open);
                open.push(Open {
                    name: String::from_utf8_lossy(tag.name().as_ref()).into_owned(),
                    tag: piece,
                    kind: attribute(&tag, "type"),
                    inside: end,
                });
            }
            Event::Empty(tag) => draft.opened(places, piece, &tag, &open),
            Event::End(_) => {
                let Some(closed) = open.pop() else { break };
                let inside = xml.get(closed.inside..start).unwrap_or_default();
                // Only elements without children are parsed as text.
                if !inside.contains('<') {
                    let from = closed.inside.saturating_sub(closed.tag.len());
                    let whole = xml.get(from..end).unwrap_or_default();
                    draft.closed(places, whole, inside, &closed.name, &open);
                }
                if open.is_empty() {
                    draft.whole = true;
                    break;
                }
            }
            // Part of the device was omitted from the paste.
            Event::Text(_) => is_short |= matches!(piece.trim(), "..." | "\u{2026}" | "[...]"),
            Event::Eof => break,
            _ => {}
        }
    }
    draft.whole &= !is_short;
    draft.finish()
}

fn position(reader: &Reader<&[u8]>) -> usize {
    usize::try_from(reader.buffer_position()).unwrap_or(usize::MAX)
}

fn attribute(tag: &BytesStart<'_>, name: &str) -> Option<String> {
    let mut attributes = tag.attributes();
    let mut attributes = attributes.with_checks(false).take(MAX_ATTRIBUTES);
    let found = attributes.find_map(|attribute| {
        let attribute = attribute.ok()?;
        (attribute.key.as_ref() == name.as_bytes()).then_some(attribute.value)
    })?;
    Some(plain(&String::from_utf8_lossy(&found)))
}

/// A text without XML escapes; unchanged if they are invalid.
fn plain(text: &str) -> String {
    unescape(text).map_or_else(|_| text.to_string(), |plain| plain.into_owned())
}

/// A number in libvirt's form: decimal, or hexadecimal after `0x`.
fn number(text: &str) -> Option<u32> {
    let text = text.trim();
    match text.strip_prefix("0x") {
        Some(digits) if digits.bytes().all(|byte| byte.is_ascii_hexdigit()) => {
            u32::from_str_radix(digits, 16).ok()
        }
        Some(_) => None,
        None if text.bytes().all(|byte| byte.is_ascii_digit()) => text.parse().ok(),
        None => None,
    }
}

fn address(domain: u32, bus: u32, slot: u32, function: u32) -> Option<Address> {
    let narrow = |number: u32| u8::try_from(number).ok();
    Address::new(domain, narrow(bus)?, narrow(slot)?, narrow(function)?)
}

/// The address in the attributes of `<address/>`.
fn address_of(tag: &BytesStart<'_>) -> Option<Address> {
    let get = |name: &str| number(&attribute(tag, name)?);
    address(get("domain")?, get("bus")?, get("slot")?, get("function")?)
}

/// Whether the open elements have these names, from the outermost.
fn is_in(open: &[Open<'_>], names: &[&str]) -> bool {
    open.len() == names.len()
        && open
            .iter()
            .zip(names)
            .all(|(open, name)| open.name == *name)
}

/// Whether the innermost element is the device's capability `pci`.
fn is_in_pci(open: &[Open<'_>]) -> bool {
    is_in(open, &["device", "capability"])
        && open
            .last()
            .is_some_and(|open| open.kind.as_deref() == Some("pci"))
}

impl Draft {
    fn opened(
        &mut self,
        places: &Places<'_>,
        piece: &str,
        tag: &BytesStart<'_>,
        open: &[Open<'_>],
    ) {
        let name = tag.name();
        let name = name.as_ref();
        let kind = || attribute(tag, "type").unwrap_or_default();
        let get = |name: &str| number(&attribute(tag, name)?);
        if is_in(open, &["device"]) && name == b"capability" {
            self.is_pci |= kind() == "pci";
        } else if is_in_pci(open) {
            match name {
                b"product" => self.product = get("id").map(|id| places.located(piece, id)),
                b"vendor" => self.vendor = get("id").map(|id| places.located(piece, id)),
                b"iommuGroup" => {
                    self.iommu_group = get("number").map(|number| IommuGroup {
                        number: places.located(piece, number),
                        members: Vec::new(),
                    });
                }
                b"numa" => {
                    self.numa_node = attribute(tag, "node").and_then(|node| node.parse().ok());
                }
                b"capability" => self.capabilities.push(match kind().as_str() {
                    "phys_function" => NodeDeviceCapability::VirtualFunctionOf(None),
                    "virt_functions" => NodeDeviceCapability::VirtualFunctions {
                        most: get("maxCount"),
                        functions: Vec::new(),
                    },
                    "mdev_types" | "mdev" => NodeDeviceCapability::MediatedDevices(Vec::new()),
                    other => NodeDeviceCapability::Other(other.to_string()),
                }),
                _ => {}
            }
        } else if open.len() == 3 && open.get(..2).is_some_and(is_in_pci) {
            let Some(parent) = open.last() else { return };
            match (parent.name.as_str(), name) {
                ("iommuGroup", b"address") => {
                    if let (Some(group), Some(address)) = (&mut self.iommu_group, address_of(tag)) {
                        group.members.push(places.located(piece, address));
                    }
                }
                ("capability", b"address") => match self.capabilities.last_mut() {
                    Some(NodeDeviceCapability::VirtualFunctionOf(of)) => *of = address_of(tag),
                    Some(NodeDeviceCapability::VirtualFunctions { functions, .. }) => {
                        functions.extend(address_of(tag));
                    }
                    _ => {}
                },
                ("capability", b"type") => {
                    if let Some(NodeDeviceCapability::MediatedDevices(types)) =
                        self.capabilities.last_mut()
                    {
                        types.extend(attribute(tag, "id"));
                    }
                }
                _ => {}
            }
        }
    }

    fn closed(
        &mut self,
        places: &Places<'_>,
        whole: &str,
        inside: &str,
        name: &str,
        open: &[Open<'_>],
    ) {
        let value = || plain(inside.trim());
        if is_in(open, &["device"]) {
            match name {
                "name" => self.name = Some(places.located(whole, value())),
                "path" => self.path = Some(value()),
                "parent" => self.parent = Some(value()),
                _ => {}
            }
        } else if is_in(open, &["device", "driver"]) && name == "name" {
            self.driver = Some(places.located(whole, value()));
        } else if is_in_pci(open) {
            let [domain, bus, slot, function] = &mut self.numbers;
            match name {
                "domain" => *domain = number(inside),
                "bus" => *bus = number(inside),
                "slot" => *slot = number(inside),
                "function" => *function = number(inside),
                "class" => self.class = Some(places.located(whole, value())),
                "product" => self.device_name = value(),
                "vendor" => self.vendor_name = value(),
                _ => {}
            }
        }
    }

    fn finish(self) -> Option<NodeDevice> {
        let name = self.name?;
        let by_numbers = match self.numbers {
            [Some(domain), Some(bus), Some(slot), Some(function)] => {
                address(domain, bus, slot, function)
            }
            // Cut before them: libvirt builds the name from the same numbers.
            _ => name.value.parse().ok(),
        };
        if !self.is_pci && !name.value.starts_with("pci_") {
            return None;
        }
        let mut function = ListedFunction::new(name.clone().with(by_numbers?));
        function.class = self.class.and_then(|class| {
            let code = class.value.parse().ok()?;
            Some(class.with(code))
        });
        let id = |id: Located<u32>| Some(id.clone().with(u16::try_from(id.value).ok()?));
        function.vendor = self.vendor.and_then(id).map(|id| id.map(VendorId));
        function.device = self.product.and_then(id).map(|id| id.map(DeviceId));
        let named = [self.vendor_name, self.device_name].join(" ");
        function.name = Some(named.trim().to_string()).filter(|name| !name.is_empty());
        function.driver = match self.driver {
            Some(driver) => Lookup::Found(driver),
            None if self.whole => Lookup::Absent,
            None => Lookup::NotShown,
        };
        Some(NodeDevice {
            function,
            name: name.value,
            path: self.path,
            parent: self.parent,
            capabilities: self.capabilities,
            iommu_group: self.iommu_group,
            numa_node: self.numa_node,
            whole: self.whole,
        })
    }
}
