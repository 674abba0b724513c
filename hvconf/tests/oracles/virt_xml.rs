//! `virt-xml` and `virt-install`, with libvirt's test driver and generated node devices.

use std::process::Command;

use hvconf::assigned::GuestSlot;
use hvconf::description::{Description, Pages};
use hvconf::libvirt::{Domain, read_back, virt_install, virt_xml};
use testkit::Scratch;
use testkit::program::installed;
use testkit::random::{Random, seed};

use crate::oracles::descriptions::{devices, random};

/// The test driver's node with the functions.
fn node(vm: &Description) -> String {
    let mut node = String::from("<node>");
    for function in vm.assigned.functions() {
        let at = function.address;
        node.push_str(&format!(
            "<device><name>pci_{}</name><parent>computer</parent><capability type='pci'>\
             <domain>{}</domain><bus>{}</bus><slot>{}</slot><function>{}</function>\
             <product id='0x2803'/><vendor id='0x10de'/></capability></device>",
            at.to_string().replace([':', '.'], "_"),
            at.domain(),
            at.bus(),
            at.device(),
            at.function()
        ));
    }
    node
}

#[test]
fn virt_install_makes_the_machine() {
    if !installed(&["virt-install"]) {
        return;
    }
    let mut numbers = Random::new(seed(0x715));
    let mut machines = Vec::new();
    while machines.len() < 3 {
        let vm = random(&mut numbers);
        if vm.assigned.functions().all(|f| f.address.domain() == 0) {
            machines.push(vm);
        }
    }
    for mut vm in machines {
        let mut slots = vm.assigned.slots().to_vec();
        for (bus, slot) in (1..).zip(&mut slots) {
            slot.guest = GuestSlot::new(bus, 0);
        }
        vm.assigned = hvconf::assigned::AssignedDevices::new(slots).unwrap();
        let scratch = Scratch::for_everybody();
        let path = scratch.file("node.xml", format!("{}</node>", node(&vm)));
        let mut argv = virt_install(&vm).unwrap().commands.remove(0).argv;
        argv[2] = format!("test://{path}");
        // The driver's own host has no such machine types; what is asked for is kept.
        let machine = argv.iter().position(|word| word == "--machine").unwrap();
        argv[machine] = "--xml".to_owned();
        argv[machine + 1] = format!("./os/type/@machine={}", argv[machine + 1]);
        argv.extend(["--disk", "none", "--network", "none"].map(str::to_owned));
        let output = Command::new(&argv[0])
            .args(&argv[1..])
            .args(["--print-xml", "--dry-run"])
            .env("HOME", scratch.path())
            .output()
            .unwrap();
        let message = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{argv:?}: {message}");
        let text = String::from_utf8(output.stdout).unwrap();
        let back = read_back(&text).unwrap().description;
        assert_eq!(devices(&back), devices(&vm), "{text}");
        assert_eq!(
            (&back.name, back.machine, back.firmware, back.processors),
            (&vm.name, vm.machine, vm.firmware, vm.processors),
            "{text}"
        );
        assert_eq!((&back.hiding, back.system), (&vm.hiding, vm.system));
        assert_eq!(back.memory, vm.memory);
        assert_eq!(back.looking_glass, vm.looking_glass);
        for (a, b) in back.assigned.slots().iter().zip(vm.assigned.slots()) {
            assert_eq!(a.guest, b.guest);
        }
    }
}

#[test]
fn the_commands_make_the_same_devices() {
    if !installed(&["virt-xml", "virsh"]) {
        return;
    }
    let mut numbers = Random::new(seed(0x717));
    let mut machines = Vec::new();
    while machines.len() < 2 {
        let vm = random(&mut numbers);
        // virt-xml reads four digits as the domain.
        if vm.assigned.functions().all(|f| f.address.domain() == 0) {
            machines.push(vm);
        }
    }
    for mut vm in machines {
        let mut slots = vm.assigned.slots().to_vec();
        for (bus, slot) in (1..).zip(&mut slots) {
            slot.guest = GuestSlot::new(bus, 0);
        }
        vm.assigned = hvconf::assigned::AssignedDevices::new(slots).unwrap();
        vm.memory.pages = Pages::Huge(hvconf::description::HugePageSize::Gibibyte1);
        let node = node(&vm);
        let mut domain = String::from(
            "<domain type='test'>\n  <name>win11</name>\n  <memory>4194304</memory>\n  <os>\n    \
             <type>hvm</type>\n  </os>\n  <devices>\n    <video><model type='vga'/></video>\n  \
             </devices>\n</domain>\n",
        );
        let scratch = Scratch::for_everybody();
        let name = "win11".parse().unwrap();
        for command in virt_xml(&name, &vm).commands {
            let path = scratch.file("node.xml", format!("{node}{domain}</node>"));
            let mut argv = command.argv;
            argv[2] = format!("test://{path}");
            let output = Command::new(&argv[0])
                .args(&argv[1..])
                .args(["--print-xml"])
                .env("HOME", scratch.path())
                .output()
                .unwrap();
            let message = String::from_utf8_lossy(&output.stderr);
            assert!(output.status.success(), "{argv:?}: {message}");
            let text = String::from_utf8(output.stdout).unwrap();
            let start = text
                .find("<domain")
                .unwrap_or_else(|| panic!("{argv:?}: {text}"));
            domain = text.get(start..).unwrap().to_owned();
        }
        let back = read_back(&domain).unwrap().description;
        assert_eq!(devices(&back), devices(&vm), "{domain}");
        assert_eq!((&back.hiding, back.system), (&vm.hiding, vm.system));
        assert_eq!(
            (back.memory.pages, back.memory.lock),
            (vm.memory.pages, vm.memory.lock)
        );
        assert_eq!(back.looking_glass, vm.looking_glass);
        for (a, b) in back.assigned.slots().iter().zip(vm.assigned.slots()) {
            assert_eq!(a.guest, b.guest);
        }
        let hostdevs = Domain::parse(&domain).unwrap().hostdevs();
        assert!(
            hostdevs
                .iter()
                .all(|hostdev| hostdev.managed && hostdev.alias.is_some())
        );
    }
}
