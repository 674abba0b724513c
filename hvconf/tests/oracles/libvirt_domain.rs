//! libvirt's schema, its QEMU driver, and `virsh attach-device`.

use std::collections::BTreeMap;
use std::process::Command;

use hvconf::assigned::{AssignedDevices, AssignedFunction, AssignedSlot, Coverage};
use hvconf::libvirt::{Domain, add, attach_commands, lint, remove};
use pci_core::{Address, ClassCode};
use testkit::program::installed;
use testkit::{Random, Scratch};

use crate::oracles::vm_programs::{VIRSH, virsh};

pub(crate) const SCHEMA: &[&str] = &["virt-xml-validate", "xmllint"];

fn domain(name: &str, machine: &str, devices: &str) -> String {
    format!(
        "<domain type='qemu' xmlns:x='urn:x'>\n  <name>{name}</name>\n  \
         <memory unit='KiB'>1048576</memory>\n  <vcpu>1</vcpu>\n  \
         <os><type arch='x86_64' machine='{machine}'>hvm</type></os>\n  \
         <metadata><x:keep me=\"1\"/></metadata>\n  <cpu mode='maximum'/>\n  <!-- mine -->\n  \
         <devices>\n    <emulator>/usr/bin/qemu-system-x86_64</emulator>\n{devices}  </devices>\n\
         </domain>\n"
    )
}

/// Slots with random functions, some with a display and a ROM file.
fn random_passed(numbers: &mut Random) -> AssignedDevices {
    let mut slots = Vec::new();
    for bus in 0..=numbers.below(3) {
        let domain = if numbers.below(4) == 0 { 0x10000 } else { 0 };
        let device = numbers.below(32);
        let mask = 1 + numbers.below(255);
        let mut functions: Vec<_> = (0..8)
            .filter(|function| mask & 1 << function != 0)
            .map(|f| AssignedFunction::at(Address::new(domain, 0x10 + bus, device, f).unwrap()))
            .collect();
        functions.truncate(4);
        if let Some(last) = functions.last_mut().filter(|_| numbers.below(2) == 0) {
            last.class = Some(ClassCode::new(3, 0, None));
        }
        let mut slot = AssignedSlot::new(functions, Coverage::WholeSlot).unwrap();
        if numbers.below(2) == 0 {
            slot.rom_file = Some("v_b-1.rom".parse().unwrap());
        }
        slots.push(slot);
    }
    AssignedDevices::new(slots).unwrap()
}

fn addresses(assigned: &AssignedDevices) -> Vec<Address> {
    let functions = assigned.slots().iter().flat_map(AssignedSlot::functions);
    functions.map(|function| function.address).collect()
}

fn is_valid(path: &str) -> bool {
    let mut command = Command::new("virt-xml-validate");
    command
        .args([path, "domain"])
        .output()
        .unwrap()
        .status
        .success()
}

/// What virsh prints of each of `paths`, with these commands for one.
pub(crate) fn each(
    scratch: &Scratch,
    paths: &[String],
    commands: impl Fn(&str) -> String,
) -> Vec<String> {
    let mut all = Vec::new();
    // What a program may be given is bounded.
    for paths in paths.chunks(300) {
        let script: String = paths
            .iter()
            .map(|path| format!("echo BEGIN; {}; ", commands(path)))
            .collect();
        let output = virsh(scratch, &script);
        let text = String::from_utf8(output.stdout).unwrap();
        let parts: Vec<&str> = text.split("BEGIN").skip(1).map(str::trim).collect();
        let error = String::from_utf8_lossy(&output.stderr);
        assert_eq!(parts.len(), paths.len(), "{error}");
        all.extend(parts.into_iter().map(str::to_owned));
    }
    all
}

/// The QEMU command lines of the domains in `paths`, `None` for a refused one.
pub(crate) fn native(scratch: &Scratch, paths: &[String]) -> Vec<Option<String>> {
    let parts = each(scratch, paths, |path| {
        format!("domxml-to-native qemu-argv {path}")
    });
    let argv = |part: String| (!part.is_empty()).then_some(part);
    parts.into_iter().map(argv).collect()
}

/// One vfio-pci device of a command line.
#[derive(Debug)]
struct Vfio {
    bus: String,
    addr: String,
    multifunction: bool,
    romfile: Option<String>,
}

fn vfio_devices(argv: &str) -> BTreeMap<Address, Vfio> {
    let devices = argv.split("{\"driver\":\"vfio-pci\",").skip(1);
    let mut found = BTreeMap::new();
    for device in devices {
        let device = device.split('}').next().unwrap();
        let text = |key: &str| {
            let (_, rest) = device.split_once(&format!("\"{key}\":\""))?;
            rest.split('"').next().map(str::to_owned)
        };
        let address = text("host").unwrap().parse().unwrap();
        let vfio = Vfio {
            bus: text("bus").unwrap(),
            addr: text("addr").unwrap(),
            multifunction: device.contains("\"multifunction\":true"),
            romfile: text("romfile"),
        };
        assert!(found.insert(address, vfio).is_none(), "{argv}");
    }
    found
}

fn check(assigned: &AssignedDevices, argv: &str, context: &str) {
    let devices = vfio_devices(argv);
    let hosts: Vec<Address> = devices.keys().copied().collect();
    let mut wanted = addresses(assigned);
    wanted.sort_unstable();
    assert_eq!(hosts, wanted, "{context}");
    for slot in assigned.slots() {
        let of_slot: Vec<_> = slot
            .functions()
            .iter()
            .map(|function| &devices[&function.address])
            .collect();
        let place = |vfio: &Vfio| {
            let slot = vfio.addr.split('.').next().unwrap().to_owned();
            (vfio.bus.clone(), slot)
        };
        for (function, vfio) in slot.functions().iter().zip(&of_slot) {
            assert_eq!(place(vfio), place(of_slot[0]), "{context}");
            let first = !vfio.addr.contains('.');
            assert_eq!(vfio.multifunction, first && of_slot.len() > 1, "{context}");
            let rom = slot.rom_file.is_some() && slot.rom_function() == Some(function.address);
            let path = rom.then(|| "/usr/share/vgabios/v_b-1.rom".to_owned());
            assert_eq!(vfio.romfile, path, "{context}");
        }
    }
}

#[test]
fn libvirt_assigns_the_added_functions() {
    if !installed(VIRSH) || !installed(SCHEMA) {
        return;
    }
    let scratch = Scratch::for_everybody();
    // The last base is what libvirt makes of the first: all addresses given, and
    // the spare root ports that virt-manager asks for.
    let ports: String = (1..=6)
        .map(|index| {
            format!("    <controller type='pci' index='{index}' model='pcie-root-port'/>\n")
        })
        .collect();
    let disk = "    <disk type='file'>\n      <source file='/d'/>\n      <target dev='vda' bus='virtio'/>\n    </disk>\n";
    let plain = scratch.file("plain.xml", domain("defined", "q35", &(ports + disk)));
    let script = format!("define {plain}; dumpxml defined --inactive; undefine defined");
    let output = String::from_utf8(virsh(&scratch, &script).stdout).unwrap();
    let start = output.find("<domain").expect("a defined domain");
    let end = output.find("</domain>").unwrap() + "</domain>\n".len();
    let defined = output.get(start..end).unwrap().to_owned();
    let bases = [domain("a", "q35", ""), domain("b", "pc", disk), defined];

    let mut numbers = Random::new(0x1357_9bdf_0246_8ace);
    let (mut cases, mut paths) = (Vec::new(), Vec::new());
    for round in 0..24 {
        let base = &bases[round % bases.len()];
        let assigned = random_passed(&mut numbers);
        let new = add(base, &assigned).unwrap();
        assert_eq!(add(&new, &assigned).unwrap(), new);
        assert_eq!(&remove(&new, &addresses(&assigned)).unwrap(), base);
        assert_eq!(lint(&Domain::parse(&new).unwrap()), []);
        let path = scratch.file(&format!("{round}.xml"), &new);
        assert!(is_valid(&path), "{new}");
        paths.push(path);
        cases.push((assigned, new));
    }
    for (argv, (assigned, new)) in native(&scratch, &paths).into_iter().zip(cases) {
        check(
            &assigned,
            &argv.unwrap_or_else(|| panic!("refused: {new}")),
            &new,
        );
    }
}

#[test]
fn a_function_that_joins_its_slot_is_beside_it_in_the_guest() {
    if !installed(VIRSH) || !installed(SCHEMA) {
        return;
    }
    let scratch = Scratch::for_everybody();
    let at = |text: &str| AssignedFunction::at(text.parse().unwrap());
    let slot = |functions| {
        AssignedDevices::new(vec![
            AssignedSlot::new(functions, Coverage::WholeSlot).unwrap(),
        ])
    };
    let port = "    <controller type='pci' index='1' model='pcie-root-port'/>\n";
    let one = add(
        &domain("a", "q35", port),
        &slot(vec![at("01:00.0")]).unwrap(),
    )
    .unwrap();
    let both = slot(vec![at("01:00.0"), at("01:00.1")]).unwrap();
    let new = add(&one, &both).unwrap();
    let path = scratch.file("joined.xml", &new);
    assert!(is_valid(&path), "{new}");
    let argv = native(&scratch, &[path]).remove(0).unwrap();
    check(&both, &argv, &new);
}

#[test]
fn virsh_attaches_and_detaches_the_files() {
    if !installed(VIRSH) {
        return;
    }
    let scratch = Scratch::for_everybody();
    let assigned = random_passed(&mut Random::new(42));
    let base = scratch.file("base.xml", domain("vm 1", "q35", ""));
    let (mut attach, mut detach) = (String::new(), String::new());
    for (number, file) in attach_commands(&"vm 1".parse().unwrap(), &assigned)
        .iter()
        .enumerate()
    {
        let path = scratch.file(&format!("h{number}.xml"), &file.text);
        for (script, argv) in [(&mut attach, &file.attach), (&mut detach, &file.detach)] {
            for word in argv.iter().skip(1) {
                let word = if *word == file.path { &path } else { word };
                script.push_str(&format!("'{word}' "));
            }
            script.push_str("; ");
        }
    }
    let dump = "dumpxml 'vm 1' --inactive; ";
    let script = format!("define {base}; {attach}{dump}{detach}{dump}undefine 'vm 1'");
    let output = virsh(&scratch, &script);
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(
        output.stderr.is_empty(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    let dumps: Vec<_> = text
        .split("<domain ")
        .skip(1)
        .map(|part| {
            format!(
                "<domain {}</domain>",
                part.split("</domain>").next().unwrap()
            )
        })
        .collect();
    let attached = Domain::parse(&dumps[0]).unwrap();
    let mut sources: Vec<_> = attached
        .hostdevs()
        .iter()
        .map(|hostdev| hostdev.source)
        .collect();
    sources.sort_unstable();
    let mut wanted = addresses(&assigned);
    wanted.sort_unstable();
    assert_eq!(sources, wanted);
    assert!(
        attached
            .hostdevs()
            .iter()
            .all(|hostdev| hostdev.managed && hostdev.alias.is_some())
    );
    assert_eq!(Domain::parse(&dumps[1]).unwrap().hostdevs(), []);
}

/// What libvirt does with a mistake.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Native {
    Refused,
    Dropped,
    Taken,
}

#[test]
fn libvirt_refuses_or_drops_the_settings_of_lint() {
    if !installed(VIRSH) || !installed(SCHEMA) {
        return;
    }
    let scratch = Scratch::for_everybody();
    let base = domain("a", "q35", "");
    let ns = " xmlns:qemu='http://libvirt.org/schemas/domain/qemu/1.0'>";
    let line = "<qemu:commandline><qemu:arg value='-seen'/></qemu:commandline>";
    let vendor = |value: &str| {
        let feature = format!("<hyperv><vendor_id state='on' value='{value}'/></hyperv>");
        base.replace(
            "  <cpu ",
            &format!("  <features>{feature}</features>\n  <cpu "),
        )
    };
    let beside = |value: &str| {
        let moved = vendor(value).replace("<features>", "");
        moved.replace("</features>", "")
    };
    let hostdev = |source: u8, rest: &str| {
        format!(
            "<hostdev mode='subsystem' type='pci' managed='yes'><driver name='vfio'/><source>\
             <address domain='0' bus='{source}' slot='0' function='0'/></source>{rest}</hostdev>"
        )
    };
    let devices = |text: &str| base.replace("  </devices>", &format!("{text}\n  </devices>"));
    let place = "<address type='pci' domain='0' bus='0' slot='9' function='0'/>";
    let cases = [
        (vendor("123456789012"), 0, true, Native::Taken),
        (vendor("1234567890123"), 1, false, Native::Refused),
        (vendor("a,b"), 1, false, Native::Refused),
        (vendor("-seen"), 0, true, Native::Taken),
        (beside("-seen"), 1, false, Native::Dropped),
        (
            devices("<kvm><hidden state='on'/></kvm>"),
            1,
            false,
            Native::Taken,
        ),
        (
            devices(line).replacen('>', ns, 1),
            1,
            false,
            Native::Dropped,
        ),
        (
            base.replace("</domain>", &format!("{line}</domain>")),
            1,
            false,
            Native::Dropped,
        ),
        (
            base.replace("</domain>", &format!("{line}</domain>"))
                .replacen('>', ns, 1),
            0,
            true,
            Native::Taken,
        ),
        (
            devices(&hostdev(1, "<rom file='v.rom'/>")),
            1,
            false,
            Native::Taken,
        ),
        (
            devices(&(hostdev(1, place) + &hostdev(2, place))),
            1,
            true,
            Native::Refused,
        ),
    ];
    let mut paths = Vec::new();
    for (number, (text, issues, valid, _)) in cases.iter().enumerate() {
        let path = scratch.file(&format!("{number}.xml"), text);
        assert_eq!(lint(&Domain::parse(text).unwrap()).len(), *issues, "{text}");
        assert_eq!(is_valid(&path), *valid, "{text}");
        paths.push(path);
    }
    for (argv, (text, _, _, wanted)) in native(&scratch, &paths).into_iter().zip(&cases) {
        let seen = match argv {
            None => Native::Refused,
            Some(argv) if text.contains("-seen") && !argv.contains("-seen") => Native::Dropped,
            Some(_) => Native::Taken,
        };
        assert_eq!(seen, *wanted, "{text}");
    }
}
