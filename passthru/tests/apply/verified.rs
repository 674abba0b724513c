//! After the reboot: bound or not, and why not.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::json;

use crate::apply::place::{self, Place, err, on, out};

/// An applied plan on the tree of a host.
fn applied(place: &Place) -> (PathBuf, PathBuf) {
    let root = place.join("root");
    place::host(&root);
    let path = place.join("plan.json");
    let mut plan = place::plan(&root);
    let option = passthru::requirement::Requirement::KernelOption {
        option: "intel_iommu=on".to_owned(),
    };
    plan.checks.push(place::part(json!({
        "when": "after-reboot",
        "argv": ["cat", "/proc/cmdline"],
        "expected": "has intel_iommu=on",
        "requirement": option,
    })));
    place::save(&plan, &path);
    let run = on(&root, &["apply", path.to_str().unwrap(), "--yes"]);
    assert!(run.status.success(), "{}", err(&run));
    (root, path)
}

fn driver(root: &Path, from: &str, to: &str) {
    let listing = root.join("_commands/lspci -nnk");
    let text = fs::read_to_string(&listing).unwrap();
    assert!(text.contains(from));
    fs::write(&listing, text.replace(from, to)).unwrap();
}

#[test]
fn a_card_on_vfio_pci_is_verified() {
    let place = Place::new();
    let (root, path) = applied(&place);
    driver(&root, "use: e1000e", "use: vfio-pci");
    place::file(
        &root,
        "proc/cmdline",
        "root=/dev/sda1 quiet intel_iommu=on\n",
        0o644,
    );
    // The plan of the transaction, and the same one by name.
    for words in [&["verify"][..], &["verify", path.to_str().unwrap()]] {
        let run = on(&root, words);
        let output = out(&run);
        assert_eq!(run.status.code(), Some(0), "{output}{}", err(&run));
        assert!(
            output.contains("ok         03:00.0 is bound to vfio-pci"),
            "{output}"
        );
        assert!(output.contains("/proc/cmdline:1"), "{output}");
        assert!(output.contains("The plan worked"), "{output}");
    }
    let json = on(&root, &["verify", "--json"]);
    let json: serde_json::Value = serde_json::from_slice(&json.stdout).unwrap();
    assert_eq!(json["schema"], "passthru-verification/1");
    assert_eq!(json["transaction"], 1);
    assert_eq!(json["devices"][0]["verdict"], "ok");
    assert_eq!(json["files"][0]["state"], "as-planned");
}

#[test]
fn a_card_that_is_not_bound_has_the_lines_that_show_why() {
    let place = Place::new();
    let (root, path) = applied(&place);
    place::file(&root, "proc/cmdline", "root=/dev/sda1 quiet\n", 0o644);
    place::file(&root, "proc/stat", "cpu 1 2 3\nbtime 1000\n", 0o644);
    fs::write(
        root.join("etc/modprobe.d/vfio.conf"),
        "options vfio-pci ids=10de:2d04\n",
    )
    .unwrap();
    let run = on(&root, &["verify"]);
    let output = out(&run)
        .replace("\n              ", " ")
        .replace("\n            ", " ");
    assert_eq!(run.status.code(), Some(1), "{output}");
    for words in [
        "03:00.0 is bound to e1000e, not to vfio-pci",
        "lspci -nnk, line 3: Kernel driver in use: e1000e",
        "the host was not rebooted since the plan was applied",
        "/proc/stat:2: btime 1000",
        "/etc/modprobe.d/vfio.conf is not as after the plan",
        "the running kernel does not have the option intel_iommu=on",
        "/proc/cmdline:1: root=/dev/sda1 quiet",
        "The plan has not worked",
    ] {
        assert!(output.contains(words), "{words}: {output}");
    }

    driver(&root, "10d3", "1533");
    let run = on(&root, &["verify", path.to_str().unwrap()]);
    assert!(out(&run).contains("addresses have"), "{}", out(&run));
}

#[test]
fn a_restart_is_detected_by_the_boot_id_and_not_by_clocks() {
    const BOOT: &str = "proc/sys/kernel/random/boot_id";
    const AGO: &str = "the host was not rebooted since the plan was applied";
    let place = Place::new();
    let root = place.join("root");
    place::host(&root);
    place::file(&root, BOOT, "0e5a\n", 0o444);
    let path = place.join("plan.json");
    let plan = place::plan(&root);
    place::save(&plan, &path);
    assert!(
        on(&root, &["apply", path.to_str().unwrap(), "--yes"])
            .status
            .success()
    );
    let listed = || {
        let run = on(&root, &["--json"]);
        let json: serde_json::Value = serde_json::from_slice(&run.stdout).unwrap();
        assert_eq!(
            json["transaction"]["reboot_reason"],
            serde_json::json!(plan.reboot_reason)
        );
        json["transaction"]["rebooted"].clone()
    };
    // The clock was set since: the kernel seems to have started after the plan.
    place::file(&root, "proc/stat", "btime 99999999999\n", 0o644);
    assert_eq!(listed(), false);
    assert!(out(&on(&root, &["verify"])).contains(AGO));
    place::file(&root, BOOT, "77c1\n", 0o444);
    place::file(&root, "proc/stat", "btime 1000\n", 0o644);
    assert_eq!(listed(), true);
    assert!(!out(&on(&root, &["verify"])).contains(AGO));
    // Where the boot is not shown there is the clock, and then nothing.
    fs::remove_file(root.join(BOOT)).unwrap();
    assert_eq!(listed(), false);
    fs::remove_file(root.join("proc/stat")).unwrap();
    assert_eq!(listed(), serde_json::Value::Null);
}

#[test]
fn missing_facts_are_not_verified() {
    let place = Place::new();
    let (root, path) = applied(&place);
    driver(&root, "\tKernel driver in use: e1000e\n", "");
    let listing = |name: &str| root.join("_commands").join(name);
    fs::rename(listing("lspci -nnk"), listing("lspci -nn")).unwrap();
    let run = on(&root, &["verify"]);
    let output = out(&run);
    assert_eq!(run.status.code(), Some(1), "{output}");
    assert!(
        output.contains("unknown    not in the input: the driver"),
        "{output}"
    );
    assert!(output.contains("run: lspci -nnk -s 03:00.0"), "{output}");
    assert!(
        output.contains("Whether the plan worked is not in the input"),
        "{output}"
    );

    on(&root, &["undo", "--yes"]);
    let none = on(&root, &["verify"]);
    assert_eq!(none.status.code(), Some(2));
    assert!(
        err(&none).contains("no plan was applied here"),
        "{}",
        err(&none)
    );
    fs::write(&path, "{}").unwrap();
    let none = on(&root, &["verify", path.to_str().unwrap()]);
    assert_eq!(none.status.code(), Some(2));
    assert!(
        err(&none).contains("missing field `schema`"),
        "{}",
        err(&none)
    );
}
