//! Changes that a request may make to a guest's configuration: values of the keys for its functions
//! and VM options, and nothing else.

use hvconf::assigned::{AssignedDevices, AssignedSlot, DisplayRole};
use hvconf::description::{Description, Firmware, GuestSystem, KvmSignature, Pages};
use hvconf::esxi::Vmx;
use hvconf::proxmox::{HostAddress, HostPci, VmConfig};
use pci_core::Slot;

use super::super::vm_options::VmOptions;
use crate::file_settings::Intent;

fn all(names: &[&str]) -> Vec<Intent> {
    names.iter().map(|name| Intent::changes(name)).collect()
}

fn has(passed: &AssignedDevices, slot: Slot) -> bool {
    passed.slots().iter().any(|asked| asked.slot() == slot)
}

/// Options of an entry that the request sets.
const HOSTPCI: [&str; 8] = [
    "pcie",
    "x-vga",
    "rombar",
    "romfile",
    "vendor-id",
    "device-id",
    "sub-vendor-id",
    "sub-device-id",
];

/// Arguments that a requested window or Looking Glass resizes.
const SIZED: [&str; 3] = ["X-PciMmio64Mb", "pci-hole64-size=", "looking-glass"];

/// The intents for a Proxmox VE guest with the configuration `text`.
pub(super) fn of_proxmox(text: &str, vm: &Description, vm_options: &VmOptions) -> Vec<Intent> {
    let mut intents = all(&["balloon"]);
    let config = VmConfig::parse(text);
    for entry in config.entries() {
        let Some(host) = entry
            .key
            .strip_prefix("hostpci")
            .and_then(|_| entry.value.parse::<HostPci>().ok())
        else {
            continue;
        };
        let ours = |address: &&HostAddress| has(&vm.assigned, address.slot());
        let addresses = host.addresses();
        let asked = addresses.iter().filter(ours).count();
        if asked == 0 {
            continue;
        }
        // As they are written, with or without their domain.
        let written = entry.value.split([',', ';']).map(|part| {
            let part = part.strip_prefix("host=").unwrap_or(part);
            part.strip_prefix("0000:").unwrap_or(part)
        });
        for address in written.filter(|part| !part.contains('=')) {
            let read = address.parse::<HostPci>();
            if read.is_ok_and(|host| host.addresses().iter().any(|one| ours(&one))) {
                intents.push(Intent::changes_from(entry.key, address));
            }
        }
        // An entry with other cards' functions keeps its options.
        if asked == addresses.len() {
            intents.push(Intent::changes_from(entry.key, ""));
            let names = HOSTPCI.map(|option| format!("{}.{option}", entry.key));
            intents.extend(names.iter().map(|name| Intent::changes(name)));
        }
    }
    if vm.assigned.slots().iter().any(is_first_screen) {
        intents.push(Intent::changes("vga"));
    }
    if vm_options.firmware.is_some() {
        intents.extend(all(&["bios", "machine"]));
    }
    if vm_options.machine.is_some() {
        intents.extend(all(&["machine"]));
        // The entries of other cards, too: i440fx has no PCI Express.
        let keys = config.entries().map(|entry| entry.key);
        let keys = keys.filter(|key| key.starts_with("hostpci"));
        intents.extend(keys.map(|key| Intent::changes(&format!("{key}.pcie"))));
    }
    intents.extend(all(&["cpu.hidden", "cpu.hv-vendor-id"]));
    if vm.memory.pages != Pages::Ordinary {
        intents.extend(all(&["hugepages", "numa"]));
    }
    intents.extend(of_arguments(&config));
    intents
}

fn is_first_screen(slot: &AssignedSlot) -> bool {
    slot.display == DisplayRole::Primary
}

/// A second `-cpu`, which is merged into the key that it would override, and sizes.
fn of_arguments(config: &VmConfig) -> Vec<Intent> {
    let Some(entry) = config.get("args") else {
        return Vec::new();
    };
    let mut intents = vec![Intent::moves("args")];
    let words: Vec<&str> = entry.value.split_whitespace().collect();
    for (at, word) in words.iter().enumerate() {
        let is_cpu = *word == "-cpu";
        let of_cpu = at.checked_sub(1).and_then(|before| words.get(before)) == Some(&"-cpu");
        if is_cpu || of_cpu || SIZED.iter().any(|sized| word.contains(sized)) {
            intents.push(Intent::changes_from("args", word));
        }
    }
    if words.len() == 2 {
        intents.push(Intent::changes_from("args", ""));
    }
    intents
}

/// Of a domain of libvirt.
pub(super) fn of_libvirt(vm: &Description) -> Vec<Intent> {
    // Functions of one slot share one in the guest, by the first.
    let mut intents = all(&["/domain/devices/hostdev/address@multifunction"]);
    let features = "/domain/features";
    let mut add = |names: &[&str]| intents.extend(all(names));
    if vm.hiding.kvm == KvmSignature::Hidden {
        add(&["/domain/features/kvm/hidden@state"]);
        add(&["/domain/features/ioapic@driver"]);
    }
    if vm.hiding.hyperv_vendor_id.is_some() {
        add(&["/domain/features/hyperv/vendor_id@state"]);
        add(&["/domain/features/hyperv/vendor_id@value"]);
    }
    if vm.system == GuestSystem::Windows {
        for feature in [
            "relaxed@state",
            "vapic@state",
            "spinlocks@state",
            "spinlocks@retries",
        ] {
            add(&[&format!("{features}/hyperv/{feature}")]);
        }
    }
    if vm.memory.pages != Pages::Ordinary {
        add(&["/domain/memoryBacking/hugepages/page@size"]);
        add(&["/domain/memoryBacking/hugepages/page@unit"]);
    }
    if vm.looking_glass.is_some() {
        add(&["/domain/devices/shmem/size@unit"]);
        add(&["/domain/devices/shmem/size/text()"]);
    }
    if vm.mmio.is_some() {
        add(&["/domain/qemu:commandline/qemu:arg@value"]);
        add(&["/domain/devices/controller/pcihole64@unit"]);
        add(&["/domain/devices/controller/pcihole64/text()"]);
    }
    let rom = |slot: &AssignedSlot| slot.rom_file.is_some();
    if vm.assigned.slots().iter().any(rom) {
        add(&["/domain/devices/hostdev/rom"]);
        add(&["/domain/devices/hostdev/rom@bar"]);
        add(&["/domain/devices/hostdev/rom@file"]);
    }
    let property = "/domain/qemu:override/qemu:device/qemu:frontend/qemu:property";
    add(&[&format!("{property}@type"), &format!("{property}@value")]);
    intents
}

/// The intents for an ESXi VM with the file `text`.
pub(super) fn of_vmx(text: &str, vm: &Description) -> Vec<Intent> {
    let mut intents = all(&[
        // The entire memory of a VM with assigned functions is reserved.
        "sched.mem.min",
        "sched.mem.pin",
        "pcipassthru.use64bitmmio",
        "pcipassthru.64bitmmiosizegb",
    ]);
    if vm.hiding.kvm == KvmSignature::Hidden {
        intents.extend(all(&["hypervisor.cpuid.v0"]));
    }
    if vm.memory.pages != Pages::Ordinary {
        intents.extend(all(&["sched.mem.lpage.enable1gpage"]));
    }
    for device in Vmx::parse(text).passthru() {
        let Some((Ok(address), _)) = device.id else {
            continue;
        };
        if vm.assigned.functions().any(|one| one.address == address) {
            let key = |name: &str| format!("pcipassthru{}.{name}", device.index);
            let names = ["present", "id", "vendorid", "deviceid"].map(key);
            intents.extend(names.iter().map(|name| Intent::changes(name)));
        }
    }
    intents
}

/// Of a machine of KubeVirt.
pub(super) fn of_kubevirt(vm: &Description, firmware: Option<Firmware>) -> Vec<Intent> {
    let domain = "spec.template.spec.domain";
    let mut names = Vec::new();
    if vm.memory.size.is_some() {
        names.push("memory.guest");
    }
    if vm.memory.pages != Pages::Ordinary {
        names.push("memory.hugepages.pageSize");
    }
    if vm.processors.is_some() {
        names.push("cpu.cores");
    }
    if vm.hiding.kvm == KvmSignature::Hidden {
        names.push("features.kvm.hidden");
    }
    if vm.hiding.hyperv_vendor_id.is_some() {
        names.push("features.hyperv.vendorid.vendorid");
    }
    if vm.emulated_display.is_some() {
        names.push("devices.autoattachGraphicsDevice");
    }
    if firmware.is_some() {
        // One boot loader replaces the other, with the settings of that one.
        names.extend([
            "firmware.bootloader.bios",
            "firmware.bootloader.bios.useSerial",
            "firmware.bootloader.efi",
            "firmware.bootloader.efi.secureBoot",
            "firmware.bootloader.efi.persistent",
            "features.smm.enabled",
        ]);
    }
    let names = names.into_iter().map(|name| format!("{domain}.{name}"));
    names.map(|name| Intent::changes(&name)).collect()
}
