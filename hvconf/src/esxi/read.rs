//! Reading a `.vmx` back.

use core::num::NonZeroU16;
use std::collections::BTreeMap;

use pci_core::{PciId, Slot};

use super::others::Others;
use super::vmx::Vmx;
use crate::assigned::{AssignedDevices, AssignedFunction, AssignedSlot, Coverage};
use crate::description::{
    CpuHiding, Description, EmulatedDisplay, Firmware, GuestSystem, HostCpus, HugePageSize,
    KvmSignature, Machine, MemoryLock, MemorySize, MmioWindow, Pages, Pinning, SecureBoot,
    Topology, VmName,
};
use crate::emitted::{MEDIATED, NotConverted, ReadBack};
use crate::error::{Cause, Error};

/// The description of the machine in `text`. ESXi's chipset is neither of QEMU's: it is read as a
/// q35, which has PCI Express too.
///
/// # Errors
/// When it assigns no function by address, or an address cannot be read.
pub fn read_back(text: &str) -> Result<ReadBack, Error> {
    let vmx = Vmx::parse(text);
    let mut not_converted: Vec<NotConverted> = Vec::new();
    for fault in &vmx.faults {
        let what = fault.key.clone().unwrap_or_else(|| "a line".to_owned());
        let why = format!("ESXi rejects the line: expected {}", fault.expected);
        not_converted.push(NotConverted::new(what, why).on_line(fault.line));
    }
    let slots = slots(&vmx, &mut not_converted)?;
    let assigned = AssignedDevices::new(slots).map_err(|error| error.beside(&not_converted))?;
    let get = |key: &str| vmx.get(key).map(|entry| entry.value.as_str());
    let on = |key: &str| get(key).is_some_and(|value| value.eq_ignore_ascii_case("true"));
    let off = |key: &str| get(key).is_some_and(|value| value.eq_ignore_ascii_case("false"));
    let given = get("displayName").unwrap_or_default();
    let name = VmName::nearest(given).or_else(|| VmName::nearest("vm"));
    let name = name.ok_or(Cause::NoFunction)?;
    if let Some(entry) = vmx.get("displayName").filter(|_| name.as_str() != given) {
        let why = format!("other hypervisors accept {name}");
        not_converted
            .push(NotConverted::new(format!("displayName {given:?}"), why).on_line(entry.line));
    }
    let mut vm = Description::new(name, assigned);
    vm.machine = Machine::Q35;
    vm.firmware = match get("firmware") {
        Some("efi") if on("uefi.secureBoot.enabled") => Firmware::Ovmf(SecureBoot::On),
        Some("efi") => Firmware::Ovmf(SecureBoot::Off),
        _ => Firmware::SeaBios,
    };
    vm.processors = get("numvcpus").and_then(|text| NonZeroU16::new(text.parse().ok()?));
    vm.topology = get("cpuid.coresPerSocket").and_then(|text| {
        let (all, cores) = (vm.processors?.get(), text.parse::<u16>().ok()?);
        let is_complete = cores > 0 && all % cores == 0;
        Topology::new(is_complete.then(|| all / cores)?, cores, 1)
    });
    vm.memory.size = get("memSize").and_then(|text| MemorySize::from_mebibytes(text.parse().ok()?));
    let affinity = get("sched.cpu.affinity").and_then(HostCpus::from_list);
    vm.pinning = affinity.map(Pinning::Together);
    if on("sched.mem.pin") {
        vm.memory.lock = MemoryLock::Locked;
    }
    if on("sched.mem.lpage.enable1GPage") {
        vm.memory.pages = Pages::Huge(HugePageSize::Gibibyte1);
    }
    vm.hiding = CpuHiding {
        kvm: if off("hypervisor.cpuid.v0") {
            KvmSignature::Hidden
        } else {
            KvmSignature::Shown
        },
        hyperv_vendor_id: None,
    };
    vm.mmio = get("pciPassthru.64bitMMIOSizeGB")
        .filter(|_| on("pciPassthru.use64bitMMIO"))
        .and_then(|text| MmioWindow::from_gibibytes(text.parse().ok()?));
    vm.emulated_display = Some(if off("svga.present") {
        EmulatedDisplay::None
    } else {
        EmulatedDisplay::Vga
    });
    vm.system = match get("guestOS").map(str::to_ascii_lowercase) {
        Some(system) if system.starts_with("win") => GuestSystem::Windows,
        Some(system) if system.contains("linux") || system.contains("ubuntu") => GuestSystem::Linux,
        Some(system) if system.contains("debian") || system.contains("rhel") => GuestSystem::Linux,
        _ => GuestSystem::Other,
    };
    not_converted.extend(Others::new(&vmx, &vm).not_converted());
    Ok(ReadBack::in_order(vm, not_converted))
}

fn slots(vmx: &Vmx, not_converted: &mut Vec<NotConverted>) -> Result<Vec<AssignedSlot>, Error> {
    let mut order: Vec<Slot> = Vec::new();
    let mut by_slot: BTreeMap<Slot, Vec<AssignedFunction>> = BTreeMap::new();
    for device in vmx.passthru().into_iter().filter(|device| device.present) {
        let index = device.index;
        let Some((address, line)) = device.id else {
            let get = |name: &str| vmx.get(&format!("pciPassthru{index}.{name}"));
            let chosen = "ESXi chooses the function at each start: its address is missing";
            let kinds = [
                ("allowedDevices", chosen),
                ("pfId", chosen),
                ("vgpu", MEDIATED),
            ];
            let mut kinds = kinds.into_iter();
            let kind = kinds.find_map(|(name, why)| Some((name, &get(name)?.value, why)));
            let (what, why) = match kind {
                Some((name, value, why)) => (format!("pciPassthru{index}.{name} {value}"), why),
                None => (format!("pciPassthru{index}"), chosen),
            };
            not_converted.push(NotConverted::new(what, why).on_line(device.line));
            continue;
        };
        let address =
            address.map_err(|error| error.at(line).in_part(format!("pciPassthru{index}.id")))?;
        let id = device.vendor.zip(device.device);
        let function = AssignedFunction {
            id: id.map(|(vendor, device)| PciId { vendor, device }),
            ..AssignedFunction::at(address)
        };
        let of_slot = by_slot.entry(address.slot()).or_default();
        if of_slot.is_empty() {
            order.push(address.slot());
        }
        of_slot.push(function);
    }
    let mut slots = Vec::new();
    for slot in order {
        let functions = by_slot.remove(&slot).unwrap_or_default();
        slots.push(AssignedSlot::new(functions, Coverage::ListedFunctions)?);
    }
    Ok(slots)
}
