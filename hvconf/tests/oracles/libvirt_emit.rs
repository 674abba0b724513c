//! Whole domains that we write: libvirt's schema, and its QEMU driver, whose
//! command line is compared with ours.

use std::collections::BTreeMap;
use std::process::Command;

use hvconf::assigned::DisplayRole;
use hvconf::description::{Description, Firmware, Pages};
use hvconf::libvirt::{Domain, edit, emit, lint, read_back};
use hvconf::qemu::{self, QemuDevice, QemuHost, QemuVersion, command_line, launch_words};
use testkit::Scratch;
use testkit::program::installed;
use testkit::random::{Random, seed};

use crate::oracles::descriptions::{devices, random};
use crate::oracles::libvirt_domain::{SCHEMA, native};
use crate::oracles::vm_programs::VIRSH;

fn random_machines(count: usize) -> Vec<Description> {
    let mut numbers = Random::new(seed(0x11b_0b17));
    (0..count).map(|_| random(&mut numbers)).collect()
}

/// The domain for a machine without KVM.
fn without_kvm(text: &str) -> String {
    let (before, rest) = text.split_once("  <cpu ").unwrap();
    let after = match rest.split_once("</cpu>\n") {
        Some((_, after)) => after,
        None => rest.split_once("/>\n").unwrap().1,
    };
    let text = format!("{before}  <cpu mode='maximum'/>\n{after}");
    text.replace("<domain type='kvm'", "<domain type='qemu'")
}

#[test]
fn the_schema_accepts_every_domain() {
    if !installed(SCHEMA) {
        return;
    }
    let scratch = Scratch::for_everybody();
    for vm in random_machines(24) {
        let text = emit(&vm).unwrap().files[0].to_string();
        let path = scratch.file("emitted.xml", &text);
        let output = Command::new("virt-xml-validate")
            .args([&path, "domain"])
            .output()
            .unwrap();
        let message = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{text}\n{message}");
        assert_eq!(lint(&Domain::parse(&text).unwrap()), []);
    }
}

/// The passed devices of a command line by host function: place in the guest, and
/// all else but names.
fn assigned(argv: &[String]) -> BTreeMap<String, BTreeMap<String, String>> {
    let mut found = BTreeMap::new();
    for word in argv {
        let Ok(device) = QemuDevice::parse(word) else {
            continue;
        };
        if device.driver != "vfio-pci" {
            continue;
        }
        let mut properties = BTreeMap::new();
        for (key, value) in device.properties.parts() {
            let mut value = value.to_string();
            match key.as_str() {
                "id" | "host" | "sysfsdev" | "bus" => continue,
                // libvirt writes 0x0 for 0x0.0x0.
                "addr" => value = value.trim_end_matches(".0x0").to_owned(),
                "rombar" if value == "1" => continue,
                _ => {}
            }
            properties.insert(key.clone(), value);
        }
        let text = |key: &str| device.properties.text(key);
        let host =
            text("host").or_else(|| Some(text("sysfsdev")?.rsplit('/').next().unwrap().to_owned()));
        found.insert(host.unwrap(), properties);
    }
    found
}

#[test]
fn libvirts_command_line_passes_what_ours_does() {
    if !installed(VIRSH) {
        return;
    }
    let scratch = Scratch::for_everybody();
    let host = QemuHost::debian(QemuVersion::new(7, 2));
    let mut machines = random_machines(16);
    let mut paths = Vec::new();
    for (index, vm) in machines.iter_mut().enumerate() {
        // libvirt looks for the mounted huge pages of this machine.
        vm.memory.pages = Pages::Ordinary;
        let text = without_kvm(&emit(vm).unwrap().files[0].to_string());
        paths.push(scratch.file(&format!("{index}.xml"), &text));
    }
    let lines = native(&scratch, &paths);
    for (vm, line) in machines.iter().zip(lines) {
        let emitted = emit(vm).unwrap().files[0].to_string();
        let line = line.unwrap_or_else(|| panic!("refused: {emitted}"));
        let theirs = launch_words(&line).unwrap().argv;
        let ours = command_line(vm, &host).unwrap().argv();
        assert_eq!(assigned(&theirs), assigned(&ours), "{emitted}");
        let theirs = qemu::read_back(&theirs).unwrap().description;
        let ours = qemu::read_back(&ours).unwrap().description;
        assert_eq!(theirs.name, ours.name);
        assert_eq!(theirs.machine.chipset, ours.machine.chipset);
        assert_eq!(
            (theirs.firmware, theirs.processors),
            (ours.firmware, ours.processors)
        );
        assert_eq!((&theirs.hiding, theirs.system), (&ours.hiding, ours.system));
        assert_eq!(
            (theirs.memory, theirs.looking_glass),
            (ours.memory, ours.looking_glass)
        );
        let over = |vm: &Description| vm.mmio.filter(|window| window.gibibytes() > 32);
        assert_eq!(over(&theirs), over(&ours));
        assert_eq!(theirs.emulated_display, ours.emulated_display);
        for (a, b) in theirs.assigned.slots().iter().zip(ours.assigned.slots()) {
            assert_eq!(a.guest, b.guest, "{emitted}");
        }
    }
}

#[test]
fn the_domain_is_read_back_as_the_same_machine() {
    for vm in random_machines(200) {
        let emitted = emit(&vm).unwrap();
        let text = emitted.files[0].to_string();
        let back = read_back(&text).unwrap();
        assert_eq!(back.not_converted, [], "{text}");
        let back = back.description;
        assert_eq!(devices(&back), devices(&vm));
        assert_eq!(
            (&back.name, back.machine, back.firmware),
            (&vm.name, vm.machine, vm.firmware)
        );
        assert_eq!((back.processors, back.memory), (vm.processors, vm.memory));
        assert_eq!((&back.hiding, back.system), (&vm.hiding, vm.system));
        assert_eq!(back.emulated_display, vm.emulated_display);
        assert_eq!(back.looking_glass, vm.looking_glass);
        let over = |window: &hvconf::description::MmioWindow| window.gibibytes() > 32;
        assert_eq!(back.mmio.filter(over), vm.mmio_window().filter(over));
        for (a, b) in back.assigned.slots().iter().zip(vm.assigned.slots()) {
            assert_eq!(a.seen_ids, b.seen_ids);
            let primary = b.display == DisplayRole::Primary && vm.firmware == Firmware::SeaBios;
            assert_eq!(a.display == DisplayRole::Primary, primary);
        }
        // Every line that says something says why.
        for line in &emitted.files[0].lines {
            let own = line.text.trim_start();
            if line.purpose.is_empty() {
                let closes = own.starts_with("</")
                    || own.ends_with("'>")
                    || !own.contains('\'')
                    || own.starts_with("<model");
                assert!(closes, "{own}");
            }
        }
    }
}

#[test]
fn hostile_domains_are_read_or_refused() {
    let mut numbers = Random::new(77);
    for vm in random_machines(12) {
        let text = emit(&vm).unwrap().files[0].to_string();
        for _ in 0..40 {
            let mut text = text.clone();
            let at = numbers.below(text.len());
            let end = (at + numbers.below(9)).min(text.len());
            let with = numbers.pick(&["", "'", "<", ">", "&amp;", "0x", "9999999999999", "-"]);
            text.replace_range(at..end, with);
            let _ = read_back(&text);
        }
    }
}

#[test]
fn the_schema_accepts_every_edited_domain() {
    if !installed(SCHEMA) {
        return;
    }
    let scratch = Scratch::for_everybody();
    for (index, vm) in random_machines(12).iter().enumerate() {
        let machine = vm.machine.qemu_name();
        // As virt-manager leaves one: elements of its own, and features in its order.
        let text = format!(
            "<domain type='kvm'>\n  <name>a</name>\n  <metadata>\n    <x:os xmlns:x='urn:x' id='1'/>\n  \
             </metadata>\n  <memory unit='KiB'>4194304</memory>\n  <vcpu placement='static'>2</vcpu>\n  \
             <os>\n    <type arch='x86_64' machine='{machine}'>hvm</type>\n  </os>\n  <features>\n    \
             <acpi/>\n    <apic/>\n    <vmport state='off'/>\n  </features>\n  <!-- mine -->\n  <devices>\n    \
             <emulator>/usr/bin/qemu-system-x86_64</emulator>\n    <memballoon model='virtio'/>\n  \
             </devices>\n</domain>\n"
        );
        let new = edit(&text, vm).unwrap();
        assert_eq!(edit(&new, vm).unwrap(), new);
        let path = scratch.file(&format!("edited{index}.xml"), &new);
        let output = Command::new("virt-xml-validate")
            .args([&path, "domain"])
            .output()
            .unwrap();
        assert!(
            output.status.success(),
            "{new}\n{}",
            String::from_utf8_lossy(&output.stderr)
        );
        let back = read_back(&new).unwrap().description;
        assert_eq!(devices(&back), devices(vm), "{new}");
        assert_eq!((&back.hiding, back.system), (&vm.hiding, vm.system));
        assert_eq!(
            (back.memory.pages, back.memory.lock),
            (vm.memory.pages, vm.memory.lock)
        );
        assert_eq!(back.looking_glass, vm.looking_glass);
        let mut lines = new.lines();
        for old in text.lines().filter(|line| !line.starts_with("<domain")) {
            assert!(lines.any(|line| line == old), "{old} is gone from {new}");
        }
    }
}
