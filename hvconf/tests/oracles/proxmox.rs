//! Configurations of Proxmox VE. Its own reader is in no distribution
//! (`proxmox_own.rs` runs it where its sources are): here what we write is read by
//! ours, whose refusals follow the grammar of qemu-server.

use hvconf::assigned::{AssignedFunction, Coverage, DisplayRole};
use hvconf::description::{Description, Firmware, GuestSystem, KvmSignature, SecureBoot};
use hvconf::emitted::NotConverted;
use hvconf::proxmox::{
    ClusterNode, DeviceNaming, HostContext, HostPci, Issue, PciCfg, PveVersion, VmConfig, VmId,
    emit, lint, map_line, mapping_id, qm_create, read_back,
};
use testkit::random::{Random, seed};

use crate::oracles::descriptions::{devices, random};

const VERSION: PveVersion = PveVersion::new(8, 4);

fn random_machines(count: usize) -> Vec<Description> {
    let mut numbers = Random::new(seed(0x9ae));
    (0..count).map(|_| random(&mut numbers)).collect()
}

fn check(back: &Description, vm: &Description) {
    assert_eq!(devices(back), devices(vm));
    assert_eq!(
        (&back.name, back.number, back.machine),
        (&vm.name, vm.number, vm.machine)
    );
    assert_eq!((back.processors, back.system), (vm.processors, vm.system));
    assert_eq!(
        (back.memory.size, back.memory.pages),
        (vm.memory.size, vm.memory.pages)
    );
    // An x-vga of Windows implies one.
    let is_implied = vm.system == GuestSystem::Windows && vm.has_primary_display();
    let implied = is_implied.then(|| "proxmox".parse().unwrap());
    let vendor = vm.hiding.hyperv_vendor_id.clone().or(implied);
    assert_eq!(back.hiding.hyperv_vendor_id, vendor);
    assert_eq!(back.hiding.kvm, vm.hiding.kvm);
    assert_eq!(back.emulated_display, vm.emulated_display);
    assert_eq!(back.looking_glass, vm.looking_glass);
    let over = |window: &hvconf::description::MmioWindow| window.gibibytes() > 32;
    assert_eq!(back.mmio.filter(over), vm.mmio_window().filter(over));
    let uefi = |vm: &Description| vm.firmware != Firmware::SeaBios;
    assert_eq!(uefi(back), uefi(vm));
    for (a, b) in back.assigned.slots().iter().zip(vm.assigned.slots()) {
        assert_eq!((a.display, a.seen_ids), (b.display, b.seen_ids));
    }
}

#[test]
fn the_configuration_is_read_back_as_the_same_machine() {
    let id: VmId = "105".parse().unwrap();
    for vm in random_machines(200) {
        let emitted = emit(&vm, VERSION, DeviceNaming::Address).unwrap();
        let text = emitted.files[0].to_string();
        // That just some functions go is what was asked for.
        let issues = lint(&VmConfig::parse(&text), HostContext::default());
        let meant = |issue: &Issue| matches!(issue, Issue::FunctionsOnly { .. });
        assert!(issues.iter().all(meant), "{text}\n{issues:?}");
        let back = read_back(id, &text, HostContext::default()).unwrap();
        assert_eq!(back.not_converted, [], "{text}");
        check(&back.description, &vm);
        // Sorted, as Proxmox VE writes it again.
        let keys: Vec<_> = text
            .lines()
            .map(|line| line.split(':').next().unwrap())
            .collect();
        let mut sorted = keys.clone();
        sorted.sort_unstable();
        assert_eq!(keys, sorted);
        assert!(!text.contains("-cpu"));
        for line in &emitted.files[0].lines {
            assert!(!line.purpose.is_empty());
        }
        let command = qm_create(&vm, VERSION, DeviceNaming::Address).unwrap();
        let argv = &command.commands[0].argv;
        let pairs = argv.get(3..).unwrap().chunks(2);
        let same: String = pairs
            .map(|pair| format!("{}: {}\n", pair[0].strip_prefix("--").unwrap(), pair[1]))
            .collect();
        assert_eq!(same, text);
    }
}

#[test]
fn mappings_name_the_same_devices() {
    let id: VmId = "105".parse().unwrap();
    let node = ClusterNode::new("pve1").unwrap();
    for vm in random_machines(60) {
        let mut file =
            PciCfg::parse("other\n\tmap id=1234:5678,iommugroup=1,node=pve2,path=0000:01:00.0\n");
        for slot in vm.assigned.slots() {
            let name = mapping_id(slot.slot()).unwrap();
            file.set(&name, &node, &[map_line(slot, &node).unwrap()]);
        }
        let file = PciCfg::parse(&file.to_string());
        assert_eq!(file.mappings().len(), vm.assigned.slots().len() + 1);
        let text = emit(&vm, VERSION, DeviceNaming::Mapping).unwrap().files[0].to_string();
        assert!(!text.contains("hostpci0: 0000"), "{text}");
        let host_context = HostContext {
            mappings: Some(&file),
            node: Some("pve1"),
            functions: &[],
        };
        check(
            &read_back(id, &text, host_context).unwrap().description,
            &vm,
        );
        // Without the mappings nothing is made up.
        assert!(read_back(id, &text, HostContext::default()).is_err());
    }
    let vm = random_machines(1).remove(0);
    assert!(emit(&vm, PveVersion::new(7, 4), DeviceNaming::Mapping).is_err());
}

#[test]
fn a_whole_slot_has_the_functions_that_the_node_shows() {
    let id: VmId = "105".parse().unwrap();
    let text = "machine: q35\nhostpci0: 0000:02:00,pcie=1,x-vga=1,romfile=vbios.rom\n\
        cpu: host,hidden=1,flags=+pcid\n\
        args: -cpu 'host,+kvm_pv_unhalt,+kvm_pv_eoi,hv_vendor_id=NV43FIX,kvm=off'\n\
        bios: ovmf\nefidisk0: local-lvm:vm-105-disk-0,efitype=4m,pre-enrolled-keys=1,size=4M\n\
        name: win 10\nscsi0: local-lvm:vm-105-disk-1\n\n[PENDING]\nballoon: 0\n\n[snap]\nhostpci1: 0000:09:00\n";
    let functions: Vec<_> = ["02:00.0", "02:00.1", "03:00.0"]
        .map(|text| AssignedFunction::at(text.parse().unwrap()))
        .into();
    let host_context = HostContext {
        functions: &functions,
        ..HostContext::default()
    };
    let back = read_back(id, text, host_context).unwrap();
    let vm = back.description;
    let slot = &vm.assigned.slots()[0];
    assert_eq!(vm.assigned.slots().len(), 1);
    assert_eq!(
        (slot.functions().len(), slot.coverage),
        (2, Coverage::WholeSlot)
    );
    assert_eq!(slot.display, DisplayRole::Primary);
    assert_eq!(vm.firmware, Firmware::Ovmf(SecureBoot::On));
    assert_eq!(vm.hiding.kvm, KvmSignature::Hidden);
    assert_eq!(vm.hiding.hyperv_vendor_id.unwrap().as_str(), "NV43FIX");
    let what: Vec<String> = back
        .not_converted
        .iter()
        .map(NotConverted::to_string)
        .collect();
    let expected = [
        "line 3: cpu: host,hidden=1,flags=+pcid: the -cpu in args replaces it completely",
        "line 4: args: -cpu +kvm_pv_unhalt",
        "line 4: args: -cpu +kvm_pv_eoi",
        "line 6: efidisk0: ",
        "line 7: name win 10",
        "line 8: scsi0: set it manually on the target",
        "line 11: pending balloon: 0: a change that waits for the next start",
        "line 14: snapshot snap",
    ];
    for (what, expected) in what.iter().zip(expected) {
        assert!(what.starts_with(expected), "{what}");
    }
    assert_eq!(what.len(), expected.len(), "{what:?}");
    // Without them only function 0 is known, with a note.
    let back = read_back(id, text, HostContext::default()).unwrap();
    assert_eq!(back.description.assigned.functions().count(), 1);
    assert!(
        back.not_converted[0]
            .what
            .contains("functions of 0000:02:00")
    );
}

/// QEMU gets `x-vga`, the ROM file and other ids with an entry's first function alone.
#[test]
fn a_finding_about_a_first_function_stays_with_it() {
    let text = "hostpci0: 41:00.0;42:00.0,x-vga=1,romfile=v.rom\n\
        hostpci1: 41:00.1,rombar=0\nhostpci2: 43:00.1,romfile=b.rom\n\
        hostpci3: 43:00.0,vendor-id=0x10de\nmachine: virt\n";
    let back = read_back("105".parse().unwrap(), text, HostContext::default()).unwrap();
    let slots = back.description.assigned.slots();
    let lines_of: Vec<_> = slots
        .iter()
        .map(|slot| {
            let rom = slot.rom_file.as_ref().map(ToString::to_string);
            (slot.display, rom, slot.seen_ids.vendor.is_some())
        })
        .collect();
    let other = DisplayRole::Other;
    assert_eq!(
        lines_of,
        [
            (DisplayRole::Primary, Some("v.rom".to_owned()), false),
            (other, None, false),
            (other, None, true),
        ]
    );
    let not_converted: Vec<String> = back
        .not_converted
        .iter()
        .map(NotConverted::to_string)
        .collect();
    for what in [
        "line 2: hostpci1: options of 0000:41:00.1",
        "line 3: hostpci2: options of 0000:43:00.1",
        "line 5: machine: virt",
    ] {
        assert!(
            not_converted.iter().any(|one| one.starts_with(what)),
            "{not_converted:?}"
        );
    }
}

/// Values that qemu-server's own parser rejects and accepts.
#[test]
fn entries_that_are_refused_and_accepted() {
    for refused in [
        "0000:01:00.0,foo=1",
        "0000:0G:00",
        "0000:01:00.0,pcie=2",
        "0000:01:00.0,vendor-id=10de",
        "0000:01:00.0, pcie=1",
        "01:1f.0,01:00.0",
        "0000:0A:00.0",
        "mapping=gpu,host=01:00.0",
        "mapping=a",
        "pcie=1",
        "01:00.0,romfile=a;b",
    ] {
        assert!(refused.parse::<HostPci>().is_err(), "{refused}");
    }
    for taken in [
        "pcie=1,host=01:00.0",
        "01:00.0;01:00.1",
        "10000:01:00.0",
        "mapping=gpu,pcie=on",
        "01:00,legacy-igd=1,driver=keep",
        "01:00.0,mdev=nvidia-35",
        "01:00.0,sub-vendor-id=0x10DE",
    ] {
        let entry: HostPci = taken.parse().expect(taken);
        assert_eq!(entry.to_string().parse(), Ok(entry));
    }
    // hostpci16 is not an entry, and HOSTPCI0 is not a key.
    for key in ["hostpci16", "HOSTPCI0"] {
        let text = format!("{key}: 01:00.0\nhostpci0: 02:00.0\n");
        let back = read_back("105".parse().unwrap(), &text, HostContext::default()).unwrap();
        assert_eq!(back.description.assigned.slots().len(), 1);
    }
}

#[test]
fn hostile_configurations_are_read_or_refused() {
    let mut numbers = Random::new(91);
    let id: VmId = "105".parse().unwrap();
    for vm in random_machines(12) {
        let text = emit(&vm, VERSION, DeviceNaming::Address).unwrap().files[0].to_string();
        for _ in 0..60 {
            let mut text = text.clone();
            let at = numbers.below(text.len());
            let end = (at + numbers.below(9)).min(text.len());
            let with = numbers.pick(&[
                "",
                "'",
                "\n",
                ",",
                ";",
                "\"",
                "99999999999",
                "\n[PENDING]\n",
                "$(",
            ]);
            text.replace_range(at..end, with);
            let file = PciCfg::parse(&text);
            let host_context = HostContext {
                mappings: Some(&file),
                ..HostContext::default()
            };
            let _ = read_back(id, &text, host_context);
        }
    }
}
