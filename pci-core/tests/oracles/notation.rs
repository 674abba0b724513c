//! Spellings against the programs that have them: `lspci -P`, and QEMU's properties
//! `host=` and `addr=`.
#![allow(
    clippy::unwrap_used,
    reason = "clippy.toml allows it in test functions, not in what those call"
)]

use std::fmt::Write as _;
use std::io::Write as _;
use std::process::{Command, Stdio};

use pci_core::notation::{AddrOption, HostOption};
use pci_core::{Address, AddressPath};
use testkit::program::installed;

/// A bridge with its secondary bus, or a function, in a dump as `lspci -x` prints it.
fn dumped(address: &str, after: Option<u8>) -> String {
    let bus = address.split(':').rev().nth(1).unwrap();
    let mut config = [0u8; 64];
    config[..4].copy_from_slice(&[0xde, 0x10, 0x04, 0x2d]);
    if let Some(secondary) = after {
        config[0x0a..0x0c].copy_from_slice(&[0x04, 0x06]);
        config[0x0e] = 1;
        config[0x18] = u8::from_str_radix(bus, 16).unwrap();
        config[0x19] = secondary;
        config[0x1a] = 0xff;
    }
    let mut text = format!("{address} x\n");
    for (row, bytes) in config.chunks(16).enumerate() {
        write!(text, "{:02x}:", row * 16).unwrap();
        for byte in bytes {
            write!(text, " {byte:02x}").unwrap();
        }
        text.push('\n');
    }
    text + "\n"
}

#[test]
fn lspci_prints_the_paths_that_are_read() {
    if !installed(&["lspci"]) {
        return;
    }
    let functions = [
        ("0000:00:01.0", None),
        ("0001:00:1c.4", Some(1)),
        ("0001:01:00.0", Some(2)),
        ("0001:02:1f.3", Some(0xa0)),
        ("0001:a0:00.1", None),
        ("10000:e1:00.0", None),
    ];
    let dump: String = functions
        .iter()
        .map(|(address, after)| dumped(address, *after))
        .collect();
    let scratch = testkit::Scratch::new();
    let path = scratch.write("dump", dump);
    for flag in ["-P", "-PP"] {
        let output = Command::new("lspci")
            .args(["-D", "-n", flag, "-F"])
            .arg(&path)
            .output()
            .unwrap();
        let text = String::from_utf8(output.stdout).unwrap();
        let printed: Vec<&str> = text
            .lines()
            .filter_map(|line| line.split(' ').next())
            .collect();
        assert_eq!(printed.len(), functions.len(), "{text}");
        for (printed, (address, _)) in printed.iter().zip(functions) {
            let read: AddressPath = printed.parse().unwrap();
            assert_eq!(read.to_string(), *printed);
            let address: Address = address.parse().unwrap();
            if flag == "-PP" || read.hops().is_empty() {
                assert_eq!(read.address(), Some(address));
            } else {
                assert_eq!(read.address(), None);
            }
        }
    }
    std::fs::remove_file(&path).unwrap();
}

/// What QEMU says of a device of a machine that does not start.
fn qemu(device: &str) -> String {
    let mut machine = Command::new("qemu-system-x86_64")
        .args(["-M", "q35", "-display", "none", "-nodefaults", "-S"])
        .args(["-monitor", "stdio", "-device", device])
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // A machine that could not be made is gone already.
    let _ = machine.stdin.take().unwrap().write_all(b"quit\n");
    let output = machine.wait_with_output().unwrap();
    String::from_utf8_lossy(&output.stderr).into_owned()
}

#[test]
fn qemu_reads_the_same_host_addresses() {
    if !installed(&["qemu-system-x86_64"]) {
        return;
    }
    for value in [
        "7f:1f.7",
        "ee:0.0",
        "0001:ee:00.0",
        "ee:20.0",
        "ee:0.8",
        "ee:0",
        "ee:00.0 ",
        "0x1:0xee:0.0",
    ] {
        let says = qemu(&format!("vfio-pci,host={value}"));
        match format!("host={value}").parse::<HostOption>() {
            Ok(HostOption(address)) => {
                let opens = format!("/sys/bus/pci/devices/{address}: ");
                assert!(says.contains(&opens), "{value}: {says}");
            }
            Err(_) => assert!(says.contains("doesn't take value"), "{value}: {says}"),
        }
    }
}

#[test]
fn qemu_reads_the_same_device_and_function() {
    if !installed(&["qemu-system-x86_64"]) {
        return;
    }
    for value in ["1e.7", "0x1e.0x7", "20.0", "1e.8", "2", "-1", "2.", "002.0"] {
        let says = qemu(&format!("pci-testdev,addr={value}"));
        let taken = format!("addr={value}").parse::<AddrOption>().is_ok();
        let refused = says.contains("doesn't take value");
        assert_eq!(taken, !refused, "{value}: {says}");
    }
}
