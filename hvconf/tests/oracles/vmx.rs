//! libvirt's reader of `.vmx` files, which runs without VMware when two of its
//! programs seem to be there.

use std::env;
use std::process::Command;

use hvconf::description::{Firmware, KvmSignature, MemoryLock};
use hvconf::esxi::{OwnerSwitch, SystemId, Vmx, edit, emit, read_back};
use testkit::Scratch;
use testkit::program::installed;
use testkit::random::{Random, seed};

use crate::oracles::descriptions::{devices, random};

const BASE: &str = ".encoding = \"UTF-8\"\nconfig.version = \"8\"\nvirtualHW.version = \"19\"\n\
    displayName = \"t\"\nmemSize = \"4096\"\n";

/// The domain XML that libvirt makes of a text; an error is what it says.
fn libvirt(scratch: &Scratch, text: &str) -> Result<String, String> {
    let file = scratch.file("test.vmx", text);
    let programs = scratch.path().join("bin");
    let mut path = programs.into_os_string();
    path.push(":");
    path.push(env::var_os("PATH").unwrap());
    let output = Command::new("virsh")
        .env("PATH", path)
        .env("HOME", scratch.path())
        .env("LC_ALL", "C")
        .args([
            "-c",
            "vmwareplayer:///session",
            "domxml-from-native",
            "vmware-vmx",
            &file,
        ])
        .output()
        .unwrap();
    if output.status.success() {
        Ok(String::from_utf8(output.stdout).unwrap())
    } else {
        Err(String::from_utf8(output.stderr).unwrap())
    }
}

fn scratch() -> Scratch {
    let scratch = Scratch::for_everybody();
    for (name, says) in [
        ("vmrun", "Total running VMs: 0"),
        ("vmplayer", "VMware Player 17.0.0 build-20800274"),
    ] {
        let script = format!("#!/bin/sh\necho '{says}'\n");
        scratch.write_mode(&format!("bin/{name}"), script, 0o755);
    }
    scratch
}

#[test]
fn errors_are_on_the_same_line() {
    if !installed(&["virsh"]) {
        return;
    }
    let scratch = scratch();
    // libvirt's own words for what it misses.
    for (line, message) in [
        ("hypervisor.cpuid.v0 = FALSE", Some("expecting a value")),
        ("pciPassthru.use64bitMMIO = TRUE", Some("expecting a value")),
        (
            "pciPassthru.64bitMMIOSizeGB = 32",
            Some("numbers not allowed"),
        ),
        ("x = \"a\"b\"", Some("expecting a separator")),
        ("x = \"a", Some("unterminated string")),
        ("64x = \"1\"", Some("expecting a name")),
        ("_x = \"1\"", Some("expecting a name")),
        ("x y = \"1\"", Some("expecting an assignment")),
        ("x", Some("expecting an assignment")),
        ("x =", Some("expecting a value")),
        ("x = [\"a\"]", Some("lists not allowed")),
        ("x = \"1\" \"2\"", Some("expecting a separator")),
        ("pciPassthru0.id = \"00000:013:00.0\"", None),
        ("  x=\"\"  # comment", None),
        ("# comment", None),
        (".x-y:z = \"1\"\r", None),
    ] {
        let text = format!("{BASE}{line}\n");
        let faults = Vmx::parse(&text).faults;
        let printed = libvirt(&scratch, &text);
        match message {
            None => {
                assert_eq!(faults, [], "{line}");
                assert!(printed.is_ok(), "{line}: {printed:?}");
            }
            Some(message) => {
                assert_eq!(faults.len(), 1, "{line}");
                let printed = printed.unwrap_err();
                assert!(printed.contains(message), "{line}: {printed}");
                assert!(
                    printed.contains(&format!("conf:{}:", faults[0].line)),
                    "{line}: {printed}"
                );
            }
        }
    }
}

#[test]
fn escapes_are_decoded_alike() {
    if !installed(&["virsh"]) {
        return;
    }
    let text = format!("{BASE}annotation = \"a|22b|7Cc|0Ad\"\n");
    let xml = libvirt(&scratch(), &text).unwrap();
    let vmx = Vmx::parse(&text);
    let ours = &vmx.get("annotation").unwrap().value;
    let xml_text = ours.replace('"', "&quot;");
    assert!(
        xml.contains(&format!("<description>{xml_text}</description>")),
        "{xml}"
    );
}

#[test]
fn reserved_addresses_stay_reserved() {
    if !installed(&["virsh"]) {
        return;
    }
    let scratch = scratch();
    let pieces = [
        "x", ".y1", " ", "=", "\"", "\"v\"", "= \"v\"", "#", "7", "-", "|22", "é", "\t",
    ];
    let mut numbers = Random::new(0xfeed_f00d_1234_5678);
    let mut taken = 0;
    for _ in 0..120 {
        let mut line = String::from(["x", ""][numbers.below(2)]);
        for _ in 0..numbers.below(5) {
            line.push_str(numbers.pick(&pieces));
        }
        let text = format!("{BASE}{line}\n");
        if Vmx::parse(&text).faults.is_empty() {
            taken += 1;
            let printed = libvirt(&scratch, &text);
            assert!(printed.is_ok(), "{line:?}: {printed:?}");
        }
    }
    assert!(taken > 10, "{taken}");
}

fn machines(count: usize) -> Vec<hvconf::description::Description> {
    let mut numbers = Random::new(seed(0xe5c));
    let mut machines = Vec::new();
    while machines.len() < count {
        let mut vm = random(&mut numbers);
        // ESXi has no ROM files and one chipset.
        let mut slots = vm.assigned.slots().to_vec();
        for slot in &mut slots {
            slot.rom_file = None;
            slot.rom_bar = hvconf::assigned::RomBar::Visible;
        }
        vm.assigned = hvconf::assigned::AssignedDevices::new(slots).unwrap();
        if vm.assigned.functions().count() <= 16 {
            machines.push(vm);
        }
    }
    machines
}

#[test]
fn our_text_is_accepted_and_read_back() {
    let system: SystemId = "5f2b0a10-1234-5678-9abc-0123456789ab".parse().unwrap();
    let there = installed(&["virsh"]).then(scratch);
    for (index, vm) in machines(40).into_iter().enumerate() {
        let emitted = emit(&vm, Some(&system)).unwrap();
        let text = emitted.files[0].to_string();
        let vmx = Vmx::parse(&text);
        assert_eq!((vmx.faults.len(), vmx.duplicates().len()), (0, 0), "{text}");
        if let Some(scratch) = there.as_ref().filter(|_| index < 8) {
            let xml = libvirt(scratch, &text).unwrap();
            assert!(xml.contains("<name>win11</name>"), "{xml}");
            let kibibytes = u64::from(vm.memory.size.unwrap().mebibytes()) << 10;
            assert!(
                xml.contains(&format!("<memory unit='KiB'>{kibibytes}</memory>")),
                "{xml}"
            );
            let efi = vm.firmware != Firmware::SeaBios;
            assert_eq!(xml.contains("firmware='efi'"), efi, "{xml}");
        }
        let back = read_back(&text).unwrap();
        assert_eq!(back.not_converted, [], "{text}");
        let back = back.description;
        assert_eq!(devices(&back), devices(&vm));
        assert_eq!(back.memory.lock, MemoryLock::Locked);
        assert_eq!(
            (back.memory.size, back.processors),
            (vm.memory.size, vm.processors)
        );
        assert_eq!((back.firmware, back.system), (vm.firmware, vm.system));
        assert_eq!(back.hiding.kvm, vm.hiding.kvm);
        // Under a BIOS no window is written that was not asked for.
        let needed = vm.mmio_window().filter(|window| window.gibibytes() > 2);
        let needed = needed.filter(|_| vm.firmware != Firmware::SeaBios);
        assert_eq!(back.mmio, vm.mmio.or(needed));
        assert_eq!(back.emulated_display, vm.emulated_display);
        for (a, b) in back.assigned.functions().zip(vm.assigned.functions()) {
            assert_eq!((a.address, a.id), (b.address, b.id));
        }
        assert!(
            emitted.files[0]
                .lines
                .iter()
                .all(|line| !line.purpose.is_empty())
        );
    }
}

/// As ESXi 8.0 writes one, its keys in its order; the values are ours.
const AS_ESXI_WRITES: &str = ".encoding = \"UTF-8\"\nconfig.version = \"8\"\nvirtualHW.version = \"20\"\n\
    vmci0.present = \"TRUE\"\nfloppy0.present = \"FALSE\"\nnumvcpus = \"2\"\nmemSize = \"8192\"\n\
    bios.bootRetry.delay = \"10\"\npowerType.suspend = \"soft\"\nscsi0.virtualDev = \"pvscsi\"\n\
    scsi0.present = \"TRUE\"\nscsi0:0.deviceType = \"scsi-hardDisk\"\nscsi0:0.fileName = \"vm.vmdk\"\n\
    scsi0:0.present = \"TRUE\"\nethernet0.networkName = \"VM Network\"\nethernet0.present = \"TRUE\"\n\
    displayName = \"win |22eleven|22\"\nguestOS = \"windows9-64\"\nfirmware = \"efi\"\n\
    uuid.bios = \"56 4d 00 11 22 33 44 55-66 77 88 99 aa bb cc dd\"\n\
    pciPassthru3.id = \"00000:016:00.0\"\npciPassthru3.deviceId = \"0x2803\"\n\
    pciPassthru3.vendorId = \"0x10de\"\npciPassthru3.systemId = \"5f2b-00\"\n\
    pciPassthru3.present = \"TRUE\"\npciPassthru3.pciSlotNumber = \"256\"\nsched.cpu.units = \"mhz\"\n";

#[test]
fn an_edit_changes_its_own_lines_alone() {
    let back = read_back(AS_ESXI_WRITES).unwrap();
    assert_eq!(back.description.name.as_str(), "win-eleven");
    let what: Vec<_> = back
        .not_converted
        .iter()
        .map(|not_converted| not_converted.what.as_str())
        .collect();
    assert_eq!(
        what,
        [
            "bios.bootRetry.delay",
            "powerType.suspend",
            "scsi0",
            "scsi0:0",
            "ethernet0",
            "displayName \"win \\\"eleven\\\"\"",
            "pciPassthru3.pciSlotNumber",
            "sched.cpu.units"
        ]
    );
    let there = installed(&["virsh"]).then(scratch);
    for vm in machines(12) {
        let (text, _) = edit(AS_ESXI_WRITES, &vm, None, OwnerSwitch::Esxcli).unwrap();
        assert_eq!(edit(&text, &vm, None, OwnerSwitch::Esxcli).unwrap().0, text);
        let mut new = text.lines();
        for old in AS_ESXI_WRITES.lines() {
            let key = old.split(' ').next().unwrap();
            if key == "firmware" && vm.firmware == Firmware::SeaBios {
                continue;
            }
            let same = new
                .by_ref()
                .find(|line| line.split(' ').next() == Some(key));
            let line = same.unwrap_or_else(|| panic!("{key} is gone from {text}"));
            let changed = ["numvcpus", "memSize", "firmware"].contains(&key)
                || key.starts_with("pciPassthru3.");
            assert!(changed || line == old, "{line}");
        }
        let vmx = Vmx::parse(&text);
        assert_eq!((vmx.faults.len(), vmx.duplicates().len()), (0, 0), "{text}");
        for function in vm.assigned.functions() {
            let devices = vmx.passthru();
            let same = devices.iter().filter(|device| {
                matches!(&device.id, Some((Ok(address), _)) if *address == function.address)
            });
            assert_eq!(same.count(), 1);
        }
        if let Some(scratch) = &there {
            libvirt(scratch, &text).unwrap();
        }
        if vm.hiding.kvm == KvmSignature::Hidden {
            assert_eq!(vmx.get("hypervisor.cpuid.v0").unwrap().value, "FALSE");
        }
    }
}

#[test]
fn hostile_files_are_read_or_refused() {
    let mut numbers = Random::new(3);
    for _ in 0..2000 {
        let mut text = AS_ESXI_WRITES.to_owned();
        let at = numbers.below(text.len());
        let end = (at + numbers.below(9)).min(text.len());
        let with = numbers.pick(&["", "\"", "|", "|0", "\n", "=", "99999999999", "TRUE"]);
        text.replace_range(at..end, with);
        let _ = read_back(&text);
    }
}
