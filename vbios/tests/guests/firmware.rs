//! SeaBIOS and OVMF run the ROMs that we say they run, and no others.

use std::fs;
use std::path::Path;

use testkit::Scratch;
use testkit::program::installed;
use testkit::skipped::missing;
use vbios::Rom;
use vbios::verify::{Acceptance, Consumer, Target, verify};

use crate::guests::candidates::{Candidate, ID, candidates};
use crate::guests::code::spoken;
use crate::guests::qemu::{DEBUG, Guest};

/// What we say of `consumer` and the ROM.
fn foreseen(candidate: &Candidate, consumer: Consumer) -> bool {
    let target = Target {
        id: Some(ID),
        ..Target::default()
    };
    let rom = Rom::parse(&candidate.bytes);
    let report = verify(&rom, &candidate.bytes, &target);
    report.answer(consumer).unwrap().acceptance == Acceptance::Accepts
}

/// Compares what ran with what we say and with what is expected.
fn compare(output: &str, all: &[Candidate], consumer: Consumer, runs: fn(&Candidate) -> bool) {
    for candidate in all {
        let word = candidate.word;
        let ran = output.contains(&spoken(word));
        assert_eq!(ran, runs(candidate), "{word} with {consumer:?}:\n{output}");
        assert_eq!(
            ran,
            foreseen(candidate, consumer),
            "{word} with {consumer:?}"
        );
    }
}

#[test]
fn seabios() {
    if !installed(&["qemu-system-x86_64"]) {
        return;
    }
    let all = candidates();
    let mut guest = Guest::start(Scratch::new(), "pc", &all, &[]);
    let output = guest.wait(DEBUG, "No bootable device");
    compare(&output, &all, Consumer::SeaBios, |candidate| {
        candidate.seabios
    });
    // SeaBIOS prints a reason only for the checksum, and ours is equal.
    let sums = output.matches("Found option rom with bad checksum").count();
    assert_eq!(sums, 1, "{output}");
}

/// Where Debian, Fedora and Arch have OVMF, with what it keeps.
const OVMF: [(&str, &str); 4] = [
    (
        "/usr/share/OVMF/OVMF_CODE_4M.fd",
        "/usr/share/OVMF/OVMF_VARS_4M.fd",
    ),
    (
        "/usr/share/OVMF/OVMF_CODE.fd",
        "/usr/share/OVMF/OVMF_VARS.fd",
    ),
    (
        "/usr/share/edk2/ovmf/OVMF_CODE.fd",
        "/usr/share/edk2/ovmf/OVMF_VARS.fd",
    ),
    (
        "/usr/share/edk2/x64/OVMF_CODE.4m.fd",
        "/usr/share/edk2/x64/OVMF_VARS.4m.fd",
    ),
];

#[test]
fn ovmf() {
    if !installed(&["qemu-system-x86_64"]) {
        return;
    }
    let found = OVMF.iter().find(|(code, _)| Path::new(code).exists());
    let Some((code, variables)) = found else {
        return missing("OVMF");
    };
    let scratch = Scratch::new();
    let kept = scratch.word("variables.fd");
    fs::copy(variables, &kept).unwrap();
    let flash = |unit: u8, rest: &str| {
        let drive = format!("if=pflash,format=raw,unit={unit},{rest}");
        ["-drive".to_owned(), drive]
    };
    let more = [
        flash(0, &format!("readonly=on,file={code}")),
        flash(1, &format!("file={kept}")),
    ];
    let all = candidates();
    let mut guest = Guest::start(scratch, "q35", &all, more.as_flattened());
    let output = guest.wait(DEBUG, &spoken("end"));
    compare(&output, &all, Consumer::Ovmf, |candidate| candidate.ovmf);
}
