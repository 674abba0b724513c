//! Edits of generated configurations, before and after, as Proxmox VE itself starts them:
//! what QEMU is started with differs by the functions that were asked for alone, and what
//! started goes on to start.

use std::collections::BTreeMap;

use hvconf::assigned::{AssignedDevices, AssignedFunction, AssignedSlot, Coverage};
use hvconf::description::{
    Chipset, Description, Firmware, HardwareChange, HugePageSize, KvmSignature, Pages, SecureBoot,
};
use hvconf::proxmox::{EditContext, HostContext, Issue, PciCfg, VmConfig, edit, lint};
use pci_core::Address;
use testkit::Reader;
use testkit::random::{Random, seed};

use crate::oracles::proxmox_own::{number, own};

/// The node's functions.
const FUNCTIONS: &str = "0000:00:02.0\n0000:01:00.0\n0000:01:00.1\n0000:02:00.0\n0000:02:00.1\n\
    0000:03:00.0\n0000:41:00.0\n0000:41:00.1\n0000:42:00.0\n0000:42:00.1\n0000:42:00.2\n";

const MAPPINGS: &str = "gpu\n\tmap id=10de:2503,iommugroup=1,node=pve1,path=0000:01:00\n\
    \tmap id=10de:2503,iommugroup=9,node=pve2,path=0000:81:00\n\n\
    audio\n\tmap id=10de:228e,iommugroup=1,node=pve1,path=0000:01:00.1\n\n\
    either\n\tmap id=8086:1521,iommugroup=4,node=pve1,path=0000:41:00.0\n\
    \tmap id=8086:1521,iommugroup=5,node=pve1,path=0000:42:00.0\n\n\
    ports\n\tmap id=8086:1521,iommugroup=5,node=pve1,path=0000:42:00.0;0000:42:00.1\n";

const MODELS: &str = "cpu-model: wide\n    reported-model Haswell\n    hidden 1\n\n\
    cpu-model: narrow\n    reported-model kvm32\n";

/// Lines of a configuration, by key: at most one of each is drawn.
const LINES: [(&str, &[&str]); 17] = [
    ("memory", &["512", "2048", "4608", "current=8192", "4097"]),
    ("sockets", &["1", "2", "3"]),
    ("cores", &["1", "4"]),
    (
        "machine",
        &[
            "q35",
            "pc",
            "pc-q35-9.0",
            "pc-i440fx-8.1",
            "q35,viommu=virtio",
            "pc-q35-8.1+pve0",
        ],
    ),
    ("bios", &["ovmf", "seabios"]),
    (
        "cpu",
        &[
            "host",
            "kvm32",
            "qemu32",
            "x86-64-v2-AES,flags=+aes;-pcid",
            "custom-wide",
            "custom-narrow,hidden=0",
            "host,hidden=1,hv-vendor-id=abc",
            "cputype=Haswell",
        ],
    ),
    ("arch", &["x86_64", "aarch64"]),
    (
        "vga",
        &["none", "std", "virtio", "qxl,memory=32", "serial0"],
    ),
    ("balloon", &["0", "512"]),
    ("numa", &["0", "1"]),
    ("hugepages", &["any", "2", "1024"]),
    ("ostype", &["win11", "win7", "l26", "other"]),
    ("name", &["web", "a.b"]),
    (
        "args",
        &[
            "-audiodev none,id=a",
            "-cpu host,kvm=off",
            "-global a.b=c -S",
        ],
    ),
    ("kvm", &["1", "0"]),
    ("serial0", &["socket"]),
    ("template", &["0", "1"]),
];

const DEVICES: [&str; 20] = [
    "01:00",
    "0000:01:00",
    "01:00.0",
    "01:00.1",
    "host=01:00.0",
    "02:00.0",
    "02:00;03:00.0",
    "41:00;42:00.0",
    "42:00.1;41:00.1",
    "41:00.1",
    "42:00",
    "03:00",
    "00:02.0",
    "mapping=gpu",
    "mapping=audio",
    "mapping=either",
    "mapping=ports",
    "03:00.0,mdev=i915-GVTg_V5_4",
    "42:00.2,mdev=nvidia-47",
    "mapping=audio,mdev=a-b",
];

const OPTIONS: [&str; 14] = [
    "pcie=1",
    "pcie=1",
    "pcie=on",
    "pcie=0",
    "x-vga=1",
    "x-vga=on",
    "rombar=0",
    "romfile=card.rom",
    "legacy-igd=1",
    "driver=keep",
    "vendor-id=0x10de",
    "device-id=0x1234",
    "sub-vendor-id=0x1462",
    "sub-device-id=0x0001",
];

const ELSEWHERE: [&str; 4] = [
    "\n[PENDING]\nballoon: 0\n",
    "\n[before]\nhostpci0: 0000:01:00,pcie=1\nmachine: q35\nmemory: 2048\nbios: ovmf\n",
    "\n[special:cloudinit]\nname: x\n",
    "",
];

fn configuration(numbers: &mut Random) -> String {
    // Proxmox VE writes this into each machine.
    let mut lines = vec!["smbios1: uuid=5c0ab4ae-0f32-4c56-b8a2-3e1d2c0dc2f1".to_owned()];
    for (key, values) in LINES {
        // Most machines are of x86-64, and no templates.
        let rare = matches!(key, "arch" | "template" | "kvm" | "hugepages");
        if numbers.below(if rare { 9 } else { 2 }) == 0 {
            lines.push(format!("{key}: {}", numbers.pick(values)));
        }
    }
    for index in 0..16 {
        if numbers.below(7) > 0 {
            continue;
        }
        let mut value = (*numbers.pick(&DEVICES)).to_owned();
        for _ in 0..numbers.below(3) {
            let option = numbers.pick(&OPTIONS);
            let key = option.split('=').next().unwrap();
            if !value.contains(key) {
                value = value + "," + option;
            }
        }
        lines.push(format!("hostpci{index}: {value}"));
    }
    for _ in 0..numbers.below(3) {
        lines.push((*numbers.pick(&["#a note%3A two", "", "# hostpci0: 05:00"])).to_owned());
    }
    let mut text = String::new();
    while !lines.is_empty() {
        let line = lines.swap_remove(numbers.below(lines.len()));
        text = text + &line + "\n";
    }
    text + numbers.pick(&ELSEWHERE)
}

/// What the plan is asked for.
fn wanted(numbers: &mut Random) -> Description {
    let slots = [
        ("01:00.0;01:00.1", Coverage::WholeSlot),
        ("01:00.1", Coverage::ListedFunctions),
        ("02:00.0;02:00.1", Coverage::WholeSlot),
        ("02:00.0;02:00.1", Coverage::ListedFunctions),
        ("03:00.0", Coverage::WholeSlot),
        ("41:00.0;41:00.1", Coverage::WholeSlot),
        ("42:00.0;42:00.1;42:00.2", Coverage::WholeSlot),
        ("42:00.1", Coverage::ListedFunctions),
        ("00:02.0", Coverage::WholeSlot),
    ];
    let mut all: BTreeMap<pci_core::Slot, AssignedSlot> = BTreeMap::new();
    for _ in 0..=numbers.below(2) {
        let (functions, coverage) = slots[numbers.below(slots.len())];
        let functions = functions
            .split(';')
            .map(|one| AssignedFunction::at(one.parse().unwrap()));
        let slot = AssignedSlot::new(functions.collect(), coverage).unwrap();
        all.insert(slot.slot(), slot);
    }
    let assigned = AssignedDevices::new(all.into_values().collect()).unwrap();
    Description::new("a".parse().unwrap(), assigned)
}

/// One function in QEMU's arguments: its address in the guest, and its properties.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Given {
    entry: String,
    output: Vec<String>,
}

/// What QEMU is started with: the functions, and the other words.
fn parts(words: &str) -> (BTreeMap<String, Given>, Vec<String>) {
    let mut functions = BTreeMap::new();
    let mut others = Vec::new();
    let mut words = words.lines().peekable();
    while let Some(word) = words.next() {
        let next = words.peek().copied().unwrap_or_default();
        // Ports and bridges come with the functions that are below them.
        if word == "-device"
            && ["pcie-root-port,", "pci-bridge,", "virtio-balloon-pci,"]
                .iter()
                .any(|kind| next.starts_with(kind))
        {
            words.next();
        } else if let Some(options) = next.strip_prefix("vfio-pci,").filter(|_| word == "-device") {
            words.next();
            let mut options: Vec<String> = options.split(',').map(str::to_owned).collect();
            let entry = options
                .iter()
                .find_map(|one| one.strip_prefix("id=hostpci"));
            let entry = entry.unwrap().split('.').next().unwrap().to_owned();
            let host = options.remove(0);
            options.retain(|one| {
                !["id=", "bus=", "addr=", "multifunction="]
                    .iter()
                    .any(|key| one.starts_with(key))
            });
            let given = Given {
                entry,
                output: options,
            };
            functions.insert(host, given);
        } else {
            others.push(word.to_owned());
        }
    }
    (functions, others)
}

/// The keys of the current section but those of functions and the balloon.
fn kept(text: &str) -> Vec<(String, String)> {
    let config = VmConfig::parse(text);
    let entries = config.entries();
    let kept = entries.filter(|one| !one.key.starts_with("hostpci") && one.key != "balloon");
    kept.map(|one| (one.key.to_owned(), one.value.to_owned()))
        .collect()
}

fn ready() -> Option<(Reader, PciCfg)> {
    let mut own = own()?;
    for (word, text) in [
        ("functions", FUNCTIONS),
        ("mappings", MAPPINGS),
        ("models", MODELS),
    ] {
        assert_eq!(own.ask(word, text), Ok(String::new()));
    }
    Some((own, PciCfg::parse(MAPPINGS)))
}

/// Generated configurations; `PASSTHRU_ROUNDS` does more of them than each test run.
fn rounds() -> usize {
    testkit::random::rounds(600)
}

#[test]
fn nothing_but_the_functions_changes() {
    let Some((mut own, file)) = ready() else {
        return;
    };
    let mut numbers = Random::new(seed(0xd0_40));
    let (mut edited, mut started, mut mended) = (0, 0, 0);
    let mut refused: BTreeMap<String, usize> = BTreeMap::new();
    for _ in 0..rounds() {
        let before = configuration(&mut numbers);
        if own.ask("config", &before).is_err() {
            continue;
        }
        let vm = wanted(&mut numbers);
        let context = EditContext {
            host_context: HostContext {
                mappings: Some(&file),
                node: Some("pve1"),
                functions: &[],
            },
            ..EditContext::default()
        };
        let starts = own.ask("command", &before);
        let after = match edit(number(), &before, &vm, context) {
            Ok(plan) => plan.text.unwrap(),
            Err(error) => {
                let kind = format!("{error:?}");
                let kind = kind.split([' ', '(']).next().unwrap().to_owned();
                *refused.entry(kind).or_default() += 1;
                continue;
            }
        };
        edited += 1;
        own.ask("config", &after)
            .unwrap_or_else(|why| panic!("{before}\n{after}\n{why}"));
        assert_eq!(kept(&before), kept(&after), "{before}\n{after}");
        assert_eq!(
            before.split_once("\n[").map(|(_, rest)| rest),
            after.split_once("\n[").map(|(_, rest)| rest),
            "{before}\n{after}"
        );
        let starts_after = own.ask("command", &after);
        let (starts, after_words) = match (starts, starts_after) {
            (Ok(before), Ok(after)) => (before, after),
            (Ok(_), Err(why)) => {
                panic!("it started before:\n{before}\nand not now:\n{after}\n{why}")
            }
            (Err(_), Ok(_)) => {
                mended += 1;
                continue;
            }
            (Err(_), Err(_)) => continue,
        };
        started += 1;
        let (functions, others) = parts(&starts);
        let (functions_after, others_after) = parts(&after_words);
        assert_eq!(others, others_after, "{before}\n{after}");
        for (host, given) in &functions {
            let now = functions_after.get(host);
            assert_eq!(now, Some(given), "{host}\n{before}\n{after}");
        }
        let asked: Vec<Address> = vm.assigned.functions().map(|one| one.address).collect();
        for address in &asked {
            let host = format!("host={address}");
            assert!(functions_after.contains_key(&host), "{before}\n{after}");
        }
        for (host, given) in &functions_after {
            let is_new = !functions.contains_key(host);
            let is_asked = asked.iter().any(|one| *host == format!("host={one}"));
            assert!(
                !is_new || (is_asked && given.output.is_empty()),
                "{before}\n{after}"
            );
        }
    }
    eprintln!(
        "{edited} configurations edited, {started} of them start before and after, {mended} after \
         alone; refused: {refused:?}"
    );
    assert!(started > rounds() / 10);
}

#[test]
fn a_vm_with_the_requested_options_starts() {
    let Some((mut own, file)) = ready() else {
        return;
    };
    let mut numbers = Random::new(seed(0xa5_4e));
    let (mut started, mut changed) = (0, 0);
    let mut refused: BTreeMap<String, usize> = BTreeMap::new();
    for _ in 0..rounds() {
        let before = configuration(&mut numbers);
        if own.ask("config", &before).is_err() || own.ask("command", &before).is_err() {
            continue;
        }
        let mut vm = wanted(&mut numbers);
        let change = HardwareChange {
            chipset: [None, Some(Chipset::Q35), Some(Chipset::I440fx)][numbers.below(3)],
            firmware: [
                None,
                Some(Firmware::Ovmf(SecureBoot::Off)),
                Some(Firmware::SeaBios),
            ][numbers.below(3)],
        };
        if numbers.below(3) == 0 {
            vm.hiding.kvm = KvmSignature::Hidden;
        }
        if numbers.below(3) == 0 {
            let sizes = [
                HugePageSize::Gibibyte1,
                HugePageSize::Mebibytes2,
                HugePageSize::HostDefault,
            ];
            vm.memory.pages = Pages::Huge(sizes[numbers.below(3)]);
        }
        let host_context = HostContext {
            mappings: Some(&file),
            node: Some("pve1"),
            functions: &[],
        };
        let context = EditContext {
            change,
            host_context,
        };
        let plan = match edit(number(), &before, &vm, context) {
            Ok(plan) => plan,
            Err(error) => {
                let kind = format!("{error:?}");
                let kind = kind.split([' ', '(']).next().unwrap().to_owned();
                *refused.entry(kind).or_default() += 1;
                continue;
            }
        };
        let after = plan.text.unwrap();
        let config = VmConfig::parse(&after);
        let q35 = config
            .get("machine")
            .is_some_and(|machine| machine.value.contains("q35"));
        let ovmf = config.get("bios").is_some_and(|bios| bios.value == "ovmf");
        if let Some(chipset) = change.chipset {
            assert_eq!(q35, chipset == Chipset::Q35, "{before}\n{after}");
            changed += 1;
        }
        if let Some(firmware) = change.firmware {
            assert_eq!(ovmf, firmware != Firmware::SeaBios, "{before}\n{after}");
        }
        match own.ask("command", &after) {
            Ok(_) => started += 1,
            // The note says where to look which processor it is.
            Err(why) if why.contains("32-bit") => {
                assert!(
                    after.contains("cpu: custom-narrow"),
                    "{before}\n{after}\n{why}"
                );
            }
            Err(why) => panic!("{before}\n{after}\n{why}"),
        }
    }
    eprintln!(
        "{started} start with what was asked for, {changed} on another machine type or the same; refused: {refused:?}"
    );
    assert!(started > rounds() / 10);
}

/// The lint says of huge pages what Proxmox VE says at the start.
#[test]
fn huge_pages_are_judged_alike() {
    let Some(mut own) = own() else { return };
    let mut numbers = Random::new(seed(0x4e6));
    let keys: [(&str, &[&str]); 7] = [
        ("hugepages", &["2", "1024", "any"]),
        (
            "memory",
            &[
                "",
                "512",
                "1024",
                "2048",
                "3072",
                "4608",
                "current=4096",
                "4097",
            ],
        ),
        ("sockets", &["", "1", "2", "3"]),
        ("numa", &["", "0", "1", "yes"]),
        (
            "hotplug",
            &["", "", "0", "1", "network,disk", "disk,memory"],
        ),
        (
            "numa0",
            &[
                "",
                "",
                "",
                "cpus=0,memory=2048",
                "cpus=0,memory=2048,hostnodes=0,policy=bind",
                "cpus=0,hostnodes=0,memory=1500,policy=preferred",
            ],
        ),
        (
            "numa1",
            &["", "", "cpus=1,memory=1024,hostnodes=0,policy=bind"],
        ),
    ];
    let (mut start, mut faults) = (0, 0);
    for _ in 0..rounds() {
        let mut text = "ostype: l26\ncores: 2\n".to_owned();
        for (key, values) in keys {
            let value = numbers.pick(values);
            if !value.is_empty() {
                text = format!("{text}{key}: {value}\n");
            }
        }
        let found = lint(&VmConfig::parse(&text), HostContext::default());
        let found = found
            .iter()
            .any(|issue| matches!(issue, Issue::HugePages(_)));
        match own.ask("command", &text) {
            Ok(_) => {
                assert!(!found, "{text}");
                start += 1;
            }
            // Other errors of the memory do not concern huge pages.
            Err(why)
                if [
                    "total memory for NUMA",
                    "isn't numeric",
                    "hotplug",
                    "minimum memory",
                    "aligned",
                ]
                .iter()
                .any(|other| why.contains(other)) => {}
            Err(why) => {
                assert!(found, "{text}{why}");
                faults += 1;
            }
        }
    }
    eprintln!("{start} start with their huge pages, {faults} do not");
    assert!(start > rounds() / 20 && faults > rounds() / 20);
}
