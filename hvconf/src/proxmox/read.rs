//! Reading a machine's configuration back.

use core::num::NonZeroU16;

use pci_core::{Address, Slot};

use super::assign::says_of_first;
use super::host_context::HostContext;
use super::hostpci::{HostAddress, HostDevice, HostPci, MOST_ENTRIES};
use super::pci_cfg::{NodeMap, PciCfg};
use super::property::{PropertyString, boolean};
use super::vm_config::{Entry, SectionKind, VmConfig};
use super::vm_id::VmId;
use crate::assigned::{
    AssignedDevices, AssignedFunction, AssignedSlot, Coverage, DisplayRole, GuestSlot, RomBar,
};
use crate::description::{
    AddressBits, Chipset, Clock, CpuHiding, Description, EmulatedDisplay, Firmware, GuestSystem,
    HostCpus, HugePageSize, KvmSignature, Machine, Memory, MemorySize, NumaNodes, Pages, Pinning,
    SecureBoot, Topology, VmName,
};
use crate::emitted::{MANUALLY, MEDIATED, NotConverted, ReadBack, UNLISTED};
use crate::error::{Cause, Error};
use crate::qemu::{Arguments, launch_words, read_arguments};

/// The description of the machine `id` in `text`.
///
/// Snapshots are skipped; changes in `[PENDING]` are listed. In a slot that is assigned entirely,
/// functions that are not in `host_context` are unknown, except function 0.
///
/// # Errors
/// When an entry cannot be read, or no function is assigned.
///
/// ```
/// use hvconf::proxmox::{HostContext, read_back};
/// let text = "hostpci0: 0000:01:00.0,pcie=1\nmachine: q35\nname: win11\nnet0: virtio\n";
/// let back = read_back("105".parse()?, text, HostContext::default())?;
/// assert_eq!(back.description.name.as_str(), "win11");
/// assert_eq!(back.not_converted[0].what, "net0");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn read_back(id: VmId, text: &str, host_context: HostContext<'_>) -> Result<ReadBack, Error> {
    let config = VmConfig::parse(text);
    let mut reader = Reader {
        config: &config,
        node: node(host_context),
        host_context,
        not_converted: Vec::new(),
        slots: Vec::new(),
        options: Vec::new(),
    };
    let arguments = reader.arguments();
    for index in 0..MOST_ENTRIES {
        reader.entry(index)?;
    }
    reader.options();
    let mut slots = core::mem::take(&mut reader.slots);
    slots.extend(arguments.slots);
    let assigned =
        AssignedDevices::new(slots).map_err(|error| error.beside(&reader.not_converted))?;
    let mut vm = Description::new(reader.name(id).ok_or(Cause::NoFunction)?, assigned);
    vm.number = id.to_string().parse().ok();
    vm.machine = reader.machine();
    vm.firmware = reader.firmware();
    vm.processors = reader.processors();
    vm.topology = reader.topology();
    vm.pinning = reader.pinning();
    vm.memory = reader.memory();
    vm.system = reader.system();
    vm.clock = reader.clock();
    vm.emulated_display = reader.display(&vm.assigned);
    vm.address_bits = arguments.address_bits.or_else(|| reader.address_bits());
    vm.hiding = reader.hiding(arguments.hiding, &vm.assigned);
    vm.mmio = arguments.mmio;
    vm.looking_glass = arguments.looking_glass;
    reader.values(&vm);
    reader.others();
    let mut not_converted = reader.not_converted;
    not_converted.extend(arguments.not_converted);
    Ok(ReadBack::in_order(vm, not_converted))
}

/// The node of the VM: the named one, or the only one that has functions of the host.
fn node(host_context: HostContext<'_>) -> Option<String> {
    let all = || {
        host_context
            .mappings
            .map(PciCfg::mappings)
            .unwrap_or_default()
    };
    // The named host may be the target's, which is no node.
    let mut nodes = all()
        .into_iter()
        .flat_map(|one| one.maps)
        .map(|map| map.node);
    let named = host_context.node;
    if let Some(node) = nodes.find(|node| Some(node.as_str()) == named) {
        return Some(node);
    }
    let functions = host_context.functions;
    let is_shown = |map: &NodeMap| {
        let mut path = map.path.iter();
        path.any(|own| functions.iter().any(|one| own.covers(one.address)))
    };
    let mut shown = all().into_iter().flat_map(|one| one.maps).filter(is_shown);
    let first = shown.next()?.node;
    shown.all(|map| map.node == first).then_some(first)
}

struct Reader<'a> {
    config: &'a VmConfig,
    /// The node of the VM, where the mappings have it.
    node: Option<String>,
    host_context: HostContext<'a>,
    not_converted: Vec<NotConverted>,
    slots: Vec<AssignedSlot>,
    // Each entry with its first function.
    options: Vec<(Entry<'a>, HostPci, Address)>,
}

impl<'a> Reader<'a> {
    fn value(&self, key: &str) -> Option<&'a str> {
        self.config.get(key).map(|entry| entry.value)
    }

    fn lose(&mut self, entry: &Entry<'_>, what: impl Into<String>, why: &str) {
        self.not_converted
            .push(NotConverted::new(what, why).on_line(entry.line));
    }

    fn arguments(&mut self) -> Arguments {
        let Some(entry) = self.config.get("args") else {
            return Arguments::default();
        };
        let mut arguments = match launch_words(&format!("kvm {}", entry.value)) {
            Ok(words) => read_arguments(&words.argv),
            Err(_) => {
                self.lose(&entry, "args", "its words cannot be read");
                return Arguments::default();
            }
        };
        for not_converted in &mut arguments.not_converted {
            not_converted.what = format!("args: {}", not_converted.what);
            not_converted.line = Some(entry.line);
        }
        arguments
    }

    fn entry(&mut self, index: u8) -> Result<(), Error> {
        let key = format!("hostpci{index}");
        let Some(entry) = self.config.get(&key) else {
            return Ok(());
        };
        let line = entry.line;
        let host: HostPci = entry
            .value
            .parse()
            .map_err(|error: Error| error.at(line).in_part(&*key))?;
        if host.mdev.is_some() {
            self.lose(&entry, format!("{key}: {}", entry.value), MEDIATED);
            return Ok(());
        }
        let addresses = match &host.device {
            HostDevice::Host(addresses) => addresses.clone(),
            HostDevice::Mapping(id) => {
                let Some(addresses) = self.mapped(&entry, id.as_str())? else {
                    return Ok(());
                };
                addresses
            }
        };
        for address in &addresses {
            self.take(&entry, *address)?;
        }
        if let Some(function) = HostAddress::first_function(&addresses) {
            self.options.push((entry, host.clone(), function));
        }
        if host.driver == Some(super::hostpci::HostDriver::Keep) {
            let what = format!("{key}: driver=keep");
            self.lose(&entry, what, "only Proxmox VE has it");
        }
        Ok(())
    }

    /// The functions of a mapping on the node. Of several the entry gets the one of its order
    /// among the entries of that mapping.
    ///
    /// # Errors
    /// When they are of several nodes, and which one is ours is unknown.
    fn mapped(&mut self, entry: &Entry<'_>, id: &str) -> Result<Option<Vec<HostAddress>>, Error> {
        let file = self.host_context.mappings;
        let Some(mapping) = file.and_then(|file| file.mapping(id)) else {
            let why = format!("mapping {id} is not shown: /etc/pve/mapping/pci.cfg");
            self.lose(entry, entry.key, &why);
            return Ok(None);
        };
        let ours = |map: &NodeMap| self.node.as_ref().is_none_or(|node| *node == map.node);
        let maps = mapping.maps.into_iter();
        let maps: Vec<NodeMap> = maps
            .filter(|map| ours(map) && !map.path.is_empty())
            .collect();
        let list = |with_node: bool| {
            let one = |map: &NodeMap| {
                let path: Vec<String> = map.path.iter().map(ToString::to_string).collect();
                let of_node = with_node.then(|| format!(" on {}", map.node));
                path.join(";") + &of_node.unwrap_or_default()
            };
            maps.iter().map(one).collect::<Vec<_>>().join(", ")
        };
        if maps
            .iter()
            .any(|map| Some(&map.node) != maps.first().map(|map| &map.node))
        {
            let mapping = id.to_owned();
            let answers = list(true);
            let error = Cause::SeveralNodes { mapping, answers }.at(entry.line);
            return Err(error.in_part(entry.key));
        }
        let entries = (0..MOST_ENTRIES).filter_map(|at| self.config.get(&format!("hostpci{at}")));
        let same: Vec<&str> = entries
            .filter(|one| {
                let device = one.value.parse::<HostPci>().map(|host| host.device);
                matches!(device, Ok(HostDevice::Mapping(one)) if one.as_str() == id)
            })
            .map(|one| one.key)
            .collect();
        let order = same.iter().position(|key| *key == entry.key);
        let Some(own) = maps.get(order.unwrap_or_default()) else {
            let why = format!("mapping {id} has no further functions of the node");
            self.lose(entry, entry.key, &why);
            return Ok(None);
        };
        if maps.len() > same.len() {
            let what = format!("{}: {}", entry.key, entry.value);
            let why = format!(
                "Proxmox VE chooses a free one of {} at each start; it is converted as {}",
                list(false),
                own.path
                    .iter()
                    .map(ToString::to_string)
                    .collect::<Vec<_>>()
                    .join(";")
            );
            self.lose(entry, what, &why);
        }
        Ok(Some(own.path.clone()))
    }

    fn known(&self, address: Address) -> AssignedFunction {
        let mut known = self.host_context.functions.iter();
        let found = known.find(|function| function.address == address);
        found
            .copied()
            .unwrap_or_else(|| AssignedFunction::at(address))
    }

    fn take(&mut self, entry: &Entry<'_>, address: HostAddress) -> Result<(), Error> {
        let slot = address.slot();
        let (functions, coverage) = match address {
            HostAddress::Function(address) => {
                (vec![self.known(address)], Coverage::ListedFunctions)
            }
            HostAddress::Slot(slot) => (self.whole(entry, slot), Coverage::WholeSlot),
        };
        let same = |other: &AssignedSlot| other.slot() == slot;
        let before = self.slots.iter().position(same);
        let assigned = match before.map(|at| self.slots.remove(at)) {
            Some(before) => {
                let mut all = before.functions().to_vec();
                all.extend(functions);
                AssignedSlot::new(all, before.coverage)?
            }
            None => AssignedSlot::new(functions, coverage)?,
        };
        let at = before.unwrap_or(self.slots.len());
        self.slots.insert(at.min(self.slots.len()), assigned);
        Ok(())
    }

    /// What the entries say of their first functions, for the slots of which those are the
    /// first, too.
    fn options(&mut self) {
        for (entry, host, function) in core::mem::take(&mut self.options) {
            let is_first = |slot: &&mut AssignedSlot| {
                let first = slot.functions().first();
                first.is_some_and(|first| first.address == function)
            };
            let Some(assigned) = self.slots.iter_mut().find(is_first) else {
                if says_of_first(&host) {
                    let what = format!("{}: options of {function}", entry.key);
                    let why = "they are converted for the first function of a slot only";
                    self.lose(&entry, what, why);
                }
                continue;
            };
            if host.legacy_igd == Some(true) {
                // Its place in QEMU's legacy mode (`docs/igd-assign.txt`).
                assigned.guest = GuestSlot::new(0, 2);
            }
            if host.x_vga == Some(true) {
                assigned.display = DisplayRole::Primary;
            }
            if host.rombar == Some(false) {
                assigned.rom_bar = RomBar::Hidden;
            }
            assigned.seen_ids.vendor = host.vendor_id;
            assigned.seen_ids.device = host.device_id;
            assigned.seen_ids.subsystem_vendor = host.sub_vendor_id;
            assigned.seen_ids.subsystem_device = host.sub_device_id;
            if let Some(path) = &host.romfile {
                assigned.rom_file = path.plain();
                if assigned.rom_file.is_none() {
                    let what = format!("romfile={}", path.as_str());
                    self.lose(&entry, what, "only a plain file name is converted");
                }
            }
        }
    }

    /// All functions of `slot` that are known, at least function 0.
    fn whole(&mut self, entry: &Entry<'_>, slot: Slot) -> Vec<AssignedFunction> {
        let known = self.host_context.functions.iter();
        let known: Vec<_> = known
            .filter(|f| f.address.slot() == slot)
            .copied()
            .collect();
        if known.is_empty() {
            let what = format!("functions of {slot} but function 0");
            self.lose(entry, what, UNLISTED);
            return slot
                .function(0)
                .map(AssignedFunction::at)
                .into_iter()
                .collect();
        }
        known
    }

    fn name(&mut self, id: VmId) -> Option<VmName> {
        let own = VmName::nearest(&format!("vm-{id}"));
        let Some(entry) = self.config.get("name") else {
            return own;
        };
        let name = VmName::nearest(entry.value).or(own);
        if let Some(name) = name.as_ref().filter(|name| name.as_str() != entry.value) {
            let what = format!("name {}", entry.value);
            self.lose(
                &entry,
                what,
                &format!("a name is a DNS name: it becomes {name}"),
            );
        }
        name
    }

    fn machine(&mut self) -> Machine {
        let Some(entry) = self.config.get("machine") else {
            return Machine::I440FX;
        };
        let Ok(options) = PropertyString::parse(entry.value, "type") else {
            self.lose(&entry, "machine", "it cannot be read");
            return Machine::I440FX;
        };
        for part in options.parts() {
            if part.key != "type" {
                let what = format!("machine: {}={}", part.key, part.value);
                self.lose(&entry, what, "only Proxmox VE has it");
            }
        }
        let kind = options.get("type").unwrap_or("pc");
        if kind.contains('+') {
            let what = format!("machine: {kind}");
            self.lose(
                &entry,
                what,
                "Proxmox VE's own revision of it has no counterpart",
            );
        }
        if let Some(machine) = Machine::from_qemu(kind) {
            return machine;
        }
        if !kind.contains('+') {
            let what = format!("machine: {kind}");
            self.lose(
                &entry,
                what,
                "it has no counterpart: what is written has an i440fx",
            );
        }
        Machine::I440FX
    }

    fn firmware(&self) -> Firmware {
        if self.value("bios") != Some("ovmf") {
            return Firmware::SeaBios;
        }
        let disk = self.value("efidisk0");
        let disk = disk.and_then(|value| PropertyString::parse(value, "file").ok());
        let keys = disk.and_then(|disk| boolean(disk.get("pre-enrolled-keys")?));
        Firmware::Ovmf(if keys == Some(true) {
            SecureBoot::On
        } else {
            SecureBoot::Off
        })
    }

    fn processors(&self) -> Option<NonZeroU16> {
        let number = |key: &str| {
            self.value(key)
                .map_or(Some(1), |text| text.parse::<u16>().ok())
        };
        NonZeroU16::new(number("sockets")?.checked_mul(number("cores")?)?)
    }

    /// Where `sockets` or `cores` say it: the other is 1 (`qm.conf(5)`).
    fn topology(&self) -> Option<Topology> {
        let number = |key: &str| {
            self.value(key)
                .map_or(Some(1), |text| text.parse::<u16>().ok())
        };
        self.value("sockets").or_else(|| self.value("cores"))?;
        let mut topology = Topology::new(number("sockets")?, number("cores")?, 1)?;
        // Of one socket it is one node.
        let numa = self.value("numa").and_then(boolean) == Some(true);
        if numa && topology.sockets() > 1 {
            topology.numa = NumaNodes::PerSocket;
        }
        Some(topology)
    }

    /// `affinity`: a list as of `taskset -c`.
    fn pinning(&self) -> Option<Pinning> {
        HostCpus::from_list(self.value("affinity")?).map(Pinning::Together)
    }

    /// `localtime`; without it that of Windows is local (`PVE::QemuServer`, `config_to_command`).
    fn clock(&self) -> Option<Clock> {
        let is_local = match self.value("localtime") {
            Some(value) => boolean(value)?,
            None => self.system() == GuestSystem::Windows,
        };
        Some(if is_local {
            Clock::LocalTime
        } else {
            Clock::Utc
        })
    }

    /// The vendor that Proxmox VE sets for Windows beside an `x-vga`
    /// (`PVE::QemuServer::CPUConfig`, `add_hyperv_enlightenments`): from Vista on, and with OVMF
    /// from Windows 8 on.
    fn implied_vendor(&self) -> Option<&'static str> {
        let version = match self.value("ostype")? {
            "wvista" | "w2k8" => 6,
            kind => kind.strip_prefix("win")?.parse().ok()?,
        };
        let first: u8 = match self.value("bios") {
            Some("ovmf") => 8,
            _ => 6,
        };
        (version >= first).then_some("proxmox")
    }

    /// `phys-bits` of `cpu`.
    fn address_bits(&self) -> Option<AddressBits> {
        let cpu = PropertyString::parse(self.value("cpu")?, "cputype").ok()?;
        match cpu.get("phys-bits")? {
            "host" => Some(AddressBits::Host),
            bits => bits.parse().ok().map(AddressBits::Of),
        }
    }

    /// Without `memory` it is 512 MiB (`qm.conf(5)`).
    fn memory(&self) -> Memory {
        let text = self.value("memory").unwrap_or("512");
        let text = PropertyString::parse(text, "current").ok();
        let mebibytes = text.and_then(|text| text.get("current")?.parse().ok());
        let pages = match self.value("hugepages") {
            None => Pages::Ordinary,
            Some("2") => Pages::Huge(HugePageSize::Mebibytes2),
            Some("1024") => Pages::Huge(HugePageSize::Gibibyte1),
            Some(_) => Pages::Huge(HugePageSize::HostDefault),
        };
        Memory {
            size: mebibytes.and_then(MemorySize::from_mebibytes),
            pages,
            ..Memory::default()
        }
    }

    fn system(&self) -> GuestSystem {
        match self.value("ostype") {
            Some(kind) if kind.starts_with('w') => GuestSystem::Windows,
            Some("l24" | "l26") => GuestSystem::Linux,
            _ => GuestSystem::Other,
        }
    }

    /// `vga`; without it none beside a card that is the first screen, else a
    /// standard one.
    fn display(&self, assigned: &AssignedDevices) -> Option<EmulatedDisplay> {
        let text = self.value("vga");
        let vga = text.and_then(|text| PropertyString::parse(text, "type").ok()?.get("type"));
        Some(match vga {
            Some("virtio" | "virtio-gl") => EmulatedDisplay::Virtio,
            Some(kind) if kind.starts_with("qxl") => EmulatedDisplay::Qxl,
            Some(kind) if kind == "none" || kind.starts_with("serial") => EmulatedDisplay::None,
            None if assigned.primary_display().is_some() => EmulatedDisplay::None,
            _ => EmulatedDisplay::Vga,
        })
    }

    /// `cpu`, and what a `-cpu` in `args` replaces it by. `x-vga` hides KVM where
    /// `cpu` says nothing of that (`PVE::QemuServer::CPUConfig`, `get_cpu_options`).
    fn hiding(&mut self, in_args: Option<CpuHiding>, assigned: &AssignedDevices) -> CpuHiding {
        if let Some(hiding) = in_args {
            if let Some(entry) = self.config.get("cpu") {
                let what = format!("cpu: {}", entry.value);
                self.lose(&entry, what, "the -cpu in args replaces it completely");
            }
            return hiding;
        }
        let mut hiding = CpuHiding::default();
        let screen = assigned.primary_display().is_some();
        let entry = self.config.get("cpu");
        let options = entry.and_then(|entry| PropertyString::parse(entry.value, "cputype").ok());
        let get = |key: &str| options.as_ref().and_then(|options| options.get(key));
        if get("hidden").and_then(boolean).unwrap_or(screen) {
            hiding.kvm = KvmSignature::Hidden;
        }
        let implied = screen.then(|| self.implied_vendor()).flatten();
        let vendor = get("hv-vendor-id").or(implied);
        hiding.hyperv_vendor_id = vendor.and_then(|id| id.parse().ok());
        let is_bits = self.address_bits().is_some();
        let Some(entry) = entry else {
            return hiding;
        };
        let Some(options) = options else {
            self.lose(&entry, format!("cpu: {}", entry.value), "it cannot be read");
            return hiding;
        };
        for part in options.parts() {
            let taken = match part.key {
                "cputype" => part.value == "host",
                "hidden" => boolean(part.value).is_some(),
                "hv-vendor-id" => hiding.hyperv_vendor_id.is_some(),
                "phys-bits" => is_bits,
                _ => false,
            };
            if !taken {
                let what = format!("cpu: {}={}", part.key, part.value);
                let why = if part.key == "cputype" {
                    "the processor becomes the host's own model"
                } else {
                    "features of the processor are not converted"
                };
                self.lose(&entry, what, why);
            }
        }
        hiding
    }

    /// Keys that the description has a place for, whose values it cannot hold, or not all
    /// of them.
    fn values(&mut self, vm: &Description) {
        let entries: Vec<Entry<'a>> = self.config.entries().collect();
        for entry in entries {
            let (key, value) = (entry.key, entry.value);
            let vga = || PropertyString::parse(value, "type").ok();
            let (is_complete, why) = match key {
                "balloon" => (
                    value == "0",
                    "memory of a guest with assigned functions is pinned: a balloon frees nothing",
                ),
                "affinity" => (vm.pinning.is_some(), MANUALLY),
                "localtime" => (vm.clock.is_some(), MANUALLY),
                "bios" => (matches!(value, "ovmf" | "seabios"), "it is not known"),
                "cores" | "sockets" => (vm.topology.is_some(), "expected a number"),
                "efidisk0" => (
                    false,
                    "it is a volume, with the guest's own UEFI variables; whether Secure Boot is \
                     on is converted",
                ),
                "hugepages" => (matches!(value, "2" | "1024" | "any"), "it is not known"),
                "memory" => (
                    vm.memory.size.is_some()
                        && PropertyString::parse(value, "current")
                            .is_ok_and(|memory| memory.parts().len() == 1),
                    "only how much there is at the start is converted",
                ),
                "numa" => (boolean(value).is_some(), "it is not known"),
                "ostype" => (
                    matches!(value, "win11" | "l26" | "other"),
                    "only that it is Windows, Linux or another system is converted",
                ),
                "vga" => (
                    vga().is_some_and(|vga| {
                        let kind = vga.get("type").unwrap_or("std");
                        vga.parts().len() == 1 && matches!(kind, "std" | "virtio" | "qxl" | "none")
                    }),
                    "only which kind of card it is nearest to is converted",
                ),
                _ => (true, ""),
            };
            if !is_complete {
                self.lose(&entry, format!("{key}: {value}"), why);
            }
            let hidden = key.starts_with("hostpci").then(|| value.parse::<HostPci>());
            if let Some(Ok(host)) = hidden {
                let no_screen = vm.emulated_display == Some(EmulatedDisplay::None);
                if host.legacy_igd == Some(true) && !no_screen {
                    let why = "QEMU's legacy mode needs vga: none, and an i440fx";
                    self.lose(&entry, format!("{key}: legacy-igd"), why);
                }
                if host.pcie == Some(false) && vm.machine.chipset == Chipset::Q35 {
                    let why = "a q35 has the function downstream of a root port";
                    self.lose(&entry, format!("{key}: pcie=0"), why);
                }
            }
        }
    }

    fn others(&mut self) {
        const TAKEN: &[&str] = &[
            "affinity",
            "args",
            "balloon",
            "bios",
            "cores",
            "cpu",
            "efidisk0",
            "hugepages",
            "localtime",
            "machine",
            "memory",
            "name",
            "numa",
            "ostype",
            "sockets",
            "vga",
        ];
        let others: Vec<_> = self.config.entries().collect();
        for entry in others {
            if TAKEN.contains(&entry.key) || entry.key.starts_with("hostpci") {
                continue;
            }
            let what = match entry.key.starts_with("usb") {
                true => format!("{}: {}", entry.key, entry.value),
                false => entry.key.to_owned(),
            };
            self.lose(&entry, what, MANUALLY);
        }
        for section in self.config.sections() {
            if let (SectionKind::Snapshot(name), Some(first)) =
                (&section.kind, section.entries.first())
            {
                self.lose(
                    first,
                    format!("snapshot {name}"),
                    "snapshots stay where they are",
                );
            }
            if section.kind == SectionKind::Pending {
                for entry in &section.entries {
                    let what = format!("pending {}: {}", entry.key, entry.value);
                    self.lose(entry, what, "a change that waits for the next start");
                }
            }
        }
    }
}
