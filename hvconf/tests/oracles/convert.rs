//! Conversions: what comes out is read by the target's own reader, and passes what
//! went in.

use std::process::Command;

use hvconf::assigned::{AssignedDevices, RomBar};
use hvconf::convert::{Format, Source, Wanted, convert, describe, write};
use hvconf::description::{Description, MemoryLock};
use pci_core::Address;
use testkit::Scratch;
use testkit::program::installed;
use testkit::random::{Random, seed};

use crate::converted::wanted;
use crate::oracles::descriptions::random;
use crate::oracles::libvirt_domain::SCHEMA;

/// A machine that every format can express.
fn machine(numbers: &mut Random) -> Description {
    loop {
        let mut vm = random(numbers);
        let mut slots = vm.assigned.slots().to_vec();
        for slot in &mut slots {
            slot.rom_file = None;
            slot.rom_bar = RomBar::Visible;
            slot.seen_ids = hvconf::assigned::SeenIds::default();
        }
        vm.assigned = AssignedDevices::new(slots).unwrap();
        vm.memory.lock = MemoryLock::NotAsked;
        let addresses: Vec<Address> = vm.assigned.functions().map(|f| f.address).collect();
        if addresses.len() <= 16 && addresses.iter().all(|at| at.domain() == 0) {
            return vm;
        }
    }
}

fn addresses(vm: &Description) -> Vec<Address> {
    let mut all: Vec<_> = vm.assigned.functions().map(|f| f.address).collect();
    all.sort_unstable();
    all
}

#[test]
fn every_format_becomes_every_other_with_the_same_functions() {
    let mut numbers = Random::new(seed(0xc0));
    let wanted = wanted();
    for _ in 0..6 {
        let vm = machine(&mut numbers);
        let known: Vec<_> = vm.assigned.functions().copied().collect();
        for from in Format::ALL {
            let text = write(&vm, from, &wanted).unwrap().files[0].to_string();
            if !from.is_read() {
                assert!(
                    !matches!(Format::of(&text), Some(found) if found != from),
                    "{text}"
                );
                continue;
            }
            assert_eq!(Format::of(&text), Some(from), "{text}");
            let mut source = Source::of(&text).unwrap();
            source.functions = &known;
            for to in Format::ALL {
                let converted = convert(&source, to, &wanted);
                let converted =
                    converted.unwrap_or_else(|error| panic!("{from} to {to}: {error}\n{text}"));
                let out = converted.files[0].to_string();
                if !to.is_read() {
                    continue;
                }
                let back = describe(&Source::of(&out).unwrap_or_else(|| panic!("{out}"))).unwrap();
                assert_eq!(
                    addresses(&back.description),
                    addresses(&vm),
                    "{from} to {to}: {out}"
                );
                if from.is_machine() && to.is_machine() {
                    assert_eq!(
                        back.description.memory.size, vm.memory.size,
                        "{from} to {to}"
                    );
                }
            }
        }
    }
}

#[test]
fn libvirts_schema_accepts_conversions_of_each_format() {
    if !installed(SCHEMA) {
        return;
    }
    let mut numbers = Random::new(seed(0xc1));
    let scratch = Scratch::for_everybody();
    for from in Format::ALL.into_iter().filter(|from| from.is_read()) {
        let vm = machine(&mut numbers);
        let text = write(&vm, from, &wanted()).unwrap().files[0].to_string();
        let source = Source::of(&text).unwrap();
        let converted = convert(&source, Format::Libvirt, &wanted()).unwrap();
        let path = scratch.file("converted.xml", converted.files[0].to_string());
        let mut command = Command::new("virt-xml-validate");
        let output = command.args([&path, "domain"]).output().unwrap();
        assert!(
            output.status.success(),
            "{from}: {}",
            String::from_utf8_lossy(&output.stderr)
        );
    }
}

#[test]
fn a_guides_vm_is_converted_with_its_unsupported_settings() {
    let text = "args: -cpu 'host,hv_vendor_id=NV43FIX,kvm=off'\nbios: ovmf\nboot: order=scsi0\ncores: 8\n\
        hostpci0: 0000:02:00,pcie=1,x-vga=1,romfile=vbios.rom\nmachine: pc-q35-9.2+pve1\nmemory: 16384\n\
        name: win10\nnet0: virtio=BC:24:11:00:00:01,bridge=vmbr0\nostype: win10\nscsi0: local-lvm:vm-105-disk-0\n";
    let functions: Vec<_> = ["02:00.0", "02:00.1"]
        .map(|at| hvconf::assigned::AssignedFunction::at(at.parse().unwrap()))
        .into();
    let mut source = Source::of(text).unwrap();
    source.functions = &functions;
    let converted = convert(&source, Format::Libvirt, &Wanted::default()).unwrap();
    let xml = converted.files[0].to_string();
    for part in [
        "<name>win10</name>",
        "<memory unit='MiB'>16384</memory>",
        "machine='pc-q35-9.2'",
        "<vendor_id state='on' value='NV43FIX'/>",
        "<hidden state='on'/>",
        "<rom file='/usr/share/vgabios/vbios.rom'/>",
        "function='0x1'/>",
    ] {
        assert!(xml.contains(part), "{part} is not in {xml}");
    }
    let not_converted: Vec<_> = converted
        .not_converted
        .iter()
        .map(|not_converted| not_converted.what.as_str())
        .collect();
    assert_eq!(
        not_converted,
        [
            "boot",
            "machine: pc-q35-9.2+pve1",
            "net0",
            "ostype: win10",
            "scsi0"
        ]
    );
}
