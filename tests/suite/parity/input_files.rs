//! The files that the calls of the table read, beside the example hosts.

use std::fs;
use std::path::Path;

use testkit::rom::{card, turing};

use crate::command::{passthru, top};
use crate::patched_hosts::copy;
use crate::rom::vfct;
use crate::rom_edits::DRIVER;
use crate::{predicted_groups, rom_dump};

/// The host that plans are applied to.
const HOST: &str = "examples/hosts/proxmox-rtx5060ti/before";

/// Makes them in a folder.
pub(crate) fn make(place: &Path) {
    let card = card();
    let mut damaged = card.clone();
    damaged[0x100] ^= 1;
    let lspci = predicted_groups::dump("graphics.none.txt");
    let files: [(&str, &[u8]); 12] = [
        ("card.rom", &card),
        ("turing.rom", &turing()),
        ("cut.rom", &turing()[..0x900]),
        ("damaged.rom", &damaged),
        ("driver.efi", DRIVER),
        ("firmware", &[b"first", &card[..], b"second"].concat()),
        ("VFCT", &vfct(&card)),
        ("lspci.txt", lspci.as_bytes()),
        ("notes.txt", b"\nhello\n"),
        ("thread.md", crate::posts::machines::THREAD.as_bytes()),
        ("cut.json", b"{\n  \"schema\": \"passthru-snapshot/1\",\n"),
        ("bad-dump.txt", b"00:03.0 0200: 8086:100e\n00: 86 80 0x\n"),
    ];
    for (name, bytes) in files {
        fs::write(place.join(name), bytes).unwrap();
    }
    rom_dump::fill(&place.join("with-rom"), &[("rom", &card)]);
    rom_dump::fill(&place.join("no-rom"), &[("rom", b"")]);
    // Functions with configuration space, as sysfs shows them.
    for (address, config) in predicted_groups::config("two-ports.none.txt") {
        let device = place.join("sysfs/sys/bus/pci/devices").join(&address);
        fs::create_dir_all(&device).unwrap();
        let id = |at: usize| format!("0x{:02x}{:02x}\n", config[at + 1], config[at]);
        let class = format!("0x{:02x}{:02x}{:02x}\n", config[11], config[10], config[9]);
        for (name, text) in [
            ("vendor", id(0)),
            ("device", id(2)),
            ("subsystem_vendor", id(0x2c)),
            ("subsystem_device", id(0x2e)),
            ("class", class),
            ("revision", format!("0x{:02x}\n", config[8])),
        ] {
            fs::write(device.join(name), text).unwrap();
        }
        fs::write(device.join("config"), config).unwrap();
    }
    let path = |name: &str| place.join(name).to_str().unwrap().to_owned();
    let (plan, built) = (path("plan.json"), path("built.rom"));
    let (card, driver) = (path("card.rom"), path("driver.efi"));
    for words in [
        &[
            "plan", "01:00", "--for", "proxmox", "--vm", "100", "--root", HOST, "-o", &plan,
        ][..],
        &["rom", "build", &card, &driver, "-o", &built],
    ] {
        let run = passthru(words);
        assert_eq!(run.status, 0, "{words:?}: {}", run.err);
    }
}

/// A host of a runner's own.
pub(crate) fn host(place: &Path) {
    copy(&top().join(HOST), place);
}
