//! Linux's `rom` files have the predicted bytes, and Linux reports the other ROMs with the
//! known messages.

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;

use testkit::environment::{self, LAB_KERNEL};
use testkit::program::{busybox, installed};
use testkit::skipped::optional;
use testkit::{Archive, Scratch};
use vbios::Rom;
use vbios::verify::{Acceptance, Consumer, Target, verify};

use crate::guests::candidates::{Candidate, candidates};
use crate::guests::qemu::{CONSOLE, FIRST_SLOT, Guest};

/// What runs in the guest: each ROM in hex, what the kernel says of it, and the end.
const INIT: &str = "#!/bin/sh
mount -t proc proc /proc
mount -t sysfs sysfs /sys
for device in /sys/bus/pci/devices/0000:00:*; do
    [ -e $device/rom ] || continue
    echo 1 >$device/rom
    echo \"@rom ${device##*/} $(hexdump -v -e '1/1 \"%02x\"' $device/rom 2>&1)\"
    echo 0 >$device/rom
done
dmesg | sed -n 's/.*pci /@log /p'
echo @end
poweroff -f
";

/// An unpacked kernel package that `LAB_KERNEL` names, or the system's own.
fn kernel() -> Option<PathBuf> {
    let named = environment::path(LAB_KERNEL).map(|root| root.join("boot"));
    let entries = fs::read_dir(named.unwrap_or_else(|| "/boot".into())).ok()?;
    let paths = entries.filter_map(|entry| Some(entry.ok()?.path()));
    let is_kernel = |path: &PathBuf| {
        let name = path.file_name().unwrap().to_string_lossy();
        name.starts_with("vmlinuz") && fs::File::open(path).is_ok()
    };
    paths.filter(is_kernel).min()
}

fn archive(busybox: &[u8]) -> Vec<u8> {
    let mut archive = Archive::new();
    for folder in ["bin", "proc", "sys", "dev"] {
        archive.directory(folder);
    }
    archive.file("bin/busybox", 0o755, busybox);
    for tool in ["sh", "mount", "hexdump", "dmesg", "sed", "poweroff"] {
        archive.link(&format!("bin/{tool}"), "busybox");
    }
    archive.file("init", 0o755, INIT.as_bytes());
    archive.finish()
}

fn bytes(hex: &str) -> Option<Vec<u8>> {
    let digits: Vec<u32> = hex
        .trim()
        .chars()
        .map(|c| c.to_digit(16))
        .collect::<Option<_>>()?;
    Some(
        digits
            .chunks(2)
            .map(|pair| (pair[0] << 4 | pair[1]) as u8)
            .collect(),
    )
}

#[test]
fn the_rom_file_returns_the_predicted_bytes() {
    if !installed(&["qemu-system-x86_64"]) {
        return;
    }
    // A kernel is not installed for tests: scripts/lab unpacks one.
    let (Some(kernel), Some(busybox)) = (kernel(), busybox()) else {
        let why = "no kernel in /boot or LAB_KERNEL, or no static busybox";
        return optional(why, "scripts/lab fetch");
    };
    let all = candidates();
    let scratch = Scratch::new();
    let root = scratch.word("root.cpio");
    fs::write(&root, archive(&busybox)).unwrap();
    let kernel = kernel.to_str().unwrap();
    let options = "console=ttyS0 panic=-1 no_timer_check quiet";
    let more = ["-kernel", kernel, "-initrd", &root, "-append", options];
    let more = more.map(str::to_owned);
    let mut guest = Guest::start(scratch, "pc", &all, &more);
    let output = guest.wait(CONSOLE, "@end");
    let mut roms: BTreeMap<usize, &str> = BTreeMap::new();
    for line in output
        .lines()
        .filter_map(|line| line.strip_prefix("@rom 0000:00:"))
    {
        let (slot, hex) = line.split_at(2);
        roms.insert(
            usize::from_str_radix(slot, 16).unwrap(),
            hex.strip_prefix(".0 ").unwrap(),
        );
    }
    for (number, candidate) in all.iter().enumerate() {
        let slot = FIRST_SLOT + number;
        let complaint = format!("@log 0000:00:{slot:02x}.0: Invalid PCI ROM header signature: ");
        let complaint = output
            .lines()
            .find_map(|line| line.strip_prefix(&complaint));
        compare(candidate, roms[&slot], complaint);
    }
}

fn compare(candidate: &Candidate, given: &str, complaint: Option<&str>) {
    let word = candidate.word;
    let rom = Rom::parse(&candidate.bytes);
    let report = verify(&rom, &candidate.bytes, &Target::default());
    let answer = report.answer(Consumer::LinuxSysfs).unwrap();
    if answer.acceptance == Acceptance::Accepts {
        let end = rom.end_pcir(&candidate.bytes);
        let given = bytes(given).unwrap_or_else(|| panic!("{word}: {given}"));
        assert_eq!(given.len(), end, "{word}: {}", answer.reason);
        assert!(given == candidate.bytes[..end], "{word}");
        assert_eq!(complaint, None, "{word}");
    } else {
        assert!(
            bytes(given).is_none_or(|bytes| bytes.is_empty()),
            "{word}: {given}"
        );
        let [low, high, ..] = candidate.bytes[..] else {
            panic!("{word} is empty");
        };
        let expected = format!(
            "expecting 0xaa55, got {:#06x}",
            u16::from_le_bytes([low, high])
        );
        assert_eq!(complaint.map(str::trim), Some(expected.as_str()), "{word}");
    }
}
