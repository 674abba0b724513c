use super::*;
use crate::assigned::{AssignedDevices, AssignedFunction, AssignedSlot, Coverage};
use crate::description::{HugePageSize, LookingGlassSize, MemorySize};

const Q35: &str = "balloon: 0\nbios: ovmf\ncpu: host\nefidisk0: a:b\nhostpci0: 0000:01:00,pcie=1\n\
    machine: q35\n";

fn vm() -> Description {
    let gpu = AssignedFunction::at("01:00.0".parse().unwrap());
    let slot = AssignedSlot::new(vec![gpu], Coverage::WholeSlot).unwrap();
    Description::new(
        "a".parse().unwrap(),
        AssignedDevices::new(vec![slot]).unwrap(),
    )
}

fn edited(text: &str, vm: &Description) -> (String, Vec<Note>) {
    changed(text, vm, HardwareChange::default())
}

fn changed(text: &str, vm: &Description, change: HardwareChange) -> (String, Vec<Note>) {
    let id: VmId = "105".parse().unwrap();
    let context = EditContext {
        change,
        ..EditContext::default()
    };
    let plan = edit(id, text, vm, context).unwrap();
    let new = plan.text.unwrap();
    let again = edit(id, &new, vm, context).unwrap();
    assert_eq!(again.text.as_deref(), Some(new.as_str()));
    assert_eq!(again.changes, []);
    (new, plan.notes)
}

#[test]
fn settings_that_are_not_requested_are_kept() {
    assert_eq!(edited(Q35, &vm()), (Q35.to_owned(), Vec::new()));
    let text = format!("{Q35}args: -global a.b=c\nhugepages: any\n[snap]\ncpu: kvm64\n");
    assert_eq!(edited(&text, &vm()), (text.clone(), Vec::new()));
}

#[test]
fn the_processor_hides_what_is_asked() {
    let mut vm = vm();
    vm.hiding.kvm = KvmSignature::Hidden;
    vm.hiding.hyperv_vendor_id = Some("NV43FIX".parse().unwrap());
    for (before, after) in [
        ("host", "host,hidden=1,hv-vendor-id=NV43FIX"),
        (
            "hidden=0,cputype=host,flags=+pcid",
            "hidden=1,cputype=host,flags=+pcid,hv-vendor-id=NV43FIX",
        ),
        (
            "host,hidden=on,hv-vendor-id=other",
            "host,hidden=on,hv-vendor-id=NV43FIX",
        ),
    ] {
        let text = Q35.replace("cpu: host", &format!("cpu: {before}"));
        let new = Q35.replace("cpu: host", &format!("cpu: {after}"));
        assert_eq!(edited(&text, &vm), (new, Vec::new()));
    }
    let refused = |text: &str| {
        let plan = edit("105".parse().unwrap(), text, &vm, EditContext::default());
        plan.unwrap_err().to_string()
    };
    assert_eq!(
        refused("cpu: host,a=\n"),
        "line 1: cpu: expected key=value at byte 5"
    );
    assert_eq!(
        refused("arch: aarch64\n"),
        "line 1: expected an x86-64 guest for a hidden hypervisor, found aarch64"
    );
    // Without the key the model stays Proxmox VE's default; one of 32 bits or a custom
    // one is accepted as any other.
    for (before, after) in [
        ("", "kvm64,hidden=1,hv-vendor-id=NV43FIX"),
        ("kvm: 0\n", "qemu64,hidden=1,hv-vendor-id=NV43FIX"),
        ("cpu: qemu32\n", "qemu32,hidden=1,hv-vendor-id=NV43FIX"),
        (
            "cpu: custom-mine,flags=+aes\n",
            "custom-mine,flags=+aes,hidden=1,hv-vendor-id=NV43FIX",
        ),
    ] {
        let text = Q35.replace("cpu: host\n", before) + "boot: order=scsi0\n";
        let (new, _) = edited(&text, &vm);
        assert!(new.contains(&format!("cpu: {after}\n")), "{new}");
    }
    let wanted = "hidden=1,hv-vendor-id=NV43FIX".to_owned();
    let excerpt = Q35.replace("cpu: host\n", "");
    let notes = vec![Note::CpuNotShown { wanted }];
    assert_eq!(edited(&excerpt, &vm), (excerpt, notes));
    // A -cpu in args that hides as much is enough; another one causes a note.
    let text = format!("{Q35}args: -cpu 'host,hv_vendor_id=NV43FIX,kvm=off'\n");
    assert_eq!(edited(&text, &vm).1, []);
    let text = format!("{Q35}args: -cpu host,kvm=off\n");
    let (new, notes) = edited(&text, &vm);
    assert_eq!(notes, [Note::ArgsReplaceCpu { line: 7 }]);
    assert!(new.contains("args: -cpu host,kvm=off\n"));
}

#[test]
fn huge_pages_come_with_numa() {
    let mut vm = vm();
    vm.memory.size = MemorySize::from_mebibytes(1);
    vm.memory.pages = Pages::Huge(HugePageSize::Gibibyte1);
    let (new, notes) = edited(&format!("{Q35}memory: 4096\nsockets: 2\n"), &vm);
    assert_eq!(
        new,
        format!("{Q35}memory: 4096\nsockets: 2\nhugepages: 1024\nnuma: 1\n")
    );
    assert_eq!(notes, [Note::NeedsHostNodes { count: 2 }]);
    // With such memory the guest would not start.
    let text = format!("{Q35}memory: 4608\n");
    let error = edit("105".parse().unwrap(), &text, &vm, EditContext::default());
    assert_eq!(
        error.unwrap_err().to_string(),
        "line 7: expected memory of a multiple of 1024 MiB, found 4608 MiB"
    );
    vm.memory.pages = Pages::Huge(HugePageSize::Mebibytes2);
    let (new, notes) = edited(
        &format!("{Q35}numa: yes\nhugepages: any\nmemory: 4608\n"),
        &vm,
    );
    assert_eq!(new, format!("{Q35}numa: yes\nhugepages: 2\nmemory: 4608\n"));
    assert_eq!(notes, []);
}

const TO_OVMF: HardwareChange = HardwareChange {
    chipset: None,
    firmware: Some(Firmware::Ovmf(SecureBoot::Off)),
};

const TO_Q35: HardwareChange = HardwareChange {
    chipset: Some(Chipset::Q35),
    firmware: None,
};

const TO_I440FX: HardwareChange = HardwareChange {
    chipset: Some(Chipset::I440fx),
    firmware: None,
};

#[test]
fn the_machine_type_changes_where_that_is_asked_for() {
    let vm = vm();
    for (before, change, after) in [
        ("", TO_Q35, "hostpci0: 0000:01:00,pcie=1\n"),
        ("machine: pc\n", TO_Q35, "machine: q35\n"),
        (
            "machine: pc-i440fx-8.1+pve0,viommu=virtio\n",
            TO_Q35,
            "machine: pc-q35-8.1+pve0,viommu=virtio\n",
        ),
        ("machine: pc-1.3\n", TO_Q35, "machine: q35\n"),
        ("machine: pc-q35-9.0\n", TO_Q35, "machine: pc-q35-9.0\n"),
        (
            "machine: pc-q35-9.0\nhostpci3: 05:00,pcie=1\n",
            TO_I440FX,
            "machine: pc-i440fx-9.0\nhostpci3: 0000:05:00\n",
        ),
        ("machine: q35\n", TO_I440FX, "machine: pc\n"),
    ] {
        let (new, notes) = changed(before, &vm, change);
        assert!(new.contains(after), "{before}: {new}");
        assert_eq!(notes, [], "{before}");
    }
    let (new, notes) = changed("ostype: win11\n", &vm, TO_Q35);
    assert!(new.contains("machine: q35\n"));
    assert_eq!(notes, [Note::WindowsHardwareChanges]);
}

#[test]
fn the_firmware_changes_where_that_is_asked_for() {
    let vm = vm();
    let mut to_bios = TO_OVMF;
    to_bios.firmware = Some(Firmware::SeaBios);
    for (before, change, after) in [
        ("machine: q35\n", TO_OVMF, "bios: ovmf\n"),
        ("machine: q35\nbios: seabios\n", TO_OVMF, "bios: ovmf\n"),
        ("machine: q35\nbios: ovmf\n", to_bios, "bios: seabios\n"),
    ] {
        let (new, notes) = changed(before, &vm, change);
        assert!(new.contains(after), "{before}: {new}");
        assert_eq!(notes, [Note::FirmwareChanges], "{before}");
    }
    for (same, change) in [
        ("machine: q35\n", to_bios),
        ("machine: q35\nbios: ovmf\n", TO_OVMF),
    ] {
        let (new, notes) = changed(same, &vm, change);
        assert_eq!(new, format!("{same}hostpci0: 0000:01:00,pcie=1\n"));
        assert_eq!(notes, []);
    }
    let disk = |change| {
        let context = EditContext {
            change,
            ..EditContext::default()
        };
        let text = "bios: ovmf\nscsi0: fast:vm-105-disk-1\n";
        let plan = edit("105".parse().unwrap(), text, &vm, context).unwrap();
        plan.commands.concat().join(" ")
    };
    assert_eq!(
        disk(TO_OVMF),
        "qm set 105 --efidisk0 fast:1,efitype=4m,pre-enrolled-keys=0"
    );
    assert_eq!(disk(HardwareChange::default()), "");
}

#[test]
fn vms_that_do_not_start_are_not_written() {
    let refused = |text: &str, change| {
        let context = EditContext {
            change,
            ..EditContext::default()
        };
        let plan = edit("105".parse().unwrap(), text, &vm(), context);
        plan.unwrap_err().to_string()
    };
    for model in ["qemu32", "cputype=kvm32,hidden=1", "flags=+aes,pentium3"] {
        let message = refused(&format!("cpu: {model}\n"), TO_OVMF);
        assert!(
            message.starts_with("line 1: expected a 64-bit processor for OVMF"),
            "{message}"
        );
    }
    for text in [
        "arch: aarch64\n",
        "machine: virt\n",
        "machine: virt-9.2+pve1\n",
    ] {
        let message = refused(text, TO_Q35);
        assert!(message.ends_with("found aarch64"), "{message}");
    }
    assert_eq!(
        refused("hostpci1: 00:02.0,legacy-igd=1\n", TO_Q35),
        "line 1: hostpci1: expected no legacy-igd beside q35"
    );
    assert_eq!(
        refused("machine: q35,viommu=intel\n", TO_I440FX),
        "line 1: expected no viommu=intel for an i440fx"
    );
    // A model of the person's own may be one of 32 bits.
    let (_, notes) = changed("cpu: custom-mine\nmachine: q35\n", &vm(), TO_OVMF);
    let model = "custom-mine".to_owned();
    assert_eq!(
        notes,
        [Note::FirmwareChanges, Note::CustomCpu { line: 1, model }]
    );
    // A guest of aarch64 gets its functions, and nothing of x86-64.
    let text = "arch: aarch64\nbios: ovmf\nmachine: virt\n";
    assert_eq!(
        edited(text, &vm()),
        (format!("{text}hostpci0: 0000:01:00\n"), Vec::new())
    );
    let mut glass = vm();
    glass.looking_glass = LookingGlassSize::from_mebibytes(64);
    let error = edit("105".parse().unwrap(), text, &glass, EditContext::default());
    assert!(error.unwrap_err().to_string().contains("for Looking Glass"));
}

#[test]
fn arguments_are_completed_and_resized() {
    let mut vm = vm();
    vm.mmio = MmioWindow::from_gibibytes(64);
    vm.looking_glass = LookingGlassSize::from_mebibytes(64);
    let args = "args: -fw_cfg name=opt/ovmf/X-PciMmio64Mb,string=65536 -object \
        memory-backend-file,id=looking-glass,share=on,mem-path=/dev/shm/looking-glass,size=64M \
        -device ivshmem-plain,memdev=looking-glass,bus=pcie.0\n";
    assert_eq!(edited(Q35, &vm), (format!("{Q35}{args}"), Vec::new()));
    let smaller = args.replace("=65536", "=32768").replace("=64M", "=32M");
    assert_eq!(
        edited(&format!("{Q35}{smaller}"), &vm),
        (format!("{Q35}{args}"), Vec::new())
    );
    let own = "args: -audiodev none,id=a";
    let both = args.replace("args:", own);
    assert_eq!(
        edited(&format!("{Q35}{own}\n"), &vm).0,
        format!("{Q35}{both}")
    );
    // Written in another order, it remains, with a note.
    vm.mmio = None;
    let other = "args: -object memory-backend-file,size=32M,id=x,share=on,\
        mem-path=/dev/shm/looking-glass -device ivshmem-plain,memdev=x\n";
    let (new, notes) = edited(&format!("{Q35}{other}"), &vm);
    assert_eq!(new, format!("{Q35}{other}"));
    assert!(matches!(notes.as_slice(), [Note::ArgsKept { line: 7, .. }]));
    // A shell's language that cannot be read is not added to.
    let (new, notes) = edited(&format!("{Q35}args: -name 'a\n"), &vm);
    assert_eq!(new, format!("{Q35}args: -name 'a\n"));
    assert!(matches!(notes.as_slice(), [Note::ArgsKept { .. }]));
    // A window for BARs that the machine's own firmware uses.
    vm.looking_glass = None;
    vm.mmio = MmioWindow::from_gibibytes(64);
    let bios = Q35.replace("ovmf", "seabios");
    assert_eq!(
        edited(&bios, &vm).0,
        format!("{bios}args: -global q35-pcihost.pci-hole64-size=64G\n")
    );
}
