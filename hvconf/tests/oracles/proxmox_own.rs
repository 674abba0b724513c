//! What we write for Proxmox VE, and what we take, read by its own readers: from its
//! sources, which are in no distribution of ours, in the folder that HYPERVISOR_SOURCES
//! names (`sources.rs`); what they need is at the head of `proxmox.pl`.

use std::process::Command;

use hvconf::description::{Description, Firmware, HugePageSize, KvmSignature, Pages};
use hvconf::proxmox::{
    ClusterNode, DeviceNaming, EditContext, HostContext, HostPci, PciCfg, PveVersion, VmConfig,
    VmId, assign_in_config, edit, emit, map_line, mapping_id, read_back,
};
use hvconf::qemu;
use testkit::Reader;
use testkit::program::find;
use testkit::random::{Random, seed};

use crate::oracles::descriptions::{devices, random};
use crate::oracles::sources::source;

const VERSION: PveVersion = PveVersion::new(9, 0);

/// Proxmox VE's readers, where the sources are.
pub(crate) fn own() -> Option<Reader> {
    let sources = source("qemu-server")?;
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/oracles/proxmox.pl");
    let mut command = Command::new(find("perl")?);
    Some(Reader::spawn(
        command
            .arg(script)
            .env("HYPERVISOR_SOURCES", sources.parent().unwrap()),
    ))
}

pub(crate) fn number() -> VmId {
    "105".parse().unwrap()
}

/// The functions of the slots, so that QEMU's words can be made.
fn show(own: &mut Reader, vm: &Description) {
    let functions = vm.assigned.functions();
    let all: String = functions.map(|one| format!("{}\n", one.address)).collect();
    assert_eq!(own.ask("functions", &all), Ok(String::new()));
}

/// What QEMU is started with, as we read it.
fn started(own: &mut Reader, text: &str) -> Description {
    let words = own
        .ask("command", text)
        .unwrap_or_else(|why| panic!("{text}\n{why}"));
    let words: Vec<String> = words.lines().map(str::to_owned).collect();
    qemu::read_back(&words).unwrap().description
}

/// What of `vm` reaches QEMU.
fn same(started: &Description, vm: &Description, text: &str) {
    let ours: Vec<_> = devices(vm);
    assert_eq!(devices(started), ours, "{text}");
    // x-vga hides KVM, unless the processor's own option says otherwise.
    let hidden = vm.hiding.kvm == KvmSignature::Hidden
        || (vm.has_primary_display() && !text.contains("hidden=0"));
    assert_eq!(started.hiding.kvm == KvmSignature::Hidden, hidden, "{text}");
    // Hyper-V's leaves are there for Windows alone.
    if text.contains("ostype: win") {
        let asked = vm.hiding.hyperv_vendor_id.as_ref().map(ToString::to_string);
        // With x-vga the default Hyper-V vendor ID is its own name.
        let own = vm.has_primary_display().then(|| "proxmox".to_owned());
        let started = started
            .hiding
            .hyperv_vendor_id
            .as_ref()
            .map(ToString::to_string);
        assert_eq!(started, asked.or(own), "{text}");
    }
    assert_eq!(started.looking_glass, vm.looking_glass, "{text}");
    let over = |window: &hvconf::description::MmioWindow| window.gibibytes() > 32;
    assert_eq!(
        started.mmio.filter(over),
        vm.mmio_window().filter(over),
        "{text}"
    );
    for (a, b) in started.assigned.slots().iter().zip(vm.assigned.slots()) {
        assert_eq!(a.seen_ids, b.seen_ids, "{text}");
    }
}

/// QEMU of the version has this machine type.
fn newest(mut vm: Description) -> Description {
    vm.machine.version = None;
    vm
}

#[test]
fn our_text_is_accepted_unchanged_and_starts_the_same_vm() {
    let Some(mut own) = own() else { return };
    let mut numbers = Random::new(seed(0x6e5));
    for _ in 0..120 {
        let vm = newest(random(&mut numbers));
        let text = emit(&vm, VERSION, DeviceNaming::Address).unwrap().files[0].to_string();
        // It writes keys in the order in which we do, but for a blank line at the end.
        assert_eq!(
            own.ask("config", &text).as_deref().map(str::trim_end),
            Ok(text.trim_end())
        );
        show(&mut own, &vm);
        same(&started(&mut own, &text), &vm, &text);
    }
}

#[test]
fn mappings_are_accepted_and_start_the_same_vm() {
    let Some(mut own) = own() else { return };
    let mut numbers = Random::new(seed(0x3a7));
    let node = ClusterNode::new("pve1").unwrap();
    for _ in 0..40 {
        let vm = newest(random(&mut numbers));
        let mut file =
            PciCfg::parse("other\n\tmap id=1234:5678,iommugroup=1,node=pve2,path=0000:01:00.0\n");
        for slot in vm.assigned.slots() {
            let name = mapping_id(slot.slot()).unwrap();
            file.set(&name, &node, &[map_line(slot, &node).unwrap()]);
        }
        let file = file.to_string();
        assert_eq!(own.ask("mappings", &file), Ok(String::new()), "{file}");
        show(&mut own, &vm);
        let text = emit(&vm, VERSION, DeviceNaming::Mapping).unwrap().files[0].to_string();
        same(&started(&mut own, &text), &vm, &text);
    }
    for refused in [
        "gpu\n\tmap id=10de:2204,iommugroup=1,node=pve1,path=01:00.0\n",
        "gpu\n\tmap id=10de,iommugroup=1,node=pve1,path=0000:01:00.0\n",
        "gpu\n\tmap id=10de:2204,node=pve1,path=0000:0A:00.0\n",
        "gpu\n\tmap id=10de:2204,path=0000:01:00.0\n",
    ] {
        assert!(own.ask("pci", refused).is_err(), "{refused}");
    }
}

const EXISTING: [&str; 7] = [
    "memory: 3072\nostype: other\n",
    "#a note%3A two%0Alines\nboot: order=scsi0\ncores: 4\ncpu: x86-64-v2-AES,flags=+aes;-pcid\n\
     memory: 8192\nname: web\nnet0: virtio=BC:24:11:00:00:01,bridge=vmbr0,firewall=1\nonboot: 1\n\
     ostype: l26\nscsi0: local-lvm:vm-105-disk-0,iothread=1,size=32G\nscsihw: virtio-scsi-single\n\
     smbios1: uuid=5c0ab4ae-0f32-4c56-b8a2-3e1d2c0dc2f1\nsockets: 1\n",
    "agent: 1\nbios: ovmf\nefidisk0: local-lvm:vm-105-disk-0,efitype=4m,pre-enrolled-keys=1,size=4M\n\
     machine: pc-q35-8.1\nmemory: 16384\nnuma: 0\nostype: win11\nhostpci0: 0000:21:00,pcie=1\n\
     tpmstate0: local-lvm:vm-105-disk-2,size=4M,version=v2.0\nvga: virtio\n",
    "machine: pc-i440fx-9.0\nbios: seabios\nballoon: 2048\nmemory: 4096\nshares: 500\n",
    "memory: 2048\nostype: l26\n\n[PENDING]\nmemory: 4096\ndelete: balloon\n\n[before]\n\
     hostpci0: 0000:05:00\nmachine: q35\nmemory: 2048\nsnaptime: 1700000000\n",
    "memory: 2048\r\ncpu: host,hidden=0\r\n",
    "args: -audiodev none,id=a -object \
     memory-backend-file,id=looking-glass,share=on,mem-path=/dev/shm/looking-glass,size=16M \
     -device ivshmem-plain,memdev=looking-glass,bus=pcie.0\nmachine: q35\nmemory: 2048\n",
];

#[test]
fn our_edits_are_accepted_and_start_the_requested_vm() {
    let Some(mut own) = own() else { return };
    let mut numbers = Random::new(seed(0xed1));
    for round in 0..140 {
        let mut vm = newest(random(&mut numbers));
        let before = EXISTING[round % EXISTING.len()];
        own.ask("config", before).unwrap();
        let plan =
            assign_in_config(number(), before, &vm.assigned, HostContext::default()).unwrap();
        own.ask("config", &plan.text.unwrap()).unwrap();
        // The seeds' machines have 2 GiB and more, all whole huge pages.
        if let Pages::Huge(_) = vm.memory.pages {
            vm.memory.pages = Pages::Huge(HugePageSize::Gibibyte1);
        }
        let plan = edit(number(), before, &vm, EditContext::default()).unwrap();
        let text = plan.text.unwrap();
        own.ask("config", &text)
            .unwrap_or_else(|why| panic!("{text}\n{why}"));
        // OVMF's disk comes by a command.
        let config = VmConfig::parse(&text);
        let current: String = text
            .lines()
            .take_while(|line| !line.starts_with('['))
            .filter(|line| {
                !["scsi0", "net0", "efidisk0", "tpmstate0", "memory"]
                    .iter()
                    .any(|key| line.starts_with(key))
            })
            .map(|line| format!("{line}\n"))
            .collect::<String>()
            + "memory: 16384\n";
        show(&mut own, &vm);
        let has = |key: &str| config.get(key).is_some_and(|entry| entry.value == "ovmf");
        if !has("bios") {
            vm.firmware = Firmware::SeaBios;
        }
        if before.contains("0000:21:00") {
            // The machine's own card, which the node does not show here.
            assert!(
                own.ask("command", &current)
                    .unwrap_err()
                    .contains("no PCI device found")
            );
            continue;
        }
        let mut started = started(&mut own, &current);
        // Present settings that were not requested remain.
        if vm.looking_glass.is_none() {
            started.looking_glass = None;
        }
        same(&started, &vm, &current);
        if vm.memory.pages != Pages::Ordinary {
            // The size is in the path alone.
            assert!(matches!(started.memory.pages, Pages::Huge(_)), "{current}");
        }
    }
}

/// Both parsers accept or reject the same values.
#[test]
fn both_accept_the_same_hostile_entries() {
    let Some(mut own) = own() else { return };
    let mut numbers = Random::new(seed(0xbad));
    let pieces = [
        ",",
        ";",
        "=",
        ":",
        ".",
        " ",
        "0",
        "a",
        "F",
        "host",
        "mapping",
        "pcie",
        "on",
        "2",
        "0x10de",
        "romfile",
        "../x",
        "'",
        "\"",
        "%",
        "\u{e9}",
        "mdev",
        "0000:01:00.0",
        "x-vga=1",
        "driver=keep",
        "[",
        "#",
        "\t",
        "rombar",
        "mapping=gpu",
        "vendor-id=0x1",
        "01:00",
    ];
    let parts = [
        "0000:01:00.0",
        "host=01:00",
        "10000:01:00.7;02:00",
        "mapping=gpu-1_A",
        "pcie=1",
        "pcie=No",
        "x-vga=TRUE",
        "rombar=0",
        "romfile=a b/../v.rom",
        "legacy-igd=1",
        "mdev=nvidia-35",
        "vendor-id=0x10DE",
        "sub-device-id=0x22eb",
        "driver=keep",
        "",
    ];
    let (mut taken, mut refused) = (0, 0);
    for _ in 0..4000 {
        let mut value = (*numbers.pick(&parts)).to_owned();
        for _ in 0..numbers.below(4) {
            value = value + "," + numbers.pick(&parts);
        }
        for _ in 0..numbers.below(3) {
            let mut places: Vec<usize> = value.char_indices().map(|(at, _)| at).collect();
            places.push(value.len());
            let at = numbers.below(places.len());
            let end = (at + numbers.below(3)).min(places.len() - 1);
            value.replace_range(places[at]..places[end], numbers.pick(&pieces));
        }
        // A value of blanks is one to it, and passes nothing.
        if value.trim().is_empty() {
            continue;
        }
        let text = format!("hostpci0: {value}\n");
        let config = VmConfig::parse(&text);
        let ours = match config.get("hostpci0") {
            Some(entry) => entry
                .value
                .parse::<HostPci>()
                .map_err(|error| error.to_string()),
            None => Err("no entry".to_owned()),
        };
        let theirs = own.ask("config", &text);
        match (&ours, &theirs) {
            (Ok(_), Ok(_)) => taken += 1,
            (Err(_), Err(_)) => refused += 1,
            // Accepted, but not started: no device or two, a slot or function that no bus
            // has; and texts with control characters or blanks at their ends.
            (Err(why), Ok(_))
                if [
                    "found neither",
                    "found both",
                    "as host, found",
                    "as romfile, found",
                    "as mdev, found",
                ]
                .iter()
                .any(|known| why.contains(known)) => {}
            _ => panic!("{text:?}: {ours:?} {theirs:?}"),
        }
    }
    eprintln!("{taken} entries are taken by both, {refused} by none");
    assert!(taken > 300 && refused > 300);
}

/// Where a line ends, which section it is in, and which of two holds.
#[test]
fn both_read_the_same_lines() {
    let Some(mut own) = own() else { return };
    let mut numbers = Random::new(seed(0x11e5));
    let lines = [
        "hostpci0: 01:00",
        "hostpci0:02:00",
        "hostpci1: 03:00.0 ",
        "hostpci0 : 04:00",
        "#hostpci0: 05:00",
        "[snap]",
        "[PENDING]",
        "[pending]",
        "[special:cloudinit]",
        "",
        "memory: 1024",
        "\tmemory: 1",
        "cores:4",
        "name: a",
        "[x y]",
        "balloon: 0\r",
        "delete: name",
    ];
    for _ in 0..600 {
        let mut text = String::new();
        for _ in 0..numbers.below(9) {
            text = text + numbers.pick(&lines) + "\n";
        }
        let Ok(theirs) = own.ask("config", &text) else {
            continue;
        };
        let read = |text: &str| {
            let config = VmConfig::parse(text);
            let mut all: Vec<(String, String)> = Vec::new();
            for entry in config.entries() {
                all.retain(|(key, _)| key != entry.key);
                all.push((entry.key.to_owned(), entry.value.to_owned()));
            }
            all.sort();
            all
        };
        assert_eq!(read(&text), read(&theirs), "{text:?} {theirs:?}");
        let _ = read_back(number(), &text, HostContext::default());
    }
}

/// What the lint says does not start, does not.
#[test]
fn vms_that_do_not_start() {
    let Some(mut own) = own() else { return };
    own.ask("functions", "0000:01:00.0\n0000:01:00.1\n")
        .unwrap();
    for (text, why) in [
        ("hostpci0: 01:00,pcie=1\nmachine: pc\n", "q35"),
        ("hostpci0: 01:00\nhostpci1: 01:00.1\n", "more than once"),
        ("hostpci0: 02:00\n", "no PCI device found"),
        ("hugepages: 1024\nmemory: 4608\nnuma: 1\n", "hugepage"),
        ("hugepages: 2\nmemory: 4096\nnuma: 0\n", "numa"),
    ] {
        let error = own.ask("command", text).unwrap_err();
        assert!(
            error.to_lowercase().contains(&why.to_lowercase()),
            "{text}: {error}"
        );
    }
}
