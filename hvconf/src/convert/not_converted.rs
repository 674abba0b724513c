//! Settings that a conversion omits or changes, before the target's emitter runs.

use std::collections::BTreeSet;

use pci_core::Slot;

use super::declaration::GuestName;
use super::format::Format;
use super::source::Source;
use crate::assigned::{AssignedDevices, GuestSlot, RomBar, Root};
use crate::description::{Description, Firmware, VmName};
use crate::emitted::{Feature, NotConverted};

/// Sets the nearest name that `target` accepts; returns the change where that is another one.
pub(super) fn rename(vm: &mut Description, target: Format) -> Option<NotConverted> {
    let GuestName::Nearest(nearest, rule) = target.declaration().guest_name else {
        return None;
    };
    let given = vm.name.to_string();
    let near = nearest(&given);
    if near == given {
        return None;
    }
    vm.name = VmName::nearest(&near)?;
    let why = format!("{rule}: it becomes {}", vm.name);
    Some(NotConverted::new(format!("name {given}"), why).of(Feature::Name))
}

/// Forgets where slots go in the guest where the target does not number its buses alike,
/// or has no such place.
pub(super) fn without_place(
    vm: &mut Description,
    source: Format,
    target: Format,
) -> Vec<NotConverted> {
    let of_qemu = |format: Format| format.declaration().has_buses_of_qemu;
    let alike = source == target || (of_qemu(source) && of_qemu(target));
    let root = of_qemu(target).then(|| Root::of(vm.machine.chipset));
    let mut kept = BTreeSet::new();
    let forgotten = vm.assigned.keep_places(|place| {
        alike && root.is_none_or(|root| root.has(place)) && kept.insert(place)
    });
    let why = if alike {
        "an assigned slot cannot be there"
    } else {
        "buses are numbered otherwise there"
    };
    let not_converted = |(slot, guest): (Slot, GuestSlot)| {
        let (bus, device) = (guest.bus(), guest.device());
        let what = format!("{slot} as {bus:02x}:{device:02x} of the guest");
        NotConverted::new(what, why).of(Feature::GuestSlot)
    };
    forgotten.into_iter().map(not_converted).collect()
}

/// Forgets files in place of a ROM that the guest does not see.
pub(super) fn hidden_files(vm: &mut Description) -> Vec<NotConverted> {
    let mut slots = vm.assigned.slots().to_vec();
    let mut not_converted = Vec::new();
    for slot in slots
        .iter_mut()
        .filter(|slot| slot.rom_bar == RomBar::Hidden)
    {
        if let Some(file) = slot.rom_file.take() {
            let what = format!("ROM file {file} of {}", slot.slot());
            let why = "the ROM BAR is hidden from the guest, so the file has no use";
            not_converted.push(NotConverted::new(what, why).of(Feature::RomFile));
        }
    }
    if let (false, Ok(assigned)) = (not_converted.is_empty(), AssignedDevices::new(slots)) {
        vm.assigned = assigned;
    }
    not_converted
}

/// Settings of the source, part of each description, that the target lacks.
pub(super) fn unsupported(
    vm: &Description,
    source: &Source<'_>,
    target: Format,
) -> Vec<NotConverted> {
    let mut not_converted = Vec::new();
    let mut lose = |part: Feature, what: String, why: &str| {
        not_converted.push(NotConverted::new(what, why).of(part));
    };
    if source.format.declaration().names_machine && !target.declaration().names_machine {
        let what = format!("machine type {}", vm.machine.qemu_name());
        lose(
            Feature::Machine,
            what,
            "the target has another machine type",
        );
    }
    let is_uefi = matches!(vm.firmware, Firmware::Ovmf(_));
    if is_uefi && source.format.names_firmware_in(source.text) && !target.names_firmware() {
        let why = "the target has no setting for it";
        lose(Feature::Firmware, "UEFI".to_owned(), why);
    }
    let is_named = vm.name != VmName::unnamed();
    if is_named && matches!(target.declaration().guest_name, GuestName::None) {
        let why = "the file is of the host: it names no guest";
        lose(Feature::Name, format!("name {}", vm.name), why);
    }
    not_converted.extend((target.declaration().not_converted)(vm));
    not_converted
}

#[cfg(test)]
mod tests {
    use super::super::declaration::Wanted;
    use super::super::run::convert;
    use super::*;
    use crate::assigned::AssignedFunction;
    use crate::emitted::Emitted;

    fn converted(text: &str, target: Format) -> Emitted {
        let mut card = AssignedFunction::at("0000:01:00.0".parse().unwrap());
        card.id = "10de:2204".parse().ok();
        let functions = [card];
        let mut source = Source::of(text).unwrap();
        source.functions = &functions;
        let wanted = Wanted {
            node: "node1".parse().ok(),
            ..Wanted::default()
        };
        convert(&source, target, &wanted).unwrap()
    }

    fn all(emitted: &Emitted) -> String {
        let files = emitted.files.iter().map(ToString::to_string);
        let commands = emitted.commands.iter().map(|one| one.argv.join(" "));
        files.chain(commands).collect::<Vec<_>>().join("\n")
    }

    fn not_converted(emitted: &Emitted) -> Vec<String> {
        emitted
            .not_converted
            .iter()
            .map(ToString::to_string)
            .collect()
    }

    const MACHINE: &str = "name: win11\nmachine: q35\nhostpci0: 0000:01:00.0,romfile=vbios.rom\n\
                           memory: 8190\ncores: 6\n";

    #[test]
    fn esxi_has_a_multiple_of_four_mebibytes() {
        let vmx = converted(MACHINE, Format::Esxi);
        assert!(all(&vmx).contains("memSize = \"8192\""), "{}", all(&vmx));
        let all_lost = not_converted(&vmx);
        assert!(
            all_lost.iter().any(|one| one.contains("8190")),
            "{all_lost:?}"
        );
        let even = MACHINE.replace("8190", "8192");
        let vmx = converted(&even, Format::Esxi);
        assert!(all(&vmx).contains("memSize = \"8192\""));
        assert!(!not_converted(&vmx).iter().any(|one| one.contains("8192")));
    }

    #[test]
    fn capitals_become_small_where_names_are_small() {
        let text = MACHINE.replace("win11", "Win11-PC");
        for target in [Format::Harvester, Format::KubeVirt] {
            let emitted = converted(&text, target);
            assert!(!all(&emitted).contains("Win11"), "{}", all(&emitted));
            assert!(
                not_converted(&emitted)
                    .iter()
                    .any(|one| one.contains("name Win11-PC") && one.contains("win11-pc")),
                "{:?}",
                not_converted(&emitted)
            );
        }
        for target in [Format::Harvester, Format::KubeVirt] {
            assert!(
                !not_converted(&converted(MACHINE, target))
                    .iter()
                    .any(|one| one.contains("name"))
            );
        }
    }

    #[test]
    fn settings_that_a_target_has_are_not_listed() {
        let huge = format!("{MACHINE}hugepages: 1024\nnuma: 1\n");
        for (target, got, word) in [
            (Format::Crosvm, "--mem 8190", "memory"),
            (Format::Crosvm, "--cpus 6", "6 processors"),
            (Format::Nova, "hw:mem_page_size=1GB", "huge pages"),
            (Format::Bhyve, "rom=", "ROM file"),
        ] {
            let emitted = converted(&huge, target);
            assert!(all(&emitted).contains(got), "{target}: {}", all(&emitted));
            assert!(
                !not_converted(&emitted).iter().any(|one| one.contains(word)),
                "{target}: {:?}",
                not_converted(&emitted)
            );
        }
    }

    #[test]
    fn settings_that_a_target_lacks_are_listed() {
        let machine =
            format!("{MACHINE}cpu: Skylake-Server,phys-bits=46\nsockets: 2\nnuma: 1\nballoon: 0\n");
        let machine = machine.replace("win11", "a");
        for (target, words) in [
            (Format::Xen, &["Skylake", "46", "sockets", "NUMA"][..]),
            (Format::Crosvm, &["Skylake", "46", "sockets", "NUMA"]),
            (Format::Esxi, &["Skylake", "46", "NUMA"]),
        ] {
            let all_lost = not_converted(&converted(&machine, target));
            for word in words {
                assert!(
                    all_lost.iter().any(|one| one.contains(word)),
                    "{target}: {word}: {all_lost:#?}"
                );
            }
        }
        let body = "{\"memory\":{\"size\":1073741824,\"hugepages\":true},\
                    \"devices\":[{\"path\":\"/sys/bus/pci/devices/0000:01:00.0\"}]}";
        let all_lost = not_converted(&converted(body, Format::Xen));
        assert!(
            all_lost.iter().any(|one| one.contains("huge pages")),
            "{all_lost:?}"
        );
    }

    /// A place that the guest cannot have is left to the target.
    #[test]
    fn an_invalid_place_is_listed() {
        let text = "qemu-system-x86_64 -machine pc -m 1G -device pci-bridge,id=b,chassis_nr=3 \
                    -device vfio-pci,host=01:00.0,bus=b,addr=04.0";
        let domain = "<domain type='kvm'><name>a</name><memory>1048576</memory><os><type machine='pc'>hvm</type></os>\
            <devices><hostdev mode='subsystem' type='pci'><source><address bus='0x01' slot='0x00' \
            function='0x0'/></source><address type='pci' bus='0x03' slot='0x04' function='0x0'/>\
            </hostdev></devices></domain>";
        for (text, what) in [
            (text, "0000:01:00.0: bus=b,addr=04.0"),
            (domain, "0000:01:00 as 03:04 of the guest"),
        ] {
            let emitted = converted(text, Format::Libvirt);
            assert!(all(&emitted).contains("bus='0x01'"), "{}", all(&emitted));
            let all_lost = not_converted(&emitted);
            assert!(
                all_lost.iter().any(|one| one.contains(what)),
                "{all_lost:?}"
            );
        }
    }

    /// The first function speaks for its slot: another one's ROM, ids and role are listed.
    #[test]
    fn settings_of_other_functions_are_listed() {
        let text = "qemu-system-x86_64 -m 1G -device vfio-pci,host=01:00.1,rombar=0,x-pci-vendor-id=1 \
                    -device vfio-pci,host=01:00.0,romfile=a.rom";
        let emitted = converted(text, Format::Libvirt);
        let xml = all(&emitted);
        // QEMU hides the ROM of each function by itself.
        assert!(xml.contains("a.rom") && xml.contains("bar='off'"), "{xml}");
        assert!(!xml.contains("x-pci-vendor-id"), "{xml}");
        let all_lost = not_converted(&emitted);
        let what = "0000:01:00.1: x-pci-vendor-id=1";
        assert!(
            all_lost.iter().any(|one| one.contains(what)),
            "{all_lost:?}"
        );
        let script = all(&converted(text, Format::Qemu));
        assert_eq!(script.matches("rombar").count(), 1, "{script}");
        let lost = not_converted(&converted(text, Format::Proxmox));
        let hidden = |one: &String| one.contains("hidden ROM of 0000:01:00.1");
        assert!(lost.iter().any(hidden), "{lost:?}");
        let text = "name: a\nmemory: 512\nhostpci0: 01:00.0,romfile=a.rom\n\
                    hostpci1: 01:00.1,rombar=0,vendor-id=0x0001\n";
        let emitted = converted(text, Format::Libvirt);
        let xml = all(&emitted);
        assert!(xml.contains("a.rom") && !xml.contains("bar='off'"), "{xml}");
        let all_lost = not_converted(&emitted);
        assert!(
            all_lost
                .iter()
                .any(|one| one.contains("options of 0000:01:00.1")),
            "{all_lost:?}"
        );
    }
}
