//! Signed EFI drivers, generated here: their parsed signatures, and the findings about changed
//! or damaged ones.

use sha2::{Digest, Sha256};
use testkit::rom::{ImageBuilder, rom};
use vbios::efi::{Algorithm, Authenticode, DigestAlgorithm, Executable, compress};
use vbios::verify::{Acceptance, Consumer, Guest, RomVerdict, Target};
use vbios::{ErrorKind, Rom, verify};

/// A value of the distinguished encoding rules.
fn der(tag: u8, parts: &[&[u8]]) -> Vec<u8> {
    let content = parts.concat();
    let mut bytes = vec![tag];
    match content.len() {
        length @ 0..0x80 => bytes.push(length as u8),
        length => bytes.extend([0x82, (length >> 8) as u8, length as u8]),
    }
    [bytes, content].concat()
}

fn name(common_name: &str) -> Vec<u8> {
    let text = der(0x0c, &[common_name.as_bytes()]);
    let attribute = der(0x30, &[&der(0x06, &[&[0x55, 0x04, 0x03]]), &text]);
    der(0x30, &[&der(0x31, &[&attribute])])
}

/// A modulus and a signature for `message`, with exponent 3: the modulus is the signature's cube less
/// the padded digest, so that no private key is needed. A power of two, or one more, has a simple
/// cube; the modulus must be odd.
fn key_for(message: &[u8]) -> (Vec<u8>, Vec<u8>) {
    const LENGTH: usize = 263;
    let digest = Sha256::digest(message);
    let info = [
        &der(0x30, &[&der(0x06, &[&DigestAlgorithm::SHA256.0]), &[5, 0]])[..],
        &der(0x04, &[&digest]),
    ];
    let info = der(0x30, &info);
    let mut padded = vec![0, 1];
    padded.resize(LENGTH - info.len() - 1, 0xff);
    padded.push(0);
    padded.extend(info);
    let mut modulus = vec![0; LENGTH];
    let mut signature = vec![0; 88];
    let mut set = |bit: usize, times: u8| modulus[LENGTH - 1 - bit / 8] += times << (bit % 8);
    set(2100, 1);
    signature[0] = 0x10;
    if digest[31] & 1 == 0 {
        set(1400, 3);
        set(700, 3);
        set(0, 1);
        signature[87] = 1;
    }
    let mut borrow = 0;
    for (byte, less) in modulus.iter_mut().zip(&padded).rev() {
        let rest = i32::from(*byte) - i32::from(*less) - borrow;
        borrow = i32::from(rest < 0);
        *byte = rest.to_le_bytes()[0];
    }
    (modulus, signature)
}

/// The signed data of a signature about `digest`.
fn signed_data(digest: &[u8]) -> Vec<u8> {
    let identifier = |bytes: &[u8]| der(0x06, &[bytes]);
    let (version, serial) = (der(0x02, &[&[1]]), der(0x02, &[&[0x61, 8]]));
    let sha256 = der(0x30, &[&identifier(&DigestAlgorithm::SHA256.0), &[0x05, 0]]);
    let info = der(0x30, &[&sha256, &der(0x04, &[digest])]);
    let kind = der(
        0x30,
        &[&identifier(&[0x2b, 6, 1, 4, 1, 0x82, 0x37, 2, 1, 15])],
    );
    let content = der(
        0x30,
        &[
            &identifier(&[0x2b, 6, 1, 4, 1, 0x82, 0x37, 2, 1, 4]),
            &der(0xa0, &[&der(0x30, &[&kind, &info])]),
        ],
    );
    let (modulus, signature) = key_for(&[&kind[..], &info].concat());
    let rsa = der(
        0x30,
        &[
            &identifier(&[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 1]),
            &[5, 0],
        ],
    );
    let key = der(0x30, &[&der(0x02, &[&modulus]), &der(0x02, &[&[3]])]);
    let key = der(0x30, &[&rsa, &der(0x03, &[&[0], &key])]);
    let dates = der(0x30, &[]);
    let (issuer, subject) = (name("The issuer"), name("The signer"));
    let certificate = der(
        0x30,
        &[&der(
            0x30,
            &[
                &der(0xa0, &[&version]),
                &serial,
                &sha256,
                &issuer,
                &dates,
                &subject,
                &key,
            ],
        )],
    );
    let signer = der(
        0x30,
        &[
            &version,
            &der(0x30, &[&issuer, &serial]),
            &sha256,
            &rsa,
            &der(0x04, &[&signature]),
        ],
    );
    let data = der(
        0x30,
        &[
            &version,
            &der(0x31, &[&sha256]),
            &content,
            &der(0xa0, &[&certificate]),
            &der(0x31, &[&signer]),
        ],
    );
    let signed = identifier(&[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 7, 2]);
    der(0x30, &[&signed, &der(0xa0, &[&data])])
}

/// A PE32+ driver with a certificate table.
pub(crate) fn signed_driver() -> Vec<u8> {
    let mut bytes = vec![0; 0x200];
    bytes[..2].copy_from_slice(b"MZ");
    bytes[0x3c] = 0x40;
    bytes[0x40..0x48].copy_from_slice(b"PE\0\0\x64\x86\0\0");
    bytes[0x54] = 0xf0;
    bytes[0x58..0x5a].copy_from_slice(&[0x0b, 0x02]);
    bytes[0x95] = 0x02;
    bytes[0x9c] = 0x0b;
    bytes[0xc4] = 0x10;
    // The digest covers neither the table nor its entry, which are put there next.
    let empty = signed_data(&[0; 32]);
    let length = 8 + empty.len();
    let padded = length.next_multiple_of(8);
    bytes[0xe8..0xec].copy_from_slice(&0x200u32.to_le_bytes());
    bytes[0xec..0xf0].copy_from_slice(&(padded as u32).to_le_bytes());
    bytes.resize(0x200 + padded, 0);
    let digest = Executable::read(&bytes).unwrap().digest(&bytes).unwrap();
    let entry = [
        &(length as u32).to_le_bytes()[..],
        &[0, 2, 2, 0],
        &signed_data(&digest),
    ];
    let entry = entry.concat();
    bytes[0x200..0x200 + entry.len()].copy_from_slice(&entry);
    bytes
}

/// A ROM with `driver` packed.
pub(crate) fn rom_of(driver: &[u8]) -> Vec<u8> {
    let mut image = ImageBuilder::efi(8);
    image.compression = 1;
    image.payload = compress(driver, Algorithm::Uefi).unwrap();
    image.build()
}

fn read(driver: &[u8]) -> vbios::Result<Vec<Authenticode>> {
    Authenticode::read(driver, &Executable::read(driver).unwrap())
}

#[test]
fn a_signature_names_its_signer_and_its_digest() {
    let driver = signed_driver();
    let signatures = read(&driver).unwrap();
    let [signature] = &signatures[..] else {
        panic!("{signatures:?}");
    };
    assert_eq!(signature.digest_matches(), Some(true));
    assert_eq!(signature.algorithm, DigestAlgorithm::SHA256);
    assert_eq!(signature.is_valid(), Some(true));
    let signer = &signature.signers[0];
    assert_eq!(signer.subject.as_deref(), Some("The signer"));
    assert_eq!(signer.issuer.as_deref(), Some("The issuer"));
    for at in [0x30, 0x9d, 0x1ff] {
        let mut changed = driver.clone();
        changed[at] ^= 1;
        assert_eq!(
            read(&changed).unwrap()[0].digest_matches(),
            Some(false),
            "{at:#x}"
        );
    }
    // The checksum does not count.
    let mut summed = driver;
    summed[0x98] = 7;
    assert_eq!(read(&summed).unwrap()[0].digest_matches(), Some(true));
}

#[test]
fn a_table_that_cannot_be_read_is_refused() {
    let driver = signed_driver();
    let with = |at: usize, byte: u8| {
        let mut changed = driver.clone();
        changed[at] = byte;
        read(&changed)
    };
    let offset = 0x200;
    for (at, byte, kind, message) in [
        (
            0x206,
            1,
            ErrorKind::Certificate,
            "certificate at 0x200: expected type 2 (PKCS), found 1",
        ),
        (
            0x203,
            1,
            ErrorKind::CutOff,
            "certificate at 0x200 exceeds its table",
        ),
        (
            0x208,
            0,
            ErrorKind::Certificate,
            "certificate at 0x200 is not the signature of a driver",
        ),
    ] {
        let error = with(at, byte).unwrap_err();
        assert_eq!((error.kind(), error.offset()), (kind, Some(offset)));
        assert_eq!(error.to_string(), message);
    }
    // No bytes of the table break it, and none of the signature pass.
    let whole = driver.len() - 8;
    for (at, whole_byte) in driver.iter().enumerate().skip(offset) {
        for byte in [0, 1, 0x7f, 0x80, 0x84, 0xff] {
            match with(at, byte) {
                Ok(signatures) => {
                    let valid = signatures.iter().any(|one| one.is_valid() == Some(true));
                    assert!(signatures.len() <= 1);
                    let inside = (whole - 80..whole - 8).contains(&at);
                    assert!(!(valid && inside) || *whole_byte == byte, "{at:#x}");
                }
                Err(error) => assert!(!error.to_string().is_empty()),
            }
        }
    }
}

#[test]
fn a_driver_is_judged_by_its_bytes() {
    let judge = |file: &[u8]| verify(&Rom::parse(file), file, &Target::default());
    let whole = rom_of(&signed_driver());
    let report = judge(&whole);
    let answer = |report: &verify::RomReport, consumer| {
        let answer = report.answer(consumer).unwrap();
        (answer.acceptance, answer.reason.clone())
    };
    let (acceptance, because) = answer(&report, Consumer::SecureBoot);
    assert_eq!(acceptance, Acceptance::Accepts);
    assert_eq!(
        because,
        "signed under The issuer, if the guest's keys have that"
    );

    let mut changed = signed_driver();
    changed[0x100] = 1;
    let report = judge(&rom_of(&changed));
    assert_eq!(answer(&report, Consumer::SecureBoot).0, Acceptance::Refuses);
    assert_eq!(answer(&report, Consumer::Ovmf).0, Acceptance::Accepts);
    let finding = report
        .findings
        .iter()
        .find(|finding| finding.code == "rom-efi-changed");
    assert_eq!(finding.unwrap().verdict, RomVerdict::Security);
    // SeaBIOS loads no EFI driver.
    let seabios = Target {
        guest: Some(Guest::SeaBios),
        ..Target::default()
    };
    let file = rom_of(&changed);
    let report = verify(&Rom::parse(&file), &file, &seabios);
    let finding = report
        .findings
        .iter()
        .find(|finding| finding.code == "rom-efi-changed");
    assert_eq!(finding.unwrap().verdict, RomVerdict::Harmless);

    // The digest is still the signed one; sbverify, too, refuses it.
    let mut invalid = signed_driver();
    let last = invalid.iter().rposition(|byte| *byte != 0).unwrap();
    invalid[last - 4] ^= 1;
    let report = judge(&rom_of(&invalid));
    assert_eq!(answer(&report, Consumer::SecureBoot).0, Acceptance::Refuses);
    let finding = report
        .findings
        .iter()
        .find(|finding| finding.code == "rom-efi-bad-signature");
    assert_eq!(finding.unwrap().verdict, RomVerdict::Security);

    // Of two drivers each is judged: OVMF loads the signed one.
    let mut first = ImageBuilder::efi(8).more();
    first.compression = 1;
    first.payload = compress(&testkit::rom::driver(0x8664, &[0xc3]), Algorithm::Uefi).unwrap();
    let mut second = ImageBuilder::efi(8);
    second.compression = 1;
    second.payload = compress(&signed_driver(), Algorithm::Uefi).unwrap();
    let report = judge(&rom(&[first, second]));
    let (acceptance, because) = answer(&report, Consumer::SecureBoot);
    assert_eq!(acceptance, Acceptance::Accepts);
    assert_eq!(
        because,
        "the driver at 0x1000: signed under The issuer, if the guest's keys have that; the driver \
         at 0x0: the EFI driver is not signed"
    );

    let unsigned = judge(&ImageBuilder::efi(6).build());
    assert_eq!(
        answer(&unsigned, Consumer::SecureBoot).0,
        Acceptance::Refuses
    );

    let mut damaged = whole;
    damaged[0xd0..0xe0].fill(0xff);
    let report = judge(&damaged);
    assert_eq!(answer(&report, Consumer::Ovmf).0, Acceptance::Refuses);
    let finding = report
        .findings
        .iter()
        .find(|finding| finding.code == "rom-efi-damaged");
    assert!(finding.unwrap().title.contains("damaged"), "{finding:?}");
}
