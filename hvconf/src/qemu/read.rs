//! Reading a command line back.

use std::collections::{BTreeMap, BTreeSet};

use list_order::{Inserts as _, Order as _};
use pci_core::{Address, DeviceId, Slot, VendorId};

use super::device::QemuDevice;
use super::option::object;
use super::others::{CHOSEN, CommandLine, left_of_glass, left_of_shmem};
use super::vm::{Machinery, machinery};
use crate::assigned::{
    AssignedDevices, AssignedFunction, AssignedSlot, Coverage, DisplayRole, GuestSlot, RomBar,
    RomFile,
};
use crate::description::{
    AddressBits, CpuHiding, Description, LookingGlassSize, MmioWindow, VmName,
};
use crate::emitted::{Feature, MEDIATED, NotConverted, ReadBack};
use crate::error::{Cause, Error};

/// Options whose next word is not a value (`qemu-system-x86_64 --help`).
pub(super) const ALONE: &[&str] = &[
    "nodefaults",
    "no-user-config",
    "S",
    "s",
    "enable-kvm",
    "nographic",
    "snapshot",
    "daemonize",
    "no-reboot",
    "no-shutdown",
    "no-fd-bootchk",
    "no-acpi",
    "no-hpet",
    "mem-prealloc",
    "preconfig",
    "only-migratable",
    "full-screen",
    "no-quit",
    "usb",
    "h",
    "help",
    "version",
    "singlestep",
    "win2k-hack",
    "xen-attach",
    "xen-domid-restrict",
    "enable-fips",
];

/// The options of a command line with their values, and the number of the word; words
/// that belong to no option, which are disks, go to `alone`.
fn pairs_and<'a>(argv: &'a [String], alone: &mut Vec<&'a str>) -> Vec<(usize, &'a str, &'a str)> {
    let mut pairs = Vec::new();
    let mut words = argv.iter().enumerate().skip(1);
    while let Some((index, word)) = words.next() {
        let Some(option) = word.strip_prefix('-') else {
            alone.push(word.as_str());
            continue;
        };
        let option = option.strip_prefix('-').unwrap_or(option);
        let value = if ALONE.contains(&option) {
            ""
        } else {
            words.next().map_or("", |(_, value)| value.as_str())
        };
        pairs.push((index, option, value));
    }
    pairs
}

/// One vfio-pci device.
struct Vfio {
    address: Address,
    device: QemuDevice,
    guest: Option<(GuestSlot, u8)>,
}

/// What further arguments, as a manager hands them to QEMU, say of assigned functions.
#[derive(Clone, Debug, Default)]
pub(crate) struct Arguments {
    pub(crate) slots: Vec<AssignedSlot>,
    /// CPU properties that `-cpu` hides; `None` without one.
    pub(crate) hiding: Option<CpuHiding>,
    pub(crate) address_bits: Option<AddressBits>,
    pub(crate) mmio: Option<MmioWindow>,
    pub(crate) looking_glass: Option<LookingGlassSize>,
    pub(crate) not_converted: Vec<NotConverted>,
}

/// Reads further arguments, the program first.
pub(crate) fn read_arguments(argv: &[String]) -> Arguments {
    let mut arguments = Arguments::default();
    let mut alone = Vec::new();
    let pairs = pairs_and(argv, &mut alone);
    let parsed = pairs.iter().filter(|(_, option, _)| *option == "device");
    let devices = parsed.filter_map(|(index, _, value)| {
        let device = QemuDevice::parse(value).ok()?;
        let is_ours = device.driver.starts_with("vfio-pci") || device.driver == "ivshmem-plain";
        is_ours.then_some((*index, device))
    });
    let devices: Vec<(usize, QemuDevice)> = devices.collect();
    arguments.mmio = super::vm::window(&pairs);
    arguments.looking_glass = looking_glass(&pairs, &devices);
    let shown = devices.iter().map(|(_, device)| device);
    let of_glass: BTreeSet<String> = shown
        .filter(|device| device.driver == "ivshmem-plain")
        .filter_map(|device| device.properties.text("memdev"))
        .into_set();
    let is_glass = arguments.looking_glass.is_some();
    let ours = |index: usize| {
        let own = devices.binary_search_by_key(&index, |(own, _)| *own).ok();
        let (_, device) = own.and_then(|at| devices.get(at))?;
        match device.driver.as_str() {
            "ivshmem-plain" => is_glass.then(|| left_of_shmem(device)),
            _ => Some(Vec::new()),
        }
    };
    for (index, option, value) in &pairs {
        let mut left = None;
        let taken = match *option {
            "device" => {
                left = ours(*index);
                left.is_some()
            }
            "cpu" => {
                if arguments.hiding.is_none() {
                    let processor = super::vm::processor(&pairs, &mut arguments.not_converted);
                    arguments.hiding = Some(processor.hiding);
                    arguments.address_bits = processor.address_bits;
                }
                true
            }
            "object" => {
                let object = object(value);
                let id = object.text("id").filter(|id| of_glass.contains(id));
                left = id.filter(|_| is_glass).map(|_| left_of_glass(&object));
                left.is_some()
            }
            "fw_cfg" => super::vm::window_of(value).is_some(),
            "global" => super::vm::window(&[(*index, option, value)]).is_some(),
            _ => false,
        };
        if !taken {
            let what = format!("-{option} {value}");
            let not_converted =
                NotConverted::new(what.trim_end(), "not a setting of assigned functions");
            arguments.not_converted.push(not_converted);
        }
        for part in left.unwrap_or_default() {
            let not_converted = NotConverted::new(format!("-{option} {part}"), CHOSEN);
            arguments.not_converted.push(not_converted);
        }
    }
    let not_converted = alone
        .into_iter()
        .map(|word| NotConverted::new(word, "not a setting of assigned functions"));
    arguments.not_converted.extend(not_converted);
    let vfio = vfio_devices(&devices, &mut arguments.not_converted);
    match vfio.and_then(|vfio| slots(&vfio, &mut arguments.not_converted)) {
        Ok(slots) => arguments.slots = slots,
        Err(error) => {
            let not_converted = NotConverted::new("vfio-pci devices", error.to_string());
            arguments.not_converted.push(not_converted);
        }
    }
    arguments
}

/// The description of the guest that `argv`, the program first, starts.
///
/// The listed functions of a slot are assigned: a command line does not show whether the host has
/// more there. An assigned card is the first screen if `x-vga` is set.
///
/// # Errors
/// When no function is assigned, or a device cannot be read.
pub fn read_back(argv: &[String]) -> Result<ReadBack, Error> {
    if argv.len() > 65_536 {
        return Err(Cause::TooLong.into());
    }
    let mut alone = Vec::new();
    let pairs = pairs_and(argv, &mut alone);
    let mut not_converted = Vec::new();
    let mut devices = Vec::new();
    for (index, option, value) in &pairs {
        if *option == "device" {
            let device = QemuDevice::parse(value);
            let index = *index;
            let device = device.map_err(|error| error.in_part(format!("argument {index}")))?;
            devices.push((index, device));
        }
    }
    let vfio = vfio_devices(&devices, &mut not_converted)?;
    let assigned = AssignedDevices::new(slots(&vfio, &mut not_converted)?)
        .map_err(|error| error.beside(&not_converted))?;
    let Machinery {
        name,
        machine,
        firmware,
        processors,
        topology,
        clock,
        address_bits,
        hiding,
        memory,
        system,
        mmio,
        emulated_display,
    } = machinery(&pairs, &devices, &mut not_converted);
    let looking_glass = looking_glass(&pairs, &devices);
    let near = name.as_deref().and_then(VmName::nearest);
    if let Some(name) = name.filter(|name| near.as_ref().map(VmName::as_str) != Some(name)) {
        let why = "not every hypervisor accepts it";
        not_converted.push(NotConverted::new(format!("-name {name}"), why).of(Feature::Name));
    }
    let name = near.unwrap_or_else(VmName::unnamed);
    let mut description = Description::new(name, assigned);
    description.machine = machine;
    description.firmware = firmware;
    description.processors = processors;
    description.topology = topology;
    description.clock = Some(clock);
    description.address_bits = address_bits;
    description.hiding = hiding;
    description.memory = memory;
    description.system = system;
    description.mmio = mmio;
    description.emulated_display = emulated_display;
    description.looking_glass = looking_glass;
    not_converted.extend(CommandLine::new(&pairs, &devices, &description).not_converted());
    not_converted.extend(alone.into_iter().map(NotConverted::manual));
    Ok(ReadBack {
        description,
        not_converted,
    })
}

fn vfio_devices(
    devices: &[(usize, QemuDevice)],
    not_converted: &mut Vec<NotConverted>,
) -> Result<Vec<Vfio>, Error> {
    let mut found = Vec::new();
    for (index, device) in devices {
        if !matches!(device.driver.as_str(), "vfio-pci" | "vfio-pci-nohotplug") {
            continue;
        }
        let host = device.properties.text("host");
        let sysfs = device.properties.text("sysfsdev");
        let last = || sysfs.as_deref()?.trim_end_matches('/').rsplit('/').next();
        let text = host.as_deref().or_else(last);
        let address = text.and_then(|text| text.parse().ok());
        // A UUID, which the kernel names mediated devices by.
        let uuid = text.filter(|text| text.len() == 36 && text.split('-').count() == 5);
        if let (None, None, Some(uuid)) = (address, &host, uuid) {
            let what = format!("mediated device {uuid}");
            not_converted.push(NotConverted::new(what, MEDIATED));
            continue;
        }
        let address = address.ok_or_else(|| {
            let found = host.or(sysfs).unwrap_or_default();
            let cause = match found.contains('$') {
                true => Cause::NotSet { found },
                false => Cause::NoHost { found },
            };
            Error::from(cause).in_part(format!("argument {index}"))
        })?;
        found.push(Vfio {
            address,
            guest: guest(device, devices),
            device: device.clone(),
        });
    }
    Ok(found)
}

/// `addr` and `bus`: the number of the bus is at the end of its name (`pci.3`), or it is the
/// chassis of the root port of that name, which has slot 0 only. Without a bus it is the first
/// (`qbus_find_recursive`, `system/qdev-monitor.c`).
fn guest(device: &QemuDevice, devices: &[(usize, QemuDevice)]) -> Option<(GuestSlot, u8)> {
    let text = |key: &str| device.properties.text(key);
    let hex = |text: &str| {
        let digits = text.strip_prefix("0x").unwrap_or(text);
        u8::from_str_radix(digits, 16).ok()
    };
    let place = match text("addr") {
        Some(addr) => {
            let (slot, function) = addr.split_once('.').unwrap_or((&addr, "0"));
            Some((hex(slot)?, hex(function)?))
        }
        None => None,
    };
    let bus = text("bus");
    let own = bus.as_deref().map_or(Some("0"), |bus| {
        bus.strip_prefix("pcie.")
            .or_else(|| bus.strip_prefix("pci."))
    });
    let of_name = |port: &QemuDevice| bus.is_some() && port.properties.text("id") == bus;
    let port = devices.iter().find(|(_, port)| of_name(port));
    let is_port = port.is_some_and(|(_, port)| port.driver.ends_with("root-port"));
    let (slot, function) = place.or(is_port.then_some((0, 0)))?;
    let bus = match (own, port) {
        (Some(number), _) => number.parse().ok()?,
        (None, Some((_, port))) if is_port => {
            u8::try_from(port.properties.get("chassis")?.number()?).ok()?
        }
        (None, _) => return None,
    };
    Some((GuestSlot::new(bus, slot)?, function))
}

fn slots(vfio: &[Vfio], not_converted: &mut Vec<NotConverted>) -> Result<Vec<AssignedSlot>, Error> {
    let mut order: Vec<Slot> = Vec::new();
    let mut by_slot: BTreeMap<Slot, Vec<&Vfio>> = BTreeMap::new();
    for device in vfio {
        let slot = device.address.slot();
        let of_slot = by_slot.entry(slot).or_default();
        if of_slot.is_empty() {
            order.push(slot);
        }
        of_slot.push(device);
    }
    let mut slots = Vec::new();
    for slot in order {
        let devices = by_slot.get(&slot).map(Vec::as_slice).unwrap_or_default();
        let functions = devices.iter().map(|d| AssignedFunction::at(d.address));
        let mut assigned = AssignedSlot::new(functions.collect(), Coverage::ListedFunctions)?;
        let mut in_order: Vec<&Vfio> = devices.to_vec();
        in_order.order_by_key(|device| device.address);
        for (order, device) in in_order.into_iter().enumerate() {
            take(device, order == 0, &mut assigned, not_converted);
        }
        let first = devices.first().and_then(|device| device.guest);
        let together = devices
            .iter()
            .all(|device| device.guest.map(|(slot, _)| slot) == first.map(|(slot, _)| slot));
        if together {
            assigned.guest = first.map(|(slot, _)| slot);
            others_places(devices, &assigned, not_converted);
        } else {
            let what = format!("guest addresses of {slot}");
            not_converted.push(NotConverted::new(
                what,
                "its functions are in different slots; they are put into one",
            ));
        }
        slots.push(assigned);
    }
    Ok(slots)
}

/// Lists the places that are not understood, and numbers of functions that change.
fn others_places(devices: &[&Vfio], slot: &AssignedSlot, not_converted: &mut Vec<NotConverted>) {
    for device in devices {
        let own = slot
            .guest_functions()
            .find(|(_, one)| one.address == device.address);
        let is_kept = match device.guest {
            Some((_, function)) => own.is_some_and(|(number, _)| number == function),
            None => ["bus", "addr"]
                .iter()
                .all(|key| device.device.properties.get(key).is_none()),
        };
        if !is_kept {
            let properties = device.device.properties.parts();
            let place = properties
                .iter()
                .filter(|(key, _)| matches!(key.as_str(), "bus" | "addr"));
            let place: Vec<String> = place.map(|(key, value)| format!("{key}={value}")).collect();
            let what = format!("{}: {}", device.address, place.join(","));
            not_converted.push(
                NotConverted::new(what, "a place in the guest is chosen for it")
                    .of(Feature::GuestSlot),
            );
        }
    }
}

/// What a device says of its slot: the first function speaks for it, and others may
/// only say the same.
fn take(vfio: &Vfio, first: bool, slot: &mut AssignedSlot, not_converted: &mut Vec<NotConverted>) {
    for (key, value) in vfio.device.properties.parts() {
        let text = value.to_string();
        let id = value.number().and_then(|number| u16::try_from(number).ok());
        let ids = &mut slot.seen_ids;
        let is_taken = match key.replace('_', "-").as_str() {
            "host" | "sysfsdev" | "id" | "bus" | "addr" | "multifunction" => true,
            "rombar" if matches!(text.as_str(), "0" | "off") => {
                if first {
                    slot.rom_bar = RomBar::Hidden;
                } else {
                    slot.hidden_roms.push(vfio.address);
                }
                true
            }
            "rombar" => true,
            "x-vga" if value.is_on() => taken(&mut slot.display, DisplayRole::Primary, first),
            "x-vga" => true,
            "romfile" => {
                let file = RomFile::found_at(&text).ok();
                file.is_some() && taken(&mut slot.rom_file, file, first)
            }
            "x-pci-vendor-id" if id.is_some() => {
                first && taken(&mut ids.vendor, id.map(VendorId), first)
            }
            "x-pci-device-id" if id.is_some() => {
                first && taken(&mut ids.device, id.map(DeviceId), first)
            }
            "x-pci-sub-vendor-id" if id.is_some() => {
                first && taken(&mut ids.subsystem_vendor, id.map(VendorId), first)
            }
            "x-pci-sub-device-id" if id.is_some() => {
                first && taken(&mut ids.subsystem_device, id.map(DeviceId), first)
            }
            _ => false,
        };
        if !is_taken {
            let what = format!("{}: {key}={value}", vfio.address);
            not_converted.push(NotConverted::new(
                what,
                "the description has no place for it",
            ));
        }
    }
}

/// Sets it for the slot's first function; whether another one says the same.
fn taken<T: PartialEq>(of_slot: &mut T, value: T, first: bool) -> bool {
    if first {
        *of_slot = value;
        return true;
    }
    *of_slot == value
}

/// The size of the memory that an ivshmem-plain device shows.
fn looking_glass(
    pairs: &[(usize, &str, &str)],
    devices: &[(usize, QemuDevice)],
) -> Option<LookingGlassSize> {
    let device = devices
        .iter()
        .find(|(_, device)| device.driver == "ivshmem-plain");
    let memory = device?.1.properties.text("memdev")?;
    let objects = pairs.iter().filter(|(_, option, _)| *option == "object");
    for (_, _, text) in objects {
        let object = object(text);
        if object.text("id").as_deref() == Some(memory.as_str()) {
            let bytes = super::vm::size(&object.text("size")?, 1)?;
            let mebibytes = u16::try_from(bytes >> 20).ok()?;
            return LookingGlassSize::from_mebibytes(mebibytes);
        }
    }
    None
}
