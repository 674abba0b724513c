//! Every target with every kind of device: what is written names each function, says why
//! each line is there, and is read back where it can be.

use hvconf::assigned::{
    AssignedDevices, AssignedFunction, AssignedSlot, Bar, BarSize, BarWidth, Bars, Coverage,
    DisplayRole, Prefetchable, SriovRole,
};
use hvconf::convert::{Format, Source, Wanted, describe, write};
use hvconf::description::{Description, MemorySize};
use hvconf::emitted::Emitted;
use hvconf::kubernetes::gpu_operator;
use hvconf::libvirt::{attach_commands, virt_install, virt_xml};
use hvconf::proxmox::{DeviceNaming, PveVersion, assign_by_commands, qm_create};
use hvconf::truenas::{self, VmNumber};
use hvconf::xen::xcp_ng;
use pci_core::ClassCode;

/// Where, ids, class and subclass, and the size of a 64-bit BAR in bytes.
type Row = (&'static str, &'static str, (u8, u8), u64);

const GPU: [Row; 2] = [
    ("01:00.0", "10de:2204", (3, 0), 32 << 30),
    ("01:00.1", "10de:1aef", (4, 3), 0),
];
const SAME_IDS: [Row; 2] = [
    ("02:00.0", "10de:2204", (3, 0), 32 << 30),
    ("02:00.1", "10de:1aef", (4, 3), 0),
];
const NIC: [Row; 1] = [("03:00.0", "8086:10fb", (2, 0), 512 << 10)];
const HBA: [Row; 1] = [("04:00.0", "1000:0072", (1, 7), 256 << 10)];
const NVME: [Row; 1] = [("05:00.0", "144d:a80a", (1, 8), 16 << 10)];
const USB: [Row; 1] = [("06:00.0", "1912:0014", (0xc, 3), 8 << 10)];
const FOUR: [Row; 4] = [
    ("07:00.0", "14e4:1657", (2, 0), 64 << 10),
    ("07:00.1", "14e4:1657", (2, 0), 64 << 10),
    ("07:00.2", "14e4:1657", (2, 0), 64 << 10),
    ("07:00.3", "14e4:1657", (2, 0), 64 << 10),
];
const VFS: [Row; 2] = [
    ("03:10.0", "8086:10ed", (2, 0), 0),
    ("03:10.2", "8086:10ed", (2, 0), 0),
];

fn slot(rows: &[Row], role: Option<SriovRole>, coverage: Coverage) -> AssignedSlot {
    let functions = rows.iter().map(|(address, id, (class, subclass), bar)| {
        let memory = (*bar > 0).then(|| Bar::Memory {
            size: BarSize::new(*bar).unwrap(),
            width: BarWidth::Bits64,
            prefetchable: Prefetchable::Yes,
        });
        AssignedFunction {
            id: Some(id.parse().unwrap()),
            class: Some(ClassCode::new(*class, *subclass, None)),
            iommu_group: Some(17),
            sriov: role,
            bars: Some(Bars([memory, None, None, None, None, None])),
            ..AssignedFunction::at(address.parse().unwrap())
        }
    });
    AssignedSlot::new(functions.collect(), coverage).unwrap()
}

fn whole(rows: &[Row]) -> AssignedSlot {
    slot(rows, None, Coverage::WholeSlot)
}

fn card(rows: &[Row]) -> AssignedSlot {
    let mut card = whole(rows);
    card.display = DisplayRole::Primary;
    card
}

/// The kinds of assignments, each with its functions.
fn kinds() -> Vec<(&'static str, Vec<AssignedSlot>)> {
    vec![
        ("GPU", vec![card(&GPU)]),
        ("NIC", vec![whole(&NIC)]),
        ("HBA", vec![whole(&HBA)]),
        ("NVMe", vec![whole(&NVME)]),
        ("USB controller", vec![whole(&USB)]),
        ("several", vec![card(&GPU), whole(&NVME), whole(&USB)]),
        ("multifunction", vec![whole(&FOUR)]),
        (
            "some functions",
            vec![slot(&FOUR[1..3], None, Coverage::ListedFunctions)],
        ),
        ("duplicate IDs", vec![card(&GPU), whole(&SAME_IDS)]),
        (
            "virtual functions",
            vec![slot(
                &VFS,
                Some(SriovRole::VirtualFunction),
                Coverage::ListedFunctions,
            )],
        ),
    ]
}

fn machine(slots: Vec<AssignedSlot>) -> Description {
    let mut vm = Description::new(
        "win11".parse().unwrap(),
        AssignedDevices::new(slots).unwrap(),
    );
    vm.number = Some(105);
    vm.memory.size = MemorySize::from_mebibytes(8192);
    vm
}

fn addresses(vm: &Description) -> Vec<String> {
    let mut all: Vec<_> = vm
        .assigned
        .functions()
        .map(|one| one.address.to_string())
        .collect();
    all.sort();
    all
}

fn wanted() -> Wanted {
    Wanted {
        node: Some("node1".parse().unwrap()),
        system: Some("5fa9d3c4-8e29-4c6e-b7f0-0a1b2c3d4e5f".parse().unwrap()),
        ..Wanted::default()
    }
}

/// The whole output as one text; each part has its reason.
fn all_text(what: &str, emitted: &Emitted) -> String {
    let mut all = String::new();
    for file in &emitted.files {
        let reasons = file.lines.iter().filter(|line| !line.purpose.is_empty());
        assert!(reasons.count() > 0, "{what}: {} has no reason", file.path);
        all += &file.to_string();
    }
    for command in &emitted.commands {
        assert!(!command.purpose.is_empty(), "{what}: {:?}", command.argv);
        all = all + &command.argv.join(" ") + "\n";
    }
    for step in &emitted.steps {
        assert!(!step.text.is_empty() && !step.name.contains(' '), "{what}");
        all = all + &step.text + "\n";
    }
    for not_converted in &emitted.not_converted {
        assert!(!not_converted.reason.is_empty(), "{what}: {not_converted}");
    }
    all
}

#[test]
fn every_format_writes_every_kind_and_reads_it_back() {
    for (kind, slots) in kinds() {
        let vm = machine(slots);
        for format in Format::ALL {
            let what = format!("{kind} for {format}");
            let emitted =
                write(&vm, format, &wanted()).unwrap_or_else(|why| panic!("{what}: {why}"));
            let text = all_text(&what, &emitted);
            if format.is_read() {
                let first = emitted.files[0].to_string();
                let mut source = Source::of(&first).unwrap_or_else(|| panic!("{what}: {first}"));
                let known: Vec<_> = vm.assigned.functions().copied().collect();
                assert_eq!(source.format, format, "{what}");
                source.functions = &known;
                let back = describe(&source).unwrap_or_else(|why| panic!("{what}: {why}\n{first}"));
                assert_eq!(
                    addresses(&back.description),
                    addresses(&vm),
                    "{what}\n{first}"
                );
                // Twice the same.
                let again = write(&vm, format, &wanted()).unwrap();
                assert_eq!(again, emitted, "{what}");
                continue;
            }
            for function in vm.assigned.functions() {
                let (at, id) = (function.address, function.id.unwrap());
                let spelled = match format {
                    Format::HyperV => format!(
                        "Bus = {}; Address = {}",
                        at.bus(),
                        u32::from(at.device()) << 16 | u32::from(at.function())
                    ),
                    Format::KubeVirt => id.to_string().to_uppercase(),
                    _ => at.to_string(),
                };
                assert!(text.contains(&spelled), "{what}: {spelled}\n{text}");
            }
            if format == Format::KubeVirt {
                // By IDs alone: a note says that duplicate IDs are not distinguished.
                assert!(
                    emitted
                        .not_converted
                        .iter()
                        .any(|not_converted| not_converted.reason.contains("only IDs"))
                );
            }
        }
    }
}

/// The targets that are configured by commands.
fn commands(vm: &Description) -> Vec<(&'static str, Result<Emitted, hvconf::Error>)> {
    let domain = "win11".parse().unwrap();
    let uuid = xcp_ng::VmUuid::new("5fa9d3c4-8e29-4c6e-b7f0-0a1b2c3d4e5f").unwrap();
    let version = PveVersion::new(8, 4);
    vec![
        ("qm create", qm_create(vm, version, DeviceNaming::Address)),
        ("virt-xml", Ok(virt_xml(&domain, vm))),
        ("virt-install", virt_install(vm)),
        ("XCP-ng", xcp_ng::emit(vm, &uuid, &"".parse().unwrap())),
        (
            "TrueNAS",
            Ok(truenas::emit(
                vm,
                VmNumber(1),
                &[],
                truenas::DeviceCall::InAttributes,
            )),
        ),
    ]
}

#[test]
fn every_command_names_every_function() {
    for (kind, slots) in kinds() {
        let vm = machine(slots);
        for (target, emitted) in commands(&vm) {
            let what = format!("{kind} for {target}");
            let emitted = emitted.unwrap_or_else(|why| panic!("{what}: {why}"));
            let text = all_text(&what, &emitted);
            for function in vm.assigned.functions() {
                let at = function.address.to_string();
                let slot = function.address.slot().to_string();
                let spelled = match target {
                    "TrueNAS" => format!("pci_{}", at.replace([':', '.'], "_")),
                    "qm create" if !text.contains(&at) => slot,
                    _ => at,
                };
                assert!(text.contains(&spelled), "{what}: {spelled}\n{text}");
            }
        }
        let files = attach_commands(&"win11".parse().unwrap(), &vm.assigned);
        assert_eq!(files.len(), vm.assigned.functions().count());
        let plan = assign_by_commands("105".parse().unwrap(), &vm.assigned).unwrap();
        let entries = plan.commands[0]
            .iter()
            .filter(|word| word.starts_with("--hostpci"));
        assert_eq!(entries.count(), vm.assigned.slots().len(), "{kind}");
        // The operator hands out displays of NVIDIA, and says so of others.
        let node = "node1".parse().unwrap();
        let has_display = vm.assigned.functions().any(|one| one.is_display());
        assert_eq!(gpu_operator(&vm, &node).is_ok(), has_display, "{kind}");
    }
}

/// The window above 4 GiB follows from the BARs: two cards of 32 GiB need 128.
#[test]
fn windows_follow_from_bars_wherever_there_is_one() {
    let of = |kind: &str| {
        let (_, slots) = kinds().into_iter().find(|(name, _)| *name == kind).unwrap();
        machine(slots)
    };
    for (kind, gibibytes) in [("GPU", 64u64), ("duplicate IDs", 128)] {
        let vm = of(kind);
        let mebibytes = gibibytes * 1024;
        for (format, spelled) in [
            (Format::Proxmox, format!("X-PciMmio64Mb,string={mebibytes}")),
            (Format::Libvirt, format!("X-PciMmio64Mb,string={mebibytes}")),
            (Format::Qemu, format!("X-PciMmio64Mb,string={mebibytes}")),
            (Format::Esxi, format!("64bitMMIOSizeGB = \"{gibibytes}\"")),
            (
                Format::HyperV,
                format!("-HighMemoryMappedIoSpace {mebibytes}MB"),
            ),
        ] {
            let text = all_text(kind, &write(&vm, format, &wanted()).unwrap());
            assert!(
                text.contains(&spelled),
                "{kind} for {format}: {spelled}\n{text}"
            );
        }
    }
}
