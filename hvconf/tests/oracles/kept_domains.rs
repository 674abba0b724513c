//! Domains of libvirt, edited: what an edit changes is what was asked for.

use std::collections::{BTreeMap, BTreeSet};

use hvconf::ErrorKind;
use hvconf::assigned::{AssignedSlot, RomBar};
use hvconf::description::{Chipset, Description, GuestSystem, KvmSignature, MemoryLock, Pages};
use hvconf::libvirt::{Domain, edit, lint};
use pci_core::Address;
use testkit::random::{Random, rounds, seed};

use crate::oracles::domains::{QEMU, asked, domain};
use crate::oracles::xml::{Child, Element, written};

fn number(text: Option<&str>) -> u32 {
    let text = text.unwrap_or("0");
    match text.strip_prefix("0x") {
        Some(hex) => u32::from_str_radix(hex, 16).unwrap(),
        None => text.parse().unwrap(),
    }
}

/// Bus, slot and function of an address; none where all are 0.
fn place(address: &Element) -> Option<[u32; 3]> {
    let place = ["bus", "slot", "function"].map(|key| number(address.get(key)));
    (place != [0; 3]).then_some(place)
}

pub(crate) fn guest(device: &Element) -> Option<[u32; 3]> {
    let pci = |one: &&Element| one.name == "address" && one.get("type") == Some("pci");
    place(device.elements().find(pci)?)
}

pub(crate) fn source(device: &Element) -> Option<Address> {
    let is_pci = device.name == "hostdev" && device.get("type") == Some("pci");
    let address = device.at(&["source", "address"]).filter(|_| is_pci)?;
    let [bus, slot, function] =
        ["bus", "slot", "function"].map(|key| u8::try_from(number(address.get(key))).unwrap());
    Address::new(number(address.get("domain")), bus, slot, function)
}

fn alias(address: Address) -> String {
    format!(
        "ua-passthru-{}",
        address.to_string().replace([':', '.'], "-")
    )
}

fn bytes(number: &str, unit: &str) -> u64 {
    let unit = match unit {
        "KiB" => 1 << 10,
        "M" | "MiB" => 1 << 20,
        "G" => 1 << 30,
        other => panic!("{other}"),
    };
    number.parse::<u64>().unwrap() * unit
}

fn devices_mut(domain: &mut Element) -> impl Iterator<Item = &mut Element> {
    let children = domain.make(&["devices"]).children.iter_mut();
    children.filter_map(|child| match child {
        Child::Element(element) => Some(element),
        _ => None,
    })
}

/// What the processor is to hide, and what Windows likes to find.
fn features(domain: &mut Element, vm: &Description) {
    let hyperv = domain.at(&["features", "hyperv"]);
    let passthrough = hyperv.is_some_and(|one| one.get("mode") == Some("passthrough"));
    let vendor = hyperv.and_then(|one| one.at(&["vendor_id"]));
    let own = vendor.is_some_and(|one| one.get("state") == Some("on"));
    let ioapic = domain.at(&["features", "ioapic"]).is_some();
    let iommu = domain.at(&["devices", "iommu"]).is_some();
    if vm.system == GuestSystem::Windows && !passthrough {
        for name in ["relaxed", "vapic", "spinlocks"] {
            domain
                .make(&["features", "hyperv", name])
                .set("state", "on");
        }
        let spinlocks = domain.make(&["features", "hyperv", "spinlocks"]);
        spinlocks.set("retries", "8191");
    }
    if vm.hiding.kvm == KvmSignature::Shown {
        return;
    }
    if !passthrough && !own {
        let vendor = domain.make(&["features", "hyperv", "vendor_id"]);
        vendor.set("state", "on");
        vendor.set("value", "passthru");
    }
    domain
        .make(&["features", "kvm", "hidden"])
        .set("state", "on");
    if vm.machine.chipset == Chipset::Q35 && !ioapic && !iommu {
        domain.make(&["features", "ioapic"]).set("driver", "kvm");
    }
}

/// Sets the memory's backing; false where libvirt accepts no huge pages.
fn memory(domain: &mut Element, vm: &Description) -> bool {
    if let Pages::Huge(size) = vm.memory.pages {
        let refused = |name: &str, key: &str, value: &str| {
            let there = domain.at(&["memoryBacking", name]);
            there.is_some_and(|one| one.get(key) == Some(value))
        };
        if refused("allocation", "mode", "ondemand") || refused("source", "type", "anonymous") {
            return false;
        }
        let pages = domain.make(&["memoryBacking", "hugepages"]);
        if let Some(mebibytes) = size.mebibytes() {
            let wanted = u64::from(mebibytes) << 20;
            let page = pages.make(&["page"]);
            let there = page
                .get("size")
                .map(|size| bytes(size, page.get("unit").unwrap_or("KiB")));
            if page.get("nodeset").is_none() && there != Some(wanted) {
                page.set("size", &(mebibytes << 10).to_string());
                page.set("unit", "KiB");
            }
        }
    }
    if vm.memory.lock == MemoryLock::Locked {
        domain.make(&["memoryBacking", "locked"]);
    }
    true
}

/// Functions that the domain has already.
fn hostdevs(domain: &mut Element, slot: &AssignedSlot, missing: bool) {
    let rom = slot.rom_function();
    for hostdev in devices_mut(domain) {
        let Some(address) = source(hostdev).filter(|one| one.slot() == slot.slot()) else {
            continue;
        };
        let first = guest(hostdev).is_some_and(|guest| guest[2] == 0);
        if missing && address.function() == 0 && first {
            let place = hostdev.make(&["address"]);
            if place.get("multifunction").is_none() {
                place.set("multifunction", "on");
            }
        }
        let file = slot
            .rom_file
            .as_ref()
            .map(|file| format!("/usr/share/vgabios/{file}"));
        let set: Vec<(&str, &str)> = match (&file, slot.rom_bar) {
            _ if rom != Some(address) => continue,
            (_, RomBar::Hidden) => vec![("bar", "off")],
            (Some(file), RomBar::Visible) => vec![("file", file)],
            (None, RomBar::Visible) => continue,
        };
        if hostdev.at(&["rom"]).is_none() {
            let is = |child: &Child| matches!(child, Child::Element(one) if one.name == "source");
            let at = hostdev.children.iter().position(is).unwrap();
            hostdev
                .children
                .insert(at + 1, Child::Element(Element::new("rom")));
        }
        let there = hostdev.make(&["rom"]);
        if file.is_some() && there.get("bar") == Some("off") {
            there.set("bar", "on");
        }
        for (key, value) in set {
            there.set(key, value);
        }
    }
}

/// Ids that the guest sees, which libvirt hands to QEMU by the hostdev's alias.
fn properties(domain: &mut Element, vm: &Description) {
    for slot in vm.assigned.slots() {
        let Some(vendor) = slot.seen_ids.vendor else {
            continue;
        };
        let first = slot.functions()[0].address;
        let mut name = alias(first);
        if let Some(hostdev) = devices_mut(domain).find(|one| source(one) == Some(first)) {
            let own = hostdev.at(&["alias"]).and_then(|alias| alias.get("name"));
            match own.filter(|own| own.starts_with("ua-")) {
                Some(own) => own.clone_into(&mut name),
                None => hostdev.make(&["alias"]).set("name", &name),
            }
        }
        domain.set("xmlns:qemu", QEMU);
        let id = vendor.0.to_string();
        let text = format!("qemu:property name=x-pci-vendor-id type=unsigned value={id}");
        let front = Element::new("qemu:frontend").with(Element::new(&text));
        let device = Element::new(&format!("qemu:device alias={name}")).with(front);
        let all = domain.make(&["qemu:override"]);
        all.children.push(Child::Element(device));
    }
}

/// Changes present shared memory and the window to the requested values; returns the missing
/// elements.
fn rest(domain: &mut Element, vm: &Description) -> Vec<Element> {
    let mut new = Vec::new();
    if vm.looking_glass.is_some() {
        let size = Element::new("size unit=M").holding("64");
        let there = devices_mut(domain).find(|one| one.get("name") == Some("looking-glass"));
        match there.map(|shmem| shmem.make(&["size"])) {
            Some(there) => {
                if bytes(&there.text(), there.get("unit").unwrap()) != 64 << 20 {
                    *there = size;
                }
            }
            None => {
                let shmem = Element::new("shmem name=looking-glass");
                new.push(
                    shmem
                        .with(Element::new("model type=ivshmem-plain"))
                        .with(size),
                );
            }
        }
    }
    if vm.mmio.is_some() {
        let hole = Element::new("pcihole64 unit=KiB").holding("67108864");
        let root = |one: &&mut Element| {
            let model = one.get("model").unwrap_or_default();
            one.name == "controller" && ["pcie-root", "pci-root"].contains(&model)
        };
        match devices_mut(domain).find(root) {
            Some(root) => root.children.push(Child::Element(hole)),
            None => {
                let model = match vm.machine.chipset {
                    Chipset::Q35 => "pcie-root",
                    Chipset::I440fx => "pci-root",
                };
                let text = format!("controller type=pci index=0 model={model}");
                new.push(Element::new(&text).with(hole));
            }
        }
    }
    new
}

/// Holds what was added to a domain's devices to what was to be.
fn check_added(before: &Element, added: &[Element], vm: &Description, rest: &[Element]) {
    let (assigned, more) = added.split_at(added.len() - rest.len());
    assert_eq!(more, rest);
    let devices: Vec<&Element> = before.at(&["devices"]).unwrap().elements().collect();
    let mut used: BTreeSet<[u32; 3]> = devices.iter().copied().filter_map(guest).collect();
    let there: BTreeSet<Address> = devices.iter().copied().filter_map(source).collect();
    let pci = |one: &&&Element| one.name == "controller" && one.get("type") == Some("pci");
    let mut buses: BTreeSet<u32> = used.iter().map(|place| place[0]).collect();
    let index = |one: &Element| one.get("index").map(|index| index.parse::<u32>().unwrap());
    buses.extend(devices.iter().filter(pci).filter_map(|one| index(one)));
    let express = vm.machine.chipset == Chipset::Q35;

    let mut wanted: Vec<Address> = vm.assigned.functions().map(|one| one.address).collect();
    wanted.retain(|address| !there.contains(address));
    let mut places: BTreeMap<String, Vec<Option<[u32; 3]>>> = BTreeMap::new();
    let mut given = Vec::new();
    for device in assigned {
        if device.name == "controller" {
            let index = index(device).unwrap();
            assert!(express && buses.insert(index), "{device:?}");
            assert_eq!(device.get("model"), Some("pcie-root-port"));
            continue;
        }
        let address = source(device).unwrap();
        given.push(address);
        let slot = vm
            .assigned
            .slots()
            .iter()
            .find(|one| one.slot() == address.slot())
            .unwrap();
        let mut whole = Element::new("hostdev mode=subsystem type=pci managed=yes")
            .with(Element::new("driver name=vfio"));
        let (bus, device_number, function) = (address.bus(), address.device(), address.function());
        let host = format!(
            "address domain=0x0000 bus=0x{bus:02x} slot=0x{device_number:02x} function=0x{function:x}"
        );
        whole = whole.with(Element::new("source").with(Element::new(&host)));
        whole = whole.with(Element::new(&format!("alias name={}", alias(address))));
        let of_rom = slot.rom_function() == Some(address);
        if of_rom && slot.rom_bar == RomBar::Hidden {
            whole = whole.with(Element::new("rom bar=off"));
        } else if let Some(file) = slot.rom_file.as_ref().filter(|_| of_rom) {
            whole = whole.with(Element::new(&format!("rom file=/usr/share/vgabios/{file}")));
        }
        let place = guest(device);
        if let Some([bus, slot, function]) = place {
            assert!(used.insert([bus, slot, function]), "{device:?}");
            assert!(bus == 0 || buses.contains(&bus), "{device:?}");
            let mut text = format!(
                "address type=pci domain=0x0000 bus=0x{bus:02x} slot=0x{slot:02x} \
                 function=0x{function:x}"
            );
            let first = device.at(&["address"]).unwrap();
            if first.get("multifunction").is_some() {
                assert_eq!(function, 0);
                text.push_str(" multifunction=on");
            }
            whole = whole.with(Element::new(&text));
        }
        assert_eq!(device, &whole);
        places
            .entry(slot.slot().to_string())
            .or_default()
            .push(place);
    }
    assert_eq!(given, wanted);
    // The functions of a slot are together, or all where libvirt wants them.
    for (slot, places) in &places {
        let buses: BTreeSet<_> = places
            .iter()
            .map(|place| place.map(|place| [place[0], place[1]]))
            .collect();
        let joined = there
            .iter()
            .any(|address| address.slot().to_string() == *slot);
        assert!(buses.len() == 1 || joined, "{slot}: {places:?}");
    }
}

/// That both are the same; with the first line that is not.
fn same(one: &Element, other: &Element, text: &str) {
    if one == other {
        return;
    }
    let (one, other) = (one.lines(), other.lines());
    let at = one
        .iter()
        .zip(&other)
        .take_while(|(one, other)| one == other)
        .count();
    panic!("{:?} and {:?} in {text}", one.get(at), other.get(at));
}

/// What an edit makes of a domain.
pub(crate) enum Edited {
    New(String),
    /// Huge pages cannot be.
    Refused,
    /// There is no room for a root port.
    Full,
}

/// What an edit makes of the text, held to what was asked for.
pub(crate) fn edited(before: &Element, text: &str, vm: &Description) -> Edited {
    same(&Element::read(text), before, text);
    let mut wanted = before.clone();
    let has: BTreeSet<Address> = wanted
        .at(&["devices"])
        .unwrap()
        .elements()
        .filter_map(source)
        .collect();
    for slot in vm.assigned.slots() {
        let missing = slot
            .functions()
            .iter()
            .any(|one| !has.contains(&one.address));
        hostdevs(&mut wanted, slot, missing);
    }
    features(&mut wanted, vm);
    if !memory(&mut wanted, vm) {
        let refused = edit(text, vm).unwrap_err();
        assert!(
            matches!(refused.kind(), ErrorKind::Conflict | ErrorKind::NoRoom),
            "{text}"
        );
        return Edited::Refused;
    }
    let rest = rest(&mut wanted, vm);
    properties(&mut wanted, vm);
    let new = match edit(text, vm) {
        Err(error) if error.kind() == ErrorKind::NoRoom && vm.machine.chipset == Chipset::Q35 => {
            return Edited::Full;
        }
        new => new.unwrap_or_else(|error| panic!("{error}: {text}")),
    };
    assert_eq!(edit(&new, vm).as_ref(), Ok(&new));
    let after = Element::read(&new);
    let devices = &after.at(&["devices"]).unwrap().children;
    let there = wanted.at(&["devices"]).unwrap().children.len();
    let added: Vec<Element> = devices[there..]
        .iter()
        .map(|child| match child {
            Child::Element(element) => element.clone(),
            other => panic!("{other:?}"),
        })
        .collect();
    check_added(before, &added, vm, &rest);
    let all = &mut wanted.make(&["devices"]).children;
    all.extend(added.into_iter().map(Child::Element));
    same(&after, &wanted, &format!("{text}\n{new}"));
    // Text around the root is not part of the tree.
    let around = |text: &str| {
        let (before, rest) = text.split_once("<domain").unwrap();
        (
            before.to_owned(),
            rest.rsplit_once("</domain").unwrap().1.to_owned(),
        )
    };
    assert_eq!(around(&new), around(text));
    let issues = |text: &str| lint(&Domain::parse(text).unwrap()).len();
    assert!(issues(&new) <= issues(text), "{text}\n{new}");
    Edited::New(new)
}

#[test]
fn an_edit_changes_what_is_asked_for_and_nothing_else() {
    let mut random = Random::new(seed(0x0d01));
    let (mut changed, mut refused, mut full) = (0, 0, 0);
    for _ in 0..rounds(2000) {
        let before = domain(&mut random);
        let text = written(&before, &mut random);
        let vm = asked(&mut random, &before);
        match edited(&before, &text, &vm) {
            Edited::New(_) => changed += 1,
            Edited::Refused => refused += 1,
            Edited::Full => full += 1,
        }
    }
    eprintln!("{changed} domains edited, {refused} refused for huge pages, {full} full");
    assert!(changed > 10 * (refused + full) && refused > 0);
}
