//! The command, run in this process from the top of the repository.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::sync::Once;

use passthru::render::Style;

/// The result of one run of the command.
#[derive(Debug)]
pub(crate) struct Run {
    pub(crate) status: u8,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Run {
    pub(crate) fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.out).unwrap_or_else(|error| panic!("{error}: {}", self.out))
    }
}

/// The top of the repository.
pub(crate) fn top() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .unwrap()
        .to_owned()
}

/// Runs `passthru` with these words as arguments.
pub(crate) fn passthru(words: &[&str]) -> Run {
    styled(words, Style::PLAIN)
}

/// [`passthru`], on a terminal of 80 columns: there the lines of tables are cut.
pub(crate) fn narrow(words: &[&str]) -> Run {
    let style = Style {
        table: 80,
        ..Style::PLAIN
    };
    styled(words, style)
}

pub(crate) fn styled(words: &[&str], style: Style) -> Run {
    static AT_TOP: Once = Once::new();
    AT_TOP.call_once(|| std::env::set_current_dir(top()).unwrap());
    let mut args = vec![OsString::from("passthru")];
    args.extend(words.iter().map(OsString::from));
    let (mut out, mut err) = (Vec::new(), Vec::new());
    let status = passthru::cli::run(args, style, &mut out, &mut err);
    Run {
        status,
        out: String::from_utf8(out).unwrap(),
        err: String::from_utf8(err).unwrap(),
    }
}

/// The JSON forms carry what other programs build on.
#[test]
fn json_has_the_fields_that_are_promised() {
    let root = ["--json", "--root", "examples/hosts/proxmox-rtx5060ti/after"];
    let run = |words: &[&str]| passthru(&[words, &root].concat());

    let list = run(&["list"]).json();
    let gpu = &list["devices"][0];
    assert_eq!(gpu["address"], "0000:01:00.0");
    assert_eq!(gpu["vendor"], "10de");
    assert_eq!(gpu["device"], "2d04");
    assert_eq!(gpu["subsystem"], "10b0:205e");
    assert_eq!(gpu["class_code"], "0300");
    assert_eq!(gpu["revision"], "a1");
    assert_eq!(gpu["vendor_name"], "NVIDIA Corporation");
    assert_eq!(gpu["device_name"], "GB206 [GeForce RTX 5060 Ti]");
    assert_eq!(gpu["driver"], "vfio-pci");
    assert_eq!(gpu["modules"], serde_json::json!(["nvidiafb", "nouveau"]));
    assert!(gpu["iommu_group"].is_null());

    let groups = run(&["groups"]).json();
    assert_eq!(
        groups["ungrouped"],
        serde_json::json!(["0000:01:00.0", "0000:01:00.1"])
    );

    let doctor = run(&["doctor"]).json();
    assert_eq!(doctor["schema"], "passthru-findings/1");
    for finding in doctor["findings"].as_array().unwrap() {
        for key in [
            "code", "verdict", "devices", "title", "cause_of", "evidence", "remedy",
        ] {
            assert!(finding.get(key).is_some(), "{key}: {finding}");
        }
        for evidence in finding["evidence"].as_array().unwrap() {
            assert!(evidence["source"].is_string() && evidence["text"].is_string());
        }
    }

    let plan = run(&["plan", "01:00.0", "--vm", "100"]).json();
    for key in [
        "schema",
        "target",
        "devices",
        "edits",
        "commands",
        "manual_steps",
        "checks",
        "host_impact",
        "reboot_reason",
    ] {
        assert!(plan.get(key).is_some(), "{key}");
    }
    assert_eq!(plan["target"], "proxmox");
    assert_eq!(plan["devices"][1]["address"], "0000:01:00.1");
    assert!(plan["commands"][0]["argv"].is_array());
}

#[test]
fn help_has_examples_and_is_on_standard_output() {
    for words in [
        &["--help"][..],
        &["doctor", "--help"],
        &["plan", "--help"],
        &["ids", "--help"],
    ] {
        let run = passthru(words);
        assert_eq!((run.status, run.err.as_str()), (0, ""), "{words:?}");
        assert!(run.out.contains("Examples:"), "{words:?}");
    }
}

/// The help of each command, in each language.
#[test]
fn help_fits_eighty_columns() {
    let mut commands: Vec<Vec<String>> = vec![Vec::new()];
    let mut number = 0;
    while let Some(command) = commands.get(number).cloned() {
        let words: Vec<&str> = command.iter().map(String::as_str).collect();
        for (language, help) in [
            ("en", "-h"),
            ("en", "--help"),
            ("zh-CN", "-h"),
            ("zh-CN", "--help"),
            ("de", "--help"),
        ] {
            let run = passthru(&[&words[..], &[help, "--lang", language]].concat());
            assert_eq!(run.status, 0, "{command:?}: {}", run.err);
            let long = |line: &&str| passthru::render::width(line) > 80;
            assert_eq!(run.out.lines().find(long), None, "{command:?} {language}");
            assert!(!run.out.contains('\u{e000}'), "{command:?} {language}");
        }
        let help = passthru(&[&words[..], &["--help"]].concat()).out;
        let list = help.split("\nCommands:\n").nth(1).unwrap_or_default();
        let rows = list.lines().take_while(|line| !line.is_empty());
        let names = rows.filter_map(|row| row.strip_prefix("  ")?.split(' ').next());
        let names = names.filter(|name| !matches!(*name, "" | "help"));
        commands.extend(names.map(|name| [&command[..], &[name.to_owned()]].concat()));
        number += 1;
    }
    assert!(commands.len() > 40, "{commands:?}");
}

#[test]
fn text_fits_eighty_columns() {
    for (host, tree) in crate::guides::trees() {
        let root = format!("examples/hosts/{host}/{tree}");
        for words in [&["doctor"][..], &["list"], &["groups"], &[]] {
            let words = [words, &["--root", &root]].concat();
            for line in narrow(&words).out.lines() {
                // A next command stays on one line.
                assert!(
                    passthru::render::width(line) <= 80 || line.contains("passthru "),
                    "{root} {words:?}: {line}"
                );
            }
            // A pipe has no width at which a table could be cut.
            if words.first() == Some(&"list") {
                let (whole, cut) = (passthru(&words).out, narrow(&words).out);
                for (whole, cut) in whole.lines().zip(cut.lines()) {
                    let cut = cut.trim_end_matches("...").trim_end();
                    assert!(whole.starts_with(cut), "{whole}: {cut}");
                }
            }
        }
    }
}

#[test]
fn names_and_settings_are_explained() {
    assert_eq!(
        passthru(&["ids", "10de:2d04"]).out,
        "10de:2d04  NVIDIA Corporation GB206 [GeForce RTX 5060 Ti]\n"
    );
    assert!(
        passthru(&["ids", "rtx", "5060", "ti"])
            .out
            .contains("10de:2d04")
    );
    assert_eq!(
        passthru(&["ids", r"PCI\VEN_10DE&DEV_2D04&REV_A1"]).out,
        passthru(&["ids", "10de:2d04"]).out
    );
    let card = passthru(&["ids", r"PCI\VEN_10DE&DEV_1B06&SUBSYS_85E41043&REV_A1"]).out;
    let line = "\nsubsystem 1043:85e4  ASUSTeK Computer Inc. Device 85e4\n";
    assert!(
        card.starts_with("10de:1b06  NVIDIA") && card.ends_with(line),
        "{card}"
    );
    assert_eq!(card, passthru(&["ids", "10de:1b06:1043:85e4"]).out);
    assert_eq!(
        passthru(&["ids", "0300"]).out,
        "0300  VGA compatible controller\n"
    );
    assert_eq!(
        passthru(&["ids", "0x0c0330"]).out,
        "0c0330  USB controller, XHCI\n"
    );
    let missing = passthru(&["ids", "no such card"]);
    assert_eq!(missing.status, 2);
    // Which database it is, and where from: an old one is why.
    assert!(
        missing.err.contains("is not in pci.ids 20") && missing.err.contains(" of this program"),
        "{}",
        missing.err
    );
    let unnamed = passthru(&["ids", "10de:fffe"]).out;
    assert!(
        unnamed.starts_with("10de:fffe  NVIDIA Corporation Device fffe\npci.ids 20")
            && unnamed.trim_end().ends_with("has no name for 10de:fffe."),
        "{unnamed}"
    );
    assert!(passthru(&["explain", "amd_iommu=on"]).out.contains("IVRS"));
    let misspelled = passthru(&["explain", "vfio_pci.id="]).out;
    assert!(
        misspelled.contains("the nearest known option is vfio-pci.ids"),
        "{misspelled}"
    );
    assert_eq!(passthru(&["explain", "nonsense"]).status, 2);
}

/// A kind of device narrows a list to all of that kind.
#[test]
fn lists_are_narrowed_by_kind() {
    let scratch = testkit::Scratch::new();
    let listing = "\
00:17.0 SATA controller [0106]: Intel Corporation Device [8086:7ae2] (rev 11)
00:1f.3 Audio device [0403]: Intel Corporation Device [8086:7ad0] (rev 11)
00:14.0 USB controller [0c03]: Intel Corporation Device [8086:7ae0] (rev 11)
01:00.0 VGA compatible controller [0300]: NVIDIA Corporation GA106 [GeForce RTX 3060] [10de:2503] (rev a1)
01:00.1 Audio device [0403]: NVIDIA Corporation GA106 HD Audio [10de:228e] (rev a1)
02:00.0 Ethernet controller [0200]: Intel Corporation I210 [8086:1533] (rev 03)
03:00.0 Non-Volatile memory controller [0108]: Samsung Electronics Co Ltd 980 PRO [144d:a80a]
04:00.0 Ethernet controller [0200]: Intel Corporation I210 [8086:1533] (rev 03)
";
    let file = scratch.file("lspci.txt", listing.as_bytes());
    let addresses = |words: &[&str]| {
        let run = passthru(&[&["list", "--json"], words, &["--from", &file]].concat());
        let devices = run.json()["devices"].as_array().unwrap().clone();
        let shorten =
            |device: &serde_json::Value| device["address"].as_str().unwrap()[5..].to_owned();
        devices.iter().map(shorten).collect::<Vec<_>>()
    };
    for (word, wanted) in [
        ("gpu", &["01:00.0"][..]),
        ("NICs", &["02:00.0", "04:00.0"]),
        ("nvme", &["03:00.0"]),
        ("usb", &["00:14.0"]),
        ("hba", &["00:17.0"]),
        ("audio", &["00:1f.3", "01:00.1"]),
        // An ID and a name of several cards are not an error in a list.
        ("8086:1533", &["02:00.0", "04:00.0"]),
        ("i210", &["02:00.0", "04:00.0"]),
        ("01:00", &["01:00.0", "01:00.1"]),
        ("rtx3060", &["01:00.0", "01:00.1"]),
    ] {
        assert_eq!(addresses(&[word]), wanted, "{word}");
    }
    assert_eq!(addresses(&["nvme", "gpu"]), ["01:00.0", "03:00.0"]);
    // A plan is for one card.
    let run = passthru(&["plan", "nic", "--for", "libvirt", "--from", &file]);
    assert_eq!(run.status, 2);
    assert!(run.err.contains("\"nic\" matches 2 cards"), "{}", run.err);
}
