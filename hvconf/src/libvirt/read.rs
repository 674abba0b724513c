//! Reading a domain back.

use core::num::NonZeroU16;
use std::collections::BTreeMap;

use list_order::{Inserts as _, Order as _};
use pci_core::{DeviceId, Slot, VendorId};

use super::domain::{Domain, ExistingHostdev, unit_bytes};
use super::others::Others;
use super::tree::{Element, Id};
use crate::assigned::{
    AssignedDevices, AssignedFunction, AssignedSlot, Coverage, DisplayRole, GuestSlot, RomBar,
    RomFile,
};
use crate::description::{
    AddressBits, Clock, CpuHiding, Description, EmulatedDisplay, Firmware, GuestSystem, HostCpus,
    HugePageSize, KvmSignature, LookingGlassSize, Machine, Memory, MemoryLock, MemorySize,
    MmioWindow, Pages, Pinning, SecureBoot, Topology, VmName,
};
use crate::emitted::{MANUALLY, MEDIATED, NotConverted, ReadBack};
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
    let slots = reader.slots()?;
    reader.devices();
    let assigned =
        AssignedDevices::new(slots).map_err(|error| error.beside(&reader.not_converted))?;
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
    vm.pinning = reader.pinning();
    vm.clock = reader.clock();
    vm.address_bits = reader.address_bits();
    reader.qemu_arguments(&vm);
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
            hostdevs.order_by_key(|hostdev| hostdev.source);
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
        } else if is_hidden {
            slot.hidden_roms.push(hostdev.source);
        }
        let Some(path) = rom.attribute("file") else {
            return;
        };
        let what = format!("<rom file='{path}'>");
        match RomFile::found_at(path) {
            Ok(file) if !first => {
                if slot.rom_file != Some(file) {
                    self.lose(&rom, what, OF_FIRST);
                }
            }
            Ok(file) => slot.rom_file = Some(file),
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

    /// `<vcpupin>` of each processor, or else the `cpuset` of all.
    fn pinning(&self) -> Option<Pinning> {
        let tree = &self.domain.tree;
        let tune = tree.child(0, "cputune").into_iter();
        let pins: BTreeMap<u16, HostCpus> = tune
            .flat_map(|(id, _)| tree.children(id))
            .filter(|(_, pin)| pin.name == "vcpupin")
            .filter_map(|(_, pin)| {
                let cpus = HostCpus::from_list(pin.attribute("cpuset")?)?;
                Some((pin.attribute("vcpu")?.parse().ok()?, cpus))
            })
            .into_map();
        let (_, element) = tree.child(0, "vcpu")?;
        let set = || HostCpus::from_list(element.attribute("cpuset")?).map(Pinning::Together);
        Pinning::each(self.processors(), |number| pins.get(&number).cloned()).or_else(set)
    }

    /// `<clock>`; without it it is UTC (<https://libvirt.org/formatdomain.html#time-keeping>).
    fn clock(&self) -> Option<Clock> {
        let clock = self.domain.tree.child(0, "clock");
        match clock.and_then(|(_, clock)| clock.attribute("offset")) {
            Some("localtime") => Some(Clock::LocalTime),
            Some("utc") | None => Some(Clock::Utc),
            Some(_) => None,
        }
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

    /// Lists the devices that are not converted.
    fn devices(&mut self) {
        const TAKEN: &[&str] = &["emulator", "controller", "shmem", "video", "memballoon"];
        let domain = self.domain;
        let tree = &domain.tree;
        let devices = self.domain.devices().into_iter();
        let children: Vec<(Id, Element)> = devices
            .flat_map(|(id, _)| tree.children(id))
            .map(|(id, element)| (id, element.clone()))
            .collect();
        for (id, element) in children {
            let kind = element.attribute("type");
            let is_assigned = match element.name.as_str() {
                "hostdev" => kind == Some("pci"),
                "interface" => kind == Some("hostdev"),
                _ => false,
            };
            if TAKEN.contains(&element.name.as_str()) {
                continue;
            }
            if is_assigned {
                if tree.descend(id, &["source", "address"]).is_none() {
                    let what = format!("<{}> without an address", element.name);
                    self.lose(&element, what, "it assigns nothing");
                }
                if element.name == "interface" {
                    self.virtual_function(id);
                }
                continue;
            }
            if element.name == "hostdev" {
                let why = match kind {
                    Some("mdev") => MEDIATED,
                    _ => MANUALLY,
                };
                self.lose(&element, self.other_hostdev(id, kind), why);
                continue;
            }
            let target = tree.child(id, "target");
            let target = target.and_then(|(_, target)| target.attribute("dev"));
            let what = match target {
                Some(target) => format!("<{}> {target}", element.name),
                None => format!("<{}>", element.name),
            };
            self.lose(&element, what, MANUALLY);
        }
    }

    /// The identity of a hostdev that is no PCI function.
    fn other_hostdev(&self, id: Id, kind: Option<&str>) -> String {
        let tree = &self.domain.tree;
        let at = |path: &[&str], name: &str| {
            let (_, element) = tree.descend(id, path)?;
            element.attribute(name).map(str::to_owned)
        };
        let hex = |path: &[&str]| at(path, "id").and_then(|id| integer(&id));
        let address = |name: &str| at(&["source", "address"], name);
        let own = match kind {
            Some("mdev") => address("uuid").map(|uuid| format!("mediated device {uuid}")),
            Some("usb") => {
                let ids = hex(&["source", "vendor"]).zip(hex(&["source", "product"]));
                let ids = ids.map(|(vendor, product)| format!("USB {vendor:04x}:{product:04x}"));
                let place = || address("bus").zip(address("device"));
                ids.or_else(|| place().map(|(bus, one)| format!("USB bus {bus} device {one}")))
            }
            Some("scsi") => at(&["source", "adapter"], "name").map(|name| format!("SCSI {name}")),
            _ => None,
        };
        match own {
            Some(own) => format!("<hostdev> {own}"),
            None => format!("<hostdev type='{}'>", kind.unwrap_or_default()),
        }
    }

    /// Lists the settings of a virtual function, which libvirt makes by its physical one.
    fn virtual_function(&mut self, id: Id) {
        let domain = self.domain;
        let tree = &domain.tree;
        let mut lost = Vec::new();
        for (id, child) in tree.children(id) {
            let set = |words: String| format!("set it by the physical function: {words}");
            match child.name.as_str() {
                "source" | "address" | "alias" | "driver" => {}
                "mac" => {
                    let mac = child.attribute("address").unwrap_or_default();
                    let why = set(format!("ip link set PF vf N mac {mac}"));
                    lost.push((child.clone(), format!("<mac address='{mac}'>"), why));
                }
                "vlan" => {
                    let tag = tree
                        .child(id, "tag")
                        .and_then(|(_, tag)| tag.attribute("id"));
                    let tag = tag.unwrap_or_default();
                    let why = set(format!("ip link set PF vf N vlan {tag}"));
                    lost.push((child.clone(), format!("<vlan> {tag}"), why));
                }
                name => lost.push((child.clone(), format!("<{name}>"), MANUALLY.to_owned())),
            }
        }
        for (element, what, why) in lost {
            self.lose(&element, what, &why);
        }
    }

    /// Lists the arguments for QEMU that are not converted.
    fn qemu_arguments(&mut self, vm: &Description) {
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
