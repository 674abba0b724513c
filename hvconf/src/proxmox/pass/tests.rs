use super::*;
use crate::passed::PassedFunction;
use crate::proxmox::pass_by_commands;
use crate::proxmox::{Issue, lint};

fn slot(list: &[&str], coverage: Coverage) -> PassedSlot {
    let at = |text: &&str| PassedFunction::at(text.parse().unwrap());
    PassedSlot::new(list.iter().map(at).collect(), coverage).unwrap()
}

fn card() -> Passed {
    Passed::new(vec![slot(&["01:00.0", "01:00.1"], Coverage::WholeSlot)]).unwrap()
}

fn vm() -> VmId {
    "105".parse().unwrap()
}

fn edit(text: &str, passed: &Passed) -> PassPlan {
    let plan = pass_in_config(vm(), text, passed).unwrap();
    let new = plan.text.clone().unwrap();
    let again = pass_in_config(vm(), &new, passed).unwrap();
    assert_eq!(again.text.as_deref(), Some(new.as_str()));
    assert_eq!(again.changes, []);
    plan
}

const SAMPLE: &str = "boot: order=scsi0\ncores: 4\nide2: none,media=cdrom\nmemory: 16384\nostype: win11\n\
    scsi0: fast-zfs:vm-105-disk-1,iothread=1,size=64G\n\n[before]\nhostpci0: 0000:05:00\n";

#[test]
fn a_plain_machine_gets_all_that_is_needed() {
    let plan = edit(SAMPLE, &card());
    assert_eq!(
        plan.text.unwrap(),
        SAMPLE.replace(
            "\n\n[before]",
            "\nmachine: q35\nbios: ovmf\nhostpci0: 0000:01:00,pcie=1\ncpu: host\nballoon: 0\n\n[before]"
        )
    );
    assert_eq!(
        plan.commands,
        [[
            "qm",
            "set",
            "105",
            "--efidisk0",
            "fast-zfs:1,efitype=4m,pre-enrolled-keys=0"
        ]]
    );
    assert_eq!(plan.manual, []);
    assert_eq!(
        plan.notes,
        [Note::WindowsHardwareChanges, Note::FirmwareChanges]
    );
    assert_eq!(plan.changes.len(), 5);
    assert!(
        plan.changes[2].why.contains("0000:01:00.1"),
        "{:?}",
        plan.changes
    );
}

#[test]
fn what_the_machine_has_is_kept() {
    let text = "bios: seabios\ncpu: host,hidden=1\nmachine: pc-i440fx-8.1\nballoon: 0\n";
    let plan = edit(text, &card());
    assert_eq!(plan.text.unwrap(), format!("{text}hostpci0: 0000:01:00\n"));
    assert_eq!(
        plan.notes,
        [Note::KeptI440fx { line: 3 }, Note::KeptBios { line: 1 }]
    );
    assert_eq!(plan.commands, Vec::<Vec<String>>::new());
}

const Q35: &str = "bios: ovmf\ncpu: host\nmachine: q35\nballoon: 0\nefidisk0: a:b\n";

#[test]
fn the_entry_of_the_slot_is_completed() {
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
        (
            "hostpci0: 02:00\n",
            "hostpci0: 02:00\nhostpci1: 0000:01:00,pcie=1\n",
        ),
        (
            "hostpci0: mapping=nic\n",
            "hostpci0: mapping=nic\nhostpci1: 0000:01:00,pcie=1\n",
        ),
        (
            "hostpci0: 01:00.0\nhostpci1: 01:00.1\n",
            "hostpci0: 0000:01:00,pcie=1\n",
        ),
        (
            "hostpci0: 01:00;02:00\n",
            "hostpci0: 0000:02:00\nhostpci1: 0000:01:00,pcie=1\n",
        ),
    ] {
        let plan = edit(&format!("{Q35}{before}"), &card());
        assert_eq!(plan.text.unwrap(), format!("{Q35}{after}"));
    }
}

#[test]
fn the_first_screen_and_the_rom_are_asked_for() {
    let mut gpu = slot(&["01:00.0", "01:00.1"], Coverage::ListedFunctions);
    gpu.display = DisplayRole::Primary;
    gpu.rom_file = Some("v.rom".parse().unwrap());
    let passed = Passed::new(vec![gpu]).unwrap();
    let text = edit(Q35, &passed).text.unwrap();
    let entry = "hostpci0: 0000:01:00.0;0000:01:00.1,pcie=1,romfile=v.rom,x-vga=1\n";
    assert_eq!(text, format!("{Q35}{entry}vga: none\n"));
    let plan = pass_by_commands(vm(), &passed).unwrap();
    assert_eq!(
        plan.commands[0].join(" "),
        "qm set 105 --machine q35 --bios ovmf --cpu host --balloon 0 --vga none --hostpci0 \
         0000:01:00.0;0000:01:00.1,pcie=1,romfile=v.rom,x-vga=1"
    );
    assert_eq!(plan.manual, [ManualStep::ChooseEfiDiskStorage(vm())]);
    assert_eq!(plan.notes, [Note::ConfigNotShown]);
}

#[test]
fn what_cannot_be_edited_is_an_error() {
    let error = |text: &str| pass_in_config(vm(), text, &card()).unwrap_err().to_string();
    assert_eq!(
        error("a: b\nlock: backup\n"),
        "expected no lock, found backup on line 2"
    );
    assert!(error("hostpci0: 0000:0A:00\n").starts_with("hostpci0 on line 1: expected lower-case"));
    let full: String = (0..16)
        .map(|n| format!("hostpci{n}: 02:{n:02x}\n"))
        .collect();
    assert_eq!(error(&full), PassError::NoFreeIndex.to_string());
    let slots = (0..17).map(|n| slot(&[&format!("02:{n:02x}.0")], Coverage::WholeSlot));
    let many = Passed::new(slots.collect()).unwrap();
    assert_eq!(pass_by_commands(vm(), &many), Err(PassError::NoFreeIndex));
}

#[test]
fn pending_changes_that_win_are_told() {
    let text = format!("{Q35}[PENDING]\nhostpci0: 03:00\ndelete: name, balloon\n");
    let plan = edit(&text, &card());
    let note = Note::PendingOverrides {
        key: "hostpci0".into(),
        line: 7,
    };
    assert_eq!(plan.notes, [note]);
}

#[test]
fn a_storage_is_taken_from_disks_only() {
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

#[test]
fn random_configurations_end_up_sound() {
    let mut state = 0x1234_5678_9abc_def1_u64;
    let mut next = |below: usize| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        usize::try_from(state % below as u64).unwrap()
    };
    let lines = [
        "hostpci0: 01:00.0",
        "hostpci1: 01:00.1;02:00.0",
        "hostpci2: mapping=gpu,pcie=1",
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
    for round in 0..2000 {
        let ending = if round % 2 == 0 { "\n" } else { "\r\n" };
        let mut text = String::new();
        for _ in 0..next(8) {
            text = text + lines[next(lines.len())] + ending;
        }
        let new = edit(&text, &card()).text.unwrap();
        let config = VmConfig::parse(&new);
        let named = (0..16).filter_map(|n| config.get(&format!("hostpci{n}")));
        let slot = "0000:01:00".parse().unwrap();
        let entries: Vec<HostPci> = named.map(|entry| entry.value.parse().unwrap()).collect();
        let whole = |entry: &&HostPci| entry.addresses() == [HostAddress::Slot(slot)];
        assert_eq!(entries.iter().filter(whole).count(), 1, "{text:?} {new:?}");
        for issue in lint(&config) {
            let ours = match &issue {
                Issue::PassedTwice { address, .. } => address.slot() == slot,
                Issue::Balloon { .. } => true,
                _ => false,
            };
            assert!(!ours, "{issue:?} {new:?}");
        }
    }
}
