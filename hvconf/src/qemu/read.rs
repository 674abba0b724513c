//! Reading a command line back.

use std::collections::BTreeMap;

use pci_core::{Address, DeviceId, Slot, VendorId};

use super::device::{QemuDevice, QemuDeviceError};
use super::option::Options;
use super::vm::{Machinery, machinery};
use crate::description::{CpuHiding, Description, LookingGlassSize, MmioWindow, VmName};
use crate::emitted::{Lost, ReadBack};
use crate::passed::{
    Coverage, DisplayRole, GuestSlot, Passed, PassedError, PassedFunction, PassedSlot, RomBar,
};

/// Why a command line cannot be read back.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum QemuReadError {
    /// No vfio-pci device is on it, or its devices do not fit together.
    #[error(transparent)]
    Passed(#[from] PassedError),
    /// A device cannot be read.
    #[error("argument {index}: {error}")]
    Device {
        /// Which word, from 0.
        index: usize,
        /// Why.
        error: QemuDeviceError,
    },
    /// A vfio-pci device names no host function that can be read.
    #[error("argument {index}: expected host=ADDRESS or sysfsdev=PATH, found {found:?}")]
    NoHost {
        /// Which word, from 0.
        index: usize,
        /// What it has there.
        found: String,
    },
    /// There are more than 65536 words.
    #[error("expected at most 65536 words")]
    TooLong,
}

/// Options whose next word is no value (`qemu-system-x86_64 --help`).
const ALONE: &[&str] = &[
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

/// The options of a command line with their values, and the number of the word.
pub(super) fn pairs(argv: &[String]) -> Vec<(usize, &str, &str)> {
    let mut pairs = Vec::new();
    let mut words = argv.iter().enumerate().skip(1);
    while let Some((index, word)) = words.next() {
        let Some(option) = word.strip_prefix('-') else {
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

/// What further arguments, as a manager hands them to QEMU, say of passed
/// functions.
#[derive(Clone, Debug, Default)]
pub(crate) struct Arguments {
    pub(crate) slots: Vec<PassedSlot>,
    /// What `-cpu` hides; `None` without one.
    pub(crate) hiding: Option<CpuHiding>,
    pub(crate) mmio: Option<MmioWindow>,
    pub(crate) looking_glass: Option<LookingGlassSize>,
    pub(crate) lost: Vec<Lost>,
}

/// Reads further arguments, the program first.
pub(crate) fn read_arguments(argv: &[String]) -> Arguments {
    let mut arguments = Arguments::default();
    let pairs = pairs(argv);
    let mut devices = Vec::new();
    for (index, option, value) in &pairs {
        match (*option, QemuDevice::parse(value)) {
            ("device", Ok(device)) if device.driver.starts_with("vfio-pci") => {
                devices.push((*index, device));
            }
            ("device", Ok(device)) if device.driver == "ivshmem-plain" => {
                devices.push((*index, device));
            }
            ("cpu", _) => {
                let (hiding, _) = super::vm::processor(&pairs, &mut arguments.lost);
                arguments.hiding = Some(hiding);
            }
            ("object", _) if value.contains("memory-backend") => {}
            ("fw_cfg", _) if value.contains("X-PciMmio64Mb") => {}
            ("global", _) if value.contains("pci-hole64-size") => {}
            _ => {
                let what = format!("-{option} {value}");
                let lost = Lost::new(what.trim_end(), "it is not about passed functions");
                arguments.lost.push(lost);
            }
        }
    }
    let vfio = vfio_devices(&devices);
    match vfio.and_then(|vfio| slots(&vfio, &mut arguments.lost)) {
        Ok(slots) => arguments.slots = slots,
        Err(error) => {
            let lost = Lost::new("vfio-pci devices", error.to_string());
            arguments.lost.push(lost);
        }
    }
    arguments.mmio = super::vm::window(&pairs);
    arguments.looking_glass = looking_glass(&pairs, &devices);
    arguments
}

/// The description of the guest that `argv`, the program first, starts.
///
/// A slot counts as passed by its listed functions: a command line does not tell
/// whether the host has more there. A passed card is the first screen where
/// `x-vga` says so.
///
/// # Errors
/// When no function is passed, or a device cannot be read.
pub fn read_back(argv: &[String]) -> Result<ReadBack, QemuReadError> {
    if argv.len() > 65_536 {
        return Err(QemuReadError::TooLong);
    }
    let pairs = pairs(argv);
    let mut lost = Vec::new();
    let mut devices = Vec::new();
    for (index, option, value) in &pairs {
        if *option == "device" {
            let device = QemuDevice::parse(value);
            let index = *index;
            let device = device.map_err(|error| QemuReadError::Device { index, error })?;
            devices.push((index, device));
        }
    }
    let vfio = vfio_devices(&devices)?;
    let passed = Passed::new(slots(&vfio, &mut lost)?)?;
    let Machinery {
        name,
        machine,
        firmware,
        processors,
        hiding,
        memory,
        system,
        mmio,
        emulated_display,
    } = machinery(&pairs, &devices, &mut lost);
    let looking_glass = looking_glass(&pairs, &devices);
    let name = name.and_then(|name| VmName::nearest(&name));
    let name = name
        .or_else(|| VmName::nearest("vm"))
        .ok_or(PassedError::NoFunction)?;
    let mut description = Description::new(name, passed);
    description.machine = machine;
    description.firmware = firmware;
    description.processors = processors;
    description.hiding = hiding;
    description.memory = memory;
    description.system = system;
    description.mmio = mmio;
    description.emulated_display = emulated_display;
    description.looking_glass = looking_glass;
    Ok(ReadBack { description, lost })
}

fn vfio_devices(devices: &[(usize, QemuDevice)]) -> Result<Vec<Vfio>, QemuReadError> {
    let mut found = Vec::new();
    for (index, device) in devices {
        if !matches!(device.driver.as_str(), "vfio-pci" | "vfio-pci-nohotplug") {
            continue;
        }
        let host = device.properties.text("host");
        let sysfs = device.properties.text("sysfsdev");
        let address = host
            .as_deref()
            .or_else(|| sysfs.as_deref()?.trim_end_matches('/').rsplit('/').next())
            .and_then(|text| text.parse().ok());
        let address = address.ok_or_else(|| QemuReadError::NoHost {
            index: *index,
            found: host.or(sysfs).unwrap_or_default(),
        })?;
        found.push(Vfio {
            address,
            guest: guest(device, devices),
            device: device.clone(),
        });
    }
    Ok(found)
}

/// `addr` and `bus`: the number of the bus is at the end of its name (`pci.3`), or
/// it is the chassis of the root port of that name.
fn guest(device: &QemuDevice, devices: &[(usize, QemuDevice)]) -> Option<(GuestSlot, u8)> {
    let addr = device.properties.text("addr")?;
    let (slot, function) = addr.split_once('.').unwrap_or((&addr, "0"));
    let hex = |text: &str| {
        let digits = text.strip_prefix("0x").unwrap_or(text);
        u8::from_str_radix(digits, 16).ok()
    };
    let bus = device.properties.text("bus")?;
    let own = bus
        .strip_prefix("pcie.")
        .or_else(|| bus.strip_prefix("pci."));
    let bus = match own {
        Some(number) => number.parse().ok()?,
        None => {
            let of_name = |port: &QemuDevice| port.properties.text("id").as_ref() == Some(&bus);
            let (_, port) = devices.iter().find(|(_, port)| of_name(port))?;
            u8::try_from(port.properties.get("chassis")?.number()?).ok()?
        }
    };
    Some((GuestSlot::new(bus, hex(slot)?)?, hex(function)?))
}

fn slots(vfio: &[Vfio], lost: &mut Vec<Lost>) -> Result<Vec<PassedSlot>, QemuReadError> {
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
        let functions = devices.iter().map(|d| PassedFunction::at(d.address));
        let mut passed = PassedSlot::new(functions.collect(), Coverage::ListedFunctions)?;
        for device in devices {
            take(device, &mut passed, lost);
        }
        let first = devices.first().and_then(|device| device.guest);
        let together = devices
            .iter()
            .all(|device| device.guest.map(|(slot, _)| slot) == first.map(|(slot, _)| slot));
        if together {
            passed.guest = first.map(|(slot, _)| slot);
        } else {
            let what = format!("guest addresses of {slot}");
            lost.push(Lost::new(
                what,
                "its functions lie apart; they are put together",
            ));
        }
        slots.push(passed);
    }
    Ok(slots)
}

/// What a device says of its slot.
fn take(vfio: &Vfio, slot: &mut PassedSlot, lost: &mut Vec<Lost>) {
    for (key, value) in vfio.device.properties.parts() {
        let number = value.number().and_then(|number| u16::try_from(number).ok());
        let ids = &mut slot.seen_ids;
        match key.replace('_', "-").as_str() {
            "host" | "sysfsdev" | "id" | "bus" | "addr" | "multifunction" => continue,
            "rombar" if matches!(value.to_string().as_str(), "0" | "off") => {
                slot.rom_bar = RomBar::Hidden;
                continue;
            }
            "rombar" => continue,
            "x-vga" => {
                if value.is_on() {
                    slot.display = DisplayRole::Primary;
                }
                continue;
            }
            "romfile" => {
                let path = value.to_string();
                let name = path.rsplit('/').next().unwrap_or_default();
                if let Ok(file) = name.parse() {
                    slot.rom_file = Some(file);
                    continue;
                }
            }
            "x-pci-vendor-id" if number.is_some() => {
                ids.vendor = number.map(VendorId);
                continue;
            }
            "x-pci-device-id" if number.is_some() => {
                ids.device = number.map(DeviceId);
                continue;
            }
            "x-pci-sub-vendor-id" if number.is_some() => {
                ids.subsystem_vendor = number.map(VendorId);
                continue;
            }
            "x-pci-sub-device-id" if number.is_some() => {
                ids.subsystem_device = number.map(DeviceId);
                continue;
            }
            _ => {}
        }
        let what = format!("{}: {key}={value}", vfio.address);
        lost.push(Lost::new(what, "the description has no place for it"));
    }
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

/// `-object` in either form.
pub(super) fn object(text: &str) -> Options {
    if text.trim_start().starts_with('{') {
        Options::parse_json(text).unwrap_or_default()
    } else {
        Options::parse(text, "qom-type")
    }
}
