//! Reading a domain back.

use core::num::NonZeroU16;
use std::collections::BTreeMap;

use pci_core::{DeviceId, Slot, VendorId};

use super::domain::{Domain, ExistingHostdev, unit_bytes};
use super::others::Others;
use super::tree::{Element, Id};
use crate::assigned::{
    AssignedDevices, AssignedFunction, AssignedSlot, Coverage, DisplayRole, GuestSlot,
    ROM_DIRECTORY, RomBar,
};
use crate::description::{
    AddressBits, CpuHiding, Description, EmulatedDisplay, Firmware, GuestSystem, HugePageSize,
    KvmSignature, LookingGlassSize, Machine, Memory, MemoryLock, MemorySize, MmioWindow, Pages,
    SecureBoot, Topology, VmName,
};
use crate::emitted::{NotConverted, ReadBack};
use crate::error::{Cause, Error};
use crate::integer::integer;

/// The description of the domain in `text`.
///
/// The listed functions of a slot are assigned: a domain does not show whether the host has more
/// there. An assigned card is the first screen if QEMU's `x-vga` is set.
///
/// # Errors
/// When `text` is not the XML of a domain, or it assigns no function.
pub fn read_back(text: &str) -> Result<ReadBack, Error> {
    let domain = Domain::parse(text)?;
    let mut reader = Reader {
        domain: &domain,
        not_converted: Vec::new(),
    };
    let assigned = AssignedDevices::new(reader.slots()?)?;
    let name = reader.name();
    let name = name.ok_or(Cause::NoFunction)?;
    let mut vm = Description::new(name, assigned);
    vm.machine = reader.machine();
    vm.firmware = reader.firmware();
    vm.processors = reader.processors();
    vm.memory = reader.memory();
    (vm.hiding, vm.system) = reader.hiding();
    vm.mmio = reader.window();
    vm.emulated_display = reader.display();
    vm.looking_glass = reader.looking_glass();
    vm.topology = reader.topology();
    vm.address_bits = reader.address_bits();
    reader.others(&vm);
    let mut not_converted = reader.not_converted;
    let domain = &domain;
    not_converted.extend(Others { domain, vm: &vm }.not_converted());
    Ok(ReadBack::in_order(vm, not_converted))
}

/// Why another function's setting is not converted.
const OF_FIRST: &str = "the setting of the first function is that of the slot";

struct Reader<'a> {
    domain: &'a Domain<'a>,
    not_converted: Vec<NotConverted>,
}

impl Reader<'_> {
    fn lose(&mut self, element: &Element, what: String, why: &str) {
        let line = self.domain.tree.line(element.open.start);
        self.not_converted
            .push(NotConverted::new(what, why).on_line(line));
    }

    fn content(&self, path: &[&str]) -> Option<String> {
        let (_, element) = self.domain.tree.descend(0, path)?;
        self.domain.tree.content(element)
    }

    /// The name; one that cannot be a [`VmName`] becomes the nearest.
    fn name(&mut self) -> Option<VmName> {
        let text = self.content(&["name"]).unwrap_or_default();
        let name = VmName::nearest(&text).or_else(|| VmName::nearest("vm"))?;
        if name.as_str() != text {
            let element = self.domain.tree.child(0, "name");
            let element = element.or_else(|| self.domain.tree.get(0).map(|root| (0, root)));
            if let Some((_, element)) = element {
                let what = format!("name {text:?}");
                self.lose(element, what, &format!("other hypervisors accept {name}"));
            }
        }
        Some(name)
    }

    fn slots(&mut self) -> Result<Vec<AssignedSlot>, Error> {
        let mut order: Vec<Slot> = Vec::new();
        let mut by_slot: BTreeMap<Slot, Vec<ExistingHostdev>> = BTreeMap::new();
        for hostdev in self.domain.hostdevs() {
            let of_slot = by_slot.entry(hostdev.source.slot()).or_default();
            if of_slot.is_empty() {
                order.push(hostdev.source.slot());
            }
            of_slot.push(hostdev);
        }
        let mut slots = Vec::new();
        for slot in order {
            let mut hostdevs = by_slot.remove(&slot).unwrap_or_default();
            let functions = hostdevs.iter().map(|h| AssignedFunction::at(h.source));
            let mut assigned = AssignedSlot::new(functions.collect(), Coverage::ListedFunctions)?;
            let guest = |hostdev: &ExistingHostdev| {
                let guest = hostdev.guest?;
                GuestSlot::new(guest.bus, guest.slot)
            };
            let first = hostdevs.first().and_then(guest);
            if hostdevs.iter().all(|hostdev| guest(hostdev) == first) {
                assigned.guest = first;
                self.numbers(&hostdevs, &assigned);
            } else if let Some(element) = hostdevs.first().and_then(|h| self.domain.tree.get(h.id))
            {
                let element = element.clone();
                let what = format!("guest addresses of {slot}");
                self.lose(
                    &element,
                    what,
                    "its functions are in different slots; they are put into one",
                );
            }
            hostdevs.sort_by_key(|hostdev| hostdev.source);
            for (order, hostdev) in hostdevs.iter().enumerate() {
                self.rom(hostdev, order == 0, &mut assigned);
                self.overrides(hostdev, order == 0, &mut assigned);
            }
            slots.push(assigned);
        }
        Ok(slots)
    }

    /// Lists the functions that have another number in the guest than they get.
    fn numbers(&mut self, hostdevs: &[ExistingHostdev], slot: &AssignedSlot) {
        for hostdev in hostdevs {
            let own = slot
                .guest_functions()
                .find(|(_, one)| one.address == hostdev.source);
            let number = own.map(|(number, _)| number);
            let there = hostdev.guest.map(|guest| guest.function);
            let element = self.domain.tree.get(hostdev.id).cloned();
            if let (true, Some(element)) = (there.is_some() && there != number, element) {
                let what = format!("the number in the guest of {}", hostdev.source);
                self.lose(&element, what, "a function keeps the number that it has");
            }
        }
    }

    /// The first function's ROM is the slot's; another one's may only be the same.
    fn rom(&mut self, hostdev: &ExistingHostdev, first: bool, slot: &mut AssignedSlot) {
        let Some((_, rom)) = self.domain.tree.child(hostdev.id, "rom") else {
            return;
        };
        let rom = rom.clone();
        let is_hidden =
            rom.attribute("bar") == Some("off") || rom.attribute("enabled") == Some("no");
        if is_hidden && first {
            slot.rom_bar = RomBar::Hidden;
        } else if is_hidden && slot.rom_bar == RomBar::Visible {
            let what = format!("hidden ROM of {}", hostdev.source);
            self.lose(&rom, what, OF_FIRST);
        }
        let Some(path) = rom.attribute("file") else {
            return;
        };
        let (directory, name) = path.rsplit_once('/').unwrap_or(("", path));
        let what = format!("<rom file='{path}'>");
        match name.parse() {
            Ok(file) if !first => {
                if slot.rom_file != Some(file) {
                    self.lose(&rom, what, OF_FIRST);
                }
            }
            Ok(file) => {
                if directory != ROM_DIRECTORY {
                    let why = format!("the file {name} has to be where the target looks for it");
                    self.lose(&rom, what, &why);
                }
                slot.rom_file = Some(file);
            }
            Err(_) => self.lose(
                &rom,
                what,
                "the name has characters that formats treat specially",
            ),
        }
    }

    /// Settings of a hostdev in `<qemu:override>` and `-set`.
    fn overrides(&mut self, hostdev: &ExistingHostdev, first: bool, slot: &mut AssignedSlot) {
        for (name, value, element) in self.qemu_properties(hostdev) {
            let id = integer(&value).and_then(|id| u16::try_from(id).ok());
            let ids = &mut slot.seen_ids;
            match name.as_str() {
                "x-vga" if first && matches!(value.as_str(), "true" | "on") => {
                    slot.display = DisplayRole::Primary;
                }
                "x-pci-vendor-id" if first && id.is_some() => ids.vendor = id.map(VendorId),
                "x-pci-device-id" if first && id.is_some() => ids.device = id.map(DeviceId),
                "x-pci-sub-vendor-id" if first && id.is_some() => {
                    ids.subsystem_vendor = id.map(VendorId);
                }
                "x-pci-sub-device-id" if first && id.is_some() => {
                    ids.subsystem_device = id.map(DeviceId);
                }
                _ => {
                    let what = format!("{}: {name}={value}", hostdev.source);
                    self.lose(&element, what, "the description has no place for it");
                }
            }
        }
    }

    fn qemu_properties(&self, hostdev: &ExistingHostdev) -> Vec<(String, String, Element)> {
        let tree = &self.domain.tree;
        let mut found = Vec::new();
        let Some(alias) = &hostdev.alias else {
            return found;
        };
        let overrides = tree.children(0).filter(|(_, e)| e.name == "qemu:override");
        let devices = overrides.flat_map(|(id, _)| tree.children(id));
        for (id, _) in devices.filter(|(_, e)| e.attribute("alias") == Some(alias)) {
            let frontends = tree.children(id).filter(|(_, e)| e.name == "qemu:frontend");
            for (_, property) in frontends.flat_map(|(id, _)| tree.children(id)) {
                let attribute =
                    |name: &str| property.attribute(name).unwrap_or_default().to_owned();
                found.push((attribute("name"), attribute("value"), property.clone()));
            }
        }
        found
    }

    fn machine(&mut self) -> Machine {
        let name = self.domain.machine().unwrap_or("pc").to_owned();
        if let Some(machine) = Machine::from_qemu(&name) {
            return machine;
        }
        if let Some((_, element)) = self.domain.tree.descend(0, &["os", "type"]) {
            let what = format!("machine type {name}");
            self.lose(&element.clone(), what, "it is converted as the newest q35");
        }
        Machine::Q35
    }

    fn firmware(&self) -> Firmware {
        let tree = &self.domain.tree;
        if !self.domain.is_uefi() {
            return Firmware::SeaBios;
        }
        let loader = tree.descend(0, &["os", "loader"]).map(|(_, loader)| loader);
        let features = tree.descend(0, &["os", "firmware"]);
        let features = features.into_iter().flat_map(|(id, _)| tree.children(id));
        let secure = features.into_iter().any(|(_, feature)| {
            feature.attribute("name") == Some("secure-boot")
                && feature.attribute("enabled") == Some("yes")
        });
        let secure =
            secure || loader.is_some_and(|loader| loader.attribute("secure") == Some("yes"));
        Firmware::Ovmf(if secure {
            SecureBoot::On
        } else {
            SecureBoot::Off
        })
    }

    fn processors(&self) -> Option<NonZeroU16> {
        NonZeroU16::new(self.content(&["vcpu"])?.parse().ok()?)
    }

    /// Where it is one of all processors, without dies and clusters.
    fn topology(&self) -> Option<Topology> {
        let (_, element) = self.domain.tree.descend(0, &["cpu", "topology"])?;
        let number = |name: &str| element.attribute(name)?.parse().ok();
        let one = |name: &str| element.attribute(name).is_none_or(|value| value == "1");
        let topology = Topology::new(number("sockets")?, number("cores")?, number("threads")?)?;
        let is_all = Some(topology.processors()) == self.processors();
        (is_all && one("dies") && one("clusters")).then_some(topology)
    }

    fn address_bits(&self) -> Option<AddressBits> {
        let (_, element) = self.domain.tree.descend(0, &["cpu", "maxphysaddr"])?;
        let bits = element
            .attribute("bits")
            .or_else(|| element.attribute("limit"));
        match (element.attribute("mode")?, bits) {
            ("passthrough", None) => Some(AddressBits::Host),
            ("emulate", Some(bits)) => bits.parse().ok().map(AddressBits::Of),
            _ => None,
        }
    }

    fn memory(&self) -> Memory {
        let tree = &self.domain.tree;
        let size = tree.child(0, "memory").and_then(|(_, element)| {
            let unit = element.attribute("unit").unwrap_or("KiB");
            let number: u64 = tree.content(element)?.parse().ok()?;
            MemorySize::from_bytes(number.checked_mul(unit_bytes(unit)?)?)
        });
        let pages = match tree.descend(0, &["memoryBacking", "hugepages"]) {
            None => Pages::Ordinary,
            Some((id, _)) => {
                let page = tree.child(id, "page").and_then(|(_, page)| {
                    let number: u64 = page.attribute("size")?.parse().ok()?;
                    number.checked_mul(unit_bytes(page.attribute("unit").unwrap_or("KiB"))?)
                });
                Pages::Huge(match page.map(|bytes| bytes >> 20) {
                    Some(2) => HugePageSize::Mebibytes2,
                    Some(1024) => HugePageSize::Gibibyte1,
                    _ => HugePageSize::HostDefault,
                })
            }
        };
        let locked = tree.descend(0, &["memoryBacking", "locked"]).is_some();
        Memory {
            size,
            pages,
            lock: if locked {
                MemoryLock::Locked
            } else {
                MemoryLock::NotAsked
            },
        }
    }

    fn hiding(&mut self) -> (CpuHiding, GuestSystem) {
        let hidden = self.domain.kvm_hidden().is_some_and(|switch| switch.on);
        let vendor = self.domain.vendor_id().filter(|switch| switch.on);
        let text = vendor.and_then(|switch| switch.value);
        let hyperv_vendor_id = text.as_deref().and_then(|text| text.parse().ok());
        if let (Some(text), None) = (&text, &hyperv_vendor_id) {
            let path = ["features", "hyperv", "vendor_id"];
            if let Some((_, element)) = self.domain.tree.descend(0, &path) {
                let what = format!("vendor_id {text:?}");
                self.lose(
                    &element.clone(),
                    what,
                    "a vendor has 1 to 12 letters and digits",
                );
            }
        }
        let relaxed = self
            .domain
            .tree
            .descend(0, &["features", "hyperv", "relaxed"]);
        let windows = relaxed.is_some_and(|(_, element)| element.attribute("state") == Some("on"));
        let kvm = if hidden {
            KvmSignature::Hidden
        } else {
            KvmSignature::Shown
        };
        let hiding = CpuHiding {
            kvm,
            hyperv_vendor_id,
        };
        let system = if windows {
            GuestSystem::Windows
        } else {
            GuestSystem::Other
        };
        (hiding, system)
    }

    fn window(&self) -> Option<MmioWindow> {
        let tree = &self.domain.tree;
        let gibibytes = |bytes: u64| {
            let is_complete = bytes % (1 << 30) == 0;
            let gibibytes = u32::try_from(bytes >> 30).ok().filter(|_| is_complete)?;
            MmioWindow::from_gibibytes(gibibytes)
        };
        let devices = self.domain.devices().into_iter();
        let mut children = devices.flat_map(|(id, _)| tree.children(id));
        let hole = children.find_map(|(id, _)| tree.child(id, "pcihole64"));
        let hole = hole.and_then(|(_, hole)| {
            let number: u64 = tree.content(hole)?.parse().ok()?;
            let unit = unit_bytes(hole.attribute("unit").unwrap_or("KiB"))?;
            gibibytes(number.checked_mul(unit)?)
        });
        hole.or_else(|| {
            self.arguments().iter().find_map(|(value, _)| {
                let value = value.strip_prefix("name=")?;
                let value = value.strip_prefix("opt/ovmf/X-PciMmio64Mb,string=")?;
                gibibytes(value.parse::<u64>().ok()?.checked_mul(1 << 20)?)
            })
        })
    }

    /// The arguments of `<qemu:commandline>`.
    fn arguments(&self) -> Vec<(String, Element)> {
        let tree = &self.domain.tree;
        let lines = tree
            .children(0)
            .filter(|(_, e)| e.name == "qemu:commandline");
        let arguments = lines.flat_map(|(id, _)| tree.children(id));
        arguments
            .filter(|(_, element)| element.name == "qemu:arg")
            .filter_map(|(_, element)| {
                Some((element.attribute("value")?.to_owned(), element.clone()))
            })
            .collect()
    }

    fn display(&mut self) -> Option<EmulatedDisplay> {
        let (_, element) = self
            .domain
            .tree
            .descend(0, &["devices", "video", "model"])?;
        Some(match element.attribute("type")? {
            "none" => EmulatedDisplay::None,
            "virtio" => EmulatedDisplay::Virtio,
            "qxl" => EmulatedDisplay::Qxl,
            _ => EmulatedDisplay::Vga,
        })
    }

    fn looking_glass(&self) -> Option<LookingGlassSize> {
        let (_, element) = self.domain.tree.descend(0, &["devices", "shmem", "size"])?;
        let number: u64 = self.domain.tree.content(element)?.parse().ok()?;
        let unit = unit_bytes(element.attribute("unit").unwrap_or("B"))?;
        let mebibytes = number.checked_mul(unit)? >> 20;
        LookingGlassSize::from_mebibytes(u16::try_from(mebibytes).ok()?)
    }

    /// Other settings of a domain: its devices, and its arguments for QEMU.
    fn others(&mut self, vm: &Description) {
        const TAKEN: &[&str] = &["emulator", "controller", "shmem", "video", "memballoon"];
        let devices = self.domain.devices().into_iter();
        let children: Vec<(Id, Element)> = devices
            .flat_map(|(id, _)| self.domain.tree.children(id))
            .map(|(id, element)| (id, element.clone()))
            .collect();
        for (id, element) in children {
            let pci = element.name == "hostdev" && element.attribute("type") == Some("pci");
            if TAKEN.contains(&element.name.as_str()) {
                continue;
            }
            if pci {
                if self
                    .domain
                    .tree
                    .descend(id, &["source", "address"])
                    .is_none()
                {
                    self.lose(
                        &element,
                        "<hostdev> without an address".to_owned(),
                        "it assigns nothing",
                    );
                }
                continue;
            }
            let target = self.domain.tree.child(id, "target");
            let target = target.and_then(|(_, target)| target.attribute("dev"));
            let what = match target {
                Some(target) => format!("<{}> {target}", element.name),
                None => format!("<{}>", element.name),
            };
            self.lose(&element, what, "only assigned devices are converted");
        }
        let mut words = self.arguments().into_iter();
        while let Some((word, element)) = words.next() {
            if word == "-fw_cfg" {
                let next = words.next();
                let known = |(value, _): &(String, Element)| value.contains("X-PciMmio64Mb");
                if vm.mmio.is_some() && next.as_ref().is_some_and(known) {
                    continue;
                }
            }
            self.lose(
                &element,
                format!("QEMU argument {word}"),
                "only libvirt passes it to QEMU",
            );
        }
    }
}
