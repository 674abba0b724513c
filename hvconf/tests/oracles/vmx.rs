//! libvirt's reader of `.vmx` files, which runs without VMware when two of its
//! programs seem to be there.

use std::env;
use std::process::Command;

use hvconf::esxi::Vmx;

use crate::vm_programs::{Numbers, Scratch, installed};

const BASE: &str = ".encoding = \"UTF-8\"\nconfig.version = \"8\"\nvirtualHW.version = \"19\"\n\
    displayName = \"t\"\nmemSize = \"4096\"\n";

/// The domain XML that libvirt makes of a text; an error is what it says.
fn libvirt(scratch: &Scratch, text: &str) -> Result<String, String> {
    let file = scratch.write("test.vmx", text);
    let programs = scratch.path().join("bin");
    let mut path = programs.into_os_string();
    path.push(":");
    path.push(env::var_os("PATH").unwrap());
    let output = Command::new("virsh")
        .env("PATH", path)
        .env("HOME", scratch.path())
        .env("LC_ALL", "C")
        .args([
            "-c",
            "vmwareplayer:///session",
            "domxml-from-native",
            "vmware-vmx",
            &file,
        ])
        .output()
        .unwrap();
    if output.status.success() {
        Ok(String::from_utf8(output.stdout).unwrap())
    } else {
        Err(String::from_utf8(output.stderr).unwrap())
    }
}

fn scratch() -> Scratch {
    let scratch = Scratch::new();
    std::fs::create_dir(scratch.path().join("bin")).unwrap();
    scratch.write("bin/vmrun", "#!/bin/sh\necho 'Total running VMs: 0'\n");
    scratch.write(
        "bin/vmplayer",
        "#!/bin/sh\necho 'VMware Player 17.0.0 build-20800274'\n",
    );
    scratch
}

#[test]
fn what_is_refused_is_refused_on_the_same_line() {
    if !installed(&["virsh"]) {
        return;
    }
    let scratch = scratch();
    // libvirt's own words for what it misses.
    for (line, message) in [
        ("hypervisor.cpuid.v0 = FALSE", Some("expecting a value")),
        ("pciPassthru.use64bitMMIO = TRUE", Some("expecting a value")),
        (
            "pciPassthru.64bitMMIOSizeGB = 32",
            Some("numbers not allowed"),
        ),
        ("x = \"a\"b\"", Some("expecting a separator")),
        ("x = \"a", Some("unterminated string")),
        ("64x = \"1\"", Some("expecting a name")),
        ("_x = \"1\"", Some("expecting a name")),
        ("x y = \"1\"", Some("expecting an assignment")),
        ("x", Some("expecting an assignment")),
        ("x =", Some("expecting a value")),
        ("x = [\"a\"]", Some("lists not allowed")),
        ("x = \"1\" \"2\"", Some("expecting a separator")),
        ("pciPassthru0.id = \"00000:013:00.0\"", None),
        ("  x=\"\"  # comment", None),
        ("# comment", None),
        (".x-y:z = \"1\"\r", None),
    ] {
        let text = format!("{BASE}{line}\n");
        let faults = Vmx::parse(&text).faults;
        let said = libvirt(&scratch, &text);
        match message {
            None => {
                assert_eq!(faults, [], "{line}");
                assert!(said.is_ok(), "{line}: {said:?}");
            }
            Some(message) => {
                assert_eq!(faults.len(), 1, "{line}");
                let said = said.unwrap_err();
                assert!(said.contains(message), "{line}: {said}");
                assert!(
                    said.contains(&format!("conf:{}:", faults[0].line)),
                    "{line}: {said}"
                );
            }
        }
    }
}

#[test]
fn escapes_are_decoded_alike() {
    if !installed(&["virsh"]) {
        return;
    }
    let text = format!("{BASE}annotation = \"a|22b|7Cc|0Ad\"\n");
    let xml = libvirt(&scratch(), &text).unwrap();
    let vmx = Vmx::parse(&text);
    let ours = &vmx.get("annotation").unwrap().value;
    let xml_text = ours.replace('"', "&quot;");
    assert!(
        xml.contains(&format!("<description>{xml_text}</description>")),
        "{xml}"
    );
}

#[test]
fn what_is_taken_is_taken() {
    if !installed(&["virsh"]) {
        return;
    }
    let scratch = scratch();
    let pieces = [
        "x", ".y1", " ", "=", "\"", "\"v\"", "= \"v\"", "#", "7", "-", "|22", "é", "\t",
    ];
    let mut numbers = Numbers(0xfeed_f00d_1234_5678);
    let mut taken = 0;
    for _ in 0..120 {
        let mut line = String::from(["x", ""][usize::from(numbers.below(2))]);
        for _ in 0..numbers.below(5) {
            line.push_str(pieces[usize::from(numbers.below(13))]);
        }
        let text = format!("{BASE}{line}\n");
        if Vmx::parse(&text).faults.is_empty() {
            taken += 1;
            let said = libvirt(&scratch, &text);
            assert!(said.is_ok(), "{line:?}: {said:?}");
        }
    }
    assert!(taken > 10, "{taken}");
}
