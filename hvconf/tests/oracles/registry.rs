//! Files for Windows' registry, merged into a hive by hivexregedit; scripts for
//! PowerShell and shells as far as a reader is there.

use std::process::Command;

use hvconf::guest::{DeviceInstance, msi_powershell, msi_reg};
use testkit::program::find;
use testkit::{Random, Scratch};

use crate::oracles::descriptions::random;

/// An empty hive: a header, and one block with the root key, its security
/// descriptor and a free cell (the layout as hivex reads it).
fn hive() -> Vec<u8> {
    let mut hive = vec![0u8; 0x2000];
    let put = |hive: &mut Vec<u8>, at: usize, bytes: &[u8]| {
        hive[at..at + bytes.len()].copy_from_slice(bytes);
    };
    put(&mut hive, 0, b"regf");
    for (at, value) in [
        (0x04, 1u32),
        (0x08, 1),
        (0x14, 1),
        (0x18, 3),
        (0x20, 1),
        (0x24, 0x20),
        (0x28, 0x1000),
        (0x2c, 1),
    ] {
        put(&mut hive, at, &value.to_le_bytes());
    }
    let sum = (0..508)
        .step_by(4)
        .map(|at| u32::from_le_bytes(hive[at..at + 4].try_into().unwrap()))
        .fold(0, |sum, word| sum ^ word);
    put(&mut hive, 508, &sum.to_le_bytes());
    let block = 0x1000;
    put(&mut hive, block, b"hbin");
    put(&mut hive, block + 8, &0x1000u32.to_le_bytes());
    // The root key at 0x20: 0x58 bytes in use.
    let key = block + 0x20;
    put(&mut hive, key, &(-0x58i32).to_le_bytes());
    put(&mut hive, key + 4, b"nk");
    put(&mut hive, key + 6, &0x2cu16.to_le_bytes());
    let none = u32::MAX.to_le_bytes();
    put(&mut hive, key + 4 + 0x10, &none);
    put(&mut hive, key + 4 + 0x1c, &none);
    put(&mut hive, key + 4 + 0x20, &none);
    put(&mut hive, key + 4 + 0x28, &none);
    put(&mut hive, key + 4 + 0x2c, &0x78u32.to_le_bytes());
    put(&mut hive, key + 4 + 0x30, &none);
    put(&mut hive, key + 4 + 0x48, &4u16.to_le_bytes());
    put(&mut hive, key + 4 + 0x4c, b"ROOT");
    // Its security descriptor at 0x78: 0x30 bytes in use.
    let security = block + 0x78;
    put(&mut hive, security, &(-0x30i32).to_le_bytes());
    put(&mut hive, security + 4, b"sk");
    put(&mut hive, security + 8, &0x78u32.to_le_bytes());
    put(&mut hive, security + 12, &0x78u32.to_le_bytes());
    put(&mut hive, security + 16, &1u32.to_le_bytes());
    put(&mut hive, security + 20, &0x14u32.to_le_bytes());
    put(&mut hive, security + 24, &[1, 0, 0, 0x80]);
    let rest = block + 0xa8;
    let free: i32 = 0x1000 - 0xa8;
    put(&mut hive, rest, &free.to_le_bytes());
    hive
}

/// The lines of the hive's export after `text` is merged, or the error.
fn merged(text: &str) -> Option<Result<String, String>> {
    let program = find("hivexregedit")?;
    let scratch = Scratch::new();
    let file = scratch.path().join("hive");
    std::fs::write(&file, hive()).unwrap();
    // Windows creates the parent keys; a hive that is not in use has none.
    let mut whole = String::from("Windows Registry Editor Version 5.00\n\n");
    for line in text.lines().skip(1) {
        if let Some(key) = line
            .strip_prefix('[')
            .and_then(|line| line.strip_suffix(']'))
        {
            let mut above = String::new();
            for (depth, name) in key.split('\\').enumerate() {
                above = if depth == 0 {
                    name.to_owned()
                } else {
                    format!("{above}\\{name}")
                };
                if depth >= 2 {
                    whole.push_str(&format!("[{above}]\n\n"));
                }
            }
        }
        whole.push_str(line);
        whole.push('\n');
    }
    let reg = scratch.write("msi.reg", &whole);
    let prefix = "HKEY_LOCAL_MACHINE\\SYSTEM";
    let output = Command::new(&program)
        .args(["--merge", "--prefix", prefix])
        .args([&file, &reg])
        .output()
        .unwrap();
    if !output.status.success() {
        return Some(Err(String::from_utf8_lossy(&output.stderr).into_owned()));
    }
    let output = Command::new(&program)
        .args(["--export", "--prefix", prefix])
        .arg(&file)
        .arg("\\")
        .output()
        .unwrap();
    Some(Ok(String::from_utf8_lossy(&output.stdout).into_owned()))
}

fn instance(random: &mut Random) -> DeviceInstance {
    let mut hex = |digits: usize| {
        let number = random.below(usize::from(u16::MAX));
        format!("{number:08X}").split_off(8 - digits)
    };
    let text = format!(
        "PCI\\VEN_{}&DEV_{}&SUBSYS_{}{}&REV_{}\\4&{}&0&{}",
        hex(4),
        hex(4),
        hex(4),
        hex(4),
        hex(2),
        hex(8),
        hex(4)
    );
    text.parse().unwrap()
}

#[test]
fn hivex_reads_the_file_and_has_the_value_in_the_devices_key() {
    let mut numbers = Random::new(0x4e6);
    for _ in 0..6 {
        let instances: Vec<_> = (0..2).map(|_| instance(&mut numbers)).collect();
        let text = msi_reg(&instances).to_string();
        let Some(result) = merged(&text) else {
            return;
        };
        let export = result.unwrap();
        for instance in &instances {
            let key = format!(
                "[HKEY_LOCAL_MACHINE\\SYSTEM\\CurrentControlSet\\Enum\\{instance}\\Device Parameters\\\
                 Interrupt Management\\MessageSignaledInterruptProperties]"
            );
            let (_, after) = export
                .split_once(&key)
                .unwrap_or_else(|| panic!("{export}"));
            assert_eq!(
                after.trim_start().lines().next().unwrap(),
                "\"MSISupported\"=dword:00000001"
            );
        }
        assert_eq!(export.matches("MSISupported").count(), 2);
    }
}

#[test]
fn hivex_refuses_values_that_are_not_numbers() {
    let mut numbers = Random::new(5);
    let text = msi_reg(&[instance(&mut numbers)]).to_string();
    let Some(result) = merged(&text.replace("dword:00000001", "dword:1g")) else {
        return;
    };
    assert!(result.is_err());
    // What would make a second key cannot be an instance.
    let hostile = "PCI\\VEN_10DE&DEV_0FC6&SUBSYS_8A961462&REV_A1\\a]\n[-HKEY_LOCAL_MACHINE\\SYSTEM";
    let error = hostile.parse::<DeviceInstance>().unwrap_err();
    assert_eq!(error.kind(), hvconf::ErrorKind::DeviceInstance);
}

#[test]
fn the_script_for_all_instances_has_no_syntax_error() {
    let Some(mut powershell) =
        crate::oracles::python::start("powershell", "tree_sitter_powershell")
    else {
        return;
    };
    let mut numbers = Random::new(0x951);
    for _ in 0..20 {
        let vm = random(&mut numbers);
        let text = msi_powershell(&vm.assigned).unwrap().to_string();
        assert!(text.ends_with("\r\n") && text.is_ascii());
        assert!(powershell.read(&text).is_ok(), "{text}");
        assert!(powershell.read(&text.replacen('(', "((", 1)).is_err());
    }
}
