//! Writing of a complete VM.

use super::arguments::{huge_pages, looking_glass_argument, window_argument};
use super::hostpci::{HostAddress, HostDevice, HostPci, MOST_ENTRIES, MappingId};
use super::version::PveVersion;
use super::vm_id::VmId;
use crate::assigned::{AssignedSlot, Coverage, DisplayRole, RomBar};
use crate::description::{
    AddressBits, Chipset, Clock, Description, EmulatedDisplay, Firmware, GuestSystem, KvmSignature,
    MemoryLock, NumaNodes, Pages, SecureBoot,
};
use crate::emitted::{
    Emitted, EmittedCommand, EmittedFile, Feature, Line, ManualStep, NotConverted, Versions,
};
use crate::error::{Cause, Error};

const TARGET: &str = "Proxmox VE";

/// Names of the assigned functions in entries.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum DeviceNaming {
    /// By address on the node: only `root@pam` may set that.
    Address,
    /// By resource mapping (`/etc/pve/mapping/pci.cfg`), one a slot, named by
    /// [`mapping_id`]: users with `Mapping.Use` may set that; since 8.0.
    Mapping,
}

/// The name of the resource mapping for `slot`: `pci-0000-01-00`.
#[must_use]
pub fn mapping_id(slot: pci_core::Slot) -> Option<MappingId> {
    MappingId::new(&format!("pci-{}", slot.to_string().replace(':', "-")))
}

/// The configuration of `vm` on Proxmox VE `version`: its file, for a machine
/// without disks and networks, and the command that makes OVMF's disk; the same by
/// `qm create` is [`qm_create`].
///
/// # Errors
/// When the machine has no number that Proxmox VE accepts, more than sixteen slots are assigned,
/// or mappings are requested before 8.0.
pub fn emit(vm: &Description, version: PveVersion, naming: DeviceNaming) -> Result<Emitted, Error> {
    let id = vm_id(vm)?;
    let mut emitted = Emitted::default();
    let mut file = EmittedFile::new(id.config_path());
    for setting in settings(vm, version, naming, &mut emitted.not_converted)? {
        let line = Line::new(
            format!("{}: {}", setting.key, setting.value),
            setting.purpose,
        );
        file.push(Line {
            versions: setting.versions,
            ..line
        });
    }
    emitted.files.push(file);
    steps(vm, id, &mut emitted);
    Ok(emitted)
}

/// The same as [`emit`] by one `qm create`, which needs no access to the node's
/// files.
///
/// # Errors
/// As [`emit`].
pub fn qm_create(
    vm: &Description,
    version: PveVersion,
    naming: DeviceNaming,
) -> Result<Emitted, Error> {
    let id = vm_id(vm)?;
    let mut emitted = Emitted::default();
    let mut argv = vec!["qm".to_owned(), "create".to_owned(), id.to_string()];
    let mut why = Vec::new();
    for setting in settings(vm, version, naming, &mut emitted.not_converted)? {
        argv.push(format!("--{}", setting.key));
        argv.push(setting.value);
        why.push(format!("{}: {}", setting.key, setting.purpose));
    }
    let command = EmittedCommand::new(argv, why.join("; "));
    emitted.commands.push(command);
    steps(vm, id, &mut emitted);
    Ok(emitted)
}

fn vm_id(vm: &Description) -> Result<VmId, Error> {
    let missing = Cause::Missing {
        target: TARGET,
        what: "a VM ID from 100 to 999999999",
    };
    Ok(vm.number.and_then(VmId::new).ok_or(missing)?)
}

fn steps(vm: &Description, id: VmId, emitted: &mut Emitted) {
    if let Firmware::Ovmf(secure) = vm.firmware {
        let keys = match secure {
            SecureBoot::On => 1,
            SecureBoot::Off => 0,
        };
        emitted.steps.push(ManualStep {
            name: "efi-disk",
            text: format!(
                "choose a storage and run: qm set {id} --efidisk0 \
                 STORAGE:1,efitype=4m,pre-enrolled-keys={keys} (in the file itself the value \
                 would have to be a volume that exists)"
            ),
        });
    }
    emitted.steps.push(ManualStep {
        name: "disks-and-networks",
        text: "add disks and networks with qm set or in the web interface: they are not part of \
               the assigned devices"
            .to_owned(),
    });
}

struct Setting {
    key: String,
    value: String,
    purpose: String,
    versions: Option<Versions>,
}

fn setting(key: &str, value: impl Into<String>, why: &str) -> Setting {
    Setting {
        key: key.to_owned(),
        value: value.into(),
        purpose: why.to_owned(),
        versions: None,
    }
}

fn since(setting: Setting, from: &'static str) -> Setting {
    let versions = Some(Versions::from(TARGET, from));
    Setting {
        versions,
        ..setting
    }
}

/// The keys in the order in which Proxmox VE writes them: by name.
fn settings(
    vm: &Description,
    version: PveVersion,
    naming: DeviceNaming,
    not_converted: &mut Vec<NotConverted>,
) -> Result<Vec<Setting>, Error> {
    if naming == DeviceNaming::Mapping && version < PveVersion::MAPPINGS {
        let what = "resource mappings before 8.0".to_owned();
        let target = TARGET;
        return Err(Cause::Unsupported { target, what }.into());
    }
    let mut all = Vec::new();
    let pinning = vm
        .pinning
        .as_ref()
        .filter(|_| version >= PveVersion::AFFINITY);
    if let Some(pinning) = pinning {
        let why = "the host's processors that the guest runs on";
        let cpus = pinning.all().to_string();
        all.push(since(setting("affinity", cpus, why), "7.3"));
        not_converted.extend(pinning.each_lost(TARGET));
    }
    if let Some(args) = args(vm) {
        all.push(setting(
            "args",
            args,
            "what Proxmox VE has no key for; only root@pam may set it. Never a -cpu: it would \
             replace Proxmox VE's own whole",
        ));
    }
    all.push(setting(
        "balloon",
        "0",
        "memory of a guest with assigned functions is pinned: a balloon frees nothing",
    ));
    match vm.firmware {
        Firmware::Ovmf(_) => all.push(setting(
            "bios",
            "ovmf",
            "UEFI starts cards through their UEFI ROM",
        )),
        Firmware::SeaBios => all.push(setting("bios", "seabios", "the firmware")),
    }
    // Proxmox VE has no threads.
    let topology = vm
        .whole_topology()
        .filter(|topology| topology.threads() == 1);
    if let Some(topology) = topology {
        let cores = topology.cores().to_string();
        all.push(setting("cores", cores, "the cores of each of its sockets"));
    } else if let Some(count) = vm.processors {
        all.push(setting("cores", count.to_string(), "its processors"));
    }
    all.push(cpu(vm));
    entries(vm, version, naming, not_converted, &mut all)?;
    if let Pages::Huge(pages) = vm.memory.pages {
        let why = "huge pages, which the host has to set aside: DMA maps them faster";
        all.push(since(setting("hugepages", huge_pages(pages), why), "4.4"));
    }
    // Proxmox VE's own choice is local time for Windows.
    let own = match vm.system {
        GuestSystem::Windows => Clock::LocalTime,
        _ => Clock::Utc,
    };
    if let Some(clock) = vm.clock.filter(|clock| *clock != own) {
        let value = match clock {
            Clock::LocalTime => "1",
            Clock::Utc => "0",
        };
        all.push(setting("localtime", value, "the time of its clock"));
    }
    all.push(setting(
        "machine",
        vm.machine.qemu_name(),
        "q35 has PCI Express; a version keeps the guest's hardware as it is",
    ));
    if let Some(size) = vm.memory.size {
        all.push(setting(
            "memory",
            size.mebibytes().to_string(),
            "its memory, in MiB",
        ));
    }
    all.push(setting("name", vm.name.as_str(), "its name"));
    if matches!(vm.memory.pages, Pages::Huge(_)) {
        all.push(setting(
            "numa",
            "1",
            "Proxmox VE accepts huge pages only with numa",
        ));
    } else if topology.is_some_and(|topology| topology.numa == NumaNodes::PerSocket) {
        all.push(setting("numa", "1", "a NUMA node for each socket"));
    }
    let system = match vm.system {
        GuestSystem::Windows => "win11",
        GuestSystem::Linux => "l26",
        GuestSystem::Other => "other",
    };
    all.push(setting(
        "ostype",
        system,
        "its system; win11 turns Hyper-V's enlightenments on",
    ));
    if let Some(topology) = topology {
        let sockets = topology.sockets().to_string();
        all.push(setting("sockets", sockets, "its sockets"));
    }
    if let Some(display) = vm.emulated_display {
        let (vga, why) = match display {
            EmulatedDisplay::None => ("none", "no emulated card: the assigned one is the display"),
            EmulatedDisplay::Vga => ("std", "an emulated card beside the assigned one"),
            EmulatedDisplay::Virtio => ("virtio", "an emulated card beside the assigned one"),
            EmulatedDisplay::Qxl => ("qxl", "an emulated card, as SPICE shows it best"),
        };
        all.push(setting("vga", vga, why));
    }
    if vm.memory.lock == MemoryLock::Locked {
        let why = "Proxmox VE has no key; memory of a guest with assigned functions is pinned \
                   anyway";
        not_converted.push(NotConverted::new("locked memory", why).of(Feature::MemoryLock));
    }
    let is_supported = |part: &Feature| match part {
        Feature::Topology | Feature::NumaNodes => topology.is_some(),
        Feature::AddressBits => bits(vm).is_some(),
        Feature::Pinning => pinning.is_some(),
        // The others are written, or listed where they are not.
        _ => true,
    };
    let supported: Vec<Feature> = Feature::ALL.into_iter().filter(is_supported).collect();
    not_converted.extend(Feature::unsupported(vm, TARGET, &supported));
    Ok(all)
}

fn cpu(vm: &Description) -> Setting {
    let mut value = "host".to_owned();
    let mut why = "the guest's drivers see the processor as it is".to_owned();
    let old = "; NVIDIA's drivers before 465 stop with code 43 where they find a hypervisor";
    if vm.hiding.kvm == KvmSignature::Hidden {
        value.push_str(",hidden=1");
        why.push_str(old);
    } else if vm.has_primary_display() {
        value.push_str(",hidden=0");
        why.push_str("; x-vga would hide the hypervisor, too");
    }
    if let Some(bits) = bits(vm) {
        value.push_str(&format!(",phys-bits={bits}"));
    }
    match &vm.hiding.hyperv_vendor_id {
        Some(id) => {
            value.push_str(&format!(",hv-vendor-id={id}"));
            since(setting("cpu", value, &why), "6.2")
        }
        None => setting("cpu", value, &why),
    }
}

/// The value of `phys-bits` (`cpu-models.conf(5)`: 8 to 64, or `host`).
fn bits(vm: &Description) -> Option<String> {
    match vm.address_bits? {
        AddressBits::Host => Some("host".to_owned()),
        AddressBits::Of(bits) => (8..=64).contains(&bits).then(|| bits.to_string()),
    }
}

fn args(vm: &Description) -> Option<String> {
    let words: Vec<_> = [window_argument(vm), looking_glass_argument(vm)]
        .into_iter()
        .flatten()
        .collect();
    (!words.is_empty()).then(|| words.join(" "))
}

fn entries(
    vm: &Description,
    version: PveVersion,
    naming: DeviceNaming,
    not_converted: &mut Vec<NotConverted>,
    all: &mut Vec<Setting>,
) -> Result<(), Error> {
    for (index, slot) in vm.assigned.slots().iter().enumerate() {
        let free = u8::try_from(index)
            .ok()
            .filter(|index| *index < MOST_ENTRIES);
        let index = free.ok_or(Cause::TooMany {
            target: TARGET,
            what: "slots",
            most: usize::from(MOST_ENTRIES),
        })?;
        let mut entry = HostPci::new(device(slot, naming)?);
        if vm.machine.chipset == Chipset::Q35 {
            entry.pcie = Some(true);
        }
        if slot.display == DisplayRole::Primary {
            entry.x_vga = Some(true);
        }
        if slot.rom_bar == RomBar::Hidden {
            entry.rombar = Some(false);
        } else {
            entry.romfile = slot.rom_file.as_ref().map(Into::into);
        }
        let names: Vec<_> = slot.functions().iter().map(ToString::to_string).collect();
        let why = format!("the guest gets {}", names.join(", "));
        for address in &slot.hidden_roms {
            let what = format!("hidden ROM of {address}");
            let why = "Proxmox VE has rombar for the first function of an entry";
            not_converted.push(NotConverted::new(what, why).of(Feature::RomBar));
        }
        let ids = slot.seen_ids;
        if !ids.is_own() && version < PveVersion::SEEN_IDS {
            let what = format!("IDs that the guest sees of {}", slot.slot());
            let why = "Proxmox VE accepts them from 7.2 on";
            not_converted.push(NotConverted::new(what, why).of(Feature::SeenIds));
        } else {
            entry.vendor_id = ids.vendor;
            entry.device_id = ids.device;
            entry.sub_vendor_id = ids.subsystem_vendor;
            entry.sub_device_id = ids.subsystem_device;
        }
        if slot.guest.is_some() {
            let what = format!("the place of {} in the guest", slot.slot());
            let why = "Proxmox VE places an entry by its number";
            not_converted.push(NotConverted::new(what, why).of(Feature::GuestSlot));
        }
        let line = setting(&format!("hostpci{index}"), entry.to_string(), &why);
        all.push(if naming == DeviceNaming::Mapping {
            since(line, "8.0")
        } else {
            line
        });
    }
    Ok(())
}

fn device(slot: &AssignedSlot, naming: DeviceNaming) -> Result<HostDevice, Error> {
    if naming == DeviceNaming::Mapping {
        let id = mapping_id(slot.slot()).ok_or(Cause::Missing {
            target: TARGET,
            what: "a name for the mapping",
        })?;
        return Ok(HostDevice::Mapping(id));
    }
    let functions = slot.functions().iter();
    Ok(HostDevice::Host(match slot.coverage {
        Coverage::WholeSlot => vec![HostAddress::Slot(slot.slot())],
        Coverage::ListedFunctions => functions
            .map(|function| HostAddress::Function(function.address))
            .collect(),
    }))
}
