//! Domains of libvirt, edited: what libvirt makes of them differs by what was asked for.

use std::collections::BTreeSet;
use std::process::Command;

use hvconf::assigned::AssignedSlot;
use hvconf::description::{
    Description, GuestSystem, HugePageSize, KvmSignature, MemoryLock, Pages,
};
use hvconf::libvirt::edit;
use hvconf::qemu::{QemuDevice, launch_words};
use pci_core::Address;
use testkit::Scratch;
use testkit::program::{file, installed};
use testkit::random::{Random, rounds, seed};

use crate::oracles::domains::{asked, domain};
use crate::oracles::kept_domains::{Edited, edited, guest, source};
use crate::oracles::libvirt_domain::{each, native};
use crate::oracles::vm_programs::{VIRSH, virsh};
use crate::oracles::xml::{Element, written};

/// Whether each file conforms to libvirt's schema.
fn valid(paths: &[String]) -> Vec<bool> {
    let output = Command::new("xmllint")
        .args(["--noout", "--relaxng", SCHEMA])
        .args(paths)
        .output()
        .unwrap();
    let message = String::from_utf8_lossy(&output.stderr);
    let lines: BTreeSet<&str> = message.lines().collect();
    let valid = |path: &String| lines.contains(&*format!("{path} validates"));
    paths.iter().map(valid).collect()
}

const SCHEMA: &str = "/usr/share/libvirt/schemas/domain.rng";

/// The domains of the files as libvirt keeps them: with all that it chooses.
fn defined(scratch: &Scratch, paths: &[String]) -> Vec<Option<String>> {
    let dumps = each(scratch, paths, |path| {
        format!("define {path}; dumpxml guest --inactive; undefine guest")
    });
    let domain = |part: String| {
        let (_, rest) = part.split_once("<domain")?;
        let (rest, _) = rest.split_once("</domain>")?;
        Some(format!("<domain{rest}</domain>\n"))
    };
    dumps.into_iter().map(domain).collect()
}

/// The options of a command line with their values.
fn options(line: &str) -> Vec<(String, String)> {
    let mut all: Vec<(String, String)> = Vec::new();
    for word in launch_words(line).unwrap().argv.into_iter().skip(1) {
        match all.last_mut() {
            Some((_, value)) if !word.starts_with('-') => value.push_str(&word),
            _ => all.push((word, String::new())),
        }
    }
    // libvirt counts the hostdevs that have no alias of their own, and says of a root port
    // whether another shares its slot.
    for (_, value) in &mut all {
        if value.contains("\"driver\":\"pcie-root-port\"") {
            *value = value.replace("\"multifunction\":true,", "");
        }
        if let Some((before, rest)) = value.split_once("\"id\":\"hostdev") {
            let after = rest.trim_start_matches(|c: char| c.is_ascii_digit());
            *value = format!("{before}\"id\":\"hostdev{after}");
        }
    }
    all
}

/// What one has and the other has not.
fn without<T: PartialEq + Clone>(one: &[T], other: &[T]) -> Vec<T> {
    let mut rest = other.to_vec();
    let mut all = Vec::new();
    for item in one {
        match rest.iter().position(|two| two == item) {
            Some(at) => drop(rest.remove(at)),
            None => all.push(item.clone()),
        }
    }
    all
}

/// What may differ in an option that is there before and after.
fn parts(option: &str, vm: &Description) -> &'static [&'static str] {
    let hidden = vm.hiding.kvm == KvmSignature::Hidden;
    let windows = vm.system == GuestSystem::Windows;
    match (option, hidden, windows) {
        ("-cpu", true, true) => &[
            "kvm=off",
            "hv-vendor-id=passthru",
            "hv-relaxed=on",
            "hv-vapic=on",
            "hv-spinlocks=0x1fff",
            "hv-spinlocks=0x1000",
        ],
        ("-cpu", true, false) => &["kvm=off", "hv-vendor-id=passthru"],
        ("-cpu", false, true) => &[
            "hv-relaxed=on",
            "hv-vapic=on",
            "hv-spinlocks=0x1fff",
            "hv-spinlocks=0x1000",
        ],
        ("-machine", true, _) => &["kernel_irqchip=on"],
        ("-overcommit", ..) if vm.memory.lock == MemoryLock::Locked => {
            &["mem-lock=on", "mem-lock=off"]
        }
        _ => &[],
    }
}

/// Holds QEMU's command line after an edit to the one before: of a domain with all its
/// addresses.
fn held(before: &str, after: &str, vm: &Description, text: &str) {
    let (before, after) = (options(before), options(after));
    let host = |device: &QemuDevice| -> Option<Address> {
        let of_host = device.driver == "vfio-pci";
        device
            .properties
            .text("host")
            .filter(|_| of_host)?
            .parse()
            .ok()
    };
    let slots: BTreeSet<_> = vm.assigned.slots().iter().map(AssignedSlot::slot).collect();
    // A function that is there already gets others beside it.
    let is_passed =
        |device: &QemuDevice| host(device).is_some_and(|one| slots.contains(&one.slot()));
    let asked = |(option, value): &(String, String)| match &**option {
        "-device" => QemuDevice::parse(value).is_ok_and(|device| {
            is_passed(&device) || (device.driver == "ivshmem-plain" && vm.looking_glass.is_some())
        }),
        "-object" => value.contains("looking-glass") && vm.looking_glass.is_some(),
        "-global" => value.contains("pci-hole64-size=67108864K") && vm.mmio.is_some(),
        _ => false,
    };
    let gone: Vec<_> = without(&before, &after)
        .into_iter()
        .filter(|one| !asked(one))
        .collect();
    let new: Vec<_> = without(&after, &before)
        .into_iter()
        .filter(|one| !asked(one))
        .collect();
    // The ports that the functions need, one to spare, and a bridge for Looking Glass, which
    // is not a PCI Express device.
    let is_bus = |(_, value): &(String, String)| {
        let drivers = ["pcie-root-port", "pcie-pci-bridge", "pci-bridge"];
        let has = |driver| value.contains(&format!("\"driver\":\"{driver}\""));
        drivers.into_iter().any(has)
    };
    let (buses, new): (Vec<_>, Vec<_>) = new.into_iter().partition(is_bus);
    let most = vm.assigned.functions().count() + 3;
    assert!(buses.len() <= most, "{buses:?} {text}");
    let names = |all: &[(String, String)]| -> Vec<String> {
        all.iter().map(|(option, _)| option.clone()).collect()
    };
    assert_eq!(names(&gone), names(&new), "{gone:?} {new:?} {text}");
    for ((option, old), (_, new)) in gone.iter().zip(&new) {
        let split = |value: &str| -> Vec<String> { value.split(',').map(str::to_owned).collect() };
        let (old, new) = (split(old), split(new));
        for part in [without(&old, &new), without(&new, &old)].concat() {
            assert!(
                parts(option, vm).contains(&&*part),
                "{option} {part} in {text}"
            );
        }
    }
    // Each passed function is there once.
    let devices = after.iter().filter(|(option, _)| option == "-device");
    let hosts: Vec<Address> = devices
        .filter_map(|(_, value)| host(&QemuDevice::parse(value).ok()?))
        .collect();
    for function in vm.assigned.functions() {
        let count = hosts
            .iter()
            .filter(|host| **host == function.address)
            .count();
        assert_eq!(count, 1, "{text}");
    }
}

/// The domain with hostdevs of these functions, and with the shared memory, placed by libvirt:
/// where that finds no place there is none.
fn unsupported(text: &str, vm: &Description, functions: &[Address]) -> String {
    let mut more = String::new();
    for function in functions {
        more.push_str(&format!(
            "<hostdev mode='subsystem' type='pci' managed='yes'><driver name='vfio'/><source>\
             <address domain='0' bus='{}' slot='{}' function='{}'/></source></hostdev>",
            function.bus(),
            function.device(),
            function.function()
        ));
    }
    if vm.looking_glass.is_some() && !text.contains("looking-glass") {
        more.push_str(
            "<shmem name='looking-glass'><model type='ivshmem-plain'/><size unit='M'>64</size></shmem>",
        );
    }
    text.replace("</devices", &format!("{more}</devices"))
}

/// The functions that a domain has, with their places.
fn hostdevs(text: &str) -> Vec<(Address, Option<[u32; 3]>)> {
    let root = Element::read(text);
    let devices = root.at(&["devices"]).unwrap().elements();
    devices
        .filter_map(|device| Some((source(device)?, guest(device))))
        .collect()
}

/// The first function of each slot of which the domain has none.
fn new_slots(text: &str, vm: &Description) -> Vec<Address> {
    let there = hostdevs(text);
    let slots = vm.assigned.slots().iter();
    let new = slots.filter(|slot| !there.iter().any(|(one, _)| one.slot() == slot.slot()));
    new.map(|slot| slot.functions()[0].address).collect()
}

/// Of the functions that `after` has more those that need a place of their own.
fn placed(before: &str, after: &str) -> Vec<Address> {
    let there = hostdevs(before);
    let is_new = |(one, _): &(Address, Option<[u32; 3]>)| {
        let mut there = there.iter();
        !there.any(|(other, _)| one == other)
    };
    let new = hostdevs(after).into_iter().filter(is_new);
    let beside = |place: [u32; 3]| {
        let same = |(_, other): &(Address, Option<[u32; 3]>)| {
            other.is_some_and(|other| other[..2] == place[..2])
        };
        place[2] != 0 || there.iter().any(same)
    };
    new.filter(|(_, place)| !place.is_some_and(beside))
        .map(|(address, _)| address)
        .collect()
}

fn has_port_without_index(text: &str) -> bool {
    let root = Element::read(text);
    let mut devices = root.at(&["devices"]).unwrap().elements();
    devices.any(|one| one.get("model") == Some("pcie-root-port") && one.get("index").is_none())
}

#[test]
fn libvirt_sees_what_is_asked_for_and_nothing_else() {
    if !installed(VIRSH) || !installed(&["xmllint"]) || file(SCHEMA).is_none() {
        return;
    }
    let scratch = Scratch::for_everybody();
    let mut random = Random::new(seed(0x0d02));
    let mut cases = Vec::new();
    for number in 0..rounds(160) {
        let before = domain(&mut random);
        let vm = asked(&mut random, &before);
        let text = written(&before, &mut random);
        cases.push((scratch.file(&format!("{number}.xml"), &text), text, vm));
    }
    let paths: Vec<String> = cases.iter().map(|(path, ..)| path.clone()).collect();
    // What libvirt keeps of them is a domain as most are: with all addresses.
    for (number, dump) in defined(&scratch, &paths).into_iter().enumerate() {
        if let Some(dump) = dump {
            let path = scratch.file(&format!("{number}-defined.xml"), &dump);
            let mut vm = asked(&mut random, &Element::read(&dump));
            // libvirt looks for the mounted huge pages of this machine.
            vm.memory.pages = Pages::Ordinary;
            cases.push((path, dump, vm));
        }
    }
    let (mut edits, mut full) = (Vec::new(), Vec::new());
    for (number, (path, text, vm)) in cases.into_iter().enumerate() {
        let name = format!("{number}-edited.xml");
        match edited(&Element::read(&text), &text, &vm) {
            Edited::New(new) => edits.push((path, scratch.file(&name, &new), vm, new)),
            Edited::Full => {
                full.push(scratch.file(&name, unsupported(&text, &vm, &new_slots(&text, &vm))))
            }
            Edited::Refused => {}
        }
    }
    let before: Vec<String> = edits.iter().map(|(path, ..)| path.clone()).collect();
    let after: Vec<String> = edits.iter().map(|(_, path, ..)| path.clone()).collect();
    let valid_pair = valid(&before).into_iter().zip(valid(&after));
    let lines = native(&scratch, &before)
        .into_iter()
        .zip(native(&scratch, &after));
    // Nor has libvirt room in a guest that is full.
    assert!(
        native(&scratch, &full).iter().all(Option::is_none),
        "{full:?}"
    );
    let mut counts = [full.len(), 0, 0, 0];
    for ((valid_pair, lines), (path, _, vm, new)) in valid_pair.zip(lines).zip(&edits) {
        if valid_pair.0 {
            assert!(valid_pair.1, "{new}");
            counts[1] += 1;
        }
        let pages = vm.memory.pages != Pages::Ordinary;
        let (Some(before), false) = (lines.0, pages) else {
            continue;
        };
        let Some(after) = lines.1 else {
            let text = std::fs::read_to_string(path).unwrap();
            let left = scratch.file("left.xml", unsupported(&text, vm, &placed(&text, new)));
            // Whether a root port without an index is free libvirt alone knows.
            if !has_port_without_index(&text) {
                assert_eq!(native(&scratch, &[left]), [None], "refused:\n{new}");
            }
            counts[0] += 1;
            continue;
        };
        counts[2] += 1;
        // libvirt moves devices without addresses at will.
        if new.contains("<uuid>") {
            held(&before, &after, vm, new);
            counts[3] += 1;
        }
    }
    eprintln!(
        "{} edits, {} of valid domains, {} of those that libvirt runs, {} of those \
         with all addresses; {} full",
        edits.len(),
        counts[1],
        counts[2],
        counts[3],
        counts[0]
    );
    assert!(counts[1..].iter().all(|count| *count > 0));
}

/// Without mounted huge pages libvirt says so of what it would take.
#[test]
fn libvirt_refuses_huge_pages_where_an_edit_does() {
    if !installed(VIRSH) {
        return;
    }
    let scratch = Scratch::for_everybody();
    let mut random = Random::new(seed(0x0d03));
    let mut refused = 0;
    for backing in [
        "",
        "<allocation mode='ondemand'/>",
        "<allocation mode='immediate'/>",
        "<allocation threads='1'/>",
        "<source type='anonymous'/>",
        "<source type='file'/><allocation mode='ondemand'/>",
        "<source type='memfd'/><access mode='shared'/>",
        "<nosharepages/><locked/>",
    ] {
        let text = |more: &str| {
            format!(
                "<domain type='qemu'><name>a</name><memory>1048576</memory><memoryBacking>{backing}\
                 {more}</memoryBacking><os><type arch='x86_64' machine='q35'>hvm</type></os><cpu \
                 mode='maximum'/><devices><emulator>/usr/bin/qemu-system-x86_64</emulator>\
                 </devices></domain>"
            )
        };
        let mut vm = asked(&mut random, &Element::read(&text("")));
        vm.memory.pages = Pages::Huge(HugePageSize::HostDefault);
        let ours = edit(&text(""), &vm);
        let path = scratch.file("a.xml", text("<hugepages/>"));
        let output = virsh(&scratch, &format!("domxml-to-native qemu-argv {path}"));
        let theirs = String::from_utf8(output.stderr).unwrap();
        let not_allowed = theirs.contains("hugepages are not allowed");
        assert_eq!(ours.is_err(), not_allowed, "{backing}: {theirs}");
        refused += usize::from(not_allowed);
    }
    assert_eq!(refused, 3);
}
