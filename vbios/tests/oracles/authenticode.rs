//! Signed EFI programs: the digest that pesign computes, the signers that sbverify
//! lists, and whether sbverify accepts the program as the signed one.

use std::fs;
use std::path::Path;
use std::process::Command;

use vbios::efi::{Authenticode, EfiMachine, Executable, Subsystem};

/// What a program prints; `None` where it is not installed.
fn output_of(program: &str, arguments: &[&str]) -> Option<(bool, String)> {
    let output = Command::new(program).args(arguments).output().ok()?;
    let text = [output.stdout, output.stderr].concat();
    Some((
        output.status.success(),
        String::from_utf8_lossy(&text).into_owned(),
    ))
}

fn digest(path: &str) -> String {
    let bytes = fs::read(path).unwrap();
    let digest = Executable::read(&bytes).unwrap().digest(&bytes).unwrap();
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn signatures(path: &str) -> Vec<Authenticode> {
    let bytes = fs::read(path).unwrap();
    let executable = Executable::read(&bytes).unwrap();
    Authenticode::read(&bytes, &executable).unwrap()
}

/// EFI programs that Debian ships: kernels, shim, GRUB.
fn programs() -> Vec<String> {
    let mut found = Vec::new();
    for directory in [
        "/boot",
        "/usr/lib/shim",
        "/usr/lib/grub/x86_64-efi-signed",
        "/usr/lib/systemd/boot/efi",
    ] {
        for entry in fs::read_dir(directory).into_iter().flatten() {
            let path = entry.unwrap().path();
            let name = path.file_name().unwrap().to_str().unwrap();
            if name.starts_with("vmlinuz") || name.contains(".efi") {
                found.push(path.to_str().unwrap().to_owned());
            }
        }
    }
    found.sort();
    found.retain(|path| fs::read(path).is_ok_and(|bytes| bytes.starts_with(b"MZ")));
    found
}

#[test]
fn the_digest_and_the_signers_of_what_debian_signs() {
    let programs = programs();
    if programs.is_empty() {
        return testkit::skipped::missing("a kernel with an EFI stub");
    }
    for path in &programs {
        let unsigned = signatures(path).is_empty();
        if unsigned && fs::metadata(path).unwrap().len() % 8 > 0 {
            // pesign then prints the digest of the padded program.
            continue;
        }
        let Some((_, hash)) = output_of("pesign", &["-h", "-i", path]) else {
            return testkit::skipped::missing("pesign");
        };
        assert_eq!(format!("hash: {}\n", digest(path)), hash, "{path}");
        let Some((_, list)) = output_of("sbverify", &["--list", path]) else {
            return testkit::skipped::missing("sbverify");
        };
        let names = |prefix: &str| -> Vec<String> {
            let lines = list
                .lines()
                .filter_map(|line| line.trim().strip_prefix(prefix));
            let name = |line: &str| line.rsplit_once("CN=").unwrap().1.to_owned();
            lines.map(name).collect()
        };
        let ours = signatures(path);
        let signers: Vec<_> = ours
            .iter()
            .flat_map(|signature| &signature.signers)
            .collect();
        let issuers: Vec<_> = signers
            .iter()
            .map(|signer| signer.issuer.clone().unwrap())
            .collect();
        // The issuers of signatures; those of certificates follow "issuer:".
        assert_eq!(issuers, names("- /"), "{path}");
        let subjects = names("- subject: ");
        for signer in signers {
            if let Some(subject) = &signer.subject {
                assert!(subjects.contains(subject), "{path}: {subject}");
            }
        }
        for signature in ours {
            assert_eq!(signature.digest_matches(), Some(true), "{path}");
            assert_eq!(signature.is_valid(), Some(true), "{path}");
        }
    }
}

/// A small EFI driver: a PE32+ header, one section, and `extra` bytes after it.
pub(crate) fn driver(extra: usize) -> Vec<u8> {
    let mut bytes = vec![0; 0x400];
    bytes[..2].copy_from_slice(b"MZ");
    bytes[0x3c] = 0x80;
    bytes[0x80..0x84].copy_from_slice(b"PE\0\0");
    bytes[0x84..0x88].copy_from_slice(&[0x64, 0x86, 1, 0]);
    bytes[0x94..0x98].copy_from_slice(&[0xf0, 0, 0x0e, 0x02]);
    bytes[0x98..0x9a].copy_from_slice(&[0x0b, 0x02]);
    // The entry point, the alignments, and the sizes in memory and of the headers.
    bytes[0xa9] = 0x10;
    bytes[0xb9] = 0x10;
    bytes[0xbd] = 0x02;
    bytes[0xd1] = 0x20;
    bytes[0xd5] = 0x02;
    bytes[0xdc] = 0x0b;
    bytes[0x104] = 0x10;
    // The section: name, size and place in memory, size and place in the file.
    bytes[0x188..0x18d].copy_from_slice(b".text");
    bytes[0x191] = 0x02;
    bytes[0x195] = 0x10;
    bytes[0x199] = 0x02;
    bytes[0x19d] = 0x02;
    bytes[0x1ac..0x1b0].copy_from_slice(&[0x20, 0, 0, 0x60]);
    bytes[0x200] = 0xc3;
    bytes.extend((0..extra).map(|at| (at % 251) as u8));
    bytes
}

#[test]
fn programs_that_are_signed_and_then_changed() {
    let scratch = testkit::Scratch::new();
    let (key, certificate) = (scratch.word("key.pem"), scratch.word("certificate.pem"));
    let mut arguments: Vec<&str> = "req -x509 -newkey rsa:2048 -nodes -days 9 -batch"
        .split(' ')
        .collect();
    arguments.extend(["-subj", "/O=An organization/CN=The signer"]);
    arguments.extend(["-keyout", &key, "-out", &certificate]);
    let Some((true, _)) = output_of("openssl", &arguments) else {
        return testkit::skipped::missing("openssl");
    };
    let (unsigned, signed) = (scratch.word("driver.efi"), scratch.word("signed.efi"));
    for extra in [0, 8, 1000] {
        fs::write(&unsigned, driver(extra)).unwrap();
        let sign = [
            "--key",
            &key,
            "--cert",
            &certificate,
            "--output",
            &signed,
            &unsigned,
        ];
        let Some((done, why)) = output_of("sbsign", &sign) else {
            return testkit::skipped::missing("sbsign");
        };
        assert!(done, "{why}");
        let ours = signatures(&signed);
        assert_eq!(ours.len(), 1);
        assert_eq!(ours[0].digest_matches(), Some(true), "{extra}");
        let signer = &ours[0].signers[0];
        assert_eq!(signer.subject.as_deref(), Some("The signer"));
        assert_eq!(signer.issuer.as_deref(), Some("The signer"));
        let accepts = |path: &str| {
            output_of("sbverify", &["--cert", &certificate, path])
                .unwrap()
                .0
        };
        assert!(accepts(&signed));

        let whole = fs::read(&signed).unwrap();
        let executable = Executable::read(&whole).unwrap();
        assert_eq!(
            (executable.machine, executable.size),
            (EfiMachine::X64, whole.len())
        );
        assert_eq!(executable.subsystem, Subsystem::BOOT_SERVICE_DRIVER);
        // A byte of the code, of the headers, of the bytes after the sections; and
        // the checksum, which is not signed.
        let changed = scratch.word("changed.efi");
        for (at, counts) in [
            (0x201, true),
            (0x40, true),
            (0x3ff + extra, true),
            (0xd8, false),
        ] {
            let mut bytes = whole.clone();
            bytes[at] ^= 1;
            fs::write(&changed, bytes).unwrap();
            let ours = signatures(&changed)[0].digest_matches();
            assert_eq!(ours, Some(!counts), "{at:#x}");
            assert_eq!(accepts(&changed), !counts, "{at:#x}");
        }
        // A byte of the signature itself, of the signed attributes, of the certificate's key: the
        // digest of the driver is still the signed one.
        assert_eq!(ours[0].is_valid(), Some(true), "{extra}");
        let find = |part: &[u8]| {
            let at = whole.windows(part.len()).rposition(|found| found == part);
            at.unwrap() + part.len()
        };
        // `messageDigest`, and `rsaEncryption` before a key.
        let attributes = find(&[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 9, 4]) + 6;
        let key = [0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 1, 5, 0, 3, 0x82];
        let key = whole.windows(key.len()).position(|found| found == key);
        let key = key.unwrap() + 60;
        let table = executable.certificates.clone().unwrap();
        let length = u32::from_le_bytes(whole[table.start..][..4].try_into().unwrap());
        let signature = table.start + length as usize - 100;
        for at in [signature, attributes, key] {
            let mut bytes = whole.clone();
            bytes[at] ^= 1;
            fs::write(&changed, bytes).unwrap();
            let ours = &signatures(&changed)[0];
            assert_eq!(ours.digest_matches(), Some(true), "{at:#x}");
            assert_eq!(ours.is_valid(), Some(false), "{at:#x}");
            assert!(!accepts(&changed), "{at:#x}");
        }
        let cut = Executable::read(&whole[..whole.len() - 1]);
        let (end, size) = (whole.len(), whole.len() - 1);
        let message = format!("executable has sections up to {end:#x} but only {size:#x} bytes");
        assert_eq!(cut.unwrap_err().to_string(), message);
    }
    assert!(Path::new(&unsigned).exists() && signatures(&unsigned).is_empty());
}
