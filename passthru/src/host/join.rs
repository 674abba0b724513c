//! What all listings say of the PCI functions, put together by address.

use std::collections::BTreeMap;

use iommu::listed_members;
use iommu::reset::methods_of_record;
use pci_core::config::{CommonHeader, ConfigSpace, Header};
use pci_core::listing::{nvidia_smi, pvesh};
use pci_core::lspci::{self, BridgeBuses, DamageKind, Fields, Record};
use pci_core::sysfs::{self, SysfsDevice, Wanted};
use pci_core::topology::TopologyBuilder;
use pci_core::tree::{HostTree, Lookup};
use pci_core::{Address, ClassCode, Evidence, PciId, SubsystemId, VendorId};

use super::coverage::Coverage;
use super::device::{Device, Driver};
use super::fact::Fact;
use super::guest_listings::{self, Run};
use super::hypervisor::EsxiFunction;
use super::in_use::Interface;
use super::listings::Foreign;
use super::machines::Machines;
use super::memory;
use super::platform::Platform;
use super::process::Process;
use super::unplaced::Unplaced;
use super::viability;
use crate::target::Target;

/// The functions, and what else the listings show.
#[derive(Debug, Default)]
pub(super) struct Join {
    pub(super) devices: BTreeMap<Address, Device>,
    pub(super) coverage: Vec<Coverage>,
    /// What the listings show of buses and bridges.
    pub(super) topology: TopologyBuilder,
    pub(super) group_rows: Vec<(Address, u32, Evidence)>,
    /// Those of listings that show all members of their groups.
    pub(super) whole_group_rows: Vec<(Address, u32, Evidence)>,
    pub(super) processes: Vec<Fact<Process>>,
    pub(super) damage: Vec<Fact<String>>,
    /// Functions whose addresses are not shown.
    pub(super) unplaced: Vec<Unplaced>,
    /// What ESXi says of who owns its functions.
    pub(super) esxi_functions: BTreeMap<Address, EsxiFunction>,
    /// Interfaces that a listing shows in use.
    pub(super) interfaces: Vec<Fact<Interface>>,
    /// The hypervisor whose command printed a listing.
    pub(super) hypervisor: Option<Fact<Target>>,
    pub(super) platform: Option<Fact<Platform>>,
    /// Whether a listing is of a Linux program.
    pub(super) linux_shown: bool,
    /// Listings that may be a guest's, with their sources.
    pub(super) foreign: Vec<(String, Foreign, Option<Coverage>)>,
    /// Those of them that were left out.
    pub(super) left_out: Vec<Fact<Platform>>,
    /// Functions of a virtual machine that lspci lists, with their sources: its host's
    /// may be shown, too.
    emulated: Vec<(String, Vec<Record>)>,
    /// What shows that the functions that lspci lists are of a virtual machine.
    pub(super) emulated_shown: Option<Evidence>,
    /// The first lines of those that were left out.
    pub(super) guest_listings: Vec<Evidence>,
    /// Whether all this is of one machine.
    pub(super) machines: Machines,
}

/// What the registers of a header say of a function, where they were shown and it
/// answered.
#[derive(Default)]
struct Registers {
    id: Option<PciId>,
    class: Option<ClassCode>,
    revision: Option<u8>,
    subsystem: Option<SubsystemId>,
}

impl Registers {
    fn of(space: ConfigSpace<'_>) -> Self {
        let Some(common) = CommonHeader::read(space).filter(|_| !space.is_all_ones()) else {
            return Self::default();
        };
        // A virtual function reads as ones here: its ids are those of its physical
        // function (SR-IOV 1.1, section 3.4.1).
        if common.id.vendor == VendorId(0xffff) {
            return Self::default();
        }
        let header = Header::read(space).ok();
        let subsystem = header
            .as_ref()
            .and_then(Header::device)
            .map(|d| d.subsystem);
        // Zeros say that there is none.
        let subsystem = subsystem.filter(|id| !matches!(id.vendor.0, 0 | 0xffff));
        Self {
            id: Some(common.id),
            class: Some(common.class),
            revision: Some(common.revision),
            subsystem,
        }
    }
}

/// Whether a driver can have functions of the class, by the base classes that drivers of
/// common functions match: display 03, multimedia 04, bridge 06, mass storage 01, serial bus 0c
/// (Linux, the `pci_device_id` tables of these drivers).
fn may_drive(driver: &str, class: Option<ClassCode>) -> bool {
    let Some(class) = class else { return true };
    let bases: &[u8] = match driver {
        // NVIDIA's and AMD's driver has accelerators, too.
        "nvidia" | "nouveau" | "amdgpu" | "radeon" | "i915" | "xe" => &[0x03, 0x0b, 0x12],
        "snd_hda_intel" => &[0x04],
        "pcieport" => &[0x06],
        "nvme" | "ahci" => &[0x01],
        "xhci_hcd" | "ehci-pci" => &[0x0c],
        _ => return true,
    };
    bases.contains(&class.base)
}

/// What sysfs shows at `path`, in the words of `text`.
fn fact<T: Clone>(
    found: &Lookup<T>,
    path: &str,
    text: impl FnOnce(&T) -> String,
) -> Option<Fact<T>> {
    let (value, evidence) = found.clone().shown(path, text).found()?;
    Some(Fact::new(value, evidence))
}

impl Join {
    /// Reads sysfs first, since it is what the kernel says now; a text adds what
    /// sysfs does not show, and of two texts the later one counts for what
    /// changes (the driver).
    pub(super) fn read(tree: &dyn HostTree, wanted: Wanted) -> Self {
        let mut join = Self::default();
        let shown = sysfs::read_wanted(tree, wanted);
        if let Lookup::Found(sysfs::Coverage::Whole) = shown.coverage {
            join.coverage.push(Coverage::All);
        }
        join.topology.sysfs(&shown);
        for device in shown.devices {
            join.add_sysfs(device);
        }
        for text in tree.texts() {
            // A kernel's log lists no devices, and it is long.
            if text.command.starts_with("dmesg") || text.command.starts_with("journalctl") {
                continue;
            }
            // ESXi's lspci is another program than that of pciutils.
            if !join.add_esxi(&text.command, &text.text) {
                join.add_lspci(&text.command, &text.text);
            }
            for row in pvesh::parse(&text.text) {
                join.add_pvesh(&text.command, &row);
            }
            join.add_nvidia_smi(&text.command, &text.text);
            join.add_listed_groups(&text.command, &text.text);
            join.add_linux_listings(&text.command, &text.text);
            join.add_xen(&text.command, &text.text);
            join.keep_foreign(&text.command, &text.text);
        }
        join.add_emulated();
        join
    }

    pub(super) fn device(&mut self, address: Address, shown: &Evidence) -> &mut Device {
        self.devices
            .entry(address)
            .or_insert_with(|| Device::new(address, shown.clone()))
    }

    fn add_sysfs(&mut self, found: SysfsDevice) {
        self.linux_shown = true;
        let device = self.device(found.address, &found.evidence());
        device.id = fact(&found.id, &found.path("uevent"), |id| {
            format!("PCI_ID={id}")
        });
        device.class = fact(&found.class, &found.path("class"), |class| {
            format!("0x{class}")
        });
        let subsystem = fact(&found.subsystem, &found.path("uevent"), |subsystem| {
            format!("PCI_SUBSYS_ID={subsystem}")
        });
        device.subsystem = subsystem;
        device.revision = found.revision.clone().found();
        let path = found.path("driver");
        device.driver = match fact(&found.driver, &path, String::clone) {
            Some(driver) => Driver::Bound(driver),
            None => found
                .driver
                .absence(&path)
                .map_or(Driver::NotShown, Driver::Unbound),
        };
        device.boot_display = fact(&found.boot_vga, &found.path("boot_vga"), |boot_vga| {
            u8::from(*boot_vga).to_string()
        });
        device.driver_module = found.driver_module.clone().found();
        device.modalias = found.modalias.clone().found();
        device.reset_methods = match &found.reset_methods {
            Lookup::Found(methods) => Some(methods.clone()),
            _ => None,
        };
        device.memory = memory::of_sysfs(&found);
        device.sysfs = Some(Box::new(found));
    }

    fn add_lspci(&mut self, command: &str, text: &str) {
        let listing = lspci::parse_output(command, text);
        if listing.records.is_empty() {
            return;
        }
        self.linux_shown = true;
        let runs = guest_listings::runs(text, &listing);
        let (emulated, real): (Vec<Run<'_>>, Vec<Run<'_>>) =
            runs.into_iter().partition(|run| run.is_emulated);
        for record in real.iter().flat_map(|run| run.records) {
            self.add_record(command, record);
        }
        let emulated = emulated.iter().map(|run| run.records.to_vec());
        self.emulated
            .extend(emulated.map(|records| (command.to_owned(), records)));
        let typed = listing.commands.iter().find(|typed| typed.is_lspci());
        let typed = typed.map_or(command, |typed| typed.text.as_str());
        // One command's output: of several in one text each has its own filter.
        if listing.commands.len() <= 1 {
            let mut coverage = Coverage::of_lspci(typed);
            // What somebody pasted behind a command may be a part of what it printed.
            if typed != command {
                coverage = coverage.with_records(&listing.records);
            }
            self.coverage.push(coverage);
        }
        for damage in listing.damage {
            let line = text
                .lines()
                .nth(usize::try_from(damage.line).unwrap_or(1).saturating_sub(1));
            let start: String = line.unwrap_or_default().chars().take(60).collect();
            let said = match damage.kind {
                DamageKind::LostLineBreaks => format!(
                    "the text lost its line breaks: {} functions were read from it",
                    listing.records.len()
                ),
                DamageKind::Wrapped => {
                    "the lines are wrapped: what belongs together was joined again".to_owned()
                }
                DamageKind::CutName => "lspci cut a long name, and the ids with it".to_owned(),
                DamageKind::OrphanField => {
                    "a line belongs to a function that the text does not show".to_owned()
                }
                _ => continue,
            };
            self.see_damage(&said, Evidence::new(command, damage.line, start));
        }
    }

    fn see_damage(&mut self, said: &str, evidence: Evidence) {
        if self.damage.iter().all(|known| known.value != said) {
            self.damage.push(Fact::new(said.to_owned(), evidence));
        }
    }

    /// Notes where a listing shows another id than those before it.
    pub(super) fn see_id(&mut self, address: Address, id: Option<PciId>, shown: &Evidence) {
        let known = self.devices.get(&address);
        let known = known.and_then(|device| device.id.as_ref());
        if let (Some(known), Some(id)) = (known, id) {
            self.machines.see_id(known, id, shown);
        }
    }

    /// Adds what lspci lists of a virtual machine, where nothing shows that the host is
    /// another: functions that the machine has not.
    fn add_emulated(&mut self) {
        let emulated = std::mem::take(&mut self.emulated);
        let records = emulated.iter().flat_map(|(_, records)| records);
        let shown: BTreeMap<Address, Option<PciId>> = records
            .filter_map(|record| Some((record.address?, record.id)))
            .collect();
        let is_elsewhere = |device: &Device| {
            let id = device.id.as_ref().map(|id| id.value);
            let there = shown.get(&device.address);
            id.is_some() && there.is_none_or(|there| there.is_some() && *there != id)
        };
        let is_guest = self.devices.values().any(is_elsewhere);
        for (source, records) in emulated {
            if is_guest {
                let first = records.first().map(|record| record.head.evidence(&source));
                self.guest_listings.extend(first);
                continue;
            }
            let first = records
                .iter()
                .find(|record| guest_listings::is_emulated(record));
            let first = first.map(|record| record.head.evidence(&source));
            self.emulated_shown = self.emulated_shown.take().or(first);
            for record in &records {
                self.add_record(&source, record);
            }
        }
    }

    fn add_record(&mut self, source: &str, record: &Record) {
        let head = record.head.evidence(source);
        // Behind a bridge of unknown bus: the text has no name for it that any
        // other source knows.
        let Some(address) = record.address else {
            return;
        };
        self.topology.function(address);
        if let Some(buses) = &record.buses {
            let BridgeBuses {
                secondary,
                subordinate,
                ..
            } = buses.value;
            self.topology.buses(address, secondary, subordinate);
        }
        if let Some(path) = &record.path {
            self.topology.path(path);
        }
        self.topology.config(address, record.config.space());
        if let Some(group) = &record.iommu_group {
            self.group_rows
                .push((address, group.value, group.evidence(source)));
        }
        self.see_id(address, record.id, &head);
        // The driver of functions that dom0 keeps for guests is of no other kernel (Linux
        // drivers/xen/xen-pciback/pci_stub.c, xen_pcibk_pci_driver).
        let pciback = record.driver.as_ref();
        if let Some(pciback) = pciback.filter(|driver| driver.value == "pciback") {
            self.platform
                .get_or_insert_with(|| Fact::new(Platform::Xen, pciback.evidence(source)));
        }
        let device = self.device(address, &head);
        let capabilities = methods_of_record(record);
        if device.reset_capabilities.is_none() {
            device.reset_capabilities = capabilities;
        }
        if device.memory.is_none() {
            let regions = memory::regions_of_record(source, record);
            device.memory = regions.as_deref().and_then(memory::of_regions);
            device.listed_regions = regions;
        }
        if device.hot_plug_bridge.is_none() {
            device.hot_plug_bridge = viability::hot_plug(record);
        }
        // What the registers say, where the lines leave it out.
        let registers = Registers::of(record.config.space());
        if let (None, Some(id)) = (&device.id, record.id.or(registers.id)) {
            device.id = Some(Fact::new(id, head.clone()));
            // A line that was known from elsewhere, without its ids, shows less.
            device.shown = head.clone();
        }
        if let Some(class) = registers.class.or(record.class) {
            let better = device
                .class
                .as_ref()
                .is_none_or(|known| known.value.prog_if.is_none());
            if better {
                device.class = Some(Fact::new(class, head.clone()));
            }
        }
        if device.source_name.is_none() {
            device.source_name.clone_from(&record.name);
        }
        device.revision = device.revision.or(record.revision).or(registers.revision);
        if let (None, Some(subsystem)) = (&record.subsystem, registers.subsystem) {
            device.subsystem = Some(Fact::new(subsystem, head.clone()));
        }
        if let Some(subsystem) = &record.subsystem {
            device.subsystem = Some(Fact::new(subsystem.value, subsystem.evidence(source)));
        }
        if let Some(modules) = &record.modules {
            device.modules.clone_from(&modules.value);
        }
        let class = device.class.as_ref().map(|class| class.value);
        match (&record.driver, record.fields) {
            // The line of a function whose head is missing.
            (Some(driver), _) if !may_drive(&driver.value, class) => {
                let start: String = driver.text.trim().chars().take(60).collect();
                self.see_damage(
                    "a driver's line is behind a function of another class, which it does not \
                     belong to",
                    Evidence::new(source, driver.line, start),
                );
            }
            (Some(driver), _) => {
                let fact = Fact::new(driver.value.clone(), driver.evidence(source));
                device.driver = Driver::Bound(fact);
            }
            (None, Fields::Whole) => device.driver = Driver::Unbound(head),
            (None, _) => {}
        }
    }

    fn add_pvesh(&mut self, source: &str, row: &pvesh::Row) {
        self.linux_shown = true;
        let evidence = row.address.evidence(source);
        let address = row.address.value;
        if let Lookup::Found(group) = row.iommu_group {
            self.group_rows.push((address, group, evidence.clone()));
        }
        self.see_id(address, row.id(), &evidence);
        let device = self.device(address, &evidence);
        if let (None, Some(id)) = (&device.id, row.id()) {
            device.id = Some(Fact::new(id, evidence.clone()));
        }
        if let (None, Some(class)) = (&device.class, row.class) {
            device.class = Some(Fact::new(class, evidence.clone()));
        }
        if let (None, Some(subsystem)) = (&device.subsystem, row.subsystem) {
            device.subsystem = Some(Fact::new(subsystem, evidence));
        }
        if device.source_name.is_none() {
            device.source_name.clone_from(&row.device_name);
        }
    }

    /// Adds the functions that the folders of groups list.
    fn add_listed_groups(&mut self, source: &str, text: &str) {
        for member in listed_members(source, text) {
            self.linux_shown = true;
            if let Some(address) = member.address() {
                let evidence = Evidence::new(source, member.line, member.text.trim());
                self.device(address, &evidence);
            }
        }
    }

    fn add_nvidia_smi(&mut self, source: &str, text: &str) {
        let table = nvidia_smi::parse(text);
        for gpu in &table.gpus {
            let evidence = gpu.evidence(source);
            let name = format!("NVIDIA {}", gpu.value.name);
            let device = self.device(gpu.value.address, &evidence);
            device.source_name.get_or_insert(name);
            if matches!(device.driver, Driver::NotShown) {
                // nvidia-smi lists what NVIDIA's driver holds.
                device.driver = Driver::Bound(Fact::new("nvidia".to_owned(), evidence));
            }
        }
        for process in table.processes.found().unwrap_or_default() {
            let gpu = table
                .gpus
                .iter()
                .find(|gpu| gpu.value.index == process.value.gpu);
            let Some(gpu) = gpu else { continue };
            let found = Process {
                address: gpu.value.address,
                pid: process.value.pid,
                name: process.value.name.clone(),
            };
            self.processes
                .push(Fact::new(found, process.evidence(source)));
        }
    }
}
