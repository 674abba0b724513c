//! The ROM files that guests' configurations name, each checked for the function that gets it.

use host_tree::MemoryTree;
use passthru::doctor::{self, Question};
use passthru::{Finding, Host};
use testkit::rom::ImageBuilder;

/// An integrated GPU of AMD with its audio function.
const APU: &str = "\
0b:00.0 VGA compatible controller [0300]: AMD/ATI Cezanne [1002:1638] (rev c8)
\tSubsystem: ASUSTeK Computer Inc. Device [1043:8877]
\tKernel driver in use: vfio-pci
0b:00.1 Audio device [0403]: AMD/ATI Renoir Radeon HD Audio [1002:1637]
\tSubsystem: ASUSTeK Computer Inc. Device [1043:8877]
\tKernel driver in use: vfio-pci
";

/// The video BIOS of that GPU.
fn video_bios() -> Vec<u8> {
    ImageBuilder::x86(4)
        .amd_tables([0x1002, 0x1002], b"113-CEZANNE-018")
        .id(0x1002, 0x1638)
        .build()
}

/// AMD's EFI driver as published: without a class, with the audio function's ID as decimal number.
fn gop() -> Vec<u8> {
    let mut image = ImageBuilder::efi(8).id(0x03ea, 0x0665);
    image.class = [0, 0, 0];
    image.build()
}

/// The findings about ROM files for these files, and the files of the guest.
fn findings(roms: &[(&str, Vec<u8>)], configuration: (&str, &str)) -> Vec<Finding> {
    let mut tree = MemoryTree::partial();
    tree.insert_file(configuration.0, configuration.1);
    findings_of(roms, tree)
}

/// The same for a tree with the configuration.
fn findings_of(roms: &[(&str, Vec<u8>)], mut tree: MemoryTree) -> Vec<Finding> {
    tree.insert_text("lspci -nnk", APU);
    for (path, bytes) in roms {
        tree.insert_file(path, bytes.clone());
    }
    let question = Question {
        devices: Vec::new(),
        target: None,
    };
    let report = doctor::examine(&Host::read(&tree), &question);
    let findings = report.findings.into_iter();
    findings
        .filter(|finding| finding.code.starts_with("rom-file"))
        .collect()
}

const VM: &str = "/etc/pve/qemu-server/100.conf";

/// The usual configuration for such a GPU: its video BIOS for the graphics function, the EFI driver
/// for the audio function.
#[test]
fn each_function_has_its_own_rom_file() {
    let roms = [
        ("/usr/share/kvm/vbios.bin", video_bios()),
        ("/usr/share/kvm/gop.rom", gop()),
    ];
    let entries = "bios: ovmf\nhostpci0: 0000:0b:00.0,pcie=1,romfile=vbios.bin\n\
                   hostpci1: 0000:0b:00.1,pcie=1,romfile=gop.rom\nmachine: q35\nmemory: 4096\n";
    assert_eq!(findings(&roms, (VM, entries)), []);
    let hostdev = |function: u8, rom: &str| {
        format!(
            "<hostdev mode='subsystem' type='pci' managed='yes'><source>\
             <address domain='0' bus='0xb' slot='0' function='{function}'/></source>\
             <rom file='/usr/share/kvm/{rom}'/></hostdev>"
        )
    };
    let domain = format!(
        "<domain type='kvm'><name>a</name><os firmware='efi'><type>hvm</type></os><devices>{}{}\
         </devices></domain>",
        hostdev(0, "vbios.bin"),
        hostdev(1, "gop.rom")
    );
    assert_eq!(findings(&roms, ("/etc/libvirt/qemu/a.xml", &domain)), []);
}

#[test]
fn a_finding_names_the_function_of_the_rom_file() {
    let other = ImageBuilder::x86(4).id(0x10de, 0x1c03).build();
    let roms = [("/usr/share/kvm/card.rom", other)];
    for (entry, function) in [
        ("0000:0b:00.1", "0000:0b:00.1"),
        ("0000:0b:00.0", "0000:0b:00.0"),
        // The first function of the slot.
        ("0000:0b:00", "0000:0b:00.0"),
        ("0000:0b:00.1;0000:0b:00.0", "0000:0b:00.1"),
    ] {
        let entries = format!(
            "bios: ovmf\nhostpci1: {entry},pcie=1,romfile=card.rom\nmachine: q35\nmemory: 4096\n"
        );
        let found = findings(&roms, (VM, &entries));
        let [finding] = &found[..] else {
            panic!("{entry}: {found:?}");
        };
        let functions: Vec<String> = finding.devices.iter().map(ToString::to_string).collect();
        assert_eq!(functions, [function], "{entry}");
        let remedy = finding.remedy.as_ref().unwrap();
        let remedy = format!("{remedy:?}");
        assert!(
            remedy.contains(&format!("--for {}", &function[5..])),
            "{remedy}"
        );
    }
}

/// A resource mapping of Proxmox VE names the function by node; its alternatives are judged each.
#[test]
fn a_mapping_leads_to_the_function_of_the_rom_file() {
    let other = ImageBuilder::x86(4).id(0x10de, 0x1c03).build();
    let roms = [("/usr/share/kvm/card.rom", other)];
    let entries = "bios: ovmf\nhostpci1: mapping=gpu,pcie=1,romfile=card.rom\nmachine: q35\n\
                   memory: 4096\n";
    let found = |mapping: &str| {
        let mut tree = MemoryTree::partial();
        tree.insert_file(VM, entries);
        tree.insert_file("/etc/pve/mapping/pci.cfg", mapping);
        tree.insert_link("/etc/pve/local", "nodes/pve");
        let found = findings_of(&roms, tree).into_iter();
        found
            .map(|finding| format!("{} {:#}", finding.code, finding.devices[0]))
            .collect::<Vec<_>>()
    };
    let slot = "gpu\n\tmap id=1002:1638,node=pve,path=0000:0b:00\n";
    assert_eq!(found(slot), ["rom-file-faulty 0b:00.0"]);
    let function = "gpu\n\tmap id=1002:1637,node=pve,path=0000:0b:00.1;0000:0b:00.0\n";
    assert_eq!(found(function), ["rom-file-faulty 0b:00.1"]);
    let both = "gpu\n\tmap id=1002:1638,node=pve,path=0000:0b:00.0\n\
                \tmap id=1002:1637,node=pve,path=0000:0b:00.1\n";
    assert_eq!(
        found(both),
        ["rom-file-faulty 0b:00.0", "rom-file-faulty 0b:00.1"]
    );
    let of_another_node = "gpu\n\tmap id=1002:1638,node=other,path=0000:0b:00\n";
    assert_eq!(found(of_another_node), [""; 0]);
    // The card's own ROM.
    let mut tree = MemoryTree::partial();
    tree.insert_file(VM, entries);
    tree.insert_file("/etc/pve/mapping/pci.cfg", slot);
    let own = [("/usr/share/kvm/card.rom", video_bios())];
    assert_eq!(findings_of(&own, tree), []);
}

/// QEMU without a manager: the file belongs to the function of the same `-device`.
#[test]
fn a_command_line_of_qemu_names_the_function_of_the_rom_file() {
    let other = ImageBuilder::x86(4).id(0x10de, 0x1c03).build();
    let script = |rom: &str, audio: &str| {
        format!(
            "qemu-system-x86_64 -m 8G -bios /usr/share/ovmf/OVMF.fd \\\n\
             -device vfio-pci,host=0b:00.0,multifunction=on{rom} \\\n\
             -device vfio-pci,host=0b:00.1{audio}\n"
        )
    };
    let found = |script: &str, rom: &[u8]| {
        let mut tree = MemoryTree::partial();
        tree.insert_text("cat win.sh", script);
        let found = findings_of(&[("/root/card.rom", rom.to_vec())], tree).into_iter();
        found
            .map(|finding| format!("{} {:#}", finding.code, finding.devices[0]))
            .collect::<Vec<_>>()
    };
    let rom = ",romfile=/root/card.rom";
    assert_eq!(found(&script(rom, ""), &other), ["rom-file-faulty 0b:00.0"]);
    assert_eq!(found(&script("", rom), &other), ["rom-file-faulty 0b:00.1"]);
    assert_eq!(found(&script(rom, ""), &video_bios()), [""; 0]);
    assert_eq!(found(&script("", rom), &gop()), [""; 0]);
    let absent = script(",romfile=/root/other.rom", "");
    assert_eq!(found(&absent, &other), ["rom-file-not-shown 0b:00.0"]);
    // QEMU looks for a relative path in several folders.
    assert_eq!(found(&script(",romfile=card.rom", ""), &other), [""; 0]);
}
