use super::*;
use crate::assigned::AssignedFunction;
use crate::error::Cause;
use crate::proxmox::{Issue, PciCfg, assign_by_commands, lint};

fn slot(list: &[&str], coverage: Coverage) -> AssignedSlot {
    let at = |text: &&str| AssignedFunction::at(text.parse().unwrap());
    AssignedSlot::new(list.iter().map(at).collect(), coverage).unwrap()
}

fn card() -> AssignedDevices {
    AssignedDevices::new(vec![slot(&["01:00.0", "01:00.1"], Coverage::WholeSlot)]).unwrap()
}

fn vm() -> VmId {
    "105".parse().unwrap()
}

fn edit(text: &str, assigned: &AssignedDevices) -> AssignmentPlan {
    edit_in(text, assigned, HostContext::default())
}

fn edit_in(
    text: &str,
    assigned: &AssignedDevices,
    host_context: HostContext<'_>,
) -> AssignmentPlan {
    let plan = assign_in_config(vm(), text, assigned, host_context).unwrap();
    let new = plan.text.clone().unwrap();
    let again = assign_in_config(vm(), &new, assigned, host_context).unwrap();
    assert_eq!(again.text.as_deref(), Some(new.as_str()));
    assert_eq!(again.changes, []);
    plan
}

const SAMPLE: &str = "boot: order=scsi0\ncores: 4\nide2: none,media=cdrom\nmemory: 16384\nostype: win11\n\
    scsi0: fast-zfs:vm-105-disk-1,iothread=1,size=64G\n\n[before]\nhostpci0: 0000:05:00\n";

#[test]
fn a_machine_keeps_what_it_was_installed_under() {
    let plan = edit(SAMPLE, &card());
    assert_eq!(
        plan.text.unwrap(),
        SAMPLE.replace("\n\n[before]", "\nhostpci0: 0000:01:00\n\n[before]")
    );
    assert_eq!(plan.commands, Vec::<Vec<String>>::new());
    assert_eq!(plan.manual, []);
    assert_eq!(plan.notes, [Note::I440fx { line: None }]);
    assert_eq!(plan.changes.len(), 1);
    assert!(
        plan.changes[0].reason.contains("0000:01:00.1"),
        "{:?}",
        plan.changes
    );
}

#[test]
fn settings_of_the_vm_are_kept() {
    let text = "bios: seabios\ncpu: host,hidden=1\nmachine: pc-i440fx-8.1\nballoon: 0\n";
    let mut gpu = AssignedFunction::at("01:00.0".parse().unwrap());
    gpu.class = Some(pci_core::ClassCode::new(3, 0, None));
    let slot = AssignedSlot::new(vec![gpu], Coverage::WholeSlot).unwrap();
    let plan = edit(text, &AssignedDevices::new(vec![slot]).unwrap());
    assert_eq!(plan.text.unwrap(), format!("{text}hostpci0: 0000:01:00\n"));
    let (machine, bios) = (Some(3), Some(1));
    assert_eq!(
        plan.notes,
        [Note::I440fx { line: machine }, Note::SeaBios { line: bios }]
    );
    assert_eq!(plan.commands, Vec::<Vec<String>>::new());
}

const Q35: &str = "bios: ovmf\ncpu: host\nmachine: q35\nballoon: 0\nefidisk0: a:b\n";

#[test]
fn missing_functions_join_their_slot_and_the_rest_stays() {
    for (before, after) in [
        (
            "hostpci3: 01:00.0,rombar=0\n",
            "hostpci3: 0000:01:00,pcie=1,rombar=0\n",
        ),
        // Said already, in other words: not a byte changes.
        (
            "hostpci1: pcie=on,host=01:00\n",
            "hostpci1: pcie=on,host=01:00\n",
        ),
        ("hostpci1: 01:00,pcie=0\n", "hostpci1: 01:00,pcie=0\n"),
        (
            "hostpci0: 02:00\n",
            "hostpci0: 02:00\nhostpci1: 0000:01:00,pcie=1\n",
        ),
        (
            "hostpci0: 01:00.0,pcie=1\nhostpci1: 01:00.1,pcie=1\n",
            "hostpci0: 01:00.0,pcie=1\nhostpci1: 01:00.1,pcie=1\n",
        ),
        // The ROM file is the audio function's: the graphics card may not get it.
        (
            "hostpci0: 01:00.1,pcie=1,romfile=audio.rom\n",
            "hostpci0: 01:00.1,pcie=1,romfile=audio.rom\nhostpci1: 0000:01:00.0,pcie=1\n",
        ),
        (
            "hostpci0: 01:00.1,pcie=1\n",
            "hostpci0: 0000:01:00,pcie=1\n",
        ),
    ] {
        let plan = edit(&format!("{Q35}{before}"), &card());
        assert_eq!(plan.text.unwrap(), format!("{Q35}{after}"));
    }
}

#[test]
fn lists_of_several_slots_stay_lists() {
    let second = AssignedDevices::new(vec![slot(&["42:00.0"], Coverage::ListedFunctions)]).unwrap();
    let list = "hostpci0: 41:00;42:00.0,pcie=1,x-vga=1\n";
    assert_eq!(
        edit(&format!("{Q35}{list}"), &second).text,
        Some(format!("{Q35}{list}"))
    );
    // A function of the list's second slot is missing: what the list says stays with its first.
    let both =
        AssignedDevices::new(vec![slot(&["42:00.0", "42:00.1"], Coverage::WholeSlot)]).unwrap();
    assert_eq!(
        edit(&format!("{Q35}{list}"), &both).text,
        Some(format!("{Q35}{list}hostpci1: 0000:42:00.1,pcie=1\n"))
    );
    let mut first = slot(&["42:00.0"], Coverage::ListedFunctions);
    first.rom_file = Some("v.rom".parse().unwrap());
    let assigned = AssignedDevices::new(vec![first]).unwrap();
    let error = assign_in_config(vm(), list, &assigned, HostContext::default()).unwrap_err();
    assert_eq!(
        error.to_string(),
        "line 1: hostpci0: assigns 0000:42:00.0 after another function, and the options of an \
         entry are for its first function only: move 0000:42:00.0 to a separate entry"
    );
}

#[test]
fn a_function_that_is_passed_twice_is_passed_once() {
    for (before, after) in [
        (
            "hostpci0: 01:00.0,x-vga=1,romfile=v.rom\nhostpci1: 01:00,pcie=1\n",
            "hostpci1: 0000:01:00,pcie=1,romfile=v.rom,x-vga=1\n",
        ),
        (
            "hostpci0: 01:00,pcie=1\nhostpci1: 02:00;01:00.1,pcie=1\n",
            "hostpci0: 01:00,pcie=1\nhostpci1: 0000:02:00,pcie=1\n",
        ),
        (
            "hostpci0: 01:00;01:00.1,pcie=1\n",
            "hostpci0: 0000:01:00,pcie=1\n",
        ),
    ] {
        let plan = edit(&format!("{Q35}{before}"), &card());
        assert_eq!(plan.text.unwrap(), format!("{Q35}{after}"));
    }
}

const MAPPINGS: &str = "gpu\n\tmap id=10de:2503,iommugroup=1,node=a,path=0000:01:00\n\n\
    either\n\tmap id=10de:2503,iommugroup=1,node=a,path=0000:01:00\n\
    \tmap id=10de:2503,iommugroup=2,node=a,path=0000:02:00\n\n\
    audio\n\tmap id=10de:228e,iommugroup=1,node=a,path=0000:01:00.1\n";

#[test]
fn functions_of_a_mapping_are_not_assigned_again() {
    let file = PciCfg::parse(MAPPINGS);
    let shown = HostContext {
        mappings: Some(&file),
        node: Some("a"),
        functions: &[],
    };
    for (before, after) in [
        ("hostpci0: mapping=gpu\n", "hostpci0: mapping=gpu,pcie=1\n"),
        (
            "hostpci0: mapping=audio,pcie=1\n",
            "hostpci0: mapping=audio,pcie=1\nhostpci1: 0000:01:00.0,pcie=1\n",
        ),
        (
            "hostpci0: mapping=either,pcie=1\nhostpci1: mapping=either,pcie=1\n",
            "hostpci0: mapping=either,pcie=1\nhostpci1: mapping=either,pcie=1\n",
        ),
        (
            "hostpci0: 01:00,pcie=1\nhostpci1: mapping=gpu,pcie=1\n",
            "hostpci1: mapping=gpu,pcie=1\n",
        ),
    ] {
        let plan = edit_in(&format!("{Q35}{before}"), &card(), shown);
        assert_eq!(plan.text.unwrap(), format!("{Q35}{after}"));
        assert_eq!(plan.notes, []);
    }
    let error = assign_in_config(vm(), "hostpci2: mapping=either\n", &card(), shown).unwrap_err();
    assert_eq!(
        error.to_string(),
        "line 1: hostpci2: assigns 0000:01:00.0 or another function of its mapping, whichever is \
         free when the guest starts: remove the entry, or leave one function in the mapping"
    );
    // Not shown, it is not known.
    let plan = edit(&format!("{Q35}hostpci0: mapping=nic\n"), &card());
    let mapping = crate::proxmox::MappingId::new("nic").unwrap();
    assert_eq!(plan.notes, [Note::MappingNotShown { line: 6, mapping }]);
}

#[test]
fn mediated_devices_keep_their_function() {
    let text = format!("{Q35}hostpci0: 01:00.4,mdev=nvidia-592\n");
    let other = AssignedDevices::new(vec![slot(&["01:00.5"], Coverage::ListedFunctions)]).unwrap();
    assert_eq!(
        edit(&text, &other).text,
        Some(format!("{text}hostpci1: 0000:01:00.5,pcie=1\n"))
    );
    let same = AssignedDevices::new(vec![slot(&["01:00.4"], Coverage::ListedFunctions)]).unwrap();
    let error = assign_in_config(vm(), &text, &same, HostContext::default()).unwrap_err();
    assert_eq!(
        error.to_string(),
        "line 6: hostpci0: assigns a mediated device of 0000:01:00.4: remove the entry to assign \
         the function"
    );
}

#[test]
fn pcie_is_for_q35_alone() {
    for machine in ["memory: 2048\n", "machine: pc\n"] {
        let text = format!("{machine}hostpci0: 01:00,pcie=1\nhostpci1: 02:00\n");
        let plan = edit(&text, &card());
        assert_eq!(
            plan.text.unwrap(),
            text.replace("01:00,pcie=1", "0000:01:00")
        );
        assert!(plan.changes[0].reason.contains("does not start"));
    }
    // The VM may have settings that an excerpt lacks.
    let text = "hostpci0: 01:00,pcie=1\n";
    let plan = edit(text, &card());
    assert_eq!((plan.text.as_deref(), plan.notes), (Some(text), Vec::new()));
}

#[test]
fn the_first_screen_and_the_rom_are_asked_for() {
    let mut gpu = slot(&["01:00.0", "01:00.1"], Coverage::ListedFunctions);
    gpu.display = DisplayRole::Primary;
    gpu.rom_file = Some("v.rom".parse().unwrap());
    let assigned = AssignedDevices::new(vec![gpu]).unwrap();
    let text = edit(Q35, &assigned).text.unwrap();
    let entry = "hostpci0: 0000:01:00.0;0000:01:00.1,pcie=1,romfile=v.rom,x-vga=1\n";
    assert_eq!(text, format!("{Q35}{entry}vga: none\n"));
    let plan = assign_by_commands(vm(), &assigned).unwrap();
    assert_eq!(
        plan.commands[0].join(" "),
        "qm set 105 --vga none --hostpci0 0000:01:00.0;0000:01:00.1,romfile=v.rom,x-vga=1"
    );
    assert_eq!(plan.manual, []);
    assert_eq!(plan.notes, [Note::ConfigNotShown]);
    let igd = "hostpci0: 01:00.0;01:00.1,legacy-igd=1\nvga: none\n";
    let error = assign_in_config(vm(), igd, &assigned, HostContext::default()).unwrap_err();
    assert_eq!(
        error.to_string(),
        "line 1: hostpci0: expected no legacy-igd beside x-vga"
    );
}

#[test]
fn a_text_that_cannot_be_edited_is_an_error() {
    let error = |text: &str| {
        let plan = assign_in_config(vm(), text, &card(), HostContext::default());
        plan.unwrap_err().to_string()
    };
    assert_eq!(
        error("template: 1\n"),
        "line 1: expected a guest that can be started, found a template: clone it (qm clone) \
         and plan for the clone"
    );
    assert_eq!(
        error("a: b\nlock: backup\n"),
        "line 2: expected no lock, found backup"
    );
    assert!(error("hostpci0: 0000:0A:00\n").starts_with("line 1: hostpci0: expected lower-case"));
    let full: String = (0..16)
        .map(|n| format!("hostpci{n}: 02:{n:02x}\n"))
        .collect();
    assert_eq!(error(&full), Cause::NoFreeIndex.to_string());
    let slots = (0..17).map(|n| slot(&[&format!("02:{n:02x}.0")], Coverage::WholeSlot));
    let many = AssignedDevices::new(slots.collect()).unwrap();
    assert_eq!(
        assign_by_commands(vm(), &many),
        Err(Cause::NoFreeIndex.into())
    );
}

#[test]
fn pending_changes_that_take_effect_are_reported() {
    let text = format!("{Q35}[PENDING]\nhostpci0: 03:00\ndelete: name, balloon\n");
    let plan = edit(&text, &card());
    let note = Note::PendingOverrides {
        key: "hostpci0".into(),
        line: 7,
    };
    assert_eq!(plan.notes, [note]);
}

#[test]
fn a_storage_is_read_from_disks_only() {
    for (text, storage) in [
        (
            "ide2: local:iso/x.iso,media=cdrom\nvirtio1: file=ceph:vm-1,size=1G\n",
            Some("ceph"),
        ),
        ("scsi0: /dev/sdb\nscsihw: a:b\n", None),
        ("scsi0: none,media=cdrom\n", None),
        ("[s]\nscsi0: a:b\n", None),
        ("scsi0: -x:b\n", None),
    ] {
        assert_eq!(disk_storage(&VmConfig::parse(text)), storage, "{text}");
    }
}

/// The settings of an entry's first function, by that function.
fn said_of_first(config: &VmConfig) -> Vec<(Address, HostPci)> {
    let named = (0..16).filter_map(|n| config.get(&format!("hostpci{n}")));
    let entries = named.map(|entry| entry.value.parse::<HostPci>().unwrap());
    let present = entries.filter_map(|mut entry| {
        let function = HostAddress::first_function(entry.addresses())?;
        entry.device = HostDevice::Host(Vec::new());
        entry.pcie = None;
        Some((function, entry))
    });
    present.collect()
}

#[test]
fn random_configurations_end_up_sound() {
    let mut random = testkit::Random::new(0x1234_5678_9abc_def1);
    let lines = [
        "hostpci0: 01:00.0,romfile=a.rom",
        "hostpci1: 01:00.1;02:00.0",
        "hostpci1: 02:00;01:00,x-vga=1",
        "hostpci2: mapping=gpu,pcie=1",
        "hostpci3: mapping=audio,rombar=0",
        "hostpci4: 01:00.1,x-vga=1,pcie=1",
        "hostpci5: 03:00.0,mdev=nvidia-47",
        "hostpci0: 02:00",
        "machine: q35",
        "machine: pc",
        "bios: seabios",
        "balloon: 512",
        "#x",
        "",
        "[snap]",
        "cpu: max",
        "scsi0: a1:b",
    ];
    let file = PciCfg::parse(MAPPINGS);
    let shown = HostContext {
        mappings: Some(&file),
        ..HostContext::default()
    };
    for round in 0..4000 {
        let ending = if round % 2 == 0 { "\n" } else { "\r\n" };
        let mut text = String::new();
        for _ in 0..random.below(8) {
            text = text + lines[random.below(lines.len())] + ending;
        }
        let new = edit_in(&text, &card(), shown).text.unwrap();
        let (before, config) = (VmConfig::parse(&text), VmConfig::parse(&new));
        // Both functions are given, each once.
        for issue in lint(&config, shown) {
            let ours = match &issue {
                Issue::PassedTwice { address, .. } => {
                    let slot = "0000:01:00".parse().unwrap();
                    address.slot() == slot && !text.contains("mapping")
                }
                Issue::Balloon { .. } => true,
                _ => false,
            };
            assert!(!ours, "{issue:?} {text:?} {new:?}");
        }
        let given: Vec<HostAddress> = (0..16)
            .filter_map(|n| config.get(&format!("hostpci{n}")))
            .map(|entry| entry.value.parse::<HostPci>().unwrap())
            .flat_map(|entry| match &entry.device {
                HostDevice::Mapping(id) => shown.answers(id).unwrap().concat(),
                HostDevice::Host(addresses) => addresses.clone(),
            })
            .collect();
        for function in ["01:00.0", "01:00.1"] {
            assert!(cover(&given, function.parse().unwrap()), "{text:?} {new:?}");
        }
        // Settings of a first function stay with it.
        let after = said_of_first(&config);
        for (function, entry) in said_of_first(&before) {
            let is_same = |other: &(Address, HostPci)| {
                let mut joined = other.1.clone();
                inherit(&mut joined, &entry);
                other.0 == function && joined == other.1
            };
            // Audio that is assigned twice loses what its second entry says.
            let twice = lint(&before, shown)
                .iter()
                .any(|issue| matches!(issue, Issue::PassedTwice { .. }));
            assert!(twice || after.iter().any(is_same), "{text:?} {new:?}");
        }
        // No other key changes.
        let others = |config: &VmConfig| -> Vec<(String, String)> {
            let entries = config.entries();
            let others = entries.filter(|entry| !entry.key.starts_with("hostpci"));
            others
                .filter(|entry| entry.key != "balloon")
                .map(|entry| (entry.key.to_owned(), entry.value.to_owned()))
                .collect()
        };
        assert_eq!(others(&before), others(&config), "{text:?} {new:?}");
    }
}
