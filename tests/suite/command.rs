//! The command, run in this process from the top of the repository.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::sync::Once;

use passthru::render::Style;

/// What one run of the command gave.
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
    static AT_TOP: Once = Once::new();
    AT_TOP.call_once(|| std::env::set_current_dir(top()).unwrap());
    let mut args = vec![OsString::from("passthru")];
    args.extend(words.iter().map(OsString::from));
    let (mut out, mut err) = (Vec::new(), Vec::new());
    let status = passthru::cli::run(args, Style::PLAIN, &mut out, &mut err);
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
    assert_eq!(gpu["class"], "0300");
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
        "schema", "target", "devices", "edits", "commands", "manual", "checks", "loses", "reboot",
    ] {
        assert!(plan.get(key).is_some(), "{key}");
    }
    assert_eq!(plan["target"], "proxmox");
    assert_eq!(plan["devices"][1]["address"], "0000:01:00.1");
    assert!(plan["commands"][0]["argv"].is_array());
}

#[test]
fn help_has_examples_and_goes_to_standard_output() {
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

#[test]
fn text_fits_eighty_columns() {
    for (host, tree) in crate::guides::trees() {
        let root = format!("examples/hosts/{host}/{tree}");
        for words in [&["doctor"][..], &["list"], &["groups"], &[]] {
            let run = passthru(&[words, &["--root", &root]].concat());
            for line in run.out.lines() {
                // A next command stays on one line.
                assert!(
                    passthru::render::width(line) <= 80 || line.contains("passthru "),
                    "{root} {words:?}: {line}"
                );
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
    let line = "\n1043:85e4  ASUSTeK Computer Inc. Device 85e4\n";
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
    let misspelt = passthru(&["explain", "vfio_pci.id="]).out;
    assert!(misspelt.contains("vfio-pci.ids is meant"), "{misspelt}");
    assert_eq!(passthru(&["explain", "nonsense"]).status, 2);
}
