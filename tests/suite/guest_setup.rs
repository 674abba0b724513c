//! `passthru guest`: what is done inside a guest.

use testkit::Scratch;

use crate::command::{Run, passthru};

const HOST: [&str; 2] = ["--root", "examples/hosts/proxmox-rtx5060ti/before"];

fn guest(words: &[&str]) -> Run {
    passthru(&[&["guest", "01:00.0"], words, &HOST].concat())
}

fn steps(run: &Run, name: &str) -> Vec<String> {
    let document = run.json();
    let steps = document["manual_steps"].as_array().unwrap();
    let named = steps.iter().filter(|step| step["step"] == name);
    named
        .map(|step| step["text"].as_str().unwrap().to_owned())
        .collect()
}

#[test]
fn a_linux_guest_gets_the_modules_that_its_card_needs() {
    // Blackwell: open modules only; the chip's name is from our own pci.ids.
    let run = guest(&["--os", "debian", "--driver", "570.86.16", "--json"]);
    let commands: Vec<String> = run.json()["commands"]
        .as_array()
        .unwrap()
        .iter()
        .map(|command| {
            let words = command["argv"].as_array().unwrap().iter();
            let words: Vec<&str> = words.map(|word| word.as_str().unwrap()).collect();
            words.join(" ")
        })
        .collect();
    assert_eq!(
        commands,
        [
            "sh NVIDIA-Linux-x86_64.run --kernel-module-type=open",
            "update-initramfs -u -k all"
        ]
    );
    let old = guest(&["--os", "fedora", "--driver", "550", "--json"]);
    assert!(steps(&old, "nvidia-branch")[0].contains("install 570 or later"));
    let unknown = guest(&["--os", "arch", "--json"]);
    assert!(steps(&unknown, "nvidia-branch")[0].contains("open kernel modules from 570 on"));
}

#[test]
fn a_windows_guest_has_the_meaning_of_code_43() {
    let of = |driver: &str| {
        let run = guest(&["--os", "windows", "--driver", driver, "--json"]);
        steps(&run, "code-43").remove(0)
    };
    assert!(of("461.92").contains("hide the hypervisor"));
    assert!(of("465.89").contains("hide nothing"));
    let run = guest(&["--os", "windows", "--looking-glass", "2560x1440", "--json"]);
    assert!(steps(&run, "looking-glass-guest")[0].contains("64 MiB"));
    for name in ["ddu-safe-mode", "indirect-display-driver", "dummy-plug"] {
        assert_eq!(steps(&run, name).len(), 1, "{name}");
    }
    assert!(steps(&run, "xorg-dummy").is_empty());
}

#[test]
fn files_are_written_as_windows_reads_them() {
    let scratch = Scratch::new();
    let place = scratch.path().to_str().unwrap();
    let instance = r"PCI\VEN_10DE&DEV_2D04&SUBSYS_205E10B0&REV_A1\4&1A2B&0&0008";
    let words = ["--os", "windows", "--instance", instance, "-o", place];
    let run = guest(&words);
    assert_eq!(run.status, 0, "{}", run.err);
    let reg = std::fs::read(scratch.path().join("msi.reg")).unwrap();
    assert_eq!(&reg[..4], [0xff, 0xfe, b'W', 0], "UTF-16 with its mark");
    let units: Vec<u16> = reg[2..]
        .chunks(2)
        .map(|pair| u16::from_le_bytes([pair[0], pair[1]]))
        .collect();
    let text = String::from_utf16(&units).unwrap();
    assert!(text.contains(&format!("Enum\\{instance}\\Device Parameters")));
    assert!(text.contains("\"MSISupported\"=dword:00000001\r\n"));
    let script = std::fs::read_to_string(scratch.path().join("msi.ps1")).unwrap();
    assert!(script.is_ascii() && script.contains("'PCI\\VEN_10DE&DEV_22EB*'\r\n"));
    // Another device's instance would change that one.
    let other = instance.replace("2D04", "2204");
    let run = guest(&["--os", "windows", "--instance", &other]);
    assert_eq!(run.status, 1);
    assert!(run.err.contains("not one of the functions"), "{}", run.err);
}

#[test]
fn impossible_values_are_refused() {
    for (words, part) in [
        (&["--os", "dos"][..], "expected windows, a distribution"),
        (
            &["--os", "windows", "--driver", "new"],
            "expected a version",
        ),
        (
            &["--os", "windows", "--looking-glass", "big"],
            "expected a screen",
        ),
        (&["--os", "windows", "--instance", "x]"], "VEN_hhhh"),
    ] {
        let run = guest(words);
        assert_eq!(run.status, 2, "{words:?}");
        assert!(run.err.contains(part), "{words:?}: {}", run.err);
    }
    let run = passthru(&[&["guest", "00:01.0", "--os", "windows"], &HOST[..]].concat());
    assert_eq!(run.status, 2, "{}", run.err);
}
