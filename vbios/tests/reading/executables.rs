//! Hostile PE32 headers: what the guards before `goblin` prevent.

use std::time::Instant;

use testkit::rom::driver;
use vbios::ErrorKind;
use vbios::efi::{EfiMachine, Executable};

/// A driver with these bytes at an offset.
fn with(at: usize, bytes: &[u8]) -> Vec<u8> {
    let mut file = driver(0x8664, &[0xc3]);
    file[at..at + bytes.len()].copy_from_slice(bytes);
    file
}

/// goblin's own parser of a whole file reads a DOS program between both headers.
#[test]
fn the_pe_header_may_be_inside_the_dos_header() {
    let tail = driver(0x8664, &[0xc3])[0x40..].to_vec();
    for at in [4, 0x10, 0x38] {
        let mut file = b"MZ\0\0".to_vec();
        file.resize(at, 0);
        file.extend_from_slice(&tail);
        file.resize(0x120, 0);
        // The field at 0x3c is inside the PE header.
        file[0x3c..0x40].copy_from_slice(&(at as u32).to_le_bytes());
        let executable = Executable::read(&file);
        let machine = executable.map(|executable| executable.machine);
        // At 0x38 the machine is that field.
        assert!(at == 0x38 || machine == Ok(EfiMachine::X64), "{machine:?}");
    }
    for at in [0x3c, 0x147, 0x148, 0x7fff_ffff, u32::MAX] {
        let file = with(0x3c, &at.to_le_bytes());
        let error = Executable::read(&file).unwrap_err();
        assert!(
            matches!(error.kind(), ErrorKind::Executable | ErrorKind::CutOff),
            "{at:#x}: {error}"
        );
    }
}

/// Firmware does not read the names of sections: `/` and `//` refer to a string table.
#[test]
fn section_names_are_not_looked_up() {
    for name in [
        b"/       ",
        b"//\xff\xff\xff\xff\xff\xff",
        b"/9999999",
        b"//AAAAAA",
    ] {
        let executable = Executable::read(&with(0xc8, name)).unwrap();
        assert_eq!(executable.size, 0x120);
    }
}

/// 65,535 sections named by one string of a mebibyte would be 64 GiB of names.
#[test]
fn many_sections_are_read_in_linear_time() {
    let mut file = with(0x46, &[0xff, 0xff]);
    file.truncate(0xc8);
    let section = {
        let mut section = [0; 0x28];
        section[..8].copy_from_slice(b"/0      ");
        section
    };
    for _ in 0..0xffff {
        file.extend_from_slice(&section);
    }
    file.resize(file.len() + (1 << 20), b'a');
    let start = Instant::now();
    let executable = Executable::read(&file).unwrap();
    assert!(executable.digest(&file).is_some());
    assert!(start.elapsed().as_secs() < 5, "{:?}", start.elapsed());
    // One more than the file has.
    file.truncate(0xc8 + 0xfffe * 0x28);
    let error = Executable::read(&file).unwrap_err();
    assert_eq!(error.to_string(), "executable ends inside its headers");
}

#[test]
fn the_directory_has_at_most_16_entries() {
    let error = Executable::read(&with(0xc4, &[17])).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Executable);
    assert_eq!(
        error.to_string(),
        "expected a directory of at most 16 entries, found 17"
    );
    // Up to the end of the file, and not beyond.
    let mut file = with(0xc4, &[16]);
    file[0x46] = 0;
    file[0xc8..].fill(0);
    assert!(Executable::read(&file).is_ok());
    file.truncate(0x147);
    assert!(Executable::read(&file).is_err());
}

/// Every byte of the headers with extreme values: a value or an error.
#[test]
fn no_header_byte_breaks_it() {
    let whole = driver(0x8664, &[0xc3]);
    for at in 0..0x100 {
        for byte in [0, 1, 4, 0x7f, 0x80, 0xff] {
            let file = with(at, &[byte]);
            if let Ok(executable) = Executable::read(&file) {
                assert!(executable.size <= whole.len());
                let _ = executable.digest(&file);
            }
        }
        assert!(Executable::read(&whole[..at]).is_err());
    }
}
