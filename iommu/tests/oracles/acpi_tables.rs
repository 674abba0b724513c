//! `iasl -d` decodes generated tables as we do, field by field.

use std::fs;
use std::path::Path;
use std::process::Command;

use iommu::acpi::{
    DeviceEntryKind, DeviceScope, Dmar, DmarBlock, Ivmd, IvmdDevices, Ivrs, IvrsBlock,
};
use pci_core::RequesterId;
use testkit::program::installed;
use testkit::{Random, Scratch, environment};

/// A table with its length and checksum.
fn table(signature: &str, head: &[u8], blocks: &[Vec<u8>]) -> Vec<u8> {
    let mut bytes = signature.as_bytes().to_vec();
    bytes.extend([0; 4]);
    bytes.extend([1, 0]);
    bytes.extend(b"VENDORTABLENAM");
    bytes.extend([1, 0, 0, 0]);
    bytes.extend(b"TEST\x01\0\0\0");
    bytes.extend(head);
    bytes.extend(blocks.iter().flatten());
    let length = u32::try_from(bytes.len()).unwrap();
    bytes.splice(4..8, length.to_le_bytes());
    let sum = bytes.iter().fold(0u8, |sum, byte| sum.wrapping_add(*byte));
    bytes[9] = sum.wrapping_neg();
    bytes
}

fn scope(numbers: &mut Random) -> Vec<u8> {
    let hops = 1 + numbers.below(3);
    let kind = 1 + numbers.below(5);
    let mut bytes = vec![kind, u8::try_from(6 + 2 * hops).unwrap(), 0, 0];
    bytes.extend(numbers.bytes(2 + 2 * hops));
    bytes
}

fn dmar(numbers: &mut Random) -> Vec<u8> {
    let blocks: Vec<Vec<u8>> = (0..1 + numbers.below(8))
        .map(|_| {
            // iasl 20200925 knows no SATC and no SIDP.
            let kind: u16 = numbers.below(5);
            let fixed = [12, 20, 4, 16, 4][usize::from(kind)];
            let mut body = numbers.bytes(fixed);
            if kind == 4 {
                body.extend(b"\\_SB.PCI0.I2C0\0\0");
            } else if kind != 3 {
                body.extend((0..numbers.below(4)).flat_map(|_| scope(numbers)));
            }
            let length = u16::try_from(4 + body.len()).unwrap();
            [&kind.to_le_bytes()[..], &length.to_le_bytes(), &body].concat()
        })
        .collect();
    let mut head = numbers.bytes(2);
    head.extend([0; 10]);
    table("DMAR", &head, &blocks)
}

fn ivhd(numbers: &mut Random) -> Vec<u8> {
    let mut body = numbers.bytes(20);
    for _ in 0..numbers.below(6) {
        let id = numbers.bytes(3);
        match numbers.below(7) {
            0 => body.extend([&[1][..], &id].concat()),
            1 => body.extend([&[2][..], &id].concat()),
            2 => body.extend([&[3, 0x10, 0x01][..], &id[..1], &[4, 0x20, 0x02, 0]].concat()),
            3 => body.extend([&[0x42][..], &id, &[0, id[2], id[0], 0]].concat()),
            4 => {
                body.extend([&[0x43, 0x10, 0x01][..], &id, &[id[0], 0, 4, 0x20, 0x02, 0]].concat())
            }
            5 => body.extend([&[0x46][..], &id, &numbers.bytes(4)].concat()),
            _ => body.extend([&[0x48][..], &[0, 0], &id[..1], &numbers.bytes(4)].concat()),
        }
    }
    let length = u16::try_from(4 + body.len()).unwrap();
    [&[0x10, numbers.byte()][..], &length.to_le_bytes(), &body].concat()
}

fn ivrs(numbers: &mut Random) -> Vec<u8> {
    let blocks: Vec<Vec<u8>> = (0..1 + numbers.below(5))
        .map(|_| match numbers.below(3) {
            0 => {
                let kind = 0x20 + numbers.below(3);
                let mut block = vec![kind, numbers.byte(), 32, 0];
                block.extend(numbers.bytes(4));
                block.extend([0; 8]);
                block.extend(numbers.bytes(16));
                block
            }
            _ => ivhd(numbers),
        })
        .collect();
    let mut head = numbers.bytes(4);
    head.extend([0; 8]);
    table("IVRS", &head, &blocks)
}

/// `name value` of each field whose name is in `names`, as iasl prints it.
fn fields(text: &str, names: &[&str]) -> Vec<String> {
    let field = |line: &str| {
        let (_, field) = line.strip_prefix('[')?.split_once(']')?;
        let (name, value) = field.split_once(" : ")?;
        let name = name.trim();
        let value = value.split(" [").next()?.trim();
        names
            .contains(&name)
            .then(|| format!("{name} {}", value.trim_matches('"')))
    };
    text.lines().filter_map(field).collect()
}

fn disassembled(directory: &Path, name: &str, bytes: &[u8]) -> String {
    let file = directory.join(format!("{name}.dat"));
    fs::write(&file, bytes).unwrap();
    let run = Command::new("iasl").arg("-d").arg(&file).output().unwrap();
    assert!(run.status.success(), "{run:?}");
    fs::read_to_string(directory.join(format!("{name}.dsl"))).unwrap()
}

fn of_scopes(scopes: &[DeviceScope], found: &mut Vec<String>) {
    for scope in scopes {
        found.push(format!("Device Scope Type {:02X}", scope.kind.0));
        found.push(format!("Enumeration ID {:02X}", scope.enumeration_id));
        found.push(format!("PCI Bus Number {:02X}", scope.start_bus));
        for hop in &scope.path {
            found.push(format!("PCI Path {:02X},{:02X}", hop.device, hop.function));
        }
    }
}

fn of_dmar(dmar: &Dmar) -> Vec<String> {
    let mut found = vec![format!(
        "Host Address Width {:02X}",
        dmar.host_address_width - 1
    )];
    for block in &dmar.blocks {
        let kind = |kind| format!("Subtable Type {kind:04X}");
        let segment = |segment: &u16| format!("PCI Segment Number {segment:04X}");
        match block {
            DmarBlock::Unit(unit) => {
                found.extend([kind(0), segment(&unit.segment)]);
                found.push(format!("Register Base Address {:016X}", unit.base));
                of_scopes(&unit.scopes, &mut found);
            }
            DmarBlock::ReservedMemory(region) => {
                found.extend([kind(1), segment(&region.segment)]);
                found.push(format!("Base Address {:016X}", region.base));
                found.push(format!("End Address (limit) {:016X}", region.limit));
                of_scopes(&region.scopes, &mut found);
            }
            DmarBlock::AtsRootPorts(ports) => {
                found.extend([kind(2), segment(&ports.segment)]);
                of_scopes(&ports.scopes, &mut found);
            }
            DmarBlock::ProximityDomain(near) => {
                found.push(kind(3));
                found.push(format!("Base Address {:016X}", near.base));
                found.push(format!("Proximity Domain {:08X}", near.domain));
            }
            DmarBlock::AcpiDevice(device) => {
                found.push(kind(4));
                found.push(format!("Device Number {:02X}", device.number));
                found.push(format!("Device Name {}", device.name));
            }
            // iasl 20200925 stops at a kind that it does not know.
            _ => break,
        }
    }
    found
}

fn of_memory(memory: &Ivmd, found: &mut Vec<String>) {
    found.push(format!("Flags {:02X}", memory.flags.bits()));
    if let IvmdDevices::Range(range) = memory.devices {
        found.push(format!("DeviceId {:04X}", range.first.0));
    }
    found.push(format!("Start Address {:016X}", memory.start));
    found.push(format!("Memory Length {:016X}", memory.length));
}

fn of_ivrs(ivrs: &Ivrs) -> Vec<String> {
    let mut found = vec![format!("Virtualization Info {:08X}", ivrs.info)];
    for block in &ivrs.blocks {
        match block {
            IvrsBlock::Memory(memory) => of_memory(memory, &mut found),
            // iasl 20200925 does not know this kind.
            IvrsBlock::Hardware(unit) if unit.kind == 0x40 => break,
            IvrsBlock::Hardware(unit) => {
                found.push(format!("Flags {:02X}", unit.flags.bits()));
                found.push(format!("DeviceId {:04X}", unit.device.0));
                found.push(format!("Capability Offset {:04X}", unit.capability_offset));
                found.push(format!("Base Address {:016X}", unit.base));
                found.push(format!("PCI Segment Group {:04X}", unit.segment));
                found.push(format!("Virtualization Info {:04X}", unit.info));
                // iasl 20200925 calls it otherwise in the newer types.
                if unit.kind == 0x10 {
                    found.push(format!("Feature Reporting {:08X}", unit.features));
                }
                for entry in &unit.entries {
                    let id = |id: RequesterId| format!("Device ID {:04X}", id.0);
                    let setting = format!("Data Setting {:02X}", entry.setting.bits());
                    let source =
                        |source: RequesterId| format!("Source Used Device ID {:04X}", source.0);
                    match &entry.kind {
                        DeviceEntryKind::All => found.push(setting),
                        DeviceEntryKind::Devices { devices, extended } => {
                            found.extend([id(devices.first), setting]);
                            let extended = extended.map(|bits| format!("Extended Data {bits:08X}"));
                            found.extend(extended);
                            found.extend((devices.first != devices.last).then(|| id(devices.last)));
                        }
                        DeviceEntryKind::Alias {
                            devices,
                            source: of,
                        } => {
                            found.extend([id(devices.first), setting, source(*of)]);
                            found.extend((devices.first != devices.last).then(|| id(devices.last)));
                        }
                        DeviceEntryKind::Special(special) => {
                            found.push(setting);
                            found.push(format!("Handle {:02X}", special.handle));
                            found.push(source(special.source));
                            found.push(format!("Variety {:02X}", special.variety));
                        }
                        DeviceEntryKind::Acpi { device, .. } => {
                            found.extend([id(*device), setting]);
                        }
                        other => found.push(format!("{other:?}")),
                    }
                }
            }
            // iasl 20200925 stops at a kind that it does not know.
            _ => break,
        }
    }
    found
}

/// What iasl prints of fields that we do not keep: padding, the device id of an entry
/// that covers all, of one for an I/O APIC, and the setting of a range's end.
fn without_filler(printed: &[String], text: &str) -> Vec<String> {
    let entries = fields(text, &["Entry Type"]);
    let mut entries = entries.iter();
    let mut kept = Vec::new();
    let mut entry = "";
    let mut unit = "";
    for field in printed {
        match field.split_once(' ') {
            Some(("Subtable", kind)) => unit = kind,
            Some(("DeviceId", _)) if unit.starts_with("Type 20") => {}
            Some(("Device", _)) => {
                entry = entries
                    .next()
                    .map_or("", |entry| entry.trim_start_matches("Entry Type "));
                if !["00", "01", "48"].contains(&entry) {
                    kept.push(field.clone());
                }
            }
            Some(("Data", _)) if ["00", "04"].contains(&entry) => {}
            _ => kept.push(field.clone()),
        }
    }
    kept
}

const OF_DMAR: [&str; 13] = [
    "Host Address Width",
    "Subtable Type",
    "PCI Segment Number",
    "Register Base Address",
    "Base Address",
    "End Address (limit)",
    "Proximity Domain",
    "Device Number",
    "Device Name",
    "Device Scope Type",
    "Enumeration ID",
    "PCI Bus Number",
    "PCI Path",
];
const OF_IVRS: [&str; 16] = [
    "Virtualization Info",
    "Subtable Type",
    "Flags",
    "DeviceId",
    "Capability Offset",
    "Base Address",
    "PCI Segment Group",
    "Feature Reporting",
    "Device ID",
    "Data Setting",
    "Source Used Device ID",
    "Extended Data",
    "Handle",
    "Variety",
    "Start Address",
    "Memory Length",
];

#[test]
fn iasl_reads_the_same_tables() {
    if !installed(&["iasl"]) {
        return;
    }
    let scratch = Scratch::new();
    let directory = scratch.path();
    let mut numbers = Random::new(0x2545_f491_4f6c_dd1d);
    for round in 0..40 {
        let bytes = dmar(&mut numbers);
        let text = disassembled(directory, "dmar", &bytes);
        let ours = Dmar::parse(&bytes).unwrap();
        assert!(ours.header.checksum_ok);
        assert_eq!(
            of_dmar(&ours),
            fields(&text, &OF_DMAR),
            "round {round}:\n{text}"
        );

        let bytes = ivrs(&mut numbers);
        let text = disassembled(directory, "ivrs", &bytes);
        let ours = Ivrs::parse(&bytes).unwrap();
        let printed = without_filler(&fields(&text, &OF_IVRS), &text);
        assert_eq!(of_ivrs(&ours), printed, "round {round}:\n{text}");
    }
}

/// Real tables: those in the folder `ACPI_TABLES`, if it is set, which
/// `examples/judge.rs` can fill.
#[test]
fn iasl_reads_the_same_real_tables() {
    let Some(folder) = environment::text(environment::ACPI_TABLES) else {
        let why = "the tables of machines are not part of the project";
        return testkit::skipped::optional(why, "ACPI_TABLES=a folder of them");
    };
    if !installed(&["iasl"]) {
        return;
    }
    let scratch = Scratch::new();
    let directory = scratch.path();
    let (mut compared, mut whole, mut differ) = (0, 0, Vec::new());
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let bytes = fs::read(&path).unwrap();
        let text = disassembled(directory, "table", &bytes);
        let (ours, printed, iasl_knows_all) = match bytes.get(..4) {
            Some(b"DMAR") => {
                let dmar = Dmar::parse(&bytes).unwrap();
                let mut blocks = dmar.blocks.iter();
                let known = blocks.all(|block| {
                    !matches!(
                        block,
                        DmarBlock::SocAtc(_)
                            | DmarBlock::SocProperties { .. }
                            | DmarBlock::Other(_)
                    )
                });
                (of_dmar(&dmar), fields(&text, &OF_DMAR), known)
            }
            Some(b"IVRS") => {
                let ivrs = Ivrs::parse(&bytes).unwrap();
                let mut blocks = ivrs.blocks.iter();
                let known = blocks.all(|block| match block {
                    IvrsBlock::Hardware(unit) => unit.kind != 0x40,
                    IvrsBlock::Memory(_) => true,
                    _ => false,
                });
                let printed = without_filler(&fields(&text, &OF_IVRS), &text);
                (of_ivrs(&ivrs), printed, known)
            }
            _ => continue,
        };
        whole += usize::from(iasl_knows_all);
        if !printed.starts_with(&ours) || iasl_knows_all && ours != printed {
            let pairs = ours.iter().zip(&printed);
            let at = pairs.take_while(|(one, other)| one == other).count();
            let (one, other) = (ours.get(at), printed.get(at));
            differ.push(format!("{}: {one:?}, iasl {other:?}", path.display()));
        }
        compared += 1;
    }
    eprintln!("compared {compared} tables, {whole} to the end");
    assert!(compared > 0);
    assert!(differ.is_empty(), "{differ:#?}");
}
