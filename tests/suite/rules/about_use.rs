//! What the host may lose, ROM files of guests, resets by a module of its own, and cards
//! that are all meant.

use super::{Case, case, gpu};
use passthru::Verdict::{Blocker, Fix, Harmless, Ok, Unknown};

const NVME: &str = "\
01:00.0 Non-Volatile memory controller [0108]: Samsung NVMe PM9A1 [144d:a80a]
\tKernel driver in use: DRIVER
02:00.0 Ethernet controller [0200]: Intel Corporation I210 [8086:1533] (rev 03)
\tKernel driver in use: DRIVER
";

const NAVI: &str = "\
0b:00.0 VGA compatible controller [0300]: Advanced Micro Devices, Inc. [AMD/ATI] Navi 10 [1002:731f] (rev ca)
\tKernel driver in use: vfio-pci
";

const BEGUN: &str = "[   10.000000] vfio-pci 0000:0b:00.0: AMD_NAVI10: version 1.1\n";
const DONE: &str = "[   10.500000] vfio-pci 0000:0b:00.0: AMD_NAVI10: reset result = 0\n";

const LOADER: &str = "loader.conf.txt";
const PPT: &str = "vmm_load=\"YES\"\npptdevs=\"3/0/0\"\n";
const IX: &str =
    "ix0@pci0:3:0:0: class=0x020000 card=0x152815d9 chip=0x15288086 rev=0x01 hdr=0x00\n";

const VM: &str = "/etc/pve/qemu-server/100.conf";
const ROM: &str = "bios: ovmf\nhostpci0: 0000:01:00,pcie=1,romfile=card.rom\nmachine: q35\n";

/// A domain that gives two functions of a card away, each with a ROM file.
fn domain(second: &str) -> String {
    let hostdev = |function: u8, rom: &str| {
        format!(
            "<hostdev mode='subsystem' type='pci' managed='yes'>\n<source>\n<address domain='0x0000' \
             bus='0x01' slot='0x00' function='0x{function}'/>\n</source>\n{rom}</hostdev>\n"
        )
    };
    let rom = "<rom file='/var/lib/libvirt/card.rom'/>\n";
    let (first, second) = (hostdev(0, rom), hostdev(1, second));
    format!(
        "<domain type='kvm'>\n<name>a</name>\n<devices>\n{first}{second}</devices>\n</domain>\n"
    )
}

pub(super) fn cases() -> Vec<Case> {
    let held = NVME.replace("DRIVER", "nvme");
    let held = ("lspci -nnk", held.as_str());
    let both = gpu("vfio-pci", "vfio-pci").replace("nvidia", "vfio-pci");
    let twins = domain("<rom file='/var/lib/libvirt/card.rom'/>\n");
    vec![
        case("host-storage-not-shown", Unknown, "01:00.0", &[held]),
        case("host-network-not-shown", Unknown, "02:00.0", &[held]),
        case("rom-file-not-shown", Unknown, "", &[(VM, ROM)]),
        case(
            "rom-file-of-other-function",
            Fix,
            "",
            &[("/etc/libvirt/qemu/a.xml", &twins)],
        ),
        case(
            "vendor-reset-result-not-shown",
            Unknown,
            "0b:00.0",
            &[("lspci -nnk", NAVI), ("dmesg", &format!("{DONE}{BEGUN}"))],
        ),
        // The module is at work: nothing is to be installed.
        case(
            "reset-once",
            Ok,
            "0b:00.0",
            &[("lspci -nnk", NAVI), ("dmesg", BEGUN)],
        ),
        case(
            "reset-once",
            Unknown,
            "0b:00.0",
            &[("lspci -nnk", NAVI), ("/etc/modules", "vendor-reset\n")],
        ),
        case(
            "ppt-not-bound",
            Blocker,
            "",
            &[(LOADER, PPT), ("a.txt", IX)],
        ),
        case("ppt-not-shown", Unknown, "", &[(LOADER, PPT)]),
        case(
            "output-not-shown",
            Unknown,
            "",
            &[("a.txt", "I ran\n$ lspci -nn | grep -i nvidia\nand now?\n")],
        ),
        case(
            "output-not-shown",
            Unknown,
            "",
            &[("a.txt", "# qm start 100\n")],
        ),
        // Both cards go to guests.
        case("twin-cards", Harmless, "", &[("lspci -nnk", &both)]),
    ]
}

pub(super) fn quiet() -> Vec<Case> {
    let away = NVME.replace("DRIVER", "vfio-pci");
    let away = ("lspci -nnk", away.as_str());
    let one = domain("");
    let quiet = |code, device, tree: &[(&str, &str)]| case(code, Ok, device, tree);
    vec![
        quiet("host-storage-not-shown", "01:00.0", &[away]),
        quiet("host-network-not-shown", "02:00.0", &[away]),
        quiet(
            "rom-file-not-shown",
            "",
            &[(VM, ROM), ("/usr/share/kvm/card.rom", "U")],
        ),
        quiet(
            "rom-file-of-other-function",
            "",
            &[("/etc/libvirt/qemu/a.xml", &one)],
        ),
        quiet("ppt-not-shown", "", &[(LOADER, "vmm_load=\"YES\"\n")]),
        quiet(
            "ppt-not-shown",
            "",
            &[(LOADER, PPT), ("a.txt", "ppt0@pci0:3:0:0 is there")],
        ),
        quiet(
            "output-not-shown",
            "",
            &[away, ("a.txt", "$ lspci -nn | grep -i nvidia\n")],
        ),
        quiet(
            "output-not-shown",
            "",
            &[(
                "a.txt",
                "# qm start 100\nTASK ERROR: no such logical volume pve/data\n",
            )],
        ),
        quiet(
            "vendor-reset-result-not-shown",
            "0b:00.0",
            &[("lspci -nnk", NAVI), ("dmesg", &format!("{BEGUN}{DONE}"))],
        ),
    ]
}

/// Of twins that are all meant the ids are right, and nothing asks for another way.
#[test]
fn twins_that_are_all_meant() {
    let title = |listing: &str| {
        let one = case("twin-cards", Harmless, "", &[("lspci -nnk", listing)]);
        let report = super::report(&one);
        let found = report.findings.into_iter();
        let titles: Vec<String> = found
            .filter(|finding| finding.code == "twin-cards")
            .map(|finding| finding.title)
            .collect();
        titles.join("\n")
    };
    let both = gpu("vfio-pci", "vfio-pci").replace("nvidia", "vfio-pci");
    assert!(title(&both).ends_with("ids= is right"), "{}", title(&both));
    assert_eq!(title(&both).lines().count(), 1);
    let one = gpu("vfio-pci", "vfio-pci");
    assert!(title(&one).contains("bind by address"), "{}", title(&one));
}
