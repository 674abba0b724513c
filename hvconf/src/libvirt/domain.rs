//! PCI passthrough in a domain's XML.

use core::ops::Range;

use pci_core::Address;

use super::hostdev::GuestAddress;
use super::tree::{Element, Id, Tree};
use crate::address_width::{AddressWidth, OF_MODELS};
use crate::description::AddressBits;
use crate::error::Error;
use crate::integer::integer;

/// The XML of one domain, read.
///
/// ```
/// use hvconf::libvirt::Domain;
/// let text = "<domain><features><kvm><hidden state='on'/></kvm></features>\
///     <devices/></domain>";
/// let domain = Domain::parse(text)?;
/// assert!(domain.kvm_hidden().is_some_and(|hidden| hidden.on));
/// # Ok::<(), hvconf::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct Domain<'a> {
    pub(super) tree: Tree<'a>,
}

/// A `<hostdev>` of type pci in a domain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExistingHostdev {
    /// The host function.
    pub source: Address,
    /// The address in the guest, if set.
    pub guest: Option<GuestAddress>,
    /// `managed='yes'`: libvirt binds and releases the function.
    pub managed: bool,
    /// The ROM file, if set.
    pub rom_file: Option<String>,
    /// The alias, if set.
    pub alias: Option<String>,
    /// The line of the element, from 1.
    pub line: u32,
    pub(super) id: Id,
}

/// A feature that is on or off.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Switch {
    /// `state='on'`.
    pub on: bool,
    /// Its `value`, where it has one.
    pub value: Option<String>,
    /// Its line, from 1.
    pub line: u32,
}

/// `<memballoon>`.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Balloon {
    /// Its model: `virtio`, `none`, ...
    pub model: String,
    /// Its line, from 1.
    pub line: u32,
}

/// DomainFirmware settings of the guest.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DomainFirmware {
    /// `<os firmware='…'>`: `efi` or `bios`.
    pub automatic: Option<String>,
    /// `<loader>`: the firmware's file.
    pub loader: Option<String>,
}

impl<'a> Domain<'a> {
    /// Reads the XML of a domain.
    ///
    /// # Errors
    /// When it is not well-formed, or its root is not `<domain>`.
    pub fn parse(text: &'a str) -> Result<Self, Error> {
        let tree = Tree::parse(text)?;
        match tree.get(0) {
            Some(root) if root.name == "domain" => Ok(Self { tree }),
            Some(root) => {
                let what = format!("expected <domain>, found <{}>", root.name);
                Err(tree.error(root.open.start, &what))
            }
            None => Err(tree.error(0, &"expected <domain>, found no element")),
        }
    }

    pub(super) fn devices(&self) -> Option<(Id, &Element)> {
        self.tree.child(0, "devices")
    }

    /// All `<hostdev>` of type pci and `<interface>` of type hostdev with a valid source address.
    #[must_use]
    pub fn hostdevs(&self) -> Vec<ExistingHostdev> {
        let devices = self.devices().into_iter();
        let children = devices.flat_map(|(id, _)| self.tree.children(id));
        // An interface of the type hostdev is a network function with settings of its own.
        let pci = children.filter(|(_, element)| {
            let kind = element.attribute("type");
            element.name == "hostdev" && kind == Some("pci")
                || element.name == "interface" && kind == Some("hostdev")
        });
        pci.filter_map(|(id, element)| self.hostdev(id, element))
            .collect()
    }

    fn hostdev(&self, id: Id, element: &Element) -> Option<ExistingHostdev> {
        let (_, source) = self.tree.descend(id, &["source", "address"])?;
        let attribute = |child: &str, name: &str| {
            let (_, element) = self.tree.child(id, child)?;
            element.attribute(name).map(str::to_owned)
        };
        Some(ExistingHostdev {
            source: host_address(source)?,
            guest: self.guest_address(id),
            managed: element.attribute("managed") == Some("yes"),
            rom_file: attribute("rom", "file"),
            alias: attribute("alias", "name"),
            line: self.tree.line(element.open.start),
            id,
        })
    }

    /// The address in the guest of the device `id`; one that is all 0 is none, since
    /// libvirt chooses another (`virDeviceInfoPCIAddressIsWanted`).
    pub(super) fn guest_address(&self, id: Id) -> Option<GuestAddress> {
        let mut addresses = self.tree.children(id);
        let (_, address) = addresses.find(|(_, element)| {
            element.name == "address" && element.attribute("type") == Some("pci")
        })?;
        let host = host_address(address).filter(|host| host.domain() == 0)?;
        let guest = GuestAddress {
            bus: host.bus(),
            slot: host.device(),
            function: host.function(),
        };
        let none = GuestAddress {
            bus: 0,
            slot: 0,
            function: 0,
        };
        (guest != none).then_some(guest)
    }

    fn switch(&self, path: &[&str]) -> Option<Switch> {
        let (_, element) = self.tree.descend(0, path)?;
        Some(Switch {
            on: element.attribute("state") == Some("on"),
            value: element.attribute("value").map(str::to_owned),
            line: self.tree.line(element.open.start),
        })
    }

    /// `<kvm><hidden/></kvm>`: KVM's signature is hidden from the guest.
    #[must_use]
    pub fn kvm_hidden(&self) -> Option<Switch> {
        self.switch(&["features", "kvm", "hidden"])
    }

    /// `<hyperv><vendor_id/></hyperv>`: the Hyper-V vendor that the guest sees.
    #[must_use]
    pub fn vendor_id(&self) -> Option<Switch> {
        self.switch(&["features", "hyperv", "vendor_id"])
    }

    /// The memory balloon; libvirt adds a virtio one where there is none.
    #[must_use]
    pub fn balloon(&self) -> Option<Balloon> {
        let (_, element) = self.tree.descend(0, &["devices", "memballoon"])?;
        Some(Balloon {
            model: element.attribute("model")?.to_owned(),
            line: self.tree.line(element.open.start),
        })
    }

    /// Whether the guest has an IOMMU of its own.
    pub(super) fn has_iommu(&self) -> bool {
        self.tree.descend(0, &["devices", "iommu"]).is_some()
    }

    /// `<hyperv>` where its `mode` is `passthrough` (libvirt 8.0) or `host-model` (11.9): all
    /// features are the host's, and the schema allows no child.
    pub(super) fn hyperv_of_the_host(&self) -> Option<&Element> {
        let (_, hyperv) = self.tree.descend(0, &["features", "hyperv"])?;
        let mode = hyperv.attribute("mode")?;
        (mode != "custom").then_some(hyperv)
    }

    /// The machine type: `q35`, `pc-i440fx-8.0`, ...
    #[must_use]
    pub fn machine(&self) -> Option<&str> {
        let (_, element) = self.tree.descend(0, &["os", "type"])?;
        element.attribute("machine")
    }

    /// The firmware settings; both `None` means the default BIOS of the machine type.
    #[must_use]
    pub fn firmware(&self) -> DomainFirmware {
        let os = self.tree.child(0, "os");
        let automatic = os.and_then(|(_, os)| os.attribute("firmware"));
        let loader = os.and_then(|(id, _)| self.tree.child(id, "loader"));
        DomainFirmware {
            automatic: automatic.map(str::to_owned),
            loader: loader.and_then(|(_, loader)| self.tree.content(loader)),
        }
    }

    /// Whether UEFI starts the guest: chosen by libvirt, or by a loader in flash.
    #[must_use]
    pub fn is_uefi(&self) -> bool {
        let loader = self.tree.descend(0, &["os", "loader"]);
        self.firmware().automatic.as_deref() == Some("efi")
            || loader.is_some_and(|(_, loader)| loader.attribute("type") == Some("pflash"))
    }

    /// The width of the guest's addresses, by `<maxphysaddr>` or the processor's mode (libvirt,
    /// Domain XML format, CPU model and topology); `None` if QEMU's options may decide.
    #[must_use]
    pub fn address_width(&self) -> Option<AddressWidth> {
        let tree = &self.tree;
        if tree.text.contains("phys-bits") {
            return None;
        }
        let (id, cpu) = tree.child(0, "cpu")?;
        let (bits, element) = match tree.child(id, "maxphysaddr") {
            Some((_, element)) => {
                let limit = |name| element.attribute(name)?.parse().ok().map(AddressBits::Of);
                let bits = match element.attribute("mode")? {
                    "passthrough" => limit("limit").unwrap_or(AddressBits::Host),
                    "emulate" => limit("bits")?,
                    _ => return None,
                };
                (bits, element)
            }
            None => match cpu.attribute("mode").unwrap_or("custom") {
                "host-passthrough" | "maximum" => (AddressBits::Host, cpu),
                // RHEL's machine types and Ubuntu's -hpb have the host's bits, and an alias is
                // either; host-model has them since libvirt 9.3.
                "custom" if self.is_upstream_machine() => (OF_MODELS, cpu),
                _ => return None,
            },
        };
        Some(AddressWidth {
            bits,
            line: Some(tree.line(element.open.start)),
        })
    }

    /// Whether the machine type is a versioned one of QEMU's own: `pc-q35-8.2`, `pc-i440fx-9.0`.
    fn is_upstream_machine(&self) -> bool {
        let version = self.machine().and_then(|machine| {
            let rest = machine.strip_prefix("pc-q35-");
            rest.or_else(|| machine.strip_prefix("pc-i440fx-"))
        });
        version.is_some_and(|version| {
            let is_number = |c: char| c.is_ascii_digit() || c == '.';
            !version.is_empty() && version.chars().all(is_number)
        })
    }

    /// `<memtune><hard_limit>`: the most memory that the guest's process may have, in bytes,
    /// and its line.
    pub(super) fn hard_limit(&self) -> Option<(u128, u32)> {
        let (_, element) = self.tree.descend(0, &["memtune", "hard_limit"])?;
        Some((
            element_bytes(&self.tree, element)?,
            self.tree.line(element.open.start),
        ))
    }

    /// `<memory>`: the guest's memory in bytes; `None` if the domain has none, or no number.
    #[must_use]
    pub fn memory(&self) -> Option<u128> {
        let (_, element) = self.tree.child(0, "memory")?;
        element_bytes(&self.tree, element)
    }

    /// The `<hostdev>` that assigns `source`.
    #[must_use]
    pub fn contains(&self, source: Address) -> Option<ExistingHostdev> {
        let mut hostdevs = self.hostdevs().into_iter();
        hostdevs.find(|hostdev| hostdev.source == source)
    }

    /// The span of an element with the blanks and the line end before it.
    pub(super) fn span_with_indent(&self, element: &Element) -> Range<usize> {
        let before = self.tree.text.get(..element.open.start).unwrap_or_default();
        let line = before.trim_end_matches([' ', '\t']);
        let start = match line.strip_suffix('\n') {
            Some(rest) => rest.strip_suffix('\r').unwrap_or(rest).len(),
            None => before.len(),
        };
        start..element.end
    }
}

/// The address in the attributes of an `<address>`; a missing one is 0
/// (`virPCIDeviceAddressParseXML`).
fn host_address(element: &Element) -> Option<Address> {
    let number = |name: &str| element.attribute(name).map_or(Some(0), integer);
    let byte = |name: &str| u8::try_from(number(name)?).ok();
    Address::new(
        number("domain")?,
        byte("bus")?,
        byte("slot")?,
        byte("function")?,
    )
}

/// The bytes that an element states (libvirt, Domain XML format, Memory Allocation).
pub(super) fn element_bytes(tree: &Tree<'_>, element: &Element) -> Option<u128> {
    let text = tree.text.get(element.open.end..element.close?)?;
    let number: u64 = text.trim().parse().ok()?;
    let unit = unit_bytes(element.attribute("unit").unwrap_or("KiB"))?;
    Some(u128::from(number) * u128::from(unit))
}

/// The bytes of a unit (libvirt's `virScaleInteger`).
pub(super) fn unit_bytes(unit: &str) -> Option<u64> {
    Some(match unit {
        "b" | "B" | "bytes" => 1,
        "KB" => 1000,
        "k" | "K" | "KiB" => 1 << 10,
        "MB" => 1_000_000,
        "M" | "MiB" => 1 << 20,
        "GB" => 1_000_000_000,
        "G" | "GiB" => 1 << 30,
        "TB" => 1_000_000_000_000,
        "T" | "TiB" => 1 << 40,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const SAMPLE: &str = "<domain type='kvm'>\n<os firmware='efi'>\
        <type machine='pc-q35-8.0'>hvm</type><loader readonly='yes'>/a&amp;b.fd</loader></os>\n\
        <features><hyperv><vendor_id state='on' value='NV43FIX'/></hyperv>\
        <kvm><hidden state='off'/></kvm></features>\n<devices>\n\
        <hostdev mode='subsystem' type='usb'/>\n\
        <hostdev mode='subsystem' type='pci' managed='yes'><source>\
        <address bus='10' slot='0x1f' function='0x7'/></source><rom file='/v.rom'/>\
        <alias name='ua-x'/><address type='pci' domain='0x0000' bus='0x04' slot='0x00' \
        function='0x0'/></hostdev>\n<memballoon model='virtio'/></devices></domain>";

    #[test]
    fn facts_are_read_with_their_lines() {
        let domain = Domain::parse(SAMPLE).unwrap();
        let hostdevs = domain.hostdevs();
        assert_eq!(hostdevs.len(), 1);
        let hostdev = &hostdevs[0];
        assert_eq!(hostdev.source.to_string(), "0000:0a:1f.7");
        assert_eq!((hostdev.line, hostdev.managed), (6, true));
        assert_eq!(hostdev.guest.unwrap().bus, 4);
        assert_eq!(hostdev.rom_file.as_deref(), Some("/v.rom"));
        assert_eq!(hostdev.alias.as_deref(), Some("ua-x"));
        assert_eq!(domain.contains(hostdev.source).as_ref(), Some(hostdev));
        let vendor = domain.vendor_id().unwrap();
        assert_eq!(
            (vendor.on, vendor.value.as_deref(), vendor.line),
            (true, Some("NV43FIX"), 3)
        );
        assert_eq!(domain.kvm_hidden().map(|hidden| hidden.on), Some(false));
        assert_eq!(domain.balloon().unwrap().line, 7);
        assert_eq!(domain.machine(), Some("pc-q35-8.0"));
        let firmware = domain.firmware();
        assert_eq!(firmware.automatic.as_deref(), Some("efi"));
        assert_eq!(firmware.loader.as_deref(), Some("/a&b.fd"));
    }

    #[test]
    fn omitted_parts_of_an_address_are_0() {
        let place = |address: &str| {
            let text = format!(
                "<domain><devices><hostdev type='pci'><source><address bus='3'/></source>\
                 <address type='pci'{address}/></hostdev></devices></domain>"
            );
            let hostdev = Domain::parse(&text).unwrap().hostdevs().remove(0);
            assert_eq!(hostdev.source.to_string(), "0000:03:00.0");
            hostdev.guest.map(|at| (at.bus, at.slot, at.function))
        };
        assert_eq!(place(" slot='0x07'"), Some((0, 7, 0)));
        assert_eq!(place(" bus='1'"), Some((1, 0, 0)));
        for none in [
            "",
            " bus='0' slot='0x00'",
            " multifunction='on'",
            " slot='x'",
        ] {
            assert_eq!(place(none), None, "{none}");
        }
    }

    #[test]
    fn the_processor_decides_the_width_of_addresses() {
        let width = |inner: &str| {
            let text = format!("<domain>\n{inner}\n</domain>");
            let width = Domain::parse(&text).unwrap().address_width();
            width.map(|width| (width.bits, width.line))
        };
        let of = |bits| Some((AddressBits::Of(bits), Some(2)));
        let host = Some((AddressBits::Host, Some(2)));
        let upstream =
            "<cpu><model>EPYC</model></cpu><os><type machine='pc-q35-9.0'>hvm</type></os>";
        let upstream = upstream.to_owned();
        for (cpu, wanted) in [
            ("<cpu mode='host-passthrough'/>", host),
            ("<cpu mode='host-model'/>", None),
            (&upstream, of(40)),
            (&upstream.replace("9.0", "rhel9.4.0"), None),
            ("<cpu><model>EPYC</model></cpu>", None),
            (
                "<cpu mode='host-model'><maxphysaddr mode='passthrough'/></cpu>",
                host,
            ),
            (
                "<cpu mode='host-model'><maxphysaddr mode='passthrough' limit='39'/></cpu>",
                of(39),
            ),
            (
                "<cpu mode='host-passthrough'><maxphysaddr mode='emulate' bits='46'/></cpu>",
                of(46),
            ),
            ("<cpu mode='host-model'/><x a='host-phys-bits=on'/>", None),
            ("", None),
        ] {
            assert_eq!(width(cpu), wanted, "{cpu}");
        }
    }

    #[test]
    fn other_documents_are_refused() {
        assert_eq!(Domain::parse("\n<network/>").unwrap_err().line(), Some(2));
        assert!(Domain::parse("").is_err());
    }
}
