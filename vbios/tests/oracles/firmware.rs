//! SeaBIOS and OVMF themselves, in QEMU: they run just the ROMs of which `verify` says
//! so. Each ROM belongs to a network card of its own, all in one machine, and says a
//! number of its own on the debug port when it runs.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use testkit::rom::{ImageBuilder, PAYLOAD, driver, rom};
use testkit::skipped::missing;
use vbios::efi::{Algorithm, compress};
use vbios::verify::{Acceptance, Consumer, Target};
use vbios::{Rom, verify};

/// The card of each ROM: QEMU's e1000.
const CARD: (u16, u16) = (0x8086, 0x100e);

/// A case's name, for failures, and its ROM.
type Case = (&'static str, Vec<u8>);

/// The numbers of the cases whose ROM ran, from 1. `done` are texts that the firmware
/// prints when it has looked at all cards.
fn run(name: &str, cases: &[Case], more: &[&str], done: &[&str], limit: u64) -> BTreeSet<u8> {
    let scratch = testkit::Scratch::new();
    let place = scratch.path();
    let (debug, serial) = (place.join("debug"), place.join("serial"));
    let mut qemu = Command::new("qemu-system-x86_64");
    qemu.args(["-nodefaults", "-display", "none", "-m", "128", "-no-reboot"])
        .args(more)
        .arg("-chardev")
        .arg(format!("file,id=debug,path={}", debug.display()))
        .args([
            "-device",
            "isa-debugcon,iobase=0x402,chardev=debug",
            "-serial",
        ])
        .arg(format!("file:{}", serial.display()));
    for (index, (_, file)) in cases.iter().enumerate() {
        let path = place.join(format!("{index}.rom"));
        fs::write(&path, file).unwrap();
        qemu.arg("-device")
            .arg(format!("e1000,romfile={}", path.display()));
    }
    let mut machine = qemu
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let start = Instant::now();
    let read = |path: &Path| fs::read(path).unwrap_or_default();
    loop {
        std::thread::sleep(Duration::from_millis(100));
        let output = [read(&debug), read(&serial)].concat();
        let output = String::from_utf8_lossy(&output).into_owned();
        if done.iter().any(|text| output.contains(text)) {
            break;
        }
        let ended = machine.try_wait().unwrap();
        assert!(ended.is_none(), "QEMU ended: {output}");
        assert!(
            start.elapsed().as_secs() < limit,
            "{name} did not end: {output}"
        );
    }
    machine.kill().unwrap();
    machine.wait().unwrap();
    // The numbers are control characters, of which the firmware prints none.
    let numbers: BTreeSet<u8> = (0..cases.len()).map(number).collect();
    read(&debug)
        .into_iter()
        .filter(|byte| numbers.contains(byte))
        .collect()
}

/// Compares the executed images with the verdict for each case.
fn compare(cases: &[Case], ran: &BTreeSet<u8>, consumer: Consumer) {
    let target = Target {
        id: Some(pci_core::PciId::new(CARD.0, CARD.1)),
        ..Target::default()
    };
    for (index, (name, file)) in cases.iter().enumerate() {
        let report = verify(&Rom::parse(file), file, &target);
        let answer = report.answer(consumer).unwrap();
        let accepted = answer.acceptance == Acceptance::Accepts;
        assert_eq!(
            ran.contains(&number(index)),
            accepted,
            "{name}: {}",
            answer.reason
        );
    }
    let sound = cases.len() - ran.len();
    assert!(!ran.is_empty() && sound > 0, "some run and some do not");
}

/// The number that a case says: no character that a text is made of.
fn number(index: usize) -> u8 {
    let numbers = (1..=31).filter(|number| ![9, 10, 13, 27].contains(number));
    numbers.clone().nth(index).unwrap()
}

/// An x86 image that says its number: `mov dx, 0x402; mov al, number; out dx, al;
/// retf`, with the Plug and Play header without which SeaBIOS does not call it.
fn x86(number: u8) -> ImageBuilder {
    let mut header = b"$PnP\x01\x02".to_vec();
    header.resize(32, 0);
    let sum = header
        .iter()
        .fold(0u8, |sum: u8, byte| sum.wrapping_add(*byte));
    header[9] = sum.wrapping_neg();
    let mut image = ImageBuilder::x86(2)
        .id(CARD.0, CARD.1)
        .patch(3, &[0xba, 0x02, 0x04, 0xb0, number, 0xee, 0xcb])
        .patch(0x1a, &[0xc0, 0])
        .patch(0xc0, &header);
    image.class = [2, 0, 0];
    image
}

#[test]
fn seabios_runs_the_predicted_images() {
    if !testkit::program::installed(&["qemu-system-x86_64"]) {
        return;
    }
    let mut cases: Vec<Case> = Vec::new();
    let mut case = |name, make: &dyn Fn(u8) -> Vec<u8>| {
        let file = make(number(cases.len()));
        cases.push((name, file));
    };
    case("sound", &|n| x86(n).build());
    case("another device", &|n| x86(n).id(0x8086, 0x100f).build());
    case("the device is in the list alone", &|n| {
        x86(n).id(0x8086, 0x100f).list(&[0x100e]).build()
    });
    case("wrong sum", &|n| {
        x86(n).unbalanced().patch(0x300, &[1]).build()
    });
    case("no size", &|n| x86(n).patch(2, &[0]).build());
    case("padding in front", &|n| {
        [&[0xff; 512][..], &x86(n).build()].concat()
    });
    case("after an EFI image", &|n| {
        let efi = ImageBuilder::efi(1).id(CARD.0, CARD.1).more();
        rom(&[efi, x86(n)])
    });
    case("after the image of another device", &|n| {
        rom(&[x86(n).id(0x8086, 1).more(), x86(n)])
    });
    case("after the last image", &|n| {
        rom(&[x86(n).id(0x8086, 1), x86(n)])
    });
    case("no data structure", &|n| {
        x86(n).patch(0x40, b"PCIX").build()
    });
    case("pointer to the structure not aligned", &|n| {
        let mut image = x86(n);
        image.structure_at = 0x42;
        image.build()
    });
    case("last flag missing", &|n| x86(n).more().build());
    case("a tail", &|n| [&x86(n).build()[..], &[7; 99]].concat());
    let done = ["No bootable device", "Booting from"];
    let ran = run("seabios", &cases, &[], &done, 120);
    compare(&cases, &ran, Consumer::SeaBios);
}

/// An EFI driver for x86-64 that says its number: `mov dx, 0x402; mov al, number; out
/// dx, al; xor eax, eax; ret`.
fn speaking(number: u8) -> Vec<u8> {
    let code = [0x66, 0xba, 0x02, 0x04, 0xb0, number, 0xee, 0x31, 0xc0, 0xc3];
    driver(0x8664, &code)
}

fn efi(number: u8) -> ImageBuilder {
    let mut image = ImageBuilder::efi(8).id(CARD.0, CARD.1);
    image.payload = speaking(number);
    image.class = [2, 0, 0];
    image
}

#[test]
fn ovmf_runs_the_predicted_images() {
    let code = [
        "/usr/share/OVMF/OVMF_CODE_4M.fd",
        "/usr/share/OVMF/OVMF_CODE.fd",
    ];
    let Some(code) = code.into_iter().find(|path| Path::new(path).exists()) else {
        return missing("ovmf");
    };
    if !testkit::program::installed(&["qemu-system-x86_64"]) {
        return;
    }
    let mut cases: Vec<Case> = Vec::new();
    let mut case = |name, make: &dyn Fn(u8) -> Vec<u8>| {
        let file = make(number(cases.len()));
        cases.push((name, file));
    };
    case("sound", &|n| efi(n).build());
    case("too small for a ROM BAR that edk2 sees", &|n| {
        let mut image = efi(n);
        (image.blocks, image.header_blocks) = (4, 4);
        image.build()
    });
    case("compressed", &|n| {
        let mut image = efi(n);
        image.payload = compress(&speaking(n), Algorithm::Uefi).unwrap();
        image.compression = 1;
        image.build()
    });
    case("another vendor", &|n| efi(n).id(0x10de, 0x2d04).build());
    case("another machine in the header", &|n| {
        efi(n).patch(10, &[0x64, 0xaa]).build()
    });
    case("another machine in the driver", &|n| {
        efi(n).patch(PAYLOAD + 0x44, &[0x64, 0xaa]).build()
    });
    case("no executable", &|n| efi(n).patch(PAYLOAD, b"XX").build());
    case("a damaged stream", &|n| {
        let mut image = efi(n);
        image.payload = compress(&speaking(n), Algorithm::Uefi).unwrap();
        image.payload[12..24].fill(0xff);
        image.compression = 1;
        image.build()
    });
    case("an application", &|n| efi(n).patch(8, &[0x0a]).build());
    case("a runtime driver", &|n| efi(n).patch(8, &[0x0c]).build());
    case("no EFI signature", &|n| efi(n).patch(4, &[0]).build());
    case("unknown compression", &|n| efi(n).patch(12, &[2]).build());
    case("more initialized than there is", &|n| {
        efi(n).patch(2, &[9]).build()
    });
    case("driver outside", &|n| efi(n).patch(0x16, &[0, 16]).build());
    case("pointer to the structure not aligned", &|n| {
        let mut image = efi(n);
        image.structure_at = 0x42;
        image.build()
    });
    case("padding in front", &|n| {
        [&[0xff; 512][..], &efi(n).build()].concat()
    });
    case("after an x86 image", &|n| rom(&[x86(n).more(), efi(n)]));
    case("after a gap", &|n| {
        let front = x86(n).more().build();
        [&front[..], &[0xff; 512], &efi(n).build()].concat()
    });
    case("after the last image", &|n| rom(&[x86(n), efi(n)]));
    case("last flag missing", &|n| efi(n).more().build());
    case("wrong sum", &|n| efi(n).patch(0xfff, &[1]).build());
    case("cut off", &|n| efi(n).build()[..0x2c0].to_vec());
    let firmware = format!("if=pflash,format=raw,readonly=on,file={code}");
    let done = ["BdsDxe", "Shell>", "UEFI Interactive Shell"];
    let ran = run("ovmf", &cases, &["-drive", &firmware], &done, 300);
    compare(&cases, &ran, Consumer::Ovmf);
}
